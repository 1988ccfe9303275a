"""The numbers behind every chart, counted in SQL.

Problems count when they are the group's word: confirmed and not void, handed over or merged. A
problem belongs to the day it was confirmed on; one of which no day is known belongs to every
period. Opinions bear no day.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import accumulate
from typing import cast

import sqlalchemy as sa

from models.base import table
from models.kinds import Uid
from services import linking, words
from services.campaign import Denominator, Template
from services.linking import Joined
from services.stats.shapes import (
    ESTABLISHED,
    EVERYTHING,
    Approval,
    PairCount,
    Point,
    ProblemMap,
    Received,
    Scope,
    SubKindColumn,
    UnitRow,
)
from services.workspace import Workspace

PAIRS = (
    ("nature", ("work",), ("wind",)),
    ("subject", ("team",), ("person",)),
    ("specificity", ("abstract",), ("concrete",)),
    ("winds", ("formalism", "bureaucracy"), ("hedonism", "extravagance")),
)
"""四多四少: which values of a field stand on which side. Source: 银川 2014, 三之二."""
CALLS = ("call", "sms")
"""Channels told together as 电话（短信）."""
_STEPS = ("confirmed_on", "assigned_on", "verifying_on", "closed_on")
"""Days a problem bears, in the order of its way."""
MOST_POINTS = 12
"""Days at which the progress of problems is told."""


def problem_map(workspace: Workspace, scope: Scope = EVERYTHING) -> ProblemMap:
    """Problems of every unit by sub-kind (问题分布)."""
    columns = _columns(workspace.template)
    place = {column.id: n for n, column in enumerate(columns)}
    problem = table("problem")
    # In the order of the index that holds all of this, so that nothing is sorted; a state more or
    # less costs nothing.
    by = (problem.c.unit, problem.c.state, problem.c.sub_kind)
    query = sa.select(*by, sa.func.count()).group_by(*by)
    established = {state.value for state in ESTABLISHED}
    with workspace.store.read() as connection:
        same = linking.joined(connection)
        names = _unit_names(connection, scope, same)
        counts = {unit: [0] * len(columns) for unit in names}
        query = query.where(*_within(problem, scope, same))
        for row, state, sub_kind, count in connection.execute(query):
            unit = same.head(row)
            if state in established and unit in counts and sub_kind in place:
                counts[unit][place[sub_kind]] += int(count)
    rows = tuple(UnitRow(unit, name, tuple(counts[unit])) for unit, name in names.items())
    used = [c.group_number > 0 or any(row.counts[n] for row in rows) for n, c in enumerate(columns)]
    return ProblemMap(
        tuple(c for c, kept in zip(columns, used, strict=True) if kept),
        tuple(
            UnitRow(r.unit, r.name, tuple(c for c, k in zip(r.counts, used, strict=True) if k))
            for r in rows
        ),
        scope,
    )


def _columns(template: Template) -> tuple[SubKindColumn, ...]:
    found = [
        SubKindColumn(s.id, s.title or s.id, group.title, at, number)
        for at, group in enumerate(template.groups, 1)
        for number, s in enumerate(group.sub_kinds, 1)
    ]
    found += [
        SubKindColumn(s.id, s.title or s.id, s.title, 0, n) for n, s in enumerate(template.other, 1)
    ]
    return tuple(found)


def _unit_names(connection: sa.Connection, scope: Scope, same: Joined) -> dict[Uid, str]:
    """Name by unit, in the order of names; rows that lead to another are told with that one."""
    unit = table("unit")
    query = sa.select(unit.c.uid, unit.c.short_name, unit.c.name).order_by(unit.c.name, unit.c.uid)
    if scope.units:
        query = query.where(unit.c.uid.in_(sorted(same.widen(scope.units))))
    found = {Uid(r.uid): r.short_name or r.name or "" for r in connection.execute(query)}
    return {unit: name for unit, name in found.items() if same.head(unit) == unit}


def _within(problem: sa.Table, scope: Scope, same: Joined) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if scope.units:
        where.append(problem.c.unit.in_(sorted(same.widen(scope.units))))
    if scope.start or scope.end:
        day = problem.c.confirmed_on
        where.append(sa.or_(day.is_(None), sa.and_(*_between(day, scope))))
    return where


def _between(day: sa.Column[str], scope: Scope) -> list[sa.ColumnElement[bool]]:
    return [
        *([day >= scope.start] if scope.start else []),
        *([day <= scope.end] if scope.end else []),
    ]


def four_ratios(workspace: Workspace, scope: Scope = EVERYTHING) -> tuple[PairCount, ...]:
    """四多四少 over opinions that stand for themselves; the days of the scope do not count."""
    template = workspace.template
    opinion = table("opinion")
    fields = [field for field, _left, _right in PAIRS]
    columns = [opinion.c[field] for field in fields]
    query = (
        sa.select(*columns, sa.func.count())
        .where(opinion.c.merged_into.is_(None))
        .group_by(*columns)
    )
    with workspace.store.read() as connection:
        if scope.units:
            rows = linking.joined(connection).widen(scope.units)
            query = query.where(opinion.c.unit.in_(sorted(rows)))
        kinds = [(tuple(row[:-1]), int(row[-1])) for row in connection.execute(query)]
    found = []
    for at, (field, left, right) in enumerate(PAIRS):
        if field == "winds" and not template.winds:
            continue
        sides = [0, 0]
        unclassified = 0
        for values, count in kinds:
            held = values[at] or ""
            said = [sum(_says(held, field, one) for one in side) for side in (left, right)]
            sides = [total + count * one for total, one in zip(sides, said, strict=True)]
            unclassified += 0 if any(said) else count
        names = (_side(template, field, left), _side(template, field, right))
        found.append(PairCount(field, *names, left, right, sides[0], sides[1], unclassified))
    return tuple(found)


def _says(held: str, field: str, member: str) -> bool:
    return f'"{member}":' in held if field == "winds" else held == member


def _side(template: Template, field: str, members: tuple[str, ...]) -> str:
    if field == "winds":
        short = {w.id: w.short or w.title for w in template.winds}
        return "、".join(short.get(m, m) for m in members)
    return "、".join(words.choice(f"opinion_{field}", m, template) for m in members)


def approvals(workspace: Workspace, scope: Scope = EVERYTHING) -> tuple[Approval, ...]:
    """The last overall evaluation of each unit's team, units by name (民主评议)."""
    evaluation = table("evaluation")
    by_returned = workspace.template.thresholds.approval_denominator is Denominator.RETURNED
    whole = evaluation.c.returned if by_returned else evaluation.c.valid
    query = sa.select(
        evaluation.c.unit,
        evaluation.c.round,
        evaluation.c.good,
        evaluation.c.fairly_good,
        whole.label("whole"),
    ).where(evaluation.c.subject == "team", evaluation.c.item == "overall")
    if scope.start or scope.end:
        day = evaluation.c.date
        query = query.where(sa.or_(day.is_(None), sa.and_(*_between(day, scope))))
    last: dict[Uid, Approval] = {}
    with workspace.store.read() as connection:
        same = linking.joined(connection)
        names = _unit_names(connection, scope, same)
        for row in connection.execute(query.order_by(evaluation.c.round, evaluation.c.row_n)):
            unit = same.head(Uid(row.unit or ""))
            if unit in names:
                part = (row.good or 0) + (row.fairly_good or 0)
                last[unit] = Approval(unit, names[unit], row.round or 1, part, row.whole or 0)
    return tuple(last[unit] for unit in names if unit in last)


def progress(workspace: Workspace, scope: Scope = EVERYTHING) -> tuple[Point, ...]:
    """Where the problems stood at up to 12 days from the first to the last (问题进展).

    The last day is the scope's end, or today. A problem that was sent back stands as if it had
    never got further than it is now.
    """
    problem = table("problem")
    first, *later = (problem.c[name] for name in _STEPS)
    begun = sa.func.coalesce(first, *later, problem.c.changed_on)
    established = problem.c.state.in_([state.value for state in ESTABLISHED])
    held: list[Counter[str]] = [Counter() for _ in _STEPS]
    with workspace.store.read() as connection:
        where = _within(problem, scope, linking.joined(connection))
        query = sa.select(begun, *later).where(established, *where)
        # Counted here: the database would first sort them all, which takes longer and much memory.
        rows = cast("Iterator[tuple[str | None, ...]]", connection.execute(query).cursor)
        for known, count in Counter(rows).items():
            for at, step in enumerate(held):
                day = next((day for day in known[at:] if day is not None), None)
                if day is not None:
                    step[day] += count
    counts = [_Growth(step) for step in held]
    earliest = counts[0].days[0] if counts[0].days else ""
    points = []
    for day in _told(earliest, scope.end or workspace.today().isoformat()):
        confirmed, assigned, verifying, closed = (growth.until(day) for growth in counts)
        points.append(
            Point(day, confirmed - assigned, assigned - verifying, verifying - closed, closed)
        )
    return tuple(points)


class _Growth:
    """How many had come by a day."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.days = sorted(counts)
        self._sums = list(accumulate(counts[day] for day in self.days))

    def until(self, day: str) -> int:
        """Up to this day, itself included."""
        at = bisect_right(self.days, day)
        return self._sums[at - 1] if at else 0


def _told(first: str, last: str) -> list[str]:
    """Days at equal distances, the last one included; none when nothing has happened."""
    if not first:
        return []
    start, end = date.fromisoformat(first), date.fromisoformat(max(first, last))
    span = (end - start).days
    count = min(MOST_POINTS, span + 1)
    return [
        (start + timedelta(days=span * n // max(count - 1, 1))).isoformat() for n in range(count)
    ]


def received(workspace: Workspace, scope: Scope = EVERYTHING) -> Received:
    """What came in by channel; repeated ones (重复件) are left out, so that each counts once."""
    reception = table("reception")
    query = (
        sa.select(
            reception.c.channel,
            sa.func.count(),
            sa.func.sum(sa.func.coalesce(reception.c.persons, 1)),
            sa.func.min(reception.c.date),
            sa.func.max(reception.c.date),
        )
        .where(reception.c.repeats.is_(None))
        .group_by(reception.c.channel)
    )
    if scope.start or scope.end:
        query = query.where(*_between(reception.c.date, scope))
    with workspace.store.read() as connection:
        if scope.units:
            rows = linking.joined(connection).widen(scope.units)
            query = query.where(reception.c.unit.in_(sorted(rows)))
        found = {r[0]: r[1:] for r in connection.execute(query)}
    count = {channel: int(values[0]) for channel, values in found.items()}
    return Received(
        persons=int(found["visit"][1]) if "visit" in found else 0,
        visits=count.get("visit", 0),
        letters=count.get("letter", 0),
        calls=sum(count.get(channel, 0) for channel in CALLS),
        first=min((v[2] for v in found.values() if v[2]), default=""),
        last=max((v[3] for v in found.values() if v[3]), default=""),
    )
