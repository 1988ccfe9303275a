"""The map itself: lines, cells, and the words' data below it."""

import time
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa

from models.base import table
from models.kinds import Tier, Uid
from models.projection import tier_of
from services import linking
from services.collected import laptops as known_laptops
from services.collected.days import Moments, Stream, counts, day_of, streams
from services.collected.lacking import Lack, lacks
from services.collected.shapes import Cell, Collected, Forked, Line, Missing, State
from services.workspace import Workspace

_LOG = "log"
_NS_PER_MS = 1_000_000


def of_group(workspace: Workspace, days: Sequence[date]) -> Collected:
    """The map of the acting group: a line a laptop, by letter, members never heard of included.

    `days` follow one another without a gap.
    """
    with workspace.store.read() as connection:
        look = _Look(workspace, connection, days)
        return look.collected(look.laptop_lines())


def of_groups(workspace: Workspace, days: Sequence[date]) -> Collected:
    """The office's map: a line a group and unit, by the group's number and the unit's name.

    `days` follow one another without a gap.
    """
    with workspace.store.read() as connection:
        look = _Look(workspace, connection, days)
        return look.collected(look.unit_lines())


def missing(workspace: Workspace) -> tuple[Missing, ...]:
    """What is known to exist and is not here, by laptop and scope."""
    with workspace.store.read() as connection:
        return _Look(workspace, connection, ()).missing


class _Look:
    """One look at the file."""

    def __init__(
        self, workspace: Workspace, connection: sa.Connection, days: Sequence[date]
    ) -> None:
        self._workspace, self._connection = workspace, connection
        self._days = tuple(days)
        self._moments = Moments(connection)
        self._same = linking.joined(connection)
        self._streams = [s for s in streams(connection) if s.scope != _LOG]
        self._moments.look_up((s.n, end) for s in self._streams for end in (1, s.seq))
        now = time.time_ns() // _NS_PER_MS
        self._laptops = known_laptops.laptops(
            workspace, connection, self._streams, self._moments, now
        )
        self._of = {replica: one for one in self._laptops for replica in one.replicas}
        self._lacks = [la for la in lacks(connection, self._moments) if la.scope != _LOG]
        self.missing = tuple(self._missing(la) for la in self._lacks)

    def _missing(self, lack: Lack) -> Missing:
        return Missing(
            replica=lack.replica,
            scope=lack.scope,
            first=lack.first,
            last=lack.last,
            why=lack.why,
            from_day=day_of(lack.before_at),
            to_day=day_of(lack.after_at),
            laptop=self._of.get(lack.replica),
            told_by=lack.told_by,
        )

    def collected(self, lines: Iterable[Line]) -> Collected:
        """These lines, with what is told below the map."""
        forks = (
            Forked(s.replica, s.scope, self._of.get(s.replica)) for s in self._streams if s.forked
        )
        twins = known_laptops.twins(self._laptops, self._streams, self._moments)
        return Collected(self._days, tuple(lines), self.missing, tuple(forks), twins)

    def laptop_lines(self) -> list[Line]:
        """A line for each laptop of the acting group."""
        group = self._workspace.group
        per_day = counts(self._moments, self._streams, self._days)
        sums = _sums((self._of.get(s.replica), per_day.get(s.n)) for s in self._streams)
        gone = _by_key((m.laptop, m) for m in self.missing)
        name = known_laptops.groups(self._connection).get(group)
        own = [one for one in self._laptops if one.group == group]
        own.sort(key=lambda one: (not one.letter, len(one.letter), one.letter, one.name))
        return [
            Line(
                group=group,
                group_name=name.name if name is not None else "",
                unit=Uid(""),
                unit_name="",
                laptop=one,
                cells=self._cells(sums.get(one), gone.get(one, []), one.heard_at),
                heard_at=one.heard_at,
            )
            for one in own
        ]

    def unit_lines(self) -> list[Line]:
        """A line for each group and each unit that it works on or that is assigned to it."""
        of_units = [s for s in self._streams if _unit_of(s.scope)]
        per_day = counts(self._moments, of_units, self._days)
        sums = _sums((self._place(s), per_day.get(s.n)) for s in of_units)
        gone = _by_key((self._place(m), m) for m in self.missing if _unit_of(m.scope))
        names, assigned = self._units()
        places = {self._place(s) for s in of_units}
        places |= gone.keys() | {(group, unit) for unit, group in assigned.items()}
        groups = known_laptops.groups(self._connection)
        heard: dict[Uid, datetime] = {}
        for one in self._laptops:
            if one.heard_at is not None:
                heard[one.group] = max(one.heard_at, heard.get(one.group, one.heard_at))
        lines = []
        for group, unit in places:
            at = heard.get(group)
            cells = self._cells(sums.get((group, unit)), gone.get((group, unit), []), at)
            name = groups[group].name if group in groups else ""
            lines.append(Line(group, name, unit, names.get(unit, ""), None, cells, at))
        numbers = {uid: one.number for uid, one in groups.items()}
        lines.sort(key=lambda li: (numbers.get(li.group, 0), li.group, li.unit_name, li.unit))
        return lines

    def _place(self, one: Stream | Missing) -> tuple[Uid, Uid]:
        """Group and unit; rows of one unit are one place."""
        laptop = self._of.get(one.replica)
        unit = self._same.head(_unit_of(one.scope))
        return laptop.group if laptop is not None else Uid(""), unit

    def _units(self) -> tuple[Mapping[Uid, str], Mapping[Uid, Uid]]:
        """Names of units, and which group each is assigned to."""
        unit = table("unit")
        names, assigned = {}, {}
        query = sa.select(unit.c.uid, unit.c.name, unit.c.group)
        for uid, name, group in self._connection.execute(query):
            names[Uid(uid)] = name or ""
            if group and self._same.head(uid) == uid:
                assigned[Uid(uid)] = Uid(group)
        return names, assigned

    def _cells(
        self, changes: Sequence[int] | None, gone: Sequence[Missing], heard_at: datetime | None
    ) -> tuple[Cell, ...]:
        heard = None if heard_at is None else heard_at.astimezone().date()
        cells = []
        for place, day in enumerate(self._days):
            count = changes[place] if changes else 0
            lost = sum(m.changes for m in gone if _is_about(m, day))
            if heard is None or day > heard:
                state = State.ALL if count else State.AWAITED
            elif lost:
                state = State.MISSING
            else:
                state = State.ALL if count else State.NOTHING
            cells.append(Cell(state, count, lost))
        return tuple(cells)


def _is_about(one: Missing, day: date) -> bool:
    """Whether something missing may have been written on a day."""
    first = one.from_day or one.to_day
    last = one.to_day or one.from_day
    return first is not None and last is not None and min(first, last) <= day <= max(first, last)


def _unit_of(scope: str) -> Uid:
    """The unit of a work scope; empty for any other scope."""
    head, _, rest = scope.partition("/")
    return Uid(rest if head == "unit" and tier_of(scope) is Tier.WORK else "")


_Key = TypeVar("_Key", bound=Hashable)


def _sums(
    counted: Iterable[tuple[_Key, tuple[int, ...] | None]],
) -> dict[_Key, list[int]]:
    """Counts per day, added up by key."""
    sums: dict[_Key, list[int]] = {}
    for key, per_day in counted:
        if per_day is not None:
            before = sums.setdefault(key, [0] * len(per_day))
            sums[key] = [a + b for a, b in zip(before, per_day, strict=True)]
    return sums


def _by_key(some: Iterable[tuple[_Key, Missing]]) -> dict[_Key, list[Missing]]:
    found: defaultdict[_Key, list[Missing]] = defaultdict(list)
    for key, one in some:
        found[key].append(one)
    return found
