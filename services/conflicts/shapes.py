"""What waits for a decision, as lists and screens see it."""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.kinds import ChangeId, Uid, Value

DELETED = "deleted"
"""Journal field that tells a deletion."""


class Sort(StrEnum):
    """What kind of decision a conflict asks for."""

    VALUES = "values"
    """Several values of one field."""
    TEXT = "text"
    """Several wordings of a long text: they can be merged section by section."""
    STATES = "states"
    """Two ways of a problem through its states."""
    DELETED = "deleted"
    """One deleted the record while another went on with it."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of a problem on the way to a candidate's state."""

    state: str
    """Id of `models.kinds.ProblemState`; what a newer program wrote may be another."""
    words: str
    actor_name: str
    at: datetime
    reason: str | None
    signed: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the values that stand against each other."""

    change_id: ChangeId
    value: Value
    """As the journal has it; of a deletion True, of an edit that a deletion had not seen False."""
    words: str
    actor: Uid
    actor_name: str
    at: datetime
    """When, by its author's clock (UTC)."""
    replica: str
    letter: str
    """The laptop's letter; empty when it is not known here."""
    reason: str | None
    signed: bool
    shown: bool = False
    """Lists and forms show this one until it is decided."""
    path: tuple[PathStep, ...] = ()
    """Of a problem's state: the steps since the common base, the last one is this."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One field of one record about which somebody must decide."""

    id: str
    """Short and the same on every laptop: 12 hex characters."""
    kind: str
    uid: Uid
    scope: str
    name: str
    """Number or title of the record."""
    unit: Uid | None
    unit_name: str
    field: str
    """Journal field, e.g. `title`, `handlers.<uid>`, `tally`; `deleted`."""
    label: str
    sort: Sort
    candidates: tuple[Candidate, ...]
    """Oldest first, by their authors' clocks; number 1 is the first."""
    base: Candidate | None
    """The value that all of them had seen."""
    seen: tuple[ChangeId, ...]
    """What whoever looks at this has in view: the `base` of a decision."""
    is_asked: bool = True
    """False where changes it stands on are not here yet (前文未到): shown, not to be decided."""
    handed_to: tuple[Uid, ...] = ()
    """Who was asked to decide (交还作者定); empty: anybody."""
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    """The record's values as shown now."""

    @property
    def people(self) -> frozenset[Uid]:
        """Who wrote the candidates."""
        return frozenset(c.actor for c in self.candidates)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conflicts a queue holds; all of them when nothing is said."""

    units: frozenset[Uid] = frozenset()
    kind: str = ""
    uid: str = ""


def identify(uid: str, scope: str, kind: str, field_name: str) -> str:
    """The id under which one field's conflict is known on every laptop."""
    text = "\0".join((uid, scope, kind, field_name))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
