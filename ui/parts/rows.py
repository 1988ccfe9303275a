"""A table that never holds more than some pages of a list; it is sorted and filtered elsewhere."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QHelpEvent, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid
from services.core import Filter, Page, Row
from services.words import _
from ui import theme

if TYPE_CHECKING:
    from array import array

PAGE_ROWS = 100
_KEPT_PAGES = 64
_LONG = 5_000
"""Above this many rows a jump far down takes noticeably long unless the order is known."""
_ROW_PX = 30
_HEAD_PX = 34
_Index = QModelIndex | QPersistentModelIndex


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


class RowsModel(QAbstractTableModel):
    """Rows fetched by pages as they come into view."""

    sorted_anew = Signal()
    """Another order is wanted; whoever shows the list asks for it."""

    def __init__(self, columns: Sequence[Column], source: RowSource) -> None:
        """Show nothing until `reload`."""
        super().__init__()
        self.columns = tuple(columns)
        self.wanted = Filter()
        self._source = source
        self._total = 0
        self._pages: OrderedDict[int, Sequence[Row | None]] = OrderedDict()
        self._order: array[int] | None = None
        self._asked = 0
        """Counts the times the list was asked for: an order that comes late is another list's."""

    def reload(self) -> None:
        """Ask for the list anew."""
        self._asked += 1
        self._order = None
        self.beginResetModel()
        self._pages.clear()
        first = self._source.page(self.wanted, 0, PAGE_ROWS)
        self._pages[0], self._total = first.rows, first.total
        self.endResetModel()
        if self._total > _LONG:
            self._source.put_in_order(self.wanted, partial(self._take_order, self._asked))

    def _take_order(self, asked: int, order: "array[int]") -> None:
        """From now on pages are read by their numbers: far down they come as quickly as above."""
        if asked == self._asked and len(order) == self._total:
            self._order = order

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

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many rows the whole list has."""
        return 0 if parent is not None and parent.isValid() else self._total

    def columnCount(self, parent: _Index | None = None) -> int:
        """How many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
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
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The title of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the list where it comes from."""
        field = self.columns[column].field if column >= 0 else ""
        down = "-" if field and order is Qt.SortOrder.DescendingOrder else ""
        self.wanted = replace(self.wanted, sort=down + field)
        self.sorted_anew.emit()


class _Cell(QStyledItemDelegate):
    """Keeps a state's colour in the selected row and tells a cut text in full."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        shown = colour if isinstance(colour, QColor) else QColor(theme.tokens().text)
        option.palette.setColor(option.palette.ColorRole.HighlightedText, shown)
        mark = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(mark, QPixmap):
            # Qt tints the mark of a selected row; its colour says who must move.
            option.icon.addPixmap(mark, QIcon.Mode.Selected)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """Show the whole text of a cell that is too narrow for it."""
        text = str(index.data() or "")
        room = option.rect.width() - theme.px(12)
        if text and option.fontMetrics.horizontalAdvance(text) > room:
            QToolTip.showText(event.globalPos(), text, view)
        else:
            QToolTip.hideText()
        return True


class _Table(QTableView):
    """Enter opens, as a double click does."""

    entered_row = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row with Enter; everything else as usual."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
        else:
            super().keyPressEvent(event)


class RowsView(QWidget):
    """The table with its line of numbers below, or what to do when it is empty."""

    activated = Signal(object)
    """Row: opened by Enter or a double click."""
    current_changed = Signal(object)
    """Row or None."""
    empty_action_clicked = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        source: RowSource,
        *,
        empty_text: str,
        empty_action: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Show `empty_text`, and a button with `empty_action`, when the list has no rows."""
        super().__init__(parent)
        self.model = RowsModel(columns, source)
        self.table = _Table()
        self._set_up_table(columns)
        self._numbers = QLabel()
        self._numbers.setProperty("role", "hint")
        self._empty = QLabel(empty_text)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "hint")
        nothing = QWidget()
        middle = QVBoxLayout(nothing)
        middle.addStretch(1)
        middle.addWidget(self._empty)
        if empty_action:
            button = QPushButton(empty_action)
            button.clicked.connect(self.empty_action_clicked)
            middle.addWidget(button, alignment=Qt.AlignmentFlag.AlignCenter)
        middle.addStretch(2)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(self._stack, 1)
        layout.addWidget(self._numbers)
        self._quiet = False

    def _set_up_table(self, columns: Sequence[Column]) -> None:
        table = self.table
        head = table.horizontalHeader()
        head.setSortIndicatorClearable(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        # Only now: switching sorting on sorts the model there is, which reads its first page.
        table.setModel(self.model)
        table.setItemDelegate(_Cell(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(theme.px(_ROW_PX))
        head.setFixedHeight(theme.px(_HEAD_PX))
        head.setHighlightSections(False)
        for place, column in enumerate(columns):
            if column.width:
                head.resizeSection(place, theme.px(column.width))
            else:
                head.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        table.doubleClicked.connect(self._open)
        table.entered_row.connect(self._open)
        table.selectionModel().currentRowChanged.connect(self._current_moved)
        self.model.sorted_anew.connect(self.reload)

    def set_filter(self, wanted: Filter) -> None:
        """Show another part of the list; the order stays as the person chose it."""
        self.model.wanted = replace(wanted, sort=wanted.sort or self.model.wanted.sort)
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Ask for the list anew; the current row and the scroll position stay."""
        kept, scrolled = self.current(), self.table.verticalScrollBar().value()
        place, chosen = self.table.currentIndex().row(), self._chosen()
        self._quiet = True
        self.model.reload()
        self._quiet = False
        total = self.model.rowCount()
        self._stack.setCurrentIndex(0 if total else 1)
        self._numbers.setText(_("{count} 条").format(count=f"{total:,}"))
        self._numbers.setVisible(bool(total))
        if kept is not None:
            self.model.hold(place)
        if kept is None or not self.select(kept.uid):
            self.current_changed.emit(None)
        self._choose(chosen)
        self.table.verticalScrollBar().setValue(scrolled)

    def _chosen(self) -> list[Uid]:
        """The selected rows, unless they are too many to look for again."""
        chosen = self.table.selectionModel().selection()
        if sum(chosen.at(n).height() for n in range(chosen.count())) > PAGE_ROWS:
            return []
        return [row.uid for row in self.selected()]

    def _choose(self, uids: Sequence[Uid]) -> None:
        """Select those of some rows that are at hand."""
        flags = QItemSelectionModel.SelectionFlag
        places = [place for uid in uids if (place := self.model.place_of(uid)) is not None]
        for place in places if len(places) > 1 else ():
            index = self.model.index(place, 0)
            self.table.selectionModel().select(index, flags.Select | flags.Rows)

    def set_numbers(self, text: str) -> None:
        """Replace the line below the table (count, overdue, time range)."""
        self._numbers.setText(text)

    def total(self) -> int:
        """How many rows the list has."""
        return self.model.rowCount()

    def current(self) -> Row | None:
        """The row the cursor is on."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def select(self, uid: Uid) -> bool:
        """Move the cursor to a row; False when it is not among the rows at hand."""
        place = self.model.place_of(uid)
        if place is None:
            return False
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(
            self.model.index(place, 0), flags.ClearAndSelect | flags.Rows
        )
        return True

    def selected(self) -> list[Row]:
        """The selected rows, read by ranges."""
        chosen = self.table.selectionModel().selection()
        ranges = [chosen.at(n) for n in range(chosen.count())]
        places = sorted({n for r in ranges for n in range(r.top(), r.bottom() + 1)})
        return [row for row in map(self.model.row, places) if row is not None]

    @Slot()
    def _open(self) -> None:
        row = self.current()
        if row is not None:
            self.activated.emit(row)

    @Slot(QModelIndex, QModelIndex)
    def _current_moved(self, _now: QModelIndex, _before: QModelIndex) -> None:
        if not self._quiet:
            QTimer.singleShot(0, self._tell_current)

    @Slot()
    def _tell_current(self) -> None:
        self.current_changed.emit(self.current())
