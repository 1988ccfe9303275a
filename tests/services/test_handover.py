"""归档移交: a folder that opens and verifies without the program."""

import subprocess
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from models.errors import Damaged, Refused
from services import handover, package, problems, records, reports
from services.certificates import Identity
from services.documents import archive, checking, pages
from services.documents.rendering import Options
from services.reports import Signature, Wanted
from services.sheets import workbook

if TYPE_CHECKING:
    from tests.groups import Field


def test_a_folder_holds_all_and_says_how_to_verify_it(
    field: "Field", tmp_path: Path, leader: Identity, office_root: Identity
) -> None:
    ws = field.ws
    uid = records.add(ws, "problem", [field.problem()]).uids[0]
    problems.move(ws, uid, "confirm", {"deadline": "2014-05-20"})
    package.trust_root(ws, office_root.certificate, "核对过")
    for kind in ("rectification", "ledger"):
        wanted = Wanted(kind, field.education)
        issued = reports.issue(ws, wanted, [Signature("leader", leader)])
    reports.set_state(ws, issued.uid, "void", reason="重出")
    options = Options(fonts=(), cache=tmp_path / "字体")
    target = tmp_path / "移交"
    target.mkdir()
    done = handover.hand_over(ws, target, options=options)
    assert [path.name for path in target.iterdir()] == [done.folder.name]
    names = {path.name for path in done.folder.iterdir()}
    assert any(n.startswith("银督三〔2014〕1号-") and n.endswith("-2014-05-06.pdf") for n in names)
    assert (done.documents, len(done.packages)) == (2, 1)
    sums = done.folder / "校验和-SHA256.txt"
    proven = subprocess.run(  # noqa: S603 - the system's own, as the page tells
        ["sha256sum", "-c", sums.name],  # noqa: S607
        cwd=done.folder, capture_output=True, check=False,
    )  # fmt: skip
    assert proven.returncode == 0, proven.stderr
    assert handover.verify_folder(done.folder) == ()
    for name in ("归档文件目录.pdf", "验证办法.pdf"):
        pdf = (done.folder / name).read_bytes()
        assert archive.violations(pdf) == ()
        assert checking.check(pdf).deviations == ()
    text = "".join(pages.text((done.folder / "归档文件目录.pdf").read_bytes(), 1).split())
    assert "作废" in text
    assert "共2件" in text
    sheet = openpyxl.load_workbook(done.folder / "归档文件目录.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["序号", "档号", "文号"]
    assert sheet.max_row == 3
    with pytest.raises(Refused) as caught:
        handover.hand_over(ws, target, options=options)
    assert caught.value.code == "file_exists"
    next(done.folder.glob("银督*.pdf")).write_bytes(b"altered")
    assert len(handover.verify_folder(done.folder)) == 1
    sums.unlink()
    with pytest.raises(Damaged):
        handover.verify_folder(done.folder)


def test_checksums_that_lead_outside_prove_nothing(tmp_path: Path) -> None:
    inside = tmp_path / "归档"
    inside.mkdir()
    (tmp_path / "外面").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (inside / "校验和-SHA256.txt").write_text(f"{empty}  ../外面\n", encoding="utf-8")
    assert handover.verify_folder(inside) == ("../外面",)


def test_a_sheet_holds_no_formula() -> None:
    data = workbook("目录", ("题名",), [("=1+1",), ("关于\x07整改",)])
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["'=1+1", "关于整改"]
    assert {row[0].data_type for row in sheet.iter_rows()} == {"s"}
