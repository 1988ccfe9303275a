"""A writer that dies at any moment leaves a file that is whole, or that is told to be not."""

from pathlib import Path

import pytest

from models import tables
from models.errors import Cancelled, Damaged
from models.store import Store
from tests.models.acts import CRASH, NEWER, beside, count, crash, fill, is_whole
from tests.models.conftest import PASSPHRASE, Bench


def test_what_was_committed_survives_a_kill_at_any_moment(bench: Bench) -> None:
    bench.new().close()
    known = 0
    for after_s in (0.005, 0.03, 0.06, 0.09):
        known += crash(bench, 1000, after_s) + 1
        store = bench.open()
        there = count(store)
        assert there % 2 == 0
        assert there // 2 >= known
        assert is_whole(store)
        known = there // 2
        fill(store, 2)
        known += 1
        assert is_whole(store)
        store.close()


def test_an_unclean_file_is_checked_and_its_log_folded_in(bench: Bench) -> None:
    bench.new().close()
    crash(bench, 5)
    assert Path(f"{bench.path()}-wal").stat().st_size > 0
    store = bench.open()
    assert store.was_unclean
    assert count(store) == 10
    store.close()
    assert not bench.open().was_unclean


def test_the_check_of_an_unclean_file_tells_how_far_it_is_and_can_be_stopped(bench: Bench) -> None:
    bench.new().close()
    crash(bench, 5)
    names = (str(bench.path()), f"{bench.path()}-wal")
    before = [Path(name).read_bytes() for name in names]

    def stop(_what: str, _done: int, _total: int) -> None:
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        Store.open_with_key(bench.path(), bench.blank.key, tell=stop)
    assert [Path(name).read_bytes() for name in names] == before
    told: list[tuple[str, int, int]] = []
    store = Store.open_with_key(bench.path(), bench.blank.key, tell=lambda *far: told.append(far))
    assert store.was_unclean
    assert told == [("recover", 10, 10), ("pages", 0, 0)]
    store.close()


def test_a_file_that_crashed_and_was_altered_stays_as_it_is_for_whoever_helps(
    bench: Bench,
) -> None:
    store = bench.new()
    fill(store, 30)
    with store.local() as connection:
        connection.execute(tables.change.update().where(tables.change.c.n == 3).values(seq=999))
    store.close()
    crash(bench, 3)
    names = (str(bench.path()), f"{bench.path()}-wal")
    before = [Path(name).read_bytes() for name in names]
    for _ in range(2):
        with pytest.raises(Damaged) as told:
            bench.open()
        assert told.value.code == "file_damaged_after_crash"
        assert [Path(name).read_bytes() for name in names] == before


def test_a_newer_file_that_crashed_keeps_its_log(bench: Bench) -> None:
    bench.new().close()
    crash(bench, 3, script=CRASH.replace("os._exit(9)", NEWER + "os._exit(9)"))
    names = (str(bench.path()), f"{bench.path()}-wal")
    before = [Path(name).read_bytes() for name in names]
    store = bench.open()
    assert (store.newer, count(store)) == (True, 6)
    store.close()
    assert [Path(name).read_bytes() for name in names] == before
    assert before[1]


def test_a_live_writers_log_is_left_to_it(bench: Bench) -> None:
    store = bench.new()
    fill(store, 3)
    second = bench.open()
    assert not second.was_unclean
    assert count(second) == 3
    fill(store, 3)
    assert count(second) == 6
    second.close()
    assert is_whole(store)


HALF = """
import os, sys
from pathlib import Path
from models.cipher import FileKey, connect
key = FileKey(bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]))
connection = connect(Path(sys.argv[1]), key)
connection.execute("pragma journal_mode = delete")
connection.execute("pragma cache_size = 2")
print("open", flush=True)
connection.execute("begin immediate")
for n in range(500):
    connection.execute("update change set body = zeroblob(900) where n = ?", (n,))
os._exit(9)
"""


def test_a_write_cut_off_without_a_log_is_taken_back(bench: Bench) -> None:
    store = bench.new()
    fill(store, 300)
    store.close()
    crash(bench, 0, script=HALF)
    assert Path(f"{bench.path()}-journal").stat().st_size > 0
    store = Store.open(bench.path(), PASSPHRASE)
    assert store.was_unclean
    assert count(store) == 300
    assert is_whole(store)
    fill(store, 1)
    store.close()
    assert beside(bench.path()) == {"a.dudao"}
