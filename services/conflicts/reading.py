"""The queue: which fields wait for a decision, between which values, and what all had seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import sqlalchemy as sa

from models import tables
from models.catalogue import KINDS
from models.errors import Refused
from models.journal import Change, Conflict, Sight, fold
from models.kinds import FieldType, Uid, Value
from models.projection import history, state_of
from services import linking, rows, words
from services.conflicts import marks
from services.conflicts.shapes import (
    DELETED,
    Candidate,
    PathStep,
    Sort,
    Waiting,
    Wanted,
    identify,
)
from services.wording import Wording
from services.words import _
from services.workspace import Workspace

LEAST_OF_AN_ID = 4
"""Digits by which a conflict can be named."""
_EVERYTHING = Wanted()


def queue(workspace: Workspace, wanted: Wanted = _EVERYTHING) -> tuple[Waiting, ...]:
    """What waits for a decision: handed to who acts first, then their own, then the newest."""
    with workspace.store.read() as connection:
        reader = Reader(workspace, connection)
        units = linking.joined(connection).widen(wanted.units)
        found = [
            one
            for row in conflicted(connection)
            if wanted.kind in ("", row["entity"]) and wanted.uid in ("", row["uid"])
            for one in reader.of_row(row)
            if not units or one.unit in units
        ]
    me = workspace.actor
    newest = sorted(found, key=lambda w: max(c.at for c in w.candidates), reverse=True)
    return tuple(
        sorted(_once(newest), key=lambda w: (me not in w.handed_to, me not in w.people, w.kind))
    )


def count(workspace: Workspace) -> int:
    """How many fields wait for a decision; cheap, for the number on a tab."""
    with workspace.store.read() as connection:
        return sum(len(orjson.loads(str(r["conflicts"]))) for r in conflicted(connection))


def find(workspace: Workspace, conflict: str) -> Waiting:
    """The one conflict of this id, or of its first digits.

    Raises:
        Refused: none waits under it (any more), or several do.
    """
    with workspace.store.read() as connection:
        found = [
            (row, name)
            for row in conflicted(connection)
            for name in orjson.loads(str(row["conflicts"]))
            if len(conflict) >= LEAST_OF_AN_ID and _id(row, name).startswith(conflict)
        ]
        if len(found) > 1:
            raise Refused("reference_ambiguous", text=conflict[:60], count=len(found))
        reader = Reader(workspace, connection)
        for row, name in found:
            for one in reader.of_row(row):
                if one.field == name:
                    return one
    raise Refused("conflict_unknown", id=conflict[:60])


def conflicted(connection: sa.Connection) -> Iterator[Mapping[str, object]]:
    """Living rows with fields in conflict, as the row table has them, with `scope_name`."""
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row, scope.c.name.label("scope_name"))
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.conflicts.is_not(None), row.c.deleted == 0, row.c.listed == 1)
    )
    for found in connection.execute(query).mappings().all():
        yield dict(found)


def _id(row: Mapping[str, object], name: str) -> str:
    return identify(str(row["uid"]), str(row["scope_name"]), str(row["entity"]), name)


def _once(found: Sequence[Waiting]) -> list[Waiting]:
    """A record deleted in several tiers waits once."""
    kept: dict[tuple[str, str, str], Waiting] = {}
    for one in found:
        place = one.scope if one.field != DELETED else ""
        kept.setdefault((one.uid, place, one.field), one)
    return list(kept.values())


class Reader:
    """Reads conflicts over one connection."""

    def __init__(self, workspace: Workspace, connection: sa.Connection) -> None:
        """Look words and marks up in `workspace`."""
        self._workspace = workspace
        self._connection = connection
        self._wording = Wording(workspace, connection)
        self._marks = marks.handed_back(connection)

    def of_row(self, row: Mapping[str, object]) -> tuple[Waiting, ...]:
        """The conflicts of one row (see `conflicted`), by field."""
        state = state_of(row, str(row["scope_name"]))
        values = self._values(state.entity, state.uid)
        return self.of_changes(row, history(self._connection, state.n), values)

    def of_changes(
        self,
        row: Mapping[str, object],
        changes: Sequence[Change],
        shown: Mapping[str, Value] | None = None,
    ) -> tuple[Waiting, ...]:
        """The conflicts of one row between these changes, by field; a sealed row's are unsealed.

        Args:
            row: as `conflicted` yields it.
            changes: all of the row's in force.
            shown: the record's values; those of the fold when nothing is said.
        """
        state = state_of(row, str(row["scope_name"]))
        folded = fold(changes)
        values = folded.values if shown is None else shown
        sight = Sight(changes)
        unit = values.get("unit")
        found = []
        for name, conflict in sorted(folded.conflicts.items()):
            waiting = Waiting(
                id=_id(row, name),
                kind=state.entity,
                uid=state.uid,
                scope=str(row["scope_name"]),
                name=self._wording.name(state.entity, state.uid, values),
                unit=Uid(unit) if isinstance(unit, str) else None,
                unit_name=self._wording.title(unit) if isinstance(unit, str) else "",
                field=name,
                label=self._wording.label(state.entity, name, values),
                sort=_sort(state.entity, name, conflict),
                candidates=self._candidates(name, conflict, sight, values),
                base=self._base(name, conflict, values),
                seen=folded.tips,
                is_asked=not folded.incomplete,
                values=values,
            )
            marked = marks.key(waiting) in self._marks
            people = tuple(sorted(waiting.people))
            found.append(replace(waiting, handed_to=people) if marked else waiting)
        return tuple(found)

    def _values(self, kind: str, uid: Uid) -> Mapping[str, Value]:
        if kind not in KINDS:
            return {}
        try:
            return rows.read(self._connection, KINDS[kind], uid, self._workspace).values
        except Refused:
            return {}

    def _base(self, name: str, conflict: Conflict, values: Mapping[str, Value]) -> Candidate | None:
        return None if conflict.base is None else self._candidate(name, conflict.base, values)

    def _candidates(
        self, name: str, conflict: Conflict, sight: Sight, values: Mapping[str, Value]
    ) -> tuple[Candidate, ...]:
        """The values against each other, oldest first."""
        if name == DELETED:
            return self._of_deletion(conflict, sight)
        shown = orjson.dumps(fold(sight.changes).values.get(name), option=orjson.OPT_SORT_KEYS)
        made = []
        for change in _in_time(conflict.candidates):
            one = self._candidate(name, change, values)
            same = orjson.dumps(change.fields[name], option=orjson.OPT_SORT_KEYS) == shown
            path: tuple[PathStep, ...] = ()
            if _is_state(change.entity, name):
                path = tuple(self._path(name, change, conflict.base, sight))
            made.append(replace(one, shown=same, path=path))
        return tuple(made)

    def _candidate(
        self,
        name: str,
        change: Change,
        values: Mapping[str, Value],
    ) -> Candidate:
        value = change.fields[name]
        told = self._wording.value(change.entity, name, value, values)
        return self._told(change, value, told)

    def _told(self, change: Change, value: Value, told: str) -> Candidate:
        return Candidate(
            change_id=change.id,
            value=value,
            words=told,
            actor=change.actor,
            actor_name=self._wording.person(change.actor),
            at=_moment(change),
            replica=change.replica,
            letter=self._wording.letter(change.replica),
            reason=change.reason,
            signed=change.sig is not None,
        )

    def _path(
        self, name: str, change: Change, base: Change | None, sight: Sight
    ) -> Iterator[PathStep]:
        """The setters that led to a candidate since what all had seen, oldest first."""
        behind = sight.seen_by(change.base) | {change.id}
        before = sight.seen_by(base.base) | {base.id} if base else frozenset()
        steps = [c for c in sight.changes if name in c.fields and c.id in behind - before]
        for step in _in_time(steps):
            value = step.fields[name]
            state = value.get("state") if isinstance(value, dict) else None
            yield PathStep(
                state=str(state or ""),
                words=words.choice("problem_state", str(state or "")),
                actor_name=self._wording.person(step.actor),
                at=_moment(step),
                reason=step.reason,
                signed=step.sig is not None,
            )

    def _of_deletion(self, conflict: Conflict, sight: Sight) -> tuple[Candidate, ...]:
        """Those who deleted against those who kept it, or went on with it unseen."""
        made: list[tuple[Change, bool, str]] = []
        for change in conflict.candidates:
            gone = change.fields[DELETED] is True
            made.append((change, gone, self._gone(change) if gone else _("保留")))
        seen = sight.seen_by(b for c in conflict.candidates for b in c.base)
        own = {c.id for c in conflict.candidates}
        by_actor: dict[Uid, list[Change]] = {}
        for change in sight.changes:
            if change.id not in seen | own and set(change.fields) - {DELETED}:
                by_actor.setdefault(change.actor, []).append(change)
        for unseen in by_actor.values():
            last = _in_time(unseen)[-1]
            made.append((last, False, self._went_on(unseen)))
        ordered = sorted(made, key=lambda one: (one[0].at, one[0].id))
        return tuple(
            replace(self._told(change, gone, told), shown=not gone)
            for change, gone, told in ordered
        )

    def _gone(self, change: Change) -> str:
        target = change.fields.get("moved_to")
        if not isinstance(target, str):
            return _("删除")
        query = sa.select(tables.scope.c.name).join(
            tables.row, tables.row.c.scope == tables.scope.c.n
        )
        scope = self._connection.scalar(query.where(tables.row.c.uid == target))
        unit = str(scope or "").rpartition("unit/")[2]
        return _("改归 {unit}，这里的一条删去").format(
            unit=self._wording.title(unit) if unit else "?"
        )

    def _went_on(self, unseen: Sequence[Change]) -> str:
        names = {f for c in unseen for f in c.fields if f != DELETED}
        labels = sorted({self._wording.label(unseen[0].entity, f.partition(".")[0]) for f in names})
        return _("保留，改了 {fields}").format(fields="、".join(labels))


def _in_time(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda c: (c.at, c.id))


def _moment(change: Change) -> datetime:
    return datetime.fromtimestamp(change.at / 1000, UTC)


def _is_state(kind: str, name: str) -> bool:
    return kind == "problem" and name == "state"


def _sort(kind: str, name: str, conflict: Conflict) -> Sort:
    if name == DELETED:
        return Sort.DELETED
    if _is_state(kind, name):
        return Sort.STATES
    field = KINDS[kind].field(name) if kind in KINDS else None
    texts = all(isinstance(c.fields[name], str | None) for c in conflict.candidates)
    if field is not None and field.type is FieldType.LONG_TEXT and texts:
        return Sort.TEXT
    return Sort.VALUES
