"""Proving a package without taking it in, and telling what a workspace has of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from models import tables
from models.parcels import Run
from services.core import Progress
from services.package import checking
from services.package.reading import Source
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Compared:
    """What a workspace has of a source."""

    verdict: str
    """`match`: all of it is in force there; `unknown`: some is not there; `differ`: a fork."""
    differing: tuple[str, ...]
    """Streams of which the workspace holds another change under the same number."""
    missing: int
    """Changes at the ends of runs that the workspace does not have in force, at most."""


def prove(source: Source, progress: Progress | None = None) -> int:
    """Prove every change of a source, as a merge does before it takes any in; how many.

    Raises:
        Damaged: `package_change_bad`.
        NewerVersion: a change of a later format version.
        Cancelled: the person stopped it.
    """
    progress = progress or Progress()
    runs = source.manifest.runs
    with source.read() as connection:
        checking.walk(
            connection, runs, source.name, lambda done, total: progress.step(done, total, "proof")
        )
    return sum(run.changes for run in runs)


def compare(workspace: Workspace, runs: Iterable[Run]) -> Compared:
    """What the workspace has of these runs."""
    stream, scope, change = tables.stream, tables.scope, tables.change
    differing: list[str] = []
    missing = 0
    with workspace.store.read() as connection:
        for run in runs:
            query = (
                sa.select(change.c.id, stream.c.seq)
                .select_from(stream)
                .join(scope, scope.c.n == stream.c.scope)
                .outerjoin(change, sa.and_(change.c.stream == stream.c.n, change.c.seq == run.last))
                .where(stream.c.replica == run.replica, scope.c.name == run.scope)
            )
            found = connection.execute(query).all()
            ids = {bytes(i).hex() for i, _ in found if i is not None}
            in_force = max((seq for _, seq in found), default=0)
            if ids and run.last_id not in ids:
                differing.append(f"{run.replica[:8]} {run.scope} #{run.last}")
            missing += max(0, run.last - max(in_force, run.first - 1))
    verdict = "differ" if differing else "unknown" if missing else "match"
    return Compared(verdict, tuple(differing), missing)
