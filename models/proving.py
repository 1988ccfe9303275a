"""Proving a source's changes one by one, before anything of it is written."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import sqlalchemy as sa

from models.errors import AppError, Damaged, NewerVersion
from models.journal import GENESIS, read_body
from models.kinds import ChangeId, ReplicaId

Tell = Callable[[int, int], None]
_DAY_MS = 86_400_000
_AT_ONCE = 2_000

_STREAMS = (
    "select stream.n, stream.replica, scope.name, scope.n as scope_n, stream.seq, stream.tip "
    "from stream join scope on scope.n = stream.scope where stream.seq > 0 "
    "order by scope.name, stream.replica"
)
_CHANGES = (
    "select seq, id, body, row from change where stream = ? and seq <= ? "
    "and n not in (select change from held) order by seq, id"
)
_ROWS = "select n, uid, entity, scope from row where n in (select value from json_each(?))"


Stored = tuple[int, bytes, bytes, int]
"""Number, id, body and the source's row number of a change."""


def read_changes(
    source: sa.Connection, stream_n: int, last: int, at_once: int = _AT_ONCE
) -> Iterator[Sequence[Stored]]:
    """The changes in force of one of a source's streams, in order, so many at a time."""
    found = source.exec_driver_sql(_CHANGES, (stream_n, last))
    # Straight from the driver: nobody asks for the columns by name, and they are many rows.
    cursor = found.cursor
    while batch := cursor.fetchmany(at_once):
        yield batch
    found.close()


@dataclass(frozen=True, slots=True)
class Part:
    """What a source holds of one stream, proven."""

    n: int
    """The stream's number in the source."""
    replica: ReplicaId
    scope: str
    first: int
    last: int
    prev: bytes
    """What number `first` follows; 32 zero bytes when that is number 1."""
    ends: tuple[tuple[int, bytes], ...]
    """Number and id of the last change of every branch."""
    changes: int

    @property
    def is_forked(self) -> bool:
        """Whether two changes bear one number."""
        return self.changes > self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Clock:
    """An author's clock that cannot be right."""

    replica: ReplicaId
    scope: str
    seq: int
    at: int
    before: int
    """The time it should have been at most (the reader's clock) or at least (the change before)."""


@dataclass(slots=True)
class Proof:
    """What walking through a source found."""

    parts: list[Part] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    """At most one a stream."""
    newest_at: int = 0

    @property
    def changes(self) -> int:
        """How many changes the source holds."""
        return sum(part.changes for part in self.parts)


Starts = Mapping[tuple[ReplicaId, str], tuple[int, ChangeId]]
"""(replica, scope) → first number and what it follows, by a package's manifest."""


def prove(source: sa.Connection, starts: Starts | None, name: str, now: int, tell: Tell) -> Proof:
    """Prove every change in force of a source: id, spelling, place, row, limits and predecessor.

    Args:
        source: a connection to the private copy.
        starts: where its runs begin; None for a workspace file, whose runs begin at number 1.
        name: what the person knows the file by.
        now: the reader's clock, UTC, milliseconds.
        tell: told how far it is.

    Raises:
        Damaged: `package_change_bad`, with the stream, the number and what is wrong.
        NewerVersion: a change carries a later format version.
    """
    proof = Proof()
    total = int(source.exec_driver_sql("select count(*) from change").scalar_one())
    done = 0
    for n, replica, scope, scope_n, seq, tip in source.exec_driver_sql(_STREAMS).all():
        start = (1, ChangeId(GENESIS)) if starts is None else starts[replica, scope]
        walk = _Walk(name, (replica, scope), scope_n, start, now)
        for batch in read_changes(source, n, seq):
            walk.go(batch, _rows(source, {r[3] for r in batch}))
            done += len(batch)
            tell(done, total)
        proof.parts.append(walk.part(n, seq, bytes(tip)))
        proof.clocks += [walk.clock] if walk.clock else []
        proof.newest_at = max(proof.newest_at, walk.newest_at)
    return proof


_Rows = Mapping[int, tuple[str, str, int]]


def _rows(source: sa.Connection, numbers: Iterable[int]) -> _Rows:
    asked = "[" + ",".join(map(str, numbers)) + "]"
    found = source.exec_driver_sql(_ROWS, (asked,)).all()
    return {n: (uid, entity, scope_n) for n, uid, entity, scope_n in found}


class _Walk:
    """One stream, number by number."""

    def __init__(
        self,
        name: str,
        place: tuple[ReplicaId, str],
        scope_n: int,
        start: tuple[int, str],
        now: int,
    ) -> None:
        self.clock: Clock | None = None
        self.newest_at = 0
        self._name, self._place, self._scope_n, self._now = name, place, scope_n, now
        self._latest_ok = now + _DAY_MS
        self._first, prev = start
        self._prev = bytes.fromhex(prev)
        self._at_seq = self._first - 1
        self._ends: set[str] = {prev}
        """Ids of the number reached; what the next ones may follow."""
        self._previous: set[str] = set()
        self._followed: set[str] = set()
        self._branch_ends: list[tuple[int, bytes]] = []
        self._last_at = 0
        self._count = 0

    def go(self, batch: Sequence[Stored], rows: _Rows) -> None:
        """Prove the next changes. This runs for every change of a source: no call too many."""
        replica, scope = self._place
        scope_n = self._scope_n
        for seq, stored_id, data, row_n in batch:
            if hashlib.sha256(data).digest() != stored_id:
                self._bad(seq, "id")
            try:
                body = read_body(data)
            except NewerVersion:
                raise
            except AppError as error:
                self._bad(seq, error.code)
            if body["seq"] != seq or body["replica"] != replica or body["scope"] != scope:
                self._bad(seq, "place")
            if rows.get(row_n) != (body["row"], body["entity"], scope_n):
                self._bad(seq, "row")
            prev = body["prev"]
            if seq != self._at_seq:
                self._go_on_to(seq)
            if prev not in self._previous:
                self._bad(seq, "prev")
            self._ends.add(stored_id.hex())
            self._followed.add(prev)
            at = body["at"]
            if at > self._latest_ok or at < self._last_at - _DAY_MS:
                self._note_clock(seq, at)
            self._last_at = at
            self.newest_at = max(self.newest_at, at)
        self._count += len(batch)

    def _go_on_to(self, seq: int) -> None:
        if seq != self._at_seq + 1:
            self._bad(seq, "gap")
        if len(self._previous) > 1:
            self._close()
        self._previous, self._ends, self._followed = self._ends, set(), set()
        self._at_seq = seq

    def _note_clock(self, seq: int, at: int) -> None:
        if self.clock is None:
            limit = self._now if at > self._latest_ok else self._last_at
            self.clock = Clock(*self._place, seq, at, limit)

    def _close(self) -> None:
        """Note the branches that nothing of the number just read follows on."""
        if self._at_seq > self._first:
            left = sorted(self._previous - self._followed)
            self._branch_ends += [(self._at_seq - 1, bytes.fromhex(one)) for one in left]

    def part(self, n: int, seq: int, tip: bytes) -> Part:
        """What was walked through, once it ends where it should."""
        self._close()
        if self._at_seq != seq or tip.hex() not in self._ends:
            self._bad(seq, "tip")
        ends = [(seq, bytes.fromhex(one)) for one in sorted(self._ends)]
        replica, scope = self._place
        return Part(
            n=n,
            replica=replica,
            scope=scope,
            first=self._first,
            last=seq,
            prev=self._prev,
            ends=(*self._branch_ends, *ends),
            changes=self._count,
        )

    def _bad(self, seq: int, detail: str) -> NoReturn:
        replica, scope = self._place
        where = f"{replica[:8]} {scope}"
        raise Damaged("package_change_bad", path=self._name, stream=where, seq=seq, detail=detail)
