"""数据交换: packages in and out, what waits for a decision, what was merged, backups."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from services.core import Progress
from services.words import _
from ui.context import Context

if TYPE_CHECKING:
    from ui.tabs.exchange.pages import ExchangePages

__all__ = ["ExchangeTab"]


class ExchangeTab(QWidget):
    """Builds its pages when it is first looked at: what reads packages loads slowly."""

    tree_unwanted = Signal()
    """Another page is shown: ask `wants_room` again."""
    restore_wanted = Signal(object, object)
    """Path of a backup, and the `Keys` that open it and the file."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build nothing yet."""
        super().__init__(parent)
        self._context = context
        self._pages: ExchangePages | None = None
        self._waiting = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def pages(self) -> "ExchangePages":
        """The pages, built now if need be."""
        if self._pages is None:
            from ui.tabs.exchange.pages import ExchangePages

            self._pages = ExchangePages(self._context)
            self._pages.tree_unwanted.connect(self.tree_unwanted)
            self._pages.backups.restore_wanted.connect(self.restore_wanted)
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
        """Begin a package for the group."""
        self.pages().send("group")

    def focus_search(self) -> None:
        """Nothing is searched here: to the sticks."""
        self.pages().show_page("home")

    def show_conflicts(self) -> None:
        """To what waits for a decision."""
        self.pages().show_page("conflicts")

    def wants_room(self) -> bool:
        """Whether the page in view needs the whole width: no tree of units beside it."""
        return self._pages is not None and self._pages.wants_room()

    def showEvent(self, event: QShowEvent) -> None:
        """The first look loads what is needed beside the window, then builds the pages."""
        super().showEvent(event)
        if self._pages is None and not self._waiting:
            self._waiting = True
            self._context.jobs.run(_("准备数据交换"), _load, self._loaded)

    def _loaded(self, _nothing: None) -> None:
        self.pages()


def _load(_progress: Progress) -> None:
    import services.exchange  # noqa: F401 - imported for the sake of importing
    import ui.tabs.exchange.pages  # noqa: F401 - imported for the sake of importing
