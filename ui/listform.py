"""A list of one kind and the form of the record that is chosen, beside each other."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services import directory, drafts, textual
from services.core import Changes, Filter, Row
from services.words import _
from ui import theme
from ui.context import Context
from ui.formside import FormSide, Plan
from ui.kept import KeptTexts
from ui.naming import KindSource, Names
from ui.parts.filters import FilterBar
from ui.parts.rows import RowsView
from ui.remembering import remember
from ui.together import Together, about

_LIST_WIDTH, _FORM_WIDTH = 700, 440
_NARROW = 1040
"""Below this many logical pixels only one of list and form is shown."""


class ListForm(QWidget):
    """List at the left, form at the right; where it is narrow, one of them."""

    surfaced = Signal()
    """Records of this page are to be seen: whoever holds several pages shows this one."""

    def __init__(self, context: Context, plan: Plan, parent: QWidget | None = None) -> None:
        """Build it for the open workspace; it lists nothing until `reload`."""
        super().__init__(parent)
        self._context = context
        self._plan = plan
        self._names = Names(context, self)
        self._wanted = Filter()
        self._listed: Uid | None = None
        self._inside = False
        self.filters = FilterBar(searches=textual.has_text(plan.kind))
        source = KindSource(context, plan.kind, self._names)
        self.rows = RowsView(
            plan.columns(self._names),
            source,
            empty_text=plan.empty_text,
            empty_action=plan.add_text,
        )
        self.kept = KeptTexts(context, plan.kind)
        self.side = FormSide(context, plan, self._names)
        self.head = QHBoxLayout()
        """Buttons at the right of the filters."""
        self.foot = QVBoxLayout()
        """Below the list."""
        self._back = QPushButton(_("‹ 清单 Esc"))
        self.rows.always = plan.always
        self.rows.about = about(context, plan.kind, plan.date)
        self._together = Together(context, self.rows, plan.kind, plan.together, plan.delete_title)
        self._build()
        remember(f"page-{plan.kind}", self.rows, self.filters)
        self.filters.changed.connect(self._narrow)
        self.rows.current_changed.connect(self._show)
        self.rows.activated.connect(self.open_row)
        self.rows.empty_action_clicked.connect(self.new_record)
        self.kept.wanted.connect(self._put_back)
        self.side.stored.connect(self._follow)
        self.side.left.connect(self.show_list)
        self.side.gone.connect(self._forget)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self._take_units)

    def _build(self) -> None:
        self._back.setProperty("kind", "link")
        self._back.clicked.connect(self.show_list)
        self.head.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), 0)
        self.head.setSpacing(theme.px(8))
        self.head.addWidget(self._back)
        self.head.addWidget(self.filters, 1)
        self.head.addWidget(self.rows.menu_button())
        left = QWidget()
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.foot.setSpacing(theme.px(8))
        self.foot.addWidget(self.rows, 1)
        left.setLayout(self.foot)
        self._left = left
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.side)
        split.setChildrenCollapsible(False)
        split.setSizes([theme.px(_LIST_WIDTH), theme.px(_FORM_WIDTH)])
        split.setStretchFactor(0, 1)
        split.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(12))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        self.kept.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        layout.addWidget(self.kept)
        layout.addLayout(self.head)
        layout.addWidget(split, 1)

    def add_button(self, text: str, slot: Callable[[], None], key: str = "") -> QPushButton:
        """Put an act at the right of the filters; its key works on the whole page."""
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        if key:
            QShortcut(QKeySequence(key), self, slot)
            button.setToolTip(key)
        self.head.addWidget(button)
        return button

    def add_new_button(self) -> None:
        """Put the button that begins a record at the end."""
        button = self.add_button(self._plan.add_text, self.new_record)
        button.setProperty("kind", "primary")
        button.setToolTip("Ctrl+N")

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        if self._context.workspace is None:
            return
        workspace = self._context.here()
        for name, label, listed in self._plan.choices:
            self.filters.set_choices(name, label, directory.choices(workspace, listed))
        if self._plan.date:
            self.filters.set_dates(self._plan.date, _("日期"), workspace.today())
        for name, label, field, value in self._plan.flags:
            self.filters.set_flag(name, label, field, value)
        if self._plan.mine:
            self.filters.set_flag("mine", _("我的"), self._plan.mine, [workspace.actor])
        self.kept.reload()
        self._narrow(self._wanted)

    @Slot()
    def new_record(self) -> None:
        """Begin a record of the chosen unit."""
        units = self._context.units
        preset = dict(self._plan.fixed)
        if len(units) == 1:
            preset["unit"] = next(iter(units))
        self.begin(preset)

    def begin(self, preset: Mapping[str, Value]) -> None:
        """Begin a record that holds this."""
        self._listed = None
        self.rows.table.setCurrentIndex(QModelIndex())
        self._enter(inside=True)
        self.side.begin(preset)

    def show_records(self, wanted: Filter) -> None:
        """Show the part of the list that a number somewhere else counts."""
        self.surfaced.emit()
        self.show_list()
        self.filters.show_filter(wanted)
        rest = {n: v for n, v in wanted.where.items() if n not in self.filters.wanted().where}
        if rest or wanted.sort:
            self._narrow(Filter(wanted.where, frozenset(), wanted.text, wanted.sort))

    def focus_search(self) -> None:
        """To the list's search line."""
        self._enter(inside=False)
        self.filters.focus_search()

    @Slot()
    def show_list(self) -> None:
        """Back to the list."""
        self._enter(inside=False)
        self.rows.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """List and form beside each other, or one of them where the screen is narrow."""
        super().resizeEvent(event)
        self._enter(inside=self._inside)

    def _enter(self, *, inside: bool) -> None:
        self._inside = inside
        narrow = self.width() < theme.px(_NARROW)
        inside = inside and self._plan.beside
        self._left.setVisible(not (narrow and inside))
        self.filters.setVisible(not (narrow and inside))
        self.side.setVisible(self._plan.beside and (inside or not narrow))
        self._back.setVisible(narrow and inside)

    @Slot(object)
    def _narrow(self, wanted: Filter) -> None:
        self._wanted = wanted
        where = {**self._plan.always, **wanted.where}
        self.rows.set_filter(Filter(where, self._context.units, wanted.text, wanted.sort))
        if self.rows.current() is None and self.side.editor.row is not None:
            self._listed = None
            self.side.clear()

    @Slot(object)
    def _take_units(self, _units: frozenset[Uid]) -> None:
        self._narrow(self._wanted)

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if self._context.workspace is None or changes.origin == self.side.origin:
            return
        if changes.kinds & {self._plan.kind, "unit", "person"}:
            self.rows.reload()
            self.side.refresh()

    @Slot(object)
    def _show(self, row: Row | None) -> None:
        if row is None or row.uid == self._listed:
            return
        self._listed = row.uid
        self.side.show_record(row.uid)

    @Slot(object)
    def open_row(self, row: Row) -> None:
        """Let the row be worked on: the keyboard goes into its form."""
        self._show(row)
        self._enter(inside=True)
        self.side.form.focus_first()

    @Slot(str)
    def _follow(self, uid: str) -> None:
        self._listed = Uid(uid)
        self.rows.reload()
        self.rows.select(self._listed)

    @Slot()
    def _forget(self) -> None:
        self._listed = None

    @Slot(object, object)
    def _put_back(self, uid: Uid, texts: Mapping[str, str]) -> None:
        typed = dict(texts)
        if drafts.is_unborn(uid):
            preset, typed = self.kept.parted(texts)
            self.begin(preset)
        else:
            self._listed = uid
            self.rows.select(uid)
            self._enter(inside=True)
            self.side.show_record(uid)
        self.side.editor.put_back(typed)
