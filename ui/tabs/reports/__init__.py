"""文书报告: drafting and signing documents, their register, and verifying them."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
        """Show what is stored now."""
        self.pages().reload()

    def new_record(self) -> None:
        """Begin a document: choose its unit."""
        self.pages().draft()

    def focus_search(self) -> None:
        """To the register's search line."""
        self.pages().search()

    def showEvent(self, event: QShowEvent) -> None:
        """The first look builds the pages."""
        super().showEvent(event)
        self.pages()
