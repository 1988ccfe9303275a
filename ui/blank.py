"""遮屏: everything goes blank but for the clock, at one key, and comes back at one key.

So it does by itself when nobody has touched the laptop for a while, and then asks for the
passphrase.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from services.words import _
from ui import theme
from ui.parts.dialogs import PassphraseDialog

LOCKED_AFTER_MS = 5 * 60 * 1000
"""Blank for longer than this, it asks for the passphrase."""
_TICK_MS = 1000
_CLOCK_PX = 64


class Veil(QWidget):
    """Lies over one window; only it gets keys meanwhile."""

    touched = Signal()
    """Somebody wants back."""

    def __init__(self, covered: QWidget) -> None:
        """Cover a window from now on."""
        super().__init__(covered)
        self._covered = covered
        self._focused: QWidget | None = covered.focusWidget()
        if self._focused is not None:
            self._focused.destroyed.connect(self._forget_focused)
        self._clock = QLabel()
        self._clock.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = QLabel(_("按任意键回来"))
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint.setProperty("role", "hint")
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._clock)
        layout.addWidget(hint)
        layout.addStretch(3)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._tick()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        covered.installEventFilter(self)
        self.setGeometry(covered.rect())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def lift(self) -> None:
        """Show what is below again, the keyboard where it was."""
        self.hide()
        self.deleteLater()
        if self._focused is not None:
            self._focused.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _forget_focused(self) -> None:
        self._focused = None

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
        self.touched.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click leads back too."""
        event.accept()
        self.touched.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize and watched is self._covered:
            self.setGeometry(self._covered.rect())
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


class Blank(QObject):
    """Covers the window and the dialogs before it, those that open meanwhile included."""

    covered = Signal()
    """Went blank: what is open for a while only is shut."""

    def __init__(self, window: QMainWindow, opens: Callable[[str], bool]) -> None:
        """Nothing is covered; `opens` tells whether a passphrase is the open file's."""
        super().__init__(window)
        self._window = window
        self._opens = opens
        self.locked_after_ms = LOCKED_AFTER_MS
        self._since = QElapsedTimer()
        self._idle_minutes = 0
        self._veils: list[Veil] = []
        self._asks = False

    def add_to(self, menu: QMenu) -> None:
        """Put it into a menu, with both of its keys."""
        action = menu.addAction(_("遮屏"), self.cover)
        action.setShortcuts([QKeySequence("F9"), QKeySequence("Ctrl+L")])

    @property
    def is_on(self) -> bool:
        """Whether everything is blank now."""
        return bool(self._veils)

    @Slot()
    def cover(self) -> None:
        """Go blank now."""
        if self.is_on:
            return
        self._idle_minutes = 0
        self._since.start()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self._veil(self._window)
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                self._veil(dialog)
        self.covered.emit()

    def lock(self, minutes: int) -> None:
        """Go blank after so many minutes without a touch; only the passphrase leads back."""
        self.cover()
        self._idle_minutes = minutes

    def _veil(self, window: QWidget) -> None:
        veil = Veil(window)
        veil.touched.connect(self.uncover)
        # A dialog that ends by itself meanwhile takes its own along.
        veil.destroyed.connect(partial(self._forget, veil))
        self._veils.append(veil)

    def _forget(self, veil: Veil) -> None:
        self._veils = [one for one in self._veils if one is not veil]

    @Slot()
    def uncover(self) -> None:
        """Come back; after five minutes, or when nobody was here, only with the passphrase."""
        if self._asks:
            return
        if self._idle_minutes or self._since.elapsed() >= self.locked_after_ms:
            self._asks = True
            front = QApplication.activeModalWidget() or self._window
            dialog = UnblankDialog(front, self._opens, self._idle_minutes)
            accepted = dialog.exec() == dialog.DialogCode.Accepted
            dialog.deleteLater()
            self._asks = False
            if not accepted:
                return
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        veils, self._veils = self._veils, []
        for veil in veils:
            veil.lift()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What opens while it is blank (a job that failed tells so) is covered too."""
        opens = event.type() == QEvent.Type.Show and isinstance(watched, QDialog)
        if opens and not isinstance(watched, UnblankDialog) and isinstance(watched, QWidget):
            self._veil(watched)
        return super().eventFilter(watched, event)


def toggle_full_screen(window: QMainWindow) -> None:
    """Fill the screen, or go back to a window."""
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


class UnblankDialog(PassphraseDialog):
    """Asks for the file's passphrase until it is right or nobody wants in."""

    def __init__(self, parent: QWidget, opens: Callable[[str], bool], idle_minutes: int) -> None:
        """Ask whether `opens` takes what is typed."""
        text = _("遮屏已超过 5 分钟，请输入文件口令。")
        if idle_minutes:
            text = _("{n} 分钟没有操作，已锁定。请输入文件口令。").format(n=idle_minutes)
        super().__init__(parent, _("遮屏"), _("回来"), text=text)
        self._opens = opens

    def problem(self) -> str:
        """Only the file's own passphrase leads back."""
        lacking = super().problem()
        if lacking:
            return lacking
        return "" if self._opens(self.passphrase()) else _("口令不对")
