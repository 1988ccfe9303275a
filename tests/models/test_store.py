"""Creating a file, and writing all of an action or nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import tables
from models.cipher import key_of
from models.database import Database
from models.errors import Busy, Refused
from models.kinds import Uid
from models.store import Store, read_meta, write_meta
from models.writer import new_uid
from tests.models.acts import beside, count, fill, is_whole
from tests.models.conftest import ACTOR, PASSPHRASE, Bench


def test_a_new_file_holds_nothing_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "第三 组#1?.dudao"
    store = Store.create(path, PASSPHRASE)
    assert count(store) == 0
    store.close()
    assert beside(path) == {path.name}
    again = Store.open(path, PASSPHRASE)
    assert is_whole(again)
    again.close()


def test_an_existing_file_is_not_created_over(tmp_path: Path) -> None:
    path = tmp_path / "a.dudao"
    path.write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        Store.create(path, PASSPHRASE)
    assert refused.value.code == "file_exists"
    assert path.read_bytes() == b"mine"


def test_nothing_is_left_of_a_file_that_could_not_be_created(tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "a.dudao", Path("/proc/a.dudao")):
        with pytest.raises(Refused):
            Store.create(path, PASSPHRASE)
    with pytest.raises(Refused) as refused:
        Store.create(tmp_path / "a.dudao", "")
    assert refused.value.code == "passphrase_empty"
    assert beside(tmp_path / "a.dudao") == set()


def test_reading_alone_leaves_the_bytes_as_they_are(bench: Bench) -> None:
    bench.new().close()
    before = bench.path().read_bytes()
    store = bench.open()
    assert count(store) == 0
    store.close()
    assert bench.path().read_bytes() == before
    assert beside(bench.path()) == {"a.dudao"}


def test_closing_folds_the_log_into_the_file(bench: Bench) -> None:
    store = bench.new()
    fill(store)
    store.close()
    assert beside(bench.path()) == {"a.dudao"}
    bench.copy("a", "b")
    assert count(bench.open("b")) == 40


def failing_local(store: Store) -> None:
    """A local transaction that breaks off."""
    with store.local() as connection:
        write_meta(connection, "letter", "Z")
        raise Refused("passphrase_empty")


def failing_write(store: Store) -> None:
    """A write that breaks off after its rows were flushed."""
    with store.write(ACTOR) as writer:
        writer.put("unit", new_uid(), "common", {"name": "半"}, new=True)
        writer.next_number("x")
        writer.flush()
        raise Refused("passphrase_empty")


def test_what_breaks_off_leaves_nothing(bench: Bench) -> None:
    store = bench.new()
    for breaking in (failing_local, failing_write):
        with pytest.raises(Refused):
            breaking(store)
    assert count(store) == 0
    with store.read() as connection:
        assert read_meta(connection, "letter") is None
        assert connection.execute(tables.counter.select()).first() is None
        assert connection.execute(tables.scope.select()).first() is None
    fill(store, 1)
    assert is_whole(store)


def test_a_read_sees_one_moment(bench: Bench) -> None:
    store = bench.new()
    fill(store, 1)
    with store.read() as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(tables.change))
        fill(store, 5)
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.change)) == before
    assert count(store) == 6


@pytest.mark.parametrize(
    ("actor", "uid", "scope", "entity"),
    [
        ("x", "1" * 32, "common", "unit"),
        ("ac" * 16, "x", "common", "unit"),
        ("ac" * 16, "1" * 32, "", "unit"),
        ("ac" * 16, "1" * 32, "common", ""),
        ("ac" * 16, "1" * 32, "sealed/unit/1", "unit"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(
    bench: Bench, actor: str, uid: str, scope: str, entity: str
) -> None:
    store = bench.new()

    def write() -> None:
        with store.write(Uid(actor)) as writer:
            writer.put(entity, Uid(uid), scope, {"name": "一"})

    with pytest.raises(Refused):
        write()
    assert count(store) == 0


FULL = """
import resource, signal, sys
from pathlib import Path
from models.cipher import FileKey
from models.errors import AppError
from models.kinds import Uid
from models.store import Store
from models.writer import new_uid
key = FileKey(bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]))
store = Store.open_with_key(Path(sys.argv[1]), key)
def fill(count):
    with store.write(Uid("ac" * 16)) as writer:
        for n in range(count):
            fields = {"name": f"单位{n}", "note": str(n) * 300}
            writer.put("unit", new_uid(), "common", fields, new=True)
fill(2)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
try:
    fill(3000)
    print("written")
except AppError as error:
    print(error.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
fill(2)
store.close()
"""


def test_a_full_disk_is_told_rolled_back_and_survived(bench: Bench) -> None:
    bench.new().close()
    key = bench.blank.key
    limit = str(bench.path().stat().st_size + 200_000)
    command = [sys.executable, "-c", FULL, str(bench.path()), key.key.hex(), key.salt.hex(), limit]
    done = subprocess.run(  # noqa: S603 - this test's own child
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.split() in (["disk_full"], ["file_unwritable"])
    store = bench.open()
    assert count(store) == 4
    assert is_whole(store)
    with store.read() as connection:
        assert len(connection.execute(tables.stream.select()).all()) == 1


def test_a_busy_file_is_told_so(bench: Bench) -> None:
    store = bench.new()
    fill(store, 1)

    def twice() -> None:
        with store.write(ACTOR), store.local():
            pass

    with pytest.raises(Busy):
        twice()
    fill(store, 1)
    assert count(store) == 2


def test_views_that_overlap_and_end_in_any_order_all_see_the_file(bench: Bench) -> None:
    bench.new().close()
    database = Database(bench.path(), key_of(bench.path(), PASSPHRASE))
    query = sa.select(sa.func.count()).select_from(tables.row)
    with database.read() as later:
        with database.read() as sooner:
            want = sooner.scalar(query)
        with database.read() as again, database.read() as third:
            assert later.scalar(query) == again.scalar(query) == third.scalar(query) == want
    database.reconnect("rw")  # the connection that kept its pages is closed by now
    with database.read() as one, database.read() as two:
        assert one.scalar(query) == two.scalar(query) == want
    database.close()
