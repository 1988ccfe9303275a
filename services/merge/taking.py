"""Taking proven sources in: the one transaction that the preview tries and the merge commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from models import inforce, intake, tables
from models.inforce import Gap, Shift
from models.intake import Intake, Taken
from models.kinds import ReplicaId, Uid
from models.lane import Errands, Lane
from models.lane import Work as FoldWork
from models.proving import Clock, Proving, Unproven
from models.purging import unnamed
from models.refolding import Newcomers, Turned, enter, refold
from services import conflicts, receipts
from services.core import Progress
from services.errors import AppError, Refused
from services.merge import brakes, recording
from services.merge.collisions import Collisions
from services.merge.naming import named
from services.merge.reading import Arriving, LeftOut, Reading
from services.merge.shapes import Figures, Fork, Remark, Report, Verdict
from services.merge.tallying import Tallies
from services.package import Source, adopt
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source that could not even be opened; it takes part so that it is told with the others."""

    name: str
    failure: AppError


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms sources are taken in."""

    actor: Uid
    now: int
    """This laptop's clock, UTC, milliseconds."""
    accept: frozenset[str] = frozenset()
    """Codes of brakes that the person accepted."""
    roots: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Work:
    """What taking in has come to so far."""

    reports: dict[int, Report] = field(default_factory=dict)
    """By the source's place in the list."""
    kinds: set[str] = field(default_factory=set)
    units: set[Uid] = field(default_factory=set)
    streams: set[int] = field(default_factory=set)
    """Streams that the sources carried something of."""
    unproven: int | None = None
    """Place of a source that is not what it says: then nothing may be kept."""

    @property
    def refused(self) -> list[int]:
        """Places of the sources that a brake stopped, or that are not what they say."""
        return [n for n, r in self.reports.items() if r.verdict is Verdict.REFUSED]


def admitted(workspace: Workspace, one: Source | Unreadable) -> Source | Report:
    """A source that may be looked at more closely, or why it is refused."""
    if isinstance(one, Unreadable):
        return Report(one.name, Verdict.REFUSED, failure=one.failure)
    manifest = one.manifest
    if manifest.campaign != workspace.campaign:
        title = manifest.campaign_title
        failure = Refused("package_other_campaign", path=one.name, campaign=title)
        return Report(one.name, Verdict.REFUSED, manifest, one.signature, failure)
    return one


def take_in(
    connection: sa.Connection,
    sources: Mapping[int, Source],
    terms: Terms,
    progress: Progress,
) -> Work:
    """Prove the sources and take them in, one after the other; the caller commits or rolls back.

    One that is not what it says ends it: the caller rolls back, and tries again without it.
    """
    work = Work()
    for place, one in sources.items():
        try:
            work.reports[place] = _Taking(connection, one, terms, progress).run(work)
        except Unproven as bad:
            work.unproven = place
            work.reports[place] = Report(
                one.name, Verdict.REFUSED, one.manifest, one.signature, bad.failure
            )
            break
    return work


class _Taking:
    """One source."""

    def __init__(
        self, connection: sa.Connection, source: Source, terms: Terms, progress: Progress
    ) -> None:
        self._connection = connection
        self._source = source
        self._intake = Intake(connection)
        self._terms = terms
        self._progress = progress
        self._tallies = Tallies()
        self._collisions = Collisions()
        self._signed = brakes.Signed(connection)

    def run(self, work: Work) -> Report:
        """Prove, store, settle, fold, and say what came of it.

        Raises:
            Unproven: the source is not what it says.
        """
        manifest = self._source.manifest
        remarks = [
            *brakes.of_signature(self._source),
            *brakes.of_age(self._connection, manifest),
            *brakes.withheld(self._connection, manifest),
        ]
        earlier = recording.earlier(self._connection, self._source)
        n, uid = earlier or recording.begin(
            self._connection, self._source, self._terms.actor, self._terms.now
        )
        with self._source.connect() as connection:
            clocks, shifts, left_out = self._take(connection, None if earlier else n)
            purged = unnamed(self._connection, left_out.contents & manifest.blobs.keys())
            contents = [digest for digest in manifest.blobs if digest not in purged]
            blobs = intake.take_blobs(connection, self._connection, contents)
            for count, _digest in enumerate(blobs):
                self._progress.step(count, len(manifest.blobs), "contents")
        taken = self._intake.taken
        adopt(self._connection, self._source, self._terms.roots)
        recording.note_peer(self._connection, manifest)
        receipts.take(self._connection, manifest)
        conflicts.take_listed(self._connection, manifest.conflicts)
        remarks += brakes.of_purged(self._connection, manifest, left_out)
        remarks += brakes.of_clocks(clocks)
        remarks += brakes.of_deletions(self._connection, self._tallies.tally())
        remarks += self._signed.remarks()
        figures = self._figures(taken, shifts, remarks)
        if earlier is None:
            recording.finish(self._connection, n, figures, self._source)
        work.kinds |= self._tallies.kinds
        work.units |= self._tallies.units
        work.streams |= taken.streams
        return self._report(figures, uid)

    def _take(
        self, source: sa.Connection, merge: int | None
    ) -> tuple[Sequence[Clock], Sequence[Shift], LeftOut]:
        """Scope by scope: prove, store, note what was carried, settle what is in force, and fold.

        While one is proven the one before is folded, as soon as what that takes was read.
        """
        manifest = self._source.manifest
        starts = {(r.replica, r.scope): (r.first, r.prev) for r in manifest.runs}
        name, now = self._source.name, self._terms.now
        proving = Proving(source, starts if self._source.is_package else None, name, now)
        reading = Reading(proving, self._intake, self._progress)
        shifts: list[Shift] = []
        folding = Errands()
        with Lane(self._connection) as lane:
            for arriving in reading.scopes(lane, merge):
                if arriving is not None:
                    folding.add(self._fold(lane, arriving, shifts))
                folding.go_on(most=1)
            folding.go_on()
        return proving.clocks, shifts, reading.left_out

    def _fold(self, lane: Lane, arriving: Arriving, shifts: list[Shift]) -> FoldWork:
        yield arriving.settled
        brought, arrivals = arriving.result()
        rows = brought.rows_in_force() | brought.whole
        newcomers = Newcomers(
            new_from=self._intake.new_from,
            fresh=brought.fresh,
            whole=brought.whole,
            shifts={s.stream: s for s in brought.shifts},
            arrivals=arrivals,
        )
        yield from refold(lane, rows, newcomers, self._see)
        lane.tell(enter, brought.fresh, rows)
        shifts += brought.shifts

    def _see(self, turned: Turned) -> None:
        self._tallies.see(turned)
        self._collisions.see(turned)
        self._signed.see(turned)

    def _figures(
        self,
        taken: Taken,
        shifts: Iterable[Shift],
        remarks: Iterable[Remark],
    ) -> Figures:
        applied, known, held = _standings(self._connection, taken, shifts)
        gaps = tuple(inforce.gaps(self._connection, taken.streams))
        forks = forks_of(self._connection, taken.streams)
        told = [*remarks, *_of_gaps(gaps), *_of_forks(forks)]
        return Figures(
            applied=applied,
            known=known,
            held=held,
            tally=self._tallies.tally(),
            gaps=gaps,
            forks=forks,
            remarks=named(self._connection, told),
            collisions=self._collisions.found(self._connection),
        )

    def _report(self, figures: Figures, uid: str) -> Report:
        verdict = Verdict.WARNING if figures.remarks else Verdict.OK
        source = self._source
        report = Report(source.name, verdict, source.manifest, source.signature, None, figures, uid)
        codes = {one.code for one in report.brakes} - self._terms.accept
        if codes:
            failure = Refused("merge_braked", path=source.name, codes=sorted(codes))
            return replace(report, verdict=Verdict.REFUSED, failure=failure, merge="")
        return report


def _seqs(connection: sa.Connection, streams: Iterable[int]) -> dict[int, int]:
    """Stream → the last number in force."""
    wanted = set(streams)
    stream = tables.stream
    found = connection.execute(sa.select(stream.c.n, stream.c.seq))
    return {n: seq for n, seq in found if n in wanted}


def _standings(
    connection: sa.Connection, taken: Taken, shifts: Iterable[Shift]
) -> tuple[int, int, int]:
    """Of the changes a source held: how many came into force, were so before, and are held."""
    after = _seqs(connection, taken.streams)
    came = {s.stream: len(s.came) for s in shifts if s.is_forked}
    forked = {f for f in taken.forked if f in after}
    applied = known = 0
    for n, run in taken.runs:
        if n not in forked:
            reached = max(0, min(run.last, after[n]) - run.first + 1)
            already = max(0, min(run.last, taken.before[n]) - run.first + 1)
            applied += reached - min(already, reached)
            known += min(already, reached)
    for n, (count, stored_in_force) in _forked_standings(connection, taken, forked).items():
        new = min(came.get(n, 0), count, stored_in_force)
        applied += new
        known += min(stored_in_force, count) - new
    return applied, known, taken.changes - applied - known


def _forked_standings(
    connection: sa.Connection, taken: Taken, forked: Iterable[int]
) -> dict[int, tuple[int, int]]:
    """Forked stream → changes the source held, and how many of the stream are in force."""
    change, stream = tables.change, tables.stream
    found = {}
    for n in forked:
        query = (
            sa.select(sa.func.count())
            .select_from(change)
            .join(stream, stream.c.n == change.c.stream)
            .where(stream.c.n == n, inforce.IN_FORCE)
        )
        found[n] = (taken.forked[n], connection.scalar(query) or 0)
    return found


def forks_of(connection: sa.Connection, streams: Iterable[int]) -> tuple[Fork, ...]:
    """Those of these streams that forked."""
    stream, scope = tables.stream, tables.scope
    wanted = set(streams)
    query = (
        sa.select(stream.c.n, stream.c.replica, scope.c.name, stream.c.seq)
        .join(scope, scope.c.n == stream.c.scope)
        .where(stream.c.forked != 0)
        .order_by(stream.c.replica, scope.c.name)
    )
    return tuple(
        Fork(ReplicaId(replica), name, seq)
        for n, replica, name, seq in connection.execute(query)
        if n in wanted
    )


def _of_gaps(gaps: Iterable[Gap]) -> Iterable[Remark]:
    for gap in gaps:
        params = {"replica": gap.replica, "scope": gap.scope}
        yield Remark("merge_gap", {**params, "first": gap.first, "last": gap.last})


def _of_forks(forks: Iterable[Fork]) -> Iterable[Remark]:
    for fork in forks:
        yield Remark("merge_fork", {"replica": fork.replica, "scope": fork.scope, "seq": fork.seq})
