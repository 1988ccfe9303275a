"""A table that never holds more than some pages of a list; it is sorted and filtered elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from PySide6.QtCore import (
    QByteArray,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services.core import Filter, Row
from services.sheets import cell_text
from services.words import _
from ui import theme
from ui.parts.cells import Cell
from ui.parts.nothing import Nothing
from ui.parts.paged import PAGE_ROWS, Column, RowsModel, RowSource

__all__ = ["PAGE_ROWS", "Column", "RowSource", "RowsModel", "RowsView"]

_ROW_PX = 30
_HEAD_PX = 34
MOST_TOLD = 20_000
"""Rows of a list of which more than the count is told; for more it would take too long."""
MOST_COPIED = 10_000
"""Rows that one copy takes; more would fill the clipboard of a small machine."""


class _Table(QTableView):
    """Enter opens, as a double click does; what is copied is rows."""

    entered_row = Signal()
    copy_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row with Enter, copy rows with Ctrl+C; everything else as usual."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)


class RowsView(QWidget):
    """The table with its line of numbers below, or what to do when it is empty."""

    activated = Signal(object)
    """Row: opened by Enter or a double click."""
    current_changed = Signal(object)
    """Row or None."""
    empty_action_clicked = Signal()
    columns_changed = Signal()
    """The person moved, sized or hid a column; see `columns_state`."""
    menu_wanted = Signal(object)
    """QMenu over the selected rows, to be filled by whoever knows what can be done with them."""

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
        self.table.setAccessibleName(_("清单"))
        self._set_up_table(columns)
        self._numbers = QLabel()
        self._numbers.setProperty("role", "hint")
        self.always: Mapping[str, Value] = {}
        """What the list is narrowed to whatever a person asks for."""
        self.about: Callable[[Filter, int], str] | None = None
        """What the line below says of a list beside its count: days, what is overdue."""
        self.nothing = Nothing(empty_text, empty_action)
        self.nothing.action_clicked.connect(self.empty_action_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        self._stack = QStackedLayout()
        layout.addLayout(self._stack, 1)
        # A stack that stands in no widget yet shows its first page as a window of its own.
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.nothing)
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
        self._cell = Cell(table)
        table.setItemDelegate(self._cell)
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
        table.copy_wanted.connect(self.copy)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        head.setSectionsMovable(True)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._show_columns)
        head.sectionMoved.connect(self._tell_columns)
        head.sectionResized.connect(self._tell_columns)
        table.selectionModel().currentRowChanged.connect(self._current_moved)
        self.model.sorted_anew.connect(self.reload)
        self.model.counted.connect(self._take_count)

    def set_filter(self, wanted: Filter) -> None:
        """Show another part of the list; the order stays as the person chose it."""
        self._cell.sought = wanted.text
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
        wanted = self.model.wanted
        asked = any(wanted.where[name] != self.always.get(name, ...) for name in wanted.where)
        self.nothing.tell(filtered=asked or bool(wanted.text))
        self._tell_count()
        if kept is not None:
            self.model.hold(place)
        if kept is None or not self.select(kept.uid):
            self.current_changed.emit(None)
        self._choose(chosen)
        self.table.verticalScrollBar().setValue(scrolled)

    def _tell_count(self) -> None:
        total = self.model.rowCount()
        told = _("{count} 条").format(count=f"{total:,}")
        if self.about is not None and 0 < total <= MOST_TOLD:
            more = self.about(self.model.wanted, total)
            told = f"{told} · {more}" if more else told
        self._numbers.setText(told if self.model.is_counted else _("正在清点…"))
        self._numbers.setVisible(bool(total))

    @Slot()
    def _take_count(self) -> None:
        """The list is whole now; the current row may have another place in it."""
        self._tell_count()
        kept = self.current()
        self.table.viewport().update()
        if kept is not None and self.model.place_of(kept.uid) is None:
            self.model.hold(self.table.currentIndex().row())

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

    def numbers(self) -> str:
        """The line below the table (count, overdue, time range)."""
        return self._numbers.text()

    def menu_button(self) -> QToolButton:
        """A button that shows what can be done with the selected rows, as a right click does."""
        button = QToolButton()
        button.setText(_("批量"))
        button.setToolTip(_("先按住 Ctrl 或 Shift 选中几条"))
        button.setProperty("kind", "filter")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedHeight(theme.px(_ROW_PX + 2))
        menu = QMenu(button)
        menu.aboutToShow.connect(partial(self._fill_menu, menu))
        button.setMenu(menu)
        return button

    def _fill_menu(self, menu: QMenu) -> None:
        menu.clear()
        if not self.table.selectionModel().hasSelection():
            menu.addAction(_("先按住 Ctrl 或 Shift 选中几条")).setEnabled(False)
            return
        self.menu_wanted.emit(menu)
        if not menu.isEmpty():
            menu.addSeparator()
        copy = menu.addAction(_("复制到表格"), self.copy)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))

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

    def selected(self, most: int = MOST_COPIED) -> list[Row]:
        """The selected rows, `most` of them."""
        return [row for row in map(self.model.row, self._places(most)) if row is not None]

    def _places(self, most: int) -> list[int]:
        """Where the selected rows stand; ranges are read, for a selection may be a million rows."""
        chosen = self.table.selectionModel().selection()
        ranges = [chosen.at(n) for n in range(chosen.count())]
        rows = chain.from_iterable(range(r.top(), r.bottom() + 1) for r in ranges)
        return sorted(set(islice(rows, most)))

    @Slot()
    def _open(self) -> None:
        row = self.current()
        if row is not None:
            self.activated.emit(row)

    @Slot(QModelIndex, QModelIndex)
    def _current_moved(self, _now: QModelIndex, _before: QModelIndex) -> None:
        if not self._quiet:
            QTimer.singleShot(0, self, self._tell_current)

    @Slot()
    def _tell_current(self) -> None:
        self.current_changed.emit(self.current())

    @Slot()
    def copy(self) -> None:
        """Put the selected rows on the clipboard as a spreadsheet takes them, heads first."""
        head = self.table.horizontalHeader()
        order = [head.logicalIndex(n) for n in range(head.count())]
        shown = [place for place in order if not head.isSectionHidden(place)]
        lines = [[self.model.columns[place].title for place in shown]]
        places = self._places(MOST_COPIED)
        for row in places:
            cells = [str(self.model.index(row, place).data() or "") for place in shown]
            lines.append([cell_text(text) for text in cells])
        if places:
            QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        if not self.table.selectionModel().hasSelection():
            return
        menu = QMenu(self)
        self._fill_menu(menu)
        menu.exec(self.table.viewport().mapToGlobal(place))
        menu.deleteLater()

    @Slot(QPoint)
    def _show_columns(self, place: QPoint) -> None:
        """Let the person choose which columns are shown; the first one stays."""
        menu = QMenu(self)
        head = self.table.horizontalHeader()
        for number, column in enumerate(self.model.columns):
            action = QAction(column.title, menu)
            action.setCheckable(True)
            action.setChecked(not head.isSectionHidden(number))
            action.setEnabled(number > 0)
            action.setData(number)
            menu.addAction(action)
        chosen = menu.exec(head.mapToGlobal(place))
        if chosen is not None:
            head.setSectionHidden(int(chosen.data()), not chosen.isChecked())
            self.columns_changed.emit()
        menu.deleteLater()

    @Slot()
    def _tell_columns(self) -> None:
        if self.table.isVisible():
            self.columns_changed.emit()

    def columns_state(self) -> bytes:
        """Order, width and visibility of the columns, to be given back to `set_columns_state`."""
        return bytes(self.table.horizontalHeader().saveState().data())

    def set_columns_state(self, state: bytes) -> None:
        """Take up what `columns_state` gave; what does not fit these columns is left alone."""
        head = self.table.horizontalHeader()
        before = head.saveState()
        fits = head.restoreState(QByteArray(state)) and head.count() == len(self.model.columns)
        if not fits:
            head.restoreState(before)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
