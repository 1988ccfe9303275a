"""Who packed: a signature that matches, by somebody known, and what travels beside it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import parcels, tables
from models.errors import Damaged, Refused
from services import certificates, package, signing
from services.certificates import Identity
from services.issued import Issued
from services.package import Extent, Keys, Means, Order, Preset, SignatureState
from services.package import signature as signatures
from tests.groups import PASSPHRASE, Field
from tests.packs import altered, proven


@pytest.fixture
def signed(field: Field, tmp_path: Path, leader: Identity) -> Path:
    (parcel,) = package.write(field.ws, tmp_path, Order(), Means(signer=leader)).parcels
    return parcel.path


def verdict(path: Path, field: Field, *roots: bytes) -> package.SignatureVerdict:
    keys = package.keys_of(field.ws).believing(roots, ())
    with package.open_source(path, keys) as source:
        return source.signature


def test_a_signature_is_trusted_once_its_root_is(
    field: Field, signed: Path, leader: Identity, office_root: Identity
) -> None:
    unknown = verdict(signed, field)
    assert (unknown.state, unknown.signer) == (SignatureState.UNKNOWN_ROOT, leader.name)
    assert not unknown.trusted
    shown = package.trust_root(field.ws, certificates.pem(office_root), "电话核对过指纹")
    assert shown == certificates.fingerprint(office_root.certificate)
    assert package.trusted_roots(field.ws) == (office_root.certificate,)
    known = verdict(signed, field)
    assert known.trusted
    assert (known.signer, known.group, known.serial) == (leader.name, leader.group, leader.serial)


def test_trusting_a_root_takes_a_reason(field: Field, office_root: Identity) -> None:
    with pytest.raises(Refused) as refused:
        package.trust_root(field.ws, office_root.certificate, " ")
    assert refused.value.code == "reason_required"
    with pytest.raises(Refused) as refused:
        package.trust_root(field.ws, b"no certificate", "核对过")
    assert refused.value.code == "not_a_certificate"


def test_nobody_signed(field: Field, tmp_path: Path, office_root: Identity) -> None:
    (parcel,) = package.write(field.ws, tmp_path, Order()).parcels
    found = verdict(parcel.path, field, office_root.certificate)
    assert (found.state, found.signer) == (SignatureState.NONE, "")


def test_a_stranger_of_the_same_name_is_not_trusted(
    field: Field, tmp_path: Path, stranger: Identity, office_root: Identity
) -> None:
    (parcel,) = package.write(field.ws, tmp_path, Order(), Means(signer=stranger)).parcels
    found = verdict(parcel.path, field, office_root.certificate)
    assert found.state is SignatureState.UNKNOWN_ROOT


def test_a_signature_that_does_not_match_is_refused(
    field: Field, signed: Path, tmp_path: Path, office_root: Identity
) -> None:
    key = field.ws.store.key
    (other,) = package.write(field.ws, tmp_path, Order()).parcels
    with package.open_source(signed, package.keys_of(field.ws)) as source:
        cms = source.signature_bytes
    assert cms is not None
    for wrong in (cms, cms[:-9], b"\x30\x03abc", b"no signature"):
        row = {"key": "signature", "value": wrong}
        altered(other.path, key, lambda c: c.execute(parcels.manifest.delete().where(_SIGNATURE)))
        altered(other.path, key, partial(_insert, row))
        with pytest.raises(Damaged) as refused:
            verdict(other.path, field, office_root.certificate)
        assert refused.value.code == "package_signature_bad"


def _insert(row: Mapping[str, object], connection: sa.Connection) -> None:
    connection.execute(parcels.manifest.insert(), row)


_SIGNATURE = parcels.manifest.c.key == "signature"


def test_a_certificate_that_was_over_is_told(
    field: Field, signed: Path, office_root: Identity
) -> None:
    past = datetime.now(UTC) - timedelta(days=3000)
    with package.open_source(signed, package.keys_of(field.ws)) as source:
        body = source.manifest_bytes
    late = certificates.issue(office_root, "李堃", days=1)
    with pytest.raises(Refused) as refused:
        signing.sign_data(body, late, past)
    assert refused.value.code == "identity_expired"

    class Careless:
        """Signs with what is over."""

        name, certificate, chain, sign = late.name, late.certificate, late.chain, late.sign

        def expired(self, at: datetime | None = None) -> bool:
            """Never mind."""
            del at
            return False

    cms = signatures.sign(body, Careless(), past)
    found = signatures.judge(body, cms, name="", roots=(office_root.certificate,), crls=())
    assert found.state is SignatureState.EXPIRED


def test_a_lost_certificate_is_known_from_the_list_that_a_package_brings(
    field: Field, tmp_path: Path, signed: Path, office_root: Identity, leader: Identity
) -> None:
    package.trust_root(field.ws, office_root.certificate, "核对过")
    assert verdict(signed, field).trusted
    crl = _crl(office_root, leader)
    assert package.keep_crl(field.ws, crl)
    assert not package.keep_crl(field.ws, crl)
    assert verdict(signed, field).state is SignatureState.REVOKED
    with pytest.raises(Refused) as refused:
        package.keep_crl(field.ws, _crl(certificates.make_root("别处"), leader))
    assert refused.value.code == "crl_untrusted"
    # A laptop that trusts the root and knows no list learns it from the next package.
    (parcel,) = package.write(field.ws, tmp_path, Order(), Means(signer=leader)).parcels
    keys = Keys(passphrases=(PASSPHRASE,), roots=(office_root.certificate,))
    with package.open_source(parcel.path, keys) as source:
        assert source.signature.state is SignatureState.REVOKED
        with field.ws.store.local() as connection:
            connection.execute(tables.secret.delete().where(tables.secret.c.kind == "crl"))
            package.adopt(connection, source, keys.roots)
    assert verdict(signed, field).state is SignatureState.REVOKED


def _crl(root: Identity, lost: Identity) -> bytes:
    now = datetime.now(UTC)
    return certificates.crl(root, [Issued(lost.serial, lost.name, lost.ends_at, now)])


def test_a_root_is_not_trusted_because_a_package_brought_it(
    field: Field, tmp_path: Path, office_root: Identity, leader: Identity
) -> None:
    package.trust_root(field.ws, office_root.certificate, "核对过")
    (parcel,) = package.write(field.ws, tmp_path, Order(), Means(signer=leader)).parcels
    with field.ws.store.local() as connection:
        connection.execute(tables.secret.delete().where(tables.secret.c.kind == "root"))
    with package.open_source(parcel.path, package.keys_of(field.ws)) as source:
        assert source.secrets("root")
        assert source.signature.state is SignatureState.UNKNOWN_ROOT
        with field.ws.store.local() as connection:
            package.adopt(connection, source, ())
    assert package.trusted_roots(field.ws) == ()


def test_keys_come_along_where_they_are_missing_and_replace_none(
    field: Field, tmp_path: Path
) -> None:
    key = package.make_transfer_key(field.ws)
    secrets = (("transfer_key", str(field.ws.campaign), key.hex()),)
    group = Order(preset=Preset.GROUP, secrets=secrets)
    (parcel,) = package.write(field.ws, tmp_path, group).parcels
    secret = tables.secret
    with field.ws.store.read() as connection:
        wrapped = connection.scalar(sa.select(secret.c.value).where(secret.c.kind == "name_key"))
    keys = package.keys_of(field.ws)
    with package.open_source(parcel.path, keys) as source, field.ws.store.local() as connection:
        other = secret.update().where(secret.c.kind == "name_key")
        connection.execute(other.values(value="own"))
        package.adopt(connection, source, ())
        kept = sa.select(secret.c.value).where(secret.c.kind == "name_key")
        assert connection.scalar(kept) == "own"
        connection.execute(secret.delete())
        package.adopt(connection, source, ())
        assert connection.scalar(kept) == wrapped
        # A group's package says nothing of transfer keys: only the office's, or a join, does.
        assert package.transfer_keys(connection) == {}


def test_a_receipt_may_hold_nothing_but_its_manifest(
    field: Field, tmp_path: Path, leader: Identity
) -> None:
    order = Order(
        kind=package.ParcelKind.RECEIPT,
        extent=Extent.NOTHING,
        numbers=(("03-017", "ab" * 16),),
        receipt=(("of", "第三督导组"),),
        conflicts=({"row": "ab" * 16},),
    )
    (parcel,) = package.write(field.ws, tmp_path, order, Means(signer=leader)).parcels
    manifest = proven(parcel.path, package.keys_of(field.ws))
    assert manifest.runs == ()
    assert manifest.receipt == {"of": "第三督导组"}
    assert manifest.numbers == {"03-017": "ab" * 16}
    assert "-回执-" in parcel.path.name
