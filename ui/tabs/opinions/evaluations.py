"""民主评议: tallies of each unit's team with the line, entered as sums or ballot by ballot."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from models.kinds import Uid
from services import words
from services.core import Row
from services.words import _
from ui import errors, theme
from ui.columns import dated, named, worded
from ui.context import Context
from ui.formside import Plan
from ui.listform import ListForm
from ui.naming import Names, candidates
from ui.parts.cards import label
from ui.parts.rows import Column
from ui.tabs.opinions.ballots import BallotsDialog
from ui.tabs.opinions.tally import TallyDialog

_COUNTS = ("issued", "returned", "valid", "good", "fairly_good", "average", "poor", "abstained")


def _plan(context: Context) -> Plan:
    def columns(names: Names) -> list[Column]:
        counts = [Column(n, words.field("evaluation", n), 52, right=True) for n in _COUNTS]
        return [
            Column("unit", _("单位"), 130, named(names, "unit")),
            Column("round", _("轮次"), 48),
            Column("date", _("日期"), 72, dated("date")),
            Column("item", _("评议内容"), 0, worded(context, "evaluation_items", "item")),
            Column("approval_percent", _("好+较好"), 82, _share, colour=_colour, right=True),
            *counts,
        ]

    return Plan(
        "evaluation",
        columns,
        (
            (_("评议"), ("unit", "round", "date", "subject", "item", "whom")),
            (_("计票"), (*_COUNTS, "blank", "none_written")),
        ),
        _("还没有计票。一次评议的各项一起填：按总数，或者逐票"),
        _("按总数"),
        _("删除这一项评议"),
        (("item", _("评议内容"), "evaluation_items"),),
        date="date",
        beside=False,
        fixed={"subject": "team", "round": 1},
    )


def _share(row: Row) -> str:
    share = row.values.get("approval_percent")
    below = " ▲" if row.values.get("needs_remedy") else ""
    return f"{share}{below}" if share else "—"


def _colour(row: Row) -> QColor | None:
    return QColor(theme.tokens().late) if row.values.get("needs_remedy") else None


class EvaluationsPage(ListForm):
    """The list of tallies; a new one is entered for all items of the ballot together."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it for the open workspace."""
        super().__init__(context, _plan(context), parent)
        self.add_button(_("逐票"), self.one_by_one)
        template = context.here().template
        line = template.thresholds.approval_percent
        told = _(
            "收回 ≤ 发出；有效 ≤ 收回；四档加弃权 = 有效。▲ 班子总体好和较好低于 {line}%，"
            "自动立一件回炉补火；恰为 {line}% 算过线。白卷、写“无”只数意见栏。"
        ).format(line=line)
        self.foot.addWidget(label(told, "hint", wrapped=True))

    def _unit(self) -> Uid | None:
        units = self._context.units
        row = self.rows.current()
        if len(units) == 1:
            return next(iter(units))
        found = row.values.get("unit") if row is not None else None
        return Uid(found) if isinstance(found, str) else None

    def _can_begin(self) -> bool:
        if candidates(self._context, ("unit",)):
            return True
        errors.tell(self, _("还没有单位。先在左边加一个单位，再记评议"))
        return False

    @Slot()
    def new_record(self) -> None:
        """Enter the sums of all items of one ballot."""
        if self._can_begin():
            self._ask(TallyDialog(self._context, self._unit(), self))

    def _ask(self, dialog: TallyDialog) -> None:
        dialog.exec()
        dialog.deleteLater()

    @Slot(object)
    def open_row(self, row: Row) -> None:
        """The sums of the whole ballot that the row belongs to."""
        unit, number = row.values.get("unit"), row.values.get("round")
        if row.values.get("subject") == "team":
            shown = number if isinstance(number, int) else 1
            self._ask(TallyDialog(self._context, Uid(str(unit)), self, shown))

    @Slot()
    def one_by_one(self) -> None:
        """Count ballots one by one; the sums are then shown to be stored."""
        if not self._can_begin():
            return
        dialog = BallotsDialog(self._context, self)
        accepted = dialog.exec() == BallotsDialog.DialogCode.Accepted
        dialog.deleteLater()
        if accepted:
            sums = TallyDialog(self._context, self._unit(), self)
            sums.put(dialog.count.tallies())
            self._ask(sums)
