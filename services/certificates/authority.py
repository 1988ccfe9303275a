"""The authority itself: roots, what they issue, and their revocation lists."""

import secrets
import stringprep
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from models.errors import Refused
from services.certificates.identity import Identity, identity_of
from services.issued import Issued

ROOT_DAYS = 3650
PERSON_DAYS = 1095
REVOCATION_LIST_DAYS = 365
KEY_BITS = 3072
MAX_NAME_CHARACTERS = 64
"""Longest common or organisation name. Source: RFC 5280, appendix A, ub-common-name."""
MAX_COMMON_BYTES = 64
"""Longest common name that every program takes: some count bytes where the standard says
characters, so that an office's or a group's name of 22 Chinese characters is cut there."""
MAX_DAYS = 36500
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


def new_keys(count: int) -> list[rsa.RSAPrivateKey]:
    """Keys for what is made next, sought side by side: each takes a third of a second."""
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(lambda _at: _new_key(), range(count)))


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, KEY_BITS)


def make_root(
    name: str, days: int = ROOT_DAYS, *, key: rsa.RSAPrivateKey | None = None
) -> Identity:
    """A new root of the office called `name`, valid for `days`; its key is made unless given.

    Raises:
        Refused: `certificate_name`, `certificate_days`; `root_name_rare`, a character that came
            after Unicode 3.2: programs compare issuers' names by its tables (RFC 4518 §2.4) and
            would refuse whatever this root issues. Holders' names may have any.
    """
    rare = next((character for character in name if stringprep.in_table_a1(character)), None)
    if rare is not None:
        raise Refused("root_name_rare", char=rare)
    key = key or _new_key()
    subject = _subject(name, "")
    builder = (
        _builder(subject, subject, key.public_key(), _validity(days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return identity_of(key, builder.sign(key, _SHA256), ())


def issue(
    root: Identity,
    name: str,
    days: int = PERSON_DAYS,
    *,
    group: str = "",
    purpose: Purpose = Purpose.PERSON,
    key: rsa.RSAPrivateKey | None = None,
) -> Identity:
    """A new key for a person (or a group's local time), certified by `root`.

    Args:
        root: the office's authority.
        name: the holder.
        days: how long it is valid, never longer than the root.
        group: the holder's group, may be empty.
        purpose: what the key may do.
        key: the key, made here unless given.

    Raises:
        Refused: `certificate_name`, `certificate_days`, `not_a_root`, `root_expired`.
    """
    issuer = x509.load_der_x509_certificate(root.certificate)
    if not _is_root(issuer):
        raise Refused("not_a_root", name=root.name)
    if root.expired():
        raise Refused("root_expired", name=root.name, date=root.ends_at.date().isoformat())
    key = key or _new_key()
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
    return identity_of(key, builder.sign(root.key, _SHA256), (root.certificate,))


def make_timestamp_identity(
    root: Identity, group: str, days: int = PERSON_DAYS, *, key: rsa.RSAPrivateKey | None = None
) -> Identity:
    """The key with which a group's laptops stamp their local time on signatures."""
    return issue(root, group, days, group=group, purpose=Purpose.TIMESTAMP, key=key)


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


def _subject(name: str, group: str) -> x509.Name:
    for text in (name, group):
        if len(text) > MAX_NAME_CHARACTERS or not text.isprintable():
            raise Refused("certificate_name", name=text)
    if not name.strip():
        raise Refused("certificate_name", name=name)
    common = _cut(name)
    if common != name:
        if group not in ("", name):  # a person's name is never cut
            raise Refused("certificate_name", name=name)
        group = name
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if group:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    return x509.Name(parts)


def _cut(name: str) -> str:
    """As much of a name as a common name takes; the whole then stands as the organisation."""
    return name.encode()[:MAX_COMMON_BYTES].decode(errors="ignore")


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
