"""归档移交…: asks for a folder, has the archive's folder made in it, and says what lies there."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from services.core import Progress
from services.errors import AppError, Cancelled
from services.words import _
from services.workspace import Workspace
from ui import errors
from ui.context import Context

if TYPE_CHECKING:
    from services.handover import HandedOver


class ArchiveButton(QPushButton):
    """The button; it rests while the folder is being made."""

    told = Signal(str)
    """What lies where now."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Nothing is made yet."""
        super().__init__(_("归档移交…"), parent)
        self._context = context
        self.clicked.connect(self._ask)

    @Slot()
    def _ask(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("归档移交到哪个文件夹"))
        if chosen:
            self.make_in(Path(chosen))

    def make_in(self, folder: Path) -> None:
        """Make the archive's folder inside `folder`."""
        self.setEnabled(False)
        work = partial(_archived, self._context.here(), folder)
        self._context.jobs.run(_("归档移交"), work, self._tell, self._fail)

    def _tell(self, done: "HandedOver") -> None:
        self.setEnabled(True)
        told = _("已写好归档文件夹：{folder}，文书 {documents} 件 {pages} 页，文件 {files} 个")
        counts = {"documents": done.documents, "pages": done.pages, "files": done.files}
        self.told.emit(told.format(folder=done.folder, **counts))

    def _fail(self, failure: AppError) -> None:
        self.setEnabled(True)
        if not isinstance(failure, Cancelled):
            errors.show(self, failure)


def _archived(workspace: Workspace, folder: Path, progress: Progress) -> "HandedOver":
    from services import handover

    return handover.hand_over(workspace, folder, progress=progress)
