"""Going through a source: each change is proven, and stored by whoever has the connection."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models.intake import Arrivals, Arrived, Brought, Intake, arrived
from models.lane import Lane
from models.proving import Batch, Proving, Streamed
from models.purging import names_in
from services.core import Progress
from services.merge import recording

if TYPE_CHECKING:
    from concurrent.futures import Future

_AT_HAND_BYTES = 24 * 1024 * 1024
"""Of changes whose rows are not folded yet: what is kept of them, as stored; more is read again."""
_Stored = tuple[list[Arrived], "Future[Sequence[int | None]]"]


@dataclass(slots=True)
class _Kept:
    """What was read of one scope, until it is folded."""

    is_all: bool = True
    stored: list[_Stored] = field(default_factory=list)
    _room: int = _AT_HAND_BYTES

    def keep(self, batch: Batch, rows: "Future[Sequence[int | None]]") -> None:
        """Keep what counts of some changes; nothing any more once it is too much."""
        self._room -= sum(len(change[2]) for change in batch.changes)
        if self._room >= 0:
            pairs = zip(batch.changes, batch.bodies, strict=True)
            self.stored.append(([arrived(change[1], body) for change, body in pairs], rows))
        else:
            self.is_all = False
            self.stored.clear()


@dataclass(slots=True)
class Arriving:
    """One scope of which everything is proven, and is being stored and settled."""

    brought: Brought
    settled: "Future[None]"
    kept: _Kept

    def result(self) -> tuple[Brought, Arrivals | None]:
        """What was stored, once it is; and what came into force of it, if that is at hand."""
        self.settled.result()
        if not (self.kept.is_all and self.brought.is_at_hand):
            return self.brought, None
        arrivals: dict[int, list[Arrived]] = {}
        for changes, rows in self.kept.stored:
            for one, row in zip(changes, rows.result(), strict=True):
                if row is not None:
                    arrivals.setdefault(row, []).append(one)
        return self.brought, arrivals


@dataclass(slots=True)
class LeftOut:
    """What a source holds of scopes that were purged here: proven, and not taken."""

    streams: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """(replica, scope) → its first and last number in the source."""
    contents: set[str] = field(default_factory=set)
    """Hashes by which its changes name contents."""

    def see(self, one: Streamed, batch: Batch) -> None:
        """Note some changes of a stream."""
        seqs = [change[0] for change in batch.changes]
        key = (one.replica, one.scope)
        first, last = self.streams.get(key, (seqs[0], seqs[0])) if seqs else (0, 0)
        if seqs:
            self.streams[key] = (min(first, *seqs), max(last, *seqs))
        for change in batch.changes:
            self.contents |= names_in(change[2])


class Reading:
    """Goes through a source once."""

    def __init__(self, proving: Proving, intake: Intake, progress: Progress) -> None:
        """Prove by `proving` what `intake` takes."""
        self._proving, self._intake, self._progress = proving, intake, progress
        self.total = proving.count()
        """How many changes the source holds."""
        self.left_out = LeftOut()
        self._done = 0

    def scopes(self, lane: Lane, merge: int | None) -> Iterator[Arriving | None]:
        """Scope by scope, as they are proven; what each carried is noted for the merge, if given.

        In between it stops with None, so that the caller can do something else, too.

        Raises:
            Unproven: the source is not what it says.
            Cancelled: the person stopped it.
        """
        for scope, streams in groupby(self._proving.streams(), key=attrgetter("scope")):
            if scope in self._intake.closed:
                for one in streams:
                    self._prove(one)
                continue
            kept = _Kept()
            brought = Brought(scope)
            for one in streams:
                for _ in self._take(lane, one, brought, kept):
                    yield None
            if merge is not None:
                lane.tell(_carry, merge, brought)
            yield Arriving(brought, lane.ask(self._intake.settle, brought), kept)

    def _prove(self, one: Streamed) -> None:
        for batch in self._proving.walk(one):
            self.left_out.see(one, batch)
            self._step(len(batch.changes))

    def _take(self, lane: Lane, one: Streamed, brought: Brought, kept: "_Kept") -> Iterator[None]:
        """Ask for one stream to be stored, some changes at a time."""
        lane.tell(self._intake.begin, brought, one.replica)
        walk = self._proving.walk(one)
        while True:
            try:
                batch = next(walk)
            except StopIteration as end:
                lane.tell(self._intake.end, brought, end.value)
                return
            kept.keep(batch, lane.ask(self._intake.store, brought, one.replica, batch))
            self._step(len(batch.changes))
            yield

    def _step(self, count: int) -> None:
        self._done += count
        self._progress.step(self._done, self.total, "changes")


def _carry(connection: sa.Connection, merge: int, brought: Brought) -> None:
    recording.carry(connection, merge, brought.runs)
