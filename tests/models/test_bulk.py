"""Many rows by one statement hold what each row by itself would."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models import bulk
from models.cipher import FileKey, connect, new_engine

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_ROW = st.tuples(
    _TEXT,
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.booleans(),
    st.binary(min_size=1, max_size=40),
    st.none() | _TEXT,
)
_COLUMNS = ("n", "text", "number", "bytes", "perhaps")


@contextmanager
def _table(rows: Sequence[tuple[object, ...]]) -> Iterator[sa.Connection]:
    key = FileKey(bytes(32), bytes(16))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.db"
        engine = new_engine(lambda: connect(path, key, mode="rwc"), pooled=False)
        with engine.connect() as connection:
            _fill(connection, rows)
            yield connection


def _fill(connection: sa.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    connection.exec_driver_sql(
        "create table t (n integer primary key, text text, number integer, bytes blob, "
        "perhaps text)"
    )
    made = bulk.insert("t", _COLUMNS, [(n, *row) for n, row in enumerate(rows)])
    bulk.run(connection, made)


def _stored(connection: sa.Connection) -> list[tuple[object, ...]]:
    return list(map(tuple, connection.exec_driver_sql("select * from t order by n").all()))


@given(st.lists(_ROW, min_size=1, max_size=4), st.sampled_from([1, 60]))
def test_every_value_is_stored_as_it_is(rows: list[tuple[object, ...]], times: int) -> None:
    rows *= times
    with _table(rows) as connection:
        assert _stored(connection) == [(n, *row) for n, row in enumerate(rows)]
        turned = [(*row[::-1][:2], n) for n, row in enumerate(rows)]
        bulk.run(connection, bulk.update("t", ("perhaps", "bytes"), "n", turned))
        now = [(n, r[0], r[1], r[2], r[3]) for n, r in enumerate(rows)]
        assert _stored(connection) == now


@pytest.mark.parametrize("count", [3, 3_000])
def test_only_the_named_rows_are_deleted(count: int) -> None:
    with _table([("甲", None, b"\0", None)] * count) as connection:
        bulk.run(connection, bulk.delete("t", "n", range(1, count)))
        assert _stored(connection) == [(0, "甲", None, b"\0", None)]


def test_rows_of_more_text_than_one_statement_takes_are_split(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "_MOST_BYTES", 2_000)
    rows = [("长" * (n % 90), n, b"x", None) for n in range(300)]
    with _table(rows) as connection:
        assert _stored(connection) == [(n, *row) for n, row in enumerate(rows)]
