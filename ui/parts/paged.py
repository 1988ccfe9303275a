"""Rows of a list fetched by pages as they come into view; sorted and filtered elsewhere."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPixmap

from models.kinds import Uid
from services.core import Filter, Page, Row

if TYPE_CHECKING:
    from array import array

PAGE_ROWS = 100
_KEPT_PAGES = 64
_LONG = 5_000
"""Above this many rows a jump far down takes noticeably long unless the order is known."""
Index = QModelIndex | QPersistentModelIndex


class RowSource(Protocol):
    """Where the rows come from."""

    def page(self, wanted: Filter, offset: int, limit: int) -> Page:
        """Rows `offset` … `offset + limit` of the list, and how many it has in all."""

    def put_in_order(self, wanted: Filter, done: "Callable[[array[int]], None]") -> None:
        """Work the whole list out as numbers, on the worker thread, and hand it over once."""

    def rows_at(self, numbers: Sequence[int]) -> Sequence[Row | None]:
        """The rows of some numbers of the whole list; None where one is gone."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table."""

    field: str
    """Also what a click on the head sorts by; empty: it cannot be sorted."""
    title: str
    width: int
    """In pixels at 100 %; 0 takes what is left."""
    text: Callable[[Row], str] | None = None
    """The words of a cell; the plain value when None."""
    icon: Callable[[Row], QPixmap] | None = None
    colour: Callable[[Row], QColor | None] | None = None
    right: bool = False
    """Numbers, that are compared by their digits' places."""


class RowsModel(QAbstractTableModel):
    """Rows fetched by pages as they come into view."""

    sorted_anew = Signal()
    """Another order is wanted; whoever shows the list asks for it."""
    counted = Signal()
    """The whole list is known by now; until then only its first rows were, or an older list's."""

    def __init__(self, columns: Sequence[Column], source: RowSource) -> None:
        """Show nothing until `reload`."""
        super().__init__()
        self.columns = tuple(columns)
        self.wanted = Filter()
        self._source = source
        self._total = 0
        self._pages: OrderedDict[int, Sequence[Row | None]] = OrderedDict()
        self._order: array[int] | None = None
        self._ordered: Filter | None = None
        """What that order was asked for; after a change of records it is still nearly right."""
        self.is_counted = True
        self._asked = 0
        """Counts the times the list was asked for: an order that comes late is another list's."""

    def reload(self) -> None:
        """Ask for the list anew."""
        self._asked += 1
        # Read first: what fails here leaves the list before as it was.
        first = self._source.page(self.wanted, 0, PAGE_ROWS)
        self.beginResetModel()
        self._pages.clear()
        self._pages[0], self._total = first.rows, first.total
        self.is_counted = first.counted
        if first.counted or self._ordered != self.wanted:
            self._order = None
        if self._order is not None:
            self._total = len(self._order)
        self.endResetModel()
        if self._total > _LONG or not first.counted:
            self._source.put_in_order(self.wanted, partial(self._take_order, self._asked))

    def _take_order(self, asked: int, order: "array[int]") -> None:
        """From now on pages are read by their numbers: far down they come as quickly as above."""
        if asked != self._asked or (self.is_counted and len(order) != self._total):
            return
        self._order, self._ordered = order, self.wanted
        if not self.is_counted:
            self._grow(len(order))

    def _grow(self, total: int) -> None:
        """Show a list whose length was not known as long as it is."""
        first, before = self._pages.get(0), self._total
        self.is_counted = True
        self._pages.clear()
        if first is not None:
            self._pages[0] = first
        if total > before:
            self.beginInsertRows(QModelIndex(), before, total - 1)
        elif total < before:
            self.beginRemoveRows(QModelIndex(), total, before - 1)
        self._total = total
        if total > before:
            self.endInsertRows()
        elif total < before:
            self.endRemoveRows()
        self.counted.emit()

    def _page(self, number: int) -> Sequence[Row | None]:
        found = self._pages.get(number)
        if found is None:
            start = number * PAGE_ROWS
            if self._order is None:
                found = self._source.page(self.wanted, start, PAGE_ROWS).rows
            else:
                found = self._source.rows_at(self._order[start : start + PAGE_ROWS])
            self._pages[number] = found
            while len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return found

    def row(self, number: int) -> Row | None:
        """The row at a place of the list; None when it went away meanwhile."""
        if not 0 <= number < self._total:
            return None
        rows = self._page(number // PAGE_ROWS)
        place = number % PAGE_ROWS
        return rows[place] if place < len(rows) else None

    def hold(self, number: int) -> None:
        """Fetch the pages around a place, so that a row that moved a little is found there."""
        here = number // PAGE_ROWS
        last = (self._total - 1) // PAGE_ROWS
        for page in range(max(0, here - 1), min(last, here + 1) + 1):
            self._page(page)

    def place_of(self, uid: Uid) -> int | None:
        """Where a row stands among the pages that are held."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                if row is not None and row.uid == uid:
                    return number * PAGE_ROWS + place
        return None

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows the whole list has."""
        return 0 if parent is not None and parent.isValid() else self._total

    def columnCount(self, parent: Index | None = None) -> int:
        """How many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        row = self.row(index.row())
        if row is None:
            return None
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            value = row.values.get(column.field)
            return column.text(row) if column.text else "" if value is None else str(value)
        if role == Qt.ItemDataRole.DecorationRole and column.icon:
            return column.icon(row)
        if role == Qt.ItemDataRole.ForegroundRole and column.colour:
            return column.colour(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The title of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self.columns[section])
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the list where it comes from."""
        field = self.columns[column].field if column >= 0 else ""
        down = "-" if field and order is Qt.SortOrder.DescendingOrder else ""
        self.wanted = replace(self.wanted, sort=down + field)
        self.sorted_anew.emit()


def _side(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
