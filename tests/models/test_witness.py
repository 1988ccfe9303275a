"""No number of a stream is ever used twice, whatever happens to the file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import tables
from models.copies import copy_bytes
from models.errors import AppError, Busy, Refused
from models.files import write_atomic
from models.kinds import ReplicaId
from models.store import Store, read_meta
from models.witness import Witness, WriterLock
from models.writer import new_uid
from tests.models.conftest import ACTOR, Bench


def note(store: Store, text: str = "一") -> str:
    """Write one change; its id."""
    with store.write(ACTOR) as writer:
        return writer.put("unit", new_uid(), "common", {"name": text}, new=True)


def half(store: Store) -> None:
    """One change, and a second one that is refused."""
    with store.write(ACTOR) as writer:
        writer.put("unit", new_uid(), "common", {"name": "二"}, new=True)
        writer.put("unit", new_uid(), "common", {"字": "三"}, new=True)


def replica_of(store: Store) -> str | None:
    """Under whom the file is written."""
    with store.read() as connection:
        return read_meta(connection, "replica")


def numbers(*stores: Store) -> list[tuple[str, int, str]]:
    """(replica, seq, id) of every change in these files, each once."""
    found = set()
    for store in stores:
        with store.read() as connection:
            query = sa.select(tables.stream.c.replica, tables.change.c.seq, tables.change.c.id)
            joined = query.join(tables.change, tables.change.c.stream == tables.stream.c.n)
            found |= {(r, s, bytes(i).hex()) for r, s, i in connection.execute(joined)}
    return sorted(found)


def used_twice(*stores: Store) -> bool:
    """Whether one number stands for two changes."""
    places = [(replica, seq) for replica, seq, _ in numbers(*stores)]
    return len(places) != len(set(places))


def test_a_file_goes_on_under_its_replica(bench: Bench) -> None:
    store = bench.new()
    note(store)
    first = replica_of(store)
    store.close()
    again = bench.open()
    note(again)
    assert replica_of(again) == first
    assert [seq for _, seq, _ in numbers(again)] == [1, 2]
    assert not again.was_rolled_back


def test_a_copy_and_its_original_never_share_a_number(bench: Bench) -> None:
    store = bench.new()
    note(store)
    store.close()
    bench.copy("a", "b")
    copy, store = bench.open("b"), bench.open("a")
    note(copy, "写在副本里")
    note(store, "写在原件里")
    copy.close()
    store.close()
    copy, store = bench.open("b"), bench.open("a")
    note(copy)
    note(store)
    assert not used_twice(copy, store)
    assert replica_of(copy) != replica_of(store)


def test_a_file_rolled_back_in_place_gets_a_new_replica(bench: Bench) -> None:
    store = bench.new()
    note(store)
    store.close()
    earlier = bench.path().read_bytes()
    store = bench.open()
    lost = note(store, "后来恢复时丢了的一条")
    before = replica_of(store)
    known = numbers(store)
    store.close()
    bench.path().write_bytes(earlier)
    store = bench.open()
    note(store)
    assert store.was_rolled_back
    assert replica_of(store) != before
    now = numbers(store)
    assert lost not in {i for _, _, i in now}
    assert len({(r, s) for r, s, _ in known + now}) == len({i for _, _, i in known + now})


def test_a_lost_log_is_noticed(bench: Bench) -> None:
    store = bench.new()
    note(store)
    store.close()
    store = bench.open()
    lost = note(store)
    before = replica_of(store)
    assert Path(f"{bench.path()}-wal").stat().st_size > 0
    copy_bytes(bench.path(), bench.path("without log"))
    store.close()
    bench.path("without log").replace(bench.path())
    again = bench.open()
    note(again)
    assert again.was_rolled_back
    assert replica_of(again) != before
    assert lost not in {i for _, _, i in numbers(again)}


def test_another_machine_writes_under_its_own_replica(bench: Bench) -> None:
    store = bench.new()
    note(store)
    here = replica_of(store)
    store.close()
    bench.on_machine("theirs")
    there = bench.open()
    note(there)
    assert replica_of(there) != here
    assert not there.was_rolled_back
    assert not used_twice(there)


def test_a_damaged_witness_vouches_for_nothing(bench: Bench) -> None:
    store = bench.new()
    note(store)
    before = replica_of(store)
    store.close()
    for text in (b"", b"{", b'{"id": "zz", "scope": "common", "seq": 1}', b'{"id": 1}', b"[]"):
        for file in list(Path(os.environ["XDG_STATE_HOME"]).rglob("*.json")):
            file.write_bytes(text)
        store = bench.open()
        note(store)
        assert replica_of(store) != before
        before = replica_of(store)
        assert not used_twice(store)
        store.close()


def test_the_witness_knows_a_change_before_it_is_committed(bench: Bench) -> None:
    store = bench.new()
    note(store)
    replica = store.become_writer()
    seen: list[str] = []
    with store.write(ACTOR) as writer:
        change_id = writer.put("unit", new_uid(), "common", {"name": "二"}, new=True)

        def look(*_: object) -> None:
            newest = Witness(replica).newest()
            seen.append("" if newest is None else newest.id)

        sa.event.listen(writer.connection, "commit", look)
    assert seen[0] == change_id


def test_a_kill_between_witness_and_commit_costs_a_replica_and_no_number(bench: Bench) -> None:
    store = bench.new()
    note(store)
    before = replica_of(store)
    store.close()
    (path,) = list(Path(os.environ["XDG_STATE_HOME"]).rglob(f"{before}.json"))
    told = json.loads(path.read_bytes())
    told |= {"seq": 2, "id": "ab" * 32}
    write_atomic(path, json.dumps(told).encode(), overwrite=True)
    store = bench.open()
    note(store)
    assert store.was_rolled_back
    assert not used_twice(store)
    assert replica_of(store) != before


def test_a_rolled_back_action_leaves_the_replica_alone(bench: Bench) -> None:
    store = bench.new()
    note(store)
    before = replica_of(store)
    with pytest.raises(Refused):
        half(store)
    store.close()
    store = bench.open()
    note(store)
    assert replica_of(store) == before
    assert [seq for _, seq, _ in numbers(store)] == [1, 2]


HOLD = """
import sys
from pathlib import Path
from models.cipher import FileKey
from models.store import Store
key = FileKey(bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]))
store = Store.open_with_key(Path(sys.argv[1]), key)
store.become_writer()
print("held", flush=True)
sys.stdin.read()
store.close()
"""


def test_a_second_process_reads_and_may_not_write(bench: Bench) -> None:
    store = bench.new()
    note(store)
    store.close()
    key = bench.blank.key
    command = [sys.executable, "-c", HOLD, str(bench.path()), key.key.hex(), key.salt.hex()]
    with subprocess.Popen(  # noqa: S603 - this test's own child
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        second = bench.open()
        assert len(numbers(second)) == 1
        with pytest.raises(Busy):
            note(second)
        child.communicate(b"")
    note(second)
    assert [seq for _, seq, _ in numbers(second)] == [1, 2]


def test_two_open_stores_of_one_process_are_two_writers(bench: Bench) -> None:
    store = bench.new()
    note(store)
    second = bench.open()
    with pytest.raises(Busy):
        note(second)
    store.close()
    note(second)
    assert len(numbers(second)) == 2


def test_the_lock_follows_the_file_not_its_name(bench: Bench, tmp_path: Path) -> None:
    bench.new().close()
    other = tmp_path / "又名.dudao"
    os.link(bench.path(), other)
    held = WriterLock(bench.path())
    held.acquire()
    with pytest.raises(Busy):
        WriterLock(other).acquire()
    held.release()
    lock = WriterLock(other)
    lock.acquire()
    lock.release()


def test_a_file_swapped_under_an_open_store_is_not_written(bench: Bench) -> None:
    store = bench.new()
    bench.new("b").close()
    bench.path("b").replace(bench.path("a"))
    with pytest.raises(Refused) as refused:
        note(store)
    assert refused.value.code == "file_replaced"


def test_a_state_folder_that_cannot_be_written_is_told(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = bench.new()
    (tmp_path / "flat").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "flat"))
    with pytest.raises(AppError) as told:
        note(store)
    assert told.value.code == "folder_unwritable"


def test_a_witness_of_nothing_remembers_nothing() -> None:
    assert Witness(ReplicaId("0" * 32)).newest() is None
