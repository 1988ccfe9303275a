"""Verdicts on detached signatures: over a journal change, a manifest, a receipt."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_self_reported_ts,
)

from services.verdicts import DataVerdict, SignatureSeen
from services.verify.trust import PARSER_ERRORS, Findings, begin, judge, offline, stamped_at

MAX_CMS_BYTES = 1024 * 1024


def check_data(
    data: bytes,
    signature: bytes,
    *,
    roots: Sequence[bytes],
    crls: Sequence[bytes] = (),
    at: datetime | None = None,
) -> DataVerdict:
    """The verdict on a detached signature (CMS in DER) that `signing.sign_data` made over `data`.

    Args:
        data: what was signed.
        signature: the CMS; anything else gives the reason `signature_unreadable`.
        roots: certificates (PEM or DER) whose fingerprints were compared once.
        crls: revocation lists (DER or PEM) those roots made.
        at: the time to judge by, by default now.

    Raises:
        Refused: `not_a_certificate`, one of the roots is none.
    """
    found = begin(roots, crls, at)
    signer = None
    try:
        if len(signature) <= MAX_CMS_BYTES:
            signer = asyncio.run(_judged(data, signature, found))
    except PARSER_ERRORS:
        signer = None
    if signer is None:
        found.unreadable("")
    return DataVerdict(
        ok=not found.reasons,
        intact=found.intact,
        trusted=found.trusted,
        revoked=found.revoked,
        expired=found.expired,
        reasons=tuple(found.reasons),
        notes=tuple(found.notes),
        signer=signer,
    )


def check_change(
    body: bytes,
    signature: str,
    *,
    roots: Sequence[bytes],
    crls: Sequence[bytes] = (),
    at: datetime | None = None,
) -> DataVerdict:
    """The verdict on a change's `sig` (base64) over its canonical body without it."""
    try:
        decoded = base64.b64decode(signature, validate=True)
    except ValueError:
        decoded = b""
    return check_data(body, decoded, roots=roots, crls=crls, at=at)


async def _judged(data: bytes, signature: bytes, found: Findings) -> SignatureSeen:
    content = cms.ContentInfo.load(signature, strict=True)["content"]
    info = extract_signer_info(content)
    claimed = stamped_at(info) or extract_self_reported_ts(info)
    context = offline(claimed or found.at)
    status = await async_validate_detached_cms(data, content, signer_validation_context=context)
    issuers = [one.dump() for one in extract_certs_for_validation(content).other_certs]
    return judge(found, status, "", claimed, issuers)
