"""On which days the changes of streams were written, by looking at few of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import orjson
import sqlalchemy as sa

from models import tables
from models.kinds import ReplicaId
from models.moments import moment

_AT_ONCE = 5_000
_MS = 1000


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream with something in force."""

    n: int
    replica: ReplicaId
    scope: str
    seq: int
    forked: bool


def streams(connection: sa.Connection) -> tuple[Stream, ...]:
    """All streams that have something in force."""
    stream, scope = tables.stream, tables.scope
    query = (
        sa.select(stream.c.n, stream.c.replica, scope.c.name, stream.c.seq, stream.c.forked)
        .join(scope, scope.c.n == stream.c.scope)
        .where(stream.c.seq > 0)
    )
    return tuple(
        Stream(n, ReplicaId(replica), name, seq, bool(forked))
        for n, replica, name, seq, forked in connection.execute(query)
    )


def day_of(at: int | None) -> date | None:
    """The day of a moment (UTC, milliseconds) in this laptop's time zone."""
    if at is None:
        return None
    try:
        return datetime.fromtimestamp(at / _MS).astimezone().date()
    except (OverflowError, ValueError, OSError):
        return None


def start_of(day: date) -> int:
    """When a day begins in this laptop's time zone, UTC, milliseconds."""
    return int(datetime.combine(day, time()).astimezone().timestamp() * _MS)


class Moments:
    """When changes were written, by stream number and number; each is looked up once."""

    def __init__(self, connection: sa.Connection) -> None:
        """Look them up over this connection."""
        self._connection = connection
        self._known: dict[tuple[int, int], int] = {}

    def look_up(self, places: Iterable[tuple[int, int]]) -> None:
        """Look many up at once; those that are not stored stay unknown."""
        wanted = list({place for place in places if place not in self._known})
        change = tables.change
        asked = sa.func.json_each(sa.bindparam("asked")).table_valued(
            "value", joins_implicitly=True
        )
        stream, seq = (sa.func.json_extract(asked.c.value, f"$[{n}]") for n in (0, 1))
        query = (
            sa.select(change.c.stream, change.c.seq, moment(change.c.body))
            .select_from(asked)
            .join(change, sa.and_(change.c.stream == stream, change.c.seq == seq))
        )
        for start in range(0, len(wanted), _AT_ONCE):
            some = orjson.dumps(wanted[start : start + _AT_ONCE]).decode()
            for found_stream, found_seq, at in self._connection.execute(query, {"asked": some}):
                self._known[found_stream, found_seq] = at

    def at(self, stream: int, seq: int) -> int | None:
        """The moment of one that was looked up; None for one that is not stored."""
        return self._known.get((stream, seq))


def counts(
    moments: Moments, some: Sequence[Stream], days: Sequence[date]
) -> Mapping[int, tuple[int, ...]]:
    """Stream number → changes in force per day, for streams that have any on these days.

    `days` follow one another without a gap.
    """
    if not days:
        return {}
    edges = [start_of(day) for day in (*days, days[-1] + timedelta(days=1))]
    moments.look_up((s.n, end) for s in some for end in (1, s.seq))
    active = [s for s in some if _within(moments, s, edges[0], edges[-1])]
    ends = {s.n: (moments.at(s.n, 1), moments.at(s.n, s.seq)) for s in active}
    searches = [_Search(s, edge, ends[s.n]) for s in active for edge in edges]
    waiting = searches
    while waiting:
        asked = [one.asks for one in waiting]
        moments.look_up((one.stream.n, seq) for one, seq in zip(waiting, asked, strict=True))
        for one, seq in zip(waiting, asked, strict=True):
            one.narrow(seq, moments.at(one.stream.n, seq))
        waiting = [one for one in waiting if not one.is_done]
    found: dict[int, list[int]] = {}
    for one in searches:
        found.setdefault(one.stream.n, []).append(one.low)
    return {
        n: tuple(max(0, after - before) for before, after in pairwise(places))
        for n, places in found.items()
    }


def _within(moments: Moments, stream: Stream, start: int, end: int) -> bool:
    """Whether a stream can have changes of a period."""
    first, last = moments.at(stream.n, 1), moments.at(stream.n, stream.seq)
    return (last is None or last >= start) and (first is None or first < end)


class _Search:
    """How many changes of a stream were written before a moment.

    A place is guessed from the moments at both ends, as if work went on evenly; every other time
    the span is halved, so that a guess that is always wrong costs twice as much at most.
    """

    def __init__(self, stream: Stream, edge: int, span: tuple[int | None, int | None]) -> None:
        self.stream = stream
        self.low, self._high = 0, stream.seq
        self._edge = edge
        self._low_at, self._high_at = span
        self._guesses = True

    @property
    def is_done(self) -> bool:
        return self.low >= self._high

    @property
    def asks(self) -> int:
        """The number that is looked at next, above `low` and up to the greatest possible answer."""
        width = self._high - self.low
        before, after = self._low_at, self._high_at
        if not self._guesses or before is None or after is None or after <= before:
            return self.low + (width + 1) // 2
        guess = (self._edge - before) * width // (after - before)
        return self.low + min(max(guess, 1), width)

    def narrow(self, asked: int, at: int | None) -> None:
        """Go on with one part."""
        self._guesses = not self._guesses
        if at is not None and at < self._edge:
            self.low, self._low_at = asked, at
        else:
            self._high, self._high_at = asked - 1, at
