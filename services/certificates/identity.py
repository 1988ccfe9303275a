"""An identity: a private key with its certificate, and its PKCS#12 file."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import asn1crypto.tsp  # noqa: F401 - names time stamps before a file read here fixes all names
from asn1crypto import pkcs12 as pfx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from models.errors import Damaged, Refused, WrongPassphrase

MAX_FILE_BYTES = 1024 * 1024
"""Greatest identity file that is read at all."""
MAX_KDF_ROUNDS = 10_000_000
"""Most key derivation rounds an identity file may demand; more would hang the program."""
_CUT_FROM = 60
"""Bytes of a common name from which it may be the cut beginning of the organisation's name."""
_SHA256 = hashes.SHA256()


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key with its certificate; it signs (it is a `services.signing.Signer`)."""

    certificate: bytes = field(repr=False)
    """X.509 in DER."""
    chain: tuple[bytes, ...] = field(repr=False)
    """Issuers' certificates in DER, nearest first; empty for a root."""
    name: str
    """Common name: a person's, an office's or a group's."""
    group: str
    """Organisation name; may be empty."""
    serial: int
    starts_at: datetime
    """UTC."""
    ends_at: datetime
    """UTC."""
    key: rsa.RSAPrivateKey = field(repr=False, compare=False)

    def expired(self, at: datetime | None = None) -> bool:
        """Whether the certificate is over (or not begun) at that time, by default now."""
        moment = at or datetime.now(UTC)
        return not self.starts_at <= moment <= self.ends_at

    def sign(self, data: bytes) -> bytes:
        """The raw RSA signature (PKCS#1 v1.5, SHA-256) of `data`."""
        return self.key.sign(data, padding.PKCS1v15(), _SHA256)


def save_p12(identity: Identity, passphrase: str) -> bytes:
    """The identity as a PKCS#12 file, encrypted with AES-256.

    Raises:
        Refused: `identity_passphrase_empty`.
    """
    if not passphrase:
        raise Refused("identity_passphrase_empty")
    lock = serialization.BestAvailableEncryption(passphrase.encode())
    issuers = [x509.load_der_x509_certificate(der) for der in identity.chain]
    own = x509.load_der_x509_certificate(identity.certificate)
    label = identity.name.encode()
    return pkcs12.serialize_key_and_certificates(label, identity.key, own, issuers or None, lock)


def load_p12(data: bytes, passphrase: str) -> Identity:
    """The identity in a PKCS#12 file; whether it is expired is for `Identity.expired` to tell.

    Raises:
        WrongPassphrase: `identity_passphrase_wrong`.
        Damaged: `identity_damaged`, cut off or not a PKCS#12 file.
        Refused: `identity_incomplete`, without key or certificate; `identity_not_rsa`.
    """
    _check_p12(data)
    try:
        content = pkcs12.load_pkcs12(data, passphrase.encode())
    except ValueError:
        raise WrongPassphrase("identity_passphrase_wrong") from None
    if content.key is None or content.cert is None:
        raise Refused("identity_incomplete")
    if not isinstance(content.key, rsa.RSAPrivateKey):
        raise Refused("identity_not_rsa")
    own = content.cert.certificate
    if own.public_key() != content.key.public_key():
        raise Damaged("identity_damaged")
    issuers = (extra.certificate for extra in content.additional_certs)
    chain = tuple(c.public_bytes(serialization.Encoding.DER) for c in issuers)
    return identity_of(content.key, own, chain)


def pem(identity: Identity) -> bytes:
    """The certificate alone, in PEM: what others import as a root."""
    own = x509.load_der_x509_certificate(identity.certificate)
    return own.public_bytes(serialization.Encoding.PEM)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate in DER, as people compare it by phone: `7F3A 21C9 …`, 16 groups."""
    digest = hashes.Hash(_SHA256)
    digest.update(certificate)
    text = digest.finalize().hex().upper()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def identity_of(
    key: rsa.RSAPrivateKey, certificate: x509.Certificate, chain: tuple[bytes, ...]
) -> Identity:
    """The identity made of a key, its certificate and the issuers' certificates in DER."""
    return Identity(
        certificate=certificate.public_bytes(serialization.Encoding.DER),
        chain=chain,
        name=holder(certificate.subject),
        group=_name_part(certificate.subject, NameOID.ORGANIZATION_NAME),
        serial=certificate.serial_number,
        starts_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
        key=key,
    )


def holder(subject: x509.Name) -> str:
    """Who holds a certificate: the common name; the organisation where that was cut."""
    common = _name_part(subject, NameOID.COMMON_NAME)
    whole = _name_part(subject, NameOID.ORGANIZATION_NAME)
    is_cut = len(common.encode()) > _CUT_FROM and whole.startswith(common)
    return whole if is_cut else common


def _name_part(subject: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _check_p12(data: bytes) -> None:
    """Refuse what is no PKCS#12 file, and one that would make the key derivation run for hours."""
    try:
        rounds = _kdf_rounds(data) if len(data) <= MAX_FILE_BYTES else MAX_KDF_ROUNDS + 1
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Damaged("identity_damaged") from None
    if rounds > MAX_KDF_ROUNDS:
        raise Damaged("identity_damaged")


def _kdf_rounds(data: bytes) -> int:
    """The most rounds that any part of a PKCS#12 file asks for."""
    content = pfx.Pfx.load(data, strict=True)
    rounds = [int(content["mac_data"]["iterations"].native or 1)]
    for part in content.authenticated_safe:
        if part["content_type"].native == "encrypted_data":
            lock = part["content"]["encrypted_content_info"]["content_encryption_algorithm"]
            rounds.append(int(lock.kdf_iterations))
            continue
        for bag in pfx.SafeContents.load(part["content"].native):
            if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
                rounds.append(int(bag["bag_value"]["encryption_algorithm"].kdf_iterations))
    return max(rounds)
