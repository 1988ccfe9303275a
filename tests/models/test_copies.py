"""A copy is whole, is of one moment, and disturbs nobody."""

import fcntl
import os
import threading
from pathlib import Path

import pytest

from models.copies import copy_bytes, need_space, verified_changes
from models.errors import Busy, Cancelled, Damaged, Refused
from models.store import Store
from tests.models.acts import beside, count, fill, is_whole
from tests.models.conftest import Bench


def test_a_copy_of_an_open_file_holds_what_was_written(bench: Bench) -> None:
    store = bench.new()
    fill(store, 30)
    assert store.copy_to(bench.path("copy")) == 30
    fill(store, 1)
    copy = bench.open("copy")
    assert count(copy) == 30
    assert is_whole(copy)


def test_writing_goes_on_while_the_copy_stands_still(bench: Bench) -> None:
    store = bench.new()
    fill(store, 300)
    sizes: list[int] = []

    def write_meanwhile(done: int, total: int) -> None:
        sizes.append(total)
        if done == 0:
            fill(store, 300)

    assert store.copy_to(bench.path("copy"), write_meanwhile) == 300
    assert count(store) == 600
    copy = bench.open("copy")
    assert count(copy) == 300
    assert is_whole(copy)
    assert len(set(sizes)) == 1


def test_copies_taken_while_another_thread_writes_are_whole(bench: Bench) -> None:
    store = bench.new()
    fill(store, 50)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            fill(store, 3)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        held = [store.copy_to(bench.path(f"copy{n}")) for n in range(4)]
    finally:
        stop.set()
        thread.join()
    assert held == sorted(held)
    for n, number in enumerate(held):
        copy = bench.open(f"copy{n}")
        assert count(copy) == number
        assert (number - 50) % 3 == 0
        assert is_whole(copy)


def test_a_reader_of_an_older_moment_is_waited_for(bench: Bench) -> None:
    store = bench.new()
    fill(store, 1)
    reading, done = threading.Event(), threading.Event()

    def read() -> None:
        with store.read() as connection:
            connection.exec_driver_sql("select count(*) from change").scalar_one()
            reading.set()
            done.wait(0.3)

    thread = threading.Thread(target=read)
    thread.start()
    reading.wait()
    fill(store, 1)
    assert store.copy_to(bench.path("copy")) == 2
    thread.join()


def test_copying_drops_none_of_this_processes_locks(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "locked"
    path.write_bytes(b"x" * 100)
    with path.open("rb+") as held:
        fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        copy_bytes(path, tmp_path / "copy")
        child = os.fork()
        if not child:
            with path.open("rb+") as other:
                try:
                    fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os._exit(1)
                except OSError:
                    os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_existing_name_is_not_overwritten(bench: Bench) -> None:
    store = bench.new()
    bench.path("copy").write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        store.copy_to(bench.path("copy"))
    assert refused.value.code == "file_exists"
    assert bench.path("copy").read_bytes() == b"mine"
    assert beside(bench.path()) >= {"a.dudao", "copy.dudao"}


def test_a_stopped_copy_leaves_nothing(bench: Bench) -> None:
    store = bench.new()
    fill(store, 5)

    def stop(_done: int, _total: int) -> None:
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        store.copy_to(bench.path("copy"), stop)
    store.close()
    assert beside(bench.path()) == {"a.dudao"}


def test_a_copy_that_cannot_be_written_is_told(bench: Bench) -> None:
    store = bench.new()
    for target in (bench.folder / "no" / "a.dudao", Path("/proc/a.dudao")):
        with pytest.raises(Refused):
            store.copy_to(target)


def test_room_is_asked_for_before(tmp_path: Path) -> None:
    need_space(tmp_path, 1)
    with pytest.raises(Refused) as refused:
        need_space(tmp_path, 2**60)
    assert refused.value.code == "space_missing"


def test_a_damaged_copy_is_not_counted(bench: Bench) -> None:
    store = bench.new()
    fill(store, 100)
    store.close()
    data = bytearray(bench.path().read_bytes())
    data[len(data) // 2] ^= 1
    bench.path("copy").write_bytes(data)
    with pytest.raises(Damaged):
        verified_changes(bench.path("copy"), bench.blank.key, "copy")
    assert beside(bench.path()) == {"a.dudao", "copy.dudao"}


def test_another_processes_file_is_not_copied(bench: Bench) -> None:
    store = bench.new()
    fill(store, 1)
    second = bench.open()
    with pytest.raises(Busy):
        second.copy_to(bench.path("copy"))
    assert isinstance(second, Store)
