"""全部查找 (Ctrl+K): everything that is not sealed, as one types; Enter opens the record."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid
from services import search, words
from services.errors import AppError
from services.references import units_of
from services.search import Hit, Hits
from services.words import _
from ui import theme
from ui.context import Context
from ui.naming import Names
from ui.parts.cards import label
from ui.parts.cells import Cell

_SIZE = (720, 480)
_PAUSE_MS = 120
"""Searched so long after the last key."""
_MOST = 60
_ROW_PX = 30
_KIND_PX, _UNIT_PX = 96, 150
_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class FindDialog(QDialog):
    """One line to type into, and what holds it: kind, unit, and the words around the hit."""

    def __init__(
        self, context: Context, lead: Callable[[Hit, str], None], parent: QWidget | None = None
    ) -> None:
        """Search the open workspace; `lead` opens a hit, given the text that was sought."""
        super().__init__(parent)
        self._context = context
        self._names = Names(context, self)
        self._lead = lead
        self._hits: tuple[Hit, ...] = ()
        self._searched = ""
        self.setWindowTitle(_("全部查找"))
        self.resize(theme.fitting(*_SIZE))
        self.line = QLineEdit()
        self.line.setAccessibleName(_("全部查找"))
        self.line.setPlaceholderText(_("单位、人、谈话、意见、问题……里的任何字"))
        self.line.setMaxLength(search.MAX_QUERY)
        self.line.setClearButtonEnabled(True)
        self.table = QTableWidget(0, 3)
        self.told = label("", "hint")
        self._cells = Cell(self.table)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.search)
        self._build()
        self.line.textChanged.connect(self._wait)
        self.line.returnPressed.connect(self.open)
        self.line.installEventFilter(self)
        self.table.activated.connect(self.open)

    def _build(self) -> None:
        table = self.table
        table.setAccessibleName(_("找到的"))
        table.setItemDelegate(self._cells)
        table.setHorizontalHeaderLabels([_("种类"), _("单位"), _("内容")])
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(theme.px(_ROW_PX))
        head = table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        for column, width in ((0, _KIND_PX), (1, _UNIT_PX)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, theme.px(width))
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        leave = QPushButton(_("关闭"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self.act = QPushButton(_("打开"))
        self.act.setProperty("kind", "primary")
        # Enter in the line acts even before anything was looked for.
        self.act.setAutoDefault(False)
        self.act.clicked.connect(self.open)
        self.act.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(self.told, 1)
        row.addWidget(leave)
        row.addWidget(self.act)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(16, 16, 16, 12))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.line)
        layout.addWidget(table, 1)
        layout.addLayout(row)

    @Slot()
    def _wait(self) -> None:
        self._timer.start()

    @Slot()
    def search(self) -> None:
        """Look for what stands in the line now."""
        self._timer.stop()
        self._searched = self.line.text().strip()
        found = Hits((), 0)
        if self._searched:
            try:
                found = search.find(self._context.here(), self._searched, limit=_MOST, count=False)
            except AppError as failure:
                self.told.setText(words.error(failure))
                self._fill(found)
                return
        self.told.setText(_said(found) if self._searched else "")
        self._fill(found)

    def _fill(self, found: Hits) -> None:
        self._hits = found.rows
        self._cells.sought = self._searched
        units = units_of(self._context.here(), [(h.kind, h.uid) for h in self._hits])
        self._names.learn(set(units.values()))
        self.table.setRowCount(len(self._hits))
        for place, hit in enumerate(self._hits):
            unit = self._names.of(units.get(hit.uid, Uid("")))
            texts = (words.kind(hit.kind), unit, hit.snippet)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column != len(texts) - 1:
                    item.setForeground(QColor(theme.tokens().text2))
                self.table.setItem(place, column, item)
        self.act.setEnabled(bool(self._hits))
        if self._hits:
            self.table.setCurrentCell(0, 0)

    @Slot()
    @Slot(QModelIndex)
    def open(self, _index: object = None) -> None:
        """Open the record under the cursor; what was typed a moment ago is looked for first."""
        if self._timer.isActive():
            self.search()
        row = self.table.currentRow()
        if 0 <= row < len(self._hits):
            hit, sought = self._hits[row], self._searched
            self.accept()
            self._lead(hit, sought)

    def texts(self) -> list[tuple[str, ...]]:
        """(kind, unit, words) of each line, as shown."""
        return [
            tuple(
                "" if (item := self.table.item(row, column)) is None else item.text()
                for column in range(3)
            )
            for row in range(self.table.rowCount())
        ]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows move in the list while the cursor stays in the line."""
        if (
            watched is self.line
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in _MOVES
        ):
            self.table.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)


def _said(found: Hits) -> str:
    if not found.rows:
        return _("没有找到。换个说法，或只写其中两个字")
    if len(found.rows) == _MOST:
        return _("先列出最近的 {count} 条；多写几个字就少些").format(count=_MOST)
    return _("找到 {count} 条").format(count=len(found.rows))


def show(context: Context, lead: Callable[[Hit, str], None], parent: QWidget) -> None:
    """Search until something is opened or the dialog is closed."""
    dialog = FindDialog(context, lead, parent)
    dialog.exec()
    dialog.deleteLater()
