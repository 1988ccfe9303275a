"""What waits between sealed names: told by number, opened for minutes by the names' passphrase."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from services import conflicts, words
from services.conflicts import OpenedSeal, Waiting
from services.errors import AppError
from services.words import _
from ui import theme
from ui.context import Context
from ui.parts.cards import label
from ui.parts.dialogs import PassphraseDialog

OPEN_MS = 5 * 60 * 1000
"""How long names stay open."""
_TICK_MS = 1000


class SealedBar(QWidget):
    """Out of sight while nobody wrote names apart; leaving the page shuts them."""

    turned = Signal()
    """Opened or shut: `waiting` gives others."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Shut."""
        super().__init__(parent)
        self._context = context
        self._opened: OpenedSeal | None = None
        self._waiting: tuple[Waiting, ...] = ()
        self.open_ms = OPEN_MS
        self._told = label("", "hint", wrapped=True)
        self.open = QPushButton(_("看实名里要定的…"))
        self.open.clicked.connect(self._ask)
        self.close_now = QPushButton(_("合上"))
        self.close_now.clicked.connect(self.shut)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._told, 1)
        row.addWidget(self.open)
        row.addWidget(self.close_now)
        self._end = QTimer(self, singleShot=True)
        self._end.timeout.connect(self.shut)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._tell)
        context.covered.connect(self.shut)
        context.closed.connect(self.shut)
        self.hide()

    def waiting(self) -> tuple[Waiting, ...]:
        """What waits between the names that are open; nothing while they are shut."""
        return self._waiting

    def told(self) -> str:
        """What is said of them."""
        return self._told.text()

    def reload(self) -> None:
        """Look again; what is open stays open."""
        here = self._context.here()
        if self._opened is not None:
            self._waiting = self._opened.queue(here)
        apart = conflicts.sealed_apart(here)
        self._told.setText(_("有 {count} 份实名几个人分头写过，可能要定").format(count=apart))
        self._show(bool(apart))

    def _show(self, any_apart: bool) -> None:
        is_open = self._opened is not None
        self.open.setVisible(not is_open)
        self.close_now.setVisible(is_open)
        self.setVisible(any_apart or is_open)
        if is_open:
            self._tell()

    @Slot()
    def _tell(self) -> None:
        left = max(0, self._end.remainingTime()) // 1000
        told = _("实名已开 {time}，{count} 处要定").format(
            time=f"{left // 60}:{left % 60:02}", count=len(self._waiting)
        )
        self._told.setText(told)

    @Slot()
    def _ask(self) -> None:
        dialog = OpenDialog(self)
        dialog.exec()
        # Nothing of what was typed into it may stay.
        dialog.deleteLater()

    def look(self, passphrase: str, reason: str) -> None:
        """Open the names for some minutes; the opening is logged first.

        Raises:
            AppError: a wrong passphrase, no reason, or a file that takes no log.
        """
        here = self._context.here()
        opened = conflicts.open_sealed(here, passphrase, reason)
        self._waiting = opened.queue(here)
        self._opened = opened
        self._end.start(self.open_ms)
        self._tick.start()
        self._show(True)
        self.turned.emit()

    @Slot()
    def shut(self) -> None:
        """Show no name any more, and forget the key."""
        self._end.stop()
        self._tick.stop()
        if self._opened is None:
            return
        self._opened, self._waiting = None, ()
        self.turned.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.shut()


class OpenDialog(PassphraseDialog):
    """Why, and the names' passphrase; it stays until names are open or nobody wants them."""

    def __init__(self, bar: SealedBar) -> None:
        """Ask before `bar` opens them."""
        text = _("打开 5 分钟，或离开本页即合上。记入日志：谁、何时、看了哪个、理由。")
        super().__init__(bar, _("看实名里要定的"), _("看"), text=text, with_reason=True)
        self._bar = bar

    def problem(self) -> str:
        """What keeps the names shut; empty once they are open."""
        lacking = super().problem()
        if lacking:
            return lacking
        try:
            self._bar.look(self.passphrase(), self.reason())
        except AppError as failure:
            return words.error(failure)
        return ""
