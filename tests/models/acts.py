"""What tests of the file do to it: fill it, count, damage it, kill its writer."""

import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from models import health, tables
from models.store import Store
from models.writer import new_uid
from tests.models.conftest import ACTOR, Bench


def fill(store: Store, count: int = 40) -> None:
    """Several units, in one action."""
    with store.write(ACTOR) as writer:
        for n in range(count):
            fields = {"name": f"单位{n}", "note": "会风不实" * 100}
            writer.put("unit", new_uid(), "common", fields, new=True)


def count(store: Store) -> int:
    """How many changes are stored."""
    with store.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(tables.change)) or 0


def is_whole(store: Store) -> bool:
    """Whether pages, chains and projection hold."""
    with store.read() as connection:
        found = [*health.pages(connection), *health.chains(connection)]
        return not [
            f for f in [*found, *health.projection(connection)] if isinstance(f, health.Finding)
        ]


def beside(path: Path) -> set[str]:
    """What lies in the file's folder, the test's home apart."""
    return {p.name for p in path.parent.iterdir() if p.name != ".home"}


def damaged(bench: Bench, cut: int = 0, flip: int | None = None) -> Path:
    """A filled file, cut by some bytes or with one bit flipped."""
    store = bench.new()
    fill(store, 200)
    store.close()
    data = bytearray(bench.path().read_bytes())
    if flip is not None:
        data[flip % len(data)] ^= 1
    bench.path().write_bytes(data[: len(data) - cut])
    return bench.path()


CRASH = """
import os, sys
from pathlib import Path
from models.cipher import FileKey
from models.store import Store
from models.kinds import Uid
from models.writer import new_uid
key = FileKey(bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]))
store = Store.open_with_key(Path(sys.argv[1]), key)
print("open", flush=True)
for n in range(int(sys.argv[4])):
    with store.write(Uid("ac" * 16)) as writer:
        unit = new_uid()
        writer.put("unit", unit, "common", {"name": f"单位{n}"}, new=True)
        writer.put("visit", new_uid(), f"unit/{unit}", {"unit": unit}, new=True)
    print(n, flush=True)
os._exit(9)
"""


NEWER = """
with store.local() as connection:
    connection.exec_driver_sql("pragma user_version = 9")
"""


def crash(bench: Bench, writes: int, after_s: float | None = None, script: str = CRASH) -> int:
    """A child writes and dies, at its end or killed after a while; the last action it reported."""
    key = bench.blank.key
    path = str(bench.path())
    command = [sys.executable, "-c", script, path, key.key.hex(), key.salt.hex(), str(writes)]
    with subprocess.Popen(  # noqa: S603 - this test's own child
        command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        if after_s is not None:
            time.sleep(after_s)
            child.kill()
        said = child.stdout.read().split()
    return int(said[-1]) if said else -1
