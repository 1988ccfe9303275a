"""`invite`, `join`, `receipt`, `received` and `restore`, as scripts use them."""

import shutil
from pathlib import Path

import pytest

from tests.commands import FILE, Cli

OWN = "马小明.dudao"
SPOKEN = ("--package-passphrase-file", "打包口令")


@pytest.fixture
def pack(cli: Cli) -> str:
    """The package that invites 马小明; its passphrase is in the file `打包口令`."""
    (cli.folder / "打包口令").write_text("4821 7730", encoding="utf-8")
    told = cli.told("invite", FILE, ".", "--person", "马小明", *SPOKEN)
    assert [(p["name"], p["letter"]) for p in told["people"]] == [("马小明", "B")]
    assert "package_passphrase" not in told
    return str(told["file"])


def test_a_member_joins_and_the_files_meet(cli: Cli, pack: str) -> None:
    told = cli.told("join", OWN, pack, "--person", "马小明", *SPOKEN)
    assert (told["group"], told["letter"], told["role"]) == ("第三督导组", "B", "member")
    assert told["state_code"] == cli.told("info", FILE)["state_code"]
    unit = cli.told("list", OWN, "unit")["rows"][0]["uid"]
    cli.told("add", OWN, "opinion", f'{{"unit": "{unit}", "text": "会议太多"}}')
    (sent,) = cli.told("pack", OWN, ".", "--for", "group")["packages"]
    assert cli.told("merge", FILE, sent["file"])["applied"] > 0
    assert cli.told("info", FILE)["counts"]["opinion"] == 1
    done = cli("join", "又一个.dudao", pack, "--person", "马小明", *SPOKEN, "--json")
    assert (done.status, done.error) == (4, "joined_already")
    assert not (cli.folder / "又一个.dudao").exists()
    (founding,) = cli.told("merges", OWN)["merges"]
    undone = cli("undo-merge", OWN, str(founding["merge_id"]), "--reason", "试试", "--json")
    assert undone.status == 4


def test_a_passphrase_to_tell_by_telephone_is_made_up(cli: Cli) -> None:
    told = cli.told("invite", FILE, ".", "--person", "马小明", "--role", "liaison")
    (cli.folder / "打包口令").write_text(told["package_passphrase"], encoding="utf-8")
    joined = cli.told("join", OWN, told["file"], "--person", "马小明", *SPOKEN)
    assert joined["role"] == "liaison"


def test_a_package_for_the_group_serves_for_joining(cli: Cli) -> None:
    people = cli.told("list", FILE, "person")["rows"]
    member = next(p["uid"] for p in people if p["name"] == "马小明")
    (group,) = cli.told("list", FILE, "group")["rows"]
    members = [*group["members"], member]
    listed = "[" + ",".join(f'"{m}"' for m in members) + "]"
    cli.told("set", FILE, "group", group["uid"], f"members={listed}")
    (sent,) = cli.told("pack", FILE, ".", "--for", "group")["packages"]
    assert cli.told("join", OWN, sent["file"], "--person", "马小明")["letter"] == "B"


def test_refusals_of_joining(cli: Cli, pack: str) -> None:
    for arguments, status, code in (
        ((OWN, pack, "--person", "李堃", *SPOKEN), 4, "join_not_invited"),
        ((OWN, pack, "--person", "马小明"), 3, "passphrase_wrong"),
        ((OWN, "没有.dudaopack", "--person", "马小明", *SPOKEN), 4, "file_missing"),
        ((FILE, pack, "--person", "马小明", *SPOKEN), 4, "file_exists"),
    ):
        done = cli("join", *arguments, "--json")
        assert (done.status, done.error) == (status, code)
    data = (cli.folder / pack).read_bytes()
    (cli.folder / pack).write_bytes(data[: len(data) - 4096])
    assert cli("join", OWN, pack, "--person", "马小明", *SPOKEN, "--json").status == 5
    assert not (cli.folder / OWN).exists()


def test_the_office_says_what_it_received(cli: Cli, papers: Path) -> None:
    unit = cli.add("unit", {"name": "市供热公司"})[0]
    cli.add("opinion", {"unit": unit, "text": "会议太多"})
    made = cli(
        *("new", "办.dudao", "--campaign", "yinchuan-2014", "--group", "活动办"),
        *("--person", "钱明", "--role", "office", "--json"),
    )
    assert made.status == 0
    (sent,) = cli.told("pack", FILE, ".")["packages"]
    cli.told("merge", "办.dudao", sent["file"])
    for name in ("李堃.p12", "签名口令"):
        shutil.copyfile(papers / name, cli.folder / name)
    told = cli.told(
        *("receipt", "办.dudao", ".", "--sign", "李堃.p12", "--p12-passphrase-file", "签名口令")
    )
    assert told["units"][0] | {"unit": ""} == {
        "unit": "",
        "name": "市供热公司",
        "received": 1,
        "known": 1,
    }
    assert (cli.folder / told["backup"]).exists()
    before = cli.told("received", FILE)
    assert before["office"]["received"] == 0
    cli.told("merge", FILE, told["file"])
    after = cli.told("received", FILE, "--days", "3")
    assert (after["office"]["received"], after["office"]["changes"]) == (1, 1)
    assert after["office"]["by"] == "钱明"
    assert [len(line["cells"]) for line in after["lines"]] == [3]
    assert "1/1" in cli("received", FILE).out
    seen = cli.told("received", "办.dudao")
    assert {(li["group_name"], li["unit_name"]) for li in seen["lines"]} == {
        ("第三督导组", "市供热公司")
    }


def test_restoring_shows_what_differs_and_keeps_the_file(cli: Cli) -> None:
    saved = cli.told("backup", FILE)["file"]
    unit = cli.told("list", FILE, "unit")["rows"][0]["uid"]
    cli.add("opinion", {"unit": unit, "text": "会议太多"})
    state = cli.state()
    told = cli.told("restore", FILE, saved, "--dry-run")
    assert (told["lost"], told["gained"], told["replaced"]) == (1, 0, None)
    assert cli.state() == state
    done = cli.told("restore", FILE, saved)
    assert done["lost"] == 1
    assert "opinion" not in cli.told("info", FILE)["counts"]
    cli.told("merge", FILE, done["replaced"])
    assert cli.told("info", FILE)["counts"]["opinion"] == 1
    assert cli("check", FILE).status == 0
    wrong = cli("restore", FILE, "没有.dudao", "--json")
    assert (wrong.status, wrong.error) == (4, "file_missing")
