"""谈话记录: the list of talks, and the page on which one is written."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from models.kinds import Uid, Value
from services import directory
from services.core import Changes, Filter, Row
from services.words import _
from ui import theme
from ui.context import Context
from ui.kept import KeptTexts
from ui.naming import KindSource, Names, day, word
from ui.parts.filters import FilterBar
from ui.parts.icons import state_colour, state_pixmap
from ui.parts.rows import Column, RowsView
from ui.remembering import remember
from ui.tabs.interviews.page import ORIGIN, TalkPage
from ui.together import Together, about

__all__ = ["InterviewsTab"]


class InterviewsTab(QWidget):
    """Talks of the chosen units; one opens as a page, Esc leads back."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the tab for the open workspace."""
        super().__init__(parent)
        self._context = context
        self._names = Names(context, self)
        self._wanted = Filter()
        self.filters = FilterBar()
        self.rows = RowsView(
            self._columns(),
            KindSource(context, "interview", self._names),
            empty_text=_("还没有谈话。按 F2 就能开始写，其他以后再填"),
            empty_action=_("新谈话 F2"),
        )
        self.page = TalkPage(context, self._names)
        self.kept = KeptTexts(context, "interview")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._list())
        remember("interviews", self.rows, self.filters)
        self.rows.about = about(context, "interview", "date")
        fields = ("category", "round", "talkers")
        self._together = Together(context, self.rows, "interview", fields, _("删除这些谈话"))
        self._stack.addWidget(self.page)
        self.filters.changed.connect(self._narrow)
        self.rows.activated.connect(self._open)
        self.rows.empty_action_clicked.connect(self.new_record)
        self.page.left.connect(self._back)
        self.kept.wanted.connect(self._put_back)
        QShortcut(QKeySequence("F2"), self, self.new_record)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self._take_units)

    def _columns(self) -> list[Column]:
        return [
            Column("state", _("状态"), 96, self._state, self._icon, _colour),
            Column("code_name", _("代号"), 72),
            Column("unit", _("单位"), 190, lambda row: self._names.of(row.values.get("unit"))),
            Column("category", _("类别"), 96,
                   lambda row: self._word("categories", row, "category")),
            Column("date", _("日期"), 80, lambda row: day(row.values.get("date"))),
            Column("outcome", _("谈话结果"), 130,
                   lambda row: self._word("interview_outcome", row, "outcome")),
            Column("talkers", _("谈话人"), 0,
                   lambda row: self._names.all_of(row.values.get("talkers"))),
        ]  # fmt: skip

    def _list(self) -> QWidget:
        new = QPushButton(_("新谈话"))
        new.setProperty("kind", "primary")
        new.setToolTip("F2")
        new.clicked.connect(self.new_record)
        head = QHBoxLayout()
        later = QPushButton(_("补录"))
        later.setToolTip(_("手写的谈话记录：日期、时间自己填，原件可以拖进来"))
        later.clicked.connect(self.record_later)
        head.setSpacing(theme.px(8))
        head.addWidget(self.filters, 1)
        head.addWidget(self.rows.menu_button())
        head.addWidget(later)
        head.addWidget(new)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(*theme.around(12, 4, 12, 12))
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.kept)
        layout.addLayout(head)
        layout.addWidget(self.rows, 1)
        return page

    @Slot()
    def reload(self) -> None:
        """Show what is stored now, and what was typed and never stored."""
        if self._context.workspace is None:
            return
        workspace = self._context.here()
        for field, label, name in (
            ("state", _("整理"), "interview_state"),
            ("outcome", _("结果"), "interview_outcome"),
            ("category", _("类别"), "categories"),
        ):
            self.filters.set_choices(field, label, directory.choices(workspace, name))
        self.filters.set_dates("date", _("日期"), workspace.today())
        self.filters.set_flag("mine", _("我的"), "talkers", [workspace.actor])
        self.kept.reload()
        self._narrow(self._wanted)

    def help_page(self) -> str:
        """The help for what is shown: the list, a talk that runs, or one that is put in order."""
        if not self.page.isVisible():
            return "interviews"
        return "talk" if self.page.is_running else "tidy"

    @Slot()
    def new_record(self) -> None:
        """Begin a talk: the cursor stands in the text, everything else can wait."""
        if self.page.begin():
            self._stack.setCurrentWidget(self.page)
            self.page.focus_text()

    @Slot()
    def record_later(self) -> None:
        """Take over a talk that was written by hand: what belongs to it is typed first."""
        if self.page.begin(later=True):
            self._stack.setCurrentWidget(self.page)
            self.page.frame.show_elements()

    def known(self) -> dict[str, Value]:
        """What a clue noted now begins with: the talk that is open, as it stands stored now."""
        if self._stack.currentWidget() is not self.page or not self.page.store_text():
            return {}
        row = self.page.row()
        if row is None:
            return {}
        begun: dict[str, Value] = {
            "unit": row.values.get("unit"), "handlers": row.values.get("talkers"),
            "evidence": [row.uid],
        }  # fmt: skip
        return {name: value for name, value in begun.items() if value}

    def show_source(self, uid: Uid) -> None:
        """In the talk that is open, lead to the sentence of which a record was made."""
        self.page.marking.show_source(uid)

    def show_records(self, wanted: Filter) -> None:
        """Show the part of the list that a number somewhere else counts."""
        self.page.leave()
        self.filters.show_filter(wanted)
        if wanted.sort:
            self.rows.set_filter(Filter(wanted.where, self._context.units, "", wanted.sort))

    def focus_search(self) -> None:
        """To the list's search line."""
        if self._stack.currentWidget() is self.page:
            self.page.leave()
        if self._stack.currentWidget() is self.page:
            return
        self.filters.focus_search()

    @Slot(object)
    def _open(self, row: Row) -> None:
        workspace = self._context.here()
        kept = {} if workspace.store.readonly else self.kept.texts_of(row.uid)
        if kept:
            # Writing on would replace what was kept: it is put back first.
            self._put_back(row.uid, kept)
            self.page.focus_text()
        elif self.page.show_talk(row.uid):
            self._stack.setCurrentWidget(self.page)
            self.page.focus_text()

    @Slot(object, object)
    def _put_back(self, uid: Uid, texts: Mapping[str, str]) -> None:
        if self.page.show_talk(uid):
            self._stack.setCurrentWidget(self.page)
            self.page.put_back(texts)

    @Slot()
    def _back(self) -> None:
        self._stack.setCurrentIndex(0)
        if self._context.workspace is not None:
            self.kept.reload()
        self.rows.reload()
        self.rows.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _narrow(self, wanted: Filter) -> None:
        self._wanted = wanted
        self.rows.set_filter(Filter(wanted.where, self._context.units, wanted.text, wanted.sort))

    @Slot(object)
    def _take_units(self, _units: frozenset[Uid]) -> None:
        self._narrow(self._wanted)

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if self._context.workspace is None or changes.origin == ORIGIN:
            return
        if changes.kinds & {"interview", "unit", "person"}:
            self.rows.reload()

    def _word(self, name: str, row: Row, field: str) -> str:
        return word(self._context, name, row.values.get(field))

    def _state(self, row: Row) -> str:
        if row.values.get("outcome") == "not_held":
            return self._word("interview_outcome", row, "outcome")
        return self._word("interview_state", row, "state")

    def _icon(self, row: Row) -> QPixmap:
        return state_pixmap(_mark(row), theme.px(14), self.devicePixelRatioF())


def _mark(row: Row) -> str:
    values = row.values
    return "not_held" if values.get("outcome") == "not_held" else str(values.get("state") or "")


def _colour(row: Row) -> QColor:
    return state_colour(_mark(row))
