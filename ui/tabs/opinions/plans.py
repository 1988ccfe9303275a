"""Which columns, fields and filters the shorter lists of 意见评议 have."""

from services.core import Row
from services.words import _
from ui.columns import dated, named, worded
from ui.context import Context
from ui.formside import Plan
from ui.naming import Names
from ui.parts.rows import Column


def of_people(row: Row) -> str:
    """How many came, and how many of them were of the public; empty where nobody counted."""
    people, public = row.values.get("people"), row.values.get("public_people")
    if people is None:
        return ""
    warned = " ▲" if people and not public else ""
    return _("{people} 人，群众 {public}").format(people=people, public=public or 0) + warned


def rounds(context: Context) -> Plan:
    """征求轮次: forms sent out and back, the vote on the summary, the verdict."""

    def columns(names: Names) -> list[Column]:
        return [
            Column("unit", _("单位"), 0, named(names, "unit")),
            Column("n", _("轮次"), 64, right=True),
            Column("issued", _("发出"), 64, right=True),
            Column("returned", _("收回"), 64, right=True),
            Column("verdict", _("结论"), 190, worded(context, "solicitation_verdict", "verdict")),
        ]

    return Plan(
        "solicitation",
        columns,
        (
            (_("这一轮"), ("unit", "n", "ways")),
            (_("征求意见表"), ("issued", "returned", "blank", "none_written")),
            (
                _("群众评议"),
                ("votes_cast", "votes_enough", "votes_accurate", "votes_focused",
                 "votes_satisfied"),
            ),
            (_("结论"), ("verdict", "reason")),
        ),
        _("没有意见也是情况：发了几张表、开了几次座谈，记在这里"),
        _("+ 轮次"),
        _("删除这一轮"),
        (("verdict", _("结论"), "solicitation_verdict"),),
    )  # fmt: skip


def outreach(context: Context) -> Plan:
    """听取意见活动: forums, opened boxes, walks; none heard counts too."""

    def columns(names: Names) -> list[Column]:
        return [
            Column("date", _("日期"), 90, dated("date")),
            Column("unit", _("单位"), 0, named(names, "unit")),
            Column("way", _("方式"), 120, worded(context, "outreach_way", "way")),
            Column("people", _("人数"), 130, of_people),
            Column("opinions", _("意见"), 64, right=True),
        ]

    return Plan(
        "outreach",
        columns,
        (("", ("unit", "way", "date", "round", "people", "public_people", "opinions",
               "opened_by")),),
        _("还没有听取意见活动。座谈、开箱、走访都记，一条没听到也记"),
        _("+ 活动"),
        _("删除这次活动"),
        (("way", _("方式"), "outreach_way"),),
        date="date",
        together=("round",),
    )  # fmt: skip


def remedies(context: Context) -> Plan:
    """回炉补火: what a result below the line opens."""

    def columns(names: Names) -> list[Column]:
        return [
            Column("unit", _("单位"), 170, named(names, "unit")),
            Column("cause", _("起因"), 0),
            Column("deadline", _("时限"), 90, dated("deadline")),
            Column("actions", _("做法"), 150, worded(context, "remedy_action", "actions")),
        ]

    return Plan(
        "remedy",
        columns,
        (
            (_("起因"), ("unit", "cause", "deadline")),
            (_("单位要写的三样"), ("shortcomings", "causes", "measures")),
            (_("做法和结果"), ("actions", "outcome")),
        ),
        _("没有回炉补火。评议低于线时自动立一件"),
        _("+ 回炉补火"),
        _("删除这件回炉补火"),
        date="deadline",
    )
