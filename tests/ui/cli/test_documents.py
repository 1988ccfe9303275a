"""`document`: every unit at once, talks with names, a typed number, what a draft lacks."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.commands import FILE

if TYPE_CHECKING:
    from tests.commands import Cli


def test_one_for_every_unit_in_a_folder(cli: "Cli") -> None:
    folder = cli.folder / "各单位"
    folder.mkdir()
    told = cli.told("document", FILE, "self_check", "--all-units", "--out", "各单位")
    assert len(told["documents"]) == 2
    assert told["failed"] == []
    names = sorted(path.name for path in folder.iterdir())
    assert [Path(one["file"]).name for one in told["documents"]] != []
    assert names[0].startswith("市卫生局")
    again = cli.told("document", FILE, "self_check", "--all-units", "--out", "各单位")
    assert len(again["documents"]) == 2
    assert len(list(folder.iterdir())) == 4


def test_units_without_cause_are_told_when_issuing(cli: "Cli", papers: Path) -> None:
    (cli.folder / "各单位").mkdir()
    for name in ("李堃.p12", "签名口令"):
        (cli.folder / name).write_bytes((papers / name).read_bytes())
    done = cli(
        *("document", FILE, "urge", "--all-units", "--out", "各单位", "--json"),
        *("--sign", "leader=李堃.p12", "--p12-passphrase-file", "签名口令"),
    )
    assert done.status == 4
    assert {one["code"] for one in done.json["failed"]} == {"document_nothing"}
    assert done.json["documents"] == []
    assert cli.told("documents", FILE)["total"] == 0


def test_talks_bear_names_only_when_opened(cli: "Cli") -> None:
    people = {row["name"]: row["uid"] for row in cli.told("list", FILE, "person")["rows"]}
    talk = {
        "unit": "市教育局", "category": "middle", "date": "2014-05-06", "start_at": "09:02",
        "place": "三楼", "talkers": list(people.values())[:2], "recorder": people["王𬭎"],
        "text": "学习不实", "state": "finished", "code_name": "A417",
    }  # fmt: skip
    cli.add("interview", talk)
    cli.add("identity", {"code_name": "A417", "real_name": "周建国", "post": "科长"})
    shown = cli.told(
        *("document", FILE, "interview", "--unit", "市教育局", "--out", "谈话.pdf"),
        *("--docx", "谈话.docx"),
    )
    assert (shown["state"], shown["docx"]) == ("draft", "谈话.docx")
    assert (cli.folder / "谈话.docx").read_bytes().startswith(b"PK")
    opening = ("--with-names", "--names-passphrase-file", "实名口令", "--reason", "归档")
    asked = ("document", FILE, "interview", "--unit", "市教育局", "--out", "实名.pdf")
    assert cli(*asked, *opening, "--docx", "实名.docx", "--json").error == "manuscript_named"
    assert cli(*asked, "--docx", "谈话.docx", "--json").error == "file_exists"
    assert not [*cli.folder.glob("实名.*")]
    named = cli.told(*asked, *opening)
    assert named["digest"] != shown["digest"]
    refused = cli(
        *("document", FILE, "interview", "--unit", "市教育局", "--out", "再.pdf", "--json"),
        *("--with-names", "--names-passphrase-file", "实名口令"),
    )
    assert refused.error == "reason_required"
    assert not (cli.folder / "再.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("self_check", "--all-units", "--out", "没有"), "folder_unwritable"),
        (("merge_minutes", "--all-units", "--out", "."), "document_of_no_unit"),
        (("ledger", "--all-units", "--out", ".", "--docx", "x.docx"), "usage_docx"),
        (("feedback", "--out", "x.pdf"), "usage_unit"),
        (("transfer_slip", "--out", "x.pdf"), "package_unknown"),
        (("ledger", "--about", "abcdef", "--out", "x.pdf"), "document_about_nothing"),
        (("ledger", "--with-names", "--out", "x.pdf",
          "--names-passphrase-file", "实名口令", "--reason", "归档"), "document_no_names"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused(cli: "Cli", arguments: tuple[str, ...], code: str) -> None:
    before = cli.state()
    assert cli("document", FILE, *arguments, "--json").error == code
    assert cli.state() == before
