"""The history of one record: who, when, which field, before, after, why."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from services.history import Entry
from services.words import _
from ui import theme

_SIZE = (900, 480)
_WIDTHS = (140, 80, 110, 200, 220)


class HistoryDialog(QDialog):
    """A table of changes, newest first."""

    asked = Signal(str)
    """Journal field of the line that was opened (Enter, double click)."""

    def __init__(
        self,
        entries: Sequence[Entry],
        describe: Callable[[Entry], tuple[str, ...]],
        parent: QWidget | None = None,
        *,
        explained: bool = False,
    ) -> None:
        """Show `entries`.

        Args:
            entries: changes, oldest first.
            describe: words of one: time, person, field, before, after, reason.
            parent: the window it belongs to.
            explained: somebody listens to `asked`.
        """
        super().__init__(parent)
        self.setWindowTitle(_("历史"))
        self.resize(theme.fitting(*_SIZE))
        heads = [_("时间"), _("谁"), _("栏目"), _("原来"), _("改为"), _("理由")]
        self.table = QTableWidget(len(entries), len(heads))
        self.table.setAccessibleName(_("历史"))
        self.table.setHorizontalHeaderLabels(heads)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)
        head = self.table.horizontalHeader()
        for column, width in enumerate(_WIDTHS):
            head.resizeSection(column, theme.px(width))
        head.setSectionResizeMode(len(heads) - 1, QHeaderView.ResizeMode.Stretch)
        for place, entry in enumerate(reversed(entries)):
            for column, text in enumerate(describe(entry)):
                item = QTableWidgetItem(" ".join(text.split()))
                item.setToolTip(text)
                self.table.setItem(place, column, item)
        self._fields = [entry.field for entry in reversed(entries)]
        self.table.cellActivated.connect(self._ask)
        hint = QLabel(_("在一行上按 Enter：这一栏为什么是现在的值"))
        hint.setProperty("role", "hint")
        hint.setVisible(explained)
        leave = QPushButton(_("关闭"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 12, 12, 12))
        layout.addWidget(self.table, 1)
        layout.addWidget(hint)
        layout.addWidget(leave)

    @Slot(int, int)
    def _ask(self, row: int, _column: int) -> None:
        self.asked.emit(self._fields[row])
