"""The bar above a list: a search line and buttons that say what they hold."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from services.core import Filter
from services.words import _
from ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from models.kinds import Value

_PAUSE_MS = 150
"""How long the typing must rest before the list is asked for."""


class _Choice(QToolButton):
    """A button with a menu of choices; several may be ticked."""

    changed = Signal()

    def __init__(self, title: str, choices: Mapping[str, str]) -> None:
        super().__init__()
        self.title, self.choices = title, dict(choices)
        self.setProperty("kind", "filter")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.chosen: list[str] = []
        menu = QMenu(self)
        self._actions: dict[str, QAction] = {}
        for name, word in choices.items():
            action = menu.addAction(word)
            action.setCheckable(True)
            action.triggered.connect(self._ticked)
            self._actions[name] = action
        menu.addSeparator()
        menu.addAction(_("全部"), self.clear)
        self.setMenu(menu)
        self._tell()

    @Slot()
    def _ticked(self) -> None:
        self.chosen = [name for name, action in self._actions.items() if action.isChecked()]
        self._tell()
        self.changed.emit()

    @Slot()
    def clear(self) -> None:
        """Hold nothing."""
        self.chosen = []
        for action in self._actions.values():
            action.setChecked(False)
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        words = "、".join(self.choices[n] for n in self.chosen)
        self.setText(f"{self.title}：{words}" if words else self.title)
        self.setProperty("filled", bool(words))
        self.style().polish(self)


class FilterBar(QWidget):
    """Tells the filter as a whole whenever a part of it changes."""

    changed = Signal(object)
    """`services.core.Filter`, without units and order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """A search line and nothing else, until `set_choices`."""
        super().__init__(parent)
        self._choices: dict[str, _Choice] = {}
        self._search = QLineEdit()
        self._search.setPlaceholderText(_("在清单中查找"))
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumWidth(theme.px(150))
        self._search.setMaximumWidth(theme.px(230))
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._tell)
        self._search.textChanged.connect(self._wait)
        self._clear = QPushButton(_("清除筛选"))
        self._clear.setProperty("kind", "link")
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, theme.px(4), 0, theme.px(4))
        self._layout.setSpacing(theme.px(8))
        self._layout.addWidget(self._search, 1)
        self._layout.addWidget(self._clear)
        self._layout.addStretch(1)

    def set_choices(self, field: str, label: str, choices: Mapping[str, str]) -> None:
        """Offer a filter on a field; asked again with the same choices, nothing changes."""
        held = self._choices.get(field)
        if held is not None and held.choices == dict(choices):
            return
        button = _Choice(label, choices)
        button.changed.connect(self._tell)
        self._choices[field] = button
        if held is None:
            self._layout.insertWidget(len(self._choices), button)
        else:
            self._layout.replaceWidget(held, button)
            held.deleteLater()

    def add_button(self, button: QWidget) -> None:
        """Put a button at the right end."""
        self._layout.addWidget(button)

    def focus_search(self) -> None:
        """To the search line."""
        self._search.setFocus()
        self._search.selectAll()

    def wanted(self) -> Filter:
        """The filter as it stands."""
        where: dict[str, Value] = {}
        for field, button in self._choices.items():
            if button.chosen:
                where[field] = list(button.chosen)
        return Filter(where=where, text=self._search.text().strip())

    @Slot()
    def clear(self) -> None:
        """Show everything again."""
        self._search.clear()
        for button in self._choices.values():
            button.clear()

    @Slot()
    def _wait(self) -> None:
        self._pause.start()

    @Slot()
    def _tell(self) -> None:
        self._pause.stop()
        wanted = self.wanted()
        self._clear.setVisible(bool(wanted.where or wanted.text))
        self.changed.emit(wanted)
