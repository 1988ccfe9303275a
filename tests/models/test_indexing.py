"""Rows wait for the search index until it has followed, whatever interrupts it."""

import pytest
import sqlalchemy as sa

from models import health, indexing
from models.errors import Cancelled
from models.store import Store
from tests.models.acts import fill
from tests.models.conftest import Bench


def behind(store: Store) -> None:
    """Let the index forget every row, as if a merge had just brought them."""
    with store.local() as connection:
        rows = "insert into unindexed select row_n from unit"
        connection.exec_driver_sql(rows)
        connection.exec_driver_sql("delete from search where rowid in unindexed")


def waiting(store: Store) -> int:
    with store.read() as connection:
        query = "select count(*) from unindexed"
        return int(connection.exec_driver_sql(query).scalar_one())


def is_merging(connection: sa.Connection) -> bool:
    """Whether the index puts its parts together as it grows."""
    query = "select v from search_config where k = 'automerge'"
    return bool(connection.exec_driver_sql(query).scalar_one_or_none() != 0)


def is_whole(store: Store) -> bool:
    with store.read() as connection:
        return not [f for f in health.projection(connection) if isinstance(f, health.Finding)]


def test_it_follows_some_rows_at_a_time(bench: Bench) -> None:
    store = bench.new()
    fill(store, 25)
    behind(store)
    assert is_whole(store)
    seen: list[tuple[int, int]] = []
    store.catch_up(lambda done, total: seen.append((done, total)), at_once=10)
    assert seen == [(10, 25), (20, 25), (30, 30)]
    assert waiting(store) == 0
    assert is_whole(store)


def test_what_was_interrupted_goes_on_where_it_was(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_MANY", 12)
    store = bench.new()
    fill(store, 25)
    behind(store)

    def stop(_done: int, _total: int) -> None:
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        store.catch_up(stop, at_once=10)
    assert waiting(store) == 15
    assert is_whole(store)
    with store.read() as connection:
        assert not is_merging(connection)
    store.close()
    again = bench.open()
    assert waiting(again) == 0
    assert is_whole(again)
    with again.read() as connection:
        assert is_merging(connection)


def test_what_is_not_there_any_more_is_let_go(bench: Bench) -> None:
    store = bench.new()
    fill(store, 3)
    with store.local() as connection:
        connection.exec_driver_sql("insert into unindexed values (999)")
    store.catch_up()
    assert waiting(store) == 0
    assert is_whole(store)
