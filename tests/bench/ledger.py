"""A workspace with many problems, put straight into the tables: nothing of it is in the journal.

Lists read nothing else, and a million records through the store take half an hour.
"""

import hashlib
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from models import schema, tables
from models.base import dump, table
from models.coding import NARROW
from models.kinds import CHOICES, Uid, Value
from services.workspace import Workspace
from tests.bench import files, texts

_AT_ONCE = 20_000
_PEOPLE, _DAYS, _TEXTS = 11, 720, 20_000
_SHARES = (5, 5, 10, 10, 25, 10, 25, 5, 3, 2)
"""Of the states in the order of their table, percent."""
_NUMBERED_FROM = 2
"""States before this one bear no number."""


def file_with(count: int) -> Path:
    """A workspace of `count` problems, made when the cache has none of this schema."""
    shape = repr([str(sa.schema.CreateTable(t)) for t in (table("problem"), NARROW["problem"])])
    key = hashlib.sha256(f"1 {schema.VERSION} {shape}".encode()).hexdigest()[:12]
    path = files.folder() / f"problems-{count}-{key}.dudao"
    if path.exists():
        return path
    for older in files.folder().glob(f"problems-{count}-*"):
        older.unlink()
    growing = path.with_suffix(".part")
    for left in files.folder().glob(f"{growing.name}*"):
        left.unlink()
    made = files.new_workspace(growing)
    try:
        _fill(made, count)
    finally:
        made.close()
    return growing.rename(path)


def units(opened: Workspace) -> list[Uid]:
    """The units in the order of their codes."""
    unit = table("unit")
    with opened.store.read() as connection:
        return list(map(Uid, connection.scalars(sa.select(unit.c.uid).order_by(unit.c.code))))


def _fill(made: Workspace, count: int) -> None:
    problem, row = table("problem"), tables.row
    with made.store.read() as connection:
        first = int(connection.scalar(sa.select(sa.func.max(row.c.n))) or 0) + 1
        scope = connection.scalar(sa.select(tables.scope.c.n).limit(1))
    standing = {"entity": "problem", "scope": scope, "tips": b"", "authors": b""}
    standing |= {"deleted": 0, "listed": 1, "incomplete": 0}
    rows = _problems(made, first, count)
    done = 0
    while some := list(islice(rows, _AT_ONCE)):
        with made.store.local() as connection:
            connection.execute(problem.insert(), some)
            known = [{"n": one["row_n"], "uid": one["uid"], **standing} for one in some]
            connection.execute(row.insert(), known)
        done += len(some)
        sys.stderr.write(f"\r{done:,} / {count:,} problems")
    sys.stderr.write("\n")


def _problems(made: Workspace, first: int, count: int) -> Iterator[dict[str, Value]]:
    chance = random.Random(count)  # noqa: S311 - nothing secret, the same everywhere
    pool = [texts.text(chance) for _ in range(_TEXTS)]
    kinds = [name for name, _ in made.template.members("sub_kinds")]
    winds = [name for name, _ in made.template.members("winds")]
    people = [made.actor, *(f"{chance.getrandbits(128):032x}" for _ in range(_PEOPLE))]
    states, of = CHOICES["problem_state"], units(made)
    for n in range(first, first + count):
        state = chance.choices(states, _SHARES)[0]
        is_numbered = states.index(state) >= _NUMBERED_FROM
        yield {
            "row_n": n,
            "uid": f"{chance.getrandbits(128):032x}",
            "unit": chance.choice(of),
            "sub_kind": chance.choice(kinds),
            "title": f"{chance.choice(pool)[:12]}{n % 1000}",
            "facts": chance.choice(pool),
            "winds": _set(chance.sample(winds, chance.choice((1, 1, 2)))),
            "level": chance.choice(("team", "person", "department")),
            "found_how": "by_inspection",
            "handlers": _set([chance.choice(people)]),
            "deadline": _day(chance.randrange(_DAYS)),
            "state": state,
            "round": 1,
            "changed_on": _day(chance.randrange(_DAYS)),
            "confirmed_on": _day(chance.randrange(_DAYS)) if is_numbered else None,
            "provisional_number": f"暂03A-{n}",
            "number": f"银督03-{n:07d}" if is_numbered else None,
        }


def _set(members: Sequence[str]) -> str:
    return dump(dict.fromkeys(members, True))


def _day(number: int) -> str:
    return f"{2013 + number // 360}-{1 + number // 30 % 12:02d}-{1 + number % 30:02d}"
