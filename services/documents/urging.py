"""督办, 提醒, 告诫 and 责任追究建议: four degrees of the same insistence."""

from collections import Counter
from datetime import date

from services.core import Row
from services.documents.make_up import absent
from services.documents.notice import Item, Notice, Part, problem_item
from services.documents.orders import Order
from services.documents.sources import (
    OPEN,
    Addressing,
    frame,
    measures,
    members,
    number,
    problems,
    records,
    text,
)
from services.documents.wording import chinese_date, ordinal, wording
from services.workspace import Workspace

NEAR_DAYS = 10
"""A problem due within so many days is reminded of."""
_UPWARDS = Addressing("office")


def urge(workspace: Workspace, order: Order) -> Notice:
    """督办通知: whatever is overdue: problems, training, tasks."""
    say, shared = wording("urge"), wording("notice")
    late = [row for row in problems(workspace, order, OPEN) if _late(row, order.day)]
    tasks = sorted(
        (text(row, "due"), text(row, "what"))
        for row in records(workspace, "task", order.unit)
        if not row.values.get("done_on") and "" < text(row, "due") < order.day
    )
    parts = (
        Part(say("problems"), tuple(_overdue(row, order.day) for row in late)),
        Part(say("trainings"), absent(workspace, order)),
        Part(
            say("tasks"),
            tuple(
                Item(what, due=due, note=shared("overdue", days=_days(due, order.day)))
                for due, what in tasks
            ),
        ),
    )
    return Notice(frame(workspace, order), "urge", parts, values=_today(order))


def remind(workspace: Workspace, order: Order) -> Notice:
    """提醒书: problems due soon, and those without measures."""
    say, shared = wording("remind"), wording("notice")
    found = problems(workspace, order, OPEN)
    planned = measures(workspace, found)
    near = [row for row in found if 0 <= _left(row, order.day) <= NEAR_DAYS]
    bare = [row for row in found if row.uid not in planned and row not in near]
    parts = (
        Part(
            say("near"),
            tuple(
                problem_item(row, shared("near", days=_left(row, order.day)), facts=False)
                for row in near
            ),
        ),
        Part(say("no_measures"), tuple(problem_item(row, facts=False) for row in bare)),
    )
    return Notice(frame(workspace, order), "remind", parts, values=_today(order))


def admonish(workspace: Workspace, order: Order) -> Notice:
    """告诫书: problems that were urged or sent back before and still stand."""
    part = Part(wording("admonish")("problems"), _stubborn(workspace, order))
    return Notice(frame(workspace, order), "admonish", (part,), values=_today(order))


def accountability(workspace: Workspace, order: Order) -> Notice:
    """责任追究建议, to the office: the same problems, and how often the unit was pressed."""
    sent = Counter(
        text(row, "kind")
        for row in records(workspace, "notice", order.unit)
        if row.values.get("kind") in ("urge", "admonish")
    )
    values = (
        ("admonished", str(sent["admonish"])),
        ("urged", str(sent["urge"])),
        *_today(order),
    )
    part = Part(wording("accountability")("problems"), _stubborn(workspace, order))
    head = frame(workspace, order, _UPWARDS)
    return Notice(head, "accountability", (part,), values=values, delivered=False)


def _stubborn(workspace: Workspace, order: Order) -> tuple[Item, ...]:
    """Overdue problems of an urging notice, and those in their second round or later."""
    urged = {
        uid
        for row in records(workspace, "notice", order.unit)
        if row.values.get("kind") in ("urge", "admonish")
        for uid in members(row, "items")
    }
    return tuple(
        _overdue(row, order.day)
        for row in problems(workspace, order, OPEN)
        if number(row, "round") > 1 or (_late(row, order.day) and row.uid in urged)
    )


def _today(order: Order) -> tuple[tuple[str, str], ...]:
    return (("today", chinese_date(order.day)),)


def _overdue(row: Row, day: str) -> Item:
    shared = wording("notice")
    notes = []
    if _late(row, day):
        notes.append(shared("overdue", days=_days(text(row, "deadline"), day)))
    if number(row, "round") > 1:
        notes.append(shared("again", round=ordinal(min(number(row, "round"), 99))))
    return problem_item(row, "，".join(notes), facts=False)


def _late(row: Row, day: str) -> bool:
    return "" < text(row, "deadline") < day


def _left(row: Row, day: str) -> int:
    """Days until the deadline; negative when it has passed or there is none."""
    due = text(row, "deadline")
    return _days(day, due) if due else -1


def _days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days
