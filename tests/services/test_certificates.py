"""The office's authority: what it issues, saves, reads back and revokes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import pkcs12 as pfx
from asn1crypto import x509

from models.errors import Damaged, Refused, WrongPassphrase
from services import certificates, issued
from services.certificates import Identity, Purpose
from services.certificates.authority import KEY_BITS
from services.issued import Issued


@pytest.fixture(scope="session")
def leader_p12(leader: Identity) -> bytes:
    """The leader's identity as a file."""
    return certificates.save_p12(leader, "组长口令")


def entry_of(identity: Identity) -> Issued:
    """What the register says about an identity."""
    return Issued(identity.serial, identity.name, identity.ends_at)


def test_issued_certificate_names_holder_group_and_use(leader: Identity) -> None:
    """Chinese names are UTF-8 in the certificate, the key may sign and not certify."""
    parsed = x509.Certificate.load(leader.certificate)
    parts = {part[0]["type"].native: part[0]["value"].chosen for part in parsed.subject.chosen}
    assert {name: type(value).__name__ for name, value in parts.items()} == {
        "common_name": "UTF8String",
        "organization_name": "UTF8String",
    }
    assert (leader.name, leader.group) == ("李堃", "第1督导组")
    assert parsed.key_usage_value.native == {"digital_signature", "non_repudiation"}
    assert parsed.ca is False
    assert parsed.public_key.bit_size == KEY_BITS


def test_root_may_only_certify(office_root: Identity) -> None:
    """The root signs certificates and revocation lists, nothing else."""
    parsed = x509.Certificate.load(office_root.certificate)
    assert parsed.key_usage_value.native == {"key_cert_sign", "crl_sign"}
    assert parsed.ca is True
    assert office_root.chain == ()


def test_clock_key_may_only_stamp_time(clock: Identity) -> None:
    """A clock key cannot pass for a person's."""
    parsed = x509.Certificate.load(clock.certificate)
    assert parsed.extended_key_usage_value.native == ["time_stamping"]
    assert parsed.key_usage_value.native == {"digital_signature"}


def test_nobody_outlives_the_root() -> None:
    """A certificate ends with its root at the latest."""
    root = certificates.make_root("办公室", days=10)
    assert certificates.issue(root, "李四", days=100).ends_at == root.ends_at


def test_expiry_is_told(leader: Identity) -> None:
    """Expired or not begun is a question, not a refusal."""
    assert not leader.expired()
    assert leader.expired(leader.ends_at + timedelta(seconds=1))
    assert leader.expired(leader.starts_at - timedelta(seconds=1))


def test_a_person_cannot_issue(leader: Identity) -> None:
    """Only a root makes certificates and revocation lists."""
    with pytest.raises(Refused) as caught:
        certificates.issue(leader, "王五")
    assert caught.value.code == "not_a_root"
    with pytest.raises(Refused):
        certificates.crl(leader, ())


@pytest.mark.parametrize("name", ["", "  ", "名" * 65, "李\n堃", "李\x00堃"])
def test_impossible_names_are_refused(office_root: Identity, name: str) -> None:
    """Empty, too long or with control characters: no certificate."""
    with pytest.raises(Refused) as caught:
        certificates.issue(office_root, name)
    assert caught.value.code == "certificate_name"


LONG_OFFICE = "中共银川市委党的群众路线教育实践活动领导小组办公室"
LONG_GROUP = "银川市委党的群众路线教育实践活动第三督导组驻国有企业工作协调组"


def test_an_office_or_a_group_of_a_long_name_is_certified() -> None:
    """A common name holds 64 bytes, 21 Chinese characters; the whole name is kept beside it."""
    root = certificates.make_root(LONG_OFFICE)
    assert root.name == LONG_OFFICE
    clock = certificates.make_timestamp_identity(root, LONG_GROUP)
    assert (clock.name, clock.group) == (LONG_GROUP, LONG_GROUP)
    person = certificates.issue(root, "李𬭎", group=LONG_GROUP)
    assert (person.name, person.group) == ("李𬭎", LONG_GROUP)
    now = datetime.now(UTC)
    assert certificates.trusted(person.certificate, (), [root.certificate], now)
    with pytest.raises(Refused):
        certificates.issue(root, "长" * 22, group="组")


def test_root_name_must_be_known_to_other_programs() -> None:
    """A holder may be called 𬭎, a root not: its name is compared by old tables."""
    with pytest.raises(Refused) as caught:
        certificates.make_root("办公室𬭎")
    assert caught.value.code == "root_name_rare"
    assert caught.value.params["char"] == "𬭎"


@pytest.mark.parametrize("days", [0, -1, 40000])
def test_impossible_spans_are_refused(office_root: Identity, days: int) -> None:
    """A certificate is valid for at least a day and at most a century."""
    with pytest.raises(Refused) as caught:
        certificates.issue(office_root, "李四", days)
    assert caught.value.code == "certificate_days"


def test_identity_comes_back_from_its_file(leader: Identity, leader_p12: bytes) -> None:
    """What was saved is loaded, issuers included, and still signs."""
    loaded = certificates.load_p12(leader_p12, "组长口令")
    assert loaded == leader
    assert loaded.sign(b"x") == leader.sign(b"x")


def test_private_key_is_not_shown(leader: Identity) -> None:
    """Neither key nor certificate bytes land in a log by accident."""
    assert "key" not in repr(leader)
    assert len(repr(leader)) < 300


def test_wrong_passphrase_is_told(leader_p12: bytes) -> None:
    """A wrong or empty passphrase is no damage."""
    for wrong in ("别的", ""):
        with pytest.raises(WrongPassphrase) as caught:
            certificates.load_p12(leader_p12, wrong)
        assert caught.value.code == "identity_passphrase_wrong"


def test_empty_passphrase_is_refused(leader: Identity) -> None:
    """An identity is never saved open."""
    with pytest.raises(Refused):
        certificates.save_p12(leader, "")


def test_broken_identity_files_are_damage(leader_p12: bytes) -> None:
    """Empty, cut, foreign and giant files are told from a wrong passphrase."""
    for data in (b"", b"%PDF-1.4", leader_p12[:-1], leader_p12 + b"\x00", bytes(2 * 1024 * 1024)):
        with pytest.raises(Damaged) as caught:
            certificates.load_p12(data, "组长口令")
        assert caught.value.code == "identity_damaged"


def test_identity_file_cannot_demand_hours(leader_p12: bytes) -> None:
    """A hostile round count is refused before any round is run."""
    content = pfx.Pfx.load(leader_p12)
    content["mac_data"]["iterations"] = 2**31 - 1
    with pytest.raises(Damaged):
        certificates.load_p12(content.dump(force=True), "组长口令")


def test_certificate_is_read_in_both_forms(leader: Identity) -> None:
    """PEM and DER mean the same; anything else is refused."""
    assert certificates.read_certificate(certificates.pem(leader)) == leader.certificate
    assert certificates.read_certificate(leader.certificate) == leader.certificate
    for data in (b"", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----", b"\x30\x00"):
        with pytest.raises(Refused) as caught:
            certificates.read_certificate(data)
        assert caught.value.code == "not_a_certificate"


def test_fingerprint_is_sha256_in_groups_of_four() -> None:
    """As people read it to each other. Source: FIPS 180-4, SHA-256 of `abc`."""
    text = certificates.fingerprint(b"abc")
    assert text.startswith("BA78 16BF 8F01 CFEA ")
    assert len(text.split(" ")) == 16


def test_revocation_list_names_what_was_revoked(
    office_root: Identity, leader: Identity, member: Identity
) -> None:
    """Only the revoked serial stands in the list, with its date; its root is known again."""
    register = issued.enter(issued.enter((), entry_of(leader)), entry_of(member))
    at = datetime(2014, 5, 6, 10, 22, tzinfo=UTC)
    register = issued.revoke(register, leader.serial, at)
    data = certificates.crl(office_root, register)
    known = certificates.read_crl(data, [office_root.certificate])
    assert known.revoked == {leader.serial: at}
    assert known.next_at is not None
    assert known.next_at > known.made_at


def test_revocation_list_of_another_office_is_refused(
    office_root: Identity, stranger: Identity
) -> None:
    """A list counts only from the root it speaks for, even under the same name."""
    data = certificates.crl(office_root, ())
    twin = certificates.make_root(office_root.name)
    for roots in ([stranger.chain[0]], [twin.certificate], []):
        with pytest.raises(Refused) as caught:
            certificates.read_crl(data, roots)
        assert caught.value.code == "crl_untrusted"
    with pytest.raises(Refused) as caught:
        certificates.read_crl(data[:-20], [office_root.certificate])
    assert caught.value.code == "crl_invalid"


def test_person_key_has_no_extended_use(member: Identity) -> None:
    """A person's key is a plain signing key."""
    assert x509.Certificate.load(member.certificate).extended_key_usage_value is None


def test_trust_needs_root_time_and_purpose(
    office_root: Identity, member: Identity, clock: Identity, stranger: Identity
) -> None:
    """The right root, within the dates, for what the key is made for."""
    root, now = [office_root.certificate], datetime.now(UTC)
    assert certificates.trusted(member.certificate, member.chain, root, now)
    assert certificates.trusted(clock.certificate, (), root, now, Purpose.TIMESTAMP)
    late = member.ends_at + timedelta(seconds=1)
    assert not certificates.trusted(member.certificate, (), root, late)
    assert not certificates.trusted(member.certificate, (), [], now)
    assert not certificates.trusted(clock.certificate, (), root, now)
    assert not certificates.trusted(member.certificate, (), root, now, Purpose.TIMESTAMP)
    assert not certificates.trusted(stranger.certificate, stranger.chain, root, now)
    assert not certificates.trusted(b"garbage", (), root, now)


def test_a_person_cannot_stand_between(office_root: Identity, member: Identity) -> None:
    """What a person's key signs as a certificate leads nowhere, and rare names are no obstacle."""
    root = certificates.make_root("䶮办公室")
    rare = certificates.issue(root, "李𬭎", group="䶮组")
    now = datetime.now(UTC)
    assert certificates.trusted(rare.certificate, (), [root.certificate], now)
    assert not certificates.trusted(rare.certificate, (), [member.certificate], now)
    assert not certificates.trusted(root.certificate, (), [office_root.certificate], now)


def test_register_lies_beside_its_root() -> None:
    """The file's name follows the root's."""
    path = issued.register_path(Path("/u盘/办公室 根.p12"))
    assert path == Path("/u盘/办公室 根.register.json")


def test_register_comes_back_from_its_file(leader: Identity, member: Identity) -> None:
    """Serials, names and dates survive; no file yet is an empty register."""
    register = issued.revoke((entry_of(leader), entry_of(member)), member.serial)
    assert issued.read_register(issued.write_register(register)) == register
    assert issued.read_register(None) == ()
    assert register[1].revoked_at is not None
    assert register[0].revoked_at is None


def test_first_revocation_date_stays(leader: Identity) -> None:
    """Revoking again does not move the date."""
    first = datetime(2014, 5, 6, tzinfo=UTC)
    register = issued.revoke((entry_of(leader),), leader.serial, first)
    assert issued.revoke(register, leader.serial)[0].revoked_at == first


def test_unknown_serial_is_refused(leader: Identity) -> None:
    """A mistyped serial does not silently leave the lost key in force."""
    with pytest.raises(Refused) as caught:
        issued.revoke((entry_of(leader),), leader.serial ^ 1)
    assert caught.value.code == "serial_unknown"


def test_serial_is_read_as_it_is_shown(leader: Identity) -> None:
    """Spaces, colons and case do not matter."""
    text = issued.serial_text(leader.serial)
    assert len(text) == 19
    assert issued.parse_serial(text) == leader.serial
    assert issued.parse_serial(text.lower().replace(" ", ":")) == leader.serial
    for wrong in ("", "xyz", "1" * 41, "-"):
        with pytest.raises(Refused):
            issued.parse_serial(wrong)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"issued":[{}]}', b'{"issued":[{"serial":1}]}', b"\xff"]
)
def test_broken_register_is_damage(data: bytes) -> None:
    """A register that cannot be read is never taken for an empty one."""
    with pytest.raises(Damaged):
        issued.read_register(data)
