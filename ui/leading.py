"""Where a number or a found record leads: to the tab that lists it, else to a dialog."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, SignalInstance, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton, QTabBar, QWidget

from models.kinds import Uid
from services import records
from services.core import Filter, Row
from services.errors import AppError
from services.search import Hit
from services.stats import Behind
from services.words import _
from ui import errors, people
from ui.context import Context
from ui.parts.filters import FilterBar
from ui.parts.rows import RowsView
from ui.parts.units import UnitTree


class ListTab(Protocol):
    """What a tab with a list offers."""

    rows: RowsView
    filters: FilterBar

    def show_records(self, wanted: Filter) -> None:
        """Show a part of the list."""


@runtime_checkable
class _Pointing(Protocol):
    """A tab that can point at the part of a record another was made of."""

    def show_source(self, uid: Uid) -> None:
        """Show the part of which the record of this uid was made."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What was open where a link was followed."""

    row: Row
    wanted: Filter
    """The list's filter; its units are those that were chosen in the tree."""


class ExchangePages(Protocol):
    """What the tab 数据交换 offers."""

    def show_conflicts(self) -> None:
        """Show what waits for a decision."""


_OWN_DIALOGS = {"unit": people.units, "person": people.people, "group": people.group}


class Leading(QObject):
    """Listens to what tabs ask for through the context."""

    def __init__(
        self,
        context: Context,
        window: QWidget,
        bar: QTabBar,
        tree: UnitTree,
    ) -> None:
        """Lead nowhere until `add_list` and `set_exchange` say where."""
        super().__init__(window)
        self._context = context
        self._window = window
        self._bar = bar
        self._tree = tree
        self._lists: dict[str, tuple[int, Callable[[], ListTab]]] = {}
        self._exchange: tuple[int, ExchangePages] | None = None
        self._came_from: list[_Left] = []
        self.back_button = QPushButton(_("‹ 回到刚才那条"))
        self.back_button.setProperty("kind", "link")
        self.back_button.setToolTip("Alt+←")
        self.back_button.setShortcut(QKeySequence("Alt+Left"))
        self.back_button.clicked.connect(self.go_back)
        self.back_button.hide()
        context.records_wanted.connect(self.show_records)
        context.record_wanted.connect(self.follow)
        context.conflicts_wanted.connect(self.show_conflicts)

    def set_tabs(
        self,
        lists: Mapping[str, tuple[int, Callable[[], ListTab]]],
        exchange: tuple[int, ExchangePages],
    ) -> None:
        """Say in which place which kind is listed by what, and where decisions are made."""
        self._lists = dict(lists)
        self._exchange = exchange

    @Slot(object)
    def show_records(self, behind: Behind) -> None:
        """Show the records behind a number."""
        found = self._lists.get(behind.kind)
        if found is None:
            people.show(self._context, _shown(behind.kind), self._window, behind.filter)
            return
        place, listed = found
        if behind.filter.units:
            self._tree.choose(behind.filter.units)
        self._bar.setCurrentIndex(place)
        listed().show_records(behind.filter)

    @Slot()
    def show_conflicts(self) -> None:
        """Show what waits for a decision."""
        if self._exchange is not None:
            place, pages = self._exchange
            self._bar.setCurrentIndex(place)
            pages.show_conflicts()

    def open_hit(self, hit: Hit, sought: str) -> None:
        """Open a record that was found, among those that hold the same text."""
        workspace = self._context.here()
        try:
            row = records.get(workspace, hit.kind, hit.uid)
        except AppError as failure:
            errors.show(self._window, failure)
            return
        found = self._lists.get(hit.kind)
        if found is None:
            wanted = Filter(text=sought)
            dialog = people.KindDialog(self._context, _shown(hit.kind), self._window, wanted=wanted)
            dialog.rows.select(hit.uid)
            dialog.exec()
            dialog.deleteLater()
            return
        self._open(row, Filter(text=sought))

    def _open(self, row: Row, wanted: Filter) -> None:
        unit = row.values.get("unit")
        units = self._context.units
        if units and unit not in units:
            self._tree.choose(frozenset({Uid(unit)} if isinstance(unit, str) else ()))
        place, listed = self._lists[row.kind]
        self._bar.setCurrentIndex(place)
        tab = listed()
        tab.show_records(wanted)
        tab.rows.select(row.uid)
        activated: SignalInstance = tab.rows.activated
        activated.emit(row)

    @Slot(str, object)
    def follow(self, kind: str, uid: Uid) -> None:
        """Open the record that a link names, and remember the way back."""
        here = self._bar.currentIndex()
        left = next((listed for place, listed in self._lists.values() if place == here), None)
        tab = left() if left is not None else None
        row = tab.rows.current() if tab is not None else None
        wanted = tab.filters.wanted() if tab is not None else Filter()
        wanted = replace(wanted, units=self._context.units)
        if self.open_record(kind, uid) and row is not None:
            tab = self._lists[kind][1]()
            if isinstance(tab, _Pointing):
                tab.show_source(row.uid)
            self._came_from.append(_Left(row, wanted))
            self.back_button.show()

    @Slot()
    def go_back(self) -> None:
        """To the record from which the last link was followed, in the list as it was."""
        if self._came_from:
            left = self._came_from.pop()
            if self._context.units != left.wanted.units:
                self._tree.choose(left.wanted.units)
            self.open_record(left.row.kind, left.row.uid, left.wanted)
        self.back_button.setVisible(bool(self._came_from))

    def open_record(self, kind: str, uid: Uid, among: Filter | None = None) -> bool:
        """Open one record in the tab that lists its kind; False when it is gone or has none.

        `among`: the filter of the list it is shown in; None for all.
        """
        try:
            row = records.get(self._context.here(), kind, uid)
        except AppError as failure:
            errors.show(self._window, failure)
            return False
        if kind not in self._lists:
            people.show(self._context, _shown(kind), self._window)
            return False
        self._open(row, among or Filter())
        return True


def _shown(kind: str) -> people.Shown:
    own = _OWN_DIALOGS.get(kind)
    return people.any_kind(kind) if own is None else own()
