"""接收: several packages read in one go, shown, and those that are wanted taken in together.

A package that cannot be read, or that somebody did not want, never stops the others.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import AppError, Cancelled, WrongPassphrase
from services import merge
from services.core import Progress
from services.merge import Outcome, Plan, Report, Verdict
from services.package import Keys, Source, keys_of, open_source
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a reception."""

    path: Path
    source: Source | None = None
    report: Report | None = None
    """What taking it in would come to; None when it could not be opened."""
    failure: AppError | None = None

    @property
    def is_locked(self) -> bool:
        """Whether only its passphrase is missing."""
        return isinstance(self.failure, WrongPassphrase)

    @property
    def can_be_taken(self) -> bool:
        """Whether it can be taken in, with a tick where the brakes ask for one."""
        return self.report is not None and self.report.verdict is not Verdict.REFUSED

    @property
    def asks(self) -> bool:
        """Whether it is taken in only if somebody says so."""
        return self.can_be_taken and self.report is not None and bool(self.report.brakes)

    @property
    def rank(self) -> int:
        """The worst come first: left out, stopped, to be known about, fine."""
        if not self.can_be_taken:
            return 0
        if self.asks:
            return 1
        return 2 if self.report is not None and self.report.verdict is Verdict.WARNING else 3


@dataclass(slots=True)
class Reading:
    """Private copies of what is about to be taken in; closing it removes them."""

    entries: tuple[Entry, ...]
    """The worst first, then by time."""
    plan: Plan | None
    """None when nothing could be opened."""
    _copies: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """Remove the copies; the reading is of no use afterwards."""
        self._copies.close()

    def chosen(self, ticked: Iterable[int] = ()) -> tuple[Entry, ...]:
        """The entries to take in: all that do not ask, and those of these places that do."""
        wanted = frozenset(ticked)
        places = enumerate(self.entries)
        return tuple(e for n, e in places if e.can_be_taken and (not e.asks or n in wanted))


def read(
    workspace: Workspace,
    paths: Sequence[Path],
    passphrases: Sequence[str] = (),
    progress: Progress | None = None,
) -> Reading:
    """Copy, prove and plan these packages and workspace files; nothing is written to the file.

    Args:
        workspace: that would take them in.
        paths: of the files.
        passphrases: what the person gave for packages that the file's own keys do not open.
        progress: told file by file, then by changes.

    Raises:
        Cancelled: the person stopped it.
        AppError: what `services.merge.prepare` refuses as a whole.
    """
    progress = progress or Progress()
    keys = keys_of(workspace, *passphrases)
    with ExitStack() as copies:
        opened: list[Entry] = []
        for number, path in enumerate(paths):
            progress.step(number, len(paths), "packages")
            opened.append(_open(path, keys, progress, copies))
        good = sorted((e for e in opened if e.source is not None), key=_made_at)
        sources = [e.source for e in good if e.source is not None]
        plan = merge.prepare(workspace, sources, progress) if sources else None
        reports = plan.sources if plan is not None else ()
        planned = [
            Entry(e.path, e.source, report, report.failure)
            for e, report in zip(good, reports, strict=True)
        ]
        entries = [*(e for e in opened if e.source is None), *planned]
        return Reading(tuple(sorted(entries, key=lambda e: e.rank)), plan, copies.pop_all())


def _open(path: Path, keys: Keys, progress: Progress, copies: ExitStack) -> Entry:
    try:
        source = copies.enter_context(open_source(path, keys, progress))
    except Cancelled:
        raise
    except AppError as failure:
        return Entry(path, failure=failure)
    return Entry(path, source)


def _made_at(entry: Entry) -> int:
    """Earlier ones first: what a later one stands on is then there already."""
    return entry.source.manifest.made_at if entry.source is not None else 0


def take(
    workspace: Workspace,
    reading: Reading,
    ticked: Iterable[int] = (),
    progress: Progress | None = None,
) -> Outcome:
    """Take in what was read: all that needs no tick, and the entries at the `ticked` places.

    Raises:
        AppError: what `services.merge.apply` refuses as a whole; the file is as it was.
    """
    chosen = sorted(reading.chosen(ticked), key=_made_at)
    accept = {b.code for e in chosen if e.report is not None for b in e.report.brakes}
    sources = [e.source for e in chosen if e.source is not None]
    return merge.apply(
        workspace, sources, accept=frozenset(accept), progress=progress or Progress()
    )
