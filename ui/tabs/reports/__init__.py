"""文书报告: drafting and signing documents, their register, and verifying them."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.kinds import Uid
from services.core import Progress
from services.words import _
from ui.context import Context

if TYPE_CHECKING:
    from ui.tabs.reports.pages import ReportPages

__all__ = ["ReportsTab"]


class ReportsTab(QWidget):
    """Builds its pages when it is first looked at: what sets and signs documents loads slowly."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build nothing yet."""
        super().__init__(parent)
        self._context = context
        self._pages: ReportPages | None = None
        self._waiting = False
        self._asked: tuple[str, Uid | None] | None = None
        """What is to be drafted once the pages are there."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def pages(self) -> "ReportPages":
        """The three pages, built now if need be."""
        if self._pages is None:
            from ui.tabs.reports.pages import ReportPages

            self._pages = ReportPages(self._context)
            layout = self.layout()
            if layout is not None:
                layout.addWidget(self._pages)
            self._pages.reload()
        return self._pages

    def reload(self) -> None:
        """Show what is stored now; pages that were never looked at stay unbuilt."""
        if self._pages is not None:
            self._pages.reload()

    def new_record(self) -> None:
        """Begin a document: choose its unit."""
        self.pages().draft()

    def draft_of(self, kind: str, unit: Uid | None) -> None:
        """Draft a document of a kind about a unit, as soon as the pages are built."""
        if self._pages is None:
            self._asked = (kind, unit)
        else:
            self._pages.draft_of(kind, unit)

    def focus_search(self) -> None:
        """To the register's search line."""
        self.pages().search()

    def showEvent(self, event: QShowEvent) -> None:
        """The first look loads what is needed beside the window, then builds the pages."""
        super().showEvent(event)
        if self._pages is None and not self._waiting:
            self._waiting = True
            self._context.jobs.run(_("准备文书"), _load, self._loaded)

    def _loaded(self, _nothing: None) -> None:
        pages = self.pages()
        if self._asked is not None:
            asked, self._asked = self._asked, None
            pages.draft_of(*asked)


def _load(_progress: Progress) -> None:
    import services.documents.pages
    import services.reports  # noqa: F401 - imported for the sake of importing
    import ui.tabs.reports.pages  # noqa: F401 - imported for the sake of importing
