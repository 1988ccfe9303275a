"""`pack`, and `verify` of packages, as a script of the office uses them."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.commands import FILE, Cli


@pytest.fixture
def unit(cli: Cli) -> str:
    """A unit with a problem."""
    uid = cli.told("list", FILE, "unit", "--limit", "1")["rows"][0]["uid"]
    cli.add(
        "problem", {"unit": uid, "title": "自学无安排", "facts": "张建军局长没有到会"}, draft=True
    )
    return str(uid)


def test_a_package_is_written_and_verified(cli: Cli, unit: str) -> None:
    del unit
    told = cli.told("pack", FILE, ".")
    (one,) = told["packages"]
    path = cli.folder / one["file"]
    assert path.name.startswith("第三督导组-报送-")
    assert path.stat().st_size == one["size"]
    assert told["changes"] == one["changes"] == sum(r["last"] for r in told["runs"])
    assert told["counts"]["problem"] == 1
    assert told["state_code"] == cli.told("info", FILE)["state_code"]
    assert [s["found"] for s in told["suspects"]] == ["张建军局长"]
    done = cli("verify", path.name, "--json")
    assert done.status == 8
    assert done.json["intact"]
    assert done.json["whole"]
    assert not done.json["ok"]
    assert [r["code"] for r in done.json["reasons"]] == ["unsigned"]
    assert done.json["changes"] == told["changes"]
    assert done.json["sender"]["group"] == "第三督导组"


def test_a_signed_package_of_known_root_passes(cli: Cli, unit: str, papers: Path) -> None:
    for name in ("李堃.p12", "签名口令", "根.pem"):
        shutil.copyfile(papers / name, cli.folder / name)
    told = cli.told(
        *("pack", FILE, "out.dudaopack", "--for", "group", "--unit", unit),
        *("--sign", "李堃.p12", "--p12-passphrase-file", "签名口令"),
    )
    assert told["preset"] == "group"
    found = cli.told("verify", "out.dudaopack", "--root", "根.pem", "--workspace", FILE)
    assert found["ok"]
    assert [s["name"] for s in found["signers"]] == ["李堃"]
    assert found["records"] == "match"
    done = cli("verify", "out.dudaopack", "--json")
    assert done.status == 8
    assert done.json["signature"] == "unknown_root"
    said = cli("verify", "out.dudaopack", "--root", "根.pem")
    assert said.status == 0
    assert "李堃" in said.out


def test_a_damaged_package_has_its_own_status(cli: Cli, unit: str) -> None:
    del unit
    cli.told("pack", FILE, "out.dudaopack")
    path = cli.folder / "out.dudaopack"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    done = cli("verify", "out.dudaopack", "--json")
    assert (done.status, done.error) == (5, "package_truncated")
    path.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    done = cli("verify", "out.dudaopack", "--json")
    assert (done.status, done.error) == (5, "package_damaged")
    path.write_bytes(whole)
    (cli.folder / "别的").write_text("别的口令", encoding="utf-8")
    done = cli("verify", "out.dudaopack", "--json", "--passphrase-file", "别的")
    assert (done.status, done.error) == (3, "passphrase_wrong")


def test_a_package_has_its_own_passphrase(cli: Cli, unit: str) -> None:
    del unit
    (cli.folder / "打包口令").write_text("四个不相干的词", encoding="utf-8")
    given = ("--package-passphrase-file", "打包口令")
    cli.told("pack", FILE, "out.dudaopack", *given)
    assert cli("verify", "out.dudaopack", *given).status == 8
    assert cli("verify", "out.dudaopack").status == 3


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("none/x.dudaopack",), 4, "folder_missing"),
        ((".", "--unit", "没有这个单位"), 4, "record_unknown"),
        ((".", "--for", "everybody"), 2, "usage"),
        (("口令.zip",), 4, "package_suffix"),
    ],
)
def test_bad_orders_are_refused(
    cli: Cli, arguments: tuple[str, ...], status: int, code: str
) -> None:
    before = cli.state()
    done = cli("pack", FILE, *arguments, "--json")
    assert (done.status, done.error) == (status, code)
    assert cli.state() == before
    assert not list(cli.folder.glob("*.dudaopack"))


def test_people_read_what_was_written(cli: Cli, unit: str) -> None:
    del unit
    done = cli("pack", FILE, ".", "--with-talks", "--reason", "办公室要看原文")
    assert done.status == 0, done.err
    assert done.out.splitlines()[-1] == "可安全弹出。"
    assert "核对码" in done.out
    assert "张建军局长" in done.err
    log = json.loads(cli("list", FILE, "log", "--json").out or "{}")
    assert log


def test_a_root_is_trusted_only_by_its_fingerprint(cli: Cli, papers: Path) -> None:
    root = str(papers / "根.pem")
    refused = cli("certificate", "trust", FILE, root, "--json")
    assert (refused.status, refused.error) == (4, "fingerprint_differs")
    (shown,) = re.findall(r"(?:[0-9A-F]{4} ){15}[0-9A-F]{4}", refused.json["error"]["message"])
    wrong = cli("certificate", "trust", FILE, root, "--fingerprint", "00" * 32, "--json")
    assert wrong.status == 4
    told = cli.told("certificate", "trust", FILE, root, "--fingerprint", shown.lower())
    assert told["fingerprint"] == shown
    secret = ("--p12-passphrase-file", str(papers / "签名口令"))
    cli.told("pack", FILE, "签.dudaopack", "--sign", str(papers / "李堃.p12"), *secret)
    assert cli.told("verify", "签.dudaopack", "--workspace", FILE)["trusted"]
