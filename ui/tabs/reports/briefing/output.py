"""送审稿 of a briefing: made beside the window, then asked where it goes."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from models.kinds import Uid
from services import reports
from services.briefings import Briefing
from services.core import Progress
from services.words import _
from services.workspace import Workspace
from ui.context import Context
from ui.tabs.reports import printing


class Output(QObject):
    """Puts the briefing that is worked on out as .docx, for corrections."""

    refused = Signal(object)
    """An `AppError`: why it was not made."""

    def __init__(
        self, context: Context, page: QWidget, settled: Callable[[], Briefing | None]
    ) -> None:
        """`settled` stores what is being typed on the page and gives the briefing."""
        super().__init__(page)
        self._context, self._page, self._settled = context, page, settled

    @Slot()
    def put_out(self) -> None:
        """Make it, then ask where it goes."""
        briefing = self._settled()
        if briefing is not None:
            work = partial(_manuscript, self._context.here(), briefing.uid)
            done = partial(self._keep, briefing.title)
            self._context.jobs.run(_("送审稿"), work, done, self.refused.emit)

    def _keep(self, title: str, file: bytes) -> None:
        path = printing.ask_and_save_manuscript(self._page, file, title)
        if path is not None:
            printing.open_folder(path)


def _manuscript(workspace: Workspace, uid: Uid, _progress: Progress) -> bytes:
    return reports.manuscript(reports.draft(workspace, reports.Wanted("briefing", about=uid)))
