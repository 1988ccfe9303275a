"""签发: number, make, sign and register a document at once, or nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Damaged, Refused
from models.kinds import Uid, Value
from models.writer import Writer, new_uid
from services import attachments, briefings, clock, numbers, page_keys, rows, rules
from services.certificates import Identity
from services.core import Changes, Progress
from services.documents.layout import Ink
from services.documents.orders import Wanted
from services.documents.rendering import Options, Rendered
from services.reports import drafting
from services.reports.drafting import Draft
from services.workspace import Workspace

NOTICE, REPORT = KINDS["notice"], KINDS["report"]
MOST_COPIES = 9999
_MOST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs in which field when a document is issued."""

    field: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class Terms:
    """How a document is issued, apart from what it says and who signs."""

    number: str = ""
    """Typed in from the office's register; empty takes the next of the group's 编号本."""
    copies: int | None = None
    retention: str = ""
    """保管期限, in words."""
    ink: Ink = Ink.COLOUR
    supersedes: Uid | None = None
    """The line of the register that it corrects (更正)."""
    when: datetime | None = None
    """Moment of signing; now when None."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A document that was issued."""

    uid: Uid
    """Its line in the register."""
    number: str
    """Empty for a kind without number, and where the 编号本 is on another laptop (待编号)."""
    pdf: bytes
    rendered: Rendered
    changes: Changes


def issue(
    workspace: Workspace,
    wanted: Wanted,
    signatures: Sequence[Signature],
    terms: Terms = Terms(),
    *,
    progress: Progress | None = None,
) -> Issued:
    """Number, make, sign and register a document, all or nothing.

    Raises:
        Refused: nobody signs, an unknown field, an expired identity, there is nothing to write
            about, it tells who spoke, words of it were overtaken by the records, the number is
            taken, or anything `drafting.draft` refuses.
    """
    progress = progress or Progress()
    if not signatures:
        raise Refused("signature_required")
    _refuse_terms(terms)
    if wanted.kind == "briefing":
        return _briefing(workspace, wanted, signatures, terms, progress)
    today = workspace.today()
    time_key = clock.identity(workspace)
    page_key = page_keys.own_or_new(workspace)
    moment = (terms.when or datetime.now().astimezone()).astimezone()
    with workspace.store.write(workspace.actor) as writer:
        superseded = _superseded(workspace, writer, terms)
        draft = drafting.draft(workspace, wanted, day=today)
        _refuse(draft)
        number = _number(workspace, writer, draft, terms, today.year)
        draft = drafting.draft(workspace, wanted, day=today, number=number, supersedes=superseded)
        progress.step(1, 2 + len(signatures), "render")
        rendered = draft.render(Options(ink=terms.ink, page_key=page_key))
        pdf = _sign(draft, rendered, signatures, moment, time_key, progress)
        uid = _register(workspace, writer, draft, _Signed(rendered, pdf, signatures), terms)
    changes = Changes(
        frozenset({"report", "notice"}), frozenset({wanted.unit} if wanted.unit else ())
    )
    return Issued(uid, number, pdf, rendered, changes)


def _briefing(
    workspace: Workspace,
    wanted: Wanted,
    signatures: Sequence[Signature],
    terms: Terms,
    progress: Progress,
) -> Issued:
    """A briefing is a record of its own with a 期 of its own; one that is not kept yet is begun."""
    strange = next((s.field for s in signatures if s.field != briefings.FIELD), None)
    if strange is not None:
        raise Refused("signature_field_unknown", field=strange[:40], known=briefings.FIELD)
    of = briefings.about(workspace, wanted.period, wanted.about).uid
    of = of or briefings.new(workspace, wanted.period)
    if terms.copies is not None:
        briefings.set_facts(workspace, of, {"copies": terms.copies})
    signers = [s.identity for s in signatures]
    issued = briefings.issue(
        workspace, of, signers, when=terms.when, ink=terms.ink, progress=progress
    )
    number = issued.number
    return Issued(issued.uid, number, issued.pdf, issued.rendered, issued.changes)


@dataclass(frozen=True, slots=True)
class _Signed:
    """A finished file and who signed it."""

    rendered: Rendered
    pdf: bytes
    signatures: Sequence[Signature]


def _refuse_terms(terms: Terms) -> None:
    if terms.copies is not None and not 1 <= terms.copies <= MOST_COPIES:
        raise Refused("integer_out_of_range", minimum=1, maximum=MOST_COPIES)
    rules.check_text(terms.number, _MOST_NUMBER, lines=False)
    rules.check_text(terms.retention, _MOST_NUMBER, lines=False)


def _refuse(draft: Draft) -> None:
    if not draft.kind.issued:
        raise Refused("document_not_issued")
    if draft.is_empty:
        raise Refused("document_nothing")
    if draft.leaks:
        found = "、".join(sorted({leak.text for leak in draft.leaks}))
        raise Refused("document_leaks", found=found[:80])
    if draft.stale:
        raise Refused("document_stale", count=len(draft.stale), was=draft.stale[0].was[:40])


def _superseded(workspace: Workspace, writer: Writer, terms: Terms) -> str:
    """The number of the document that is corrected."""
    if terms.supersedes is None:
        return ""
    row = rows.read(writer.connection, REPORT, terms.supersedes, workspace)
    if row.values.get("state") in ("draft", "void"):
        raise Refused("document_not_in_force")
    return str(row.values.get("number") or row.values.get("title") or "")


def _number(workspace: Workspace, writer: Writer, draft: Draft, terms: Terms, year: int) -> str:
    if not draft.kind.numbered:
        return ""
    given = terms.number.strip()
    if given:
        if _taken(writer.connection, given):
            raise Refused("document_number_taken", number=given)
        return given
    if not numbers.holds_book(workspace, writer):
        return ""
    while True:
        number = numbers.next_document_number(workspace, writer, year)
        if not _taken(writer.connection, number):
            return number


def _taken(connection: sa.Connection, number: str) -> bool:
    """Whether a line of the register bears a number, a void one too."""
    report = table("report")
    return connection.scalar(sa.select(report.c.uid).where(report.c.number == number)) is not None


def _sign(
    draft: Draft,
    rendered: Rendered,
    signatures: Sequence[Signature],
    moment: datetime,
    time_key: Identity,
    progress: Progress,
) -> bytes:
    from services.documents.stamp import stamp
    from services.signing import Terms as Signing
    from services.signing import sign_pdf

    roles = {s.field: s.role for s in draft.data.frame.signers}
    pdf = rendered.pdf
    for done, one in enumerate(signatures, start=2):
        progress.step(done, 2 + len(signatures), "sign")
        picture = stamp(one.identity.name, roles.get(one.field, ""), moment)
        how = Signing(when=moment, stamp=picture, clock=time_key)
        pdf = sign_pdf(pdf, one.field, one.identity, how)
    return pdf


def _register(
    workspace: Workspace,
    writer: Writer,
    draft: Draft,
    signed: _Signed,
    terms: Terms,
) -> Uid:
    """Write the line; the draft that kept the changed words becomes it."""
    frame = draft.data.frame
    digest = attachments.put(writer, draft.canonical)
    if digest != signed.rendered.digest:
        raise Damaged("document_digest", title=signed.rendered.title)
    fields: dict[str, Value] = {
        **drafting.subject(draft.wanted),
        "number": frame.number,
        "title": signed.rendered.title,
        "signers": [{"field": s.field, "role": s.role, "name": s.name} for s in frame.signers],
        "signed": [{"field": s.field, "name": s.identity.name} for s in signed.signatures],
        "digest": digest,
        "file": attachments.put(writer, signed.pdf),
        "issued_on": frame.date,
        "pages": signed.rendered.pages,
        "copies": terms.copies,
        "retention": terms.retention or None,
        "supersedes": terms.supersedes,
        "notice": _notice(workspace, writer, draft),
        "state": "issued",
    }
    kept = drafting.kept(workspace, draft.wanted)
    uid = kept or new_uid()
    drafting.write(workspace, writer, uid, draft.wanted, fields, new=kept is None)
    if terms.supersedes is not None:
        old = rows.work_scope_of(writer.connection, REPORT, terms.supersedes)
        rows.write_row(writer, REPORT, terms.supersedes, old, {"state": "void"})
    return uid


def _notice(workspace: Workspace, writer: Writer, draft: Draft) -> Uid | None:
    """The notice record (通知文书) that the unit's receipt completes."""
    if not draft.kind.is_notice or draft.wanted.unit is None:
        return None
    uid = new_uid()
    fields: dict[str, Value] = {
        "kind": draft.kind.id,
        "unit": draft.wanted.unit,
        "number": draft.data.frame.number or None,
        "deadline": draft.due or None,
    }
    fields |= {f"items.{problem}": True for problem in draft.problems}
    scope = rows.scope_of(workspace, writer.connection, NOTICE, {"unit": draft.wanted.unit})
    rows.write_row(writer, NOTICE, uid, scope, fields, new=True)
    return uid
