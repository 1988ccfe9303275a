"""The idle lock: a laptop that nobody has touched for some minutes goes blank by itself."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QApplication, QMenu

from services.words import _
from ui import settings
from ui.blank import Blank

LOOK_EVERY_MS = 5_000
_MS_PER_MINUTE = 60_000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleLock(QObject):
    """Watches for touches of the keyboard and the mouse."""

    def __init__(self, blank: Blank, waits: Callable[[], bool], parent: QObject) -> None:
        """Lock by `blank`, never while `waits()` says that a talk runs."""
        super().__init__(parent)
        self._blank = blank
        self._waits = waits
        self._minutes = settings.idle_minutes()
        self.limit_ms = self._minutes * _MS_PER_MINUTE
        """So long without a touch."""
        self._untouched = QElapsedTimer()
        self._untouched.start()
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            # What has the focus, not the application: that would slow down every single event.
            # Keys and the mouse come by the window, what an input method composes by the field.
            for focused in (app.focusWindow(), app.focusObject()):
                self._watch(focused)
            app.focusWindowChanged.connect(self._watch)
            app.focusObjectChanged.connect(self._watch)

    def add_to(self, menu: QMenu) -> None:
        """Put the choice of the time into a menu."""
        choices = menu.addMenu(_("无人操作时锁定"))
        group = QActionGroup(choices)
        for minutes in sorted(settings.IDLE_MINUTES):
            action = choices.addAction(_("{n} 分钟后").format(n=minutes))
            action.setCheckable(True)
            action.setChecked(minutes == self._minutes)
            group.addAction(action)
            action.triggered.connect(partial(self._choose, minutes))

    def _choose(self, minutes: int, _checked: bool = True) -> None:
        self._minutes = minutes
        self.limit_ms = minutes * _MS_PER_MINUTE
        settings.remember_idle_minutes(minutes)

    @Slot(object)
    def _watch(self, focused: QObject | None) -> None:
        if focused is not None:
            focused.installEventFilter(self)

    def untouched_ms(self) -> int:
        """How long nobody has touched it, or a talk has been over."""
        return self._untouched.elapsed()

    @Slot()
    def look(self) -> None:
        """Lock when it is time."""
        if self._waits():
            # The time after the talk counts, not the talk.
            self._untouched.start()
        elif self.untouched_ms() >= self.limit_ms and not self._blank.is_on:
            self._blank.lock(self._minutes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every touch begins the time anew."""
        if event.type() in _TOUCHES:
            self._untouched.start()
        return super().eventFilter(watched, event)
