"""The tree of units at the left: search line, all units, each with its open problems."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid
from services.words import _
from ui import theme

_UID = Qt.ItemDataRole.UserRole
_COUNT_WIDTH = 44


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as the tree shows it."""

    uid: Uid
    name: str
    open_problems: int
    """Problems from 待审核 up to 待验收."""


class UnitTree(QWidget):
    """Chooses the units that every list shows; the first row stands for all of them."""

    selected = Signal(object)
    """frozenset[Uid]; empty means all units."""
    add_wanted = Signal()
    """The person wants to enter units (there are none, or the search found none)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build an empty tree."""
        super().__init__(parent)
        self._search = QLineEdit()
        self._search.setPlaceholderText(_("查找单位 Ctrl+G"))
        self._search.setAccessibleName(_("查找单位"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._narrow)
        self._search.returnPressed.connect(self._take_first)
        self._tree = QTreeWidget()
        self._tree.setAccessibleName(_("单位"))
        self._tree.setColumnCount(2)
        self._tree.setHeaderHidden(True)
        self._tree.setRootIsDecorated(False)
        self._tree.setUniformRowHeights(True)
        self._tree.setIndentation(0)
        self._tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._tree.itemSelectionChanged.connect(self._tell)
        head = self._tree.header()
        head.setStretchLastSection(False)
        head.setMinimumSectionSize(28)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        head.resizeSection(1, theme.px(_COUNT_WIDTH))
        self._empty = QLabel(_("还没有单位"))
        self._empty.setProperty("role", "hint")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._add = QPushButton(_("+ 单位"))
        self._add.clicked.connect(self.add_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 8, 0, 8))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._search)
        layout.addWidget(self._empty)
        layout.addWidget(self._add)
        layout.addWidget(self._tree, 1)

    def load(self, units: Sequence[UnitRow]) -> None:
        """Show these units; whoever was selected stays so, silently when nothing changes."""
        before = self.chosen()
        self._tree.blockSignals(True)
        self._tree.clear()
        total = sum(unit.open_problems for unit in units)
        self._row(_("全部单位"), total, None)
        for unit in units:
            self._row(unit.name, unit.open_problems, unit.uid)
        self._select(before)
        self._tree.blockSignals(False)
        self._empty.setVisible(not units)
        self._add.setVisible(not units)
        self._narrow(self._search.text())
        if self.chosen() != before:
            self._tell()

    def chosen(self) -> frozenset[Uid]:
        """The selected units; empty means all."""
        held = [item.data(0, _UID) for item in self._tree.selectedItems()]
        return frozenset() if None in held else frozenset(Uid(str(uid)) for uid in held)

    def choose(self, units: frozenset[Uid]) -> None:
        """Select these units, as a click would."""
        self._tree.blockSignals(True)
        self._tree.clearSelection()
        self._select(units)
        self._tree.blockSignals(False)
        self._tell()

    def focus_search(self) -> None:
        """Put the cursor into the search line."""
        self._search.setFocus()
        self._search.selectAll()

    def _row(self, name: str, count: int, uid: Uid | None) -> None:
        item = QTreeWidgetItem([name, str(count) if count else ""])
        item.setData(0, _UID, uid)
        item.setToolTip(0, name)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if count:
            item.setToolTip(1, _("未销号 {count} 个").format(count=count))
        self._tree.addTopLevelItem(item)

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self._tree.topLevelItem(n) for n in range(self._tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _select(self, units: frozenset[Uid]) -> None:
        items = self._items()
        wanted = [item for item in items if item.data(0, _UID) in units]
        for item in wanted or items[:1]:
            item.setSelected(True)
        self._tree.setCurrentItem((wanted or items)[0], 0, _keep_selection())

    @Slot(str)
    def _narrow(self, text: str) -> None:
        wanted = text.strip().casefold()
        for item in self._items():
            hidden = bool(wanted) and wanted not in item.text(0).casefold()
            item.setHidden(hidden and item.data(0, _UID) is not None)

    @Slot()
    def _take_first(self) -> None:
        """Enter in the search line chooses the first unit found."""
        items = self._items()
        shown = [item for item in items[1:] if not item.isHidden()]
        wanted = shown if self._search.text().strip() and shown else items
        if wanted:
            self._tree.setCurrentItem(wanted[0])
            self._tree.scrollToItem(wanted[0])

    @Slot()
    def _tell(self) -> None:
        self.selected.emit(self.chosen())


def _keep_selection() -> QItemSelectionModel.SelectionFlag:
    return QItemSelectionModel.SelectionFlag.NoUpdate
