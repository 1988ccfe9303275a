"""回炉补火通知: a team whose approval is below the line solicits opinions again."""

from services import derived
from services.core import Row
from services.documents.notice import Item, Notice, Part
from services.documents.orders import Order
from services.documents.sources import frame, number, records, text
from services.documents.wording import ordinal, wording
from services.workspace import Workspace

_STEPS = ("shortcomings", "causes", "measures")


def gather(workspace: Workspace, order: Order) -> Notice:
    """The last overall evaluation of the unit's team, if it is below the line, and its case."""
    say = wording("remedy")
    line = str(workspace.template.thresholds.approval_percent)
    last = _last(workspace, order)
    if last is None or not derived.approval(last.values, workspace.template)["needs_remedy"]:
        return Notice(frame(workspace, order), "remedy", values=(("line", line),))
    case = _case(workspace, order, last)
    items = tuple(
        Item(say(step, text=told) if told else say(f"todo_{step}"))
        for step in _STEPS
        for told in [text(case, step) if case else ""]
    )
    due = text(case, "deadline") if case else ""
    values = _values(workspace, last, line)
    return Notice(frame(workspace, order), "remedy", (Part(say("part"), items),), due, values)


def _last(workspace: Workspace, order: Order) -> Row | None:
    found = [
        row
        for row in records(workspace, "evaluation", order.unit)
        if row.values.get("subject") == "team"
        and row.values.get("item") == "overall"
        and order.period.holds(row.values.get("date"))
    ]
    return max(found, key=lambda row: (number(row, "round"), row.uid), default=None)


def _case(workspace: Workspace, order: Order, evaluation: Row) -> Row | None:
    found = [
        row
        for row in records(workspace, "remedy", order.unit)
        if row.values.get("evaluation") in (evaluation.uid, None)
    ]
    return max(found, key=lambda row: (text(row, "deadline"), row.uid), default=None)


def _values(workspace: Workspace, row: Row, line: str) -> tuple[tuple[str, str], ...]:
    grades = [title for _id, title in workspace.template.members("grades")][:2]
    approved = number(row, "good") + number(row, "fairly_good")
    n = number(row, "round")
    return (
        ("approved", str(approved)),
        ("approving", "”“".join(grades)),
        ("issued", str(number(row, "issued"))),
        ("line", line),
        ("returned", str(number(row, "returned"))),
        ("round", wording("gathering")("round", ordinal=ordinal(n)) if n else ""),
        ("share", str(derived.approval(row.values, workspace.template)["approval_percent"])),
        ("valid", str(number(row, "valid"))),
    )
