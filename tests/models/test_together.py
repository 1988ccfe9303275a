"""Many rows read as one say what each says by itself; what is too large for that is read apart."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from models import proving, stored
from models.base import table
from models.cipher import FileKey, connect, new_engine
from models.proving import FITS, read_changes
from models.spelling import MAX_BYTES
from models.stored import by_number, read_rows, stored_rows
from tests.models.acts import fill
from tests.models.conftest import Bench

_IDS = st.binary(min_size=32, max_size=32)
_BODIES = st.binary(max_size=30) | st.just(b"") | st.just(b"a\0b")
_CHANGES = st.dictionaries(
    st.tuples(st.integers(-2, 12), _IDS), st.tuples(_BODIES, st.integers(1, 5)), max_size=12
)
_TOO_LARGE = "select zeroblob(2000000000)"


@contextmanager
def _source(changes: Sequence[tuple[object, ...]]) -> Iterator[sa.Connection]:
    key = FileKey(bytes(32), bytes(16))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.db"
        engine = new_engine(lambda: connect(path, key, mode="rwc"), pooled=False)
        with engine.connect() as connection:
            for statement in (
                "create table change (n integer primary key, stream, seq, id, row, body)",
                "create table held (change)",
            ):
                connection.exec_driver_sql(statement)
            if changes:
                into = "insert into change(stream, seq, id, body, row) values (1, ?, ?, ?, ?)"
                connection.exec_driver_sql(into, list(changes))
            yield connection


@settings(deadline=None, max_examples=150)
@given(_CHANGES, st.integers(1, 5), st.integers(0, 12))
def test_changes_are_read_as_they_are(
    changes: dict[tuple[int, bytes], tuple[bytes, int]], at_once: int, last: int
) -> None:
    every = [(seq, one, *rest) for (seq, one), rest in sorted(changes.items())]
    with _source(every) as connection:
        read = [c for batch in read_changes(connection, 1, last, at_once) for c in batch]
    assert read == [change for change in every if change[0] <= last]


@pytest.mark.parametrize(
    "odd",
    [
        ("2", bytes(32), b"{}", 1),
        (2, "x" * 32, b"{}", 1),
        (2, bytes(31), b"{}", 1),
        (2, bytes(33), b"{}", 1),
        (2, bytes(32), "{}", 1),
        (2, bytes(32), bytes(MAX_BYTES + 1), 1),
        (2, bytes(32), b"{}", b"1"),
        (2, bytes(32), b"{}", None),
        (2, None, b"{}", 1),
        (2.5, bytes(32), b"{}", 1),
    ],
)
def test_what_is_no_change_is_not_read(odd: tuple[object, ...]) -> None:
    with _source([(1, bytes(32), b"{}", 1), odd, (3, bytes(32), b"{}", 1)]) as connection:
        read = [c for batch in read_changes(connection, 1, 9, 1) for c in batch]
        query = sa.select(sa.func.count()).select_from(sa.table("change")).where(sa.text(FITS))
        assert connection.scalar(query) == 2
    assert read[0] == (1, bytes(32), b"{}", 1)
    # A text stands behind all numbers: it is beyond the stream's end, and its place stays empty.
    assert len(read) == 2
    assert read[1] == ((3, bytes(32), b"{}", 1) if odd[0] == "2" else (0, b"", b"", 0))


def test_changes_too_large_together_are_read_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [(n, bytes([n]) * 32, b"{}", 1) for n in range(1, 8)]
    places = "where ? or ? or ? or ? or ?"
    monkeypatch.setattr(proving, "_TOGETHER", f"{_TOO_LARGE}, 1, 1 {places}")
    with _source(every) as connection:
        batches = list(read_changes(connection, 1, 9, at_once=300))
    assert [len(batch) for batch in batches] == [3, 3, 1]
    assert [c for batch in batches for c in batch] == every


@pytest.mark.parametrize("is_large", [False, True])
def test_rows_are_read_as_they_are(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, is_large: bool
) -> None:
    store = bench.new()
    fill(store, 6)
    if is_large:
        apart = (*stored.reading(table("unit"))[:2], f"{_TOO_LARGE} where ? is not null")
        monkeypatch.setattr(stored, "reading", lambda _target: apart)
    with store.local() as connection:
        text = "丁𬭎“会”\"'\\\r\n\t😀"
        connection.exec_driver_sql("update unit set name = ? where row_n % 2", (text,))
        numbers = list(connection.scalars(sa.select(table("unit").c.row_n)))
        read = by_number(read_rows(connection, table("unit"), numbers))
        assert len(read) == 6
        assert read == stored_rows(connection, table("unit"), numbers)
        assert {row["name"] for n, row in read.items() if n % 2} == {text}
        connection.rollback()
