"""Proving a workspace whole, and making its derived tables anew."""

from dataclasses import dataclass

from models import health
from services.core import Progress
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    ok: bool
    findings: tuple[health.Finding, ...]
    changes: int
    """Changes verified."""
    rows: int
    """Rows folded anew and compared; 0 when that was not asked for."""


def check(workspace: Workspace, progress: Progress | None = None) -> Report:
    """Verify pages, every change's id and chain, and that the projection is what the journal says.

    Raises:
        Cancelled: the person stopped it.
    """
    progress = progress or Progress()
    findings: list[health.Finding] = []
    with workspace.store.read() as connection:
        progress.step(0, 0, "pages")
        findings += health.pages(connection)
        if findings:
            return Report(ok=False, findings=tuple(findings), changes=0, rows=0)
        counts = {"changes": 0, "rows": 0}
        for name, walk in (
            ("changes", health.chains(connection)),
            ("rows", health.projection(connection)),
        ):
            for one in walk:
                if isinstance(one, health.Finding):
                    findings.append(one)
                else:
                    counts[name] = max(one, counts[name])
                    progress.step(one, 0, name)
    return Report(not findings, tuple(findings), counts["changes"], counts["rows"])


def rebuild(workspace: Workspace, progress: Progress | None = None) -> int:
    """Make projection and search index anew from the journal; returns how many rows.

    Raises:
        Refused: the file is read-only here.
        Cancelled: the person stopped it; the old tables are still there.
    """
    progress = progress or Progress()
    done = 0
    with workspace.store.local() as connection:
        for done in health.rebuild(connection):
            progress.step(done, 0, "rows")
    return done
