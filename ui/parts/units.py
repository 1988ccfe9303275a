"""The tree of units at the left: search line, all units, each with its open problems."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

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

_UIDS = Qt.ItemDataRole.UserRole
_INDENT = "\u3000"
_COUNT_WIDTH = 44


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as the tree shows it."""

    uid: Uid
    name: str
    open_problems: int
    """Problems from 待审核 up to 待验收."""
    group: str = ""
    """Its group's name; empty where that is not known."""


class UnitTree(QWidget):
    """Chooses the units that every list shows; the first row stands for all of them.

    Where units of several groups are told apart, a row above those of a group stands for them.
    """

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
        """Show these units, a group's together; who was selected stays so, silently if so."""
        before = self.chosen()
        self._tree.blockSignals(True)
        self._tree.clear()
        self._row(_("全部单位"), units, frozenset())
        grouped = [(name, tuple(those)) for name, those in groupby(units, attrgetter("group"))]
        several = len(grouped) > 1
        for name, those in grouped:
            if several:
                whose = frozenset(unit.uid for unit in those)
                self._row(name or _("未分组"), those, whose, is_group=True)
            for unit in those:
                indent = _INDENT if several else ""
                self._row(indent + unit.name, (unit,), frozenset({unit.uid}))
        self._select(before)
        self._tree.blockSignals(False)
        self._empty.setVisible(not units)
        self._add.setVisible(not units)
        self._narrow(self._search.text())
        if self.chosen() != before:
            self._tell()

    def chosen(self) -> frozenset[Uid]:
        """The selected units; empty means all."""
        held = [_units_of(item) for item in self._tree.selectedItems()]
        return frozenset() if frozenset() in held else frozenset().union(*held)

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

    def _row(
        self, name: str, those: Sequence[UnitRow], uids: frozenset[Uid], *, is_group: bool = False
    ) -> None:
        count = sum(unit.open_problems for unit in those)
        item = QTreeWidgetItem([name, str(count) if count else ""])
        item.setData(0, _UIDS, uids)
        item.setToolTip(0, name.strip())
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if count:
            item.setToolTip(1, _("未销号 {count} 个").format(count=count))
        if is_group:
            font = item.font(0)
            font.setBold(True)
            item.setFont(0, font)
        self._tree.addTopLevelItem(item)

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self._tree.topLevelItem(n) for n in range(self._tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _select(self, units: frozenset[Uid]) -> None:
        items = self._items()
        wanted = [item for item in items if _units_of(item) == units][-1:] if units else []
        wanted = wanted or [item for item in items if units >= _units_of(item) != frozenset()]
        for item in wanted or items[:1]:
            item.setSelected(True)
        self._tree.setCurrentItem((wanted or items)[0], 0, _keep_selection())

    @Slot(str)
    def _narrow(self, text: str) -> None:
        wanted = text.strip().casefold()
        for item in self._items():
            hidden = bool(wanted) and wanted not in item.text(0).casefold()
            item.setHidden(hidden and bool(_units_of(item)))

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


def _units_of(item: QTreeWidgetItem) -> frozenset[Uid]:
    """The units a row stands for; none: all of them."""
    return frozenset(item.data(0, _UIDS))


def _keep_selection() -> QItemSelectionModel.SelectionFlag:
    return QItemSelectionModel.SelectionFlag.NoUpdate
