"""Inputs of a form, one class a kind of field. Each tells `left` once its value was changed.

All have `show_value`, `value` and `lock`; none parses or checks: what a person typed goes to
the services as it is, and their sentence comes back to the field.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QDate, QSignalBlocker, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCalendarWidget,
    QCheckBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from models.kinds import Value
from services.words import _
from ui import theme
from ui.parts.flow import FlowLayout


class LineInput(QLineEdit):
    """One line: text, a number, a time."""

    left = Signal(object)

    def __init__(self, width: int = 0, hint: str = "") -> None:
        """`width` in pixels at 100 %; 0 takes what there is."""
        super().__init__()
        self._shown = ""
        self._used: Callable[[], Sequence[str]] | None = None
        self.setPlaceholderText(hint)
        if width:
            self.setFixedWidth(theme.px(width))
        self.editingFinished.connect(self._tell)

    def show_value(self, value: Value) -> None:
        """Show a stored value."""
        shown = "" if value is None else str(value)
        if self.text() != shown:
            self.setText(shown)
            self.setCursorPosition(0)
        # What a line cannot hold it shows as blanks: looking at it is no edit.
        self._shown = self.text()

    def value(self) -> Value:
        """The text as typed."""
        return self.text()

    def lock(self, locked: bool) -> None:
        """Make it read-only."""
        self.setReadOnly(locked)

    def offer(self, used: Callable[[], Sequence[str]]) -> None:
        """Complete what is typed with what was written before; asked when the field is entered."""
        self._used = used
        completer = QCompleter(QStringListModel(self), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What is offered is what is stored now."""
        completer = self.completer()
        if self._used is not None and completer is not None:
            completer.setModel(QStringListModel(list(self._used()), completer))
        super().focusInEvent(event)

    def put_typed(self, text: str) -> None:
        """Put text in as if it was typed and left."""
        self.setText(text)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        if self.text() != self._shown and not self.isReadOnly():
            self._shown = self.text()
            self.left.emit(self._shown)


class DateInput(QWidget):
    """A day, typed as 2014-05-06 or picked from a calendar."""

    left = Signal(object)

    def __init__(self) -> None:
        """Empty at first."""
        super().__init__()
        self.line = LineInput(width=118, hint=_("年-月-日"))
        self.line.left.connect(self.left)
        self._calendar = QCalendarWidget()
        self._calendar.setVerticalHeaderFormat(
            QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader
        )
        self._calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self._calendar.clicked.connect(self._pick)
        self._menu = QMenu(self)
        action = QWidgetAction(self._menu)
        action.setDefaultWidget(self._calendar)
        self._menu.addAction(action)
        self._menu.aboutToShow.connect(self._turn)
        self._button = QToolButton()
        self._button.setText("▾")
        self._button.setProperty("kind", "flag")
        self._button.setAccessibleName(_("从日历选"))
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self._open)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.line)
        layout.addWidget(self._button)
        layout.addStretch(1)
        self.setFocusProxy(self.line)

    def setAccessibleName(self, name: str) -> None:
        """Name the part that takes the focus too: it is what a screen reader reads."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def show_value(self, value: Value) -> None:
        """Show a stored day."""
        self.line.show_value(value)

    def value(self) -> Value:
        """The text as typed."""
        return self.line.value()

    def lock(self, locked: bool) -> None:
        """Make it read-only."""
        self.line.lock(locked)
        self._button.setEnabled(not locked)

    @Slot()
    def _open(self) -> None:
        self._menu.popup(self.line.mapToGlobal(self.line.rect().bottomLeft()))

    @Slot()
    def _turn(self) -> None:
        day = QDate.fromString(self.line.text(), Qt.DateFormat.ISODate)
        self._calendar.setSelectedDate(day if day.isValid() else QDate.currentDate())

    @Slot(QDate)
    def _pick(self, day: QDate) -> None:
        text = day.toString(Qt.DateFormat.ISODate)
        self._menu.hide()
        self.line.show_value(text)
        self.left.emit(text)


class TextInput(QPlainTextEdit):
    """Running text that grows with what is written; Tab goes on to the next field."""

    left = Signal(object)
    typed = Signal()
    """A person changed it; nothing of that is told yet."""

    def __init__(self, least_lines: int = 3, most_lines: int = 14) -> None:
        """The height stays between these numbers of lines."""
        super().__init__()
        self._shown = ""
        self._loading = False
        self._lines = (least_lines, most_lines)
        self.textChanged.connect(self._note)
        self.setTabChangesFocus(True)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    @Slot()
    def _grow(self) -> None:
        least, most = self._lines
        lines = min(max(int(self.document().size().height()), least), most)
        height = lines * self.fontMetrics().lineSpacing() + theme.px(20)
        if self.minimumHeight() != height:
            self.setFixedHeight(height)

    def show_value(self, value: Value) -> None:
        """Show a stored text."""
        shown = "" if value is None else str(value)
        if self.toPlainText() != shown:
            self._loading = True
            self.setPlainText(shown)
            self._loading = False
        # Qt reads some blanks and breaks back as others: looking at them is no edit.
        self._shown = self.toPlainText()

    def value(self) -> Value:
        """The text as typed."""
        return self.toPlainText()

    def lock(self, locked: bool) -> None:
        """Make it read-only."""
        self.setReadOnly(locked)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell a changed text when the field is left."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.tell()

    def put_typed(self, text: str) -> None:
        """Put text in as if it was typed and left."""
        self.setPlainText(text)
        self.tell()

    @Slot()
    def _note(self) -> None:
        if not self._loading and not self.isReadOnly():
            self.typed.emit()

    def tell(self) -> None:
        """Tell a changed text now."""
        text = self.toPlainText()
        if text != self._shown and not self.isReadOnly():
            self._shown = text
            self.left.emit(text)


Typed = LineInput | TextInput
"""Inputs that hold text before it is told."""


def watch_typed(text: Typed, told: Callable[[], object]) -> None:
    """Call `told` whenever a person types into an input."""
    if isinstance(text, TextInput):
        text.typed.connect(told)
    else:
        text.textEdited.connect(partial(_without_text, told))


def text_of(text: Typed) -> str:
    """What stands in an input."""
    return text.toPlainText() if isinstance(text, TextInput) else text.text()


def _without_text(told: Callable[[], object], _text: str) -> None:
    told()


class ChipsInput(QWidget):
    """A few choices side by side; digits choose. One of them, or any number."""

    left = Signal(object)

    def __init__(self, choices: Mapping[str, str], *, several: bool = False) -> None:
        """`choices`: id → word."""
        super().__init__()
        self._several = several
        self._ids = list(choices)
        self._strange: list[Value] = []
        self._buttons: list[QPushButton] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        layout = FlowLayout(self, theme.px(6))
        for place, word in enumerate(choices.values()):
            button = QPushButton(word)
            button.setProperty("kind", "chip")
            button.setCheckable(True)
            button.clicked.connect(partial(self._clicked, place))
            self._buttons.append(button)
            layout.addWidget(button)
        self._more = QLabel()
        self._more.setProperty("role", "hint")
        self._more.hide()
        layout.addWidget(self._more)
        if self._buttons:
            self.setFocusProxy(self._buttons[0])

    def show_value(self, value: Value) -> None:
        """Show the stored choice or choices."""
        chosen = value if isinstance(value, list) else [value]
        self._strange = [one for one in chosen if one is not None and one not in self._ids]
        self._more.setText(_("另有 {count} 项").format(count=len(self._strange)))
        self._more.setVisible(bool(self._strange))
        for name, button in zip(self._ids, self._buttons, strict=True):
            with QSignalBlocker(button):
                button.setChecked(name in chosen)

    def value(self) -> Value:
        """The id, or a list of ids; None or empty when nothing is chosen.

        What was stored and is not offered here stays, or one click would take it away.
        """
        chosen: list[Value] = [
            name for name, b in zip(self._ids, self._buttons, strict=True) if b.isChecked()
        ]
        kept = [*chosen, *self._strange]
        return kept if self._several else next(iter(kept), None)

    def lock(self, locked: bool) -> None:
        """Forbid choosing."""
        for button in self._buttons:
            button.setEnabled(not locked)

    def _clicked(self, place: int, _on: bool = False) -> None:
        if not self._several:
            self._strange = []
            self._more.hide()
            for other, button in enumerate(self._buttons):
                if other != place:
                    button.setChecked(False)
        self.left.emit(self.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses."""
        place = event.key() - Qt.Key.Key_1
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if 0 <= place < len(self._buttons) and plain:
            if self._buttons[place].isEnabled():
                self._buttons[place].click()
        else:
            super().keyPressEvent(event)


class CheckInput(QCheckBox):
    """Yes or no."""

    left = Signal(object)

    def __init__(self, text: str) -> None:
        """With its words at the right."""
        super().__init__(text)
        self.clicked.connect(self._tell)

    @Slot(bool)
    def _tell(self, ticked: bool) -> None:
        self.left.emit(ticked)

    def show_value(self, value: Value) -> None:
        """Show the stored answer."""
        with QSignalBlocker(self):
            self.setChecked(value is True)

    def value(self) -> Value:
        """Whether it is ticked."""
        return self.isChecked()

    def lock(self, locked: bool) -> None:
        """Forbid ticking."""
        self.setEnabled(not locked)
