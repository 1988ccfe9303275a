"""What the map of 收齐情况 is made of."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models.kinds import ReplicaId, Uid


class State(StrEnum):
    """What a cell of the map says."""

    ALL = "all"
    """✓ Something was written that day, and all of it is here."""
    MISSING = "missing"
    """缺: known to be written about that day, and not here."""
    AWAITED = "awaited"
    """未到: nothing was heard from there since."""
    NOTHING = "nothing"
    """休: nothing was written that day."""


class Why(StrEnum):
    """How something is known to be missing."""

    GAP = "gap"
    """Later changes are here and are held until it comes."""
    WITHHELD = "withheld"
    """Somebody has it, as they said themselves."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one line."""

    state: State
    changes: int = 0
    """In force here."""
    missing: int = 0
    """At most so many of that day and those about it."""


@dataclass(frozen=True, slots=True)
class Laptop:
    """One laptop; after a restore it goes on under another replica, and stays the same laptop."""

    group: Uid
    """Empty when nobody in this file is known to use it."""
    letter: str
    name: str
    """Of the person who uses it."""
    replicas: frozenset[ReplicaId]
    is_own: bool
    heard_at: datetime | None
    """When it was last heard of, by its own clock, UTC; None for never."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the map, with a cell a day."""

    group: Uid
    group_name: str
    unit: Uid
    """Empty in a group's own map."""
    unit_name: str
    laptop: Laptop | None
    """None in the office's map."""
    cells: tuple[Cell, ...]
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Numbers of one stream that are not here."""

    replica: ReplicaId
    scope: str
    first: int
    last: int
    why: Why
    from_day: date | None
    """When the last one before was written; None when there is none."""
    to_day: date | None
    """When the next one was written, or somebody said that they have it."""
    laptop: Laptop | None = None
    """Whose; None when nobody in this file is known to be."""
    told_by: str = ""
    """Who has it, for what is withheld."""

    @property
    def changes(self) -> int:
        """How many are missing."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Forked:
    """A stream in which one number stands for two changes."""

    replica: ReplicaId
    scope: str
    laptop: Laptop | None


@dataclass(frozen=True, slots=True)
class Collected:
    """The map of some days."""

    days: tuple[date, ...]
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]
    forks: tuple[Forked, ...]
    twins: tuple[Laptop, ...]
    """Written under two replicas at once: a file was copied, and both copies are worked on."""
