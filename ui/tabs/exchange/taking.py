"""The way of a reception: read, show, take in, write back. All of it on the worker thread."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from services import numbering, receiving, returning
from services.core import Changes, Progress
from services.errors import AppError, Cancelled
from services.exchange import Look, Plugged
from services.merge import Outcome
from services.numbering import Numbered
from services.receiving import Reading
from services.returning import Errand, Opened, Returned
from services.words import _
from services.workspace import Workspace
from ui.context import Context


class Taking(QObject):
    """One reception at a time; what was read is let go at its end."""

    planned = Signal(object)
    """`services.receiving.Reading`: what would come of it."""
    taken = Signal(object, object)
    """`services.merge.Outcome` and `services.numbering.Numbered`."""
    returned = Signal(object)
    """tuple[Returned, …]: what was written back, by stick."""
    failed = Signal(object)
    """`AppError`: nothing was taken in."""
    ended = Signal()
    """Nothing is under way any more."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        """Nothing is under way."""
        super().__init__(parent)
        self._context = context
        self._plugged: tuple[Plugged, ...] = ()
        self._paths: tuple[Path, ...] = ()
        self._passphrases: tuple[str, ...] = ()
        self.errands: tuple[Errand, ...] = ()
        self.results: tuple[Returned, ...] = ()
        self.reading: Reading | None = None
        self.is_busy = False
        context.closed.connect(self.leave)

    def begin(self, look: Look) -> None:
        """Read all that is new."""
        if self.is_busy or not look.fresh:
            return
        self._plugged = look.sticks
        # What cannot be read is named with the others, so that somebody asks for it again.
        wanted = (*look.fresh, *look.broken)
        self._paths = tuple(found.file.path for found in wanted)
        self._passphrases = ()
        self._read()

    def unlock(self, passphrase: str) -> None:
        """Read once more, with a passphrase for those that did not open."""
        self._passphrases = (*self._passphrases, passphrase)
        self._read()

    def read_again(self) -> None:
        """Read once more, since something that it depends on has changed."""
        self._read()

    def _read(self) -> None:
        self._let_go()
        self.is_busy = True
        here = self._context.here()
        work = partial(_read, here, self._paths, self._passphrases)
        self._context.jobs.run(_("读取数据包"), work, self._planned, self._failed)

    def _planned(self, reading: Reading) -> None:
        self.is_busy = False
        if self._context.workspace is None:
            reading.close()
            return
        self.reading = reading
        self.planned.emit(reading)

    def accept(self, ticked: frozenset[int]) -> None:
        """Take in what needs no tick and what was ticked, then write back to every stick."""
        if self.is_busy or self.reading is None:
            return
        self.is_busy = True
        work = partial(_take, self._context.here(), self.reading, ticked, self._passphrases)
        self._context.jobs.run(_("接收"), work, self._taken, self._failed)

    def _taken(self, done: tuple[Outcome, Numbered, Mapping[Path, Opened]]) -> None:
        outcome, numbered, opened = done
        self.is_busy = False
        here = self._context.here()
        self.errands = returning.errands(here, self._plugged, opened)
        self.results = ()
        changes = Changes(
            outcome.changes.kinds | numbered.changes.kinds,
            outcome.changes.units | numbered.changes.units,
        )
        self._context.announce(changes)
        self.taken.emit(outcome, numbered)
        self._let_go()
        self._write(self.errands)

    def _write(self, errands: Sequence[Errand]) -> None:
        if not errands:
            self.returned.emit(())
            self.ended.emit()
            return
        self.is_busy = True
        work = partial(_give_back, self._context.here(), tuple(errands))
        self._context.jobs.run(_("回写"), work, self._returned, self._failed)

    def _returned(self, results: tuple[Returned, ...]) -> None:
        self.is_busy = False
        fresh = {one.stick.path: one for one in results}
        known = self.results or results
        self.results = tuple(fresh.get(one.stick.path, one) for one in known)
        self.returned.emit(self.results)
        self.ended.emit()

    def retry(self, place: int) -> None:
        """Write to one of the sticks once more."""
        if not self.is_busy:
            path = self.results[place].stick.path
            self._write([errand for errand in self.errands if errand.stick.path == path])

    @Slot()
    def leave(self) -> None:
        """Take nothing in."""
        self._let_go()
        self.ended.emit()

    def _failed(self, failure: AppError) -> None:
        self.is_busy = False
        self._let_go()
        if not isinstance(failure, Cancelled):
            self.failed.emit(failure)
        self.ended.emit()

    def _let_go(self) -> None:
        reading, self.reading = self.reading, None
        if reading is not None:
            reading.close()


def _read(
    workspace: Workspace, paths: Sequence[Path], passphrases: Sequence[str], progress: Progress
) -> Reading:
    return receiving.read(workspace, paths, passphrases, progress)


def _take(
    workspace: Workspace,
    reading: Reading,
    ticked: frozenset[int],
    passphrases: Sequence[str],
    progress: Progress,
) -> tuple[Outcome, Numbered, Mapping[Path, Opened]]:
    outcome = receiving.take(workspace, reading, ticked, progress)
    opened = returning.opened_by(reading, passphrases)
    return outcome, numbering.number_waiting(workspace), opened


def _give_back(
    workspace: Workspace, errands: Sequence[Errand], progress: Progress
) -> tuple[Returned, ...]:
    return returning.give_back(workspace, errands, progress)
