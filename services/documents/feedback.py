"""督导意见反馈书: what was found at a unit, by the taxonomy's groups, and what is asked of it."""

from services.core import Row
from services.documents.notice import Item, Notice, Part, problem_item
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, problems, text
from services.workspace import Workspace

_SIGNED = Addressing("unit", ("leader", "member"))


def gather(workspace: Workspace, order: Order) -> Notice:
    """The unit's established problems of the period."""
    found = problems(workspace, order)
    template = workspace.template
    parts = [
        Part(group.title, _items(found, {sub_kind.id for sub_kind in group.sub_kinds}))
        for group in template.groups
    ]
    parts += [Part(other.title, _items(found, {other.id})) for other in template.other]
    dues = [text(row, "deadline") for row in found]
    return Notice(frame(workspace, order, _SIGNED), "feedback", tuple(parts), max(dues, default=""))


def _items(found: list[Row], sub_kinds: set[str]) -> tuple[Item, ...]:
    return tuple(problem_item(row) for row in found if text(row, "sub_kind") in sub_kinds)
