"""`conflicts` and `resolve`: the queue, a decision, and what is refused."""

import json
from typing import TYPE_CHECKING

import pytest

from models.kinds import ReplicaId, Uid
from services import workspace as workspaces
from tests.commands import FILE, SECRET
from tests.laptops import Laptop, tips

if TYPE_CHECKING:
    from tests.commands import Cli

B, C = ReplicaId("b" * 32), ReplicaId("c" * 32)


@pytest.fixture
def disputed(cli: "Cli", monkeypatch: pytest.MonkeyPatch) -> Uid:
    """A unit of which two people wrote the short name and the headcount differently."""
    monkeypatch.setenv("XDG_STATE_HOME", str(cli.folder / ".state"))
    rows = cli.told("list", FILE, "unit", "--where", "name=市教育局")["rows"]
    people = {r["name"]: Uid(r["uid"]) for r in cli.told("list", FILE, "person")["rows"]}
    uid = Uid(rows[0]["uid"])
    ws = workspaces.open_file(cli.folder / FILE, SECRET)
    seen = tips(ws, "unit", uid)
    Laptop(ws, B, people["马小明"]).set(
        "unit", uid, {"short_name": "教育局", "headcount": 40}, seen, reason="据三定方案"
    )
    Laptop(ws, C, people["王𬭎"]).set("unit", uid, {"short_name": "市教", "headcount": 41}, seen)
    ws.close()
    return uid


def test_the_queue_tells_what_is_needed_to_decide(cli: "Cli", disputed: Uid) -> None:
    told = cli.told("conflicts", FILE)
    assert told["total"] == 2
    by_field = {one["field"]: one for one in told["conflicts"]}
    one = by_field["short_name"]
    assert set(one) == {
        *("id", "kind", "uid", "name", "unit", "unit_name", "field", "label", "sort"),
        *("asked", "handed_to", "base", "candidates"),
    }
    assert (one["kind"], one["uid"], one["label"]) == ("unit", disputed, "简称")
    assert [(c["n"], c["value"], c["actor_name"]) for c in one["candidates"]] == [
        (1, "教育局", "马小明"),
        (2, "市教", "王𬭎"),
    ]
    assert one["candidates"][0]["reason"] == "据三定方案"
    assert [c["shown"] for c in one["candidates"]] == [False, True]
    lines = cli("conflicts", FILE).out
    assert "单位 · 市教育局 · 简称" in lines
    assert "理由：据三定方案" in lines
    cli.add("unit", {"name": "市教育局"})
    (doubled,) = cli.told("conflicts", FILE)["findings"]
    assert set(doubled) == {"sort", "kind", "uids", "name", "words"}
    assert (doubled["sort"], len(doubled["uids"])) == ("unit", 2)
    assert doubled["words"] in cli("conflicts", FILE).out
    assert cli.told("info", FILE)["conflicts"] == 2


def test_a_conflict_is_settled_by_number_or_by_another_value(cli: "Cli", disputed: Uid) -> None:
    ids = {one["field"]: one["id"] for one in cli.told("conflicts", FILE)["conflicts"]}
    done = cli.told("resolve", FILE, ids["short_name"][:8], "--take", "1", "--reason", "核对过")
    assert (done["uid"], done["field"], done["conflicts"]) == (disputed, "short_name", 1)
    cli.told("resolve", FILE, ids["headcount"], "--value", "42")
    shown = cli.told("show", FILE, "unit", disputed)
    assert (shown["short_name"], shown["headcount"], shown["conflicts"]) == ("教育局", 42, [])
    settled = cli.told("conflicts", FILE, "--settled")["settled"]
    assert [one["words"] for one in settled] == ["42", "教育局"]
    assert settled[1]["reason"] == "核对过"
    assert "核对过" in cli("conflicts", FILE, "--settled", "5").out


def test_a_field_in_conflict_is_set_by_resolve_alone(cli: "Cli", disputed: Uid) -> None:
    refused = cli("set", FILE, "unit", disputed, "headcount=43", "--json")
    assert (refused.status, refused.error) == (4, "field_in_conflict")


def test_what_cannot_be_settled_is_refused_and_nothing_written(cli: "Cli", disputed: Uid) -> None:
    ids = {one["field"]: one["id"] for one in cli.told("conflicts", FILE)["conflicts"]}
    state = cli.state()
    for arguments, status, code in (
        (("ffffffffffff", "--take", "1"), 4, "conflict_unknown"),
        (("", "--take", "1"), 2, "usage"),
        ((ids["headcount"], "--take", "3"), 4, "conflict_choice"),
        ((ids["headcount"], "--value", "很多"), 4, "record_invalid"),
        ((ids["headcount"],), 2, "usage"),
        ((ids["headcount"], "--take", "1", "--value", "4"), 2, "usage"),
    ):
        done = cli("resolve", FILE, *arguments, "--json")
        assert (done.status, done.error) == (status, code), arguments
    assert cli.state() == state


def test_conflicts_are_narrowed_and_handed_back(cli: "Cli", disputed: Uid) -> None:
    assert cli.told("conflicts", FILE, "--kind", "problem")["total"] == 0
    told = cli.told("conflicts", FILE, "--kind", "unit", "--hand-back")
    assert all(len(one["handed_to"]) == 2 for one in told["conflicts"])
    assert "已交还作者" in cli("conflicts", FILE).out
    assert json.dumps(told)
    assert cli("conflicts", FILE, "--unit", "没有的单位", "--json").error == "record_unknown"


def test_sealed_names_are_asked_only_with_passphrase_and_reason(cli: "Cli") -> None:
    asked = ("conflicts", FILE, "--names-passphrase-file", "实名口令")
    assert cli(*asked, "--json").error == "reason_required"
    assert cli.told(*asked, "--reason", "裁定")["conflicts"] == []
    sealed = ("--names-passphrase-file", "实名口令", "--reason", "裁定")
    assert cli("resolve", FILE, "abcdef", "--take", "1", *sealed, "--json").error == (
        "conflict_unknown"
    )
