"""整改通知书: the unit's open problems, each with its date, and the five 明确."""

from services.documents.notice import Notice, Part, problem_item
from services.documents.orders import Order
from services.documents.sources import OPEN, frame, problems
from services.documents.wording import wording
from services.workspace import Workspace


def gather(workspace: Workspace, order: Order) -> Notice:
    """What the unit still has to put right."""
    items = tuple(problem_item(row) for row in problems(workspace, order, OPEN))
    due = max((item.due for item in items), default="")
    part = Part(wording("rectification")("part"), items)
    return Notice(frame(workspace, order), "rectification", (part,), due)
