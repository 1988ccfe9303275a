"""信访接待: numbers of receptions, and what came in week by week and unit by unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from models.base import table
from models.kinds import Value
from services import linking, numbers, records
from services.records import Added
from services.stats import EVERYTHING, Scope
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Line:
    """What came in of one week, of one unit, or with one end."""

    name: str
    """Monday of the week (ISO 8601), uid of the unit, or where it went; empty where none is."""
    visits: int
    """批次."""
    persons: int
    """人次 of these visits."""
    letters: int
    calls: int
    """Calls and short messages."""


def add(workspace: Workspace, values: Mapping[str, Value]) -> Added:
    """Register a reception; one without a number gets the next of this laptop.

    Raises:
        Invalid: a value has faults, or something required is missing.
    """
    given = dict(values)
    if not given.get("number"):
        given["number"] = next_number(workspace)
    return records.add(workspace, "reception", [given])


def next_number(workspace: Workspace) -> str:
    """The next number of this laptop, `访03B-0031`: the letter keeps two laptops apart."""
    reception = table("reception")
    with workspace.store.read() as connection:
        group = numbers.group_number(workspace, connection)
        stem = f"访{group:02d}{workspace.letter}-"
        query = sa.select(reception.c.number).where(
            reception.c.number.startswith(stem, autoescape=True)
        )
        last = numbers.highest_serial(connection.scalars(query), stem)
    return f"{stem}{last + 1:04d}"


def by_week(workspace: Workspace, scope: Scope = EVERYTHING) -> tuple[Line, ...]:
    """What came in, week by week, first week first; repeated ones are left out."""
    found: dict[str, Line] = {}
    for day, channel, count, persons in _counted(workspace, table("reception").c.date, scope):
        try:
            when = date.fromisoformat(str(day))
        except ValueError:
            continue
        monday = (when - timedelta(days=when.weekday())).isoformat()
        before = found.get(monday) or Line(monday, 0, 0, 0, 0)
        found[monday] = _with(before, channel, count, persons)
    return tuple(found[name] for name in sorted(found))


def by_unit(workspace: Workspace, scope: Scope = EVERYTHING) -> tuple[Line, ...]:
    """What came in about each unit, in the order of uids; the empty name is: about none."""
    return _lines(workspace, table("reception").c.unit, scope)


def by_end(workspace: Workspace, scope: Scope = EVERYTHING) -> tuple[Line, ...]:
    """What came in by where it was handed to; the empty name is: nowhere yet."""
    return _lines(workspace, table("reception").c.handed_to, scope)


def _lines(workspace: Workspace, column: "sa.Column[str]", scope: Scope) -> tuple[Line, ...]:
    found: dict[str, Line] = {}
    for name, channel, count, persons in _counted(workspace, column, scope):
        key = str(name or "")
        before = found.get(key) or Line(key, 0, 0, 0, 0)
        found[key] = _with(before, channel, count, persons)
    return tuple(found[name] for name in sorted(found))


def _counted(
    workspace: Workspace, column: "sa.Column[str]", scope: Scope
) -> list[tuple[str | None, str, int, int]]:
    """(value, channel, how many, persons) of the receptions that are no repetition."""
    reception = table("reception")
    persons = sa.func.sum(sa.func.coalesce(reception.c.persons, 1))
    query = (
        sa.select(column, reception.c.channel, sa.func.count(), persons)
        .where(reception.c.repeats.is_(None), reception.c.channel.is_not(None))
        .group_by(column, reception.c.channel)
    )
    if scope.start:
        query = query.where(reception.c.date >= scope.start)
    if scope.end:
        query = query.where(reception.c.date <= scope.end)
    with workspace.store.read() as connection:
        if scope.units:
            rows = linking.joined(connection).widen(scope.units)
            query = query.where(reception.c.unit.in_(sorted(rows)))
        return [(r[0], str(r[1]), int(r[2]), int(r[3])) for r in connection.execute(query)]


def _with(line: Line, channel: str, count: int, persons: int) -> Line:
    visit, letter = channel == "visit", channel == "letter"
    return Line(
        line.name,
        line.visits + count * visit,
        line.persons + persons * visit,
        line.letters + count * letter,
        line.calls + count * (not visit and not letter),
    )
