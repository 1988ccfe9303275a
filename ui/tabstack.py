"""The tabs' pages: the first is seen at once, the others are built after it or when wanted."""

import gc
from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui import placing
from ui.tabs.checks import ChecksTab
from ui.tabs.exchange import ExchangeTab
from ui.tabs.interviews import InterviewsTab
from ui.tabs.opinions import OpinionsTab
from ui.tabs.overview import OverviewTab
from ui.tabs.problems import ProblemsTab
from ui.tabs.reception import ReceptionTab
from ui.tabs.reports import ReportsTab

Tab: TypeAlias = (
    OverviewTab
    | ChecksTab
    | InterviewsTab
    | OpinionsTab
    | ProblemsTab
    | ReceptionTab
    | ReportsTab
    | ExchangeTab
)
"""The window asks three things of each: `reload`, `new_record`, `focus_search`."""


class TabStack(QStackedWidget):
    """Builds a tab once, in the place that was kept for it, with its splitters as they were."""

    seen = Signal()
    """The first tab was painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Hold no tab yet."""
        super().__init__(parent)
        self._makers: list[Callable[[], Tab]] = []
        self._built: dict[int, Tab] = {}
        self._unread: set[int] = set()
        self._is_seen = False
        self._idle = QTimer(self, singleShot=True, interval=0)
        self._idle.timeout.connect(self._build_next)

    def add(self, make: Callable[[], Tab]) -> int:
        """Keep the next place for what `make` builds; returns the place, from 0."""
        self._makers.append(make)
        place = self.addWidget(QWidget())
        self._unread.add(place)
        return place

    def at(self, place: int) -> Tab:
        """The tab of a place, built now if need be; it may not have read its records yet."""
        tab = self._built.get(place)
        if tab is None:
            tab = self._built[place] = self._makers[place]()
            self._put(tab, place)
            placing.put_back_splitters(tab)
        return tab

    def _put(self, tab: QWidget, place: int) -> None:
        """Put it where an empty widget kept its place, in view if that was."""
        in_view = self.currentIndex()
        kept = self.widget(place)
        self.insertWidget(place, tab)
        if kept is not None:
            self.removeWidget(kept)
            kept.deleteLater()
        self.setCurrentIndex(in_view)

    def show_place(self, place: int) -> None:
        """Bring a tab into view; it reads its records the first time, later it keeps up itself."""
        tab = self.at(place)
        self.setCurrentIndex(place)
        if place in self._unread:
            self._unread.remove(place)
            tab.reload()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once the first tab is seen, build the others, each when there is nothing else to do."""
        super().paintEvent(event)
        if not self._is_seen:
            self._is_seen = True
            self._idle.start()
            QTimer.singleShot(0, self.seen.emit)

    @Slot()
    def stop(self) -> None:
        """Build nothing any more unless it is wanted: the file is closed."""
        self._idle.stop()
        gc.unfreeze()

    @Slot()
    def _build_next(self) -> None:
        missing = next((n for n in range(len(self._makers)) if n not in self._built), None)
        if missing is not None:
            self.at(missing)
            self._idle.start()
        else:
            # All this stays as long as the file is open: looked through again and again for what
            # nobody holds any more, it would hold the window up.
            gc.freeze()

    def current(self) -> Tab:
        """The tab in view."""
        return self.at(self.currentIndex())
