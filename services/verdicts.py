"""What verification says: values without any cryptography, cheap to import for window and verbs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is no, or what else is worth telling: a code and the values of its sentence."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignatureSeen:
    """One signature that was found."""

    name: str
    """Common name in the signer's certificate."""
    group: str
    """Organisation name in it; may be empty."""
    field: str
    """Name of the PDF field (leader, member, office …); empty for signed data."""
    at: datetime | None
    """When it says it was signed; never an authority's time."""
    serial: int
    """Of the signer's certificate."""
    fingerprint: str
    """SHA-256 of the certificate in groups of four."""
    stamped: bool = False
    """The time stands in a token made by the group's clock key."""
    certifies: bool = False
    """It is the certification that later changes are measured by."""
    locks: bool = False
    """It closed the file: nothing may be signed after it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about a signed PDF; `ok` only if everything is as it should be."""

    ok: bool
    intact: bool
    """Every signature matches the bytes it covers."""
    whole: bool
    """Between the signatures nothing happened but signing, and nothing after the last."""
    trusted: bool
    """Every signer's certificate leads to a given root and is for signing."""
    revoked: bool
    """A signer's certificate stands in a revocation list, whatever the dates."""
    expired: bool
    """A signer's certificate was not valid when it signed, or is over by now."""
    reasons: tuple[Reason, ...] = ()
    """Why it is not ok; empty if it is."""
    notes: tuple[Reason, ...] = ()
    """What is worth knowing and does not decide."""
    signers: tuple[SignatureSeen, ...] = ()
    """In the order of signing."""
    missing_signers: tuple[str, ...] = ()
    """Of the expected ones, as the caller named them."""
    open_fields: tuple[str, ...] = ()
    """Signature fields that are still empty."""
    changed_after: tuple[str, ...] = ()
    """What was changed: annotation, bytes, catalog, field, metadata, other, page, signature."""
    digest: str | None = None
    """`urn:sha256:…` of the report's data, as the first signature covers it."""


@dataclass(frozen=True, slots=True)
class DataVerdict:
    """What is known about a detached signature; the fields mean what they mean in `Verdict`."""

    ok: bool
    intact: bool
    trusted: bool
    revoked: bool
    expired: bool
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    signer: SignatureSeen | None = None
    """None when the signature could not be read at all."""
