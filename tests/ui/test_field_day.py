"""A field day as a recorder who leads the group works through it, by keys and mouse alone.

A new unit, a visit planned, a study check, two talks with four marks each that become eight
opinions and five problems, one problem from clue to struck off, a report issued.
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services import certificates, records, reports
from services.core import Filter, Row
from services.files import write_atomic
from services.listing import page
from tests.ui.hand import Hand, saved
from tests.ui.watched import texts
from ui.context import Context
from ui.parts.units import UnitTree
from ui.people import KindDialog
from ui.subkinds import SubKindDialog
from ui.tabs.checks import ChecksTab
from ui.tabs.interviews import InterviewsTab
from ui.tabs.interviews.ending import EndDialog
from ui.tabs.overview import OverviewTab
from ui.tabs.overview.today import PlanDialog
from ui.tabs.problems import ProblemsTab
from ui.tabs.problems.measures import MeasureDialog
from ui.tabs.problems.steps import StepDialog
from ui.tabs.reports import ReportsTab
from ui.tabs.reports.issuing import IssueDialog
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
SECRET = "身份口令 123"  # noqa: S105 - opens nothing but test files
LONG_MS = 60_000
FIRST = ("集中学习一共搞了六次。", "一半是看录像。", "自学基本没有安排。", "笔记是补的。")
SECOND = ("意见箱三周没人开。", "座谈会只找科级干部。", "下去调研都提前通知。", "食堂倒是改好了。")


@pytest.fixture
def window(field: "Field", qtbot: QtBot) -> Iterator[MainWindow]:
    context = Context()
    context.open(field.ws)
    shown = MainWindow(context)
    qtbot.addWidget(shown)
    shown.resize(1366, 690)
    with qtbot.waitActive(shown):
        shown.show()
    yield shown
    context.jobs.finish()


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> Hand:
    return Hand(window, qtbot)


def stored(field: "Field", kind: str) -> tuple[Row, ...]:
    return page(field.ws, kind, Filter()).rows


def add_unit(hand: Hand) -> None:
    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, KindDialog)
        dialog.add_button.click()
        name = dialog.form.input_of("name")
        name.setFocus()
        hand.qtbot.waitUntil(name.hasFocus)
        hand.write("市供热公司")
        hand.press(Qt.Key.Key_Tab)
        close = next(b for b in dialog.findChildren(QPushButton) if b.text() == "关闭")
        hand.click(close)

    up = hand.in_dialog(KindDialog, fill)
    hand.action("单位…").trigger()
    assert up()


def choose_unit(hand: Hand, name: str) -> None:
    hand.press(Qt.Key.Key_G, mod=CONTROL)
    hand.write(name)
    hand.press(Qt.Key.Key_Return)


def plan_visit(hand: Hand) -> None:
    (overview,) = hand.window.findChildren(OverviewTab)
    plan = next(b for b in overview.findChildren(QPushButton) if b.text() == "+ 日程")
    hand.sees(overview, "今后七天没有日程")
    up = hand.in_dialog(PlanDialog, partial(hand.press, Qt.Key.Key_Return))
    hand.click(plan)
    assert up()
    (line,) = overview.today.days.texts()
    assert "今天" in line
    assert any("市供热公司" in cell and "明查" in cell for cell in line)
    assert "今后七天没有日程" not in texts(overview)


def study_check(hand: Hand) -> None:
    hand.press(Qt.Key.Key_2, mod=ALT)
    (tab,) = hand.window.findChildren(ChecksTab)
    hand.sees(tab, "还没有检查这个单位")
    tab.begin("study_check")
    hand.sees(tab.checks.page, "市供热公司 · 学习教育检查")
    # The unit is known, so one stands before the first answer.
    hand.press(Qt.Key.Key_1, Qt.Key.Key_Return, Qt.Key.Key_2)
    hand.qtbot.waitUntil(lambda: any(t.startswith("进度 2 / ") for t in texts(tab.checks.page)))
    assert saved(hand.window)
    hand.press(Qt.Key.Key_Escape)
    assert tab.rows.isVisible()
    assert tab.rows.total() == 1
    assert any(text.startswith("1 条 · ") for text in texts(tab))
    hand.sees(tab, "市供热公司", "学习教育检查")


def talk(hand: Hand, sentences: tuple[str, ...], problems: int) -> None:
    """F2, four sentences each marked, F8 and three digits, then 整理."""
    hand.press(Qt.Key.Key_3, mod=ALT)
    (tab,) = hand.window.findChildren(InterviewsTab)
    QTest.keyClick(tab, Qt.Key.Key_F2)
    assert tab.page.text.hasFocus()
    told = texts(tab.page)
    assert "记录中" in told
    assert "谈话提纲　0/5" in told
    assert "结束谈话  F8" in told
    # No tree: nothing of other units stands before the person opposite.
    (tree,) = hand.window.findChildren(UnitTree)
    assert not tree.isVisible()
    for sentence in sentences:
        hand.write(sentence)
        hand.press(Qt.Key.Key_F6)
    assert len(tab.page.text.extraSelections()) == len(sentences)
    digits = (Qt.Key.Key_4, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Return)
    up = hand.in_dialog(EndDialog, partial(hand.press, *digits))
    hand.press(Qt.Key.Key_F8)
    assert up()
    tidying = tab.page.tidying
    assert tidying.list.count() == len(sentences)
    hand.sees(tab.page, "待整理", "整理完毕", "标记的句子　0/4")
    for place in range(len(sentences)):
        tidying.list.setFocus()
        tidying.list.setCurrentRow(place)
        for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_3):
            QTest.keyClick(tidying.list, key)
        QTest.keyClick(tidying.list, Qt.Key.Key_Return)
        if place < problems:
            tidying.list.setCurrentRow(place)
            up = hand.in_dialog(SubKindDialog, partial(hand.press, Qt.Key.Key_1))
            QTest.keyClick(tidying.list, Qt.Key.Key_Return, SHIFT)
            assert up()
    made = [tidying.list.item(n).text() for n in range(len(sentences))]
    assert made[0] == f"① {sentences[0]}\n　 ✓ 意见、问题"
    assert made[3] == f"④ {sentences[3]}\n　 ✓ 意见"
    hand.sees(tab.page, "标记的句子　4/4")
    assert saved(hand.window)
    tab.page.leave()
    # The talk is told by its code alone, and as what still has to be put in order.
    hand.sees(tab.rows, "待整理", "有四风意见")


def step(hand: Hand, tab: ProblemsTab, word: str, given: Mapping[str, str] | None) -> None:
    """The next step's button, and its dialog where there is one."""
    hand.qtbot.waitUntil(lambda: tab.detail.next_button.text() == word)

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, StepDialog)
        dialog.fill(dict(given or {}))
        dialog.attempt()
        assert dialog.told.text() == ""

    up = None if given is None else hand.in_dialog(StepDialog, fill)
    hand.click(tab.detail.next_button)
    assert up is None or up()


def add_measure(hand: Hand, tab: ProblemsTab) -> None:
    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, MeasureDialog)
        dialog.form.load({
            "what": "每周半天自学", "responsible": "局长", "standard": "人人有笔记",
            "deadline": "2014-05-20",
        })  # fmt: skip
        dialog.attempt()

    button = next(b for b in tab.detail.findChildren(QPushButton) if b.text().startswith("+ 措施"))
    up = hand.in_dialog(MeasureDialog, fill)
    button.click()
    assert up()


def to_the_end(hand: Hand, field: "Field", uid: Uid) -> None:
    """One problem from 线索 to 已销号."""
    hand.press(Qt.Key.Key_5, mod=ALT)
    (tab,) = hand.window.findChildren(ProblemsTab)
    hand.qtbot.waitUntil(lambda: tab.rows.select(uid))
    hand.qtbot.waitUntil(lambda: tab.detail.uid() == uid)
    # What was said word for word never leaves the group: the problem gets words of its own.
    for name, text in (("title", "座谈面偏窄"), ("facts", "4月18日查座谈签到表，均为科级以上。")):
        line = tab.detail.form.input_of(name)
        assert isinstance(line, QLineEdit | QPlainTextEdit)
        line.setFocus()
        hand.qtbot.waitUntil(line.hasFocus)
        line.selectAll()
        hand.write(text)
    handlers = tab.detail.form.input_of("handlers")
    for chip in handlers.findChildren(QPushButton):
        # Who verifies in the end is none of those who handle it.
        if chip.text() in ("王建国", "李芳") and not chip.isChecked():
            hand.click(chip)
    told = texts(tab)
    assert "5 条" in told
    assert texts(tab.rows).count("线索") == 5
    assert tab.detail.lacking() == ""
    step(hand, tab, "提交", None)
    hand.sees(tab.rows, "待审核")
    step(hand, tab, "认定", {})
    step(hand, tab, "交办", {"received_by": "周局长", "deadline": "2014-05-20"})
    hand.sees(tab.rows, "已交办", "5月20日")
    assert tab.detail.lacking() == "还缺 整改措施（五个明确）"
    add_measure(hand, tab)
    step(hand, tab, "整改", None)
    step(hand, tab, "申请销号", {"done": "已建立自学计划", "evidence": "自学计划复印件"})
    step(hand, tab, "销号", {})
    assert records.get(field.ws, "problem", uid).values["state"] == "closed"
    shown = tab.rows.current()
    assert shown is not None
    assert shown.values["state"] == "closed"
    told = texts(tab)
    assert "已销号" in told
    assert "这个问题已经办结，内容不能再改；要改，先用上面的按钮重新打开" in told
    # Whoever presses it once too often opens nothing that was closed.
    assert tab.detail.next_button.text() == "恢复整改"
    assert "Ctrl+Enter" not in told
    hand.press(Qt.Key.Key_Return, mod=CONTROL)
    assert QApplication.activeModalWidget() is None
    assert records.get(field.ws, "problem", uid).values["state"] == "closed"


def issue_report(hand: Hand, field: "Field", identity: Path) -> str:
    """Draft, sign, issue; the number it bears."""
    hand.press(Qt.Key.Key_7, mod=ALT)
    (tab,) = hand.window.findChildren(ReportsTab)
    pages = tab.pages()
    with hand.qtbot.waitSignal(pages.drafting.drafted, timeout=LONG_MS):
        pages.drafting.draft()
    assert pages.drafting.view.page()[1] > 1
    told = texts(pages.drafting)
    assert "　督导检查报告" in told
    assert any("签发" in text for text in told)

    def sign() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, IssueDialog)
        dialog.take("leader", identity, SECRET)
        dialog.attempt()

    up = hand.in_dialog(IssueDialog, sign)
    hand.click(pages.drafting.issue_button)
    assert up()
    hand.qtbot.waitUntil(lambda: pages.register.rows.total() == 1, timeout=LONG_MS)
    (row,) = stored(field, "report")
    number = str(row.values["number"])
    assert number in " ".join(texts(pages.register))
    return number


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """The leader's identity file."""
    file = tmp_path / "赵明.p12"
    root = certificates.make_root("办公室")
    write_atomic(file, certificates.save_p12(certificates.issue(root, "赵明"), SECRET))
    return file


def unit_line(overview: OverviewTab) -> list[str]:
    """The one unit's line in 单位情况."""
    return next(line for line in overview.today.units.texts() if "市供热公司" in line)


def text_of(pdf: bytes, folder: Path) -> str:
    """What is printed, without the spaces between the characters."""
    file = folder / "issued.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(  # noqa: S603 - found on the path, our own words
        [str(shutil.which("pdftotext")), str(file), "-"], capture_output=True, check=True, text=True
    )
    return "".join(done.stdout.split())


def test_a_field_day(
    window: MainWindow, hand: Hand, field: "Field", identity: Path, tmp_path: Path
) -> None:
    add_unit(hand)
    choose_unit(hand, "供热")
    plan_visit(hand)
    study_check(hand)
    talk(hand, FIRST, 3)
    talk(hand, SECOND, 2)
    assert len(stored(field, "opinion")) == 8
    problems = stored(field, "problem")
    assert len(problems) == 5
    hand.press(Qt.Key.Key_5, mod=ALT)
    (tab,) = window.findChildren(ProblemsTab)
    assert tab.rows.total() == 5
    to_the_end(hand, field, problems[0].uid)
    assert saved(window)
    number = issue_report(hand, field, identity)
    # 今日 counts what the day has come to.
    hand.press(Qt.Key.Key_1, mod=ALT)
    (overview,) = window.findChildren(OverviewTab)
    hand.qtbot.waitUntil(lambda: unit_line(overview)[1:3] == ["1", "2"])
    assert unit_line(overview)[0] == "市供热公司"
    if shutil.which("pdftotext") is not None:
        printed = text_of(reports.file_of(field.ws, stored(field, "report")[0].uid), tmp_path)
        assert "市供热公司" in printed
        assert number in printed
        # What was said in confidence is in no report.
        assert [said for said in (*FIRST, *SECOND) if said.rstrip("。") in printed] == []
