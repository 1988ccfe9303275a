"""Taking another file's changes into the tables: proven first, then numbered and stored.

Nothing is folded here. A change that is stored already is recognised by its stream, number and id;
changes of kinds, fields and scopes that this version does not know are taken like any other.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import orjson
import sqlalchemy as sa

from models import tables
from models.closing import closed_scopes
from models.inforce import Run, Shift
from models.journal import GENESIS
from models.kinds import ChangeId, ReplicaId, Uid, Value
from models.proving import Part, Stored, read_changes

Tell = Callable[[int, int], None]
"""Told (done, in all); may raise to stop the work."""
_NOTHING = bytes.fromhex(GENESIS)
_AT_ONCE = 2_000
_AT_HAND_BYTES = 32 * 1024 * 1024
"""Of one scope's changes: what is kept for folding, as stored; more is read again."""
_JSON = "select value from json_each(?)"


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


def arrived(change_id: bytes, stored: bytes) -> Arrived:
    """What counts of a stored change that was proven before."""
    body = orjson.loads(stored)
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
    fresh: dict[int, Fresh] = field(default_factory=dict)
    """Rows that have no entry yet, by number."""
    _stored: dict[int, _Stored] = field(default_factory=dict)
    _at_hand: dict[int, list[Arrived]] = field(default_factory=dict)
    _room: int = _AT_HAND_BYTES

    def arrivals(self, shifts: Sequence[Shift]) -> Arrivals | None:
        """What came into force, where that is just what was stored and it was not too much.

        Else it has to be looked for among what is stored.
        """
        moved = {s.stream: s for s in shifts}
        if self._room < 0 or any(s.is_forked for s in shifts):
            return None
        for stream, stored in self._stored.items():
            shift = moved.get(stream)
            if shift is None or not shift.low < min(stored.seqs) <= max(stored.seqs) <= shift.high:
                return None
        return self._at_hand

    def rows_in_force(self, shifts: Iterable[Shift]) -> set[int]:
        """Rows of changes stored just now that came into force."""
        rows: set[int] = set()
        for shift in shifts:
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

    def note(self, stream_n: int, rows: Mapping[int, int], new: Sequence[Stored]) -> None:
        """Remember what was stored, the changes themselves only as far as there is room."""
        stored = self._stored.setdefault(stream_n, _Stored())
        for seq, change_id, body, theirs in new:
            row = rows[theirs]
            stored.seqs.append(seq)
            stored.rows.append(row)
            if self._room >= 0:
                self._room -= len(body)
                self._at_hand.setdefault(row, []).append(arrived(change_id, body))
        if self._room < 0:
            self._at_hand.clear()


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
    """One transaction's worth of taking in; the caller settles what is in force and folds."""

    def __init__(self, target: sa.Connection) -> None:
        """Take into the workspace file behind `target`, in its open transaction."""
        change, row = tables.change, tables.row
        self.target = target
        self.new_from = (target.scalar(sa.select(sa.func.max(change.c.n))) or 0) + 1
        """The first number (`change.n`) that a change taken in bears."""
        self.taken = Taken()
        """What was taken in so far."""
        self._last_row = target.scalar(sa.select(sa.func.max(row.c.n))) or 0
        self._scopes: dict[str, int] = {r.name: r.n for r in target.execute(tables.scope.select())}
        self._closed = closed_scopes(target)

    def take(self, source: sa.Connection, parts: Sequence[Part], tell: Tell) -> Iterator[Brought]:
        """Store what is new of a proven source; `parts` are its streams, sorted by scope.

        Yields after each scope: what was just read is settled and folded without reading it again.
        """
        parts = [part for part in parts if part.scope not in self._closed]
        total = sum(part.changes for part in parts)
        for scope, those in groupby(parts, key=lambda part: part.scope):
            brought = Brought(scope)
            for part in those:
                self._take_part(source, part, brought, lambda done: tell(done, total))
            self.taken.runs += brought.runs
            self.taken.before |= brought.before
            yield brought

    def _take_part(
        self, source: sa.Connection, part: Part, brought: Brought, tell: Callable[[int], None]
    ) -> None:
        taken = self.taken
        stream_n, brought.before[stream_n] = self._stream(part.replica, part.scope)
        rows = _Rows(self, source, brought)
        before = taken.stored
        for batch in read_changes(source, part.n, part.last, _AT_ONCE):
            new = self._unknown(stream_n, batch)
            if new:
                numbers = rows.numbers({r[3] for r in new})
                self._insert(stream_n, numbers, new)
                brought.note(stream_n, numbers, new)
            taken.changes += len(batch)
            taken.stored += len(new)
            tell(taken.changes)
        if taken.stored > before:
            self._note_broken_links(stream_n, part)
        if self._is_forked(stream_n):
            taken.forked[stream_n] = part.changes
        brought.runs += [(stream_n, Run(part.first, seq, end)) for seq, end in part.ends]

    def _unknown(self, stream_n: int, batch: Sequence[Stored]) -> Sequence[Stored]:
        """Those of a batch that are not stored yet."""
        query = "select seq, id from change where stream = ? and seq between ? and ?"
        span = (stream_n, batch[0][0], batch[-1][0])
        known = set(map(tuple, self.target.exec_driver_sql(query, span).all()))
        return [r for r in batch if (r[0], r[1]) not in known] if known else batch

    def _insert(self, stream_n: int, numbers: Mapping[int, int], new: Sequence[Stored]) -> None:
        """Store changes, those of one row side by side: whoever reads a row reads few pages."""
        values = [(stream_n, seq, i, numbers[row], body) for seq, i, body, row in new]
        values.sort(key=itemgetter(3))
        self.target.exec_driver_sql(
            "insert into change(stream, seq, id, row, body) values (?, ?, ?, ?, ?)", values
        )

    def _note_broken_links(self, stream_n: int, part: Part) -> None:
        """Mark a stream in which numbers alone do not say what stands on what any more."""
        double = (
            "select 1 from change where stream = ? and seq between ? and ? "
            "group by seq having count(*) > 1 limit 1"
        )
        span = (stream_n, part.first, part.last)
        broken = part.is_forked or self.target.exec_driver_sql(double, span).first() is not None
        if not broken:
            broken = self._follows_other(stream_n, part.first, part.prev)
        if not broken:
            after = "select body from change where stream = ? and seq = ?"
            found = self.target.exec_driver_sql(after, (stream_n, part.last + 1)).scalar()
            if found is not None:
                prev = bytes.fromhex(orjson.loads(found)["prev"])
                broken = self._follows_other(stream_n, part.last + 1, prev)
        if broken:
            stream = tables.stream
            query = stream.update().where(stream.c.n == stream_n)
            self.target.execute(query.values(forked=1))

    def _is_forked(self, stream_n: int) -> bool:
        stream = tables.stream
        query = sa.select(stream.c.forked).where(stream.c.n == stream_n)
        return bool(self.target.scalar(query))

    def _follows_other(self, stream_n: int, seq: int, prev: bytes) -> bool:
        """Whether the change before number `seq` is stored here and is not the one named."""
        before = "select id from change where stream = ? and seq = ?"
        ids = self.target.exec_driver_sql(before, (stream_n, seq - 1)).scalars().all()
        return bool(ids) and prev not in ids

    def _stream(self, replica: ReplicaId, scope: str) -> tuple[int, int]:
        """The number of a stream here, and the last number in force; one not met before begins."""
        table = tables.stream
        scope_n = self._scope(scope)
        query = sa.select(table.c.n, table.c.seq).where(
            table.c.replica == replica, table.c.scope == scope_n
        )
        found = self.target.execute(query).first()
        if found is not None:
            return found.n, found.seq
        values = {"replica": replica, "scope": scope_n, "seq": 0, "tip": _NOTHING}
        return _inserted(self.target.execute(table.insert().values(values))), 0

    def _scope(self, name: str) -> int:
        if name not in self._scopes:
            made = self.target.execute(tables.scope.insert().values(name=name))
            self._scopes[name] = _inserted(made)
        return self._scopes[name]

    def number_rows(
        self, brought: Brought, wanted: Mapping[int, tuple[Uid, str]]
    ) -> dict[int, int]:
        """Source's row numbers → ours, for rows of one scope given by (uid, entity)."""
        scope_n = self._scopes[brought.scope]
        uids = orjson.dumps(sorted(uid for uid, _ in wanted.values())).decode()
        query = f"select n, uid, entity from row where uid in ({_JSON}) and scope = ?"  # noqa: S608
        found = {
            (uid, entity): n
            for n, uid, entity in self.target.exec_driver_sql(query, (uids, scope_n)).all()
        }
        found |= {(one.uid, one.entity): n for n, one in brought.fresh.items()}
        numbers = {}
        for theirs, named in wanted.items():
            ours = found.get(named)
            if ours is None:
                self._last_row += 1
                ours = found[named] = self._last_row
                brought.fresh[ours] = Fresh(*named, scope_n, brought.scope)
            numbers[theirs] = ours
        return numbers


class _Rows:
    """Numbers of a source's rows here, asked for once each."""

    def __init__(self, intake: Intake, source: sa.Connection, brought: Brought) -> None:
        self._intake = intake
        self._source = source
        self._brought = brought
        self._known: dict[int, int] = {}

    def numbers(self, theirs: set[int]) -> Mapping[int, int]:
        """Theirs → ours, for these and all asked for before."""
        missing = theirs - self._known.keys()
        if missing:
            query = f"select n, uid, entity from row where n in ({_JSON})"  # noqa: S608
            asked = (orjson.dumps(sorted(missing)).decode(),)
            rows = self._source.exec_driver_sql(query, asked).all()
            wanted = {n: (Uid(uid), str(entity)) for n, uid, entity in rows}
            self._known |= self._intake.number_rows(self._brought, wanted)
        return self._known


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
