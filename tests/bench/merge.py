"""Merging a package into a big file, beside a bare INSERT … SELECT between the same files."""

import json
import random
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models import parcels
from models.cipher import connect, key_of
from models.kinds import ReplicaId, Uid, Value
from models.writer import new_uid
from services import merge, package, workspace
from services.core import Progress
from services.package import Keys, Order, Preset
from services.workspace import Workspace
from tests.bench import files, texts
from tests.bench.timing import ROOT, Figure, Plan, Spent, in_turns, said, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlcipher3.dbapi2 import Connection

TARGET = 3
MOST_MIB = 300
_HELD, _BROUGHT, _CHANGES_A_ROW = 1_000_000, 200_000, 4
_WITH_TEXT = 0.5
_AT_ONCE = 5_000
_EDITION = "4"
"""Counts the changes of what is written here."""


def figures(plan: Plan) -> list[Figure]:
    """Merge and preview of 200,000 changes over 50,000 rows into a file of 1,000,000."""
    less = 10 if plan.quick else 1
    held, brought = _HELD // less, _BROUGHT // less
    target, source = made(held, brought)
    few_target, few = made(held, brought // 10)
    with tempfile.TemporaryDirectory(dir=files.folder()) as name:
        folder = Path(name)
        works: dict[str, Callable[[], Spent]] = {
            "merge": partial(merged, folder, target, source),
            "preview": partial(_preview, folder, target, source),
            "bare": partial(_bare, folder, target, source),
            "few": partial(merged, folder, few_target, few),
        }
        spent = in_turns(works, plan.times(3))
        mib = _memory(folder, target, source)
        later = _catching_up(folder, target, source)
    ours, bare = spent["merge"], spent["bare"]
    what = f"merge {brought:,} changes into {held:,}"
    told = f"{ours.wall:.1f} s ∶ INSERT … SELECT {bare.wall:.1f} s"
    rate = brought / _CHANGES_A_ROW / ours.wall
    return [
        Figure(what, ours.wall / bare.wall, "×", TARGET, f"{told}; {rate:,.0f} rows a second"),
        Figure(
            "preview of the same", spent["preview"].wall / ours.wall, "×", 1,
            f"{spent['preview'].wall:.1f} s ∶ merge {ours.wall:.1f} s",
        ),
        Figure(
            "ten times the changes", ours.wall / spent["few"].wall, "×", 12,
            f"{brought // 10:,} in {spent['few'].wall:.2f} s",
        ),
        Figure("memory of the merge", mib, "MiB", MOST_MIB),
        Figure("index and log that follow the merge", later.wall, "s", None, "beside the work"),
    ]  # fmt: skip


def made(held: int, brought: int, each: int = _CHANGES_A_ROW) -> tuple[Path, Path]:
    """A workspace of so many changes, `each` of them to a record, and a package it lacks."""
    folder = files.folder()
    key = f"{files.tables_key()}-{parcels.FORMAT}-{_EDITION}-{each}"
    target = folder / f"merge-{held}-{key}.dudao"
    source = folder / f"merge-{held}-{brought}-{key}.dudaopack"
    if not target.exists():
        growing = target.with_suffix(".part")
        growing.unlink(missing_ok=True)
        begun = files.new_workspace(growing)
        _write(begun, held // each, [], each)
        begun.close()
        growing.rename(target)
    if not source.exists():
        _pack(target, source, brought // each, each)
    return target, source


def _pack(target: Path, source: Path, rows: int, each: int) -> None:
    """Somebody else's edits: half of them of records that the target has."""
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        copy = Path(shutil.copyfile(target, Path(name) / target.name))
        ws = workspace.open_file(copy, files.PASSPHRASE)
        with ws.store.local() as connection:
            receiver = "e" * 32
            _note_all_known(connection, receiver)
            query = "select uid from problem order by row_n limit ?"
            known = connection.exec_driver_sql(query, (rows // 2,)).scalars().all()
        _write(ws, rows, [Uid(one) for one in known], each)
        order = Order(preset=Preset.GROUP, receivers=frozenset({ReplicaId(receiver)}))
        written = package.write(ws, Path(name) / source.name, order)
        ws.close()
        written.parcels[0].path.rename(source)


def _note_all_known(connection: sa.Connection, receiver: str) -> None:
    """As if a laptop had said that it has all that is here."""
    peer = (receiver, "a" * 32, "", "", "b" * 32, 0, 1, "")
    connection.exec_driver_sql("insert into peer values (?, ?, ?, ?, ?, ?, ?, ?)", peer)
    connection.exec_driver_sql(
        "insert into peer_tip select ?, replica, name, seq, lower(hex(tip)) "
        "from stream join scope on scope.n = stream.scope",
        (receiver,),
    )


def _write(ws: Workspace, rows: int, known: list[Uid], each: int) -> None:
    """So many problems, with so many changes each; the first of them are those that are there."""
    chance = random.Random(rows + len(known))  # noqa: S311 - nothing secret
    with ws.store.read() as connection:
        units = connection.exec_driver_sql("select uid from unit order by code").scalars().all()
        query = "select uid, unit from problem where uid in (select value from json_each(?))"
        asked = (json.dumps(known),)
        homes = {Uid(u): Uid(unit) for u, unit in connection.exec_driver_sql(query, asked)}
    for start in range(0, rows, _AT_ONCE):
        some = []
        for n in range(start, min(start + _AT_ONCE, rows)):
            uid = known[n] if n < len(known) else new_uid()
            some.append((uid, homes.get(uid, Uid(units[n % len(units)])), n >= len(known)))
        with ws.store.write(ws.actor) as writer:
            for step in range(each):
                for uid, unit, is_new in some:
                    fields = _fields(unit, step, chance, is_new=is_new)
                    new = is_new and not step
                    writer.put("problem", uid, f"unit/{unit}", fields, new=new)
        sys.stderr.write(f"\r{min(start + _AT_ONCE, rows):,} / {rows:,} records")
    sys.stderr.write("\n")


def _fields(unit: Uid, step: int, chance: random.Random, *, is_new: bool) -> dict[str, Value]:
    """The first of a record's changes makes it; of one that was there half get another text."""
    state: dict[str, Value] = {"state": "clue", "round": 1, "changed_on": f"2014-05-0{step + 1}"}
    if is_new and step == 0:
        return {
            "unit": unit,
            "sub_kind": "2.2",
            "title": texts.text(chance, 12),
            "facts": texts.text(chance),
            "found_how": "by_inspection",
            "state": state,
            "provisional_number": f"暂03A-{chance.randrange(10**9)}",
        }
    if step == 1 and (is_new or chance.random() < _WITH_TEXT):
        return {"facts": texts.text(chance)}
    return {"deadline": f"2014-06-{chance.randrange(10, 30)}", "state": state}


def _fresh(folder: Path, target: Path) -> Path:
    """A copy of the target, in the file cache as it would be while somebody works in it."""
    path = folder / "target.dudao"
    for left in (path, *folder.glob("target.dudao-*")):
        left.unlink(missing_ok=True)
    shutil.rmtree(folder / "target.dudao.backups", ignore_errors=True)
    return Path(shutil.copyfile(target, path))


def merged(folder: Path, target: Path, source: Path) -> Spent:
    """Opening, proving and taking in, to the commit; the backup in between is not counted."""
    ws = workspace.open_file(_fresh(folder, target), files.PASSPHRASE)
    keys = package.keys_of(ws, files.PASSPHRASE)
    clock = _Clock()
    spent = timed(partial(_apply, ws, keys, source, clock))
    ws.close()
    return Spent(spent.wall - clock.backup_wall, spent.cpu - clock.backup_cpu)


def _catching_up(folder: Path, target: Path, source: Path) -> Spent:
    """What is left for afterwards."""
    ws = workspace.open_file(_fresh(folder, target), files.PASSPHRASE)
    _apply(ws, package.keys_of(ws, files.PASSPHRASE), source, _Clock())
    spent = timed(ws.store.catch_up)
    ws.close()
    return spent


def _apply(ws: Workspace, keys: Keys, source: Path, clock: "_Clock") -> None:
    sources = merge.open_all([source], keys)
    try:
        outcome = merge.apply(ws, sources, progress=Progress(report=clock.see))
        if outcome.total("applied") == 0:
            raise ValueError(outcome)
    finally:
        merge.close_all(sources)


class _Clock:
    """Takes the time from the first word of the backup to the first of the taking in."""

    def __init__(self) -> None:
        self.backup_wall = self.backup_cpu = 0.0
        self._before: tuple[float, float] | None = None

    def see(self, _done: int, _total: int, what: str) -> None:
        """Hear what the merge is at."""
        now = (time.perf_counter(), time.process_time())
        if what == "backup" and self._before is None:
            self._before = now
        elif what == "take" and self._before is not None:
            self.backup_wall, self.backup_cpu = now[0] - self._before[0], now[1] - self._before[1]
            self._before = None


def _preview(folder: Path, target: Path, source: Path) -> Spent:
    ws = workspace.open_file(_fresh(folder, target), files.PASSPHRASE)
    keys = package.keys_of(ws, files.PASSPHRASE)
    spent = timed(partial(_prepare, ws, keys, source))
    ws.close()
    return spent


def _prepare(ws: Workspace, keys: Keys, source: Path) -> None:
    sources = merge.open_all([source], keys)
    try:
        merge.prepare(ws, sources)
    finally:
        merge.close_all(sources)


def _bare(folder: Path, target: Path, source: Path) -> Spent:
    """The same changes by one statement of the database, numbered as they come."""
    path = _fresh(folder, target)
    target_key = key_of(path, files.PASSPHRASE)
    source_key = key_of(source, files.PASSPHRASE)
    connection = connect(path, target_key)
    attach = f"attach database ? as given key \"x'{source_key.key.hex()}{source_key.salt.hex()}'\""
    connection.execute(attach, (str(source),))
    spent = timed(partial(_insert, connection))
    connection.close()
    return spent


def _insert(connection: "Connection") -> None:
    connection.execute("begin immediate")
    connection.execute(
        "insert or ignore into main.change(stream, seq, id, row, body) "
        "select stream, seq, id, row, body from given.change"
    )
    connection.execute("commit")


_CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from services import merge, package, workspace
from tests.bench.timing import peak_mib
ws = workspace.open_file(Path(sys.argv[2]), sys.argv[4])
sources = merge.open_all([Path(sys.argv[3])], package.keys_of(ws, sys.argv[4]))
merge.apply(ws, sources)
merge.close_all(sources)
ws.close()
print(peak_mib())
"""


def _memory(folder: Path, target: Path, source: Path) -> float:
    """Greatest memory of a process that does nothing but this merge, MiB."""
    path = _fresh(folder, target)
    return float(said(["-c", _CHILD, str(ROOT), str(path), str(source), files.PASSPHRASE]))
