"""An older file is copied, verified and brought to this version, or left exactly as it was."""

import pytest
import sqlalchemy as sa

from models import schema
from models.admission import Tell, tell_nobody
from models.cipher import connect, left_logs, new_engine
from models.errors import AppError, Busy, Cancelled
from models.schema import Target
from models.store import Store, read_meta
from models.witness import WriterLock
from tests.models.acts import beside, count, fill, is_whole
from tests.models.conftest import Bench


def add_table(connection: sa.Connection) -> None:
    """A step that a later version might take."""
    connection.exec_driver_sql("create table later(a)")
    connection.exec_driver_sql("insert into later values (1)")


def break_off(connection: sa.Connection) -> None:
    """A step that fails half-way."""
    connection.exec_driver_sql("create table half(a)")
    raise ZeroDivisionError


NOW = schema.VERSION
NEXT = Target(
    version=NOW + 2, readable_by=NOW + 1, steps={NOW + 1: add_table, NOW + 2: lambda _: None}
)


def reopen(bench: Bench, target: Target, tell: Tell = tell_nobody) -> Store:
    """Open as a program of that version would."""
    store = Store.open_with_key(bench.path(), bench.blank.key, target, tell)
    bench.opened.append(store)
    return store


def older(bench: Bench) -> bytes:
    """A closed file of this version with something in it; its bytes."""
    store = bench.new()
    fill(store, 5)
    store.close()
    return bench.path().read_bytes()


def test_an_older_file_is_brought_to_the_version_after_a_copy(bench: Bench) -> None:
    before = older(bench)
    store = reopen(bench, NEXT)
    assert store.schema_version == NOW + 2
    with store.read() as connection:
        assert connection.exec_driver_sql("select a from later").scalar_one() == 1
        assert read_meta(connection, "readable_by") == str(NOW + 1)
    fill(store, 1)
    assert is_whole(store)
    store.close()
    (copy,) = list(bench.folder.glob(f"a.v{NOW}-*.dudao"))
    assert copy.read_bytes() == before
    assert beside(bench.path()) == {"a.dudao", copy.name}


def test_a_step_that_fails_leaves_the_file_as_it_was(bench: Bench) -> None:
    before = older(bench)
    with pytest.raises(ZeroDivisionError):
        reopen(bench, Target(version=NOW + 1, steps={NOW + 1: break_off}))
    assert bench.path().read_bytes() == before
    (copy,) = list(bench.folder.glob(f"a.v{NOW}-*.dudao"))
    assert copy.read_bytes() == before
    assert not left_logs(bench.path())
    assert count(bench.open()) == 5


def test_an_upgrade_tells_how_far_it_is(bench: Bench) -> None:
    older(bench)
    told: list[tuple[str, int, int]] = []
    reopen(bench, NEXT, lambda *far: told.append(far)).close()
    whats = list(dict.fromkeys(what for what, _, _ in told))
    assert whats == ["copy", "pages", "upgrade"]
    assert [far for far in told if far[0] == "upgrade"] == [("upgrade", 0, 5), ("upgrade", 5, 5)]
    assert all(0 <= done <= total for _, done, total in told)


@pytest.mark.parametrize("at", [("copy", False), ("pages", False), ("upgrade", False),
                                ("upgrade", True)])  # fmt: skip
def test_an_upgrade_that_is_stopped_leaves_the_file_as_it_was_and_no_copy(
    bench: Bench, at: tuple[str, bool]
) -> None:
    before = older(bench)

    def stop(what: str, done: int, _total: int) -> None:
        if (what, done > 0) == at:
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        reopen(bench, NEXT, stop)
    assert bench.path().read_bytes() == before
    assert beside(bench.path()) == {"a.dudao"}
    assert reopen(bench, NEXT).schema_version == NOW + 2


def test_a_step_that_keeps_what_derives_only_adds_what_is_new(bench: Bench) -> None:
    older(bench)
    with new_engine(lambda: connect(bench.path(), bench.blank.key), pooled=False).connect() as old:
        old.exec_driver_sql("update unit set name = '一'")
        old.exec_driver_sql("drop index by_problem_provisional_number")
        old.exec_driver_sql("drop table unindexed")
        old.commit()
    told: list[str] = []
    steps = {NOW + 1: add_table}
    target = Target(version=NOW + 1, steps=steps, kept=frozenset({NOW + 1}))
    store = reopen(bench, target, lambda what, done, _all: told.append(f"{what} {done}"))
    assert told[-1] == "upgrade 0"
    with store.read() as connection:
        names = set(connection.exec_driver_sql("select distinct name from unit").scalars())
        assert names == {"一"}
        assert sa.inspect(connection).has_table("unindexed")
        found = sa.inspect(connection).get_indexes("problem")
        assert "by_problem_provisional_number" in {index["name"] for index in found}
    store.close()
    # One step that does not keep them is enough.
    target = Target(
        version=NOW + 3, steps={n: lambda _: None for n in (NOW + 2, NOW + 3)},
        kept=frozenset({NOW + 3}),
    )  # fmt: skip
    with reopen(bench, target).read() as connection:
        names = set(connection.exec_driver_sql("select distinct name from unit").scalars())
        assert len(names) == 5


def test_an_upgrade_waits_for_the_other_writer(bench: Bench) -> None:
    before = older(bench)
    lock = WriterLock(bench.path())
    lock.acquire()
    with pytest.raises(Busy):
        reopen(bench, NEXT)
    lock.release()
    assert bench.path().read_bytes() == before
    assert beside(bench.path()) == {"a.dudao"}


def test_an_older_program_reads_or_refuses_the_upgraded_file(bench: Bench) -> None:
    older(bench)
    reopen(bench, NEXT).close()
    store = reopen(bench, Target(version=NOW + 1, steps={}))
    assert (store.newer, count(store)) == (True, 5)
    store.close()
    with pytest.raises(AppError) as told:
        bench.open()
    assert told.value.exit_status == 6


def test_steps_lead_to_this_version_one_by_one() -> None:
    assert sorted(schema.MIGRATIONS) == list(range(2, schema.VERSION + 1))
    assert schema.READABLE_BY <= schema.VERSION
