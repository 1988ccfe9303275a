"""材料审阅: units' papers, version by version: what each member says, and the verdict."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from services import records
from services.words import _
from ui.columns import dated, named, worded
from ui.context import Context
from ui.formside import Plan
from ui.listform import ListForm
from ui.naming import Names
from ui.parts.rows import Column


def _plan(context: Context) -> Plan:
    def columns(names: Names) -> list[Column]:
        return [
            Column("unit", _("单位"), 0, named(names, "unit")),
            Column("what", _("材料"), 120, worded(context, "review_what", "what")),
            Column("person", _("谁的"), 96, named(names, "person")),
            Column("version", _("版次"), 56, right=True),
            Column("verdict", _("结论"), 96, worded(context, "review_verdict", "verdict")),
            Column("deadline", _("限时"), 84, dated("deadline")),
        ]

    def said() -> Sequence[tuple[str, Sequence[str]]]:
        here = context.here()
        members = records.get(here, "group", here.group).values.get("members")
        uids = members if isinstance(members, list) else []
        return ((_("各人意见"), [f"comments.{uid}" for uid in uids]),) if uids else ()

    return Plan(
        "review",
        columns,
        ((_("材料"), ("unit", "what", "person", "version")),),
        _("还没有审阅材料。单位报来的每一版记一件，退回重写的再记一版"),
        _("+ 材料"),
        _("删除这件审阅"),
        (("what", _("材料"), "review_what"), ("verdict", _("结论"), "review_verdict")),
        date="deadline",
        fixed={"version": 1},
        then=said,
        last=((_("归纳和结论"), ("joint_opinion", "verdict", "deadline")),),
        files=_("扫描件和文本"),
    )


class ReviewsPage(ListForm):
    """The list, and beside it one paper with what is said of it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it for the open workspace."""
        super().__init__(context, _plan(context), parent)
        self.add_new_button()
