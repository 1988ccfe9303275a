"""Verdicts on signed PDFs: who signed, what they covered, and what was done to the file since."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import FieldMDPAction, enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_timestamp,
    read_certification_data,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel

from models.errors import Damaged, Refused
from services.verdicts import SignatureSeen, Verdict
from services.verify.trust import (
    PARSER_ERRORS,
    Findings,
    begin,
    judge,
    judge_token,
    offline,
    stamped_at,
)

MAX_PDF_BYTES = 200 * 1024 * 1024
MAX_REVISIONS = 200
"""Most saved states of one file; comparing more of them would take minutes."""
HEADER_BYTES = 1024
"""A PDF's header stands within these. Source: ISO 32000-1, annex H, note 13."""

_DIGEST = re.compile(
    rb"""dc:identifier(?:\s*=\s*["']|\s*>\s*)(urn:sha256:[0-9a-f]{64})(?![0-9a-f])"""
)
_KINDS = {
    "/Annot": "annotation",
    "/Page": "page",
    "/Pages": "page",
    "/Catalog": "catalog",
    "/Metadata": "metadata",
    "/Sig": "signature",
    "/DocTimeStamp": "signature",
}
_CHANGED = {
    "annotation": "changed_annotation",
    "bytes": "changed_bytes",
    "catalog": "changed_catalog",
    "field": "changed_field",
    "metadata": "changed_metadata",
    "other": "changed_other",
    "page": "changed_page",
    "signature": "changed_signature",
}
"""Kind of what was changed after signing to the reason that says so."""


def read_pdf(pdf: bytes) -> PdfFileReader:
    """A strict reader over a PDF from outside.

    Raises:
        Refused: `not_a_pdf`, `pdf_too_large`, `pdf_encrypted`.
        Damaged: `pdf_damaged`.
    """
    if b"%PDF-" not in pdf[:HEADER_BYTES]:
        raise Refused("not_a_pdf")
    if len(pdf) > MAX_PDF_BYTES:
        raise Refused("pdf_too_large", limit_mb=MAX_PDF_BYTES // 2**20)
    try:
        reader = PdfFileReader(BytesIO(pdf))
        encrypted = bool(reader.encrypted)
        sound = encrypted or int(reader.root["/Pages"]["/Count"]) > 0
        revisions = int(reader.total_revisions)
    except PARSER_ERRORS:
        raise Damaged("pdf_damaged") from None
    if encrypted:
        raise Refused("pdf_encrypted")
    if not sound or revisions > MAX_REVISIONS:
        raise Damaged("pdf_damaged")
    return reader


def embedded_signatures(reader: PdfFileReader) -> tuple[list[EmbeddedPdfSignature], list[str]]:
    """The signatures in order of signing, and the names of fields whose content is unreadable.

    Raises:
        Damaged: `pdf_damaged`.
    """
    found, unreadable = [], []
    try:
        fields = [(str(name), ref) for name, _, ref in enumerate_sig_fields(reader, True)]
    except PARSER_ERRORS:
        raise Damaged("pdf_damaged") from None
    for name, ref in fields:
        try:
            found.append(EmbeddedPdfSignature(reader, ref, name))
        except PARSER_ERRORS:
            unreadable.append(name)
    return sorted(found, key=lambda one: one.signed_revision), unreadable


def locks(signature: EmbeddedPdfSignature) -> bool:
    """Whether this signature closed the file."""
    lock = signature.fieldmdp
    return lock is not None and lock.action == FieldMDPAction.ALL


def verify_pdf(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    crls: Sequence[bytes] = (),
    expected: Sequence[str] = (),
    at: datetime | None = None,
) -> Verdict:
    """The verdict on a signed PDF.

    Args:
        pdf: the file.
        roots: certificates (PEM or DER) whose fingerprints were compared once.
        crls: revocation lists those roots made; others are ignored with a note.
        expected: who must have signed: names of persons, or of fields.
        at: the time to judge by, by default now.

    Raises:
        Refused, Damaged: what `read_pdf` raises; Refused also `not_a_certificate`.
    """
    found = begin(roots, crls, at)
    reader = read_pdf(pdf)
    signatures, unreadable = embedded_signatures(reader)
    for name in unreadable:
        found.unreadable(name)
    try:
        signers, changed = asyncio.run(_judge_all(reader, signatures, found))
        digests = [_digest(reader, one) for one in signatures]
        empty = tuple(str(name) for name, _, _ in enumerate_sig_fields(reader, False))
    except PARSER_ERRORS:
        raise Damaged("pdf_damaged") from None
    if len(set(digests)) > 1:
        changed.add("metadata")
    signed, missing = bool(signers), _missing(expected, signers)
    _reason(found, signed or bool(unreadable), changed, missing)
    return Verdict(
        ok=not found.reasons,
        intact=found.intact and signed,
        whole=not changed and not unreadable and signed,
        trusted=found.trusted and signed,
        revoked=found.revoked,
        expired=found.expired,
        reasons=tuple(found.reasons),
        notes=tuple(found.notes),
        signers=tuple(signers),
        missing_signers=missing,
        open_fields=empty,
        changed_after=tuple(sorted(changed)),
        digest=digests[0] if digests else None,
    )


def _missing(expected: Sequence[str], signers: Sequence[SignatureSeen]) -> tuple[str, ...]:
    present = {name for signer in signers for name in (signer.name, signer.field)}
    return tuple(who for who in expected if who not in present)


def _reason(found: Findings, signed: bool, changed: set[str], missing: tuple[str, ...]) -> None:
    if not signed:
        found.fail("unsigned")
    for kind in sorted(changed):
        found.fail(_CHANGED[kind])
    for who in missing:
        found.fail("signer_missing", name=who)


def altered(reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]) -> bool:
    """Whether a signature no longer fits its file, whoever made it.

    Raises:
        Damaged: `pdf_damaged`.
    """
    found = begin((), (), None)
    try:
        _, changed = asyncio.run(_judge_all(reader, signatures, found))
    except PARSER_ERRORS:
        raise Damaged("pdf_damaged") from None
    return not found.intact or bool(changed)


async def _judge_all(
    reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature], found: Findings
) -> tuple[list[SignatureSeen], set[str]]:
    """Every signer, and the kinds of objects that were changed after signing."""
    signers: list[SignatureSeen] = []
    changed: set[str] = set()
    certification = read_certification_data(reader)
    for place, one in enumerate(signatures):
        try:
            if one.sig_object_type == "/DocTimeStamp":
                await _judge_archive(one, found)
            else:
                seen = await _judge_signature(one, found)
                first = certification is not None and place == 0
                signers.append(replace(seen, certifies=first, locks=locks(one)))
        except PARSER_ERRORS:
            found.unreadable(one.field_name)
            continue
        later = frozenset(other.signed_revision for other in signatures[place + 1 :])
        changed |= _changes(reader, one, later)
    return signers, changed


async def _judge_signature(one: EmbeddedPdfSignature, found: Findings) -> SignatureSeen:
    claimed = stamped_at(one.signer_info) or one.self_reported_timestamp
    status = await async_validate_pdf_signature(one, offline(claimed or found.at))
    issuers = [other.dump() for other in one.other_embedded_certs]
    return judge(found, status, one.field_name, claimed, issuers)


async def _judge_archive(one: EmbeddedPdfSignature, found: Findings) -> None:
    """A document timestamp holds the file together; who made it is a note only."""
    token = one.signed_data["encap_content_info"]["content"].parsed
    status = await async_validate_pdf_timestamp(one, offline(token["gen_time"].native))
    judge_token(found, status, one.field_name)


def _changes(reader: PdfFileReader, one: EmbeddedPdfSignature, later: frozenset[int]) -> set[str]:
    """What was done to the file after this signature that signing does not do.

    Args:
        reader: the file.
        one: the signature, already judged.
        later: the revisions that later signatures made.
    """
    if one.pkcs7_content[_der_length(one.pkcs7_content) :].strip(b"\x00"):
        # Room left over beside a signature is covered by nobody; it must be empty.
        return {"bytes"}
    if one.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return set()
    if one.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return {"bytes"}
    since = one.signed_revision + 1
    if since == reader.total_revisions:
        return {"bytes"}
    since_then = set(range(since, reader.total_revisions))
    kinds = _kinds(reader, since_then - later) or _kinds(reader, since_then) or {"other"}
    diff = one.diff_result
    fine = isinstance(diff, DiffResult) and one.summarise_integrity_info()["docmdp_ok"]
    if fine and not later:
        # After the last signature only what keeps it verifiable may follow, and no new metadata.
        fine = diff.modification_level <= ModificationLevel.LTA_UPDATES
        return kinds & {"metadata"} if fine else kinds
    return set() if fine else kinds


def _der_length(data: bytes) -> int:
    """Length of the DER value that `data` begins with. Source: ITU-T X.690 §8.1.3."""
    first = data[1]
    if first < 0x80:  # noqa: PLR2004 -- the short form
        return 2 + first
    more = first & 0x7F
    return 2 + more + int.from_bytes(data[2 : 2 + more])


def _kinds(reader: PdfFileReader, revisions: set[int]) -> set[str]:
    """Kinds of the objects written in those revisions."""
    kinds: set[str] = set()
    for number in revisions:
        state = reader.get_historical_resolver(number)
        information = state.trailer_view.raw_get("/Info") if "/Info" in state.trailer_view else None
        for ref in reader.xrefs.explicit_refs_in_revision(number):
            if isinstance(information, generic.IndirectObject) and ref == information.reference:
                kinds.add("metadata")
            else:
                kinds.add(_kind(state.get_object(ref)))
    return kinds - {"structure"}


def _kind(written: generic.PdfObject) -> str:
    if not isinstance(written, generic.DictionaryObject):
        return "other"
    kind = written.get("/Type")
    if kind in {"/XRef", "/ObjStm"}:
        return "structure"
    if "/FT" in written:
        return "field"
    return _KINDS.get(str(kind), "other")


def _digest(reader: PdfFileReader, one: EmbeddedPdfSignature) -> str | None:
    """The digest of the data in the XMP that this signature covers; None if there is not one."""
    state = reader.get_historical_resolver(one.signed_revision)
    place = state.root.raw_get("/Metadata") if "/Metadata" in state.root else None
    if not isinstance(place, generic.IndirectObject):
        return None
    # By its reference, because pyHanko would parse XMP and lose where it stood in the file.
    stream = state.get_object(place.reference)
    if not isinstance(stream, generic.StreamObject):
        return None
    found = set(_DIGEST.findall(stream.data))
    return found.pop().decode("ascii") if len(found) == 1 else None
