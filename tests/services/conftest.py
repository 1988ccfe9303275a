"""An office with its people, and a small archival report with places to sign."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from reportlab.pdfgen.canvas import Canvas

from services import certificates, signing
from services.certificates import Identity
from services.documents.fonts import Role, prepare
from services.signing import Terms

DIGEST = "urn:sha256:" + "5a" * 32


@pytest.fixture(scope="session")
def office_root() -> Identity:
    """The office's root."""
    return certificates.make_root("银川市教育实践活动办公室")


@pytest.fixture(scope="session")
def leader(office_root: Identity) -> Identity:
    """李堃, leader of group 1."""
    return certificates.issue(office_root, "李堃", group="第1督导组")


@pytest.fixture(scope="session")
def member(office_root: Identity) -> Identity:
    """马小明, member of group 1."""
    return certificates.issue(office_root, "马小明", group="第1督导组")


@pytest.fixture(scope="session")
def clock(office_root: Identity) -> Identity:
    """The clock key of group 1."""
    return certificates.make_timestamp_identity(office_root, "第1督导组")


@pytest.fixture(scope="session")
def stranger() -> Identity:
    """Someone of the same name whom another office certified."""
    return certificates.issue(certificates.make_root("别处办公室"), "李堃", group="第1督导组")


@pytest.fixture(scope="session")
def unsigned_report(shared_cache: Path) -> bytes:
    """PDF/A-1b of one page with the fields leader, member, office and an invisible archive."""
    drawn = _drawn("督导检查报告", shared_cache)
    archival = BytesIO()
    with pikepdf.open(BytesIO(drawn)) as pdf:
        for page in pdf.pages:
            if "/Trans" in page.obj:
                del page.obj["/Trans"]
        with pdf.open_metadata() as xmp:
            xmp["dc:identifier"] = DIGEST
        pikepdf.pdfa.save(pdf, archival, "1b")
    out = BytesIO()
    with pikepdf.open(archival) as pdf:
        widgets = [
            _widget(pdf, name, (60, 400 - 80 * row, 210, 450 - 80 * row))
            for row, name in enumerate(("leader", "member", "office"))
        ]
        widgets.append(_widget(pdf, "archive", (0, 0, 0, 0)))
        pdf.pages[0].obj["/Annots"] = pikepdf.Array(widgets)
        form = pikepdf.Dictionary(Fields=pikepdf.Array(widgets), SigFlags=1)
        pdf.Root["/AcroForm"] = pdf.make_indirect(form)
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


@pytest.fixture(scope="session")
def roots(office_root: Identity) -> list[bytes]:
    """What the verifier trusts."""
    return [certificates.pem(office_root)]


@pytest.fixture(scope="session")
def once(unsigned_report: bytes, leader: Identity) -> bytes:
    """Certified by the leader."""
    return signing.sign_pdf(unsigned_report, "leader", leader)


@pytest.fixture(scope="session")
def twice(once: bytes, member: Identity, clock: Identity) -> bytes:
    """Approved by the member, too; not closed."""
    return signing.sign_pdf(once, "member", member, Terms(clock=clock))


def _drawn(text: str, cache: Path) -> bytes:
    fonts = prepare({Role.BODY: [text]}, cache=cache)
    name = fonts.faces[0].name
    out = BytesIO()
    with fonts.registered():
        canvas = Canvas(out, initialFontName=name, pdfVersion=(1, 4), lang="zh-CN")  # type: ignore[arg-type]  # stubs err
        canvas.setFont(name, 16)
        canvas.drawString(80, 700, text)
        canvas.save()
    return out.getvalue()


def _widget(pdf: pikepdf.Pdf, name: str, rect: tuple[int, int, int, int]) -> pikepdf.Dictionary:
    box = [0, 0, rect[2] - rect[0], rect[3] - rect[1]]
    look = pdf.make_stream(b"")
    look["/Type"], look["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
    look["/BBox"] = pikepdf.Array(box)
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T=pikepdf.String(name),
            F=4,
            Rect=pikepdf.Array(list(rect)),
            P=pdf.pages[0].obj,
            AP=pikepdf.Dictionary(N=look),
        )
    )
