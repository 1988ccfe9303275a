"""总览: 今日, what can be done next; 图表, one large chart at a time; 数据质量."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.kinds import Uid
from services.core import Changes
from services.words import _
from ui.context import Context
from ui.parts.leaves import Leaves
from ui.tabs.overview.figures import FiguresPage
from ui.tabs.overview.quality import QualityPage
from ui.tabs.overview.today import TodayPage

__all__ = ["OverviewTab"]


class OverviewTab(QWidget):
    """Three pages; each reads its numbers when it is looked at."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the tab for the open workspace."""
        super().__init__(parent)
        self._context = context
        self._stale = False
        self.today = TodayPage(context)
        self.figures = FiguresPage(context)
        self.quality = QualityPage(context)
        self._leaves = Leaves()
        self._leaves.add(_("今日"), self.today)
        self._leaves.add(_("图表"), self.figures)
        self._leaves.add(_("数据质量"), self.quality)
        self._leaves.turned.connect(self.reload)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._leaves)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self._take_units)

    @Slot()
    def reload(self) -> None:
        """Show what is stored now, on the page in view."""
        if self._context.workspace is None:
            return
        if self._leaves.current() is self.today:
            self.today.reload()
        elif self._leaves.current() is self.figures:
            self.figures.reload()
        else:
            self.quality.reload()

    def new_record(self) -> None:
        """Plan a visit."""
        self.today.plan()

    def focus_search(self) -> None:
        """Nothing is searched here: to what waits."""
        self._leaves.turn_to(self.today)
        self.today.due.setFocus()

    def show_figures(self) -> None:
        """To the charts."""
        self._leaves.turn_to(self.figures)

    def show_quality(self) -> None:
        """To what may be wrong."""
        self._leaves.turn_to(self.quality)

    @Slot(object)
    def _take_changes(self, _changes: Changes) -> None:
        self.figures.forget()
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was stored while another tab was in view."""
        super().showEvent(event)
        if self._stale and self._context.workspace is not None:
            self._stale = False
            self.reload()

    @Slot(object)
    def _take_units(self, _units: frozenset[Uid]) -> None:
        if self.isVisible() and self._leaves.current() is not self.today:
            self.reload()
