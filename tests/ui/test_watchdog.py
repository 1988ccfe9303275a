"""Nothing one does in the window holds it up: 50 ms of its own work at most between two events."""

import gc
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from models.kinds import Uid, Value
from services import records
from services import workspace as workspaces
from services.core import Filter
from services.workspace import NewGroup
from tests.groups import NAMES_PASSPHRASE, PASSPHRASE
from tests.ui.watchdog import Watchdog, strain, watched
from ui.context import Context
from ui.finding import FindDialog
from ui.tabs.checks import ChecksTab
from ui.tabs.interviews import InterviewsTab
from ui.tabs.overview import OverviewTab
from ui.tabs.problems import ProblemsTab
from ui.window import MainWindow

LIMIT_MS = 50
FIRST_PAINT_MS = 100
_UNITS, _PROBLEMS, _TALKS, _CHECKS = 20, 1_200, 600, 200


@pytest.fixture
def context(tmp_path: Path, qtbot: QtBot) -> Iterator[Context]:
    """A file of about 2,000 records."""
    new = NewGroup("yinchuan-2014", "第三督导组", 3, "赵明")
    ws = workspaces.create(tmp_path / "大.dudao", PASSPHRASE, NAMES_PASSPHRASE, new)
    ws.day = date(2014, 5, 6)
    units = records.add(ws, "unit", [{"name": f"第{n}局"} for n in range(_UNITS)]).uids

    def unit(n: int) -> Uid:
        return units[n % _UNITS]

    def problem(n: int) -> dict[str, Value]:
        return {
            "unit": unit(n), "sub_kind": f"2.{1 + n % 3}", "title": f"自学无安排之{n}",
            "facts": "查阅学习台账：集中学习六次，录像三次；无自学计划。" * 3,
            "deadline": "2014-04-30" if n % 3 else "2014-05-20", "handlers": [ws.actor],
        }  # fmt: skip

    def talk(n: int) -> dict[str, Value]:
        return {
            "unit": unit(n), "date": "2014-05-06", "talkers": [ws.actor], "recorder": ws.actor,
            "text": "下去调研都是提前一周通知，听到的都是好话。" * 40, "state": "untidied",
        }  # fmt: skip

    def check(n: int) -> dict[str, Value]:
        return {"unit": unit(n), "form": "study_check", "date": "2014-05-06"}

    for kind, made, count in (
        ("problem", problem, _PROBLEMS), ("interview", talk, _TALKS), ("check", check, _CHECKS)
    ):  # fmt: skip
        records.add(ws, kind, [made(n) for n in range(count)], draft=True)
    opened = Context()
    opened.open(ws)
    yield opened
    opened.close()


def test_the_watchdog_finds_a_block(qtbot: QtBot) -> None:
    def work() -> None:
        until = time.thread_time() + 0.08
        while time.thread_time() < until:
            pass

    with watched() as dog:
        dog.doing("busy")
        QTimer.singleShot(0, work)
        qtbot.wait(150)
    assert 75 < dog.blocks.longest_ms < 200
    assert dog.blocks.where == "busy"
    assert len(dog.blocks.over(LIMIT_MS)) == 1


def test_waiting_is_no_block(qtbot: QtBot) -> None:
    with watched() as dog:
        QTimer.singleShot(0, lambda: time.sleep(0.1))
        qtbot.wait(150)
    assert dog.blocks.over(LIMIT_MS) == []


class Walk:
    """Does one thing after the other and names them for the watchdog."""

    def __init__(self, context: Context, qtbot: QtBot) -> None:
        """Nothing is watched yet."""
        self._context = context
        self._qtbot = qtbot
        self.dog: Watchdog | None = None

    def do(self, what: str, act: Callable[..., object], *given: object) -> None:
        """Do something from within the event loop, as a key or the mouse does; let it end."""
        if self.dog is not None:
            self.dog.doing(what)
        QTimer.singleShot(0, partial(act, *given))
        self._qtbot.wait(60)
        self._qtbot.waitUntil(lambda: not self._context.jobs.running, timeout=20_000)
        self._qtbot.wait(20)

    def type(self, what: str, field: QWidget, text: str) -> None:
        """Letters one by one."""
        for letter in text:
            self.do(what, QTest.keyClick, field, letter)


@pytest.fixture
def window(context: Context, qtbot: QtBot) -> MainWindow:
    made = MainWindow(context)
    qtbot.addWidget(made)
    made.resize(1366, 690)
    with qtbot.waitActive(made):
        made.show()
    return made


def focused(window: MainWindow) -> QWidget:
    """What has the keyboard."""
    widget = window.focusWidget()
    assert widget is not None
    return widget


def problems_at_work(walk: Walk, window: MainWindow) -> None:
    (tab,) = window.findChildren(ProblemsTab)
    for n in range(6):
        walk.do("open a problem", tab.rows.table.selectRow, n)
    title = tab.detail.form.input_of("title")
    title.setFocus()
    walk.type("type a title", title, "abcdef")
    walk.do("store it", tab.rows.table.setFocus)
    walk.do("a new problem", tab.new_record)
    walk.do("none after all", QTest.keyClick, focused(window), Qt.Key.Key_Escape)
    for name, wanted in (
        ("filter", Filter({"overdue": True})),
        ("search the list", Filter(text="自学")),
        ("show all", Filter()),
    ):
        walk.do(name, tab.filters.show_filter, wanted)


def checks_at_work(walk: Walk, window: MainWindow) -> None:
    (tab,) = window.findChildren(ChecksTab)
    tab.rows.table.selectRow(5)
    walk.do("another check", QTest.keyClick, tab.rows.table, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_1, Qt.Key.Key_Return, Qt.Key.Key_2, Qt.Key.Key_Return):
        walk.do("answer", QTest.keyClick, focused(window), key)
    walk.do("leave the other check", QTest.keyClick, tab.checks.page, Qt.Key.Key_Escape)
    for show, what in ((tab.show_training, "training"), (tab.show_reviews, "reviews")):
        walk.do(what, show)
    walk.do("checks again", tab.show_checks)


def overview_at_work(walk: Walk, window: MainWindow) -> None:
    (tab,) = window.findChildren(OverviewTab)
    walk.do("charts", tab.show_figures)
    for place in range(tab.figures.list.count()):
        walk.do(f"chart {place + 1}", tab.figures.list.setCurrentRow, place)
    walk.do("quality", tab.show_quality)


def talks_at_work(walk: Walk, window: MainWindow) -> None:
    (tab,) = window.findChildren(InterviewsTab)
    tab.rows.table.selectRow(3)
    walk.do("open a talk", QTest.keyClick, tab.rows.table, Qt.Key.Key_Return)
    walk.type("write", tab.page.text, "abcdef")
    walk.do("leave the talk", tab.page.leave)


@pytest.mark.slow
def test_a_walk_through_2000_records_never_holds_the_window_up(
    window: MainWindow, context: Context, qtbot: QtBot
) -> None:
    names = window.tab_names()
    begun_at = strain()
    walk = Walk(context, qtbot)
    gc.collect()
    gc.freeze()
    with watched() as first:
        walk.dog = first
        for place, name in enumerate(names):
            walk.do(f"first {name}", window.show_tab, place)
        (checks,) = window.findChildren(ChecksTab)
        checks.rows.table.selectRow(3)
        window.show_tab(names.index("学习检查"))
        walk.do("first check", QTest.keyClick, checks.rows.table, Qt.Key.Key_Return)
        walk.do("leave the check", QTest.keyClick, checks.checks.page, Qt.Key.Key_Escape)
    with watched() as dog:
        walk.dog = dog
        overview_at_work(walk, window)
        walk.do("to the checks", window.show_tab, names.index("学习检查"))
        checks_at_work(walk, window)
        for place, name in enumerate(names):
            walk.do(f"again {name}", window.show_tab, place)
        walk.do("to the problems", window.show_tab, names.index("问题清单"))
        problems_at_work(walk, window)
        walk.do("to the talks", window.show_tab, names.index("谈话记录"))
        talks_at_work(walk, window)
        dialog = FindDialog(context, window.leading.open_hit, window)
        walk.do("find", dialog.show)
        for text in ("自学", "自学无", "没有的话"):
            walk.do(f"find {text}", dialog.line.setText, text)
        dialog.close()
    gc.unfreeze()
    slower = max(begun_at, strain())
    held_up = first.blocks.over(FIRST_PAINT_MS * slower) + dog.blocks.over(LIMIT_MS * slower)
    assert "\n".join(held_up) == ""
    assert first.stacks + dog.stacks == ""
