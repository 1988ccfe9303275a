"""送: who gets packages from this laptop, when they got the last one, and what begins the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from services.words import _
from ui import theme
from ui.parts.cards import Card, label


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of receiver."""

    name: str
    """An id: group, office, archive, join, issue."""
    title: str
    action: str
    """The word on the button."""
    last: str = ""
    """When something went there last."""
    note: str = ""
    """What the receiver is known to have; a line of its own."""
    late: bool = False


class SendingCard(Card):
    """A line for each way; its button asks for the dialog."""

    wanted = Signal(str)
    """The way's id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build an empty card."""
        super().__init__(_("送"), parent)
        self._inside = QWidget()
        self._ways: tuple[Way, ...] = ()
        self.body.addWidget(self._inside)
        self.body.addStretch(1)

    def show_ways(self, ways: Sequence[Way]) -> None:
        """Show these lines; the same ones stay as they are, with the focus they have."""
        if tuple(ways) == self._ways:
            return
        self._ways = tuple(ways)
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(4))
        grid.setColumnStretch(1, 1)
        row = 0
        for way in ways:
            button = QPushButton(way.action)
            button.setAccessibleName(f"{way.title} {way.action}")
            button.setMinimumWidth(theme.px(96))
            button.clicked.connect(partial(self._tell, way.name))
            grid.addWidget(label(way.title), row, 0)
            grid.addWidget(label(way.last, "late" if way.late else "hint"), row, 1)
            grid.addWidget(button, row, 2)
            row += 1
            if way.note:
                grid.addWidget(label(way.note, "hint"), row, 0, 1, 3, Qt.AlignmentFlag.AlignTop)
                row += 1
        self.body.replaceWidget(self._inside, fresh)
        # A layout shows what it is given a turn of the event loop later: a click would be lost.
        fresh.show()
        self._inside.deleteLater()
        self._inside = fresh

    def button(self, name: str) -> QPushButton:
        """The button of a line, by its accessible name's first word."""
        return next(
            b for b in self._inside.findChildren(QPushButton) if b.accessibleName().startswith(name)
        )

    def _tell(self, name: str, _checked: bool = False) -> None:
        self.wanted.emit(name)
