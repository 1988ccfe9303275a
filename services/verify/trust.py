"""Judging one signature: do its bytes match, and is its certificate one that we trust."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import cms, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.status import StandardCMSSignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from models.errors import AppError
from services import certificates
from services.certificates import Purpose, RevocationList
from services.verdicts import Reason, SignatureSeen

CLOCK_SLACK = timedelta(days=1)
"""How far a laptop's clock may be ahead before it is told."""

STRONG_HASHES = frozenset({"sha256", "sha384", "sha512"})

PARSER_ERRORS = (
    *(PdfError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError),
    *(ValueError, RecursionError, NotImplementedError, OSError),
)
"""What pyHanko raises over input that is not what it should be."""

for _name in ("pyhanko", "pyhanko_certvalidator"):
    # Their warnings would reach stderr, where a verb prints one line; the verdict has the reasons.
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


@dataclass(slots=True)
class Findings:
    """What is gathered while the signatures of one file are judged."""

    at: datetime
    """The time to judge by."""
    roots: tuple[bytes, ...]
    """Trusted certificates in DER."""
    lists: list[RevocationList] = field(default_factory=list)
    intact: bool = True
    trusted: bool = True
    revoked: bool = False
    expired: bool = False
    reasons: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)

    def fail(self, code: str, **params: str) -> None:
        """Give a reason why the verdict is no."""
        self.reasons.append(Reason(code, params))

    def note(self, code: str, **params: str) -> None:
        """Tell something that does not decide."""
        self.notes.append(Reason(code, params))

    def unreadable(self, name: str) -> None:
        """Give up on the signature in the field of that name."""
        self.intact = self.trusted = False
        self.fail("signature_unreadable", field=name)


def offline(moment: datetime) -> ValidationContext:
    """A context in which pyHanko checks bytes and believes nobody; nothing is ever fetched.

    Whom to believe is decided by `certificates.trusted`: pyHanko prepares names by Unicode 3.2 and
    fails on people called 𬭎.
    """
    return ValidationContext(
        trust_roots=[],
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def begin(roots: Sequence[bytes], crls: Sequence[bytes], at: datetime | None) -> Findings:
    """Findings of a file not looked at yet; lists that no root made are told and ignored.

    Raises:
        Refused: `not_a_certificate`, one of the roots is none.
    """
    ders = tuple(certificates.read_certificate(root) for root in roots)
    found = Findings(at or datetime.now(UTC), ders)
    for data in crls:
        try:
            found.lists.append(certificates.read_crl(data, ders))
        except AppError as error:
            found.note(error.code)
    if not found.lists:
        found.note("revocation_unknown")
    for known in found.lists:
        if known.next_at is not None and known.next_at < found.at:
            found.note("crl_old", date=_day(known.made_at))
    return found


def stamped_at(signer_info: cms.SignerInfo) -> datetime | None:
    """The time in the token on a signature, or None without one."""
    for token in extract_tst_data_iter(signer_info, signed=False):
        moment = token["encap_content_info"]["content"].parsed["gen_time"].native
        if isinstance(moment, datetime):
            return moment
    return None


def judge(
    found: Findings,
    status: StandardCMSSignatureStatus,
    name: str,
    claimed: datetime | None,
    issuers: Sequence[bytes],
) -> SignatureSeen:
    """Add to `found` what one signature's status means, and tell who signed.

    Args:
        found: what was found so far; changed.
        status: pyHanko's view of the bytes.
        name: the PDF field, or empty.
        claimed: when it says it was signed.
        issuers: further certificates (DER) that came along.
    """
    certificate = status.signing_cert
    token = status.timestamp_validity
    stamped = token is not None and token.intact and token.valid
    seen = SignatureSeen(
        name=_subject(certificate, "common_name"),
        group=_subject(certificate, "organization_name"),
        field=name,
        at=claimed,
        serial=int(certificate.serial_number),
        fingerprint=certificates.fingerprint(certificate.dump()),
        stamped=stamped,
    )
    if not (status.intact and status.valid):
        found.intact = found.trusted = False
        found.fail("signature_broken", name=seen.name, field=name)
        return seen
    if status.md_algorithm not in STRONG_HASHES:
        found.intact = False
        found.fail("signature_weak", name=seen.name)
    _judge_validity(found, certificate, seen, issuers)
    _judge_revocation(found, certificate, seen)
    if token is not None:
        judge_token(found, token, name)
    return seen


def judge_token(found: Findings, token: TimestampSignatureStatus, name: str) -> None:
    """Add to `found` what a time token means: a broken one is a no, an unknown clock a note."""
    clock = token.signing_cert.dump()
    if not (token.intact and token.valid):
        found.intact = False
        found.fail("timestamp_broken", field=name)
    elif not certificates.trusted(clock, (), found.roots, token.timestamp, Purpose.TIMESTAMP):
        found.note("timestamp_untrusted", field=name)


def _judge_validity(
    found: Findings, certificate: x509.Certificate, seen: SignatureSeen, issuers: Sequence[bytes]
) -> None:
    starts_at, ends_at = certificate.not_valid_before, certificate.not_valid_after
    moment = seen.at or found.at
    if seen.at is None:
        found.note("time_unknown", name=seen.name)
    elif seen.at > found.at + CLOCK_SLACK:
        found.note("clock_ahead", name=seen.name, date=_day(seen.at))
    if not starts_at <= moment <= ends_at:
        found.expired, found.trusted = True, False
        found.fail("signer_expired", name=seen.name, date=_day(ends_at))
    elif not certificates.trusted(certificate.dump(), issuers, found.roots, moment):
        found.trusted = False
        found.fail("signer_untrusted", name=seen.name, fingerprint=seen.fingerprint)
    elif ends_at < found.at:
        found.expired = True
        found.note("signer_expired_since", name=seen.name, date=_day(ends_at))


def _judge_revocation(found: Findings, certificate: x509.Certificate, seen: SignatureSeen) -> None:
    """Revoked is revoked: the time on a signature is the signer's own word."""
    issuer = certificate.issuer.dump()
    for known in found.lists:
        if known.issuer == issuer and seen.serial in known.revoked:
            found.revoked = True
            found.fail("signer_revoked", name=seen.name, date=_day(known.revoked[seen.serial]))
            return


def _subject(certificate: x509.Certificate, part: str) -> str:
    value = certificate.subject.native.get(part, "")
    return value if isinstance(value, str) else ", ".join(map(str, value))


def _day(moment: datetime) -> str:
    return moment.astimezone().date().isoformat()
