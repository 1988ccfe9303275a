"""One of a few choices, chosen by its digit; the next row follows."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from ui import theme
from ui.parts.flow import FlowLayout

_LAST_DIGIT = 9


class DigitRow(QWidget):
    """Chips with digits before their words; one is chosen, or none yet."""

    chosen = Signal(str)
    """The choice that was made, by digit or by a click."""

    def __init__(self, choices: Mapping[str, str], name: str) -> None:
        """`choices`: id → word; `name` is what a screen reader calls the row."""
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ids = list(choices)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = FlowLayout(self, theme.px(6))
        for place, (_id, word) in enumerate(choices.items()):
            text = f"{place + 1} {word}" if place < _LAST_DIGIT else word
            button = QPushButton(text)
            button.setProperty("kind", "chip")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._group.addButton(button, place)
            layout.addWidget(button)
        self._group.idClicked.connect(self._clicked)

    def value(self) -> str | None:
        """The choice, or None."""
        place = self._group.checkedId()
        return self._ids[place] if place >= 0 else None

    def show_value(self, value: object) -> None:
        """Show a choice; one that is not offered shows none."""
        self._group.setExclusive(False)
        for place, one in enumerate(self._ids):
            self._group.button(place).setChecked(one == value)
        self._group.setExclusive(True)

    def press(self, digit: int) -> bool:
        """Choose by a digit, counted from 1; False when no choice bears it."""
        if not 1 <= digit <= min(len(self._ids), _LAST_DIGIT):
            return False
        self._group.button(digit - 1).setChecked(True)
        self.chosen.emit(self._ids[digit - 1])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses; arrows move the choice."""
        text = event.text()
        if text.isdecimal() and text.isascii() and self.press(int(text)):
            return
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if not step or not self.press(self._group.checkedId() + 1 + step):
            super().keyPressEvent(event)

    @Slot(int)
    def _clicked(self, place: int) -> None:
        self.chosen.emit(self._ids[place])
