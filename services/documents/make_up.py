"""补课通知: study that was done for show, and training that was missed."""

from services.documents.notice import Item, Notice, Part
from services.documents.orders import Order
from services.documents.sources import frame, number, people, records, text
from services.documents.wording import chinese_date, ordinal, wording
from services.workspace import Workspace


def gather(workspace: Workspace, order: Order) -> Notice:
    """Checks that led to 补课, and persons still absent from a round."""
    say = wording("make_up")
    parts = (
        Part(say("studies"), _studies(workspace, order)),
        Part(say("trainings"), absent(workspace, order)),
    )
    return Notice(frame(workspace, order), "make_up", parts)


def _studies(workspace: Workspace, order: Order) -> tuple[Item, ...]:
    forms = dict(workspace.template.members("forms"))
    shared = wording("notice")
    found = sorted(
        (text(row, "date"), text(row, "form"), text(row, "note"))
        for row in records(workspace, "check", order.unit)
        if row.values.get("action") == "make_up" and order.period.holds(row.values.get("date"))
    )
    return tuple(
        Item(shared("made_of", form=forms.get(form, form), date=chinese_date(day)), note)
        for day, form, note in found
    )


def absent(workspace: Workspace, order: Order) -> tuple[Item, ...]:
    """Who of the unit has missed a round and not made it up, by round and name."""
    names, shared = people(workspace), wording("notice")
    found = sorted(
        (number(row, "round"), names.get(text(row, "person"), ""), text(row, "reason"))
        for row in records(workspace, "training", order.unit)
        if row.values.get("status") == "absent" and not row.values.get("made_up_on")
    )
    return tuple(
        Item(name, reason, note=shared("absent", round=ordinal(n)) if n else "")
        for n, name, reason in found
    )
