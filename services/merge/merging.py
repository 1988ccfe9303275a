"""Merging: the preview, the merge itself, and the list of merges."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import AppError, Cancelled, Refused
from models.writer import Writer, new_uid
from services import backup
from services.core import Changes, Progress
from services.merge import forcing, recording
from services.merge.shapes import MergeLine, Outcome, Plan, Report, Verdict
from services.merge.taking import Terms, Unreadable, Work, admitted, take_in
from services.package import Keys, Source, open_source, trusted_roots
from services.workspace import Workspace, state_code

AnySource = Source | Unreadable
_LOG = "log"
_NS_PER_MS = 1_000_000


def now_ms() -> int:
    """This laptop's clock, UTC, milliseconds since 1970."""
    return time.time_ns() // _NS_PER_MS


def open_all(
    paths: Sequence[Path], keys: Keys, progress: Progress | None = None
) -> list[AnySource]:
    """Open every file that can be opened; the caller closes the sources (see `close_all`).

    Raises:
        Cancelled: the person stopped it; what was opened is closed again.
    """
    opened: list[AnySource] = []
    for path in paths:
        try:
            opened.append(open_source(path, keys, progress))
        except Cancelled:
            close_all(opened)
            raise
        except AppError as failure:
            opened.append(Unreadable(path.name, failure))
    return opened


def close_all(sources: Sequence[AnySource]) -> None:
    """Close the sources that were opened."""
    for one in sources:
        if isinstance(one, Source):
            one.close()


def prepare(
    workspace: Workspace, sources: Sequence[AnySource], progress: Progress | None = None
) -> Plan:
    """What merging these sources would come to: the merge itself, rolled back.

    Raises:
        AppError: the workspace cannot be written, or the person stopped it.
    """
    progress = progress or Progress()
    terms = _terms(workspace, frozenset())
    good, reports = _sorted_out(workspace, sources)
    while True:
        with workspace.store.trial() as connection:
            work = take_in(connection, good, terms, progress)
            code = state_code(connection)
        if work.unproven is None:
            break
        reports[work.unproven] = work.reports[work.unproven]
        del good[work.unproven]
    # A brake only asks in a preview.
    for place, report in work.reports.items():
        reports[place] = _asking(report)
    return Plan(tuple(reports[n] for n in sorted(reports)), code)


def _asking(report: Report) -> Report:
    verdict = Verdict.WARNING if report.figures.remarks else Verdict.OK
    return Report(report.name, verdict, report.manifest, report.signature, None, report.figures, "")


def apply(
    workspace: Workspace,
    sources: Sequence[AnySource],
    *,
    accept: frozenset[str] = frozenset(),
    force_gaps_reason: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Merge the sources: a verified backup, then one transaction for all that are good.

    Args:
        workspace: what is merged into.
        sources: packages and workspace files; a refused one never stops the others.
        accept: codes of brakes (`Remark.stops`) that the person accepted.
        force_gaps_reason: write what is held for want of earlier changes again as this person's
            own; None leaves it held.
        progress: told how far it is.

    Raises:
        Refused: gaps are to be forced without a reason or by somebody who may not.
        AppError: the workspace cannot be written, the backup failed, or the person stopped it.
    """
    progress = progress or Progress()
    if force_gaps_reason is not None:
        forcing.refuse_unless_allowed(workspace, force_gaps_reason)
    terms = _terms(workspace, accept)
    good, reports = _sorted_out(workspace, sources)
    if not good:
        with workspace.store.read() as connection:
            code = state_code(connection)
        return Outcome(tuple(reports[n] for n in sorted(reports)), Changes(), code)
    made = backup.backup(workspace, None, progress)
    progress.step(0, 0, "take")
    done = _Attempt(braked=True)
    while good and done.braked:
        done = _attempt(workspace, good, terms, force_gaps_reason, progress)
        reports |= done.work.reports
        for place in done.work.refused:
            del good[place]
    return Outcome(
        sources=tuple(reports[n] for n in sorted(reports)),
        changes=done.changes,
        state_code=done.code,
        backup=made.name,
        forced=done.forced,
        new_replica=done.renewed,
    )


@dataclass(slots=True)
class _Attempt:
    """One transaction; rolled back when any of its sources was refused."""

    work: Work = field(default_factory=Work)
    braked: bool = False
    code: str = ""
    forced: int = 0
    renewed: bool = False

    @property
    def changes(self) -> Changes:
        """What was written."""
        if self.braked:
            return Changes()
        return Changes(frozenset(self.work.kinds), frozenset(self.work.units))


def _attempt(
    workspace: Workspace,
    good: Mapping[int, Source],
    terms: Terms,
    force_gaps_reason: str | None,
    progress: Progress,
) -> _Attempt:
    """Take the sources in, all or none."""
    with workspace.store.write(workspace.actor, force_gaps_reason, large=True) as writer:
        done = _Attempt(take_in(writer.connection, good, terms, progress))
        done.braked = bool(done.work.refused)
        if done.braked:
            writer.connection.rollback()
            done.code = state_code(writer.connection)
            return done
        done.renewed = workspace.store.renew_if_usurped(writer)
        if force_gaps_reason is not None:
            done.forced = forcing.force(writer, done.work)
        _log(writer, done.work, force_gaps_reason)
        writer.flush()
        done.code = state_code(writer.connection)
    return done


def _terms(workspace: Workspace, accept: frozenset[str]) -> Terms:
    return Terms(workspace.actor, now_ms(), accept, trusted_roots(workspace))


def _sorted_out(
    workspace: Workspace, sources: Sequence[AnySource]
) -> tuple[dict[int, Source], dict[int, Report]]:
    """The sources to be looked at and the refused ones, by their place in the list."""
    good: dict[int, Source] = {}
    reports: dict[int, Report] = {}
    for place, one in enumerate(sources):
        found = admitted(workspace, one)
        if isinstance(found, Source):
            good[place] = found
        else:
            reports[place] = found
    return good, reports


def _log(writer: Writer, work: Work, reason: str | None) -> None:
    for report in work.reports.values():
        fields = {"what": "merged", "of": report.name, "why": reason}
        writer.put(_LOG, new_uid(), _LOG, fields, new=True)


def merges(workspace: Workspace) -> tuple[MergeLine, ...]:
    """The merges of this file, newest first, those undone included."""
    with workspace.store.read() as connection:
        return recording.lines(connection)


def find(workspace: Workspace, text: str) -> str:
    """The id of the one merge that begins with these characters.

    Raises:
        Refused: `merge_unknown`, none or several do.
    """
    with workspace.store.read() as connection:
        found = [one.uid for one in recording.lines(connection) if one.uid.startswith(text)]
    if len(found) != 1 or not text:
        raise Refused("merge_unknown", merge=text[:40])
    return found[0]
