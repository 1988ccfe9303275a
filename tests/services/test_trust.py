"""Whom a verdict believes: roots, revocation lists, dates, clocks."""

from datetime import UTC, datetime, timedelta

import pytest

from models.errors import Refused
from services import certificates, issued, signing
from services.certificates import Identity
from services.issued import Issued
from services.signing import Terms
from services.verdicts import Verdict
from services.verify import check_data, verify_pdf


def codes(verdict: Verdict) -> list[str]:
    """The reasons' codes."""
    return [reason.code for reason in verdict.reasons]


def notes(verdict: Verdict) -> list[str]:
    """The notes' codes."""
    return [note.code for note in verdict.notes]


class Backdating(Identity):
    """A signer who does not care whether the certificate is valid at the time it claims."""

    __slots__ = ()

    def expired(self, at: datetime | None = None) -> bool:
        """Never, it says."""
        return False


def careless(identity: Identity) -> Backdating:
    """That person's key in careless hands."""
    return Backdating(**{name: getattr(identity, name) for name in Identity.__slots__})


def listed(root: Identity, *revoked: Identity) -> bytes:
    """A revocation list of that root."""
    register: tuple[Issued, ...] = ()
    for one in revoked:
        register = issued.enter(register, Issued(one.serial, one.name, one.ends_at))
        register = issued.revoke(register, one.serial)
    return certificates.crl(root, register)


def test_foreign_certificates_are_not_trusted(
    unsigned_report: bytes, once: bytes, stranger: Identity, roots: list[bytes]
) -> None:
    """The same name from another office, and no root at all."""
    verdict = verify_pdf(signing.sign_pdf(unsigned_report, "leader", stranger), roots=roots)
    assert verdict.signers[0].name == "李堃"
    assert codes(verdict) == ["signer_untrusted"]
    assert verdict.intact
    assert not verdict.trusted
    assert codes(verify_pdf(once, roots=[])) == ["signer_untrusted"]
    assert verify_pdf(once, roots=[stranger.chain[0], *roots]).ok


def test_rare_characters_in_names_are_no_obstacle(unsigned_report: bytes) -> None:
    """Signers and groups whose names hold characters that came late to Unicode."""
    root = certificates.make_root("䶮办公室")
    who = certificates.issue(root, "李𬭎", group="𬭎组")
    own_clock = certificates.make_timestamp_identity(root, "𬭎组")
    signed = signing.sign_pdf(unsigned_report, "leader", who, Terms(clock=own_clock))
    verdict = verify_pdf(signed, roots=[root.certificate], crls=[listed(root)], expected=["李𬭎"])
    assert verdict.ok
    assert verdict.notes == ()
    assert check_data(b"x", signing.sign_data(b"x", who), roots=[root.certificate]).ok


def test_clock_key_cannot_sign_as_a_person(
    unsigned_report: bytes, clock: Identity, roots: list[bytes]
) -> None:
    """A key for time tokens is known to the root and yet signs nothing."""
    data = signing.sign_data(b"x", clock)
    assert check_data(b"x", data, roots=roots).ok is False
    signed = signing.sign_pdf(unsigned_report, "leader", clock)
    assert codes(verify_pdf(signed, roots=roots)) == ["signer_untrusted"]


def test_revoked_signer_is_found(
    twice: bytes, office_root: Identity, member: Identity, leader: Identity, roots: list[bytes]
) -> None:
    """Revoked is revoked, also if the signature says it is older."""
    verdict = verify_pdf(twice, roots=roots, crls=[listed(office_root, member)])
    assert [(r.code, r.params["name"]) for r in verdict.reasons] == [("signer_revoked", "马小明")]
    assert verdict.revoked
    assert not verdict.ok
    clean = verify_pdf(twice, roots=roots, crls=[listed(office_root)])
    assert clean.ok
    assert notes(clean) == []
    cms = signing.sign_data(b"x", leader)
    assert check_data(b"x", cms, roots=roots, crls=[listed(office_root, leader)]).revoked


def test_foreign_and_old_revocation_lists_are_told(
    twice: bytes, office_root: Identity, stranger: Identity, roots: list[bytes]
) -> None:
    """A list that no root made changes nothing; an old one is used and called old."""
    twin = certificates.make_root(office_root.name)
    for data, why in ((listed(twin), "crl_untrusted"), (b"garbage", "crl_invalid")):
        verdict = verify_pdf(twice, roots=roots, crls=[data])
        assert verdict.ok
        assert notes(verdict) == [why, "revocation_unknown"]
    old = verify_pdf(
        twice, roots=roots, crls=[listed(office_root)], at=datetime.now(UTC) + timedelta(days=400)
    )
    assert notes(old) == ["crl_old"]
    assert old.ok


def test_certificate_that_ended_since_is_told(
    twice: bytes, leader: Identity, roots: list[bytes]
) -> None:
    """An old report stays good; that its certificates are over is said."""
    verdict = verify_pdf(twice, roots=roots, at=leader.ends_at + timedelta(days=30))
    assert verdict.expired
    assert verdict.ok
    assert notes(verdict) == ["revocation_unknown", "signer_expired_since", "signer_expired_since"]


@pytest.mark.parametrize("days", [-2, 2000])
def test_signature_outside_its_certificate_is_no_good(
    unsigned_report: bytes, leader: Identity, roots: list[bytes], days: int
) -> None:
    """Signed before the certificate began, or after it ended."""
    when = datetime.now(UTC) + timedelta(days=days)
    signed = signing.sign_pdf(unsigned_report, "leader", careless(leader), Terms(when))
    verdict = verify_pdf(signed, roots=roots, at=when)
    assert codes(verdict) == ["signer_expired"]
    assert verdict.expired
    assert not verdict.trusted


def test_clock_that_is_ahead_is_told(
    unsigned_report: bytes, leader: Identity, roots: list[bytes]
) -> None:
    """A time in the future is somebody's wrong clock."""
    when = datetime.now(UTC) + timedelta(days=10)
    signed = signing.sign_pdf(unsigned_report, "leader", leader, Terms(when))
    verdict = verify_pdf(signed, roots=roots)
    assert verdict.ok
    assert "clock_ahead" in notes(verdict)


def test_time_by_an_unknown_clock_is_told(
    unsigned_report: bytes, leader: Identity, roots: list[bytes]
) -> None:
    """A foreign clock key is noted; the time was the laptop's word anyway."""
    other = certificates.make_timestamp_identity(certificates.make_root("别处"), "别组")
    signed = signing.sign_pdf(unsigned_report, "leader", leader, Terms(clock=other))
    verdict = verify_pdf(signed, roots=roots)
    assert verdict.ok
    assert "timestamp_untrusted" in notes(verdict)


def test_root_must_be_a_certificate(once: bytes) -> None:
    """A wrong --root file is refused before anything is judged."""
    with pytest.raises(Refused) as caught:
        verify_pdf(once, roots=[b"-----BEGIN X-----"])
    assert caught.value.code == "not_a_certificate"
