"""一把手轮训: who was at which round, who has missed it, and who has made up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models.kinds import Uid, Value
from services import linking, records
from services.core import Changes, Filter, Row
from services.listing import MAX_LIMIT, page
from services.workspace import Workspace

ATTENDED, ABSENT, MADE_UP = "attended", "absent", "made_up"
STATUSES = (ATTENDED, ABSENT, MADE_UP)
"""In the order of the digits that register them."""
_KIND = "training"


@dataclass(frozen=True, slots=True)
class Attendance:
    """One person in one round."""

    status: str = ""
    """One of `STATUSES`, or empty."""
    reason: str = ""
    made_up_on: str = ""
    uid: Uid | None = None
    """The record that says so."""


@dataclass(frozen=True, slots=True)
class Head:
    """One head of a unit, or somebody else of whom a round is recorded."""

    person: Uid
    unit: Uid | None
    name: str
    post: str
    rounds: Mapping[int, Attendance] = field(default_factory=dict)
    """Round → what is known of it."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody, and which rounds there are."""

    rounds: tuple[int, ...]
    heads: tuple[Head, ...]

    def counts(self, number: int) -> dict[str, int]:
        """How many of a round have each status; under the empty one those nobody registered."""
        held = [head.rounds.get(number, Attendance()).status for head in self.heads]
        return {status: held.count(status) for status in (*STATUSES, "")}


def roster(workspace: Workspace, units: frozenset[Uid] = frozenset()) -> Roster:
    """Heads, and whoever else has a record, of some units or all; in the order of their entry."""
    found: dict[str, dict[int, Attendance]] = {}
    for row in _all(workspace, _KIND, units):
        number = row.values.get("round")
        if isinstance(number, int):
            found.setdefault(_text(row, "person"), {})[number] = _attendance(row)
    template = workspace.template
    planned = {a.round for a in template.activities if a.kind == _KIND and a.round}
    rounds = tuple(sorted(planned | {n for of in found.values() for n in of}))
    same = linking.leading(workspace)
    heads = [
        Head(
            row.uid,
            same.get(unit, unit) if (unit := Uid(_text(row, "unit"))) else None,
            _text(row, "name"),
            _text(row, "post"),
            found.get(row.uid, {}),
        )
        for row in _all(workspace, "person", units)
        if row.values.get("is_head") is True or row.uid in found
    ]
    return Roster(rounds, tuple(heads))


def register(workspace: Workspace, head: Head, number: int, status: str) -> tuple[Head, Changes]:
    """Say of somebody how a round went; what is made up is made up today.

    Returns:
        The head as he stands now, and what changed.

    Raises:
        Refused: the file is read-only, or has a fault in these fields.
    """
    known = head.rounds.get(number, Attendance())
    values: dict[str, Value] = {"status": status}
    values["made_up_on"] = workspace.today().isoformat() if status == MADE_UP else None
    if status == ATTENDED:
        values["reason"] = None
    if known.uid is not None:
        changed = records.change(workspace, _KIND, known.uid, values)
        uid, changes = changed.uid, changed.changes
    else:
        values |= {"person": head.person, "round": number, "unit": head.unit}
        added = records.add(workspace, _KIND, [values])
        uid, changes = added.uids[0], added.changes
    return with_round(head, records.get(workspace, _KIND, uid)), changes


def with_round(head: Head, row: Row) -> Head:
    """The head with what a record says of its round."""
    number = row.values.get("round")
    rounds = dict(head.rounds)
    if isinstance(number, int):
        rounds[number] = _attendance(row)
    return replace(head, rounds=rounds)


def _all(workspace: Workspace, kind: str, units: frozenset[Uid]) -> list[Row]:
    wanted, found, total = Filter(units=units, sort="unit"), list[Row](), 1
    while len(found) < total:
        part = page(workspace, kind, wanted, len(found), MAX_LIMIT)
        found += part.rows
        total = part.total if part.rows else 0
    return found


def _attendance(row: Row) -> Attendance:
    day = _text(row, "made_up_on")
    return Attendance(MADE_UP if day else _text(row, "status"), _text(row, "reason"), day, row.uid)


def _text(row: Row, name: str) -> str:
    return str(row.values.get(name) or "")
