"""A briefing as pages: its draft, and the issued file with 期, signature and register line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Damaged, Refused
from models.kinds import Uid, Value
from models.writer import Writer, new_uid
from services import attachments, clock, numbers, page_keys, rows
from services.briefings.material import named
from services.briefings.paper import FIELD, paper
from services.briefings.reading import BRIEFING, load
from services.briefings.shapes import Briefing
from services.certificates import Identity
from services.core import Changes, Progress
from services.documents import briefing as document
from services.documents import canonical
from services.documents.briefing_data import BriefingPaper
from services.documents.layout import Ink
from services.documents.rendering import Options, Rendered
from services.documents.wording import wording
from services.workspace import Workspace

REPORT = KINDS["report"]
_STEM = "简报"


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued briefing."""

    uid: Uid
    """Its line in the register."""
    issue: int
    number: str
    """As the register bears it: 简报第14期."""
    pdf: bytes
    rendered: Rendered
    changes: Changes


def draft(workspace: Workspace, uid: Uid, options: Options | None = None) -> Rendered:
    """The briefing as it would be issued today, without number and signature.

    Raises:
        Refused: no such briefing, or a character that no font has.
    """
    today = workspace.today().isoformat()
    return document.render(paper(workspace, load(workspace, uid), date=today), options)


def issue(
    workspace: Workspace,
    uid: Uid,
    signers: Sequence[Identity],
    *,
    when: datetime | None = None,
    ink: Ink = Ink.COLOUR,
    progress: Progress | None = None,
) -> Issued:
    """Number, make, sign and register a briefing, all or nothing; its text is fixed from then on.

    Raises:
        Refused: nobody signs, it is issued already, its 期 was used, the 编号本 is elsewhere, a
            name stands in it that is not cleared, a paragraph waits for a decision, or anything
            `draft` refuses.
    """
    progress = progress or Progress()
    if not signers:
        raise Refused("signature_required")
    time_key = clock.identity(workspace)
    page_key = page_keys.own_or_new(workspace)
    moment = (when or datetime.now().astimezone()).astimezone()
    briefing = load(workspace, uid)
    _refuse(workspace, briefing)
    today = workspace.today().isoformat()
    with workspace.store.write(workspace.actor) as writer:
        row = rows.read(writer.connection, BRIEFING, uid)
        if row.conflicts:
            raise Refused("field_in_conflict", kind="briefing", fields="、".join(row.conflicts))
        number = _number(workspace, writer, briefing)
        data = paper(workspace, replace(briefing, issue=number), date=today)
        progress.step(1, 3, "render")
        rendered = document.render(data, Options(ink=ink, page_key=page_key))
        progress.step(2, 3, "sign")
        pdf = _signed(rendered.pdf, signers, moment, time_key)
        line = _register(workspace, writer, data, (rendered, pdf), _facts(briefing, signers))
        fields: dict[str, Value] = {"issue": number, "date": data.frame.date}
        fields |= {"state": "issued", "report": line}
        scope = rows.work_scope_of(writer.connection, BRIEFING, uid)
        rows.write_row(writer, BRIEFING, uid, scope, fields)
    progress.step(3, 3)
    return Issued(
        line, number, data.frame.number, pdf, rendered, Changes(frozenset({"briefing", "report"}))
    )


def _refuse(workspace: Workspace, briefing: Briefing) -> None:
    if briefing.issued:
        raise Refused("briefing_issued")
    found = named(workspace, briefing)
    if found:
        texts = "、".join(dict.fromkeys(f.named.text for f in found))
        raise Refused("document_leaks", found=texts[:80])


def _number(workspace: Workspace, writer: Writer, briefing: Briefing) -> int:
    """The 期: as typed in from the office's register, else the next one."""
    target = table("briefing")
    used = sa.select(target.c.issue).where(target.c.state == "issued", target.c.issue.is_not(None))
    numbers_used = {int(n) for n in writer.connection.scalars(used)}
    if briefing.issue is not None:
        if briefing.issue in numbers_used:
            raise Refused("briefing_issue_used", issue=briefing.issue)
        return briefing.issue
    if not numbers.holds_book(workspace, writer):
        raise Refused("number_book_elsewhere")
    number = writer.next_number(_STEM, max(numbers_used, default=0))
    while number in numbers_used:
        number = writer.next_number(_STEM, max(numbers_used, default=0))
    return number


def _signed(
    pdf: bytes, signers: Sequence[Identity], moment: datetime, time_key: Identity | None
) -> bytes:
    from services.signing import Terms, sign_pdf

    for signer in signers:
        pdf = sign_pdf(pdf, FIELD, signer, Terms(when=moment, clock=time_key))
    return pdf


def _register(
    workspace: Workspace,
    writer: Writer,
    data: BriefingPaper,
    made: tuple[Rendered, bytes],
    facts: dict[str, Value],
) -> Uid:
    """A line of the register; `made` is the unsigned document and the signed file."""
    rendered, pdf = made
    digest = attachments.put(writer, canonical.canonical(data))
    if digest != rendered.digest:
        raise Damaged("document_digest", title=rendered.title)
    fields: dict[str, Value] = {
        **facts,
        "number": data.frame.number,
        "title": rendered.title,
        "digest": digest,
        "file": attachments.put(writer, pdf),
        "issued_on": data.frame.date,
        "copies": data.copies,
        "pages": rendered.pages,
        "state": "issued",
    }
    uid = new_uid()
    scope = rows.scope_of(workspace, writer.connection, REPORT, {})
    rows.write_row(writer, REPORT, uid, scope, fields, new=True)
    return uid


def _facts(briefing: Briefing, signers: Sequence[Identity]) -> dict[str, Value]:
    role = wording("gathering")("roles.office")
    return {
        "kind": "briefing",
        "about": briefing.uid,
        "period_start": briefing.period.start or None,
        "period_end": briefing.period.end or None,
        "signers": [{"field": FIELD, "role": role, "name": s.name} for s in signers],
        "signed": [{"field": FIELD, "name": s.name} for s in signers],
    }
