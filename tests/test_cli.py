"""The command line as a black box: what each verb does, its JSON, its exit status."""

import re
from pathlib import Path

import pytest

from tests.commands import FILE, NAMES_SECRET, Cli
from tests.test_house import ROOT

PROBLEM = {
    "unit": "市教育局",
    "sub_kind": "1.1",
    "title": "学习走过场",
    "facts": "2014年5月6日在三楼会议室抽查，笔记均为抄写。",
    "handlers": ["马小明", "王𬭎"],
    "evidence": ["会议记录复印件"],
    "deadline": "2014-06-30",
}


def test_info_tells_what_there_is(cli: Cli) -> None:
    told = cli.told("info", FILE)
    assert set(told) == {
        *("campaign", "group", "replica", "journal_version", "state_code", "counts"),
        *("conflicts", "changes", "last_backup"),
    }
    assert told["counts"] == {"campaign": 1, "group": 1, "unit": 2, "person": 3}
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", told["state_code"])
    of_unit = cli.told("info", FILE, "--unit", "市教育局")
    assert of_unit["counts"] == told["counts"]
    plain = cli("info", FILE)
    assert f"核对码  {told['state_code']}" in plain.out.splitlines()


def test_without_a_names_passphrase_it_says_what_that_means(cli: Cli) -> None:
    made = cli("new", "office.dudao", "--campaign", "general", "--group", "办", "--person", "甲",
               "--role", "office", "--json")  # fmt: skip
    assert made.status == 0
    assert made.json["campaign"]
    assert "实名" in made.err
    refused = cli("new", "office.dudao", "--campaign", "general", "--group", "办", "--person", "甲",
                  "--json")  # fmt: skip
    assert (refused.status, refused.error) == (4, "file_exists")


def test_kinds_and_fields_are_the_truth_of_this_version(cli: Cli) -> None:
    kinds = {k["kind"]: k["label"] for k in cli.told("kinds")["kinds"]}
    assert kinds["interview"] == "谈话"
    assert "name_key" not in kinds
    fields = {f["name"]: f for f in cli.told("fields", "problem")["fields"]}
    assert fields["unit"]["refers"] == ["unit"]
    assert fields["unit"]["required"]
    assert fields["state"]["computed"]
    assert fields["found_how"]["choices"][0] == "from_above"
    assert fields["sub_kind"]["choices"] is None
    of_campaign = cli.told("fields", "problem", "--campaign", "yinchuan-2014")["fields"]
    sub_kinds = next(f for f in of_campaign if f["name"] == "sub_kind")["choices"]
    assert len(sub_kinds) == 17
    assert {f["sealed"] for f in cli.told("fields", "identity")["fields"]} == {True}
    refused = cli("fields", "dragon", "--json")
    assert (refused.status, refused.error) == (4, "kind_unknown")


def test_records_are_added_listed_changed_shown_and_deleted(cli: Cli) -> None:
    lines = '{"name":"市公安局","headcount":120}\n{"name":"市财政局 😀 䶮","code":"007"}\n'
    uids = cli.told("add", FILE, "unit", "-", stdin=lines)["uids"]
    assert len(uids) == 2
    plain = cli("add", FILE, "person", '{"name":"张三","unit":"市公安局","is_head":"是"}')
    assert re.fullmatch(r"[0-9a-f]{32}\n", plain.out)

    page = cli.told("list", FILE, "unit", "--sort", "-name", "--limit", "2", "--offset", "1")
    assert page["total"] == 4
    assert len(page["rows"]) == 2
    found = cli.told("list", FILE, "person", "--where", "unit=市公安局")["rows"]
    assert [(row["uid"], row["unit"], row["is_head"]) for row in found] == [
        (plain.out.strip(), uids[0], True)
    ]
    table = cli("list", FILE, "person").out.splitlines()
    assert "市公安局" in next(line for line in table if "张三" in line)

    changed = cli.told("set", FILE, "unit", "市公安局", "headcount=121", "short_name=公安",
                       "--reason", "核实")  # fmt: skip
    assert changed == {"uid": uids[0]}
    shown = cli.told("show", FILE, "unit", uids[0][:8], "--history")
    assert (shown["uid"], shown["headcount"], shown["missing"]) == (uids[0], 121, [])
    newest = [e for e in shown["history"] if e["field"] == "headcount"]
    assert [(e["before"], e["after"], e["reason"]) for e in newest] == [
        (None, 120, None),
        (120, 121, "核实"),
    ]
    assert newest[0]["actor_name"] == "李堃"

    assert cli("delete", FILE, "unit", uids[1], "--reason", "重复").out == f"{uids[1]}\n"
    assert cli.told("list", FILE, "unit")["total"] == 3
    gone = cli("show", FILE, "unit", uids[1], "--json")
    assert (gone.status, gone.error) == (4, "record_unknown")


def test_another_unit_files_a_record_anew(cli: Cli) -> None:
    (old,) = cli.add("problem", PROBLEM)
    new = cli.told("set", FILE, "problem", old, "unit=市卫生局")["uid"]
    assert new != old
    rows = cli.told("list", FILE, "problem")["rows"]
    assert [row["uid"] for row in rows] == [new]


def test_a_file_is_attached_and_text_is_found(cli: Cli) -> None:
    cli.add("problem", PROBLEM)
    (cli.folder / "照片 一.txt").write_text("x", encoding="utf-8")
    uid = cli.told("attach", FILE, "problem", "暂03A-01", "照片 一.txt")["uid"]
    kept = cli.told("show", FILE, "attachment", uid)
    assert (kept["name"], kept["kind"]) == ("照片 一.txt", "txt")
    missing = cli("attach", FILE, "problem", "暂03A-01", "没有", "--json")
    assert (missing.status, missing.error) == (4, "file_unreadable")
    for text in ("堂", "抽查", "会议室抽查"):
        told = cli.told("search", FILE, text, "--kind", "problem")
        assert told["total"] == (0 if text == "堂" else 1)
    row = cli.told("search", FILE, "会")["rows"][0]
    assert set(row) == {"kind", "uid", "field", "snippet"}
    assert "会" in row["snippet"]


def test_a_problem_goes_its_way_and_what_is_missing_is_told(cli: Cli, papers: Path) -> None:
    (clue,) = cli.add("problem", {"unit": "市教育局", "title": "线索"}, draft=True)
    (uid,) = cli.add("problem", PROBLEM)
    steps = {s["verb"]: s for s in cli.told("problem", FILE, clue)["problems"][0]["steps"]}
    assert set(steps["submit"]["missing"]) == {"sub_kind", "facts", "handlers", "evidence"}
    assert "还缺：" in cli("problem", FILE, clue).out
    before = cli.state()
    refused = cli("problem", FILE, uid, clue, "submit", "--json")
    assert (refused.status, refused.error) == (4, "record_invalid")
    assert cli.state() == before

    assert cli.told("problem", FILE, uid, "submit")["moved"] == [
        {"uid": uid, "state": "submitted", "number": None, "signed": False}
    ]
    again = cli("problem", FILE, uid, "submit", "--json")
    assert (again.status, again.error) == (4, "transition_not_from_here")
    assert "待审核" in again.err
    no_reason = cli("problem", FILE, uid, "return", "--json")
    assert (no_reason.status, no_reason.error) == (4, "reason_required")
    signer = ("--p12", str(papers / "李堃.p12"), "--p12-passphrase-file", str(papers / "签名口令"))
    confirmed = cli.told("problem", FILE, "暂03A-02", "confirm", *signer)["moved"][0]
    assert confirmed == {"uid": uid, "state": "confirmed", "number": "03-001", "signed": True}
    done = cli("problem", FILE, "03-001", "assign", "received_by=张三", "received_on=2014-05-30",
               "delivery=oral")  # fmt: skip
    assert "已交办" in done.out
    handed = cli.told("problem", FILE, uid, "hand-over", "--to", "市纪委")
    assert handed["moved"][0]["state"] == "handed_over"


def test_names_open_with_their_own_passphrase_only(cli: Cli) -> None:
    talk = {
        "unit": "市教育局", "category": "1", "date": "2014-05-06", "start_at": "09:30",
        "place": "三楼", "talkers": ["马小明", "李堃"], "recorder": "马小明", "text": "没有意见。",
    }  # fmt: skip
    category = cli.told("fields", "interview", "--campaign", "yinchuan-2014")["fields"][1]
    (uid,) = cli.add("interview", {**talk, "category": category["choices"][0]})
    code = cli.told("show", FILE, "interview", uid)["code_name"]
    cli.add("identity", {"code_name": code, "real_name": "丁𬭎"})
    refused = cli("list", FILE, "identity", "--json")
    assert (refused.status, refused.error) == (4, "kind_sealed")

    opening = ("names", "list", FILE, "--reason", "核实", "--names-passphrase-file")
    wrong = cli(*opening, "口令", "--json")
    assert wrong.status == 3
    assert wrong.error
    names = cli.told(*opening, "实名口令", "--code", code)["names"]
    assert [(n["code_name"], n["real_name"]) for n in names] == [(code, "丁𬭎")]
    assert cli.told(*opening, "实名口令", "--code", "Z1")["names"] == []
    assert cli("search", FILE, "丁𬭎").out.splitlines()[0] == "（没有）"

    (cli.folder / "新").write_text("新的", encoding="utf-8")
    cli.told("names", "passphrase", FILE, "--names-passphrase-file", "实名口令",
             "--new-passphrase-file", "新")  # fmt: skip
    assert cli(*opening, "实名口令").status == 3
    assert "丁𬭎" in cli(*opening, "新").out
    assert (cli.folder / "实名口令").read_text(encoding="utf-8") == NAMES_SECRET


def test_the_book_of_numbers_is_taken_over_after_the_last_on_paper(cli: Cli) -> None:
    cli.told("numbers", "take", FILE, "--last", "16", "--reason", "换电脑")
    first, second = cli.add("problem", PROBLEM, PROBLEM)
    moved = cli.told("problem", FILE, first, "confirm")["moved"][0]
    assert (moved["number"], moved["signed"]) == ("03-017", False)
    assert "03-018  未经组长签名" in cli("problem", FILE, second, "confirm").out


def test_checking_and_rebuilding_leave_the_same_state(cli: Cli) -> None:
    (cli.folder / "a.txt").write_text("附件", encoding="utf-8")
    cli.told("attach", FILE, "unit", "市教育局", "a.txt")
    before = cli.state()
    told = cli.told("check", FILE, "--deep")
    assert (told["ok"], told["findings"], told["contents"]) == (True, [], 1)
    assert told["rows"] >= 6
    assert told["changes"] == before[1]
    assert cli.told("rebuild", FILE)["rows"] == told["rows"]
    assert cli.state() == before


def test_a_backup_opens_and_is_listed(cli: Cli) -> None:
    before = cli.state()
    assert cli.told("backups", FILE)["backups"] == []
    made = cli.told("backup", FILE)
    assert [b["file"] for b in cli.told("backups", FILE)["backups"]] == [made["file"]]
    assert cli.told("info", made["file"])["state_code"] == before[0]
    assert cli.told("info", FILE)["last_backup"]
    assert cli.told("backup", FILE, "备份 一.dudao")["file"] == "备份 一.dudao"
    again = cli("backup", FILE, "备份 一.dudao", "--json")
    assert (again.status, again.error) == (4, "file_exists")


def test_templates_are_listed_shown_exported_and_checked(cli: Cli) -> None:
    ids = [t["id"] for t in cli.told("template", "list")["templates"]]
    assert {"general", "yinchuan-2014"} <= set(ids)
    assert cli.told("template", "show", "general")["template"]["id"] == "general"
    assert "（sub_kinds）" in cli("template", "show", "yinchuan-2014").out
    cli.told("template", "export", "general", "我的 模板")
    assert cli.told("template", "check", "我的 模板") == {"ok": True, "faults": []}
    file = cli.folder / "我的 模板" / "campaign.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\nxyz = 1\n", encoding="utf-8")
    bad = cli("template", "check", "我的 模板", "--json")
    assert bad.status == 4
    assert bad.json["faults"][0].keys() == {"file", "key", "code", "message"}
    plain = cli("template", "check", "我的 模板")
    assert plain.out.startswith("campaign.toml: ")
    new = cli(
        "new", "x.dudao", "--campaign", "我的 模板", "--group", "a", "--person", "b", "--json"
    )
    assert (new.status, new.error) == (4, "template_bad")
    assert not (cli.folder / "x.dudao").exists()


def test_no_verb_loads_qt_nor_what_it_does_not_need(cli: Cli) -> None:
    for verb in (("list", FILE, "unit"), ("kinds",)):
        done = cli.fresh(*verb, PYTHONPROFILEIMPORTTIME="1")
        assert done.status == 0
        loaded = {line.rpartition("|")[2].strip() for line in done.err.splitlines()}
        heavy = {"PySide6", "matplotlib", "reportlab", "pyhanko", "openpyxl", "pikepdf", "polib"}
        assert "sqlalchemy" in loaded
        assert not loaded & heavy


def test_output_is_utf8_whatever_the_locale(cli: Cli) -> None:
    for locale in ("C", "zh_CN.GB18030"):
        done = cli.fresh("list", FILE, "unit", LC_ALL=locale, PYTHONIOENCODING="ascii")
        assert "市教育局" in done.out
    english = cli.fresh("list", FILE, LC_ALL="en_US.UTF-8")
    assert english.err.startswith("the following arguments")
    assert cli("list", FILE, "--lang", "zh").err.startswith("缺少参数：KIND")


def test_help_is_chinese_and_the_version_is_told(cli: Cli) -> None:
    overview = cli("--help")
    assert overview.status == 0
    assert "certificate issue" in overview.out
    listing = cli("list", "--help")
    assert listing.status == 0
    assert listing.out.startswith("用法：")
    assert "usage" not in listing.out
    assert cli("certificate", "--help").status == 0
    version = cli("--version", "--json").json["version"]
    assert version in (ROOT / "setup.cfg").read_text(encoding="utf-8")


def test_common_options_stand_before_or_behind_the_verb(cli: Cli) -> None:
    behind = cli("list", FILE, "unit", "--json", "--quiet")
    before = cli("--json", "--quiet", "--passphrase-file", "口令", "list", FILE, "unit")
    assert before.json == behind.json
    assert before.json["total"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", FILE), ("merge", FILE), ("restore", FILE), ("没有这个动词",), ("certificate",),
        ("names", "purge", FILE), ("list", FILE), ("list", FILE, "unit", "--limit", "-1"),
        ("set", FILE, "unit", "市教育局", "headcount"), ("problem", FILE, "x", "a=1"),
        ("add", FILE, "unit", "--colour"), ("problem", FILE, "confirm"),
        ("document", FILE, "feedback", "--out", "x.pdf"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_status_2(cli: Cli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments, "--json")
    assert done.status == 2
    assert done.error.startswith("usage")
