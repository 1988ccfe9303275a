"""What a merge tells: verdicts on sources, what they would change or changed, and what is missing.

The same shapes serve the preview (接收预览), the outcome and the minutes (合并纪要).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from models.errors import AppError
from models.inforce import Gap
from models.kinds import ReplicaId, Uid
from models.parcels import Manifest
from services.core import Changes
from services.package import SignatureVerdict

Params = Mapping[str, str | int]
Counts = tuple[int, int, int]
"""Rows new, changed, deleted."""


class Verdict(StrEnum):
    """What becomes of one source."""

    OK = "ok"
    WARNING = "warning"
    """Taken in; something about it should be known."""
    REFUSED = "refused"
    """Left out; nothing of it was written."""


class Turn(StrEnum):
    """What happened to a record."""

    NEW = "new"
    CHANGED = "changed"
    DELETED = "deleted"
    PARALLEL = "parallel"
    """Changed on both sides, in different fields: merged by itself."""
    CONFLICT = "conflict"
    """A field of it waits for a decision."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a source that should be known; its sentence has the same code."""

    code: str
    params: Params = field(default_factory=dict)
    stops: bool = False
    """A brake: the source is left out unless the code is among those accepted."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A stream in which one number stands for two changes: all branches are kept and folded."""

    replica: ReplicaId
    scope: str
    seq: int
    """The last number in force."""


@dataclass(frozen=True, slots=True)
class Line:
    """Records of one kind, of one unit, or by one person."""

    key: str
    """The kind's name or the uid; empty for records of no unit."""
    new: int = 0
    changed: int = 0
    deleted: int = 0
    parallel: int = 0
    conflict: int = 0
    top: tuple[str, ...] = ()
    """Of a kind: the units most of it belongs to, at most three."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One record as an example; names and talk text are never among them."""

    turn: Turn
    kind: str
    uid: Uid
    unit: Uid
    actor: Uid
    title: str
    fields: tuple[str, ...] = ()
    """Journal fields that were set, at most three."""


@dataclass(frozen=True, slots=True)
class Collision:
    """A number, code or letter that several records bear: one of them has to be changed.

    Of a unit's name: they may be one unit, to be joined (`services.linking`).
    """

    kind: str
    field: str
    value: str
    uids: tuple[Uid, ...]

    @property
    def is_same_unit(self) -> bool:
        """Whether it is about several rows of what seems to be one unit."""
        return (self.kind, self.field) == ("unit", "name")

    @property
    def is_code_name(self) -> bool:
        """Whether it is what somebody heard is called by: not for the eyes of the office."""
        return self.field == "code_name"


@dataclass(frozen=True, slots=True)
class Standing:
    """An edit that stays in force although what it stood on was undone."""

    kind: str
    uid: Uid
    actor: Uid
    fields: tuple[str, ...]
    on: tuple[Uid, ...]
    """Who wrote what it stood on."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Records by what happened to them."""

    new: int = 0
    changed: int = 0
    """Those changed in parallel or now waiting for a decision included."""
    deleted: int = 0
    parallel: int = 0
    conflict: int = 0
    conflicts: int = 0
    """Fields that wait for a decision and did not before."""
    kinds: tuple[Line, ...] = ()
    units: tuple[Line, ...] = ()
    people: tuple[Line, ...] = ()
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What one source came to: kept in the merge record, and what its minutes are made of."""

    applied: int = 0
    """Changes that came into force."""
    known: int = 0
    """Changes that were in force already."""
    held: int = 0
    """Changes that are stored but wait for earlier ones."""
    tally: Tally = field(default_factory=Tally)
    gaps: tuple[Gap, ...] = ()
    forks: tuple[Fork, ...] = ()
    remarks: tuple[Remark, ...] = ()
    collisions: tuple[Collision, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One source of a preview or a merge."""

    name: str
    verdict: Verdict
    manifest: Manifest | None = None
    """None when it could not be read."""
    signature: SignatureVerdict | None = None
    failure: AppError | None = None
    """Why it is refused."""
    figures: Figures = field(default_factory=Figures)
    merge: str = ""
    """Id of the merge record; empty in a preview, and for a refused source."""

    @property
    def brakes(self) -> tuple[Remark, ...]:
        """What has to be accepted by name before it is taken in."""
        return tuple(one for one in self.figures.remarks if one.stops)


@dataclass(frozen=True, slots=True)
class Plan:
    """What merging these sources, in this order, would come to; nothing was written."""

    sources: tuple[Report, ...]
    state_code: str
    """核对码 that this file would have."""

    def total(self, name: str) -> int:
        """Sum of one of the figures `applied`, `known`, `held` over the sources not refused."""
        return _total(self.sources, name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a merge or the undoing of one came to."""

    sources: tuple[Report, ...]
    changes: Changes
    state_code: str
    backup: str = ""
    """The backup made before; empty when nothing was written."""
    standing: tuple[Standing, ...] = ()
    """After an undo: what was built on it since, and stays."""
    forced: int = 0
    """Rows in which values held for a gap were written again as this person's own."""
    new_replica: bool = False
    """Somebody else was found to write as this laptop: it goes on under a new identity."""

    @property
    def merges(self) -> tuple[str, ...]:
        """Ids of the merge records."""
        return tuple(one.merge for one in self.sources if one.merge)

    def total(self, name: str) -> int:
        """Sum of one of the figures `applied`, `known`, `held` over the sources taken in."""
        return _total(self.sources, name)


def _total(sources: tuple[Report, ...], name: str) -> int:
    taken = (one for one in sources if one.verdict is not Verdict.REFUSED)
    return sum(int(getattr(one.figures, name)) for one in taken)


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One line of the merge list (合并记录), with all that its minutes tell."""

    uid: str
    at: int
    """When, by this laptop's clock, UTC, milliseconds."""
    actor: Uid
    source: str
    """File name that the person knew it by."""
    manifest: Manifest
    figures: Figures
    signature: str
    """State of the signature (`services.package.SignatureState`)."""
    signer: str
    undone_at: int | None
    undone_by: Uid | None
    undone_reason: str = ""
