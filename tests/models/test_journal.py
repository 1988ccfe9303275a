"""One spelling of a change, and nothing else is read."""

import json
from typing import cast

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.errors import Damaged, NewerVersion, Refused
from models.journal import (
    MAX_AT,
    MAX_BYTES,
    MAX_DEPTH,
    body_of,
    decode,
    encode,
    identify,
)
from models.spelling import is_usual, is_well_formed

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20)
NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def body(**other: object) -> dict[str, object]:
    """A change's body; `other` replaces keys."""
    return {
        "v": 1,
        "replica": "1" * 32,
        "scope": "unit/1",
        "seq": 1,
        "prev": "0" * 64,
        "at": 1,
        "actor": "2" * 32,
        "txn": "3" * 32,
        "reason": None,
        "entity": "problem",
        "row": "4" * 32,
        "base": [],
        "fields": {},
    } | other


def plain(value: object) -> bytes:
    """What the format is defined by."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


@given(st.dictionaries(NAMES, VALUES, max_size=5), TEXTS, st.none() | TEXTS)
def test_any_values_come_back_as_they_were(
    fields: dict[str, object], scope: str, reason: str | None
) -> None:
    written = body(fields=fields, scope=scope or "x", reason=reason, sig="c2ln")
    data = encode(written)
    assert data == plain(written)
    read = decode(data)
    assert read.fields == fields
    assert (read.reason, read.sig, read.id) == (reason, "c2ln", identify(data))
    assert encode(body_of(read)) == data


def test_every_character_is_spelt_as_the_definition_spells_it() -> None:
    text = "".join(chr(c) for c in range(1, 0x110000) if not 0xD800 <= c <= 0xDFFF)
    written = body(fields={"text": text[:600_000]})
    assert encode(written) == plain(written)
    assert decode(encode(written)).fields["text"] == text[:600_000]
    rest = body(fields={"text": text[600_000:]})
    assert decode(plain(rest)).fields["text"] == text[600_000:]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"a": 1.0}, "value_not_storable"),
        ({"a": float("nan")}, "value_not_storable"),
        ({"a": b"x"}, "value_not_storable"),
        ({"a": {1, 2}}, "value_not_storable"),
        ({"a": "\ud800"}, "value_not_storable"),
        ({"a": 2**63}, "integer_too_large"),
        ({"a": [-(2**63) - 1]}, "integer_too_large"),
        ({"a": ["x\0y"]}, "text_with_nul"),
        ({"a": {"b": {"c": "\0"}}}, "text_with_nul"),
        ({"字": 1}, "key_not_ascii"),
        ({"a": {"b\n": 1}}, "key_not_ascii"),
        ({1: 1}, "key_not_ascii"),
        ({"a": "x" * MAX_BYTES}, "change_too_large"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(fields: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        encode(body(fields=fields))
    assert refused.value.code == code


def test_a_written_out_escape_is_no_nul() -> None:
    assert decode(encode(body(fields={"a": "\\u0000"}))).fields == {"a": "\\u0000"}


def test_nesting_is_bounded() -> None:
    deep: object = 1
    for _ in range(MAX_DEPTH - 2):
        deep = [deep]
    assert decode(encode(body(fields={"a": deep}))).fields == {"a": deep}
    with pytest.raises(Refused) as refused:
        encode(body(fields={"a": [[deep]]}))
    assert refused.value.code == "value_too_deep"


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_hostile_nesting_is_refused_without_a_deep_stack(bracket: bytes) -> None:
    whole = plain(body())
    bomb = whole.replace(b'"fields":{}', b'"fields":' + bracket * 700_000)
    for data in (bomb, bracket * 800_000, b"[" * 900 + b"]" * 900):
        with pytest.raises(Damaged):
            decode(data)


@pytest.mark.parametrize(
    "spelling",
    [
        plain(body()).replace(b",", b", "),
        plain(body()) + b"\n",
        plain(body()).replace(b'"v":1', b'"v":1,"v":1'),
        plain(body(fields={"a": 1})).replace(b'"a":1', b'"a":2,"a":1'),
        plain(body(fields={"b": 1, "a": 2})).replace(b'"a":2,"b":1', b'"b":1,"a":2'),
        json.dumps(body(reason="字"), sort_keys=True, separators=(",", ":")).encode(),
        plain(body(reason="/")).replace(b'"/"', b'"\\/"'),
        plain(body(fields={"a": 0})).replace(b'"a":0', b'"a":-0'),
        plain(body(fields={"a": 1})).replace(b'"a":1', b'"a":1.0'),
        plain(body(fields={"a": 1})).replace(b'"a":1', b'"a":1e0'),
        plain(body(fields={"a": 1})).replace(b'"a":1', b'"a":NaN'),
        plain(body(fields={"a": 1})).replace(b'"a":1', b'"a":18446744073709551616'),
        plain(body(fields={"a": 1})).replace(b'"a":1', b'"a":9223372036854775808'),
        plain(body(fields={"a": "x"})).replace(b'"x"', b'"\\u0000"'),
        plain(body(fields={"a": "x"})).replace(b'"x"', b'"\\ud800"'),
        plain(body(fields={"a": "x"})).replace(b'"x"', b'"\xff"'),
        "\ufeff".encode() + plain(body()),
        b"",
        b"[]",
        b"null",
        b" " * (MAX_BYTES + 1),
    ],
)
def test_any_other_spelling_is_refused(spelling: bytes) -> None:
    with pytest.raises(Damaged):
        decode(spelling)


@pytest.mark.parametrize(
    "other",
    [
        {"v": True},
        {"v": 0},
        {"v": "1"},
        {"seq": 0},
        {"seq": True},
        {"seq": "1"},
        {"at": -1},
        {"at": MAX_AT + 1},
        {"at": None},
        {"replica": "1" * 31},
        {"replica": "G" * 32},
        {"actor": "A" * 32},
        {"row": "1" * 32 + "\n"},
        {"txn": 5},
        {"prev": "0" * 63},
        {"scope": ""},
        {"entity": ""},
        {"entity": None},
        {"reason": 1},
        {"sig": None},
        {"base": {}},
        {"base": ["0" * 63]},
        {"base": [1]},
        {"base": [["0" * 64]]},
        {"base": ["0" * 64, "0" * 64]},
        {"fields": []},
        {"fields": None},
        {"more": 1},
    ],
)
def test_a_malformed_body_is_refused(other: dict[str, object]) -> None:
    with pytest.raises(Damaged):
        decode(plain(body(**other)))


ODD = st.sampled_from(
    [
        *(None, True, 0, -1, 1, 2**53, 2**63, MAX_AT, MAX_AT + 1, 1.0, "", "x", "\0", "银"),
        *("a" * 32, "A" * 32, "a" * 31, "a" * 33, "g" * 32, "à" * 16, " " * 32, "0x" + "1" * 30),
        *(
            "a" * 64,
            "a" * 63,
            "f" * 63 + "\n",
            [],
            ["a" * 64],
            ["a" * 64] * 2,
            ["b" * 64, "a" * 64],
        ),
        *(["a" * 63, "a" * 65], ["a" * 128], [1], [["a" * 64]], "a" * 128, {}, {"a" * 64: 1}),
    ]
)
LOOSE = st.recursive(
    ODD | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(sorted(body())), ODD, max_size=2),
    st.dictionaries(NAMES | TEXTS, LOOSE, max_size=3),
)
@example({"prev": "a" * 63, "base": ["a" * 65]}, {})
@example({"base": ["a" * 63, "a" * 65]}, {})
@example({}, {"state": {"round": 2**53 - 1, "state": "clue"}, "title": "会风不实"})
def test_a_short_look_passes_nothing_that_a_long_one_refuses(
    other: dict[str, object], fields: dict[str, object]
) -> None:
    data = plain(body(fields=fields) | other)
    read = orjson.loads(data)
    if is_usual(read, data):
        assert is_well_formed(read)
        assert encode(read) == data


def test_a_short_look_is_all_that_most_changes_need() -> None:
    state = {"round": 1, "state": "clue", "changed_on": "2014-05-01"}
    for fields in ({}, {"title": "会风“不实”", "winds.formalism": True}, {"state": state, "n": 7}):
        for base in ([], ["a" * 64], ["b" * 64, "a" * 64]):
            usual = body(fields=fields, base=base, reason="更正")
            assert is_usual(usual, plain(usual))


@pytest.mark.parametrize("key", sorted(body()))
def test_every_key_is_needed(key: str) -> None:
    lacking = body()
    del lacking[key]
    with pytest.raises(Damaged):
        decode(plain(lacking))


def test_a_newer_format_is_told_apart() -> None:
    with pytest.raises(NewerVersion):
        decode(plain({"v": 2, "anything": [1]}))


@given(st.binary(max_size=300))
@example(b'{"v":1}')
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises((Damaged, NewerVersion)):
        decode(data)


@given(st.integers(0, len(plain(body(fields={"text": "银川"}))) - 1), st.integers(1, 255))
def test_no_flipped_byte_keeps_the_id(place: int, flip: int) -> None:
    data = bytearray(encode(body(fields={"text": "银川"})))
    before = identify(bytes(data))
    data[place] ^= flip
    assert identify(bytes(data)) != before


def test_the_spelling_of_version_1_is_frozen() -> None:
    fields = {"winds.formalism": True, "title": "会风不实", "round": 2}
    written = body(fields=fields, at=1399363200000)
    data = encode(written)
    assert identify(data) == "d9645fc8619be5335b740da05a05a7b99c958342f76180c835b3128d51ebdef1"
    assert cast("dict[str, object]", decode(data).fields)["title"] == "会风不实"
