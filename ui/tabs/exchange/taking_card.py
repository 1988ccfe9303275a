"""收: the sticks that are plugged in, what is new on each, and the one button that takes all in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
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
from ui.parts.choosing import ask_to_open_some

_MOST_DROPPED = 500
_LINE_PX = 30
_LEAST_LINES, _MOST_LINES = 4, 8
"""Sticks that are in view without scrolling the card."""
"""Room for three sticks."""


@dataclass(frozen=True, slots=True)
class StickLine:
    """One stick in words."""

    name: str
    told: str
    role: str = "hint"
    """Of the label that says it: good, wait, late or hint."""
    tip: str = ""


class TakingCard(Card):
    """Lists sticks; asks for taking in, for files from elsewhere, for forgetting them."""

    take_wanted = Signal()
    files_given = Signal(object)
    """list[Path]: dropped on the card or chosen; files and folders."""
    files_forgotten = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the card with nothing plugged in."""
        super().__init__(_("收"), parent)
        self.setAcceptDrops(True)
        self._lines = QGridLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setVerticalSpacing(theme.px(8))
        self._lines.setHorizontalSpacing(theme.px(16))
        self._lines.setColumnStretch(1, 1)
        self._shown: list[QLabel] = []
        self.take = QPushButton()
        self.take.setProperty("kind", "primary")
        self.take.clicked.connect(self.take_wanted)
        self._forget = QPushButton(_("去掉另选的"))
        self._forget.setProperty("kind", "link")
        self._forget.clicked.connect(self.files_forgotten)
        self._build()
        self.show_lines((), 0, others=False)

    def _build(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._lines)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self._area = area
        self.body.addWidget(area, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.take)
        row.addWidget(self._forget)
        row.addStretch(1)
        self.body.addLayout(row)
        other = QPushButton(_("打开别处的文件…"))
        other.setProperty("kind", "link")
        other.clicked.connect(self._choose)
        hint = QHBoxLayout()
        hint.setSpacing(0)
        hint.addWidget(label(_("也可把文件或文件夹拖到这里，或"), "hint"))
        hint.addWidget(other)
        hint.addStretch(1)
        self.body.addLayout(hint)

    def show_lines(self, lines: Sequence[StickLine], count: int, *, others: bool) -> None:
        """Show the sticks and how many packages are new.

        Args:
            lines: one a stick; none shows what to do.
            count: packages that the button takes in.
            others: whether files were chosen by hand, which can be forgotten again.
        """
        while self._shown:
            gone = self._shown.pop()
            self._lines.removeWidget(gone)
            gone.deleteLater()
        empty = StickLine(_("没有发现U盘。插上，或把文件拖到这里"), "")
        for place, line in enumerate(lines or (empty,)):
            name = label(line.name, "" if lines else "hint")
            told = label(line.told, line.role, wrapped=True)
            for column, one in enumerate((name, told)):
                one.setToolTip(line.tip)
                self._lines.addWidget(one, place, column)
                self._shown.append(one)
        shown = min(max(len(lines), _LEAST_LINES), _MOST_LINES)
        self._area.setMinimumHeight(theme.px(shown * _LINE_PX))
        self.take.setText(
            _("接收 {count} 包并回写  Ctrl+R").format(count=count) if count else _("没有新的包")
        )
        self.take.setEnabled(count > 0)
        self._forget.setVisible(others)

    def texts(self) -> list[str]:
        """What the lines say, name by name."""
        return [one.text() for one in self._shown]

    @Slot()
    def _choose(self) -> None:
        kinds = _("数据包和工作文件 (*.dudaopack *.dudao)")
        files = ask_to_open_some(self, _("打开别处的文件"), kinds)
        if files:
            self.files_given.emit(list(files))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders of this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing is dropped after all."""
        super().dragLeaveEvent(event)
        self._light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over what was dropped."""
        self._light(False)
        urls = event.mimeData().urls()[:_MOST_DROPPED]
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_given.emit(paths)

    def _light(self, on: bool) -> None:
        self.setProperty("dropping", on)
        self.style().unpolish(self)
        self.style().polish(self)
