"""Working rows out again after changes came into force or went out of it, many rows at a time.

A row is brought along by the short way where its new changes had all of it in view, which is what
most of them do; only the others are folded from their whole history. Memory stays bounded: a batch
of rows is read, worked out and written before the next one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import sqlalchemy as sa

from models import bulk, indexing, tables
from models.base import patch, unproject
from models.catalogue import KINDS
from models.inforce import IN_FORCE, Shift
from models.intake import Arrivals, Arrived, Fresh, arrived
from models.journal import Change, Sight, fold, from_body
from models.kinds import ChangeId, ReplicaId, Tier, Value
from models.lane import Lane, Work
from models.projection import (
    Columns,
    Move,
    RowState,
    followed,
    moves_written,
    projection_of,
    said_otherwise,
    states_written,
    tier_of,
)
from models.stored import Read, by_number, read_rows

if TYPE_CHECKING:
    from concurrent.futures import Future

Tell = Callable[[int, int], None]
_BATCH = 1_000
_PICKED = "select value from json_each(?)"
_NEW = (
    "select c.row, c.id, c.body from change c join stream s on s.n = c.stream "  # noqa: S608
    f"where c.row in ({_PICKED}) and c.n >= ? and c.seq <= s.seq "
    "and c.n not in (select change from held) order by c.row, c.n"
)
_ROWS = (
    "select json_group_array(json_array(r.n, r.uid, r.entity, r.scope, s.name, "  # noqa: S608
    "hex(r.tips), hex(r.authors), r.deleted, r.listed, r.incomplete, r.conflicts)) "
    "from row r join scope s on s.n = r.scope "
    f"where r.n in ({_PICKED})"
)


@dataclass(slots=True)
class Turned:
    """One row before and after."""

    state: RowState
    scope: str
    was_shown: bool
    old_conflicts: Mapping[str, Sequence[str]]
    incoming: Sequence[Arrived]
    """Changes that came into force, oldest first by number here; empty after an undo."""
    is_parallel: bool
    """Both sides changed it without having seen each other."""
    before: Columns | None = None
    """Its projection columns as they were."""
    after: Columns | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is shown now and was not."""
        return self.state.shown and not self.was_shown

    @property
    def is_gone(self) -> bool:
        """Whether it was shown and is not any more."""
        return self.was_shown and not self.state.shown

    @property
    def is_changed(self) -> bool:
        """Whether it is shown as before, with other values; of a sealed row, that it changed."""
        if self.state.tier is Tier.SEALED:
            return bool(self.incoming) and not self.state.is_new
        return self.was_shown and self.state.shown and self.before != self.after


Watch = Callable[[Turned], None]


@dataclass(frozen=True, slots=True)
class Newcomers:
    """What an intake leaves to be folded."""

    new_from: int
    """Changes numbered from here on were not stored before."""
    fresh: Mapping[int, Fresh] = field(default_factory=dict)
    """Rows without an entry yet, by number."""
    whole: Collection[int] = frozenset()
    """Rows that must be folded from their whole history: something old came or went."""
    shifts: Mapping[int, Shift] = field(default_factory=dict)
    """Stream → what came into force in it, stored before or not."""
    arrivals: Arrivals | None = None
    """All that came into force, where it is still at hand; else it is read."""

    def came(self, n: int, stream: int, seq: int) -> bool:
        """Whether a change in force (its number, stream and place there) was not so before."""
        shift = self.shifts.get(stream)
        if shift is None:
            return False
        return n in shift.came if shift.is_forked else shift.low < seq <= shift.high


def refold(
    lane: Lane,
    rows: Iterable[int],
    newcomers: Newcomers,
    watch: Watch,
    tell: Tell = lambda _done, _all: None,
) -> Work:
    """Work out the given rows, write their state and projection, and note what is to be indexed.

    What is written may still be on its way when this ends.
    """
    numbers = sorted(rows)
    done = 0
    batches = (_Batch(numbers[n : n + _BATCH], newcomers) for n in range(0, len(numbers), _BATCH))
    ahead = _asked(lane, batches)
    while ahead is not None:
        yield ahead
        batch = ahead.result()
        turned = batch.work_out(lane)
        # Asked for before this one is written: then it is there when it is needed.
        ahead = _asked(lane, batches)
        lane.tell(_store, *batch.written(turned))
        for one in turned:
            watch(one)
        done += len(turned)
        tell(done, len(numbers))


def _store(connection: sa.Connection, statements: bulk.Statements, reworded: Sequence[int]) -> None:
    bulk.run(connection, statements)
    indexing.note(connection, reworded)


def _asked(lane: Lane, batches: "Iterator[_Batch]") -> "Future[_Batch] | None":
    """The next batch, as soon as it is read."""
    batch = next(batches, None)
    return None if batch is None else lane.ask(batch.read)


def enter(connection: sa.Connection, fresh: Mapping[int, Fresh], folded: Collection[int]) -> None:
    """Give an entry to rows of which every change is held, so that their numbers stay theirs."""
    left = sorted(fresh.keys() - set(folded))
    for start in range(0, len(left), _BATCH):
        states = []
        for n in left[start : start + _BATCH]:
            state = _empty(n, fresh[n])
            state.take(fold(()))
            states.append(state)
        bulk.run(connection, states_written(states))


def _empty(n: int, fresh: Fresh) -> RowState:
    return RowState(n, fresh.uid, fresh.entity, fresh.scope_n, tier_of(fresh.scope))


class _Batch:
    """Some hundred rows at once."""

    def __init__(self, numbers: Sequence[int], newcomers: Newcomers) -> None:
        self._numbers = numbers
        self._newcomers = newcomers
        self._asked = _listed(numbers)
        self._states: dict[int, RowState] = {}
        self._scopes: dict[int, str] = {}
        self._stored: Sequence[Sequence[Any]] = ()
        self._projected: list[Read] = []
        self._before: dict[int, Columns] = {}
        self._incoming: Arrivals = {}

    def read(self, connection: sa.Connection) -> "_Batch":
        """Read how they stand, and what came if it is not at hand; nothing is made of it yet."""
        found = connection.exec_driver_sql(_ROWS, (self._asked,)).scalar_one()
        self._stored = orjson.loads(found)
        self._projected = [
            read_rows(connection, target, numbers) for target, numbers in self._places()
        ]
        at_hand = self._newcomers.arrivals
        self._incoming = self._read_incoming(connection) if at_hand is None else at_hand
        return self

    def _places(self) -> Iterable[tuple[sa.Table, list[int]]]:
        """Where those stand that are shown."""
        groups: dict[str, tuple[sa.Table, list[int]]] = {}
        for n, _uid, entity, _n, scope, _tips, _authors, deleted, listed, *_ in self._stored:
            tier = tier_of(scope)
            if listed and not deleted and tier is not Tier.SEALED:
                target = projection_of(entity, tier)
                groups.setdefault(target.name, (target, []))[1].append(n)
        return groups.values()

    def work_out(self, lane: Lane) -> list[Turned]:
        """Work them out."""
        self._take_up()
        turned = {n: self._begun(n, self._incoming.get(n, ())) for n in self._numbers}
        whole = [n for n in self._numbers if not self._short(turned[n])]
        if whole:
            lane.ask(self._fold_whole, whole, turned).result()
        for one in turned.values():
            if not one.state.shown:
                one.after = None
            elif one.state.values is not None:
                one.after = one.state.projected()
        return list(turned.values())

    def _begun(self, n: int, incoming: Sequence[Arrived]) -> Turned:
        state = self._states[n]
        old = dict(state.conflicts)
        before = self._before.get(n)
        return Turned(state, self._scopes[n], state.shown and not state.is_new, old, incoming,
                      is_parallel=False, before=before)  # fmt: skip

    def _take_up(self) -> None:
        """Make something of what was read."""
        for n, uid, entity, scope_n, scope, tips, authors, *standing in self._stored:
            state = RowState(n, uid, entity, scope_n, tier_of(scope), is_new=False, values=None)
            state.read(bytes.fromhex(tips), bytes.fromhex(authors), *standing)
            self._states[n], self._scopes[n] = state, scope
        for n in self._numbers:
            if n not in self._states:
                fresh = self._newcomers.fresh[n]
                self._states[n], self._scopes[n] = _empty(n, fresh), fresh.scope
        for read in self._projected:
            self._before |= by_number(read)
        self._stored, self._projected = (), []

    def _read_incoming(self, connection: sa.Connection) -> Arrivals:
        found = connection.exec_driver_sql(_NEW, (self._asked, self._newcomers.new_from))
        incoming: dict[int, list[Arrived]] = {}
        for n, change_id, body in found.all():
            incoming.setdefault(n, []).append(arrived(change_id, orjson.loads(body)))
        return incoming

    def _short(self, one: Turned) -> bool:
        """Bring the row along change by change; False when it has to be folded as a whole."""
        state, incoming = one.state, one.incoming
        if state.n in self._newcomers.whole or not incoming:
            return False
        if not state.is_new and (state.deleted or state.incomplete or not state.tips):
            return False
        view = _in_view(state, incoming)
        if view is None:
            return False
        # What only has some columns set never has its other values read.
        if state.values is None and not self._patch(one, view.fields):
            self._fill(state)
        state.follow(view.tips, view.authors, view.fields)
        return True

    def _patch(self, one: Turned, fields: Mapping[str, Value]) -> bool:
        """Set what was changed in the row's stored columns, where no more is needed."""
        state = one.state
        if one.before is None or state.target is tables.foreign:
            return False
        columns: Mapping[str, Value] = one.before  # type: ignore[assignment]
        one.after = patch(KINDS[state.entity], state.tier, columns, fields)
        return one.after is not None

    def _fill(self, state: RowState) -> None:
        if state.values is not None:
            return
        before = self._before.get(state.n)
        if before is None:
            state.values = {}
        elif state.target is tables.foreign:
            state.values = orjson.loads(str(before["more"]))
        else:
            state.values = unproject(KINDS[state.entity], state.tier, before)  # type: ignore[arg-type]

    def _fold_whole(
        self, connection: sa.Connection, numbers: Sequence[int], turned: Mapping[int, Turned]
    ) -> None:
        change, stream = tables.change, tables.stream
        for start in range(0, len(numbers), _BATCH):
            batch = numbers[start : start + _BATCH]
            query = (
                sa.select(
                    *(change.c.row, change.c.id, change.c.body),
                    *(change.c.n, change.c.stream, change.c.seq),
                )
                .join(stream, stream.c.n == change.c.stream)
                .where(change.c.row.in_(batch), IN_FORCE)
                .order_by(change.c.row, change.c.n)
            )
            found = dict(_by_row(connection.execute(query)))
            for n in batch:
                those = found.get(n, ())
                changes = [_change(r.id, r.body) for r in those]
                came = [self._newcomers.came(r.n, r.stream, r.seq) for r in those]
                one = turned[n]
                one.state.take(fold(changes))
                pairs = zip(changes, came, strict=True)
                one.incoming = [_slim(change) for change, new in pairs if new]
                one.is_parallel = _is_parallel(changes, {c.id for c in one.incoming})

    def written(self, turned: Iterable[Turned]) -> tuple[bulk.Statements, list[int]]:
        """What stores what they have come to, and which of them have another text."""
        statements = states_written(self._states.values())
        by_target: dict[str, list[Move]] = {}
        for one in turned:
            state = one.state
            if (state.shown or state.was_projected) and one.before != one.after:
                moves = by_target.setdefault(state.target.name, [])
                moves.append((state, one.before, one.after))
        reworded: list[int] = []
        for moves in by_target.values():
            statements += moves_written(moves[0][0].target, moves)
            reworded += [state.n for state, _, _ in said_otherwise(moves)]
        return statements, reworded


class _View(NamedTuple):
    """What changes come to whose authors each had all before them in view."""

    tips: tuple[ChangeId, ...]
    authors: tuple[ReplicaId, ...]
    fields: dict[str, Value]
    """The last value each field was set to."""


def _in_view(state: RowState, incoming: Sequence[Arrived]) -> _View | None:
    """The changes in an order in which each author had all before it in view; None without one."""
    tips, authors = state.tips, state.authors
    fields: dict[str, Value] = {}
    waiting: Sequence[Arrived] = incoming
    while waiting:
        left: list[Arrived] = []
        for one in waiting:
            if one.base == tips:
                tips, authors = followed(tips, authors, one.id, one.replica)
                fields.update(one.fields)
            else:
                left.append(one)
        if len(left) == len(waiting):
            return None
        waiting = left
    return None if "deleted" in fields else _View(tips, authors, fields)


def _listed(numbers: Iterable[int]) -> str:
    return "[" + ",".join(map(str, numbers)) + "]"


def _slim(change: Change) -> Arrived:
    base = tuple(sorted(change.base))
    signed = change.sig is not None
    return Arrived(change.id, change.replica, change.at, change.actor, base, change.fields, signed)


def _change(change_id: bytes, body: bytes) -> Change:
    return from_body(ChangeId(change_id.hex()), orjson.loads(body))


def _by_row(found: Iterable[Any]) -> Iterator[tuple[int, list[Any]]]:
    """Rows of a result, grouped by the row number they name."""
    for n, those in groupby(found, key=lambda r: int(r.row)):
        yield n, list(those)


def _is_parallel(changes: Sequence[Change], incoming: Collection[ChangeId]) -> bool:
    """Whether something old and something incoming have not seen each other."""
    old = [c for c in changes if c.id not in incoming]
    new = [c for c in changes if c.id in incoming]
    if not old or not new:
        return False
    sight = Sight(changes)
    seen = sight.seen_by(b for c in new for b in c.base)
    if all(c.id in seen for c in old):
        return False
    seen = sight.seen_by(b for c in old for b in c.base)
    return not all(c.id in seen for c in new)
