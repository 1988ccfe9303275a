"""Sealing: what was closed opens unchanged, and only with its key beside its own change."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Damaged, NewerVersion, Refused, WrongPassphrase
from models.kinds import Value
from services import seal

KEY, PRIVATE = seal.new_key()
INFO = b'{"entity":"identity","seq":1}'

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


def sealed_bytes(closed: dict[str, Value]) -> bytes:
    """The HPKE message inside a sealed value."""
    assert isinstance(closed["sealed"], str)
    return base64.b64decode(closed["sealed"])


@given(st.dictionaries(TEXTS, VALUES, max_size=5), st.none() | TEXTS, st.binary(max_size=80))
def test_what_was_sealed_opens_unchanged(
    fields: dict[str, Value], reason: str | None, info: bytes
) -> None:
    """Every JSON value a change may hold comes back equal, with its reason."""
    closed = seal.seal(KEY, fields, reason, info)
    assert seal.open_sealed(PRIVATE, closed, info) == (fields, reason)


@given(st.text("李堃𬭎王", min_size=1, max_size=12), st.text("李堃𬭎王", min_size=1, max_size=12))
def test_length_of_a_name_does_not_show(one: str, other: str) -> None:
    """Two names of different length give seals of the same length."""
    closed = [seal.seal(KEY, {"real_name": name}, None, INFO) for name in (one, other)]
    assert len(sealed_bytes(closed[0])) == len(sealed_bytes(closed[1]))


@pytest.mark.parametrize("length", range(200, 300))
def test_padding_is_unambiguous_at_every_length(length: int) -> None:
    """Texts around a block's end open unchanged, also those that end like padding."""
    fields: dict[str, Value] = {"t": "x" * length + "\u0080"}
    closed = seal.seal(KEY, fields, None, INFO)
    assert seal.open_sealed(PRIVATE, closed, INFO) == (fields, None)
    # 32 bytes of encapsulated key and 16 of tag stand around the padded text
    assert (len(sealed_bytes(closed)) - 48) % seal.BLOCK_BYTES == 0


def test_equal_names_do_not_look_equal() -> None:
    """Sealing twice gives two texts that cannot be compared."""
    assert seal.seal(KEY, {"n": "王"}, None, INFO) != seal.seal(KEY, {"n": "王"}, None, INFO)


def test_seal_opens_only_beside_its_own_change() -> None:
    """A seal moved to another change is refused."""
    closed = seal.seal(KEY, {"n": "王"}, None, INFO)
    with pytest.raises(Damaged) as caught:
        seal.open_sealed(PRIVATE, closed, INFO + b" ")
    assert caught.value.code == "sealed_damaged"


@given(st.integers(0, 303), st.integers(0, 7))
def test_any_flipped_bit_is_noticed(place: int, bit: int) -> None:
    """One bit anywhere in the seal and it does not open."""
    closed = seal.seal(KEY, {"n": "王"}, "r", INFO)
    raw = bytearray(sealed_bytes(closed))
    raw[place] ^= 1 << bit
    altered = {**closed, "sealed": base64.b64encode(raw).decode()}
    with pytest.raises(Damaged):
        seal.open_sealed(PRIVATE, altered, INFO)


@pytest.mark.parametrize(
    "altered",
    [
        {"sealed": "AAAA"},
        {"key": KEY.id},
        {"key": KEY.id, "sealed": 7},
        {"key": KEY.id, "sealed": "no base64 !"},
        {"key": KEY.id, "sealed": ""},
        {"key": KEY.id, "sealed": base64.b64encode(bytes(304)).decode()},
        {"key": KEY.id, "sealed": "AAAA", "more": 1},
        {"key": KEY.id, "sealed": "A" * (seal.MAX_SEALED_CHARACTERS + 4)},
    ],
)
def test_hostile_seals_are_damage(altered: dict[str, Value]) -> None:
    """Wrong shapes, wrong types and giants raise the known error."""
    with pytest.raises(Damaged) as caught:
        seal.open_sealed(PRIVATE, altered, INFO)
    assert caught.value.code == "sealed_damaged"


def test_seal_of_another_group_is_told_apart_from_damage() -> None:
    """Another group's names are refused, not called broken."""
    other, _ = seal.new_key()
    with pytest.raises(Refused) as caught:
        seal.open_sealed(PRIVATE, seal.seal(other, {"n": "王"}, None, INFO), INFO)
    assert caught.value.code == "sealed_for_other_key"


def test_private_key_comes_back_with_its_passphrase() -> None:
    """Wrapping hides the key, its passphrase gives it back however it was composed."""
    wrapped = seal.wrap(PRIVATE, "姓名口令é")
    assert base64.b64encode(PRIVATE).decode() not in str(wrapped)
    assert seal.unwrap(wrapped, "姓名口令e\u0301") == PRIVATE
    with pytest.raises(WrongPassphrase) as caught:
        seal.unwrap(wrapped, "姓名口令")
    assert caught.value.code == "names_passphrase_wrong"


def test_empty_passphrase_is_refused() -> None:
    """Names are never wrapped by nothing."""
    with pytest.raises(Refused):
        seal.wrap(PRIVATE, "")


@pytest.mark.parametrize(
    "change",
    [
        {"n": 2**30},
        {"n": 2**10},
        {"n": 2**16 + 1},
        {"r": 10**6},
        {"p": 0},
        {"n": True},
        {"v": 0},
        {"key": None},
        {"salt": ""},
        {"salt": "?" * 24},
        {"nonce": "A" * 10**6},
        {"wrapped": None},
    ],
)
def test_hostile_wrapping_is_damage_and_costs_nothing(change: dict[str, Value]) -> None:
    """A file cannot make the program work for hours or fall over."""
    wrapped = {**WRAPPED, **change}
    with pytest.raises(Damaged) as caught:
        seal.unwrap(wrapped, "p")
    assert caught.value.code == "name_key_damaged"


WRAPPED = seal.wrap(PRIVATE, "p")


def test_wrapping_of_a_newer_program_is_named() -> None:
    """A later version is not called damage."""
    with pytest.raises(NewerVersion):
        seal.unwrap({**WRAPPED, "v": 2}, "p")


def test_wrapping_cannot_be_given_another_key_id() -> None:
    """The key's id is bound to what is wrapped."""
    other, _ = seal.new_key()
    with pytest.raises(WrongPassphrase):
        seal.unwrap({**WRAPPED, "key": other.id}, "p")
