"""信访接待: a quick form above the list of what came in, and the statistics of it."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import Uid, Value
from services import receptions, stats, words
from services.core import Changes, Row
from services.figures import scope_of
from services.receptions import Line
from services.words import _
from ui import theme
from ui.columns import dated, named, worded
from ui.context import Context
from ui.formside import Plan
from ui.listform import ListForm
from ui.naming import Names, day
from ui.parts.cards import Card, label, scrolled
from ui.parts.dates import DateChoice
from ui.parts.filters import FILTER_PX
from ui.parts.grid import Cell, Grid, Head
from ui.parts.leaves import Leaves
from ui.parts.rows import Column, RowsView
from ui.tabs.reception.quick import QuickForm

__all__ = ["ReceptionTab"]


def _plan(context: Context) -> Plan:
    def columns(names: Names) -> list[Column]:
        return [
            Column("number", _("编号"), 104),
            Column("date", _("日期"), 80, dated("date")),
            Column("channel", _("渠道"), 64, worded(context, "reception_channel", "channel")),
            Column("persons", _("人次"), 52, _persons, right=True),
            Column("unit", _("反映单位"), 120, named(names, "unit")),
            Column("gist", _("内容提要"), 0),
            Column("handed_to", _("去向"), 110, _where_to),
        ]

    return Plan(
        "reception",
        columns,
        (
            (_("来访来信"), ("number", "channel", "date", "persons", "unit", "gist")),
            (_("办理"), ("handled_by", "handed_to", "result", "repeats")),
        ),
        _("本期没有接待"),
        _("+ 登记"),
        _("删除这件接待"),
        (("channel", _("渠道"), "reception_channel"),),
        date="date",
        together=("handed_to", "result", "handled_by", "unit"),
        flags=(("not_handed", _("未转"), "handed_to", None),),
        mine="handled_by",
    )


def _persons(row: Row) -> str:
    count = row.values.get("persons")
    return str(count) if count is not None else "—"


def _where_to(row: Row) -> str:
    return str(row.values.get("handed_to") or _("未转"))


class RegisterPage(ListForm):
    """The list with the quick form above it; F2 of this tab is Ctrl+N."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it for the open workspace."""
        super().__init__(context, _plan(context), parent)
        self.quick = QuickForm(context)
        self.add_new_button()
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            around = QHBoxLayout()
            around.setContentsMargins(*theme.around(12, 4, 12, 4))
            around.addWidget(self.quick)
            layout.insertLayout(0, around)

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        super().reload()
        self.quick.reload()

    @Slot()
    def new_record(self) -> None:
        """To the quick form, which stands open above the list."""
        self.quick.begin()


class FiguresPage(QWidget):
    """Batches and persons, letters, calls: by week, by unit, by where they went."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Empty until `reload`."""
        super().__init__(parent)
        self._context = context
        self._names = Names(context, self)
        self.grids: list[Grid] = []
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(*theme.around(12, 4, 12, 12))
        for title, first in (
            (_("按周"), _("星期一")), (_("按反映单位"), _("单位")), (_("按去向"), _("去向")),
        ):  # fmt: skip
            card = Card(title)
            heads = (
                Head(first), Head(_("批次"), 52, "right"), Head(_("人次"), 52, "right"),
                Head(_("来信"), 52, "right"), Head(_("来电短信"), 72, "right"),
            )  # fmt: skip
            grid = Grid(title, heads, framed=False)
            card.body.addWidget(grid)
            self.grids.append(grid)
            row.addWidget(card, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inside), 1)

    def reload(self, scope: stats.Scope) -> None:
        """Count what came in within the scope now."""
        workspace = self._context.here()
        by_week = receptions.by_week(workspace, scope)
        self.grids[0].fill([_cells(one, day(one.name)) for one in by_week])
        named_lines = [
            (self._names.of(one.name) or _("未写明"), one)
            for one in receptions.by_unit(workspace, scope)
        ]
        self.grids[1].fill([_cells(one, name) for name, one in sorted(named_lines, key=_first)])
        ends = receptions.by_end(workspace, scope)
        self.grids[2].fill([_cells(one, one.name or _("未转")) for one in ends])


def _first(pair: tuple[str, Line]) -> str:
    return pair[0]


def _cells(one: Line, name: str) -> list[Cell]:
    return [Cell(name), *(Cell(str(n)) for n in (one.visits, one.persons, one.letters, one.calls))]


def summary(context: Context, scope: stats.Scope) -> str:
    """The three units side by side; they are never added up."""
    came = stats.received(context.here(), scope)
    if not came.first:
        return _("本期没有接待")
    told = _(
        "{first}—{last}　来访 {visits} 批 {persons} 人次　来信 {letters} 件　来电短信 {calls} 条次"
    )
    return told.format(
        first=words.date(came.first), last=words.date(came.last), visits=came.visits,
        persons=came.persons, letters=came.letters, calls=came.calls,
    )  # fmt: skip


class ReceptionTab(QWidget):
    """登记 and 统计."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the tab for the open workspace."""
        super().__init__(parent)
        self._context = context
        self.register = RegisterPage(context)
        self.figures = FiguresPage(context)
        self._told = label("", "hint")
        self._leaves = Leaves()
        self._leaves.add(_("登记"), self.register)
        self._leaves.add(_("统计"), self.figures)
        self.period = DateChoice(_("期间"))
        self.period.changed.connect(self._count)
        kept = self.period.sizePolicy()
        # The row keeps its height, or the words beside would jump from page to page.
        kept.setRetainSizeWhenHidden(True)
        self.period.setSizePolicy(kept)
        self.period.setFixedHeight(theme.px(FILTER_PX))
        self._leaves.row.addWidget(self._told)
        self._leaves.row.addWidget(self.period)
        self._leaves.turned.connect(self._count)
        self.register.surfaced.connect(self._to_register)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._leaves)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self._take_units)

    @property
    def rows(self) -> RowsView:
        """The list of what came in."""
        return self.register.rows

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        if self._context.workspace is not None:
            self.register.reload()
            self._count()

    @Slot()
    def _count(self) -> None:
        counting = self._leaves.current() is self.figures
        self.period.today = self._context.here().today()
        self.period.setVisible(counting)
        scope = scope_of(self._context.units, self.period.span if counting else {})
        self._told.setText(summary(self._context, scope))
        if counting:
            self.figures.reload(scope)

    @Slot()
    def _to_register(self) -> None:
        self._leaves.turn_to(self.register)

    def show_figures(self) -> None:
        """To the statistics."""
        self._leaves.turn_to(self.figures)

    def known(self) -> dict[str, Value]:
        """What a clue noted now begins with: the reception in view."""
        return self.register.side.known()

    def new_record(self) -> None:
        """Register another."""
        self._to_register()
        self.register.new_record()

    def focus_search(self) -> None:
        """To the list's search line."""
        self._to_register()
        self.register.focus_search()

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if self._context.workspace is not None and "reception" in changes.kinds:
            self._count()

    @Slot(object)
    def _take_units(self, _units: frozenset[Uid]) -> None:
        if self.isVisible():
            self._count()
