"""The journal: immutable, hash-chained changes, and the pure fold that turns them into values.

Format version 1 is a promise: what is written today must merge in ten years. Nothing in this module
touches a database. Source: format of version 1, sections "A change" and "Folding a row".
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from models.errors import Damaged, NewerVersion, Refused
from models.kinds import ChangeId, ProblemState, ReplicaId, Uid, Value
from models.spelling import (
    ESCAPED_NUL,
    KEYS,
    MAX_AT,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INTEGER,
    VERSION,
    check_value,
    holds_nul,
    is_usual,
    is_well_formed,
)

__all__ = [
    "GENESIS",
    "MAX_AT",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_INTEGER",
    "VERSION",
    "Change",
    "Conflict",
    "Folded",
    "Sight",
    "body_of",
    "decode",
    "encode",
    "fold",
    "from_body",
    "identify",
    "is_well_formed",
    "read_body",
]

GENESIS = ChangeId("0" * 64)
"""`prev` of a stream's first change."""

_STATE_RANK = {state.value: rank for rank, state in enumerate(ProblemState)}


@dataclass(frozen=True, slots=True)
class Change:
    """One row touched in one transaction, as its author stored it."""

    id: ChangeId
    replica: ReplicaId
    scope: str
    seq: int
    prev: ChangeId
    at: int
    """The author's clock, UTC, milliseconds since 1970."""
    actor: Uid
    txn: str
    reason: str | None
    entity: str
    row: Uid
    base: tuple[ChangeId, ...]
    fields: Mapping[str, Value]
    sig: str | None = None
    """Detached CMS (DER, base64) of the acting person over the body without it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several people set one field without having seen each other."""

    candidates: tuple[Change, ...]
    """Those still standing, greatest (at, id) first."""
    base: Change | None
    """The greatest earlier setter all of them have seen."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What the changes of one row amount to."""

    values: dict[str, Value] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    tips: tuple[ChangeId, ...] = ()
    """Each replica's last change of the row, sorted: the `base` of whoever has seen all of it."""
    authors: tuple[ReplicaId, ...] = ()
    """Who wrote each of them."""
    deleted: bool = False
    listed: bool = False
    """A change without base is in force: the row began here."""
    incomplete: bool = False
    """Some change stands on one that is not here (前文未到)."""


def encode(body: Mapping[str, object]) -> bytes:
    """The one spelling of a change: sorted keys, no spaces, UTF-8.

    Raises:
        Refused: a value the format does not know, text with U+0000, or a change over 4 MiB.
    """
    check_value(body, 0)
    try:
        data = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:
        raise Refused("value_not_storable", detail=str(error)) from error
    if len(data) > MAX_BYTES:
        raise Refused("change_too_large", size=len(data), limit=MAX_BYTES)
    if ESCAPED_NUL in data and holds_nul(body):
        raise Refused("text_with_nul")
    return data


def identify(data: bytes) -> ChangeId:
    """The id of stored bytes."""
    return ChangeId(hashlib.sha256(data).hexdigest())


def decode(data: bytes) -> Change:
    """Read stored bytes, refusing every spelling but the canonical one.

    Raises:
        NewerVersion: the change carries a later format version.
        Damaged: anything else that is not a change.
    """
    return from_body(identify(data), read_body(data))


def read_body(data: bytes) -> dict[str, Any]:
    """The body of stored bytes, proven as `decode` does.

    The parser bounds its own depth, so that its stack does not depend on what a stranger wrote.

    Raises:
        NewerVersion: the change carries a later format version.
        Damaged: anything else that is not a change.
    """
    if len(data) > MAX_BYTES:
        raise Damaged("change_unreadable", detail="size")
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Damaged("change_unreadable", detail="json") from error
    if not isinstance(body, dict):
        raise Damaged("change_unreadable", detail="body")
    if not is_usual(body, data):
        _refuse_unless_canonical(body, data)
    return body


def _refuse_unless_canonical(body: dict[str, Any], data: bytes) -> None:
    """Say what keeps parsed bytes from being a change, if anything does."""
    version = body.get("v")
    if type(version) is int and version > VERSION:
        raise NewerVersion("change_newer", version=version)
    if not is_well_formed(body):
        raise Damaged("change_unreadable", detail="body")
    try:
        if encode(body) != data:
            raise Damaged("change_unreadable", detail="spelling")
    except Refused as error:
        raise Damaged("change_unreadable", detail=error.code) from error


def from_body(change_id: ChangeId, body: Mapping[str, Any]) -> Change:
    """A change from a body that is known to be well formed."""
    return Change(
        change_id,
        body["replica"],
        body["scope"],
        body["seq"],
        body["prev"],
        body["at"],
        body["actor"],
        body["txn"],
        body["reason"],
        body["entity"],
        body["row"],
        tuple(body["base"]),
        body["fields"],
        body.get("sig"),
    )


def body_of(change: Change) -> dict[str, object]:
    """The body as stored, `sig` included if there is one; `encode` gives the stored bytes again."""
    body: dict[str, object] = {name: getattr(change, name) for name in KEYS if name != "v"}
    body["v"] = VERSION
    body["base"] = list(change.base)
    body["fields"] = dict(change.fields)
    if change.sig is not None:
        body["sig"] = change.sig
    return body


class _Lines:
    """Each replica's own chain within a row, as lines that split only where its author's view did.

    A change continues its author's line when it names exactly the line's end in its base. What one
    has *seen* is then a line and a position on it, so that a thousand edits of one note stay
    linear. Where a replica forked, or saved a form that was loaded before its own last change, a
    line splits: naming one branch is not seeing the other.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        """Place the changes of one row, sorted by replica and number."""
        self.place: dict[ChangeId, tuple[int, int]] = {}
        self.parents: list[tuple[ChangeId, ...]] = []
        self.passed: set[ChangeId] = set()
        """Changes that a later one of the same replica has seen."""
        known = {c.id: c for c in changes}
        ends: list[int] = []
        for change in changes:
            own = tuple(b for b in change.base if b in self.place and _is_own(known[b], change))
            self.passed.update(own)
            if len(own) == 1 and self.place[own[0]][1] == ends[self.place[own[0]][0]]:
                line = self.place[own[0]][0]
                ends[line] += 1
            else:
                line = len(ends)
                ends.append(0)
                self.parents.append(own)
            self.place[change.id] = (line, ends[line])

    def cover(self, ids: Iterable[ChangeId]) -> dict[int, int]:
        """Line → last position seen by someone whose base names `ids`."""
        reach: dict[int, int] = {}
        waiting = [i for i in ids if i in self.place]
        while waiting:
            line, position = self.place[waiting.pop()]
            if line not in reach:
                waiting.extend(self.parents[line])
            reach[line] = max(position, reach.get(line, -1))
        return reach

    def covered(self, reach: Mapping[int, int], change: Change) -> bool:
        """Whether someone with that reach has seen the change."""
        line, position = self.place[change.id]
        return reach.get(line, -1) >= position


class Sight:
    """Who has seen what among the changes of one row, however they arrived."""

    def __init__(self, changes: Iterable[Change]) -> None:
        """Look at these changes of one (scope, entity, row)."""
        self.changes = tuple(_in_order(changes))
        self._lines = _Lines(self.changes)

    def seen_by(self, base: Iterable[ChangeId]) -> frozenset[ChangeId]:
        """The changes that someone whose base names `base` has seen."""
        reach = self._lines.cover(base)
        return frozenset(c.id for c in self.changes if self._lines.covered(reach, c))

    def standing(self, name: str) -> tuple[Change, ...]:
        """The setters of a field that no other setter has seen, greatest (at, id) first."""
        setters = [c for c in self.changes if name in c.fields]
        return tuple(_standing(self._lines, setters)) if setters else ()


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """Each change once, by replica and number."""
    return sorted({c.id: c for c in changes}.values(), key=lambda c: (c.replica, c.seq, c.id))


def _is_own(earlier: Change, change: Change) -> bool:
    return earlier.replica == change.replica and earlier.seq < change.seq


def fold(changes: Iterable[Change]) -> Folded:
    """What all changes of one (scope, entity, row) in force amount to.

    Pure and independent of the order in which the changes arrive. A change has seen another when
    its base names it or a later one on that one's own chain, never through a third. Of the changes
    that set a field those seen by another setter are replaced; several left with different values
    are a conflict, of which the greatest (at, id) is shown, and of problem states the earliest in
    the table.
    """
    ordered = _in_order(changes)
    lines = _Lines(ordered)
    setters: defaultdict[str, list[Change]] = defaultdict(list)
    for change in ordered:
        for name in change.fields:
            setters[name].append(change)
    standings: dict[tuple[ChangeId, ...], list[Change]] = {}
    values: dict[str, Value] = {}
    conflicts: dict[str, Conflict] = {}
    for name, those in setters.items():
        # Fields set by the same changes share their answer; a record's first change sets them all.
        key = tuple(c.id for c in those)
        standing = standings.get(key) or _standing(lines, those)
        standings[key] = standing
        values[name] = _shown(name, standing).fields[name]
        if len(standing) > 1 and _differ(c.fields[name] for c in standing):
            conflicts[name] = Conflict(tuple(standing), _common_base(lines, those, standing))
    tips = sorted((c.id, c.replica) for c in ordered if c.id not in lines.passed)
    deleted = values.pop("deleted", None) is True
    if deleted and ("deleted" in conflicts or not _deletion_saw_all(lines, ordered, setters)):
        deleted = False
        standing = _standing(lines, setters["deleted"])
        conflicts.setdefault("deleted", Conflict(tuple(standing), None))
    return Folded(
        values=values,
        conflicts=conflicts,
        tips=tuple(tip for tip, _ in tips),
        authors=tuple(replica for _, replica in tips),
        deleted=deleted,
        listed=any(not c.base for c in ordered),
        incomplete=any(b not in lines.place for c in ordered for b in c.base),
    )


def _standing(lines: _Lines, setters: Sequence[Change]) -> list[Change]:
    """The setters that no other setter has seen, greatest (at, id) first."""
    if len(setters) == 1:
        return list(setters)
    reach = lines.cover(b for c in setters for b in c.base)
    standing = [c for c in setters if not lines.covered(reach, c)]
    return sorted(standing, key=lambda c: (c.at, c.id), reverse=True)


def _differ(values: Iterable[Value]) -> bool:
    return len({orjson.dumps(v, option=orjson.OPT_SORT_KEYS) for v in values}) > 1


def _shown(name: str, standing: Sequence[Change]) -> Change:
    if name == "state" and standing[0].entity == "problem":
        return min(standing, key=lambda c: _rank(c.fields[name]))
    return standing[0]


def _rank(value: Value) -> int:
    state = value.get("state") if isinstance(value, dict) else None
    return _STATE_RANK.get(state, len(_STATE_RANK)) if isinstance(state, str) else len(_STATE_RANK)


def _common_base(
    lines: _Lines, setters: Sequence[Change], standing: Sequence[Change]
) -> Change | None:
    """The greatest setter that all of those standing have seen."""
    shared = lines.cover(standing[0].base)
    for change in standing[1:]:
        reach = lines.cover(change.base) if shared else {}
        shared = {line: min(shared[line], reach[line]) for line in shared.keys() & reach.keys()}
    seen_by_all = [c for c in setters if lines.covered(shared, c)]
    return max(seen_by_all, key=lambda c: (c.at, c.id), default=None)


def _deletion_saw_all(
    lines: _Lines, changes: Sequence[Change], setters: Mapping[str, Sequence[Change]]
) -> bool:
    """Whether the deleters had in view every change of the row's other fields."""
    standing = _standing(lines, setters["deleted"])
    own = {c.id for c in standing}
    reach = lines.cover(b for c in standing for b in c.base)
    return all(
        c.id in own or set(c.fields) <= {"deleted"} or lines.covered(reach, c) for c in changes
    )
