"""Taking another file's changes into the tables: proven first, then numbered and stored.

Nothing is folded here. A change that is stored already is recognised by its stream, number and id;
changes of kinds, fields and scopes that this version does not know are taken like any other.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from models import inforce, tables
from models.closing import closed_scopes
from models.inforce import Run, Shift
from models.journal import GENESIS
from models.kinds import ChangeId, ReplicaId, Uid, Value
from models.proving import Batch, Part, Stored

_NOTHING = bytes.fromhex(GENESIS)
_AT_ONCE, _MOST_BYTES = 250, 16 * 1024 * 1024
"""Changes, and bytes of their bodies, in one statement."""
_KNOWN_ROWS = (
    "select json_group_array(json_array(n, uid, entity)) from row "
    "where uid in (select value from json_each(?)) and scope = ?"
)
"""In one row: row by row, each would wait for whoever else has something to do meanwhile."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A row of which no change was stored before."""

    uid: Uid
    entity: str
    scope_n: int
    scope: str


class Arrived(NamedTuple):
    """What counts of a change that came into force."""

    id: ChangeId
    replica: ReplicaId
    at: int
    actor: Uid
    base: tuple[ChangeId, ...]
    """Sorted."""
    fields: Mapping[str, Value]
    is_signed: bool


def arrived(change_id: bytes, body: Mapping[str, Any]) -> Arrived:
    """What counts of a change that was proven, by its id and its body."""
    base = body["base"]
    return Arrived(
        ChangeId(change_id.hex()),
        body["replica"],
        body["at"],
        body["actor"],
        tuple(base) if len(base) < 2 else tuple(sorted(base)),  # noqa: PLR2004 - one is sorted
        body["fields"],
        "sig" in body,
    )


@dataclass(slots=True)
class _Stored:
    """New changes of one stream: numbers and rows, in the order in which they were read."""

    seqs: "array[int]" = field(default_factory=lambda: array("q"))
    rows: "array[int]" = field(default_factory=lambda: array("q"))


Arrivals = Mapping[int, Sequence[Arrived]]
"""Row → its changes that came into force."""


@dataclass(slots=True)
class Brought:
    """What a source brought of one scope; rows never reach beyond theirs."""

    scope: str
    runs: list[tuple[int, Run]] = field(default_factory=list)
    """What it carried, by stream number here; of a forked stream one a branch."""
    before: dict[int, int] = field(default_factory=dict)
    """Stream → its last number in force before."""
    streams: dict[ReplicaId, int] = field(default_factory=dict)
    """Replica → the number here of its stream in this scope."""
    fresh: dict[int, Fresh] = field(default_factory=dict)
    """Rows that have no entry yet, by number."""
    shifts: list[Shift] = field(default_factory=list)
    """What came into force of it, and went out of it."""
    whole: set[int] = field(default_factory=set)
    """Rows of changes that were stored before and come into force, or go out of it, only now."""
    _stored: dict[int, _Stored] = field(default_factory=dict)
    _begun: dict[tuple[str, str], int] = field(default_factory=dict)

    def begin(self, n: int, fresh: Fresh) -> None:
        """A row not met before gets its number."""
        self.fresh[n] = fresh
        self._begun[fresh.uid, fresh.entity] = n

    def number(self, uid: str, entity: str) -> int | None:
        """The number of a row that began just now."""
        return self._begun.get((uid, entity))

    def is_of(self, stream_n: int) -> bool:
        """Whether anything of a stream was new."""
        return stream_n in self._stored

    @property
    def is_at_hand(self) -> bool:
        """Whether what came into force is just what was stored, in full."""
        moved = {s.stream: s for s in self.shifts}
        if any(s.is_forked for s in self.shifts):
            return False
        for stream, stored in self._stored.items():
            shift = moved.get(stream)
            if shift is None or not shift.low < min(stored.seqs) <= max(stored.seqs) <= shift.high:
                return False
        return True

    def rows_in_force(self) -> set[int]:
        """Rows of changes stored just now that came into force."""
        rows: set[int] = set()
        for shift in self.shifts:
            stored = self._stored.get(shift.stream)
            if stored is None:
                continue
            if shift.is_forked:
                rows.update(stored.rows)
            else:
                pairs = zip(stored.seqs, stored.rows, strict=True)
                rows.update(row for seq, row in pairs if shift.low < seq <= shift.high)
        return rows

    def brought(self, shift: Shift) -> bool:
        """Whether all that came into force in a stream that is not forked was stored just now."""
        stored = self._stored.get(shift.stream)
        if stored is None or shift.is_forked:
            return False
        return sum(shift.low < s <= shift.high for s in stored.seqs) == shift.high - shift.low

    def note(self, stream_n: int, numbers: Mapping[int, int], new: Sequence[Stored]) -> None:
        """Remember what was stored; `numbers` are rows here by those of the source."""
        stored = self._stored.setdefault(stream_n, _Stored())
        stored.seqs.extend([one[0] for one in new])
        stored.rows.extend([numbers[one[3]] for one in new])


@dataclass(slots=True)
class Taken:
    """What one source brought."""

    runs: list[tuple[int, Run]] = field(default_factory=list)
    """What it carried, by stream number here; of a forked stream one a branch."""
    before: dict[int, int] = field(default_factory=dict)
    """Stream → its last number in force before."""
    changes: int = 0
    """How many it held in all, new or known, those of closed scopes left out."""
    stored: int = 0
    """How many were new here."""
    forked: dict[int, int] = field(default_factory=dict)
    """Stream that is forked here → how many changes of it the source held."""

    @property
    def streams(self) -> set[int]:
        """The streams it carried something of."""
        return {n for n, _ in self.runs}


class Intake:
    """One transaction's worth of taking in; the caller settles what is in force and folds.

    All of it is asked for in the order of the source's streams, of whoever has the connection.
    """

    def __init__(self, target: sa.Connection) -> None:
        """Take into the workspace file behind `target`, in its open transaction."""
        change, row = tables.change, tables.row
        self.new_from = (target.scalar(sa.select(sa.func.max(change.c.n))) or 0) + 1
        """The first number (`change.n`) that a change taken in bears."""
        self.closed = closed_scopes(target)
        """Scopes of which nothing is taken in any more."""
        self.taken = Taken()
        """What was taken in so far."""
        self._last_row = target.scalar(sa.select(sa.func.max(row.c.n))) or 0
        self._scopes: dict[str, int] = {r.name: r.n for r in target.execute(tables.scope.select())}

    def begin(self, target: sa.Connection, brought: Brought, replica: ReplicaId) -> None:
        """Look up the number of a stream here; one not met before begins."""
        table = tables.stream
        scope_n = self._scope(target, brought.scope)
        query = sa.select(table.c.n, table.c.seq).where(
            table.c.replica == replica, table.c.scope == scope_n
        )
        found = target.execute(query).first()
        if found is not None:
            n, seq = int(found.n), int(found.seq)
        else:
            values = {"replica": replica, "scope": scope_n, "seq": 0, "tip": _NOTHING}
            n, seq = _inserted(target.execute(table.insert().values(values))), 0
        brought.before[n] = seq
        brought.streams[replica] = n

    def store(
        self, target: sa.Connection, brought: Brought, replica: ReplicaId, batch: Batch
    ) -> Sequence[int | None]:
        """Store what is new of some changes: the row here of each, None for what is known."""
        stream_n, changes = brought.streams[replica], batch.changes
        new = self._unknown(target, stream_n, changes)
        self.taken.changes += len(changes)
        if not new:
            return [None] * len(changes)
        numbers = self._number_rows(target, brought, batch.rows)
        _insert(target, stream_n, numbers, new)
        brought.note(stream_n, numbers, new)
        self.taken.stored += len(new)
        if len(new) == len(changes):
            return [numbers[one[3]] for one in changes]
        places = {(one[0], one[1]) for one in new}
        return [numbers[r[3]] if (r[0], r[1]) in places else None for r in changes]

    def end(self, target: sa.Connection, brought: Brought, part: Part) -> None:
        """Note what a stream was as a whole, once all of it is stored."""
        stream_n = brought.streams[part.replica]
        if brought.is_of(stream_n):
            self._note_broken_links(target, stream_n, part)
        if self._is_forked(target, stream_n):
            self.taken.forked[stream_n] = part.changes
        brought.runs += [(stream_n, Run(part.first, seq, end)) for seq, end in part.ends]

    def settle(self, target: sa.Connection, brought: Brought) -> None:
        """Bring what is in force to what the scope's runs, noted by now, cover."""
        self.taken.runs += brought.runs
        self.taken.before |= brought.before
        brought.shifts = inforce.settle(target, brought.before, self.new_from)
        # What was stored before, and comes into force only now, has to be looked for.
        older = [s for s in brought.shifts if not brought.brought(s)]
        brought.whole = inforce.rows_of(target, older, self.new_from)
        forked = [s for s in brought.shifts if s.is_forked]
        if forked:
            brought.whole |= inforce.rows_of(target, forked)

    def _unknown(
        self, target: sa.Connection, stream_n: int, batch: Sequence[Stored]
    ) -> Sequence[Stored]:
        """Those of a batch that are not stored yet."""
        query = "select seq, id from change where stream = ? and seq between ? and ?"
        span = (stream_n, batch[0][0], batch[-1][0])
        known = set(map(tuple, target.exec_driver_sql(query, span).all()))
        return [r for r in batch if (r[0], r[1]) not in known] if known else batch

    def _note_broken_links(self, target: sa.Connection, stream_n: int, part: Part) -> None:
        """Mark a stream in which numbers alone do not say what stands on what any more."""
        double = (
            "select 1 from change where stream = ? and seq between ? and ? "
            "group by seq having count(*) > 1 limit 1"
        )
        span = (stream_n, part.first, part.last)
        broken = part.is_forked or target.exec_driver_sql(double, span).first() is not None
        if not broken:
            broken = self._follows_other(target, stream_n, part.first, part.prev)
        if not broken:
            after = "select body from change where stream = ? and seq = ?"
            found = target.exec_driver_sql(after, (stream_n, part.last + 1)).scalar()
            if found is not None:
                prev = bytes.fromhex(orjson.loads(found)["prev"])
                broken = self._follows_other(target, stream_n, part.last + 1, prev)
        if broken:
            stream = tables.stream
            query = stream.update().where(stream.c.n == stream_n)
            target.execute(query.values(forked=1))

    def _is_forked(self, target: sa.Connection, stream_n: int) -> bool:
        stream = tables.stream
        query = sa.select(stream.c.forked).where(stream.c.n == stream_n)
        return bool(target.scalar(query))

    def _follows_other(self, target: sa.Connection, stream_n: int, seq: int, prev: bytes) -> bool:
        """Whether the change before number `seq` is stored here and is not the one named."""
        before = "select id from change where stream = ? and seq = ?"
        ids = target.exec_driver_sql(before, (stream_n, seq - 1)).scalars().all()
        return bool(ids) and prev not in ids

    def _scope(self, target: sa.Connection, name: str) -> int:
        if name not in self._scopes:
            made = target.execute(tables.scope.insert().values(name=name))
            self._scopes[name] = _inserted(made)
        return self._scopes[name]

    def _number_rows(
        self,
        target: sa.Connection,
        brought: Brought,
        wanted: Mapping[int, tuple[Uid, str, int]],
    ) -> dict[int, int]:
        """Source's row numbers → ours, for rows of one scope given by uid and entity."""
        scope_n = self._scopes[brought.scope]
        uids = orjson.dumps(sorted(uid for uid, _, _ in wanted.values())).decode()
        found = {
            (uid, entity): n
            for n, uid, entity in orjson.loads(
                target.exec_driver_sql(_KNOWN_ROWS, (uids, scope_n)).scalar_one()
            )
        }
        numbers = {}
        for theirs, (uid, entity, _) in wanted.items():
            ours = found.get((uid, entity)) or brought.number(uid, entity)
            if ours is None:
                self._last_row += 1
                ours = self._last_row
                brought.begin(ours, Fresh(uid, entity, scope_n, brought.scope))
            numbers[theirs] = ours
        return numbers


_INSERT = (
    "insert into change(stream, seq, id, row, body) "
    "select ?1, value ->> 0, substr(?2, key * 32 + 1, 32), value ->> 1, "
    "substr(?3, value ->> 2, value ->> 3) from json_each(cast(?4 as text))"
)
"""By one statement: see `models.bulk`. Ids and bodies stand one behind the other, as they are."""


def _insert(
    target: sa.Connection, stream_n: int, numbers: Mapping[int, int], new: Sequence[Stored]
) -> None:
    """Store changes, those of one row side by side: whoever reads a row reads few pages."""
    for some in _slices(sorted(new, key=lambda one: numbers[one[3]])):
        places = []
        at = 1
        for seq, _, body, row in some:
            places.append((seq, numbers[row], at, len(body)))
            at += len(body)
        ids = b"".join([one[1] for one in some])
        bodies = b"".join([one[2] for one in some])
        target.exec_driver_sql(_INSERT, (stream_n, ids, bodies, orjson.dumps(places)))


def _slices(new: Sequence[Stored]) -> Iterator[Sequence[Stored]]:
    """Not more at once than a statement takes quickly."""
    start = room = 0
    for n, one in enumerate(new):
        room += len(one[2])
        if n > start and (room > _MOST_BYTES or n - start == _AT_ONCE):
            yield new[start:n]
            start, room = n, len(one[2])
    yield new[start:]


def _inserted(result: sa.CursorResult[tuple[object]]) -> int:
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def take_blobs(source: sa.Connection, target: sa.Connection, blobs: Iterable[str]) -> Iterator[str]:
    """Store the contents that are not here yet, one at a time; yields their hashes."""
    blob = tables.blob
    known = set(target.scalars(sa.select(blob.c.hash)))
    for digest in blobs:
        if digest not in known:
            query = "select size, data from blob where hash = ?"
            size, data = source.exec_driver_sql(query, (digest,)).one()
            target.execute(blob.insert().values(hash=digest, size=size, data=data))
            yield digest
