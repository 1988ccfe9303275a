"""Watching for sticks: what is plugged in is looked at as soon as it is there."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from services import exchange, sticks
from services.core import Progress
from services.errors import AppError, Cancelled
from services.exchange import Look, Seen
from services.words import _
from services.workspace import Workspace
from ui.context import Context

_EVERY_MS = 2000
NOTHING = Look((), {})


class Watcher(QObject):
    """Knows the last look; looks again when a stick comes or goes."""

    looked = Signal(object)
    """`services.exchange.Look`."""
    failed = Signal(object)
    """`AppError`: the look itself failed; a bad stick is told in its line instead."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        """Watch nothing yet."""
        super().__init__(parent)
        self._context = context
        self._folders: tuple[Path, ...] = ()
        self._files: tuple[Path, ...] = ()
        self._mounted: frozenset[Path] = frozenset()
        self._looking = False
        self._again = False
        self.last = NOTHING
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._poll)

    def watch(self, on: bool) -> None:
        """Watch while somebody looks at the page."""
        if on:
            self.look()
            self._timer.start()
        else:
            self._timer.stop()

    def add(self, paths: Sequence[Path]) -> None:
        """Take in folders and files that a person names, beside the sticks."""
        folders = [path for path in paths if path.is_dir()]
        files = [path for path in paths if not path.is_dir()]
        self._folders = tuple(dict.fromkeys((*self._folders, *folders)))
        self._files = tuple(dict.fromkeys((*self._files, *files)))
        self.look()

    @Slot()
    def forget(self) -> None:
        """Back to the sticks alone."""
        self._folders = self._files = ()
        self.look()

    @property
    def others(self) -> bool:
        """Whether folders or files were named."""
        return bool(self._folders or self._files)

    @Slot()
    def look(self) -> None:
        """Look now; a look that is under way is followed by another."""
        if self._context.workspace is None:
            return
        if self._looking:
            self._again = True
            return
        self._looking, self._again = True, False
        self._mounted = sticks.mounted()
        work = partial(_look, self._context.here(), self._folders, self._files, self.last.seen)
        self._context.jobs.run(_("看U盘"), work, self._found, self._missed)

    @Slot()
    def _poll(self) -> None:
        if not self._context.jobs.running and sticks.mounted() != self._mounted:
            self.look()

    def _found(self, look: Look) -> None:
        self._looking = False
        self.last = look
        if self._again:
            self.look()
        else:
            self.looked.emit(look)

    def _missed(self, failure: AppError) -> None:
        self._looking = False
        if not isinstance(failure, Cancelled):
            self.failed.emit(failure)


def _look(
    workspace: Workspace,
    folders: Sequence[Path],
    files: Sequence[Path],
    seen: Seen,
    progress: Progress,
) -> Look:
    return exchange.look(workspace, folders, files, seen, progress)
