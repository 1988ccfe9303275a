"""What is counted and what was counted: plain values, each knowing the records behind it."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.kinds import ProblemState, Uid, Value
from services.core import Filter

ESTABLISHED = (
    ProblemState.CONFIRMED,
    ProblemState.ASSIGNED,
    ProblemState.RECTIFYING,
    ProblemState.VERIFYING,
    ProblemState.CLOSED,
)
"""States in which a problem is the group's word."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted."""

    units: frozenset[Uid] = frozenset()
    """Empty means all."""
    start: str = ""
    """First day (ISO 8601), empty for no bound."""
    end: str = ""
    """Last day."""


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Behind:
    """Which list of records shows what was counted."""

    kind: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit's counts, one a sub-kind."""

    unit: Uid
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Problems of the unit."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class SubKindColumn:
    """A sub-kind as the head of a column."""

    id: str
    title: str
    group: str
    """Title of its group; of one outside the groups its own."""
    group_number: int
    """From 1; 0 outside the groups."""
    number: int
    """Within its group, from 1."""


@dataclass(frozen=True, slots=True)
class ProblemMap:
    """Problems by unit and sub-kind."""

    columns: tuple[SubKindColumn, ...]
    rows: tuple[UnitRow, ...]
    """Units by name; those without problems too."""
    scope: Scope

    @property
    def totals(self) -> tuple[int, ...]:
        """Problems of each sub-kind."""
        return tuple(sum(row.counts[n] for row in self.rows) for n in range(len(self.columns)))

    def units_of(self, column: int) -> int:
        """How many units have problems of a sub-kind."""
        return sum(1 for row in self.rows if row.counts[column])

    def behind(self, unit: Uid | None = None, sub_kind: str | None = None) -> Behind:
        """The problems of a cell; None stands for the whole row or column."""
        where = established(self.scope)
        if sub_kind is not None:
            where["sub_kind"] = sub_kind
        return Behind("problem", Filter(where, frozenset({unit}) if unit else self.scope.units))


@dataclass(frozen=True, slots=True)
class PairCount:
    """One of the four ratios."""

    field: str
    left: str
    """In words."""
    right: str
    left_ids: tuple[str, ...]
    right_ids: tuple[str, ...]
    left_count: int
    right_count: int
    unclassified: int

    def behind(self, *, left: bool, scope: Scope = EVERYTHING) -> Behind:
        """The opinions on one side."""
        ids: list[Value] = list(self.left_ids if left else self.right_ids)
        return Behind("opinion", Filter({self.field: ids, "merged_into": None}, scope.units))


@dataclass(frozen=True, slots=True)
class Approval:
    """好 and 较好 for one unit's team, overall, in its last round."""

    unit: Uid
    name: str
    round: int
    part: int
    whole: int
    """0 means no result."""

    def behind(self) -> Behind:
        """The evaluations of the unit."""
        where: dict[str, Value] = {"subject": "team", "item": "overall"}
        return Behind("evaluation", Filter(where, frozenset({self.unit})))


@dataclass(frozen=True, slots=True)
class Point:
    """Where the problems stood at the end of a day."""

    day: str
    confirmed: int
    """已认定, not yet handed to the unit."""
    rectifying: int
    """已交办 and 整改中."""
    verifying: int
    closed: int


@dataclass(frozen=True, slots=True)
class Received:
    """What came in, in the three units that are never added up."""

    persons: int
    """人次 of visits; a visit of which no number is told counts as one."""
    visits: int
    """批次: how many visits these were."""
    letters: int
    """件."""
    calls: int
    """条次 of calls and short messages."""
    first: str = ""
    """Day of the first, empty when nothing came."""
    last: str = ""

    def behind(self, channels: Iterable[str], scope: Scope) -> Behind:
        """The receptions of some channels."""
        where: dict[str, Value] = {"channel": list(channels)}
        if scope.start or scope.end:
            where["date"] = days(scope)
        return Behind("reception", Filter(where, scope.units))


def days(scope: Scope) -> dict[str, Value]:
    """The scope's bounds as a list filters by them."""
    bounds = {"from": scope.start, "to": scope.end}
    return {name: day for name, day in bounds.items() if day}


def established(scope: Scope) -> dict[str, Value]:
    """What a list of the scope's problems is filtered by."""
    where: dict[str, Value] = {"state": [state.value for state in ESTABLISHED]}
    if scope.start or scope.end:
        where["confirmed_on"] = {**days(scope), "unknown": True}
    return where
