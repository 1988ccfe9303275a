"""The bar above a list: a search line and buttons that say what they hold."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from models.kinds import Value
from services.core import Filter
from services.words import _
from ui import theme
from ui.parts.dates import DateChoice
from ui.parts.dialogs import ask_line
from ui.parts.flow import FlowLayout

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


_SEARCH_PX = 168
FILTER_PX = 32
"""Height of everything in the bar."""
_MOST_SHOWN = 12
"""Characters of a filter's choices; of more it names the first and how many they are."""
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
        self.choose([])
        self.changed.emit()

    def choose(self, names: Sequence[str]) -> None:
        """Hold these; nobody is told."""
        self.chosen = [name for name in names if name in self._actions]
        for name, action in self._actions.items():
            action.setChecked(name in self.chosen)
        self._tell()

    def _tell(self) -> None:
        words = "、".join(self.choices[n] for n in self.chosen)
        self.setToolTip(words)
        if len(self.chosen) > 1 and len(words) > _MOST_SHOWN:
            first = self.choices[self.chosen[0]]
            words = _("{first}等 {count} 项").format(first=first, count=len(self.chosen))
        self.setText(f"{self.title}：{words}" if words else self.title)
        self.setProperty("filled", bool(words))
        self.style().polish(self)


class FilterBar(QWidget):
    """Tells the filter as a whole whenever a part of it changes."""

    changed = Signal(object)
    """`services.core.Filter`, without units and order."""
    saved_changed = Signal(object)
    """name → `Filter`: what the person keeps for another time."""

    def __init__(self, parent: QWidget | None = None, *, searches: bool = True) -> None:
        """A search line, where there is text to search, and nothing else until `set_choices`."""
        super().__init__(parent)
        self._choices: dict[str, _Choice] = {}
        self._flags: dict[str, tuple[QToolButton, str, Value]] = {}
        self._dates: dict[str, DateChoice] = {}
        self._saved: dict[str, Filter] = {}
        self._search = QLineEdit()
        self._search.setPlaceholderText(_("在清单中查找"))
        self._search.setAccessibleName(_("在清单中查找"))
        self._search.setClearButtonEnabled(True)
        self._search.setFixedSize(theme.px(_SEARCH_PX), theme.px(FILTER_PX))
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._tell)
        self._search.textChanged.connect(self._wait)
        if not searches:
            self._search.hide()
        self._clear = QPushButton(_("清除筛选"))
        self._clear.setProperty("kind", "link")
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self._keep = QToolButton()
        self._keep.setText(_("常用"))
        self._keep.setProperty("kind", "filter")
        self._keep.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._keep.setMenu(QMenu(self._keep))
        self._keep.hide()
        # On as many lines as they need: squeezed, a filter no longer says what it holds.
        self._layout = FlowLayout(self, theme.px(8))
        self._layout.setContentsMargins(0, theme.px(4), 0, theme.px(4))
        self._keep.setFixedHeight(theme.px(FILTER_PX))
        for widget in (self._search, self._keep, self._clear):
            self._layout.addWidget(widget)

    def set_choices(self, field: str, label: str, choices: Mapping[str, str]) -> None:
        """Offer a filter on a field; asked again with the same choices, nothing changes."""
        held = self._choices.get(field)
        if held is not None and held.choices == dict(choices):
            return
        button = _Choice(label, choices)
        button.changed.connect(self._tell)
        self._choices[field] = button
        if held is None:
            self._put(button)
        else:
            button.setFixedHeight(theme.px(FILTER_PX))
            self._layout.insert(self._layout.indexOf(held), button)
            self._layout.removeWidget(held)
            held.deleteLater()

    def set_flag(self, name: str, label: str, field: str, value: Value) -> None:
        """Offer a filter that is on or off: rows whose `field` is `value`."""
        held = self._flags.get(name)
        if held is None:
            button = QToolButton()
            button.setText(label)
            button.setCheckable(True)
            button.setProperty("kind", "flag")
            button.toggled.connect(self._tell)
            self._put(button)
            self._flags[name] = (button, field, value)
        else:
            self._flags[name] = (held[0], field, value)

    def set_dates(self, field: str, label: str, today: date) -> None:
        """Offer a filter on a date: this week, this month, or from one day to another."""
        if field not in self._dates:
            button = DateChoice(label)
            button.changed.connect(self._tell)
            self._put(button)
            self._dates[field] = button
        self._dates[field].today = today

    def _put(self, button: QWidget) -> None:
        """Put a filter at the end of the others."""
        button.setFixedHeight(theme.px(FILTER_PX))
        self._layout.insert(self._layout.indexOf(self._keep), button)

    def set_saved(self, saved: Mapping[str, Filter]) -> None:
        """Offer what the person kept; from now on the filter in force can be kept too."""
        self._saved = dict(saved)
        menu = self._keep.menu()
        menu.clear()
        for name, wanted in self._saved.items():
            menu.addAction(name, partial(self.show_filter, wanted))
        if self._saved:
            menu.addSeparator()
            gone = menu.addMenu(_("去掉一个"))
            for name in self._saved:
                gone.addAction(name, partial(self._drop, name))
        menu.addAction(_("存为常用…"), self._ask_name)
        self._keep.show()

    def show_filter(self, wanted: Filter) -> None:
        """Take up a whole filter at once."""
        self.blockSignals(True)
        self._search.setText(wanted.text)
        for field, choice in self._choices.items():
            value = wanted.where.get(field)
            choice.choose([str(v) for v in value] if isinstance(value, list) else [])
        for button, field, value in self._flags.values():
            button.setChecked(field in wanted.where and wanted.where[field] == value)
        for field, dates in self._dates.items():
            span = wanted.where.get(field)
            dates.choose(span if isinstance(span, dict) else {})
        self.blockSignals(False)
        self._tell()

    @Slot()
    def _ask_name(self) -> None:
        name = ask_line(self, _("存为常用"), _("这组筛选叫什么"), _("存"))
        if name:
            self._saved[name] = self.wanted()
            self.set_saved(self._saved)
            self.saved_changed.emit(dict(self._saved))

    def _drop(self, name: str) -> None:
        del self._saved[name]
        self.set_saved(self._saved)
        self.saved_changed.emit(dict(self._saved))

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
        for flag, field, value in self._flags.values():
            if flag.isChecked():
                where[field] = value
        for field, dates in self._dates.items():
            if dates.span:
                where[field] = dict(dates.span)
        return Filter(where=where, text=self._search.text().strip())

    @Slot()
    def clear(self) -> None:
        """Show everything again."""
        self.show_filter(Filter())

    @Slot()
    def _wait(self) -> None:
        self._pause.start()

    @Slot()
    def _tell(self) -> None:
        self._pause.stop()
        wanted = self.wanted()
        self._clear.setVisible(bool(wanted.where or wanted.text))
        self.changed.emit(wanted)
