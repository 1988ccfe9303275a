"""撤销与重做: taking back what was stored since the file was opened, across all tabs.

Nothing is removed. Taking an action back writes its earlier values again as new changes, and only
where nobody has set a field since; doing it again takes those changes back in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import sqlalchemy as sa

from models import tables
from models.catalogue import INTERNAL, KINDS
from models.errors import Refused
from models.journal import Change, decode, fold
from models.kinds import Uid, Value
from models.projection import history
from models.writer import Writer
from models.writership import read_meta
from services.core import Changes
from services.workspace import Workspace

_NEVER = frozenset({"campaign", "group", "closure", "report"})
"""Kinds whose changes are taken back by steps of their own, or never."""
_FIXED = frozenset({"state", "number", "provisional_number", "code_name", "number_book"})
"""Fields that a transition or a counter set: a number given is never given twice."""


@dataclass(frozen=True, slots=True)
class _Action:
    """Where the changes of one action lie in the file."""

    txn: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a person at this laptop."""

    kinds: tuple[str, ...]
    """Kinds of the records it touched, sorted."""
    rows: int
    """How many records it touched."""
    fields: tuple[str, ...]
    """Journal fields it set, sorted."""


@dataclass(slots=True)
class Undoing:
    """What can be taken back and done again in one sitting; the window holds one per open file."""

    workspace: Workspace
    _seen: int = 0
    _done: list[_Action] = field(default_factory=list)
    _undone: list[_Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin now: what was stored before is left to the records' histories."""
        change = tables.change
        with self.workspace.store.read() as connection:
            self._seen = connection.scalar(sa.select(sa.func.max(change.c.n))) or 0

    def undoable(self) -> Step | None:
        """The newest action that can be taken back; None when there is none."""
        self._look()
        return self._step(self._done)

    def redoable(self) -> Step | None:
        """The action taken back last, if nothing was stored since."""
        self._look()
        return self._step(self._undone)

    def undo(self) -> Changes:
        """Take the newest action back.

        Raises:
            Refused: there is none (`undo_nothing`), or somebody has set a field since
                (`undo_overtaken`).
        """
        self._look()
        return self._take_back(self._done, self._undone)

    def redo(self) -> Changes:
        """Do the action taken back last again; raises what `undo` does."""
        self._look()
        return self._take_back(self._undone, self._done)

    def _look(self) -> None:
        """Notice what was stored since; a new action leaves nothing to do again."""
        fresh = self._fresh()
        if fresh:
            self._done += fresh
            self._undone.clear()

    def _fresh(self) -> list[_Action]:
        with self.workspace.store.read() as connection:
            changes = _own_changes(connection, self._seen + 1)
        actions = []
        for txn, group in groupby(changes, key=lambda found: found[1].txn):
            places = [n for n, _ in group]
            actions.append(_Action(txn, places[0], places[-1]))
            self._seen = places[-1]
        return actions

    def _step(self, stack: Sequence[_Action]) -> Step | None:
        if not stack:
            return None
        with self.workspace.store.read() as connection:
            changes = _changes_of(connection, stack[-1])
        if not changes or not all(map(_can_go_back, changes)):
            return None
        return Step(
            kinds=tuple(sorted({c.entity for c in changes})),
            rows=len({c.row for c in changes}),
            fields=tuple(sorted({name for c in changes for name in c.fields})),
        )

    def _take_back(self, source: list[_Action], target: list[_Action]) -> Changes:
        if self._step(source) is None:
            raise Refused("undo_nothing")
        with self.workspace.store.write(self.workspace.actor) as writer:
            changes = _changes_of(writer.connection, source[-1])
            for change in reversed(changes):
                _put_back(writer, change)
        source.pop()
        target += self._fresh()
        units = (c.scope.partition("unit/")[2] for c in changes)
        return Changes(frozenset(c.entity for c in changes), frozenset(Uid(u) for u in units if u))


def _changes_of(connection: sa.Connection, action: _Action) -> list[Change]:
    found = _own_changes(connection, action.first, action.last)
    return [change for _, change in found if change.txn == action.txn]


def _own_changes(
    connection: sa.Connection, first: int, last: int | None = None
) -> list[tuple[int, Change]]:
    """This laptop's changes of records between two places in the file, oldest first."""
    change, stream = tables.change, tables.stream
    query = (
        sa.select(change.c.n, change.c.body)
        .join(stream, stream.c.n == change.c.stream)
        .where(change.c.n >= first, stream.c.replica == (read_meta(connection, "replica") or ""))
        .order_by(change.c.n)
    )
    if last is not None:
        query = query.where(change.c.n <= last)
    found = ((n, decode(bytes(body))) for n, body in connection.execute(query))
    return [(n, one) for n, one in found if one.entity not in INTERNAL]


def _can_go_back(change: Change) -> bool:
    stems = {name.partition(".")[0] for name in change.fields}
    is_new = not change.base
    return (
        change.entity in KINDS
        and change.entity not in _NEVER
        and change.sig is None
        and not change.scope.startswith("sealed/")
        and (is_new or not stems & _FIXED)
        and "moved_to" not in stems
    )


def _put_back(writer: Writer, change: Change) -> None:
    """Write what the row's fields were before one change of it.

    Raises:
        Refused: `undo_overtaken`, a field was set again since.
    """
    changes = history(writer.connection, _row_of(writer.connection, change))
    before = fold(c for c in changes if _is_before(c, change))
    now = fold(changes)
    values = now.values | {"deleted": now.deleted}
    since = [name for name in change.fields if not _same(values.get(name), change.fields[name])]
    fields: dict[str, Value] = {}
    if change.base:
        for name in change.fields:
            fields[name] = before.deleted if name == "deleted" else before.values.get(name)
    else:
        since += [name for name, value in values.items() if value and name not in change.fields]
        fields["deleted"] = True
    since += now.conflicts.keys() & change.fields.keys()
    if since:
        raise Refused("undo_overtaken", fields="、".join(sorted(set(since))))
    writer.put(change.entity, change.row, change.scope, fields)


def _same(one: Value, other: Value) -> bool:
    """Whether two values say the same: nothing, no and empty do."""
    return (one or None) == (other or None)


def _is_before(one: Change, change: Change) -> bool:
    """Whether a change of the row was in view when `change` was made, by its own laptop's order."""
    if one.replica == change.replica:
        return one.seq < change.seq
    return one.id != change.id


def _row_of(connection: sa.Connection, change: Change) -> int:
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row.c.n)
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.uid == change.row, scope.c.name == change.scope, row.c.entity == change.entity)
    )
    return int(connection.scalar(query) or 0)
