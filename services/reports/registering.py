"""登记簿: what was issued, what became of it, the receipt the unit signed, and the file itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import ProblemState, Uid, Value
from models.writer import Writer
from services import attachments, problems, records, rows, rules
from services.core import Changes, Filter, Page, Row
from services.listing import page
from services.workspace import Workspace

NOTICE, REPORT = KINDS["notice"], KINDS["report"]
ISSUED = ("issued", "delivered", "receipted", "void")
"""States of a line of the register; a draft is none yet."""


def register(workspace: Workspace, offset: int = 0, limit: int = 100) -> Page:
    """Lines of the register, newest first; no drafts."""
    return page(workspace, "report", Filter({"state": list(ISSUED)}), offset, limit)


def line(workspace: Workspace, uid: Uid) -> Row:
    """One line of the register.

    Raises:
        Refused: no such line.
    """
    return records.get(workspace, "report", uid)


def file_of(workspace: Workspace, uid: Uid) -> bytes:
    """The issued PDF of a line in the register; raises what `attachments.content` does."""
    target = table("report")
    with workspace.store.read() as connection:
        found = connection.execute(target.select().where(target.c.uid == uid)).first()
    if found is None or not found.file:
        raise Refused("record_unknown", kind="report", uid=uid[:40])
    return attachments.content(workspace, found.file)


def set_state(workspace: Workspace, uid: Uid, state: str, *, reason: str | None = None) -> Changes:
    """Move a line of the register on: delivered, receipted, void (its number is never reused).

    Raises:
        Refused: no such line, an unknown state, it is void or a draft, or voiding without a reason.
    """
    if state not in rules.fixed_choices("report_state"):
        known = "、".join(rules.fixed_choices("report_state"))
        raise Refused("choice_unknown", text=state[:40], choices=known)
    if state == "void" and not (reason or "").strip():
        raise Refused("reason_required")
    with workspace.store.write(workspace.actor, reason) as writer:
        row = _set_state(workspace, writer, uid, state)
    return Changes(frozenset({"report"}), rows.units_of({"unit": row.values.get("of")}))


def _set_state(workspace: Workspace, writer: Writer, uid: Uid, state: str) -> Row:
    row = rows.read(writer.connection, REPORT, uid, workspace)
    _refuse_ended(row)
    scope = rows.work_scope_of(writer.connection, REPORT, uid)
    rows.write_row(writer, REPORT, uid, scope, {"state": state})
    return row


def _refuse_ended(row: Row) -> None:
    if row.values.get("state") in ("draft", "void"):
        raise Refused("document_not_in_force")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the unit's signed receipt (送达回执) says."""

    received_by: str
    received_on: str
    """ISO day."""
    view: str = ""
    """`agreed`, `disputed` or empty."""
    reply: str = ""


def take_receipt(workspace: Workspace, uid: Uid, receipt: Receipt) -> Changes:
    """Enter a signed receipt: the line is 已签收, and all problems of the notice are 已交办.

    All of it is stored, or nothing.

    Raises:
        Refused: no such line, it is void, no name or day, or who acts may not hand out problems.
    """
    if not receipt.received_by.strip():
        raise Refused("name_empty")
    rules.check_date(receipt.received_on)
    given: dict[str, Value] = {
        "received_by": receipt.received_by.strip(),
        "received_on": receipt.received_on,
        "view": receipt.view or None,
        "reply": receipt.reply.strip() or None,
    }
    with workspace.store.write(workspace.actor) as writer:
        row = _set_state(workspace, writer, uid, "receipted")
        notice = row.values.get("notice")
        if isinstance(notice, str):
            records.change_in(workspace, writer, "notice", Uid(notice), given)
            _assign(workspace, writer, Uid(notice), given)
    units = rows.units_of({"unit": row.values.get("of")})
    kinds = {"report", "notice", "problem"} if isinstance(notice, str) else {"report"}
    return Changes(frozenset(kinds), units)


def _assign(workspace: Workspace, writer: Writer, notice: Uid, given: Mapping[str, Value]) -> None:
    """交办 of those of the notice's problems that wait for it."""
    items = rows.read(writer.connection, NOTICE, notice, workspace).values.get("items")
    waiting = [
        Uid(str(item))
        for item in (items if isinstance(items, list) else ())
        if _state(writer.connection, Uid(str(item))) is ProblemState.CONFIRMED
    ]
    if waiting:
        taken = {name: given[name] for name in ("received_by", "received_on")}
        problems.move_in(workspace, writer, waiting, "assign", taken)


def _state(connection: sa.Connection, uid: Uid) -> ProblemState | None:
    problem = table("problem")
    found = connection.execute(problem.select().where(problem.c.uid == uid)).first()
    return None if found is None or not found.state else ProblemState(found.state)


def attach_scan(workspace: Workspace, uid: Uid, path: Path) -> Changes:
    """Attach the scan of the signed receipt (签收联) to a line.

    Raises:
        Refused: no such line, a draft or a void one, or the file cannot be taken.
    """
    _refuse_ended(records.get(workspace, "report", uid))
    record: dict[str, Value] = {"belongs_to": uid, "file": str(path), "name": path.name}
    attachment = records.add(workspace, "attachment", [record]).uids[0]
    with workspace.store.write(workspace.actor) as writer:
        row = rows.read(writer.connection, REPORT, uid, workspace)
        scope = rows.work_scope_of(writer.connection, REPORT, uid)
        rows.write_row(writer, REPORT, uid, scope, {"scan": attachment})
    kinds = frozenset({"report", "attachment"})
    return Changes(kinds, rows.units_of({"unit": row.values.get("of")}))
