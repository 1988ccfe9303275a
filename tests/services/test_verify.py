"""Verification: every misuse of a signed report that we know of ends in a no, with its reason."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from models.errors import Damaged, Refused
from services import signing
from services.certificates import Identity
from services.signing import QuietWriter, Terms
from services.verdicts import Verdict
from services.verify import verify_pdf

DIGEST = "urn:sha256:" + "5a" * 32


def codes(verdict: Verdict) -> list[str]:
    """The reasons' codes."""
    return [reason.code for reason in verdict.reasons]


def notes(verdict: Verdict) -> list[str]:
    """The notes' codes."""
    return [note.code for note in verdict.notes]


def updated(pdf: bytes) -> tuple[QuietWriter, BytesIO]:
    """A writer that appends to a signed file, and where it writes to."""
    out = BytesIO(pdf)
    return QuietWriter(out), out


def annotated(pdf: bytes) -> bytes:
    """The file with a note that someone stuck on after signing."""
    writer, out = updated(pdf)
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (80, 690, 300, 720))),
            pdf_name("/Contents"): generic.pdf_string("已整改"),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    writer.write_in_place()  # type: ignore[no-untyped-call]
    return out.getvalue()


def relabelled(pdf: bytes) -> bytes:
    """The file with another digest of data in its metadata."""
    writer, out = updated(pdf)
    place = writer.root.raw_get("/Metadata")
    old = writer.get_object(place.reference)
    other = old.data.replace(b"urn:sha256:5a", b"urn:sha256:00")
    assert other != old.data
    stream = generic.StreamObject(
        {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")},
        stream_data=other,
    )
    writer.root[pdf_name("/Metadata")] = writer.add_object(stream)
    writer.update_root()  # type: ignore[no-untyped-call]
    writer.write_in_place()  # type: ignore[no-untyped-call]
    return out.getvalue()


def test_what_nobody_touched_is_good(twice: bytes, roots: list[bytes]) -> None:
    """All true, signers in order, the digest of the data, the places still open."""
    verdict = verify_pdf(twice, roots=roots, expected=["李堃", "member"])
    assert verdict.ok
    assert verdict.intact
    assert verdict.whole
    assert verdict.trusted
    assert (verdict.revoked, verdict.expired) == (False, False)
    assert (verdict.reasons, verdict.changed_after) == ((), ())
    assert [(s.name, s.group, s.field) for s in verdict.signers] == [
        ("李堃", "第1督导组", "leader"),
        ("马小明", "第1督导组", "member"),
    ]
    assert verdict.digest == DIGEST
    assert verdict.open_fields == ("office", "archive")
    assert notes(verdict) == ["revocation_unknown"]


def test_unsigned_report_is_not_good(unsigned_report: bytes, roots: list[bytes]) -> None:
    """Nothing is intact, whole or trusted where nobody signed."""
    verdict = verify_pdf(unsigned_report, roots=roots, expected=["leader"])
    assert codes(verdict) == ["unsigned", "signer_missing"]
    assert {verdict.ok, verdict.intact, verdict.whole, verdict.trusted} == {False}
    assert verdict.digest is None


def places(pdf: bytes) -> Iterator[int]:
    """Places all over a file, those in the room of signatures left out."""
    gaps = []
    at = pdf.find(b"/Contents <")
    while at >= 0:
        gaps.append((at + 11, pdf.index(b">", at + 11)))
        at = pdf.find(b"/Contents <", at + 1)
    assert len(gaps) == 2
    step = 397
    return (p for p in range(9, len(pdf) - 6, step) if not any(a <= p < b for a, b in gaps))


def test_no_flipped_bit_is_missed(twice: bytes, roots: list[bytes]) -> None:
    """One bit anywhere that is signed: never a yes, never a crash."""
    tried = 0
    for place in places(twice):
        altered = bytearray(twice)
        altered[place] ^= 1
        tried += 1
        try:
            verdict = verify_pdf(bytes(altered), roots=roots)
        except (Damaged, Refused):
            continue
        assert not verdict.ok, place
    assert tried > 25


def test_nothing_hides_beside_a_signature(once: bytes, roots: list[bytes]) -> None:
    """The unused room of a signature is covered by nobody, so it must be empty."""
    end = once.index(b">", once.index(b"/Contents <") + 11)
    hidden = once[: end - 8] + b"DEADBEEF" + once[end:]
    verdict = verify_pdf(hidden, roots=roots)
    assert codes(verdict) == ["changed_bytes"]
    assert verdict.changed_after == ("bytes",)


def test_damaged_signature_says_no_or_nothing_new(once: bytes, roots: list[bytes]) -> None:
    """A changed signature does not fit, or what was changed speaks for nobody (a copied issuer)."""
    start = once.index(b"/Contents <") + 11
    good = verify_pdf(once, roots=roots)
    broken = 0
    for place in range(start, start + 5800, 117):
        altered = bytearray(once)
        altered[place] = ord("7") if altered[place] != ord("7") else ord("8")
        verdict = verify_pdf(bytes(altered), roots=roots)
        broken += not verdict.ok
        assert verdict.signers == good.signers or not verdict.ok
    assert broken > 25


def test_note_stuck_on_after_signing_is_found(twice: bytes, roots: list[bytes]) -> None:
    """Other programs call it valid; it is not what was signed."""
    verdict = verify_pdf(annotated(twice), roots=roots)
    assert codes(verdict) == ["changed_annotation", "changed_page"]
    assert verdict.changed_after == ("annotation", "page")
    assert verdict.intact
    assert not verdict.whole
    assert not verdict.ok


def test_note_between_signatures_is_found(
    once: bytes, member: Identity, roots: list[bytes]
) -> None:
    """What comes between certification and approval is measured as well."""
    between = annotated(once)
    with pytest.raises(Refused):
        signing.sign_pdf(between, "member", member)
    later = foreign_signature(between, "member", member)
    verdict = verify_pdf(later, roots=roots)
    assert codes(verdict) == ["changed_annotation", "changed_page"]


def test_other_digest_after_signing_is_found(twice: bytes, roots: list[bytes]) -> None:
    """Metadata may not change either; the digest told is the one that was signed."""
    verdict = verify_pdf(relabelled(twice), roots=roots)
    assert verdict.changed_after == ("metadata",)
    assert not verdict.ok
    assert verdict.digest == DIGEST


def test_other_digest_between_signatures_is_found(
    once: bytes, member: Identity, roots: list[bytes]
) -> None:
    """Two signers who covered two digests did not sign one report."""
    verdict = verify_pdf(foreign_signature(relabelled(once), "member", member), roots=roots)
    assert "metadata" in verdict.changed_after
    assert not verdict.ok


@pytest.mark.parametrize("tail", [b"\n", b"% more\n", b"\x00" * 100])
def test_appended_bytes_are_found(twice: bytes, roots: list[bytes], tail: bytes) -> None:
    """Bytes behind the last signature that are no update."""
    try:
        verdict = verify_pdf(twice + tail, roots=roots)
    except Damaged:
        return
    assert verdict.changed_after == ("bytes",)
    assert not verdict.ok


def test_cut_files_are_damaged_or_not_good(once: bytes, twice: bytes, roots: list[bytes]) -> None:
    """A file cut anywhere is never good, except where an older state of it ended."""
    for end in (*range(10, len(twice), 3001), len(twice) - 1, len(twice) - 8):
        try:
            verdict = verify_pdf(twice[:end], roots=roots, expected=["leader", "member"])
        except (Damaged, Refused):
            continue
        assert not verdict.ok
    with pytest.raises(Damaged) as caught:
        verify_pdf(twice[: len(once) + 2000], roots=roots)
    assert caught.value.code == "pdf_damaged"


def test_last_signature_cut_off_is_missed(once: bytes, twice: bytes, roots: list[bytes]) -> None:
    """What is left is valid; only who was expected shows that someone is missing."""
    assert twice.startswith(once)
    cut = twice[: len(once)]
    assert verify_pdf(cut, roots=roots).ok
    verdict = verify_pdf(cut, roots=roots, expected=["李堃", "马小明"])
    assert verdict.missing_signers == ("马小明",)
    assert codes(verdict) == ["signer_missing"]
    assert not verdict.ok


def test_signature_taken_out_is_missed(once: bytes, roots: list[bytes]) -> None:
    """An update that empties the field leaves an unsigned report."""
    writer, out = updated(once)
    field = writer.root["/AcroForm"]["/Fields"][0]
    del field["/V"]
    writer.update_container(field)
    writer.write_in_place()  # type: ignore[no-untyped-call]
    assert codes(verify_pdf(out.getvalue(), roots=roots)) == ["unsigned"]


def foreign_signature(pdf: bytes, field: str, who: Identity) -> bytes:
    """Signed by a program that refuses nothing."""
    pkcs8 = who.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    other = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(who.certificate),
        signing_key=keys.PrivateKeyInfo.load(pkcs8),
        cert_registry=SimpleCertificateStore(),
    )
    meta = signers.PdfSignatureMetadata(field_name=field)
    made = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, other)
    return bytes(made.getvalue())


def test_signature_after_the_lock_is_found(
    once: bytes, member: Identity, leader: Identity, roots: list[bytes]
) -> None:
    """Closing means closing, whatever another program allows."""
    closed = signing.sign_pdf(once, "member", member, Terms(close=True))
    assert verify_pdf(closed, roots=roots).ok
    verdict = verify_pdf(foreign_signature(closed, "office", leader), roots=roots)
    assert "changed_signature" in codes(verdict)
    assert not verdict.whole


def test_signature_of_another_program_is_judged(
    once: bytes, member: Identity, roots: list[bytes]
) -> None:
    """An approval made elsewhere, in its place, is good."""
    verdict = verify_pdf(foreign_signature(once, "member", member), roots=roots)
    assert codes(verdict) == []
    assert [s.field for s in verdict.signers] == ["leader", "member"]


def test_foreign_files_are_refused(unsigned_report: bytes, roots: list[bytes]) -> None:
    """No PDF, an encrypted one, a giant: each by its name."""
    for data in (b"", b"\x00" * 2000, b"PK\x03\x04" + bytes(2000)):
        with pytest.raises(Refused) as caught:
            verify_pdf(data, roots=roots)
        assert caught.value.code == "not_a_pdf"
    locked = BytesIO()
    with pikepdf.open(BytesIO(unsigned_report)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Refused) as caught:
        verify_pdf(locked.getvalue(), roots=roots)
    assert caught.value.code == "pdf_encrypted"
    with pytest.raises(Refused) as caught:
        verify_pdf(unsigned_report.ljust(200 * 2**20 + 1), roots=roots)
    assert caught.value.code == "pdf_too_large"


def test_hostile_structure_is_damage(roots: list[bytes]) -> None:
    """Headers without a body, tables in circles, trees without end."""
    circle = (
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 1>>\nendobj\n"
        b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 3/Root 1 0 R/Prev 110>>\n"
        b"startxref\n110\n%%EOF\n"
    )
    short = (b"%PDF-1.4\n", b"%PDF-1.7\nstartxref\n9\n%%EOF\n", b"%PDF-" + b"[" * 90000)
    for data in (*short, circle):
        with pytest.raises(Damaged) as caught:
            verify_pdf(data, roots=roots)
        assert caught.value.code == "pdf_damaged"


def test_verdicts_are_values(once: bytes, roots: list[bytes]) -> None:
    """Two looks at one file give equal verdicts."""
    at = datetime.now(UTC)
    verdict = verify_pdf(once, roots=roots, at=at)
    assert verdict == verify_pdf(once, roots=roots, at=at)
    assert replace(verdict, ok=False) != verdict
