"""回收站: what was deleted, by whom and why, and taking it back."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from services import recycled, words
from services.errors import AppError
from services.recycled import Gone
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.naming import Names

_SIZE = (720, 460)
_WIDTHS = (80, 0, 110, 120, 70, 140)


class RecycledDialog(QDialog):
    """The deleted records, last deleted first; several may be taken back at once."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """List what the open workspace has deleted."""
        super().__init__(parent)
        self._context = context
        self._names = Names(context, self)
        self._gone: tuple[Gone, ...] = ()
        self.setWindowTitle(_("回收站"))
        self.resize(theme.fitting(*_SIZE))
        self.table = QTableWidget(0, len(_WIDTHS))
        self.table.setAccessibleName(_("回收站"))
        self.restore_button = QPushButton(_("恢复"))
        self._empty = QLabel(_("回收站是空的。删除的记录都在这里，随时可以恢复"))
        self._build()
        self._load()

    def _build(self) -> None:
        table = self.table
        heads = [_("种类"), _("题目"), _("单位"), _("删除时间"), _("谁"), _("理由")]
        table.setHorizontalHeaderLabels(heads)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        head = table.horizontalHeader()
        for column, width in enumerate(_WIDTHS):
            if width:
                head.resizeSection(column, theme.px(width))
            else:
                head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        table.itemSelectionChanged.connect(self._choose)
        table.itemDoubleClicked.connect(self.restore)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "hint")
        self.restore_button.setDefault(True)
        self.restore_button.clicked.connect(self.restore)
        leave = QPushButton(_("关闭"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.restore_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 12, 12, 12))
        self._stack = QStackedLayout()
        layout.addLayout(self._stack, 1)
        # A stack that stands in no widget yet shows its first page as a window of its own.
        self._stack.addWidget(table)
        self._stack.addWidget(self._empty)
        layout.addLayout(row)

    def _load(self) -> None:
        self._gone = recycled.deleted(self._context.here())
        self._names.learn({gone.unit for gone in self._gone if gone.unit})
        self.table.setRowCount(len(self._gone))
        for place, gone in enumerate(self._gone):
            for column, text in enumerate(self._words(gone)):
                item = QTableWidgetItem(" ".join(text.split()))
                item.setToolTip(text)
                self.table.setItem(place, column, item)
        self._stack.setCurrentIndex(0 if self._gone else 1)
        if self._gone:
            self.table.selectRow(0)
        self._choose()

    def _words(self, gone: Gone) -> tuple[str, ...]:
        return (
            words.kind(gone.kind, self._context.here().template),
            gone.title or _("（无题）"),
            self._names.of(gone.unit),
            f"{gone.at.astimezone():%Y-%m-%d %H:%M}",
            gone.actor_name,
            gone.reason,
        )

    @Slot()
    def _choose(self) -> None:
        count = len(self.table.selectionModel().selectedRows())
        text = _("恢复 {count} 条").format(count=count) if count else _("恢复")
        self.restore_button.setText(text)
        self.restore_button.setEnabled(bool(count))

    @Slot()
    def restore(self) -> None:
        """Take the selected records back; one that cannot come back leaves the others."""
        chosen = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        for gone in [self._gone[place] for place in chosen]:
            try:
                changes = recycled.restore(self._context.here(), gone.kind, gone.uid)
            except AppError as failure:
                errors.show(self, failure)
            else:
                self._context.announce(changes)
        self._load()
