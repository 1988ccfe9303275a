"""What is believed: reading certificates and revocation lists from outside, judging a chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from models.errors import Refused
from services.certificates.authority import Purpose
from services.certificates.identity import holder

MAX_CERTIFICATE_BYTES = 1024 * 1024
MAX_CRL_BYTES = 16 * 1024 * 1024
_MOST_ROOTS = 4


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A revocation list whose signature was checked with its root."""

    issuer: bytes
    """The root's subject name in DER."""
    revoked: dict[int, datetime]
    """Serial to the time it was revoked (UTC)."""
    made_at: datetime
    next_at: datetime | None
    """When the office promised the next one; later it is old, not wrong."""


def read_certificate(data: bytes) -> bytes:
    """The DER form of one certificate given in PEM or DER.

    Raises:
        Refused: `not_a_certificate`.
    """
    if len(data) > MAX_CERTIFICATE_BYTES:
        raise Refused("not_a_certificate")
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificate(data).public_bytes(serialization.Encoding.DER)
        return x509.load_der_x509_certificate(data).public_bytes(serialization.Encoding.DER)
    except ValueError:
        raise Refused("not_a_certificate") from None


def roots_within(signature: bytes) -> tuple[bytes, ...]:
    """The self-signed certificates (DER) that a CMS carries along; nothing makes them trusted."""
    try:
        found = pkcs7.load_der_pkcs7_certificates(signature)
    except (ValueError, UnsupportedAlgorithm):
        return ()
    own = (one for one in found if one.issuer == one.subject)
    return tuple(one.public_bytes(serialization.Encoding.DER) for one in own)[:_MOST_ROOTS]


def subject_name(certificate: bytes) -> str:
    """Who holds a certificate (DER); empty if it names nobody."""
    return holder(x509.load_der_x509_certificate(certificate).subject)


def read_crl(data: bytes, roots: Sequence[bytes]) -> RevocationList:
    """A revocation list (DER or PEM), checked with the one of `roots` (DER) that made it.

    Raises:
        Refused: `crl_untrusted`, none of the roots made it; `crl_invalid`, not a revocation list.
    """
    if len(data) > MAX_CRL_BYTES:
        raise Refused("crl_invalid")
    try:
        is_pem = b"-----BEGIN" in data[:4096]
        found = x509.load_pem_x509_crl(data) if is_pem else x509.load_der_x509_crl(data)
        revoked = {entry.serial_number: entry.revocation_date_utc for entry in found}
        made_at, next_at = found.last_update_utc, found.next_update_utc
    except ValueError:
        raise Refused("crl_invalid") from None
    for der in roots:
        root = x509.load_der_x509_certificate(der)
        key = root.public_key()
        known = isinstance(key, rsa.RSAPublicKey) and root.subject == found.issuer
        if known and isinstance(key, rsa.RSAPublicKey) and found.is_signature_valid(key):
            return RevocationList(root.subject.public_bytes(), revoked, made_at, next_at)
    raise Refused("crl_untrusted")


def trusted(
    certificate: bytes,
    issuers: Sequence[bytes],
    roots: Sequence[bytes],
    at: datetime,
    purpose: Purpose = Purpose.PERSON,
) -> bool:
    """Whether a chain leads from `certificate` to one of `roots`, and its key is for `purpose`.

    Args:
        certificate: of who signed; all certificates are DER.
        issuers: further certificates that came along; they are not believed, only tried.
        roots: those that are believed.
        at: the time at which all of the chain must have been valid.
        purpose: what the key was used for.
    """
    try:
        own = x509.load_der_x509_certificate(certificate)
        between = [x509.load_der_x509_certificate(der) for der in issuers]
        store = Store([x509.load_der_x509_certificate(der) for der in roots])
        policy = (
            PolicyBuilder()
            .store(store)
            .time(at)
            .extension_policies(
                ca_policy=ExtensionPolicy.webpki_defaults_ca(),
                ee_policy=ExtensionPolicy.permit_all(),
            )
        )
        policy.build_client_verifier().verify(own, between)
        usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
        extended = _extended_use(own)
    except (ValueError, VerificationError, x509.ExtensionNotFound, x509.UnsupportedGeneralNameType):
        return False
    stamping = ExtendedKeyUsageOID.TIME_STAMPING in extended
    if purpose is Purpose.TIMESTAMP:
        return usage.digital_signature and stamping
    return usage.content_commitment and not stamping


def _extended_use(certificate: x509.Certificate) -> tuple[x509.ObjectIdentifier, ...]:
    try:
        return tuple(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return ()
