"""合并纪要 and 移交单: made on the worker thread, looked at, saved to be printed."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import reports, words
from services.core import Progress
from services.errors import AppError, Cancelled
from services.files import write_atomic
from services.words import _
from services.workspace import Workspace
from ui import errors, theme
from ui.context import Context
from ui.parts.cards import label
from ui.parts.choosing import ask_to_save
from ui.parts.pages import PagesView

_SIZE = (720, 600)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which paper is wanted."""

    kind: str
    """merge_minutes or transfer_slip."""
    about: str = ""
    """The merge, or packages with commas between."""
    day: str = ""
    """ISO day that it tells of; empty means every day."""


class Papers(QObject):
    """Makes papers and shows them above a window."""

    shown = Signal()
    """The paper is in view."""

    def __init__(self, context: Context, window: QWidget) -> None:
        """Nothing is made yet."""
        super().__init__(window)
        self._context = context
        self._window = window
        self.dialog: PaperDialog | None = None

    def make(self, sheet: Sheet) -> None:
        """Make a paper and show it."""
        title = words.document(sheet.kind)
        work = partial(make, self._context.here(), sheet)
        self._context.jobs.run(title, work, partial(self._show, title), self._failed)

    @Slot(str)
    def make_slip(self, packages: str) -> None:
        """The transfer slip of packages, whose ids stand with commas between."""
        self.make(Sheet("transfer_slip", packages))

    @Slot(object)
    def make_minutes(self, merges: tuple[str, ...]) -> None:
        """The minutes of one merge; of several, of all that was merged today."""
        about = merges[0] if len(merges) == 1 else ""
        day = "" if about else datetime.now().astimezone().date().isoformat()
        self.make(Sheet("merge_minutes", about, day))

    @Slot(str)
    def make_minutes_of(self, merge: str) -> None:
        """The minutes of one merge."""
        self.make(Sheet("merge_minutes", merge))

    def _show(self, title: str, pdf: bytes) -> None:
        self.dialog = PaperDialog(title, pdf, self._window)
        self.dialog.open()
        self.shown.emit()

    def _failed(self, failure: AppError) -> None:
        if not isinstance(failure, Cancelled):
            errors.show(self._window, failure)


class PaperDialog(QDialog):
    """The pages, and a button that saves them."""

    def __init__(self, title: str, pdf: bytes, parent: QWidget | None = None) -> None:
        """Show a finished PDF called `title`."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(theme.px(_SIZE[0]), theme.px(_SIZE[1]))
        self._title, self._pdf = title, pdf
        self.view = PagesView()
        self._told = label("", "hint", wrapped=True)
        save = QPushButton(_("存为 PDF…"))
        save.setProperty("kind", "primary")
        save.clicked.connect(self._save)
        leave = QPushButton(_("关闭"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self._told, 1)
        row.addWidget(leave)
        row.addWidget(save)
        layout = QVBoxLayout(self)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        self.view.show_pdf(pdf)

    @Slot()
    def _save(self) -> None:
        name = f"{reports.file_name(self._title)}.pdf"
        path = ask_to_save(self, _("存为 PDF"), "PDF (*.pdf)", name)
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        try:
            write_atomic(path, self._pdf, overwrite=True)
        except AppError as failure:
            errors.show(self, failure)
            return
        self._told.setText(_("已存为 {path}").format(path=path))


def make(workspace: Workspace, sheet: Sheet, _progress: Progress) -> bytes:
    """The finished PDF; for the worker thread, for setting pages loads slowly.

    Raises:
        AppError: what `services.reports.draft` and its `render` refuse.
    """
    from services.reports import Period, Wanted, draft

    period = Period(sheet.day, sheet.day)
    return draft(workspace, Wanted(sheet.kind, None, period, sheet.about)).render().pdf
