"""The check finds whatever is not as it was written, and a sound file has nothing to find."""

from collections.abc import Callable, Iterable

import pytest
import sqlalchemy as sa

from models import health, tables
from models.base import table
from models.errors import Damaged
from models.journal import body_of as body_of_change
from models.journal import decode, encode, identify
from models.kinds import Uid
from models.store import Store
from models.writer import new_uid
from tests.models.conftest import ACTOR, Bench

Tamper = Callable[[sa.Connection], object]
PROBLEM = table("problem")
LAST = Uid("9" * 32)


def filled(bench: Bench) -> Store:
    """Twenty-five problems of one unit, some changed, one deleted."""
    store = bench.new()
    with store.write(ACTOR) as writer:
        for n in range(25):
            uid = LAST if n == 24 else new_uid()
            fields = {"title": f"会风不实第{n}例", "deadline": "2014-05-06"}
            writer.put("problem", uid, "unit/1", fields, new=True)
    with store.write(ACTOR, "改") as writer:
        writer.put("problem", LAST, "unit/1", {"title": "改了题目"})
        gone = new_uid()
        writer.put("problem", gone, "unit/1", {"title": "删"})
        writer.put("problem", gone, "unit/1", {"deleted": True})
    assert codes(store) == []
    return store


def codes(store: Store) -> list[str]:
    """Codes of what a check finds, each once."""
    with store.read() as connection:
        walks: Iterable[health.Finding | int] = [
            *health.pages(connection),
            *health.chains(connection),
            *health.projection(connection),
        ]
        return sorted({f.code for f in walks if isinstance(f, health.Finding)})


def run(statement: str, *values: object) -> Tamper:
    """One statement as it stands."""
    return lambda connection: connection.exec_driver_sql(statement, values)


def both(*statements: str) -> Tamper:
    """Two statements whose counts make up for each other."""
    return lambda connection: [connection.exec_driver_sql(s) for s in statements]


def replace_body(**other: object) -> Tamper:
    """The last change with some of its body replaced, and an id that fits."""

    def tamper(connection: sa.Connection) -> None:
        change = tables.change
        n, stored = connection.execute(
            sa.select(change.c.n, change.c.body).order_by(change.c.n.desc()).limit(1)
        ).one()
        data = encode(body_of_change(decode(bytes(stored))) | other)
        new = {"body": data, "id": bytes.fromhex(identify(data))}
        connection.execute(change.update().where(change.c.n == n).values(new))

    return tamper


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (run("update problem set title = 'x' where row_n = 3"), "projection"),
        (run("update problem set more = '{\"a\":1}' where row_n = 3"), "projection"),
        (run("update problem set uid = 'x' where row_n = 3"), "projection"),
        (run("delete from problem where row_n = 3"), "projection"),
        (run("insert into problem(row_n, uid) values (999, 'x')"), "projection"),
        (run("insert into foreign_row(row_n) values (999)"), "projection"),
        (run("update problem set row_n = 999 where row_n = 3"), "projection"),
        (run("update row set tips = zeroblob(32) where n = 3"), "row"),
        (run("update row set deleted = 1 where n = 3"), "row"),
        (run("update row set conflicts = '{}' where n = 3"), "row"),
        (run("update row set uid = ? where n = 3", "0" * 32), "row"),
        (run("delete from row where n = 3"), "projection"),
        (run("delete from search where rowid = 3"), "search"),
        (run("insert into search(rowid, t) values (999, 'x')"), "search"),
        (
            both("delete from search where rowid = 3", "insert into search(rowid) values (0)"),
            "search",
        ),
        (run("insert or replace into search(rowid, t) values (3, '别的')"), "search"),
        (run("update change set body = x'7b7d' where n = 3"), "change"),
        (run("update change set id = zeroblob(32) where n = 3"), "chain"),
        (run("update change set seq = seq + 100 where n = 5"), "chain"),
        (run("update change set row = 4 where n = 3"), "projection"),
        (run("update change set row = 4611686018427387904 where n = 3"), "row"),
        (run("update change set row = -5 where n = 3"), "row"),
        (run("update change set stream = 77 where n = 28"), "chain"),
        (run("delete from change where n = 3"), "chain"),
        (run("delete from change where n = 28"), "chain"),
        (run("delete from stream"), "chain"),
        (run("update stream set seq = seq - 1"), "chain"),
        (run("update stream set tip = zeroblob(32)"), "chain"),
        (run("update stream set replica = ?", "0" * 32), "change"),
        (run("update scope set name = 'unit/2'"), "change"),
        (replace_body(prev="1" * 64), "chain"),
        (replace_body(seq=7), "change"),
        (replace_body(scope="unit/2"), "change"),
        (replace_body(row="7" * 32), "row"),
    ],
)
def test_tampering_is_found(bench: Bench, tamper: Tamper, found: str) -> None:
    store = filled(bench)
    with store.local() as connection:
        tamper(connection)
    assert found in codes(store)


@pytest.mark.parametrize(
    "tamper",
    [
        run("update problem set title = 'x'"),
        run("delete from problem"),
        run("insert into problem(row_n, uid) values (999, 'x')"),
        run("update row set tips = zeroblob(32)"),
        run("delete from search"),
        run("drop table search"),
        run("drop table problem"),
    ],
)
def test_rebuilding_mends_what_is_derived(bench: Bench, tamper: Tamper) -> None:
    store = filled(bench)
    with store.local() as connection:
        tamper(connection)
    with store.local() as connection:
        assert list(health.rebuild(connection)) == [26]
    assert codes(store) == []


def test_a_damaged_journal_is_not_rebuilt_from(bench: Bench) -> None:
    store = filled(bench)
    with store.local() as connection:
        run("update change set body = x'7b7d' where n = 3")(connection)

    def rebuild() -> None:
        with store.local() as connection:
            list(health.rebuild(connection))

    with pytest.raises(Damaged):
        rebuild()
    with store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(PROBLEM)) == 25


def test_the_newest_changes_are_looked_at_on_opening(bench: Bench) -> None:
    store = filled(bench)
    with store.local() as connection:
        run("update change set body = x'7b7d' where n = 27")(connection)
    store.close()
    with pytest.raises(Damaged) as told:
        bench.open()
    assert told.value.code == "journal_damaged"


def test_progress_counts_every_change_and_row(bench: Bench) -> None:
    store = filled(bench)
    with store.read() as connection:
        assert list(health.chains(connection))[-1] == 28
        assert list(health.projection(connection))[-1] == 26
