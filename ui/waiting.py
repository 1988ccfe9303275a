"""The number after a tab: what waits there for the acting person."""

from collections.abc import Mapping
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QTabBar

from services import agenda
from services.agenda import Matter
from services.core import Changes
from ui.context import Context

_PAUSE_MS = 300
"""Counted so long after the last change: never between two keys."""
_SHARE = 50
"""The next count waits so many times as long as the last one took: a large file is asked less."""
COUNTED: Mapping[Matter, str] = {
    Matter.SUBMITTED: "problem",
    Matter.VERIFYING: "problem",
    Matter.UNTIDIED: "interview",
    Matter.CONFLICTS: "exchange",
}
"""Which tab a matter waits in."""


class Waiting(QObject):
    """Keeps the words on the tabs in step with what waits."""

    def __init__(self, context: Context, bar: QTabBar, places: Mapping[str, int]) -> None:
        """Count nothing yet; `places`: the tab of `bar` for each name of `COUNTED`."""
        super().__init__(bar)
        self._context = context
        self._bar = bar
        self._places = places
        self._names = {place: bar.tabText(place) for place in places.values()}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.count)
        context.changed.connect(self._take_changes)

    @Slot(object)
    def _take_changes(self, _changes: Changes) -> None:
        self._timer.start()

    @Slot()
    def count(self) -> None:
        """Show what waits at this moment."""
        workspace = self._context.workspace
        if workspace is None:
            return
        begun = perf_counter()
        waits = dict.fromkeys(self._places, 0)
        for one in agenda.due(workspace):
            name = COUNTED.get(one.matter)
            if name in waits and one.mine:
                waits[name] += one.count
        for name, place in self._places.items():
            plain, count = self._names[place], waits[name]
            text = f"{plain} {count}" if count else plain
            if text != self._bar.tabText(place):
                self._bar.setTabText(place, text)
        took_ms = (perf_counter() - begun) * 1000
        self._timer.setInterval(max(_PAUSE_MS, round(took_ms * _SHARE)))
