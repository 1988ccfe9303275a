"""Democratic evaluation (民主评议): a result below the line opens a remedy case by itself."""

from collections.abc import Mapping
from datetime import timedelta

from models.catalogue import KINDS
from models.kinds import Uid, Value
from models.writer import Writer, new_uid
from services import derived, rows
from services.workspace import Workspace

REMEDY_DAYS = 30
"""Days until a remedy case is due when nobody set a date yet."""


def open_remedy(
    workspace: Workspace, writer: Writer, uid: Uid, values: Mapping[str, Value]
) -> Uid | None:
    """Open the remedy case of a new evaluation below the line (回炉补火); None when it passes."""
    result = derived.approval(values, workspace.template)
    if not result["needs_remedy"]:
        return None
    line = workspace.template.thresholds.approval_percent
    due = workspace.today() + timedelta(days=REMEDY_DAYS)
    fields: dict[str, Value] = {
        "unit": values["unit"],
        "cause": f"第{values['round']}轮评议 好+较好 {result['approval_percent']}，低于{line}%",
        "deadline": due.isoformat(),
        "evaluation": uid,
    }
    remedy = new_uid()
    scope = f"unit/{values['unit']}"
    rows.write_row(writer, KINDS["remedy"], remedy, scope, fields, new=True)
    return remedy
