"""The issued file: PDF/A-1b, fonts embedded, fields placed, the digest inside."""

import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from services.documents import pages
from services.documents.archive import Facts, Field, NotArchival, finish, violations
from services.documents.flow import Layout
from services.documents.inspection import Options, Rendered, render
from services.documents.inspection_data import Inspection
from services.errors import Refused
from tests.services.documents import samples

FACTS = Facts("标题", "urn:sha256:00", datetime(2014, 5, 7, tzinfo=UTC))
CHECKER = Path(__file__).parents[2] / "pdfa-check"


def run(command: str, pdf: bytes, folder: Path) -> str:
    """What an outside program says about a file; skips where it is not installed."""
    program, *options = command.split()
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    path = folder / "file.pdf"
    path.write_bytes(pdf)
    words = [program, *options, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 -- fixed commands
    return done.stdout


def test_the_report_is_pdf_a_by_the_libraries_validator(report: Rendered) -> None:
    assert violations(report.pdf) == ()


def test_every_font_is_embedded(report: Rendered, tmp_path: Path) -> None:
    rows = run("pdffonts", report.pdf, tmp_path).splitlines()[2:]
    assert len(rows) > 2
    assert all(row.split()[-5] == "yes" for row in rows)
    assert not any("Helvetica" in row for row in rows)


def test_the_structure_is_sound(report: Rendered, tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors" in run("qpdf --check", report.pdf, tmp_path)


def test_text_extracts_in_reading_order(report: Rendered, tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(report.pdf)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)  # noqa: S603, S607 -- a fixed command
    order = [
        "银督三〔2014〕12号",
        "市委党的群众路线",
        "一、督导检查开展情况",
        "二、督导检查发现的问题",
    ]
    order += ["三、民主评议", "四、问题清单", "五、整改要求", "组员", "送达回执"]
    places = [done.stdout.index(words) for words in order]
    assert places == sorted(places)


def test_signature_fields_are_empty_visible_and_in_place(report: Rendered) -> None:
    with pikepdf.open(BytesIO(report.pdf)) as pdf:
        found = {str(f.T): f for f in pdf.Root.AcroForm.Fields}
        assert set(found) == {"leader", "member", "archive"}
        for place in report.fields:
            widget = found[place.name]
            assert "/V" not in widget
            assert "/N" in widget.AP
            assert int(widget.F) == 4
            assert [float(v) for v in widget.Rect] == pytest.approx(place.rect, abs=0.01)
            assert pdf.pages[place.page - 1].obj == widget.P


def test_title_language_outline_and_digest_are_set(report: Rendered) -> None:
    with pikepdf.open(BytesIO(report.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert str(pdf.docinfo["/Title"]) == report.title
        assert pdf.open_metadata()["dc:identifier"] == f"urn:sha256:{report.digest}"
        with pdf.open_outline() as outline:
            (title,) = outline.root
            assert title.title == report.title
            assert [part.title[:2] for part in title.children][:5] == [
                "一、",
                "二、",
                "三、",
                "四、",
                "五、",
            ]


def test_an_unembedded_font_is_refused_with_the_violation() -> None:
    out = BytesIO()
    canvas = Canvas(out)
    canvas.drawString(50, 50, "plain Helvetica")
    canvas.save()
    with pytest.raises(NotArchival) as refused:
        finish(out.getvalue(), Layout(((),), ()), {}, (), FACTS)
    assert "font" in str(refused.value.params["violations"]).lower()


def test_fields_on_other_pages_than_the_first_are_placed_there(report: Rendered) -> None:
    leader = next(place for place in report.fields if place.name == "leader")
    assert leader.page > 1
    assert isinstance(leader, Field)


@pytest.mark.pdfa
@pytest.mark.parametrize("data", [samples.plain(), samples.empty(), samples.plain(40)])
def test_an_independent_validator_agrees(
    data: Inspection, options: Options, tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(render(data, options).pdf)
    done = subprocess.run([str(CHECKER), str(path)], capture_output=True, text=True, check=False)  # noqa: S603 -- ours
    assert done.returncode == 0, done.stdout + done.stderr


def test_pages_are_drawn_opaque_at_the_asked_scale(report: Rendered) -> None:
    image = pages.render(report.pdf, 1, 0.5)
    assert (image.width, image.height) == (298, 421)
    assert len(image.data) == image.width * image.height * 4
    assert set(image.data[3::4]) == {255}
    assert min(image.data) < 60


def test_broken_files_and_missing_pages_are_refused(report: Rendered) -> None:
    for bad in (b"", b"%PDF-1.4 nothing", report.pdf[:200]):
        with pytest.raises(Refused) as refused:
            pages.page_count(bad)
        assert refused.value.code == "pdf_unreadable"
    for page in (0, report.pages + 1):
        with pytest.raises(Refused) as refused:
            pages.render(report.pdf, page, 1)
        assert refused.value.code == "page_missing"
