"""Value types that commands and queries share: what changed, progress, filters, pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from models.errors import Cancelled
from models.kinds import ChangeId, Tier, Uid, Value


@dataclass(frozen=True, slots=True)
class Changes:
    """What a command changed; the window emits it once and each tab decides whether to reload."""

    kinds: frozenset[str] = frozenset()
    units: frozenset[Uid] = frozenset()
    origin: str = ""
    """Who caused it (a tab's name), so that it can skip its own echo."""


@dataclass(slots=True)
class Progress:
    """Handed to long work: it reports steps and learns whether the person cancelled."""

    report: Callable[[int, int, str], None] = lambda _done, _total, _what: None
    """Called with (done, total, what); total 0 means unknown."""
    cancelled: Callable[[], bool] = lambda: False

    def step(self, done: int, total: int, what: str = "") -> None:
        """Tell how far the work is; raises `Cancelled` when the person stopped it."""
        if self.cancelled():
            raise Cancelled("cancelled")
        self.report(done, total, what)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows a list shows and in what order."""

    where: Mapping[str, Value] = field(default_factory=dict)
    """Field → value; a list means any of; for a set field: contains."""
    units: frozenset[Uid] = frozenset()
    """Only rows of these units; empty means all."""
    text: str = ""
    """Substring that a text field must contain, case and width folded."""
    sort: str = ""
    """Field to sort by; a leading '-' sorts downwards; empty means newest first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record as lists and forms see it."""

    uid: Uid
    kind: str
    values: Mapping[str, Value]
    """Known fields by name; references are uids, sets are sorted lists, absent is None."""
    missing: tuple[str, ...] = ()
    """Fields still required to finish."""
    conflicts: tuple[str, ...] = ()
    """Fields of which several values wait for a decision."""
    base: Mapping[Tier, tuple[ChangeId, ...]] = field(default_factory=dict)
    """What whoever looks at this row has in view; handed back with an edit of it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a list."""

    rows: tuple[Row, ...]
    total: int
    """Rows of the whole list, not of this slice."""
    counted: bool = True
    """False: the list has more, and nobody has counted them yet."""
