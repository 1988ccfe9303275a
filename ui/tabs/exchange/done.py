"""接收完成: what was taken in, the code to compare, and what was written back to each stick."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from services.words import _
from ui import theme
from ui.parts.cards import Card, label
from ui.tabs.exchange.codes import CodeLabel

_WIDTH = 760
_LEAST_HEIGHT = 92
"""Room for three sticks."""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """What came of writing back to one stick."""

    name: str
    told: str
    role: str
    """Of its label: good, late, hint."""
    can_retry: bool = False
    tip: str = ""


class DonePage(QWidget):
    """Enter ends it."""

    finished = Signal()
    undo_wanted = Signal()
    minutes_wanted = Signal()
    conflicts_wanted = Signal()
    retry_wanted = Signal(int)
    """A line's stick is to be written once more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the page empty."""
        super().__init__(parent)
        self._told = label("", wrapped=True)
        self._left_out = label("", "late", wrapped=True)
        self.code = CodeLabel()
        self._rows = QGridLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(theme.px(16))
        self._rows.setVerticalSpacing(theme.px(8))
        self._rows.setColumnStretch(1, 1)
        self._cells: list[QWidget] = []
        self.undo = QPushButton(_("撤回这次接收…"))
        self.minutes = QPushButton(_("打印合并纪要…"))
        self.conflicts = QPushButton(_("去待裁定"))
        self.finish = QPushButton(_("完成  Enter"))
        self._build()

    def _build(self) -> None:
        card = Card(_("接收完成"))
        card.head.setProperty("role", "title")
        card.setMaximumWidth(theme.px(_WIDTH))
        card.body.addWidget(self._told)
        card.body.addWidget(self._left_out)
        card.body.addWidget(self.code, 0, Qt.AlignmentFlag.AlignLeft)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        card.body.addWidget(line)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._rows)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumHeight(theme.px(_LEAST_HEIGHT))
        area.setWidget(inside)
        card.body.addWidget(area, 1)
        card.body.addLayout(self._buttons())
        middle = QHBoxLayout(self)
        middle.setContentsMargins(theme.px(12), theme.px(12), theme.px(12), theme.px(12))
        middle.addStretch(1)
        middle.addWidget(card, 8)
        middle.addStretch(1)
        for key in ("Return", "Enter", "Esc"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.finished)

    def _buttons(self) -> QHBoxLayout:
        self.finish.setProperty("kind", "primary")
        for button, signal in (
            (self.undo, self.undo_wanted),
            (self.minutes, self.minutes_wanted),
            (self.conflicts, self.conflicts_wanted),
            (self.finish, self.finished),
        ):
            button.clicked.connect(signal)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.undo)
        row.addStretch(1)
        for button in (self.minutes, self.conflicts, self.finish):
            row.addWidget(button)
        return row

    def show_outcome(
        self, told: Sequence[str], left_out: Sequence[str], code: str, *, conflicts: int
    ) -> None:
        """Say what was taken in; the sticks follow with `show_returns`."""
        self._told.setText("\n".join(told))
        self._left_out.setText("\n".join(left_out))
        self._left_out.setVisible(bool(left_out))
        self.code.show_code(code)
        self.conflicts.setVisible(conflicts > 0)
        self.show_returns(())
        self.finish.setFocus()

    def show_returns(self, lines: Sequence[ReturnLine]) -> None:
        """Say what was written back, a line a stick."""
        while self._cells:
            gone = self._cells.pop()
            self._rows.removeWidget(gone)
            gone.deleteLater()
        for place, line in enumerate(lines):
            name, told = label(line.name), label(line.told, line.role, wrapped=True)
            told.setToolTip(line.tip)
            self._put(name, place, 0)
            self._put(told, place, 1)
            if line.can_retry:
                retry = QPushButton(_("换盘或腾出空间后再写"))
                retry.clicked.connect(partial(self._retry, place))
                self._put(retry, place, 2)

    def _put(self, widget: QWidget, row: int, column: int) -> None:
        self._rows.addWidget(widget, row, column)
        self._cells.append(widget)

    def _retry(self, place: int, _checked: bool = False) -> None:
        self.retry_wanted.emit(place)

    def texts(self) -> list[str]:
        """All the page says."""
        every = [self._told, self._left_out, *(c for c in self._cells if isinstance(c, QLabel))]
        return [one.text() for one in every if one.text()]
