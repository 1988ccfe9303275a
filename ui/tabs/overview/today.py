"""今日: what waits, what is planned, how each unit stands; each line leads to its records."""

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.kinds import Role, Value
from services import agenda, directory, records, words
from services.agenda import Due, Matter, Planned, Standing
from services.core import Filter
from services.errors import AppError
from services.stats import Behind
from services.words import _
from ui import theme
from ui.asking import Asking
from ui.context import Context
from ui.naming import Names, candidates, day
from ui.parts.cards import Card, label, scrolled
from ui.parts.dialogs import Dialog, Entry, ValuesDialog
from ui.parts.grid import Cell, Grid, Head

_TONES = {
    Matter.OVERDUE: ("!", "late"),
    Matter.SUBMITTED: ("◷", "wait"),
    Matter.VERIFYING: ("◷", "wait"),
    Matter.UNRECEIPTED: ("◷", "wait"),
    Matter.UNTIDIED: ("✎", "wait"),
    Matter.CONFLICTS: ("⇄", "wait"),
    Matter.UNSENT: ("⇪", "idle"),
    Matter.REMEDIES: ("▲", "late"),
    Matter.TASKS: ("!", "wait"),
}
_KIND_OF_COLUMN = {1: "check", 2: "interview", 3: "evaluation", 4: "problem", 5: "problem"}
_OVERDUE_COLUMN = 5
_SIDE_PX = 400


class TodayPage(QWidget):
    """Left: 要办的事 and 日程. Right: 单位情况."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Empty until `reload`."""
        super().__init__(parent)
        self._context = context
        self._names = Names(context, self)
        self._due: tuple[Due, ...] = ()
        self._standings: tuple[Standing, ...] = ()
        self._planned: tuple[Planned, ...] = ()
        self._unveiled = False
        heads = (Head("", 28), Head(_("要办的事")), Head("", 80, "right"), Head("", 90))
        self.due = Grid(_("要办的事"), heads, framed=False)
        self.due.horizontalHeader().hide()
        heads = (Head("", 62), Head("", 60), Head(""), Head("", 104))
        self.days = Grid(_("日程"), heads, framed=False)
        self.days.horizontalHeader().hide()
        self.units = Grid(
            _("单位情况"),
            (
                *(Head(_("单位")), Head(_("检查"), 52, "right"), Head(_("谈话"), 52, "right")),
                *(Head(_("评议"), 92, "right"), Head(_("未销"), 52, "right")),
                *(Head(_("逾期"), 52, "right"), Head(_("上次"), 84, "right")),
            ),
            framed=False,
        )
        self.units.setSelectionBehavior(Grid.SelectionBehavior.SelectItems)
        self._build()
        self.due.opened.connect(self._open_due)
        self.units.cellActivated.connect(self._open_unit)
        self.units.cellDoubleClicked.connect(self._open_unit)
        self.days.installEventFilter(self)

    def _build(self) -> None:
        waiting, ahead, stand = Card(_("要办的事")), Card(_("日程")), Card(_("单位情况"))
        self._nothing = label(_("今天没有要办的事"), "hint")
        waiting.body.addWidget(self._nothing)
        waiting.body.addWidget(self.due)
        plan = QPushButton(_("+ 日程"))
        plan.setProperty("kind", "link")
        plan.clicked.connect(self.plan)
        ahead.corner.addWidget(plan)
        self._covert = label(_("按住空格显示暗访的单位"), "hint")
        self._free = label(_("今后七天没有日程"), "hint")
        ahead.body.addWidget(self._free, 0, Qt.AlignmentFlag.AlignTop)
        ahead.body.addWidget(self.days, 1)
        ahead.body.addWidget(self._covert)
        stand.body.addWidget(self.units, 1)
        self._line = label("", "hint", wrapped=True)
        stand.body.addWidget(self._line)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(waiting)
        column.addWidget(ahead, 1)
        left.setFixedWidth(theme.px(_SIDE_PX))
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(*theme.around(12, 4, 12, 12))
        row.setSpacing(theme.px(8))
        row.addWidget(left)
        row.addWidget(stand, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inside))

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        workspace = self._context.here()
        self._due = agenda.due(workspace)
        self.due.fill([self._due_cells(one) for one in self._due])
        self.due.setFixedHeight(self.due.whole_height() - theme.px(34))
        self.due.setVisible(bool(self._due))
        self._nothing.setVisible(not self._due)
        self._planned = agenda.schedule(workspace)
        self._show_days()
        self._standings = agenda.standings(workspace)
        self.units.fill([_standing_cells(one) for one in self._standings])
        line = workspace.template.thresholds.approval_percent
        self._line.setText(
            _("▲ 好和较好低于 {line}%。按单位名称排列，不排名次；点任一数字看背后的记录。").format(
                line=line
            )
        )

    def _due_cells(self, one: Due) -> list[Cell]:
        mark, tone = _TONES[one.matter]
        count = _("{count} 天") if one.matter is Matter.UNSENT else _("{count} 件")
        whose = _("我的") if one.matter is Matter.UNTIDIED else _role(one.role)
        quiet = "" if one.mine else "text2"
        return [
            Cell(mark, tone),
            Cell(_matter(one.matter), quiet),
            Cell(count.format(count=one.count), quiet),
            Cell(whose, "text2"),
        ]

    def _show_days(self) -> None:
        today = self._context.here().today()
        rows, last = [], ""
        for one in self._planned:
            said = "" if one.date == last else _day(one.date, today)
            last = one.date
            hidden = one.covert and not self._unveiled
            way = words.choice("visit_way", one.way, self._context.here().template)
            what = _("暗访（已遮住）") if hidden else f"{one.unit_name}　{way}"
            who = "、".join(self._names.of(uid) for uid in one.participants)
            rows.append([Cell(said), Cell(one.start_at or ""), Cell(what), Cell(who, "text2")])
        self.days.fill(rows)
        self.days.setVisible(bool(rows))
        self._free.setVisible(not rows)
        self._covert.setVisible(any(one.covert for one in self._planned))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While Space is held, covert visits show their unit; nobody passing by sees it else."""
        kinds = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.FocusOut)
        if watched is self.days and event.type() in kinds:
            space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
            repeated = isinstance(event, QKeyEvent) and event.isAutoRepeat()
            if (space or event.type() is QEvent.Type.FocusOut) and not repeated:
                self._unveiled = space and event.type() is QEvent.Type.KeyPress
                self._show_days()
                return space
        return False

    @Slot(int)
    def _open_due(self, row: int) -> None:
        one = self._due[row]
        if one.matter is Matter.CONFLICTS:
            self._context.conflicts_wanted.emit()
        elif one.behind is not None:
            self._context.records_wanted.emit(one.behind)

    @Slot(int, int)
    def _open_unit(self, row: int, column: int) -> None:
        unit = frozenset({self._standings[row].unit})
        kind = _KIND_OF_COLUMN.get(column, "problem")
        late: dict[str, Value] = {"overdue": True} if column == _OVERDUE_COLUMN else {}
        self._context.records_wanted.emit(Behind(kind, Filter(late, unit)))

    @Slot()
    def plan(self) -> None:
        """Plan a visit: where, when, how, who."""
        workspace = self._context.here()
        units = candidates(self._context, ("unit",))
        chosen = next(iter(self._context.units), "")
        ways = directory.choices(workspace, "visit_way")
        entries = [
            Entry("unit", words.field("visit", "unit"), units, text=str(chosen)),
            Entry("date", words.field("visit", "date"), text=workspace.today().isoformat()),
            Entry("start_at", words.field("visit", "start_at"), required=False),
            Entry("way", words.field("visit", "way"), ways, text="open"),
        ]
        dialog = PlanDialog(self, entries, self._context)
        dialog.exec()
        dialog.deleteLater()


class PlanDialog(ValuesDialog):
    """Stores a planned visit; what is refused is told here."""

    def __init__(self, parent: QWidget, entries: list[Entry], context: Context) -> None:
        """Ask what a visit needs."""
        super().__init__(parent, _("+ 日程"), _("记下"), entries)
        self._context = context
        Asking(context, "plan", self, self.inputs())

    @Slot()
    def attempt(self) -> None:
        """Store it."""
        sentence = self.problem()
        self.tell(sentence)
        if sentence:
            return
        workspace = self._context.here()
        visit = {name: value for name, value in self.values().items() if value}
        record: dict[str, Value] = {**visit, "state": "planned"}
        record["participants"] = [workspace.actor]
        try:
            added = records.add(workspace, "visit", [record], draft=True)
        except AppError as failure:
            self.tell(words.error(failure))
            return
        self.done(Dialog.DialogCode.Accepted)
        self._context.announce(added.changes)


def _standing_cells(one: Standing) -> list[Cell]:
    approval = "—" if one.approval is None else one.approval + (" ▲" if one.below else "")
    return [
        Cell(one.name),
        Cell(str(one.checks)),
        Cell(str(one.talks)),
        Cell(approval, "late" if one.below else ""),
        Cell(str(one.open)),
        Cell(str(one.overdue), "late" if one.overdue else ""),
        Cell(day(one.last) or _("未到"), "" if one.last else "text2"),
    ]


def _matter(matter: Matter) -> str:
    return {
        Matter.OVERDUE: _("逾期未销号"),
        Matter.SUBMITTED: _("待审核"),
        Matter.VERIFYING: _("待验收"),
        Matter.UNRECEIPTED: _("送达未签收"),
        Matter.UNTIDIED: _("待整理谈话"),
        Matter.CONFLICTS: _("待裁定"),
        Matter.UNSENT: _("距上次报送"),
        Matter.REMEDIES: _("回炉补火"),
        Matter.TASKS: _("到期的任务"),
    }[matter]


def _role(role: Role | None) -> str:
    return "" if role is None else words.choice("role", role.value)


def _day(iso: str, today: date) -> str:
    when = date.fromisoformat(iso)
    if when == today:
        return _("今天")
    return _("明天") if when == today + timedelta(days=1) else day(iso)
