"""问题清单: the list at the left, the problem at the right."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QColor, QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSplitter, QVBoxLayout, QWidget

from models.kinds import ProblemState, Uid, Value
from services import directory, drafts, stats, words
from services.alike import number_of
from services.core import Changes, Filter, Row
from services.errors import AppError
from services.problems import Step
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.kept import KeptTexts
from ui.naming import KindSource, Names, day, word
from ui.parts.filters import FilterBar
from ui.parts.icons import state_colour, state_pixmap
from ui.parts.rows import Column, RowsView
from ui.remembering import remember
from ui.tabs.problems.detail import ORIGIN, ProblemDetail
from ui.tabs.problems.steps import shared_steps, take_step
from ui.together import Together, about

__all__ = ["ProblemsTab"]

_LIST_WIDTH = 514
_DETAIL_WIDTH = 622
_NARROW = 900
"""Below this many logical pixels only one of list and problem is shown."""
_ICON = 14
MOST_TOGETHER = 200
"""Problems that take a step together."""
_UNIT_COLUMN = 2
"""Hidden while one unit is chosen: titles need the room."""


class ProblemsTab(QWidget):
    """Every problem of the chosen units, and the one that is worked on."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the tab for the open workspace."""
        super().__init__(parent)
        self._context = context
        self._names = Names(context, self)
        self._wanted = Filter()
        self._listed: Uid | None = None
        """The row that was shown because the list's cursor came to it."""
        self.filters = FilterBar()
        self.rows = RowsView(
            self._columns(),
            KindSource(context, "problem", self._names),
            empty_text=_("还没有问题。在谈话、检查、意见里按 F4，或在这里按 Ctrl+N"),
            empty_action=_("新问题 Ctrl+N"),
        )
        self.detail = ProblemDetail(context, self._names)
        self.kept = KeptTexts(context, "problem")
        self.kept.wanted.connect(self._put_back)
        self._back = QPushButton(_("‹ 清单 Esc"))
        self._inside = False
        """On a narrow screen: the problem is shown instead of the list."""
        self.rows.menu_wanted.connect(self._offer_steps)
        self._build()
        self.filters.changed.connect(self._narrow)
        self.rows.current_changed.connect(self._show)
        self.rows.activated.connect(self._edit)
        self.rows.empty_action_clicked.connect(self.new_record)
        self.detail.stored.connect(self._follow)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self._take_units)

    def _columns(self) -> list[Column]:
        return [
            Column("state", _("状态"), 92, self._state, self._state_icon, _state_colour),
            Column("number", _("编号"), 92, _number),
            Column("unit", _("单位"), 90, self._unit),
            Column("title", _("问题"), 0),
            Column("deadline", _("时限"), 84, self._deadline, colour=_late_colour),
        ]

    def _build(self) -> None:
        new = QPushButton(_("新问题"))
        new.setProperty("kind", "primary")
        new.setToolTip("Ctrl+N")
        new.clicked.connect(self.new_record)
        self._back.setProperty("kind", "link")
        self._back.clicked.connect(self.show_list)
        head = QHBoxLayout()
        head.setContentsMargins(*theme.around(12, 4, 12, 0))
        head.setSpacing(theme.px(8))
        head.addWidget(self._back)
        head.addWidget(self.filters, 1)
        head.addWidget(self.rows.menu_button())
        head.addWidget(new)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.rows)
        split.addWidget(self.detail)
        split.setChildrenCollapsible(False)
        # Both grow: on a wide screen the list shows more of its columns.
        split.setStretchFactor(0, _LIST_WIDTH)
        split.setStretchFactor(1, _DETAIL_WIDTH)
        split.setSizes([theme.px(_LIST_WIDTH), theme.px(_DETAIL_WIDTH)])
        split.setContentsMargins(*theme.around(12, 0, 12, 12))
        back = QShortcut(QKeySequence("Esc"), self.detail)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.show_list)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            # From the list too: the problem beside it goes on.
            on = QShortcut(QKeySequence(key), self, self.detail.go_on)
            on.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        self.kept.setContentsMargins(*theme.around(12, 0, 12, 0))
        layout.addWidget(self.kept)
        layout.addLayout(head)
        layout.addWidget(split, 1)
        remember("problems", self.rows, self.filters)
        self.rows.about = about(self._context, "problem", "deadline")
        fields = ("deadline", "handlers", "winds", "recheck_on")
        self._together = Together(self._context, self.rows, "problem", fields, "")

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        if self._context.workspace is None:
            return
        states = {s.value: word(self._context, "problem_state", s.value) for s in ProblemState}
        members = dict(self._context.here().template.members("sub_kinds"))
        self.filters.set_choices("state", _("状态"), states)
        self.filters.set_choices("sub_kind", _("类别"), members)
        winds = directory.choices(self._context.here(), "winds")
        self.filters.set_choices("winds", _("四风"), winds)
        today = self._context.here().today()
        self.filters.set_dates("deadline", _("时限"), today)
        self.filters.set_flag("overdue", _("逾期"), "overdue", True)
        self.filters.set_flag("mine", _("我的"), "handlers", [self._context.here().actor])
        self.kept.reload()
        self._narrow(self._wanted)
        first = self.rows.model.row(0)
        if first is not None and self.rows.current() is None:
            self.rows.select(first.uid)

    @Slot()
    def new_record(self) -> None:
        """Begin a problem of the chosen unit."""
        units = self._context.units
        self._begin({"unit": next(iter(units))} if len(units) == 1 else {})

    def _begin(self, preset: Mapping[str, Value]) -> None:
        self._listed = None
        self.rows.table.setCurrentIndex(QModelIndex())
        self._enter(True)
        self.detail.begin(preset)

    @Slot(object, object)
    def _put_back(self, uid: Uid, texts: Mapping[str, str]) -> None:
        typed = dict(texts)
        if drafts.is_unborn(uid):
            preset, typed = self.kept.parted(texts)
            self._begin(preset)
        else:
            self._listed = uid
            self.rows.select(uid)
            self._enter(True)
            self.detail.show_problem(uid)
        self.detail.editor.put_back(typed)

    def show_records(self, wanted: Filter) -> None:
        """Show the part of the list that a number somewhere else counts."""
        self.show_list()
        self.filters.show_filter(wanted)
        if wanted.sort:
            self.rows.set_filter(Filter(wanted.where, self._context.units, "", wanted.sort))

    def focus_search(self) -> None:
        """To the list's search line."""
        self._enter(False)
        self.filters.focus_search()

    @Slot()
    def show_list(self) -> None:
        """Back to the list."""
        self._enter(False)
        self.rows.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """List and problem beside each other, or one of them where the screen is narrow."""
        super().resizeEvent(event)
        self._enter(self._inside)

    def _enter(self, inside: bool) -> None:
        self._inside = inside
        narrow = self.width() < theme.px(_NARROW)
        self.rows.setVisible(not (narrow and inside))
        self.filters.setVisible(not (narrow and inside))
        self.detail.setVisible(inside or not narrow)
        self._back.setVisible(narrow and inside)

    @Slot(object)
    def _narrow(self, wanted: Filter) -> None:
        self._wanted = wanted
        units = self._context.units
        self.rows.table.setColumnHidden(_UNIT_COLUMN, len(units) == 1)
        self.rows.set_filter(Filter(wanted.where, units, wanted.text, wanted.sort))
        if self.rows.current() is None and not self.detail.is_new():
            self._listed = None
            self.detail.clear()

    @Slot(object)
    def _take_units(self, _units: frozenset[Uid]) -> None:
        self._narrow(self._wanted)

    @Slot(object)
    def _show(self, row: Row | None) -> None:
        if row is not None and row.uid != self._listed:
            self._listed = row.uid
            self.detail.show_problem(row.uid)

    @Slot(object)
    def _edit(self, row: Row) -> None:
        self._show(row)
        self._enter(True)
        self.detail.focus_first()

    @Slot(object)
    def _offer_steps(self, menu: QMenu) -> None:
        """Offer what all the selected problems can take together."""
        rows = self.rows.selected(MOST_TOGETHER + 1)
        if len(rows) > MOST_TOGETHER:
            return
        for step in shared_steps(self._context, rows):
            text = _("{verb} {count} 个").format(
                verb=words.verb(step.transition.verb), count=len(rows)
            )
            menu.addAction(text, partial(self._take_together, step, rows))

    def _take_together(self, step: Step, rows: Sequence[Row]) -> None:
        try:
            moved = take_step(self._context, self, step, rows)
        except AppError as failure:
            errors.show(self, failure)
            return
        for one in moved:
            self._context.announce(one.changes)

    @Slot(str)
    def _follow(self, uid: str) -> None:
        self._listed = Uid(uid)
        self.rows.reload()
        self.rows.select(self._listed)

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if self._context.workspace is None or not changes.kinds & _SHOWN:
            return
        if changes.origin != ORIGIN:
            # What is stored here is told by `_follow` too: read once, the list holds nobody up.
            self.rows.reload()
        if changes.kinds & _OFFERED:
            self.detail.rebuild()
        elif changes.origin != ORIGIN:
            self.detail.refresh()

    def _state(self, row: Row) -> str:
        return word(self._context, "problem_state", row.values.get("state"))

    def _state_icon(self, row: Row) -> QPixmap:
        return state_pixmap(_state_of(row), theme.px(_ICON), self.devicePixelRatioF())

    def _unit(self, row: Row) -> str:
        return self._names.of(row.values.get("unit"))

    def _deadline(self, row: Row) -> str:
        deadline = row.values.get("deadline")
        if row.values.get("overdue") and isinstance(deadline, str):
            days = stats.days_between(deadline, self._context.here().today())
            return _("逾{days}天").format(days=days)
        return day(deadline) or "—"


_OFFERED = frozenset({"unit", "person"})
"""Kinds that the form offers to choose from."""
_SHOWN = _OFFERED | {"problem", "closure", "measure"}


def _state_of(row: Row) -> str:
    return str(row.values.get("state") or ProblemState.CLUE.value)


def _state_colour(row: Row) -> QColor:
    return state_colour(_state_of(row))


def _late_colour(row: Row) -> QColor | None:
    return QColor(theme.tokens().late) if row.values.get("overdue") else None


def _number(row: Row) -> str:
    return number_of(row) or "—"
