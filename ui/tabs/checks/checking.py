"""检查: the list of checks, and the campaign's form as a page of its own."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from models.kinds import Uid, Value
from services import directory, drafts, listing
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
from ui.tabs.checks.page import ORIGIN, CheckPage
from ui.together import Together, about


class ChecksPage(QWidget):
    """Checks of the chosen units; one opens as a page, Esc leads back."""

    surfaced = Signal()
    """Records of this page are to be seen."""
    turned = Signal(bool)
    """Whether a check is open now, rather than the list."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the tab for the open workspace."""
        super().__init__(parent)
        self._context = context
        self._names = Names(context, self)
        self._wanted = Filter()
        self.filters = FilterBar()
        self.rows = RowsView(
            self._columns(),
            KindSource(context, "check", self._names),
            empty_text=_("还没有检查这个单位"),
            empty_action=_("新检查 Ctrl+N"),
        )
        self.page = CheckPage(context, self._names)
        self.kept = KeptTexts(context, "check")
        self.kept.wanted.connect(self._put_back)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._list())
        self._stack.addWidget(self.page)
        remember("checks", self.rows, self.filters)
        self.rows.about = about(context, "check", "date")
        title = _("删除这些检查")
        self._together = Together(context, self.rows, "check", ("checkers", "place"), title)
        self._stack.currentChanged.connect(self._tell_turned)
        self.filters.changed.connect(self._narrow)
        self.rows.activated.connect(self._open)
        self.rows.empty_action_clicked.connect(self.new_record)
        self.page.left.connect(self._back)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self._take_units)

    def _columns(self) -> list[Column]:
        return [
            Column("date", _("日期"), 96, lambda row: day(row.values.get("date"))),
            Column("unit", _("单位"), 190, lambda row: self._names.of(row.values.get("unit"))),
            Column("form", _("表单"), 190, lambda row: self._word("forms", row, "form")),
            Column("result", _("判断"), 90, lambda row: self._word("check_result", row, "result"),
                   self._result_icon, _result_colour),
            Column("action", _("处理"), 90, lambda row: self._word("check_action", row, "action")),
            Column("checkers", _("检查人"), 0,
                   lambda row: self._names.all_of(row.values.get("checkers"))),
        ]  # fmt: skip

    def _list(self) -> QWidget:
        new = QPushButton(_("新检查"))
        new.setProperty("kind", "primary")
        new.setToolTip("Ctrl+N")
        new.clicked.connect(self.new_record)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.filters, 1)
        head.addWidget(self.rows.menu_button())
        head.addWidget(new)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(*theme.around(12, 4, 12, 12))
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.kept)
        layout.addLayout(head)
        layout.addWidget(self.rows, 1)
        return whole

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        if self._context.workspace is None:
            return
        workspace = self._context.here()
        for field, label, name in (
            ("form", _("表单"), "forms"),
            ("result", _("判断"), "check_result"),
            ("action", _("处理"), "check_action"),
        ):
            self.filters.set_choices(field, label, directory.choices(workspace, name))
        self.filters.set_dates("date", _("日期"), workspace.today())
        self.filters.set_flag("mine", _("我的"), "checkers", [workspace.actor])
        self.kept.reload()
        self._narrow(self._wanted)

    @Slot(int)
    def _tell_turned(self, place: int) -> None:
        self.turned.emit(place > 0)

    @Slot()
    def new_record(self) -> None:
        """Ask which form, and open an empty page of it."""
        forms = dict(self._context.here().template.members("forms"))
        if len(forms) == 1:
            self.begin(next(iter(forms)))
            return
        menu = QMenu(self)
        for number, (form, title) in enumerate(forms.items(), start=1):
            menu.addAction(f"&{number}  {title}").setData(form)
        # Enter takes the first one.
        menu.setActiveAction(menu.actions()[0])
        chosen = menu.exec(self.mapToGlobal(self.rect().center()))
        if chosen is not None:
            self.begin(str(chosen.data()))

    def begin(self, form: str, given: Mapping[str, Value] | None = None) -> None:
        """Open an empty page of a form, for the chosen unit and today; `given` goes before."""
        units = self._context.units
        preset: dict[str, Value] = {
            "form": form, "date": self._context.here().today().isoformat(),
            "checkers": [self._context.here().actor],
        }  # fmt: skip
        if len(units) == 1:
            preset["unit"] = next(iter(units))
        last = listing.page(self._context.here(), "check", Filter(), 0, 1).rows
        if last and self._context.here().actor in _listed(last[0].values.get("checkers")):
            # Who checked with me checks with me again; the place goes on in the same unit.
            preset["checkers"] = last[0].values["checkers"]
            if preset.get("unit") == last[0].values.get("unit"):
                preset["place"] = last[0].values.get("place")
        self.page.begin({**preset, **(given or {})})
        self._stack.setCurrentWidget(self.page)

    def known(self) -> dict[str, Value]:
        """What a clue noted now begins with: the check that is open."""
        return self.page.known() if self._stack.currentWidget() is self.page else {}

    def show_records(self, wanted: Filter) -> None:
        """Show the part of the list that a number somewhere else counts."""
        self.surfaced.emit()
        self._back()
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
        kept = self.kept.texts_of(row.uid)
        if kept and not self._context.here().store.readonly:
            self._put_back(row.uid, kept)
            return
        self.page.show_check(row.uid)
        self._stack.setCurrentWidget(self.page)

    @Slot(object, object)
    def _put_back(self, uid: Uid, texts: Mapping[str, str]) -> None:
        typed = dict(texts)
        if drafts.is_unborn(uid):
            preset, typed = self.kept.parted(texts)
            self.begin(str(preset.get("form") or ""), preset)
        else:
            self.page.show_check(uid)
            self._stack.setCurrentWidget(self.page)
        self.page.put_back(typed)

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
        if changes.kinds & {"check", "unit", "person"}:
            self.rows.reload()

    def _result_icon(self, row: Row) -> QPixmap:
        result = str(row.values.get("result") or "")
        if not result:
            return QPixmap()
        return state_pixmap(result, theme.px(14), self.devicePixelRatioF())

    def _word(self, name: str, row: Row, field: str) -> str:
        return word(self._context, name, row.values.get(field))


def _result_colour(row: Row) -> QColor | None:
    result = row.values.get("result")
    return state_colour(str(result)) if result else None


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []
