"""图表: one large chart in the window's colours, and the records behind each of its numbers."""

from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services import figures, pictures
from services.core import Progress
from services.errors import AppError, Cancelled
from services.figures import Drawn, Line
from services.stats import Counts, Scope
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.parts.cards import Card, label, scrolled
from ui.parts.choosing import ask_to_save
from ui.parts.dates import DateChoice
from ui.parts.grid import Cell, Grid, Head

_LIST_PX = 130
_NUMBERS_PX = 240
_LEAST_PX = 200
_REST_MS = 250


class FiguresPage(QWidget):
    """Which chart at the left, the chart in the middle, its numbers at the right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Draw nothing until `reload`."""
        super().__init__(parent)
        self._context = context
        self._lines: tuple[Line, ...] = ()
        self._counts: Counts | None = None
        self._counted: tuple[object, ...] = ()
        """Of which units and days, and on which day."""
        self._asked: tuple[object, ...] = ()
        """What the chart in view, or the one on its way, is drawn from."""
        self.list = QListWidget()
        self.list.setAccessibleName(_("选图"))
        self.list.setFixedWidth(theme.px(_LIST_PX))
        titles = _titles()
        for number, kind in enumerate(pictures.KINDS, start=1):
            self.list.addItem(f"{number}  {titles[kind]}")
        self.list.setCurrentRow(0)
        self.list.currentRowChanged.connect(self.reload)
        self._card = Card("")
        self._pictures: list[QLabel] = []
        inside = QWidget()
        self._sheets = QVBoxLayout(inside)
        self._sheets.setContentsMargins(0, 0, 0, 0)
        self._sheets.addStretch(1)
        self._area = scrolled(inside)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.reload)
        self._empty = label(_("还没有可画的数据"), "hint")
        self._empty.hide()
        self.period = DateChoice(_("期间"))
        self.period.changed.connect(self.reload)
        self._card.corner.addWidget(self.period)
        save = QPushButton(_("存图…"))
        save.clicked.connect(self._save)
        self._card.corner.addWidget(save)
        self._card.body.addWidget(self._empty)
        self._card.body.addWidget(self._area, 1)
        self.numbers = Grid(_("数字"), (Head(_("数字")), Head("", 70, "right")))
        self.numbers.setFixedWidth(theme.px(_NUMBERS_PX))
        self.numbers.opened.connect(self._open)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 4, 12, 12))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.list)
        layout.addWidget(self._card, 1)
        side = QVBoxLayout()
        side.addWidget(self.numbers, 1)
        side.addWidget(label(_("回车看背后的记录"), "hint"))
        layout.addLayout(side)

    def kind(self) -> str:
        """The chart that is chosen."""
        return pictures.KINDS[max(0, self.list.currentRow())]

    def forget(self) -> None:
        """The records have changed: count again when a chart is wanted."""
        self._counts = None

    def _current(self) -> Counts:
        """The numbers as they are now: counted once for as long as nothing changes."""
        workspace = self._context.here()
        self.period.today = workspace.today()
        scope = self._scope()
        asked = (workspace, scope, workspace.today())
        if self._counts is None or self._counted != asked:
            self._counts = Counts(workspace, scope)
            self._counted = asked
        return self._counts

    def _scope(self) -> Scope:
        return figures.scope_of(self._context.units, self.period.span)

    @Slot()
    def reload(self) -> None:
        """Count and draw on the worker thread; the chart before stays until it is done.

        Nothing is done when the chart in view, or the one on its way, is the one that is wanted.
        """
        if self._context.workspace is None:
            return
        room = max(_LEAST_PX, self._area.viewport().width() - theme.px(4))
        width = round(room * self.devicePixelRatioF())
        wanted = (self._current(), self.kind(), theme.tokens(), width)
        if wanted == self._asked:
            return
        self._asked = wanted
        work = partial(_without_progress, partial(figures.draw, *wanted))
        self._context.jobs.run(_("画图"), work, partial(self._show, wanted), self._fail)

    def _fail(self, failure: AppError) -> None:
        self._asked = ()
        if not isinstance(failure, Cancelled):
            self._context.jobs.failed.emit(failure)

    def _show(self, asked: tuple[object, ...], drawn: Drawn) -> None:
        if asked != self._asked:
            return
        self._lines = drawn.lines
        self._card.head.setText(drawn.caption)
        self._empty.setVisible(not drawn.lines)
        self._area.setVisible(bool(drawn.lines))
        self.numbers.fill([[Cell(line.words), Cell(line.value)] for line in drawn.lines])
        ratio = self.devicePixelRatioF()
        for place, picture in enumerate(self._pictures):
            picture.setVisible(place < len(drawn.sheets))
            if place >= len(drawn.sheets):
                picture.clear()
        for place, sheet in enumerate(drawn.sheets):
            if place == len(self._pictures):
                self._pictures.append(QLabel())
                self._sheets.insertWidget(place, self._pictures[place])
            size, row_bytes = (sheet.width_px, sheet.height_px), 4 * sheet.width_px
            image = QImage(sheet.rgba, *size, row_bytes, QImage.Format.Format_RGBX8888)
            shown = QPixmap.fromImage(image)
            shown.setDevicePixelRatio(ratio)
            self._pictures[place].setPixmap(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw as large as there is room, once the size has come to rest."""
        super().resizeEvent(event)
        if self.isVisible() and event.oldSize().isValid():
            self._rest.start()

    @Slot(int)
    def _open(self, row: int) -> None:
        behind = self._lines[row].behind
        if behind is not None:
            self._context.records_wanted.emit(behind)

    @Slot()
    def _save(self) -> None:
        kinds = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf)"
        # A picture does not say of which days it is: its name does.
        name = " ".join(filter(None, (_titles()[self.kind()], *self.period.span.values())))
        path = ask_to_save(self, _("存图"), kinds, name, replaces=False)
        if path is None:
            return
        try:
            pictures.save(self._context.here(), self.kind(), path, self._scope())
        except AppError as failure:
            errors.show(self, failure)


def _without_progress(work: "partial[Drawn]", _progress: Progress) -> Drawn:
    return work()


def _titles() -> dict[str, str]:
    return {
        "problems": _("问题分布"),
        "ratios": _("四多四少"),
        "approvals": _("民主评议"),
        "progress": _("问题进展"),
        "reception": _("群众反映"),
    }
