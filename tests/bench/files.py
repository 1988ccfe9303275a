"""Big workspace files, made through the real store and kept in the person's cache folder."""

import errno
import hashlib
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path
from sqlalchemy.schema import CreateIndex, CreateTable

from models import search_index, tables
from models.base import metadata, table_name
from models.catalogue import KINDS
from models.kinds import Tier, Uid, Value
from models.writer import Writer, new_uid
from services import records, rows, workspace
from services.workspace import NewGroup, Workspace
from tests.bench import texts

PASSPHRASE = "量一量"  # noqa: S105 - opens made-up text only
PERSON = "赵明"
_AT_ONCE = 20_000
"""Records of one transaction."""
_BYTES_PER_RECORD = 6_000
"""Room a record needs while the file grows, its log included."""
_UNITS = 40
_EDITION = "1"
"""Counts the changes of what `_put` writes."""

_KINDS = (
    *("problem", "opinion", "problem", "check", "problem"),
    *("opinion", "problem", "interview", "problem", "opinion"),
)
_HELD = {"campaign", "group", "unit", "person", "name_key", *_KINDS}
_EMPTY = {table_name(kind, tier) for kind in KINDS.keys() - _HELD for tier in Tier}
"""Tables of kinds of which a file made here has no record."""

_Fields = dict[str, Value]


def unit_name(serial: int) -> str:
    """The name of the unit that the record of this number belongs to."""
    return f"第{serial % _UNITS:02d}单位"


def folder() -> Path:
    """Where the files are kept from run to run."""
    path = user_cache_path("dudao", appauthor=False) / "bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


def new_workspace(path: Path) -> Workspace:
    """An empty workspace with units."""
    made = workspace.create(
        path, PASSPHRASE, PASSPHRASE, NewGroup("yinchuan-2014", "量", 3, PERSON)
    )
    units: list[dict[str, Value]] = [
        {"name": unit_name(n), "code": f"{n:03d}"} for n in range(_UNITS)
    ]
    records.add(made, "unit", units, draft=True)
    return made


def file_with(count: int) -> Path:
    """A workspace of `count` records, made when the cache has none of this schema.

    Raises:
        OSError: the disk has no room.
    """
    path = folder() / f"{count}-{tables_key()}.dudao"
    if path.exists():
        _complete(path)
        return path
    for older in folder().glob(f"{count}-*"):
        older.unlink()
    needed = count * _BYTES_PER_RECORD
    if shutil.disk_usage(folder()).free < needed:
        raise OSError(errno.ENOSPC, f"{needed >> 30} GiB needed", str(folder()))
    growing = path.with_suffix(".part")
    made = new_workspace(growing)
    try:
        _fill(made, count)
    finally:
        made.close()
    return growing.rename(path)


def tables_key() -> str:
    """Changes with the tables that are filled, with how text is indexed, and with the records."""
    chance = random.Random(0)  # noqa: S311 - as below
    sample = texts.text(chance)
    filled = [t for t in metadata.sorted_tables if t.name not in _EMPTY]
    parts = [str(CreateTable(t)) for t in filled]
    parts += [str(CreateIndex(i)) for t in filled for i in sorted(t.indexes, key=str)]
    parts += [tables.SEARCH, search_index.pairs(f"{sample} Ａb，c\n"), _EDITION]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:12]


def _complete(path: Path) -> None:
    """Make the tables of kinds that were added since, which no record of the file is of."""
    opened = workspace.open_file(path, PASSPHRASE)
    try:
        with opened.store.local() as connection:
            metadata.create_all(connection)
    finally:
        opened.close()


def _fill(made: Workspace, count: int) -> None:
    chance = random.Random(count)  # noqa: S311 - nothing secret, the same everywhere
    with made.store.read() as connection:
        units = connection.exec_driver_sql("select uid from unit order by code").scalars().all()
    for start in range(0, count, _AT_ONCE):
        with made.store.write(made.actor) as writer:
            for serial in range(start, min(start + _AT_ONCE, count)):
                _put(writer, made, serial, Uid(units[serial % _UNITS]), chance)
        sys.stderr.write(f"\r{min(start + _AT_ONCE, count):,} / {count:,} records")
    sys.stderr.write("\n")


def _put(writer: Writer, made: Workspace, serial: int, unit: Uid, chance: random.Random) -> None:
    """One record: of ten, five problems, three opinions, a talk and a study check."""
    kind = _KINDS[serial % len(_KINDS)]
    fields = {"unit": unit, **_MAKERS[kind](made, serial, chance)}
    rows.write_row(writer, KINDS[kind], new_uid(), f"unit/{unit}", fields, new=True)


def _day(serial: int) -> str:
    return f"2014-{4 + serial // 30 % 5:02d}-{1 + serial % 30:02d}"


def _problem(made: Workspace, serial: int, chance: random.Random) -> _Fields:
    kinds = made.template.members("sub_kinds")
    return {
        "sub_kind": kinds[serial % len(kinds)][0],
        "title": texts.text(chance, 12),
        "facts": texts.text(chance),
        "found_how": "by_inspection",
        "level": "team",
        "deadline": _day(serial),
        f"handlers.{made.actor}": True,
        "state": {"state": "clue", "round": 1, "changed_on": _day(serial)},
        "provisional_number": f"暂03A-{serial:02d}",
    }


def _opinion(_made: Workspace, serial: int, chance: random.Random) -> _Fields:
    return {"text": texts.text(chance), "channel": "talk", "round": 1, "nature": "wind"}


def _talk(made: Workspace, serial: int, chance: random.Random) -> _Fields:
    return {
        "category": made.template.members("categories")[0][0],
        "date": _day(serial),
        "round": 1,
        "state": "finished",
        "code_name": f"A{serial:07d}",
        "start_at": "09:30",
        "place": "三楼会议室",
        f"talkers.{made.actor}": True,
        "recorder": made.actor,
        "text": texts.text(chance),
    }


def _check(made: Workspace, serial: int, chance: random.Random) -> _Fields:
    return {
        "form": "study_check",
        "date": _day(serial),
        f"checkers.{made.actor}": True,
        "answers.plan_exists": serial % 2 == 0,
        "form_version": 1,
        "result": ("solid", "basic", "formality")[serial % 3],
        "note": texts.text(chance),
    }


_MAKERS: dict[str, Callable[[Workspace, int, random.Random], _Fields]] = {
    "problem": _problem,
    "opinion": _opinion,
    "interview": _talk,
    "check": _check,
}
