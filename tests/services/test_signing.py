"""Signing: what is signed stays PDF/A, other programs agree, what must not be signed is refused."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest

from models.errors import Damaged, Refused
from services import certificates, signing
from services.certificates import Identity
from services.documents.stamp import LOCAL_TIME, stamp
from services.signing import Terms
from services.verify import check_change, check_data, verify_pdf


@pytest.fixture(scope="session")
def signed_report(
    unsigned_report: bytes, leader: Identity, member: Identity, clock: Identity, shared_cache: Path
) -> bytes:
    """Certified by the leader, closed by the member, both stamped and with the group's time."""
    when = datetime.now(UTC)
    first = Terms(when, clock=clock, stamp=stamp("李堃", "组长", when, shared_cache))
    second = Terms(when, True, clock, stamp("马小明", "组员", when, shared_cache))
    once = signing.sign_pdf(unsigned_report, "leader", leader, first)
    return signing.sign_pdf(once, "member", member, second)


def run(*command: str | Path) -> str:
    """Standard output of a tool that must succeed."""
    found = shutil.which(str(command[0]))
    if found is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([found, *map(str, command[1:])], capture_output=True, check=True)  # noqa: S603 -- fixed tools of the test
    return done.stdout.decode()


def violations(pdf: bytes) -> tuple[str, ...]:
    """What breaks PDF/A-1b."""
    report = pikepdf.pdfa.validate_written(BytesIO(pdf), "1b")
    assert "pikepdf:internal" not in {finding.rule for finding in report.findings}
    return tuple(str(finding) for finding in report.violations)


def test_places_to_sign_are_listed(unsigned_report: bytes, signed_report: bytes) -> None:
    """Fields with their size, and whether they are taken."""
    fields = signing.signature_fields(unsigned_report)
    assert [f.name for f in fields] == ["leader", "member", "office", "archive"]
    assert (fields[0].width_pt, fields[0].height_pt, fields[3].width_pt) == (150, 50, 0)
    assert [f.signed for f in signing.signature_fields(signed_report)] == [1, 1, 0, 0]


def test_first_signature_certifies_and_last_one_locks(
    signed_report: bytes, office_root: Identity
) -> None:
    """The verdict shows who certified, who closed, and that the group's clock stamped both."""
    verdict = verify_pdf(signed_report, roots=[certificates.pem(office_root)])
    assert verdict.ok
    assert [(s.field, s.certifies, s.locks, s.stamped) for s in verdict.signers] == [
        ("leader", True, False, True),
        ("member", False, True, True),
    ]


def test_document_stays_archival(unsigned_report: bytes, signed_report: bytes) -> None:
    """PDF/A-1b before and after; version, title and metadata are the document's own."""
    assert signed_report.startswith(unsigned_report)
    assert violations(unsigned_report) == violations(signed_report) == ()
    with pikepdf.open(BytesIO(unsigned_report)) as old, pikepdf.open(BytesIO(signed_report)) as new:
        assert new.pdf_version == old.pdf_version == "1.4"
        assert "/Version" not in new.Root
        assert new.Root.Metadata.read_bytes() == old.Root.Metadata.read_bytes()
        assert "pyHanko" not in str(new.docinfo)


def test_other_programs_find_it_valid_and_trusted(
    signed_report: bytes, office_root: Identity, tmp_path: Path
) -> None:
    """Poppler, with the root imported, and qpdf agree."""
    path = tmp_path / "报告 第1号.pdf"
    path.write_bytes(signed_report)
    root, store = tmp_path / "root.pem", tmp_path / "nss"
    root.write_bytes(certificates.pem(office_root))
    store.mkdir()
    run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{store}", "-n", "root", "-t", "CT,C,C", "-i", root)
    said = run("pdfsig", "-nssdir", f"sql:{store}", path)
    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2
    assert re.findall(r"Common Name: (.*)", said) == ["李堃", "马小明"]
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)


@pytest.mark.pdfa
def test_second_validator_agrees(signed_report: bytes, tmp_path: Path) -> None:
    """Preflight, where it is installed, finds PDF/A-1b as well."""
    path = tmp_path / "report.pdf"
    path.write_bytes(signed_report)
    assert "PDF/A-1b" in run(Path(__file__).parents[1] / "pdfa-check", path)


def test_stamp_says_who_when_and_whose_time(tmp_path: Path, shared_cache: Path) -> None:
    """Name with role, local minute, and that no authority gave the time; it fits its field."""
    drawn = stamp("李堃", "组长", datetime(2014, 5, 6, 18, 22, tzinfo=UTC), shared_cache)(150, 50)
    path = tmp_path / "stamp.pdf"
    path.write_bytes(drawn)
    lines = run("pdftotext", "-layout", path, "-").split("\n")
    assert [line.strip() for line in lines[:3]] == ["李堃（组长）", "2014-05-06 18:22", LOCAL_TIME]
    boxes = run("pdftotext", "-bbox", path, "-")
    assert max(float(right) for right in re.findall(r'xMax="([\d.]+)"', boxes)) <= 150


def test_stamp_is_shown_in_the_field(signed_report: bytes, tmp_path: Path) -> None:
    """The page's text now has the stamps."""
    path = tmp_path / "report.pdf"
    path.write_bytes(signed_report)
    text = run("pdftotext", path, "-")
    assert "李堃（组长）" in text
    assert "马小明（组员）" in text


def test_locked_document_is_not_signed_again(signed_report: bytes, leader: Identity) -> None:
    """After the closing signature the program itself refuses."""
    with pytest.raises(Refused) as caught:
        signing.sign_pdf(signed_report, "office", leader)
    assert caught.value.code == "document_locked"


def test_unknown_and_taken_fields_are_refused(unsigned_report: bytes, leader: Identity) -> None:
    """The refusal names the fields there are."""
    with pytest.raises(Refused) as caught:
        signing.sign_pdf(unsigned_report, "chief", leader)
    assert caught.value.code == "signature_field_unknown"
    assert caught.value.params["known"] == "leader, member, office, archive"
    once = signing.sign_pdf(unsigned_report, "leader", leader)
    with pytest.raises(Refused) as caught:
        signing.sign_pdf(once, "leader", leader)
    assert caught.value.code == "field_signed"


def test_altered_document_is_not_signed_further(
    unsigned_report: bytes, leader: Identity, member: Identity
) -> None:
    """Nobody approves a file whose certification no longer fits it."""
    once = signing.sign_pdf(unsigned_report, "leader", leader)
    altered = once.replace(b"/MediaBox", b"/MediaBOX", 1)
    assert altered != once
    with pytest.raises((Refused, Damaged)):
        signing.sign_pdf(altered, "member", member)
    with pytest.raises(Refused) as caught:
        signing.sign_pdf(once.replace(b"/F 4", b"/F 6", 1), "member", member)
    assert caught.value.code == "signed_document_altered"


def test_expired_identity_does_not_sign(
    unsigned_report: bytes, leader: Identity, clock: Identity
) -> None:
    """Neither a person's nor the clock's key signs outside its validity."""
    late = leader.ends_at + timedelta(days=1)
    with pytest.raises(Refused) as caught:
        signing.sign_pdf(unsigned_report, "leader", leader, Terms(late))
    assert caught.value.code == "identity_expired"
    with pytest.raises(Refused):
        signing.sign_data(b"x", leader, late)
    with pytest.raises(Refused):
        signing.sign_pdf(unsigned_report, "leader", leader, Terms(late, clock=clock))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04"])
def test_what_is_no_pdf_is_not_signed(data: bytes, leader: Identity) -> None:
    """Foreign files are refused by name."""
    with pytest.raises(Refused) as caught:
        signing.sign_pdf(data, "leader", leader)
    assert caught.value.code == "not_a_pdf"


@dataclass(frozen=True)
class Token:
    """A key that never leaves its holder: all that a second backend must offer."""

    inner: Identity

    @property
    def name(self) -> str:
        """The holder."""
        return self.inner.name

    @property
    def certificate(self) -> bytes:
        """X.509 in DER."""
        return self.inner.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Issuers in DER."""
        return self.inner.chain

    def expired(self, at: datetime | None = None) -> bool:
        """Whether it is over."""
        return self.inner.expired(at)

    def sign(self, data: bytes) -> bytes:
        """The raw signature."""
        return self.inner.sign(data)


def test_any_signer_will_do(
    unsigned_report: bytes, office_root: Identity, leader: Identity
) -> None:
    """The interface is small enough for a token of another kind."""
    signed = signing.sign_pdf(unsigned_report, "office", Token(leader), Terms(close=True))
    verdict = verify_pdf(signed, roots=[office_root.certificate])
    assert verdict.ok
    assert verdict.signers[0].certifies
    assert verdict.signers[0].locks


def test_signed_data_is_checked(office_root: Identity, leader: Identity) -> None:
    """A change's signature names its signer and time, and fits that change alone."""
    when = datetime.now(UTC).replace(microsecond=0)
    body = b'{"entity":"problem","fields":{"state":"confirmed"}}'
    text = signing.sign_change(body, leader, when)
    roots = [certificates.pem(office_root)]
    verdict = check_change(body, text, roots=roots)
    assert verdict.ok
    assert verdict.signer is not None
    assert (verdict.signer.name, verdict.signer.at) == ("李堃", when)
    other = check_change(body + b" ", text, roots=roots)
    assert not other.ok
    assert not other.intact
    assert [r.code for r in other.reasons] == ["signature_broken"]


def test_hostile_data_signatures_are_no(office_root: Identity, leader: Identity) -> None:
    """Garbage is a verdict, never a crash."""
    cms = signing.sign_data(b"x", leader)
    for bad in (b"", b"\x30\x80", cms[:-1], cms + b"\x00", cms[:-1] + bytes([cms[-1] ^ 1])):
        verdict = check_data(b"x", bad, roots=[office_root.certificate])
        assert not verdict.ok
    assert not check_change(b"x", "no base64!", roots=[]).ok
