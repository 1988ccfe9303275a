"""Work by real keys on a real display with a window manager: ten keys of a talk, a whole field day.

What a person presses from F2 to the ledger, letters of the talk aside:

    F2                        the talk begins, the cursor stands in the text      1
    F6                        the sentence just written is marked                 1
    F8, 4, 2, 1, Enter        outcome, category, no confirmation                  5
    Shift+Enter, 1            the first marked sentence is a problem of kind 1    2
    Alt+5                     the ledger, where it stands                         1
                                                                     together    10

Alt+3 leads to the talks first where another tab is open.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from services import certificates, records, reports
from services import workspace as workspaces
from services.core import Filter, Row
from services.files import write_atomic
from services.listing import page
from services.workspace import NewGroup
from tests.ui.desk import PROGRAMS, Desk, until

PASSPHRASE, NAMES_PASSPHRASE = "plain old field day", "names of that very day"
"""Letters alone: no input method stands between the hands and the lock."""
SECRET = "opens nothing but this"  # noqa: S105 - as it says
SAID = "Zixue meiyou anpai."
KEYS = ("F2", "F6", "F8", "4", "2", "1", "Return", "shift+Return", "1", "alt+5")
FIRST = ("They met only six times", "Half of it was video", "Nobody reads alone", "Notes are faked")
SECOND = ("The box is never opened", "Only chiefs are asked", "Visits are known", "Food is better")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    home = tmp_path / "home"
    home.mkdir()
    with ExitStack() as stack:
        yield Desk(stack, home)


def stored(file: Path, kind: str) -> tuple[Row, ...]:
    """What stands in the file, read beside the program."""
    ws = workspaces.open_file(file, PASSPHRASE)
    try:
        return page(ws, kind, Filter()).rows
    finally:
        ws.close()


@pytest.mark.slow
def test_ten_keys_lead_from_a_talk_to_its_problem_in_the_ledger(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "day.dudao"
    new = NewGroup("yinchuan-2014", "One", 3, "Zhao")
    ws = workspaces.create(file, PASSPHRASE, NAMES_PASSPHRASE, new)
    records.add(ws, "unit", [{"name": "Unit"}])
    ws.close()
    desk.run(str(file))
    until(lambda: desk.focus() == "口令", "the lock")
    desk.type(PASSPHRASE)
    desk.press("Return")
    desk.sees("数据交换")
    desk.press("alt+3", KEYS[0])
    desk.sees("结束谈话")
    desk.type(SAID)
    desk.press(KEYS[1], KEYS[2])
    desk.sees("核对方式")
    desk.press(*KEYS[3:7])
    desk.sees("标记的句子　0/1")
    desk.press(KEYS[7])
    desk.sees("问题类别")
    desk.press(KEYS[8])
    desk.sees("✓ 问题")
    desk.press(KEYS[9])
    desk.sees("暂03A-01")
    (problem,) = stored(file, "problem")
    assert problem.values["title"] == SAID
    (talk,) = stored(file, "interview")
    assert talk.values["text"] == SAID
    assert problem.values["evidence"] == [talk.uid]
    assert len(KEYS) == 10


def found(desk: Desk, file: Path) -> None:
    """A new group's file, from the first page."""
    desk.run()
    desk.sees("加入一个组")
    desk.press("n")
    desk.sees("组名")
    desk.type("Group One")
    desk.press("Tab", "Tab")
    desk.type("Zhao Ming")
    desk.press("Tab", "Tab", "ctrl+a")
    desk.type(str(file))
    desk.press("Tab", "Tab")
    for secret in (PASSPHRASE, PASSPHRASE, NAMES_PASSPHRASE, NAMES_PASSPHRASE):
        desk.type(secret)
        desk.press("Tab")
    desk.press("Return")
    desk.sees("还没有单位", "今后七天没有日程", "Group One · Zhao Ming（组长）")


def prepare(desk: Desk) -> None:
    """A unit, two more people, a visit planned for today."""
    desk.click("+ 单位")
    until(lambda: desk.focus() == "单位名称", "the new unit")
    desk.type("Heating Works")
    desk.press("Tab")
    desk.sees("1 条")
    desk.press("Escape")
    desk.sees("未到")
    desk.press("ctrl+g")
    desk.type("heat")
    desk.press("Return")
    desk.click("督导")
    desk.click("人员…")
    desk.sees("+ 人员")
    for count, name in enumerate(("Wang Jianguo", "Li Fang"), start=2):
        desk.click("+ 人员")
        until(lambda: desk.focus() == "姓名", "the new person")
        desk.type(name)
        desk.press("Tab")
        desk.sees(f"{count} 条")
    desk.press("Escape")
    desk.click("+ 日程")
    desk.sees("记下")
    desk.press("Return")
    desk.sees("明查", "✓ 已保存")


def check(desk: Desk) -> None:
    """Two answers of a study check, standing in a corridor: no hand on the mouse."""
    desk.press("alt+2")
    desk.sees("还没有检查这个单位")
    desk.press("ctrl+n")
    desk.sees("学习教育检查")
    desk.press("Return")
    desk.sees("进度 0 /")
    desk.press("1", "Return", "2")
    desk.sees("进度 2 /")
    desk.press("Escape")
    desk.sees("1 条 · ")


def talk(desk: Desk, sentences: tuple[str, ...], problems: int, *, is_first: bool) -> None:
    """Written, marked, ended by digits, put in order; the second one knows place and talkers."""
    desk.press("alt+3", "F2")
    desk.sees("结束谈话", "记录中")
    if is_first:
        for name in ("Li Fang", "Wang Jianguo"):
            desk.click(name)
        desk.go_to("谈话地点")
        desk.type("Room 3")
        desk.press("Tab")
        desk.go_to("谈话内容")
    for place, sentence in enumerate(sentences):
        desk.press(*(["Return"] if place else []))
        desk.type(sentence)
        desk.press("F6")
    desk.press("F8")
    desk.sees("核对方式")
    desk.press("4", "2", "1", "Return")
    desk.sees("标记的句子　0/4", "待整理")
    for place in range(len(sentences)):
        desk.press("1", "1", "2", "3", "3", "Return")
        desk.sees(f"标记的句子　{place + 1}/4")
    desk.press("Home")
    for place in range(problems):
        desk.press("shift+Return")
        desk.sees("问题类别")
        desk.press("1")
        until(lambda place=place: _problems(desk) == place + 1, "the problem")  # type: ignore[misc]
    desk.click("整理完毕")
    desk.sees("已完成")


def _problems(desk: Desk) -> int:
    return sum("✓ 意见、问题" in text for text in desk.texts())


def to_the_end(desk: Desk) -> None:
    """One problem through all its states, in words of its own."""
    desk.press("alt+5")
    desk.sees("5 条", "暂01A-05")
    for name, words in (("问题", "Narrow hearing"), ("查证事实", "Sign-in sheet of 18 April read")):
        desk.go_to(name)
        desk.press("ctrl+a")
        desk.type(words)
        desk.press("Tab")
        until(lambda words=words: words in desk.texts(), words)  # type: ignore[misc]
    desk.press("ctrl+Return")
    desk.sees("待审核", "认定")
    desk.press("ctrl+Return")
    desk.sees("组长签名")
    desk.press("Return")
    desk.sees("已认定", "交办")
    desk.press("ctrl+Return")
    desk.sees("签收人")
    desk.type("Director Zhou")
    desk.go_to("时限")
    desk.type("2099-12-20")
    desk.press("Return")
    desk.sees("还缺 整改措施（五个明确）")
    desk.press("ctrl+Return")
    desk.sees("整改标准")
    for words in ("Half a day of reading a week", "Director", "Everybody has notes"):
        desk.type(words)
        desk.press("Tab")
    desk.press("ctrl+Return")
    desk.sees("整改")
    desk.press("ctrl+Return")
    desk.sees("整改中", "申请销号")
    desk.press("ctrl+Return")
    desk.sees("完成情况")
    desk.type("A reading plan")
    desk.press("Tab")
    desk.type("Copy of the plan")
    desk.press("ctrl+Return")
    desk.sees("待验收", "销号")
    desk.press("ctrl+Return")
    desk.sees("验收人")
    desk.press("ctrl+Return")
    desk.sees("已销号", "内容不能再改", "恢复整改")


def issue(desk: Desk, identity: Path) -> None:
    """Draft, sign with an identity file, issue."""
    desk.press("alt+7")
    desk.click("出草稿")
    desk.sees("✓ 5 页")
    desk.click("签发…")
    desk.sees("选身份文件…")
    desk.click("选身份文件…")
    desk.sees("位置")
    desk.type(str(identity))
    desk.press("Return")
    desk.sees(identity.name)
    until(lambda: desk.focus() == "口令", "the passphrase")
    desk.type(SECRET)
    desk.press("ctrl+Return")
    desk.sees("登记簿", "Zhao Ming")


def talkers(interview: Row) -> int:
    """How many held it: the second one knows from the first."""
    named = interview.values["talkers"]
    assert isinstance(named, list)
    return len(named)


@pytest.mark.slow
def test_a_whole_field_day(desk: Desk, tmp_path: Path) -> None:
    file, identity = tmp_path / "day.dudao", tmp_path / "zhao.p12"
    root = certificates.make_root("Office")
    write_atomic(identity, certificates.save_p12(certificates.issue(root, "Zhao Ming"), SECRET))
    found(desk, file)
    prepare(desk)
    check(desk)
    talk(desk, FIRST, 3, is_first=True)
    talk(desk, SECOND, 2, is_first=False)
    to_the_end(desk)
    issue(desk, identity)
    until(lambda: len(stored(file, "report")) == 1, "the report in the file")
    assert len(stored(file, "opinion")) == 8
    problems = stored(file, "problem")
    assert sorted(str(one.values["state"]) for one in problems) == ["closed", *["clue"] * 4]
    assert [talkers(one) for one in stored(file, "interview")] == [2, 2]
    ws = workspaces.open_file(file, PASSPHRASE)
    pdf = reports.file_of(ws, page(ws, "report", Filter()).rows[0].uid)
    ws.close()
    printed = tmp_path / "report.pdf"
    printed.write_bytes(pdf)
    said = subprocess.run(  # noqa: S603 - found on the path, our own words
        [str(shutil.which("pdftotext")), str(printed), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "Heating Works" in said
    assert [one for one in (*FIRST, *SECOND) if one in said] == []
