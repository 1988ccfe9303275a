"""`merge`, `merges` and `undo-merge`, as scripts of the office use them."""

import json
import shutil

import pytest

from models.kinds import Uid
from tests.commands import FILE, Cli

OTHER = "四组 工作.dudao"


@pytest.fixture
def other(cli: Cli) -> Uid:
    """A copy of the workspace in which somebody else has added a problem; its uid."""
    shutil.copyfile(cli.folder / FILE, cli.folder / OTHER)
    unit = cli.told("list", FILE, "unit", "--limit", "1")["rows"][0]["uid"]
    given = json.dumps({"unit": unit, "title": "会风不实"})
    return Uid(cli.told("add", OTHER, "problem", given, "--draft")["uids"][0])


def count(cli: Cli) -> int:
    """Problems in the workspace."""
    return int(cli.told("list", FILE, "problem")["total"])


def test_a_merge_is_tried_done_listed_and_undone(cli: Cli, other: Uid) -> None:
    before = cli.state()
    plan = cli.told("merge", FILE, OTHER, "--dry-run")
    assert cli.state() == before
    assert plan["merge_id"] is None
    told = cli.told("merge", FILE, OTHER)
    assert told["applied"] == plan["applied"] >= 1
    assert told["rows"] == plan["rows"] == {"new": 1, "changed": 0, "deleted": 0, "parallel": 0}
    assert (told["held"], told["conflicts"], told["gaps"]) == (0, 0, [])
    assert told["state_code"] == plan["state_code"] == cli.state()[0]
    (package,) = told["packages"]
    assert (package["file"], package["verdict"], package["reason"]) == (OTHER, "warning", None)
    assert cli.told("show", FILE, "problem", other)["title"] == "会风不实"
    (line,) = cli.told("merges", FILE)["merges"]
    assert line["merge_id"] == told["merge_id"]
    assert line["undone_at"] is None
    undone = cli.told("undo-merge", FILE, told["merge_id"][:8], "--reason", "拿错了盘")
    assert undone["state_code"] == before[0]
    assert count(cli) == 0
    (line,) = cli.told("merges", FILE)["merges"]
    assert line["undone_reason"] == "拿错了盘"
    again = cli("undo-merge", FILE, told["merge_id"], "--json")
    assert (again.status, again.error) == (4, "merge_undone_already")
    assert cli.told("merge", FILE, OTHER)["applied"] == told["applied"]
    assert count(cli) == 1


def test_the_worst_source_decides_the_status_and_stops_no_other(cli: Cli, other: Uid) -> None:
    del other
    (cli.folder / "坏的.dudaopack").write_bytes((cli.folder / OTHER).read_bytes()[:-5000])
    done = cli("merge", FILE, "坏的.dudaopack", OTHER, "没有.dudaopack", "--json")
    assert done.status == 5
    refused, taken, missing = done.json["packages"]
    assert (refused["verdict"], refused["reason"]) == ("refused", "package_truncated")
    assert taken["verdict"] == "warning"
    assert missing["reason"] == "file_missing"
    assert count(cli) == 1


def test_a_brake_is_accepted_by_name(cli: Cli, other: Uid) -> None:
    cli.told("merge", FILE, OTHER)
    cli.told("delete", OTHER, "problem", other, "--reason", "记重了")
    done = cli("merge", FILE, OTHER, "--json")
    assert (done.status, done.error) == (4, "merge_braked")
    (package,) = done.json["packages"]
    assert [r["code"] for r in package["remarks"] if r["stops"]] == ["merge_deletes_many"]
    assert count(cli) == 1
    assert "merge_deletes_many" in cli("merge", FILE, OTHER).err
    told = cli.told("merge", FILE, OTHER, "--accept", "merge_deletes_many")
    assert told["rows"]["deleted"] == 1
    assert count(cli) == 0


def test_gaps_are_forced_with_a_reason_only(cli: Cli, other: Uid) -> None:
    del other
    done = cli("merge", FILE, OTHER, "--force-gaps", "--json")
    assert (done.status, done.error) == (4, "reason_required")
    assert cli.told("merge", FILE, OTHER, "--force-gaps", "--reason", "盘丢了")["forced"] == 0


def test_people_read_lines(cli: Cli, other: Uid) -> None:
    del other
    unit = cli.told("list", FILE, "unit", "--limit", "1")["rows"][0]
    (again,) = cli.told("add", OTHER, "unit", json.dumps({"name": unit["name"]}))["uids"]
    (twice,) = cli.told("merge", FILE, OTHER, "--dry-run")["units_twice"]
    assert (twice["name"], set(twice["uids"])) == (unit["name"], {unit["uid"], again})
    said = cli("merge", FILE, OTHER).out
    assert "可能是同一单位" in said
    assert "新 2、改 0、删 0" in said
    assert "核对码" in said
    assert OTHER in cli("merges", FILE).out
