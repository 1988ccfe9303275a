"""Proving a source's changes one by one, before anything of it is written."""

import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import orjson
import sqlalchemy as sa

from models.errors import AppError, Damaged, NewerVersion
from models.faults import told
from models.journal import GENESIS, MAX_BYTES, read_body
from models.kinds import ChangeId, ReplicaId, Uid

_DAY_MS = 86_400_000
_AT_ONCE = 2_000
_FEWER = 100
"""Of changes that are too large together, only so many times fewer are read at once."""
_ID_BYTES = 32
_BEFORE_ALL = -(2**63)
"""Also a number that no change may bear is read, so that it is refused."""

_STREAMS = (
    "select stream.n, stream.replica, scope.name, scope.n as scope_n, stream.seq, stream.tip "
    "from stream join scope on scope.n = stream.scope where stream.seq > 0 "
    "order by scope.name, stream.replica"
)
FITS = (
    "typeof(seq) = 'integer' and typeof(row) = 'integer' and typeof(id) = 'blob' "
    f"and length(id) = {_ID_BYTES} and typeof(body) = 'blob' and length(body) <= {MAX_BYTES}"
)
"""Whether a stranger's change has the types and sizes of one, which is asked before it is read."""
_CHANGES = (
    "select seq, row, id, body, "  # noqa: S608
    f"{FITS} as fits from change where stream = ? and (seq, id) > (?, ?) and seq <= ? "
    "and n not in (select change from held) order by seq, id limit ?"
)
_ONE_BY_ONE = (
    "select iif(fits, seq, 0), iif(fits, id, x''), iif(fits, body, x''), iif(fits, row, 0) "  # noqa: S608
    f"from ({_CHANGES})"
)
_TOGETHER = (
    "select json_group_array(json_array(iif(fits, seq, 0), iif(fits, row, 0))), "  # noqa: S608
    "cast(group_concat(iif(fits, id, x''), '') as blob), "
    f"cast(group_concat(iif(fits, body, x''), x'00') as blob) from ({_CHANGES})"
)
"""All in one row: row by row, each would wait for whoever else has something to do meanwhile."""
_ROWS = "select n, uid, entity, scope from row where n in (select value from json_each(?))"


Stored = tuple[int, bytes, bytes, int]
"""Number, id, body and the source's row number of a change."""


def read_changes(
    source: sa.Connection, stream_n: int, last: int, at_once: int = _AT_ONCE
) -> Iterator[Sequence[Stored]]:
    """The changes in force of one of a source's streams, in order, so many at a time.

    One that does not fit (`FITS`) comes as number 0 with nothing in it; nothing follows its batch.
    """
    after: tuple[int, bytes] = (_BEFORE_ALL, b"")
    while True:
        asked = (stream_n, *after, last)
        batch = _together(source, (*asked, at_once))
        if batch is None:
            found = source.exec_driver_sql(_ONE_BY_ONE, (*asked, max(1, at_once // _FEWER)))
            batch = [(seq, change_id, body, row) for seq, change_id, body, row in found.all()]
        if not batch:
            return
        yield batch
        after = batch[-1][:2]
        if not after[1]:
            return


def _together(source: sa.Connection, asked: tuple[object, ...]) -> Sequence[Stored] | None:
    """The next changes; None where they are too large for one row, or cannot be told apart."""
    try:
        places, ids, bodies = source.exec_driver_sql(_TOGETHER, asked).one()
    except sa.exc.DataError:
        return None
    numbers = orjson.loads(places)
    if not numbers:
        return ()
    texts = bodies.split(b"\0")
    if len(texts) != len(numbers) or len(ids) != _ID_BYTES * len(numbers):
        return None
    starts = range(0, len(ids), _ID_BYTES)
    return [
        (seq, ids[start : start + _ID_BYTES], text, row)
        for (seq, row), start, text in zip(numbers, starts, texts, strict=True)
    ]


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


Starts = Mapping[tuple[ReplicaId, str], tuple[int, ChangeId]]
"""(replica, scope) → first number and what it follows, by a package's manifest."""


class Unproven(Exception):
    """A source is not what it says: nothing of it may be kept."""

    def __init__(self, failure: AppError) -> None:
        """`failure` says what is wrong with it."""
        super().__init__(failure.code)
        self.failure = failure


class Batch(NamedTuple):
    """Some changes of one stream, proven as far as they go."""

    changes: Sequence[Stored]
    bodies: Sequence[Mapping[str, Any]]
    """Of each of them."""
    rows: Mapping[int, tuple[Uid, str, int]]
    """The source's row number → (uid, entity, scope number), of all they touch."""


class Proving:
    """Proves every change in force of a source: id, spelling, place, row, limits, predecessor."""

    def __init__(self, source: sa.Connection, starts: Starts | None, name: str, now: int) -> None:
        """Look at a private copy.

        Args:
            source: a connection to it.
            starts: where its runs begin; None for a workspace file, whose runs begin at number 1.
            name: what the person knows the file by.
            now: the reader's clock, UTC, milliseconds.
        """
        self._source, self._starts = source, starts
        self._name, self._now = name, now
        self.clocks: list[Clock] = []
        """At most one a stream."""

    def count(self) -> int:
        """How many changes the source holds."""
        return int(self._source.exec_driver_sql("select count(*) from change").scalar_one())

    def streams(self) -> list["Streamed"]:
        """The source's streams, sorted by scope."""
        return [Streamed(*row) for row in self._source.exec_driver_sql(_STREAMS).all()]

    def walk(self, one: "Streamed") -> Generator[Batch, None, Part]:
        """The stream's changes in order, and at the end what it was as a whole.

        Raises:
            Unproven: `package_change_bad`, with the stream, the number and what is wrong; a change
                carries a later format version; or the database finds its pages damaged.
        """
        place = (one.replica, one.scope)
        start = (1, ChangeId(GENESIS)) if self._starts is None else self._starts[place]
        walk = _Walk(self._name, place, one.scope_n, start, self._now)
        try:
            with told(Path(self._name)):
                for changes in read_changes(self._source, one.n, one.seq):
                    rows = _rows(self._source, {r[3] for r in changes})
                    yield Batch(changes, walk.go(changes, rows), rows)
                part = walk.part(one.n, one.seq, bytes(one.tip))
        except AppError as failure:
            raise Unproven(failure) from failure
        self.clocks += [walk.clock] if walk.clock else []
        return part


class Streamed(NamedTuple):
    """One of a source's streams, as it names it."""

    n: int
    replica: ReplicaId
    scope: str
    scope_n: int
    seq: int
    tip: bytes


_Rows = Mapping[int, tuple[Uid, str, int]]


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

    def go(self, batch: Sequence[Stored], rows: _Rows) -> list[Mapping[str, Any]]:
        """Prove the next changes and give their bodies.

        This runs for every change of a source: no call too many.
        """
        replica, scope = self._place
        scope_n = self._scope_n
        bodies: list[Mapping[str, Any]] = []
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
            bodies.append(body)
        self._count += len(batch)
        return bodies

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
