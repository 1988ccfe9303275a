"""A small read-only table drawn from plain cells: what fits on a page and needs no paging."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ui import theme

_ROW_PX = 30
_HEAD_PX = 34
_TONE = Qt.ItemDataRole.UserRole
_SIDES = {"left": Qt.AlignmentFlag.AlignLeft, "right": Qt.AlignmentFlag.AlignRight,
          "middle": Qt.AlignmentFlag.AlignHCenter}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """One column."""

    title: str
    width: int = 0
    """In pixels at 100 %; 0 shares what is left."""
    side: str = "left"
    """left, right (numbers) or middle (marks)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says."""

    text: str = ""
    tone: str = ""
    """A colour token's name; empty for running text."""
    tip: str = ""
    """Shown under the pointer; the text itself where it is cut."""
    ticked: bool | None = None
    """A box to tick; None where there is none."""


class _Toned(QStyledItemDelegate):
    """Gives each cell its token's colour, in a selected row too."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        colour = QColor(getattr(theme.tokens(), index.data(_TONE) or "text"))
        roles = option.palette.ColorRole
        option.palette.setColor(roles.Text, colour)
        option.palette.setColor(roles.HighlightedText, colour)


class Grid(QTableWidget):
    """Rows of cells; Enter opens one, Space ticks its box."""

    opened = Signal(int)
    """A row: Enter or a double click."""
    ticked = Signal(int, bool)
    """A row's box was ticked or not."""
    spaced = Signal()
    """Space was pressed on a row without a box."""

    def __init__(
        self,
        name: str,
        heads: Sequence[Head],
        *,
        framed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Build an empty table called `name`; without a frame it stands on a card."""
        super().__init__(0, len(heads), parent)
        self.setAccessibleName(name)
        self.setProperty("role", "" if framed else "plain")
        self.setItemDelegate(_Toned(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW_PX))
        self._heads: tuple[Head, ...] = ()
        self.set_heads(heads)
        self.itemChanged.connect(self._tell_tick)
        self.doubleClicked.connect(self._tell_opened)

    def set_heads(self, heads: Sequence[Head]) -> None:
        """Give it other columns; it is empty afterwards."""
        self._heads = tuple(heads)
        self.setRowCount(0)
        self.setColumnCount(len(heads))
        head = self.horizontalHeader()
        head.setFixedHeight(theme.px(_HEAD_PX))
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        for place, one in enumerate(heads):
            item = QTableWidgetItem(one.title)
            item.setTextAlignment(_SIDES[one.side] | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(place, item)
            if one.width:
                head.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
                head.resizeSection(place, theme.px(one.width))
            else:
                head.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def fill(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show these rows; the current row keeps its place where there is one."""
        kept = self.currentRow()
        self.blockSignals(True)
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            self._put(number, row)
        self.blockSignals(False)
        if rows and kept >= 0:
            self.setCurrentCell(min(kept, len(rows) - 1), 0)

    def replace(self, number: int, row: Sequence[Cell]) -> None:
        """Show one row anew."""
        self.blockSignals(True)
        self._put(number, row)
        self.blockSignals(False)

    def _put(self, number: int, row: Sequence[Cell]) -> None:
        for place, cell in enumerate(row):
            self.setItem(number, place, self._item(cell, self._heads[place].side))

    def texts(self) -> list[list[str]]:
        """What the cells say, row by row."""
        columns = range(self.columnCount())
        return [
            [item.text() if (item := self.item(n, c)) else "" for c in columns]
            for n in range(self.rowCount())
        ]

    def whole_height(self, most_rows: int = 1_000) -> int:
        """How high it is with up to that many rows in view, in device-independent pixels."""
        rows = min(max(self.rowCount(), 1), most_rows)
        return theme.px(_HEAD_PX) + rows * theme.px(_ROW_PX) + 2 * self.frameWidth() + 2

    def is_ticked(self, row: int) -> bool:
        """Whether the box of a row is ticked; False where it has none."""
        item = self.item(row, 0)
        return item is not None and item.checkState() is Qt.CheckState.Checked

    def tick(self, row: int, on: bool) -> None:
        """Tick the box of a row, or take the tick away."""
        item = self.item(row, 0)
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, tick with Space; everything else as usual."""
        item = self.item(self.currentRow(), 0)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.currentRow())
        elif event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        elif item is not None and item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            self.tick(self.currentRow(), item.checkState() is Qt.CheckState.Unchecked)
        else:
            self.spaced.emit()

    def _item(self, cell: Cell, side: str) -> QTableWidgetItem:
        item = QTableWidgetItem(cell.text)
        item.setTextAlignment(_SIDES[side] | Qt.AlignmentFlag.AlignVCenter)
        item.setData(_TONE, cell.tone)
        item.setToolTip(cell.tip or cell.text)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if cell.ticked is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
            item.setCheckState(Qt.CheckState.Checked if cell.ticked else Qt.CheckState.Unchecked)
        item.setFlags(flags)
        return item

    @Slot(QTableWidgetItem)
    def _tell_tick(self, item: QTableWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            self.ticked.emit(item.row(), item.checkState() is Qt.CheckState.Checked)

    @Slot(QModelIndex)
    def _tell_opened(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())
