"""`document check`: what a finished PDF measures, in words and as JSON."""

from io import BytesIO
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from tests.commands import Cli


def foreign(path: Path) -> Path:
    """Two pages of another program."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    for _ in range(2):
        canvas.drawString(10, 400, "words outside")
        canvas.showPage()
    canvas.save()
    path.write_bytes(out.getvalue())
    return path


def test_deviations_are_told_by_page_and_fail(cli: Cli) -> None:
    path = foreign(cli.folder / "外来.pdf")
    done = cli("document", "check", str(path))
    assert done.status == 4
    assert "处偏差" in done.out
    assert "第 1 页　纸张：应为 A4，实为 215.9 mm × 279.4 mm；另有 1 页相同" in done.out
    told = cli("document", "check", str(path), "--json").json
    assert told["pages"] == 2
    assert {d["rule"] for d in told["deviations"]} >= {"paper", "core", "page_number", "embedded"}


def test_a_file_named_like_the_second_word_is_still_a_workspace(cli: Cli) -> None:
    done = cli("document", "./check", "inspection", "--out", "x.pdf", "--unit", "x", "--json")
    assert done.json["error"]["code"] != "usage_verb"
    assert done.status == 4


def test_what_cannot_be_measured_is_refused(cli: Cli) -> None:
    (cli.folder / "空.pdf").write_bytes(b"no pdf")
    done = cli("document", "check", "空.pdf", "--json")
    assert (done.status, done.error) == (4, "pdf_unreadable")
    done = cli("document", "check", "没有.pdf", "--json")
    assert (done.status, done.error) == (4, "file_missing")
