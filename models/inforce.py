"""Which changes are in force: per stream, the unbroken run from number 1 that something covers.

Covered is what was written in this very file, and what a merge carried that is not undone. Whatever
else is stored is *held*: kept and shown as missing its beginning, never folded. Where a stream
forked, or a stored change follows on none of those before it, numbers alone do not say what stands
on what: there every branch is followed by its `prev`, and all branches that are covered back to
number 1 are in force.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import orjson
import sqlalchemy as sa

from models import tables
from models.journal import GENESIS
from models.kinds import ChangeId, ReplicaId

IN_FORCE = sa.and_(
    tables.change.c.seq <= tables.stream.c.seq,
    tables.change.c.n.not_in(sa.select(tables.held.c.change)),
)
"""Of changes joined to their streams: those in force."""
_NOTHING = bytes.fromhex(GENESIS)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Run:
    """A covered part of one stream: number `first` up to number `last`, whose id is `last_id`."""

    first: int
    last: int
    last_id: bytes


@dataclass(frozen=True, slots=True)
class Shift:
    """What came into force, or went out of it, in one stream."""

    stream: int
    low: int
    high: int
    """All changes numbered above `low`, up to `high`, changed their standing, where not forked."""
    came: frozenset[int] = frozenset()
    went: frozenset[int] = frozenset()
    """Of a forked stream: numbers (`change.n`) of those that came and went."""
    is_forked: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of a stream that are missing here below others that are held for it."""

    replica: ReplicaId
    scope: str
    first: int
    last: int


def reach(runs: Iterable[Run]) -> int:
    """The last number of the unbroken run from number 1; 0 when number 1 is not covered."""
    last = 0
    for run in sorted(runs, key=lambda r: r.first):
        if run.first > last + 1:
            break
        last = max(last, run.last)
    return last


def covers(
    connection: sa.Connection, streams: Iterable[int], *, undone: bool = False
) -> dict[int, list[Run]]:
    """What covers these streams: what was written here, and what merges carried.

    `undone` also tells what is covered only by merges that were undone.
    """
    stream, carried, merge = tables.stream, tables.carried, tables.merge
    found: dict[int, list[Run]] = {n: [] for n in streams}
    for batch in _batches(found):
        written = sa.select(stream.c.n, stream.c.written, stream.c.written_id)
        for n, last, last_id in connection.execute(
            written.where(stream.c.n.in_(batch), stream.c.written > 0)
        ):
            found[n].append(Run(1, last, bytes(last_id or b"")))
        query = sa.select(
            carried.c.stream, carried.c.first, carried.c.last, carried.c.last_id
        ).where(carried.c.stream.in_(batch))
        if not undone:
            query = query.join(merge, merge.c.n == carried.c.merge)
            query = query.where(merge.c.undone_at.is_(None))
        for n, first, last, last_id in connection.execute(query.distinct()):
            found[n].append(Run(first, last, bytes(last_id)))
    return found


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    every = list(numbers)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def settle(
    connection: sa.Connection, streams: Iterable[int], new_from: int | None = None
) -> list[Shift]:
    """Bring `stream.seq`, `stream.tip` and the table `held` to what is covered now.

    Changes numbered (`change.n`) `new_from` and above were not here before. Returns a shift for
    each stream in which anything came or went.
    """
    numbers = sorted(set(streams))
    runs = covers(connection, numbers)
    stream = tables.stream
    shifts: list[Shift] = []
    for batch in _batches(numbers):
        query = sa.select(stream.c.n, stream.c.seq, stream.c.forked).where(stream.c.n.in_(batch))
        for n, seq, forked in connection.execute(query).all():
            if forked:
                shift = _settle_forked(connection, n, seq, runs[n], new_from)
            else:
                shift = _settle_plain(connection, n, seq, reach(runs[n]))
            if shift is not None:
                shifts.append(shift)
    return shifts


def _settle_plain(connection: sa.Connection, n: int, before: int, after: int) -> Shift | None:
    if before == after:
        return None
    change = tables.change
    query = sa.select(change.c.id).where(change.c.stream == n, change.c.seq == after)
    _point(connection, n, after, connection.scalar(query) if after else _NOTHING)
    return Shift(n, min(before, after), max(before, after))


def _point(connection: sa.Connection, n: int, seq: int, tip: bytes | None) -> None:
    stream = tables.stream
    values = {"seq": seq, "tip": tip or _NOTHING}
    connection.execute(stream.update().where(stream.c.n == n).values(values))


@dataclass(slots=True)
class Branches:
    """All stored changes of one forked stream, by what they follow."""

    number: dict[bytes, int] = field(default_factory=dict)
    """Id → `change.n`."""
    seq: dict[bytes, int] = field(default_factory=dict)
    prev: dict[bytes, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, connection: sa.Connection, n: int) -> "Branches":
        """The stream's changes, lowest number first."""
        change = tables.change
        query = (
            sa.select(change.c.n, change.c.seq, change.c.id, change.c.body)
            .where(change.c.stream == n)
            .order_by(change.c.seq, change.c.id)
        )
        found = cls()
        for number, seq, change_id, body in connection.execute(query):
            found.number[change_id], found.seq[change_id] = number, seq
            found.prev[change_id] = bytes.fromhex(orjson.loads(body)["prev"])
        return found

    def in_force(self, runs: Iterable[Run]) -> set[bytes]:
        """The ids of changes that are covered, as are all those they follow on."""
        covered: dict[bytes, int] = {}
        for run in runs:
            at = run.last_id
            while at in self.number and self.seq[at] >= run.first:
                if covered.get(at, run.first + 1) <= run.first:
                    break
                covered[at] = run.first
                at = self.prev[at]
        connected: set[bytes] = set()
        for change_id, seq in self.seq.items():
            starts = seq == 1 and self.prev[change_id] == _NOTHING
            if change_id in covered and (starts or self.prev[change_id] in connected):
                connected.add(change_id)
        return connected

    def end(self, runs: Iterable[Run]) -> tuple[int, bytes]:
        """Number and id of the one end that the stream is known by."""
        return self.last_of(self.in_force(runs))

    def last_of(self, ids: set[bytes]) -> tuple[int, bytes]:
        """Of changes in force the greatest number and, under it, the greatest id."""
        return max(((self.seq[one], one) for one in ids), default=(0, _NOTHING))

    def ends(self, ids: set[bytes]) -> set[bytes]:
        """Those that none of the others follows on."""
        return ids - {self.prev[one] for one in ids}


def _settle_forked(
    connection: sa.Connection, n: int, last: int, runs: list[Run], new_from: int | None
) -> Shift | None:
    branches = Branches.read(connection, n)
    held = tables.held
    change = tables.change
    of_stream = sa.select(change.c.n).where(change.c.stream == n)
    was_held = set(connection.scalars(sa.select(held.c.change).where(held.c.change.in_(of_stream))))
    before = {
        number
        for change_id, number in branches.number.items()
        if branches.seq[change_id] <= last
        and number not in was_held
        and (new_from is None or number < new_from)
    }
    ids = branches.in_force(runs)
    seq, tip = branches.last_of(ids)
    _point(connection, n, seq, tip)
    connection.execute(held.delete().where(held.c.change.in_(of_stream)))
    left = [
        {"change": number}
        for one, number in branches.number.items()
        if branches.seq[one] <= seq and one not in ids
    ]
    if left:
        connection.execute(held.insert(), left)
    after = {branches.number[one] for one in ids}
    if before == after:
        return None
    came, went = frozenset(after - before), frozenset(before - after)
    return Shift(n, 0, 0, came, went, is_forked=True)


def ends(connection: sa.Connection, n: int) -> list[ChangeId]:
    """The last changes in force of every branch of a forked stream, sorted."""
    branches = Branches.read(connection, n)
    ids = branches.in_force(covers(connection, [n])[n])
    return sorted(ChangeId(one.hex()) for one in branches.ends(ids))


def gaps(connection: sa.Connection, streams: Iterable[int] | None = None) -> list[Gap]:
    """What is missing of streams of which later changes are held; what was undone asks nothing."""
    stream, scope = tables.stream, tables.scope
    carried, merge = tables.carried, tables.merge
    beyond = (
        sa.select(stream.c.n, stream.c.replica, scope.c.name)
        .join(scope, scope.c.n == stream.c.scope)
        .join(carried, carried.c.stream == stream.c.n)
        .join(merge, merge.c.n == carried.c.merge)
        .where(merge.c.undone_at.is_(None), carried.c.last > stream.c.seq)
        .distinct()
        .order_by(stream.c.replica, scope.c.name)
    )
    wanted = None if streams is None else set(streams)
    found = [one for one in connection.execute(beyond).all() if wanted is None or one.n in wanted]
    runs = covers(connection, (one.n for one in found))
    return [
        Gap(ReplicaId(replica), name, first, last)
        for n, replica, name in found
        for first, last in holes(runs[n])
    ]


def holes(runs: Iterable[Run]) -> list[tuple[int, int]]:
    """First and last of every stretch of numbers that no run covers, below the highest."""
    found: list[tuple[int, int]] = []
    last = 0
    for run in sorted(runs, key=lambda r: r.first):
        if run.first > last + 1:
            found.append((last + 1, run.first - 1))
        last = max(last, run.last)
    return found


def rows_of(
    connection: sa.Connection, shifts: Iterable[Shift], below: int | None = None
) -> set[int]:
    """Rows of the changes that came or went; only of those numbered below `below`, if given."""
    change = tables.change
    rows: set[int] = set()
    for shift in shifts:
        if shift.is_forked:
            for batch in _batches(shift.came | shift.went):
                rows.update(
                    connection.scalars(
                        sa.select(change.c.row).where(
                            change.c.n.in_([n for n in batch if below is None or n < below])
                        )
                    )
                )
        else:
            query = sa.select(change.c.row).where(
                change.c.stream == shift.stream,
                change.c.seq > shift.low,
                change.c.seq <= shift.high,
            )
            if below is not None:
                query = query.where(change.c.n < below)
            rows.update(connection.scalars(query.distinct()))
    return rows


def is_usurped(connection: sa.Connection, replica: ReplicaId) -> bool:
    """Whether somebody else writes under this replica, by what came in with merges.

    Then numbers of its streams may stand for two changes, and it must not be written on.
    """
    stream, carried = tables.stream, tables.carried
    query = (
        sa.select(stream.c.n)
        .outerjoin(carried, carried.c.stream == stream.c.n)
        .where(
            stream.c.replica == replica,
            sa.or_(stream.c.forked != 0, carried.c.last > stream.c.written),
        )
    )
    return connection.execute(query).first() is not None
