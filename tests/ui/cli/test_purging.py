"""`names purge`, its certificate, and `archive` on the command line."""

from pathlib import Path

from tests.commands import FILE, NAMES_SECRET, Cli


def test_purged_certified_and_archived(cli: Cli, papers: Path) -> None:
    (code,) = cli.add(
        "interview",
        {
            "unit": "市教育局", "category": "staff", "date": "2014-05-05", "place": "会议室",
            "talkers": ["李堃", "马小明"], "recorder": "马小明", "text": "一半是看录像。",
        },
        draft=True,
    )  # fmt: skip
    spoken = cli.told("show", FILE, "interview", code)["code_name"]
    cli.add("identity", {"code_name": spoken, "real_name": "张建军"})
    asked = (
        "names", "purge", FILE, "--reason", "活动结束", "--names-passphrase-file", "实名口令",
    )  # fmt: skip
    looked = cli.told(*asked, "--dry-run")
    assert looked["records"] == {"sealed": 1, "talk": 1}
    witnesses = ("--witness", "王𬭎", "--witness", "李䶮")
    assert cli(*asked, *witnesses, "--json").error == "purge_not_received"
    assert cli(*asked, "--give-up", "--witness", "王𬭎", "--json").error == "purge_two_witnesses"
    done = cli.told(*asked, *witnesses, "--give-up")
    assert done["left"] == []
    assert cli("names", "list", FILE, "--reason", "看", "--names-passphrase-file", "实名口令",
               "--json").error == "name_key_not_here"  # fmt: skip
    made = cli.told(
        "document", FILE, "purge", "--out", "清除证明.pdf",
        "--sign", f"leader={papers / '李堃.p12'}",
        "--p12-passphrase-file", str(papers / "签名口令"),
    )  # fmt: skip
    assert made["title"] == "清除证明"
    assert cli.told("check", FILE)["ok"]
    (cli.folder / "移交").mkdir()
    archived = cli.told("archive", FILE, "移交")
    assert archived["documents"] == 1
    assert cli.told("archive", "check", archived["folder"]) == {"ok": True, "wrong": []}
    next(Path(cli.folder / archived["folder"]).glob("*.xlsx")).unlink()
    broken = cli("archive", "check", archived["folder"], "--json")
    assert (broken.status, broken.json["wrong"]) == (8, ["归档文件目录.xlsx"])
    assert NAMES_SECRET not in str(done)
