"""A group's first week by command: from nothing to a signed report that other programs trust."""

import shutil
import subprocess
from pathlib import Path

from tests.commands import FILE, Cli

TALK = {
    "unit": "市教育局", "category": "middle", "date": "2014-05-06", "start_at": "09:02",
    "place": "三楼小会议室", "talkers": ["马小明", "王𬭎"], "recorder": "王𬭎",
    "text": "集中学习一共搞了六次，一半是看录像。\n党课是办公室写的稿子。",
}  # fmt: skip


def run(*command: str | Path) -> str:
    """What a program prints; it must end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return done.stdout


def test_from_the_first_talk_to_a_report_that_others_trust(
    cli: Cli, papers: Path, tmp_path: Path
) -> None:
    for file in papers.iterdir():
        shutil.copy(file, cli.folder / file.name)
    interview = cli.add("interview", TALK)[0]
    code = cli.told("show", FILE, "interview", interview)["code_name"]
    cli.add("identity", {"code_name": code, "real_name": "张堃"})
    cli.add(
        "opinion",
        {"unit": "市教育局", "text": "以看录像代替自学", "nature": "wind", "subject": "team",
         "specificity": "concrete", "winds": ["formalism"], "source": "middle"},
    )  # fmt: skip
    cli.add(
        "check",
        {"unit": "市教育局", "form": "study_check", "date": "2014-05-06", "checkers": ["马小明"],
         "answers": {"plan_exists": True, "notebooks": [2, 5]}, "result": "formality"},
    )  # fmt: skip
    problem = cli.add(
        "problem",
        {"unit": "市教育局", "sub_kind": "2.2", "title": "以集中学习代替自学",
         "facts": "5月6日抽查笔记五本，三本空白。", "handlers": ["马小明", "王𬭎"],
         "evidence": [interview, "学习台账复印件"], "deadline": "2014-06-30"},
    )[0]  # fmt: skip
    secret = ("--p12-passphrase-file", "签名口令")
    confirmed = cli.told("problem", FILE, problem, "confirm", "--p12", "李堃.p12", *secret)
    assert confirmed["moved"][0]["number"] == "03-001"
    assert cli.told("search", FILE, "看录像")["total"] == 2
    issued = cli.told(
        *("document", FILE, "inspection", "--unit", "市教育局", "--out", "报告.pdf"),
        *("--period", "2014-04-01..2014-05-31", "--sign", "leader=李堃.p12", *secret),
    )
    verdict = cli.told("verify", "报告.pdf", "--root", "根.pem", "--workspace", FILE)
    assert (verdict["ok"], verdict["trusted"], verdict["records"]) == (True, True, "match")
    _others_agree(cli.folder / "报告.pdf", cli.folder / "根.pem", tmp_path)
    text = "".join(run("pdftotext", "-layout", cli.folder / "报告.pdf", "-").split())
    for printed in ("03-001", "以集中学习代替自学", issued["number"].replace(" ", "")):
        assert printed in text
    for secret_word in (code, "张堃", "三楼小会议室", "09:02", "办公室写的稿子"):
        assert secret_word not in text
    assert cli.told("check", FILE)["ok"]
    before = cli.state()
    cli.told("rebuild", FILE)
    assert cli.state() == before
    copy = cli.told("backup", FILE)
    assert Path(cli.folder / copy["file"]).exists()


def _others_agree(report: Path, root: Path, folder: Path) -> None:
    """Poppler finds the signature valid and trusted, qpdf the structure whole, every font is in."""
    store = folder / "nss"
    store.mkdir()
    run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{store}", "-n", "root", "-t", "CT,C,C", "-i", root)
    said = run("pdfsig", "-nssdir", f"sql:{store}", report)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", report)
    fonts = run("pdffonts", report).splitlines()[2:]
    assert fonts
    assert {line.split()[-5] for line in fonts} == {"yes"}
