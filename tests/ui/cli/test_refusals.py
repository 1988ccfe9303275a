"""Bad input: one clear sentence, its exit status, nothing written."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from services import workspace
from tests.commands import FILE, SECRET, Cli

Spoil = Callable[[Path], object]


def database(path: Path, *statements: str) -> None:
    """Run statements on a workspace behind the program's back."""
    connection = dbapi2.connect(str(path))
    connection.execute(f"pragma key = '{SECRET}'")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def plain_sqlite(path: Path) -> None:
    """An ordinary database."""
    path.unlink()
    connection = dbapi2.connect(str(path))
    connection.execute("create table t (x)")
    connection.close()


def folder(path: Path) -> None:
    """No file at all."""
    path.unlink()
    path.mkdir()


def overwritten(path: Path) -> None:
    """Every second page holds something else."""
    content = bytearray(path.read_bytes())
    for start in range(3 * 4096, len(content), 8192):
        content[start : start + 16] = b"\0" * 16
    path.write_bytes(content)


def newer(path: Path) -> None:
    """Of a version that this one cannot read."""
    raised = "update meta set value = '99' where key = 'readable_by'"
    database(path, raised, "pragma user_version = 99")


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        (Path.unlink, 4, "file_missing"),
        (folder, 4, "file_foreign"),
        (lambda p: p.write_bytes(b""), 5, "file_empty"),
        (lambda p: p.write_bytes(p.read_bytes()[:-5000]), 5, "file_"),
        (lambda p: p.write_bytes(p.read_bytes()[: 20 * 4096]), 5, "file_"),
        (lambda p: p.write_bytes(b"%PDF-1.4\n" * 1000), 4, "file_foreign"),
        (lambda p: p.write_bytes(b"x" * 100), 4, "file_foreign"),
        (lambda p: p.write_bytes(bytes(range(256)) * 100 + b"1"), 4, "file_foreign"),
        (plain_sqlite, 4, "file_plain_sqlite"),
        (overwritten, 5, "file_damaged"),
        (newer, 6, "file_newer"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_files_that_are_no_whole_workspace(cli: Cli, spoil: Spoil, status: int, code: str) -> None:
    path = cli.folder / FILE
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    done = cli("add", FILE, "unit", '{"name":"甲"}', "--json")
    assert done.status == status
    assert done.error.startswith(code)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_passphrases_that_do_not_open(cli: Cli) -> None:
    (cli.folder / "错").write_text("不对", encoding="utf-8")
    (cli.folder / "空").write_text("\n", encoding="utf-8")
    for file, status, code in (
        ("错", 3, "passphrase_wrong"),
        ("空", 4, "passphrase_empty"),
        ("没有", 4, "file_missing"),
    ):
        done = cli("--passphrase-file", file, "info", FILE, "--json")
        assert (done.status, done.error) == (status, code)
    asked = cli.nursery.run([cli.command()[0], "info", FILE, "--json"], cli.folder,
                            cli.environment(), b"typed?\n")  # fmt: skip
    assert (asked.status, asked.error) == (2, "passphrase_needed")
    piped = cli("--passphrase-file", "-", "info", FILE, "--json", stdin=f"{SECRET}\n")
    assert piped.status == 0


FAULTS: list[tuple[str, dict[str, object], str, str]] = [
    ("unit", {"name": "甲", "colour": "红"}, "colour", "field_unknown"),
    ("unit", {"code": "1"}, "name", "field_required"),
    ("unit", {"name": "甲", "headcount": "很多"}, "headcount", "value_not_integer"),
    ("unit", {"name": "甲", "headcount": 1.5}, "headcount", "value_not_integer"),
    ("unit", {"name": "甲", "kind": "没有"}, "kind", "choice_unknown"),
    ("unit", {"name": "甲\u0007"}, "name", "text_control"),
    ("unit", {"name": "甲", "parent": "0" * 32}, "parent", "reference_unknown"),
    ("person", {"name": "甲", "unit": "没有这个局"}, "unit", "reference_unknown"),
    ("visit", {"unit": "市教育局", "date": "2014-02-30"}, "date", "date_does_not_exist"),
    ("visit", {"unit": "市教育局", "date": "昨天"}, "date", "value_not_date"),
    ("problem", {"state": "closed"}, "state", "field_computed"),
]


def test_one_fault_refuses_all_records_and_is_named(cli: Cli) -> None:
    before = cli.state()
    for kind, record, field, code in FAULTS:
        good = {"unit": {"name": "好的局"}, "person": {"name": "好的人"}}.get(kind, record)
        done = cli("add", FILE, kind, json.dumps([good, record], ensure_ascii=False), "--json")
        assert (done.status, done.error) == (4, "record_invalid")
        findings = done.json["error"]["findings"]
        assert (field, code) in [(f["field"], f["code"]) for f in findings]
    assert cli.state() == before


def test_a_refusal_names_record_field_and_reason(cli: Cli) -> None:
    lines = '{"name":"好的局"}\n{"name":"坏的局","headcount":"很多","colour":"红"}'
    done = cli("add", FILE, "unit", "-", stdin=lines)
    assert done.status == 4
    assert done.out == ""
    assert done.err == (
        "第 2 条单位不合要求，没有写入。在编人数：应为整数；colour：单位没有“colour”这个字段\n"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json_empty"),
        ("{", "json_invalid"),
        ("[1]", "json_not_object"),
        ('{"name":"甲","name":"乙"}', "json_key_twice"),
    ],
)
def test_json_that_is_none(cli: Cli, text: str, code: str) -> None:
    done = cli("add", FILE, "unit", "-", "--json", stdin=text)
    assert (done.status, done.error) == (4, code)
    bytes_done = cli("add", FILE, "unit", "-", "--json", stdin=b'{"name":"\xff"}')
    assert (bytes_done.status, bytes_done.error) == (4, "input_not_utf8")


def test_rare_characters_and_long_notes_come_back_as_they_were(cli: Cli) -> None:
    note = "堃𬭎䶮😀👨\u200d👩\u200d👧\tＡ\n" * 7_000
    lone = cli("add", FILE, "unit", '{"name":"\\ud800"}', "--json")
    assert (lone.status, lone.error) == (4, "record_invalid")
    text = json.dumps({"name": "𬭎局", "note": note}, ensure_ascii=False)
    uid = cli.told("add", FILE, "unit", "-", stdin=text)["uids"][0]
    assert cli.told("show", FILE, "unit", uid)["note"] == note
    assert cli.told("search", FILE, "䶮😀", "--limit", "1")["total"] == 1
    too_long = json.dumps({"name": "乙", "note": "长" * 1_000_001})
    refused = cli("add", FILE, "unit", "-", "--json", stdin=text.replace("𬭎局", "丙\\u0000"))
    assert (refused.status, refused.error) == (4, "record_invalid")
    assert cli("add", FILE, "unit", "-", stdin=too_long).status == 4
    assert cli.told("list", FILE, "unit")["total"] == 3


def test_what_does_not_exist_or_is_ambiguous(cli: Cli) -> None:
    cli.add("person", {"name": "马小明"})
    for arguments, code in (
        (("show", FILE, "unit", "没有"), "record_unknown"),
        (("show", FILE, "unit", "f" * 32), "record_unknown"),
        (("show", FILE, "identity", "甲"), "record_unknown"),
        (("show", FILE, "person", "马小明"), "reference_ambiguous"),
        (("list", FILE, "unit", "--where", "colour=红"), "field_unknown"),
        (("list", FILE, "unit", "--sort", "-colour"), "field_unknown"),
        (("add", FILE, "dragon", "{}"), "kind_unknown"),
        (("add", FILE, "name_key", "{}"), "kind_unknown"),
        (("delete", FILE, "group", "第三督导组", "--reason", "x"), "kind_never_deleted"),
        (("delete", FILE, "unit", "市教育局", "--reason", " "), "reason_required"),
        (("search", FILE, " "), "query_empty"),
        (("document", FILE, "leaflet", "--out", "x.pdf"), "document_unknown"),
    ):
        done = cli(*arguments, "--json")
        assert (done.status, done.error) == (4, code), arguments


def test_a_bad_template_makes_no_workspace(cli: Cli) -> None:
    for template, code in (("没有", "template_not_found"), (".", "template_")):
        done = cli("new", "x.dudao", "--campaign", template, "--group", "a", "--person", "b",
                   "--json")  # fmt: skip
        assert done.status == 4
        assert done.error.startswith(code)
    assert cli("template", "check", "没有").status == 4
    empty = cli("new", "x.dudao", "--campaign", "general", "--group", " ", "--person", "b",
                "--json")  # fmt: skip
    assert (empty.status, empty.error) == (4, "name_empty")
    assert not (cli.folder / "x.dudao").exists()


def test_a_file_that_another_process_writes_is_busy_but_readable(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", cli.environment()["XDG_STATE_HOME"])
    held = workspace.open_file(cli.folder / FILE, SECRET)
    try:
        held.store.become_writer()
        done = cli("add", FILE, "unit", '{"name":"甲"}', "--json")
        assert (done.status, done.error) == (7, "file_busy")
        assert cli.told("list", FILE, "unit")["total"] == 2
    finally:
        held.close()
    assert cli("add", FILE, "unit", '{"name":"甲"}').status == 0


def test_a_projection_that_lies_is_found_and_rebuilt(cli: Cli) -> None:
    database(cli.folder / FILE, "update unit set name = '假的局' where name = '市卫生局'")
    done = cli("check", FILE, "--json")
    assert done.status == 5
    assert done.json["ok"] is False
    assert [f["code"] for f in done.json["findings"]] == ["projection"]
    assert done.err.count("\n") == 1
    cli.told("rebuild", FILE)
    assert cli("check", FILE).status == 0


def test_a_fault_of_the_program_is_one_line_and_a_log(cli: Cli) -> None:
    database(cli.folder / FILE, "drop table person")
    done = cli("list", FILE, "person", "--where", "name=机密的人", "--json")
    assert (done.status, done.error) == (1, "bug")
    log = Path(cli.environment()["XDG_STATE_HOME"]) / "dudao" / "logs" / "faults.log"
    assert str(log) in done.err
    written = log.read_text(encoding="utf-8")
    assert "Error" in written
    assert "机密" not in written


@pytest.mark.parametrize("verb", ["info", "check", "backup", "merge", "restore", "verify"])
def test_a_name_longer_than_the_system_takes_is_no_bug(cli: Cli, verb: str) -> None:
    before = cli.state()
    file = (FILE,) if verb in ("merge", "restore") else ()
    done = cli(verb, *file, "长" * 2_000, "--json")
    assert done.status not in (0, 1)
    assert cli.state() == before


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever starts the tests in the background may have them ignore interruptions."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interruption_is_status_130(cli: Cli) -> None:
    pipe = cli.folder / "管道"
    os.mkfifo(pipe)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *cli.command("--passphrase-file", "管道", "info", FILE)],
        cwd=cli.folder, env=cli.environment(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    # Opening for writing returns once the program reads its passphrase.
    with pipe.open("w"):
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told == "已取消，没有改动\n"


def test_a_reader_that_has_gone_is_no_fault(cli: Cli) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *cli.command("list", FILE, "unit")],
        cwd=cli.folder, env=cli.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert told == b""
