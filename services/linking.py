"""同一单位: two rows of one real unit, written apart, that a person joined.

Two laptops that both noted a unit before they met hold two rows of it, and the work of either
stands in a scope of its own. Nothing is moved: the one row names the other (`linked`), and from
then on both are selected, counted and called as one, by the row they lead to. It is a field like
any other, so it travels, merges, is asked about where two people joined differently, and is taken
back by emptying it. What a laptop still writes under the row that leads away is found with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import orjson
import sqlalchemy as sa

from models import tables
from models.base import table
from models.errors import Refused
from models.kinds import Uid
from models.projection import history
from services import words
from services.core import Changes
from services.workspace import COMMON, Workspace

FIELD = "linked"


@dataclass(frozen=True, slots=True)
class Joined:
    """Which units stand for which."""

    heads: Mapping[Uid, Uid] = field(default_factory=dict)
    """Unit → the unit it leads to; only those that lead to another."""

    def head(self, unit: Uid) -> Uid:
        """The row that stands for this unit; itself where it was never joined."""
        return self.heads.get(unit, unit)

    def widen(self, units: Iterable[Uid]) -> frozenset[Uid]:
        """These units with all rows that are the same ones; empty (all) stays empty."""
        wanted = {self.head(unit) for unit in units}
        return frozenset(wanted | {unit for unit, head in self.heads.items() if head in wanted})

    def summed(self, counts: Iterable[tuple[Uid, int]]) -> dict[Uid, int]:
        """Counts by unit, those of one unit together."""
        found: dict[Uid, int] = {}
        for unit, count in counts:
            head = self.head(unit)
            found[head] = found.get(head, 0) + count
        return found


def joined(connection: sa.Connection) -> Joined:
    """What is joined in this file now; a row that leads to one that is not here stands alone."""
    unit = table("unit")
    target = unit.alias()
    query = (
        sa.select(unit.c.uid, unit.c[FIELD])
        .join(target, target.c.uid == unit.c[FIELD])
        .where(unit.c[FIELD] != unit.c.uid)
    )
    leads = {Uid(uid): Uid(to) for uid, to in connection.execute(query)}
    heads = {uid: _end(uid, leads) for uid in leads}
    return Joined({uid: head for uid, head in heads.items() if head != uid})


def widened(workspace: Workspace, units: Iterable[Uid]) -> frozenset[Uid]:
    """These units and every row that is one with any of them."""
    with workspace.store.read() as connection:
        return joined(connection).widen(units)


def leading(workspace: Workspace) -> Mapping[Uid, Uid]:
    """Unit → the unit it stands for, of those that lead to another."""
    with workspace.store.read() as connection:
        return joined(connection).heads


def _end(uid: Uid, leads: Mapping[Uid, Uid]) -> Uid:
    """Where a row leads to; of rows that lead to each other in a ring, the least uid.

    Such a ring comes from two people who joined the same rows the other way round.
    """
    way = [uid]
    while (following := leads.get(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]


def join(workspace: Workspace, unit: Uid, into: Uid, reason: str = "") -> Changes:
    """Let `unit` lead to `into`: everything of either is from now on found under `into`.

    Raises:
        Refused: one of them is not in this file, or they are one already.
    """
    with workspace.store.write(workspace.actor, reason.strip() or None) as writer:
        now = joined(writer.connection)
        for one in (unit, into):
            _known(writer.connection, one)
        first, last = now.head(unit), now.head(into)
        if first == last:
            raise Refused("unit_joined_already")
        _undisputed(writer.connection, first)
        writer.put("unit", first, COMMON, {FIELD: last})
    return _changes(unit, into)


def part(workspace: Workspace, unit: Uid, reason: str = "") -> Changes:
    """Take back that `unit` leads to another: both stand for themselves again.

    Raises:
        Refused: it leads to no other.
    """
    with workspace.store.write(workspace.actor, reason.strip() or None) as writer:
        units = table("unit")
        query = sa.select(units.c[FIELD]).where(units.c.uid == unit)
        into = writer.connection.scalar(query)
        if into is None:
            raise Refused("unit_not_joined")
        _undisputed(writer.connection, unit)
        writer.put("unit", unit, COMMON, {FIELD: None})
    return _changes(unit, Uid(into))


def twice(workspace: Workspace) -> int:
    """How many names of units stand on several rows that nobody has joined."""
    unit = table("unit")
    named: dict[str, set[Uid]] = {}
    with workspace.store.read() as connection:
        same = joined(connection)
        for uid, name in connection.execute(sa.select(unit.c.uid, unit.c.name)):
            named.setdefault(name or uid, set()).add(same.head(uid))
    return sum(len(rows) > 1 for rows in named.values())


@dataclass(frozen=True, slots=True)
class Shape:
    """What tells one row of a unit from another of the same name."""

    uid: Uid
    name: str
    code: str
    records: int
    """Living records filed under it."""
    made_by: str
    """Who made it; the beginning of their uid if they are not known here."""
    made_on: date


def shapes(workspace: Workspace, units: Iterable[Uid]) -> tuple[Shape, ...]:
    """These units as they differ, the one with most records first; those gone are left out."""
    with workspace.store.read() as connection:
        found = [one for uid in units if (one := _shape(connection, uid)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.records, one.made_on, one.uid)))


def _shape(connection: sa.Connection, unit: Uid) -> Shape | None:
    target, row, scope, person = table("unit"), tables.row, tables.scope, table("person")
    told = connection.execute(target.select().where(target.c.uid == unit)).first()
    if told is None:
        return None
    filed = (
        sa.select(sa.func.count(sa.distinct(row.c.uid)))
        .join(scope, scope.c.n == row.c.scope)
        .where(scope.c.name.in_([f"unit/{unit}", f"talk/unit/{unit}"]))
        .where(row.c.deleted == 0, row.c.listed == 1)
    )
    first = history(connection, told.row_n)[0]
    name = connection.scalar(sa.select(person.c.name).where(person.c.uid == first.actor))
    return Shape(
        uid=unit,
        name=told.name or "",
        code=told.code or "",
        records=connection.scalar(filed) or 0,
        made_by=name or first.actor[:8],
        made_on=datetime.fromtimestamp(first.at / 1000, UTC).astimezone().date(),
    )


def _known(connection: sa.Connection, unit: Uid) -> None:
    units = table("unit")
    if connection.scalar(sa.select(units.c.uid).where(units.c.uid == unit)) is None:
        raise Refused("record_unknown", kind="unit", uid=unit)


def _undisputed(connection: sa.Connection, unit: Uid) -> None:
    """Whoever joined it another way elsewhere is asked first."""
    row = tables.row
    query = sa.select(row.c.conflicts).where(row.c.uid == unit, row.c.conflicts.is_not(None))
    if any(FIELD in orjson.loads(waiting) for waiting in connection.scalars(query)):
        raise Refused(
            "field_in_conflict", kind=words.kind("unit"), fields=words.field("unit", FIELD)
        )


def _changes(unit: Uid, into: Uid) -> Changes:
    return Changes(frozenset({"unit", "problem"}), frozenset({unit, into}))
