"""Documents of a workspace: making a draft, issuing it with number and signatures, the register.

What a report was made of is kept beside it under its digest, so that a verifier can say later which
data have changed since. A document and its line in the register are written together or not at all.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.base import table
from models.catalogue import KINDS
from models.errors import Damaged, Refused
from models.kinds import Uid, Value
from models.writer import Writer, new_uid
from services import attachments, clock, numbers, rows, rules
from services.certificates import Identity
from services.core import Changes, Filter, Page, Progress
from services.documents import gather, inspection
from services.documents.gather import Period
from services.documents.inspection import Options, Rendered
from services.documents.inspection_data import Inspection
from services.listing import page
from services.workspace import Workspace

KINDS_OF_DOCUMENT = ("inspection",)
"""Ids of the documents this version makes."""
REPORT = KINDS["report"]
EVERYTHING = Period()
"""The whole campaign."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which document of what."""

    kind: str
    unit: Uid
    period: Period = EVERYTHING


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs in which field when a document is issued."""

    field: str
    identity: Identity


def unit_named(workspace: Workspace, text: str) -> Uid:
    """The unit that a uid or name means.

    Raises:
        Refused: none, or several.
    """
    from services.directory import Lookup

    with workspace.store.read() as connection:
        found = Lookup(workspace, connection).find(("unit",), text)
    if len(found) != 1:
        code = "reference_ambiguous" if found else "reference_unknown"
        raise Refused(code, text=text[:60], count=len(found))
    return Uid(found[0])


def data_for(workspace: Workspace, wanted: Wanted, *, day: date, number: str = "") -> Inspection:
    """What the document prints, as the records stand now.

    Raises:
        Refused: a kind this version does not make.
    """
    if wanted.kind not in KINDS_OF_DOCUMENT:
        known = " ".join(KINDS_OF_DOCUMENT)
        raise Refused("document_unknown", kind=wanted.kind[:40], kinds=known)
    unit, period = wanted.unit, wanted.period
    return gather.inspection(workspace, unit, period, day=day.isoformat(), number=number)


def draft(workspace: Workspace, wanted: Wanted, options: Options | None = None) -> Rendered:
    """The document as it would be issued today, without number and signatures.

    Raises:
        Refused: a kind this version does not make, or a character that no font has.
    """
    data = data_for(workspace, wanted, day=workspace.today())
    return inspection.render(data, options or Options())


@dataclass(frozen=True, slots=True)
class Issued:
    """A document that was issued."""

    uid: Uid
    """Its line in the register."""
    number: str
    """Empty where the 编号本 is on another laptop (待编号)."""
    pdf: bytes
    rendered: Rendered
    changes: Changes


def issue(
    workspace: Workspace,
    wanted: Wanted,
    signatures: Sequence[Signature],
    *,
    when: datetime | None = None,
    progress: Progress | None = None,
) -> Issued:
    """Number, make, sign and register a document, all or nothing.

    Raises:
        Refused: nobody signs, an unknown field, an expired identity, or anything `draft` refuses.
    """
    from services.documents.stamp import stamp
    from services.signing import Terms, sign_pdf

    progress = progress or Progress()
    if not signatures:
        raise Refused("signature_required")
    today = workspace.today()
    time_key = clock.identity(workspace)
    moment = (when or datetime.now().astimezone()).astimezone()
    with workspace.store.write(workspace.actor) as writer:
        number = ""
        if numbers.holds_book(workspace, writer):
            number = numbers.next_document_number(workspace, writer, today.year)
        data = data_for(workspace, wanted, day=today, number=number)
        _refuse_leaks(data)
        progress.step(1, 2 + len(signatures), "render")
        rendered = inspection.render(data, Options())
        pdf = rendered.pdf
        roles = {s.field: s.role for s in data.signers}
        for done, one in enumerate(signatures, start=2):
            progress.step(done, 2 + len(signatures), "sign")
            picture = stamp(one.identity.name, roles.get(one.field, ""), moment)
            pdf = sign_pdf(
                pdf, one.field, one.identity, Terms(when=moment, stamp=picture, clock=time_key)
            )
        uid = _register(writer, wanted, data, rendered, pdf, signatures)
    changes = Changes(frozenset({"report"}), frozenset({wanted.unit}))
    return Issued(uid, number, pdf, rendered, changes)


def _refuse_leaks(data: Inspection) -> None:
    leaks = inspection.leaks(data)
    if leaks:
        found = "、".join(sorted({leak.text for leak in leaks}))
        raise Refused("document_leaks", found=found[:80])


def canonical(data: Inspection) -> bytes:
    """The data as their digest was taken."""
    plain = dataclasses.asdict(data)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def _register(
    writer: Writer,
    wanted: Wanted,
    data: Inspection,
    rendered: Rendered,
    pdf: bytes,
    signatures: Sequence[Signature],
) -> Uid:
    uid = new_uid()
    digest = attachments.put(writer, canonical(data))
    if digest != rendered.digest:
        raise Damaged("document_digest", title=rendered.title)
    fields: dict[str, Value] = {
        "kind": wanted.kind,
        "number": data.number,
        "title": rendered.title,
        "of": wanted.unit,
        "period_start": wanted.period.start or None,
        "period_end": wanted.period.end or None,
        "signers": [{"field": s.field, "role": s.role, "name": s.name} for s in data.signers],
        "signed": [{"field": s.field, "name": s.identity.name} for s in signatures],
        "digest": digest,
        "file": attachments.put(writer, pdf),
        "issued_on": data.date,
        "pages": rendered.pages,
        "state": "issued",
    }
    rows.write_row(writer, REPORT, uid, f"unit/{wanted.unit}", fields, new=True)
    return uid


def register(workspace: Workspace, offset: int = 0, limit: int = 100) -> Page:
    """The register (登记簿), newest first."""
    return page(workspace, "report", Filter(), offset, limit)


def file_of(workspace: Workspace, uid: Uid) -> bytes:
    """The issued PDF of a line in the register; raises what `attachments.content` does."""
    target = table("report")
    with workspace.store.read() as connection:
        found = connection.execute(target.select().where(target.c.uid == uid)).first()
    if found is None or not found.file:
        raise Refused("record_unknown", kind="report", uid=uid[:40])
    return attachments.content(workspace, found.file)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A document's data against the records as they stand now."""

    verdict: str
    """`match`, `differ`, or `unknown` when no line of the register bears this digest."""
    differing: tuple[str, ...] = ()
    """Paths of the data that are different now, at most 50."""
    expected_fields: tuple[str, ...] = ()
    """Signature fields that the register expects to be signed."""


def compare(workspace: Workspace, digest: str) -> Comparison:
    """Compare the data a document was made of (its `urn:sha256:` digest) with the records now."""
    wanted_digest = digest.removeprefix("urn:sha256:")
    target = table("report")
    with workspace.store.read() as connection:
        found = connection.execute(target.select().where(target.c.digest == wanted_digest)).first()
    if found is None:
        return Comparison("unknown")
    signed = json.loads(found.signed or "[]")
    expected = tuple(s["field"] for s in signed if isinstance(s, dict) and "field" in s)
    period = Period(found.period_start or "", found.period_end or "")
    now = data_for(
        workspace,
        Wanted(found.kind, Uid(found.of), period),
        day=date.fromisoformat(found.issued_on),
        number=found.number or "",
    )
    fresh = canonical(now)
    if hashlib.sha256(fresh).hexdigest() == wanted_digest:
        return Comparison("match", (), expected)
    then = json.loads(attachments.content(workspace, wanted_digest))
    differing = tuple(_differences(then, json.loads(fresh), ""))[:50]
    return Comparison("differ", differing, expected)


def _differences(then: object, now: object, path: str) -> list[str]:
    """Paths at which two JSON values differ, deepest first met."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        names = sorted({*then, *now})
        return [d for n in names for d in _differences(then.get(n), now.get(n), f"{path}.{n}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True), start=1)
        return [d for i, (a, b) in pairs for d in _differences(a, b, f"{path}[{i}]")]
    return [] if then == now else [path.lstrip(".")]


def set_state(workspace: Workspace, uid: Uid, state: str, *, reason: str | None = None) -> Changes:
    """Move a line of the register on: delivered, receipted, void (its number is never reused).

    Raises:
        Refused: no such line, an unknown state, or voiding without a reason.
    """
    if state not in rules.fixed_choices("report_state"):
        known = "、".join(rules.fixed_choices("report_state"))
        raise Refused("choice_unknown", text=state[:40], choices=known)
    if state == "void" and not (reason or "").strip():
        raise Refused("reason_required")
    with workspace.store.write(workspace.actor, reason) as writer:
        row = rows.read(writer.connection, REPORT, uid, workspace)
        scope = rows.work_scope_of(writer.connection, REPORT, uid)
        rows.write_row(writer, REPORT, uid, scope, {"state": state})
    return Changes(frozenset({"report"}), rows.units_of({"unit": row.values.get("of")}))
