"""遮屏: the whole window goes blank but for the clock, at one key, and comes back at one key."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QVBoxLayout, QWidget

from services.words import _
from ui import theme
from ui.parts.dialogs import PassphraseDialog

LOCKED_AFTER_MS = 5 * 60 * 1000
"""Blank for longer than this, it asks for the passphrase."""
_TICK_MS = 1000
_CLOCK_PX = 64


class Blank(QWidget):
    """Lies over everything in the window; only it gets keys meanwhile."""

    covered = Signal()
    """Went blank: what is open for a while only is shut."""

    def __init__(self, window: QMainWindow, opens: Callable[[str], bool]) -> None:
        """Hidden; `opens` tells whether a passphrase is the open file's."""
        super().__init__(window)
        self._window = window
        self._opens = opens
        self.locked_after_ms = LOCKED_AFTER_MS
        self._since = QElapsedTimer()
        self._focused: QWidget | None = None
        self._clock = QLabel()
        self._clock.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = QLabel(_("按任意键回来"))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "hint")
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._clock)
        layout.addWidget(self._hint)
        layout.addStretch(3)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)
        self.hide()

    def add_to(self, menu: QMenu) -> None:
        """Put it into a menu, with both of its keys."""
        action = menu.addAction(_("遮屏"), self.cover)
        action.setShortcuts([QKeySequence("F9"), QKeySequence("Ctrl+L")])

    @Slot()
    def cover(self) -> None:
        """Go blank now."""
        self._focused = self._window.focusWidget()
        self.setGeometry(self._window.rect())
        self._since.start()
        self._tick()
        self._timer.start()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.covered.emit()

    def uncover(self) -> None:
        """Come back; after five minutes only with the passphrase."""
        if self._since.elapsed() >= self.locked_after_ms:
            dialog = UnblankDialog(self, self._opens)
            accepted = dialog.exec() == dialog.DialogCode.Accepted
            dialog.deleteLater()
            if not accepted:
                return
        self._timer.stop()
        self.hide()
        if self._focused is not None:
            self._focused.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _tick(self) -> None:
        self._clock.setText(f"{datetime.now().astimezone():%H:%M}")
        self._clock.setStyleSheet(f"font-size: {theme.px(_CLOCK_PX)}px")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing shines through."""
        QPainter(self).fillRect(event.rect(), QColor(theme.tokens().window))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Any key leads back."""
        event.accept()
        self.uncover()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click leads back too."""
        event.accept()
        self.uncover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window; keep the focus from wandering below."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """While blank no shortcut of the window acts: every key is this widget's."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Tab stays here."""
        return False


def toggle_full_screen(window: QMainWindow) -> None:
    """Fill the screen, or go back to a window."""
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


class UnblankDialog(PassphraseDialog):
    """Asks for the file's passphrase until it is right or nobody wants in."""

    def __init__(self, parent: QWidget, opens: Callable[[str], bool]) -> None:
        """Ask whether `opens` takes what is typed."""
        text = _("遮屏已超过 5 分钟，请输入文件口令。")
        super().__init__(parent, _("遮屏"), _("回来"), text=text)
        self._opens = opens

    def problem(self) -> str:
        """Only the file's own passphrase leads back."""
        lacking = super().problem()
        if lacking:
            return lacking
        return "" if self._opens(self.passphrase()) else _("口令不对")
