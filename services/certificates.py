"""The office's certificate authority: a root, persons' identities, revocation lists.

Keys are RSA 3072 (0.1 to 0.6 s to make): every reader of signed PDFs knows them. The root stays
offline with the office; persons get PKCS#12 files; a revocation list travels with the packages.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from asn1crypto import pkcs12 as pfx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from models.errors import Damaged, Refused, WrongPassphrase
from services.issued import Issued

ROOT_DAYS = 3650
PERSON_DAYS = 1095
REVOCATION_LIST_DAYS = 365
KEY_BITS = 3072
MAX_NAME_CHARACTERS = 64
"""Longest common or organisation name. Source: RFC 5280, appendix A, ub-common-name."""
MAX_DAYS = 36500
MAX_FILE_BYTES = 1024 * 1024
"""Greatest identity or certificate that is read at all."""
MAX_CRL_BYTES = 16 * 1024 * 1024
MAX_KDF_ROUNDS = 10_000_000
"""Most key derivation rounds an identity file may demand; more would hang the program."""
_SLACK = timedelta(days=1)
"""Certificates begin a day early: clocks of laptops that are never online differ."""
_SHA256 = hashes.SHA256()
_ALL_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


class Purpose(StrEnum):
    """What an issued key may do."""

    PERSON = "person"
    TIMESTAMP = "timestamp"
    """A group's local time (本机时间): a token made by it proves order, not an authority's time."""


_USES = {
    Purpose.PERSON: ("digital_signature", "content_commitment"),
    Purpose.TIMESTAMP: ("digital_signature",),
}


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


def make_root(name: str, days: int = ROOT_DAYS) -> Identity:
    """A new root of the office called `name`, valid for `days`.

    Raises:
        Refused: `certificate_name`, `certificate_days`.
    """
    key = rsa.generate_private_key(65537, KEY_BITS)
    subject = _subject(name, "")
    builder = (
        _builder(subject, subject, key.public_key(), _validity(days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return _identity(key, builder.sign(key, _SHA256), ())


def issue(
    root: Identity,
    name: str,
    days: int = PERSON_DAYS,
    *,
    group: str = "",
    purpose: Purpose = Purpose.PERSON,
) -> Identity:
    """A new key for a person (or a group's local time), certified by `root`.

    Args:
        root: the office's authority.
        name: the holder.
        days: how long it is valid, never longer than the root.
        group: the holder's group, may be empty.
        purpose: what the key may do.

    Raises:
        Refused: `certificate_name`, `certificate_days`, `not_a_root`, `root_expired`.
    """
    issuer = x509.load_der_x509_certificate(root.certificate)
    if not _is_root(issuer):
        raise Refused("not_a_root", name=root.name)
    if root.expired():
        raise Refused("root_expired", name=root.name, date=root.ends_at.date().isoformat())
    key = rsa.generate_private_key(65537, KEY_BITS)
    starts_at, ends_at = _validity(days)
    validity = (starts_at, min(ends_at, root.ends_at))
    builder = (
        _builder(_subject(name, group), issuer.subject, key.public_key(), validity)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(*_USES[purpose]), critical=True)
        .add_extension(_authority(root), critical=False)
    )
    if purpose is Purpose.TIMESTAMP:
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(stamping, critical=True)
    return _identity(key, builder.sign(root.key, _SHA256), (root.certificate,))


def make_timestamp_identity(root: Identity, group: str, days: int = PERSON_DAYS) -> Identity:
    """The key with which a group's laptops stamp their local time on signatures."""
    return issue(root, group, days, group=group, purpose=Purpose.TIMESTAMP)


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
    return _identity(content.key, own, chain)


def pem(identity: Identity) -> bytes:
    """The certificate alone, in PEM: what others import as a root."""
    own = x509.load_der_x509_certificate(identity.certificate)
    return own.public_bytes(serialization.Encoding.PEM)


def read_certificate(data: bytes) -> bytes:
    """The DER form of one certificate given in PEM or DER.

    Raises:
        Refused: `not_a_certificate`.
    """
    if len(data) > MAX_FILE_BYTES:
        raise Refused("not_a_certificate")
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificate(data).public_bytes(serialization.Encoding.DER)
        return x509.load_der_x509_certificate(data).public_bytes(serialization.Encoding.DER)
    except ValueError:
        raise Refused("not_a_certificate") from None


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate in DER, as people compare it by phone: `7F3A 21C9 …`, 16 groups."""
    digest = hashes.Hash(_SHA256)
    digest.update(certificate)
    text = digest.finalize().hex().upper()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def crl(root: Identity, register: Sequence[Issued], days: int = REVOCATION_LIST_DAYS) -> bytes:
    """The root's revocation list in DER, from what the register says is revoked.

    Raises:
        Refused: `not_a_root`.
    """
    issuer = x509.load_der_x509_certificate(root.certificate)
    if not _is_root(issuer):
        raise Refused("not_a_root", name=root.name)
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(_authority(root), critical=False)
    )
    for row in register:
        if row.revoked_at is not None:
            entry = x509.RevokedCertificateBuilder().serial_number(row.serial)
            builder = builder.add_revoked_certificate(entry.revocation_date(row.revoked_at).build())
    return builder.sign(root.key, _SHA256).public_bytes(serialization.Encoding.DER)


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


def _subject(name: str, group: str) -> x509.Name:
    for text in (name, group):
        if len(text) > MAX_NAME_CHARACTERS or not text.isprintable():
            raise Refused("certificate_name", name=text)
    if not name.strip():
        raise Refused("certificate_name", name=name)
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if group:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    return x509.Name(parts)


def _validity(days: int) -> tuple[datetime, datetime]:
    if not 1 <= days <= MAX_DAYS:
        raise Refused("certificate_days", days=days, limit=MAX_DAYS)
    now = datetime.now(UTC).replace(microsecond=0)
    return now - _SLACK, now + timedelta(days=days)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: rsa.RSAPublicKey,
    validity: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        # 63 bits, so that a person can type it; the first one keeps all serials equally long
        .serial_number((1 << 62) | secrets.randbits(62))
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _authority(root: Identity) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in allowed for name in _ALL_USES})


def _is_root(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return constraints.value.ca


def _identity(
    key: rsa.RSAPrivateKey, certificate: x509.Certificate, chain: tuple[bytes, ...]
) -> Identity:
    return Identity(
        certificate=certificate.public_bytes(serialization.Encoding.DER),
        chain=chain,
        name=_name_part(certificate, NameOID.COMMON_NAME),
        group=_name_part(certificate, NameOID.ORGANIZATION_NAME),
        serial=certificate.serial_number,
        starts_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
        key=key,
    )


def _name_part(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
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
