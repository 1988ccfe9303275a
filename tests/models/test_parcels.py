"""The manifest of a package: one spelling, strict and bounded reading."""

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models import parcels
from models.errors import Damaged, NewerVersion
from models.journal import GENESIS
from models.kinds import ChangeId, ReplicaId, Uid
from models.parcels import Manifest, ParcelKind, Preset, Run, Sender, Tip

_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_uids = st.text("0123456789abcdef", min_size=32, max_size=32)
_ids = st.text("0123456789abcdef", min_size=64, max_size=64).filter(lambda i: i != GENESIS)
_numbers = st.integers(1, 10**12)


@st.composite
def _runs(draw: st.DrawFn) -> Run:
    first, more = draw(_numbers), draw(st.integers(0, 100))
    prev = GENESIS if first == 1 else ChangeId(draw(_ids))
    scope, count = "unit/" + draw(_uids), more + 1 + draw(st.integers(0, 2))
    last_id = ChangeId(draw(_ids))
    return Run(ReplicaId(draw(_uids)), scope, first, first + more, prev, last_id, count)


_tips = st.builds(Tip, _uids.map(ReplicaId), st.just("common"), _numbers, _ids.map(ChangeId))
_senders = st.builds(
    Sender,
    _uids.map(ReplicaId),
    *(_uids.map(Uid), _texts, _texts, _uids.map(Uid), _texts, st.booleans()),
)
_manifests = st.builds(
    Manifest,
    package=_uids,
    kind=st.sampled_from(ParcelKind),
    made_at=st.integers(0, 10**13),
    program=_texts,
    campaign=_uids.map(Uid),
    campaign_title=_texts,
    sender=_senders,
    preset=st.sampled_from(Preset),
    units=st.lists(_uids.map(Uid), max_size=3).map(tuple),
    runs=st.lists(_runs(), max_size=3).map(tuple),
    counts=st.dictionaries(st.sampled_from(["unit", "problem"]), _numbers),
    blobs=st.dictionaries(_ids, _numbers, max_size=3),
    tips=st.lists(_tips, max_size=3).map(tuple),
    numbers=st.dictionaries(_texts, _uids, max_size=2),
    conflicts=st.lists(st.dictionaries(_texts, _texts, max_size=2), max_size=2).map(tuple),
    receipt=st.none() | st.dictionaries(_texts, st.integers(0, 9), max_size=2),
)


@given(_manifests)
def test_a_manifest_reads_back_as_it_was_written(manifest: Manifest) -> None:
    data = manifest.encode()
    assert Manifest.decode(data) == manifest
    assert orjson.dumps(orjson.loads(data), option=orjson.OPT_SORT_KEYS) == data


@given(_manifests, st.data())
def test_a_manifest_lacking_anything_is_refused(manifest: Manifest, data: st.DataObject) -> None:
    body = orjson.loads(manifest.encode())
    gone = data.draw(st.sampled_from(sorted(body)))
    if gone == "receipt":
        return
    del body[gone]
    with pytest.raises(Damaged) as refused:
        Manifest.decode(orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
    assert refused.value.code == "package_manifest_bad"


_WHOLE = Manifest(
    package="ab" * 16,
    kind=ParcelKind.PACKAGE,
    made_at=1,
    program="",
    campaign=Uid("ab" * 16),
    campaign_title="",
    sender=Sender(ReplicaId("ab" * 16), Uid("ab" * 16), "", "", Uid("ab" * 16), "", True),
    preset=Preset.OFFICE,
)
_RUN = {"replica": "ab" * 16, "scope": "common", "first": 2, "last": 3, "prev": "ab" * 32}
_RUN |= {"last_id": "ab" * 32, "changes": 2}


@pytest.mark.parametrize(
    "wrong",
    [
        {"package": "AB" * 16},
        {"package": "ab"},
        {"made_at": -1},
        {"made_at": 1.5},
        {"made_at": True},
        {"made_at": "1"},
        {"campaign_title": "x" * 501},
        {"campaign_title": "\0"},
        {"campaign_title": None},
        {"sender": []},
        {"sender": {"replica": "ab" * 16}},
        {"units": ["x"]},
        {"units": {}},
        {"runs": [[]]},
        {"runs": [_RUN | {"last": 1}]},
        {"runs": [_RUN | {"changes": 1}]},
        {"runs": [_RUN | {"first": 1, "changes": 3}]},
        {"runs": [_RUN | {"prev": "0" * 64}]},
        {"runs": [_RUN | {"scope": ""}]},
        {"counts": {"unit": -1}},
        {"counts": {"": 1}},
        {"blobs": {"x": 1}},
        {"tips": [["ab" * 16, "common", 1]]},
        {"tips": [["ab" * 16, "common", 0, "ab" * 32]]},
        {"numbers": []},
        {"conflicts": {}},
        {"receipt": []},
        {"format": 0},
        {"journal": "1"},
    ],
)
def test_odd_values_are_refused(wrong: dict[str, object]) -> None:
    body = orjson.loads(_WHOLE.encode()) | wrong
    with pytest.raises(Damaged) as refused:
        Manifest.decode(orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
    assert refused.value.code == "package_manifest_bad"


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b"\xff", b'{"a":1}', b"[" * 100_000, _WHOLE.encode() + b" "]
)
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(Damaged):
        Manifest.decode(data)


@pytest.mark.parametrize("newer", [{"format": 2}, {"journal": 9}, {"kind": "x"}, {"preset": "x"}])
def test_a_newer_manifest_is_told(newer: dict[str, object]) -> None:
    body = orjson.loads(_WHOLE.encode()) | newer
    with pytest.raises(NewerVersion) as refused:
        Manifest.decode(orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
    assert refused.value.code == "package_newer"


def test_what_a_later_program_adds_is_left_alone() -> None:
    body = orjson.loads(_WHOLE.encode()) | {"more": [1]}
    assert Manifest.decode(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)) == _WHOLE


def test_the_tables_are_what_the_format_says() -> None:
    """Format 1 is a promise: whoever changes a statement breaks every package there is."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        for statement in parcels.STATEMENTS:
            connection.exec_driver_sql(statement)
        inspector = sa.inspect(connection)
        found = {
            name: [c["name"] for c in inspector.get_columns(name)]
            for name in inspector.get_table_names()
        }
    engine.dispose()
    assert found == {t.name: [c.name for c in t.columns] for t in parcels.metadata.sorted_tables}
