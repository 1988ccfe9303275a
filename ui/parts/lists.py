"""Inputs that draw on other records: one of many, and links to records or plain words."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QCompleter, QPushButton, QVBoxLayout, QWidget

from models.kinds import Value
from services.words import _
from ui import theme
from ui.parts.flow import FlowLayout

Candidates = Callable[[], Mapping[str, str]]
"""uid → title of what a reference may point to."""


class ListInput(QComboBox):
    """One of many: a list to choose from, or to type into when it is long."""

    left = Signal(object)

    def __init__(self, choices: Mapping[str, str], candidates: Candidates | None = None) -> None:
        """`candidates`, where given, are asked each time the list opens."""
        super().__init__()
        self._candidates = candidates
        self._shown: str | None = None
        self.setEditable(candidates is not None)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(14)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        completer = self.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._fill(choices)
        self.activated.connect(self._tell)
        line = self.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._tell)

    def _fill(self, choices: Mapping[str, str]) -> None:
        with QSignalBlocker(self):
            self.clear()
            self.addItem("", None)
            for name, word in choices.items():
                self.addItem(word, name)

    def show_value(self, value: Value) -> None:
        """Show the stored choice; one that is not in the list is shown raw."""
        self._shown = str(value) if value else None
        if self._candidates is not None:
            self._fill(self._candidates())
        place = self.findData(self._shown) if self._shown else 0
        if place < 0:
            self.addItem(_("（尚未收到）"), self._shown)
            place = self.count() - 1
        with QSignalBlocker(self):
            self.setCurrentIndex(place)
        line = self.lineEdit()
        if line is not None:
            line.setCursorPosition(0)

    def value(self) -> Value:
        """The chosen id; a typed text that is in no list is handed on as it is."""
        typed = self.currentText().strip()
        place = self.currentIndex()
        if place < 0 or self.itemText(place).strip() != typed:
            place = self.findText(typed)
        if place >= 0:
            found = self.itemData(place)
            return str(found) if found else None
        return typed or None

    def lock(self, locked: bool) -> None:
        """Forbid choosing."""
        self.setEnabled(not locked)

    @Slot()
    def _tell(self) -> None:
        value = self.value()
        if value != self._shown:
            self._shown = str(value) if value else None
            self.left.emit(value)

    def wheelEvent(self, event: QEvent) -> None:
        """Scrolling past a closed list must not change what it holds."""
        event.ignore()


class LinksInput(QWidget):
    """Evidence: records and plain words, each with a way to take it away, and a line to add one."""

    left = Signal(object)
    typed = Signal()
    """A person types what is to be added; nothing of that is told yet."""

    def __init__(self, candidates: Candidates | None = None) -> None:
        """`candidates`: uid → title of records that may be linked."""
        super().__init__()
        self._candidates = candidates
        self._items: list[str] = []
        self._locked = False
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, theme.px(6))
        self._line = ListInput({}, candidates or dict)
        line = self._line.lineEdit()
        if line is not None:
            line.setPlaceholderText(_("添加：选一条记录，或写明材料"))
            line.textEdited.connect(self._note)
        self._line.left.connect(self.add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self._chips)
        layout.addWidget(self._line)
        self.setFocusProxy(self._line)

    def setAccessibleName(self, name: str) -> None:
        """Name the part that takes the focus too: it is what a screen reader reads."""
        super().setAccessibleName(name)
        self._line.setAccessibleName(name)

    def show_value(self, value: Value) -> None:
        """Show the stored links."""
        self._items = [str(v) for v in value] if isinstance(value, list) else []
        self._draw()
        self._line.show_value(None)

    def value(self) -> Value:
        """Uids and texts."""
        return list(self._items)

    def lock(self, locked: bool) -> None:
        """Forbid adding and taking away."""
        self._locked = locked
        self._line.setVisible(not locked)
        self._draw()

    def _draw(self) -> None:
        titles = self._candidates() if self._candidates else {}
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for place, link in enumerate(self._items):
            button = QPushButton(titles.get(link, link) + ("" if self._locked else "  ×"))
            button.setProperty("kind", "chip")
            button.setEnabled(not self._locked)
            button.setToolTip(_("点一下去掉"))
            button.clicked.connect(partial(self._remove, place))
            self._flow.addWidget(button)
        self._chips.setVisible(bool(self._items))

    @Slot()
    def _note(self) -> None:
        self.typed.emit()

    def typed_text(self) -> str:
        """What is typed and not added yet."""
        line = self._line.lineEdit()
        return line.text() if line is not None else ""

    @Slot(object)
    def add(self, value: Value) -> None:
        """Add a record by its uid, or words; what is there already stays once."""
        if isinstance(value, str) and value not in self._items:
            self._items.append(value)
            self._draw()
            self.left.emit(self.value())
        self._line.show_value(None)

    def _remove(self, place: int, _on: bool = False) -> None:
        del self._items[place]
        self._draw()
        self.left.emit(self.value())
