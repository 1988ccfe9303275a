"""The signature on a manifest: it says who packed, by a certificate that leads to a known root."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from models.errors import Damaged
from services import certificates
from services.verdicts import DataVerdict, Reason

if TYPE_CHECKING:
    from services.signing import Signer


class SignatureState(StrEnum):
    """What is known of a package's signature. One that does not match is refused, never told."""

    NONE = "none"
    TRUSTED = "trusted"
    UNKNOWN_ROOT = "unknown_root"
    """It matches; nobody here has compared the fingerprint of its root."""
    EXPIRED = "expired"
    """The certificate was not valid when it signed."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """Who signed a package, and whether that is to be believed."""

    state: SignatureState
    signer: str = ""
    """Common name in the certificate; empty without a signature."""
    group: str = ""
    at: datetime | None = None
    """When, by the signer's own word."""
    serial: int = 0
    fingerprint: str = ""
    """SHA-256 of the signer's certificate, in groups of four."""
    reasons: tuple[Reason, ...] = ()
    """Why it is not trusted."""
    notes: tuple[Reason, ...] = ()
    root: bytes = b""
    """The certificate (DER) that issued the signer's and that nobody compared yet; the package
    itself brought it, so it is worth nothing before a person compared its fingerprint."""

    @property
    def trusted(self) -> bool:
        """Whether it is as it should be; anything else is taken with a warning."""
        return self.state is SignatureState.TRUSTED


UNSIGNED = SignatureVerdict(SignatureState.NONE)


def sign(manifest: bytes, signer: "Signer", when: datetime | None = None) -> bytes:
    """The detached CMS (DER) over a manifest's bytes.

    Raises:
        Refused: `identity_expired`.
    """
    # pyHanko takes a second to load, which an unsigned package need not wait for.
    from services import signing

    return signing.sign_data(manifest, signer, when)


def judge(
    manifest: bytes,
    signature: bytes | None,
    *,
    name: str,
    roots: Sequence[bytes],
    crls: Sequence[bytes],
) -> SignatureVerdict:
    """The verdict on the signature over a manifest; `name` is the file's, for what is refused.

    Raises:
        Damaged: `package_signature_bad`, it does not match the manifest or cannot be read.
    """
    if signature is None:
        return UNSIGNED
    from services import verify

    verdict = verify.check_data(manifest, signature, roots=roots, crls=crls)
    if not verdict.intact or verdict.signer is None:
        raise Damaged("package_signature_bad", path=name)
    state, root = _state(verdict), b""
    if state is SignatureState.UNKNOWN_ROOT:
        root = _unknown_root(manifest, signature)
    return SignatureVerdict(
        state=state,
        root=root,
        signer=verdict.signer.name,
        group=verdict.signer.group,
        at=verdict.signer.at,
        serial=verdict.signer.serial,
        fingerprint=verdict.signer.fingerprint,
        reasons=verdict.reasons,
        notes=verdict.notes,
    )


def _unknown_root(manifest: bytes, signature: bytes) -> bytes:
    """The root that came along and that this signature would be good under, if any."""
    from services import verify

    for root in certificates.roots_within(signature):
        if verify.check_data(manifest, signature, roots=(root,), crls=()).trusted:
            return root
    return b""


def _state(verdict: DataVerdict) -> SignatureState:
    if verdict.revoked:
        return SignatureState.REVOKED
    if verdict.trusted:
        return SignatureState.TRUSTED
    return SignatureState.EXPIRED if verdict.expired else SignatureState.UNKNOWN_ROOT
