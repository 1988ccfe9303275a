"""其他要看的: what keeps nobody from working, but wants a look once laptops have met."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import conflicts, words
from services.conflicts import Finding, Found
from services.core import Progress
from services.errors import AppError
from services.words import _
from services.workspace import Workspace
from ui import errors, same_units, theme
from ui.context import Context
from ui.parts.cards import label
from ui.parts.grid import Cell, Grid, Head

_MOST_LINES = 5


class FindingsCard(QWidget):
    """A line each; rows of one unit can be joined here."""

    counted = Signal(int)
    """How many there are now."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it empty and out of sight."""
        super().__init__(parent)
        self._context = context
        self._findings: tuple[Finding, ...] = ()
        self._looking = False
        self._again = False
        self._head = label("", "hint")
        self.join = QPushButton(_("是同一个单位…"))
        self.join.clicked.connect(self._join)
        self.go = QPushButton(_("去看"))
        self.go.clicked.connect(self._go)
        self.grid = Grid(_("其他要看的"), (Head(_("哪一条"), 220), Head(_("怎么了"))))
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self._head, 1)
        row.addWidget(self.go)
        row.addWidget(self.join)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(row)
        layout.addWidget(self.grid)
        self.grid.currentCellChanged.connect(self._offer)
        self.grid.opened.connect(self._follow)
        self.hide()

    @Slot()
    def reload(self) -> None:
        """Look the file over, beside the window: every record of it is looked at."""
        if self._context.workspace is None:
            return
        if self._looking:
            self._again = True
            return
        self._looking, self._again = True, False
        work = partial(_look, self._context.here())
        self._context.jobs.run(_("看还有什么要看的"), work, self._show, self._missed)

    def _missed(self, _failure: AppError) -> None:
        """What could not be looked over stays as it was shown; the next change looks anew."""
        self._looking = False

    def _show(self, found: tuple[Finding, ...]) -> None:
        self._looking = False
        if self._again:
            self.reload()
            return
        self._findings = found
        self.grid.fill([_row(one) for one in self._findings])
        count = len(self._findings)
        self._head.setText(
            _("其他要看的 {count} 条，不耽误工作；改好了自己消失").format(count=count)
        )
        self.grid.setFixedHeight(self.grid.whole_height(_MOST_LINES))
        self.setVisible(bool(count))
        if count:
            self.grid.setCurrentCell(0, 0)
        self._offer()
        self.counted.emit(count)

    def _current(self) -> Finding | None:
        place = self.grid.currentRow()
        return self._findings[place] if 0 <= place < len(self._findings) else None

    @Slot()
    def _offer(self) -> None:
        current = self._current()
        is_unit = current is not None and current.sort is Found.UNIT
        self.join.setVisible(is_unit)
        self.go.setVisible(current is not None and not is_unit)

    @Slot()
    def _follow(self) -> None:
        """What is done about the current line: joining units, else a look at the record."""
        current = self._current()
        if current is not None and current.sort is Found.UNIT:
            self._join()
        else:
            self._go()

    @Slot()
    def _go(self) -> None:
        current = self._current()
        if current is not None and current.uids:
            self._context.record_wanted.emit(current.kind, current.uids[0])

    @Slot()
    def _join(self) -> None:
        current = self._current()
        if current is None or current.sort is not Found.UNIT:
            return
        try:
            same_units.join(self._context, current.uids, current.uids, self)
        except AppError as failure:
            errors.show(self, failure)


def _look(workspace: Workspace, _progress: Progress) -> tuple[Finding, ...]:
    return conflicts.findings(workspace)


def _row(finding: Finding) -> list[Cell]:
    what = _("{kind} {what}").format(kind=words.kind(finding.kind), what=finding.name)
    return [Cell(what), Cell(finding.words, "text2")]
