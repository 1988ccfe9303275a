"""Links that lead both ways, and a clue from wherever one is."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services import marks, opinions, origins, records
from services.core import Filter
from services.listing import page
from ui.clue import ClueDialog
from ui.context import Context
from ui.origins import Origins
from ui.tabs.checks import ChecksTab
from ui.tabs.interviews import InterviewsTab
from ui.tabs.problems import ProblemsTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def window(field: "Field", qtbot: QtBot) -> MainWindow:
    context = Context()
    context.open(field.ws)
    shown = MainWindow(context)
    qtbot.addWidget(shown)
    shown.resize(1366, 690)
    with qtbot.waitActive(shown):
        shown.show()
    return shown


def talk(field: "Field") -> Uid:
    return records.add(field.ws, "interview", [field.talk(state="untidied")], draft=True).uids[0]


def test_a_problem_leads_to_its_talk_and_the_way_back_is_remembered(
    window: MainWindow, field: "Field", qtbot: QtBot
) -> None:
    source = talk(field)
    made = records.add(field.ws, "problem", [field.problem(evidence=[source, "照片两张"])]).uids[0]
    assert window.leading.open_record("problem", made)
    (problems,) = window.findChildren(ProblemsTab)
    qtbot.waitUntil(lambda: problems.detail.uid() == made)
    problems.filters.show_filter(Filter({"state": ["clue"]}, text="自学"))
    (link,) = problems.detail.origins.links()
    code = str(records.get(field.ws, "interview", source).values["code_name"])
    assert code in link.text()
    assert not window.leading.back_button.isVisible()
    link.click()
    (talks,) = window.findChildren(InterviewsTab)
    assert talks.page.isVisible()
    row = talks.page.row()
    assert row is not None
    assert row.uid == source
    window.leading.back_button.click()
    assert problems.isVisible()
    wanted = problems.filters.wanted()
    assert (wanted.where, wanted.text) == ({"state": ["clue"]}, "自学")
    qtbot.waitUntil(lambda: problems.detail.uid() == made)
    assert not window.leading.back_button.isVisible()


def test_a_problem_leads_to_the_sentence_it_was_made_of(
    window: MainWindow, field: "Field", qtbot: QtBot
) -> None:
    text = "集中学习搞了六次。自学没有安排。食堂改好了。"
    given = field.talk(state="untidied", text=text)
    source = records.add(field.ws, "interview", [given], draft=True).uids[0]
    row = records.get(field.ws, "interview", source)
    marks.toggle(field.ws, row, text.index("自学"))
    row = records.get(field.ws, "interview", source)
    (mark,) = marks.of_talk(row)
    made, _changes = marks.to_problem(field.ws, row, mark, "2.2")
    assert window.leading.open_record("problem", made)
    (problems,) = window.findChildren(ProblemsTab)
    qtbot.waitUntil(lambda: problems.detail.uid() == made)
    problems.detail.origins.links()[0].click()
    (talks,) = window.findChildren(InterviewsTab)
    cursor = talks.page.text.textCursor()
    assert cursor.selectedText() == "自学没有安排。"
    assert talks.page.tidying.current() is not None


def test_a_check_and_an_opinion_lead_to_what_was_made_of_them(
    window: MainWindow, field: "Field", qtbot: QtBot
) -> None:
    unit = field.problem()["unit"]
    check = records.add(
        field.ws, "check", [{"unit": unit, "form": "study_check", "date": "2014-05-06"}], draft=True
    ).uids[0]
    made = records.add(field.ws, "problem", [field.problem(evidence=[check])]).uids[0]
    assert window.leading.open_record("check", check)
    (checks,) = window.findChildren(ChecksTab)
    (shown,) = checks.checks.page.findChildren(Origins)
    (link,) = shown.links()
    link.click()
    (problems,) = window.findChildren(ProblemsTab)
    qtbot.waitUntil(lambda: problems.detail.uid() == made)
    heard = records.add(field.ws, "opinion", [{"unit": unit, "text": "开会太多"}], draft=True)
    row = records.get(field.ws, "opinion", heard.uids[0])
    second, _changes = opinions.to_problem(field.ws, row, "2.1")
    row = records.get(field.ws, "opinion", heard.uids[0])
    assert [one.uid for one in origins.of_row(field.ws, row)] == [second]
    again = records.get(field.ws, "problem", second)
    assert [one.kind for one in origins.of_row(field.ws, again)] == ["opinion"]


def test_f4_in_a_talk_notes_a_clue_of_that_talk(
    window: MainWindow, field: "Field", qtbot: QtBot
) -> None:
    source = talk(field)
    assert window.leading.open_record("interview", source)
    (talks,) = window.findChildren(InterviewsTab)
    talks.page.text.setFocus()

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ClueDialog)
        dialog.fill({"title": "公车周末下乡"})
        dialog.attempt()

    QTimer.singleShot(50, fill)
    QTest.keyClick(talks.page.text, Qt.Key.Key_F4)
    (clue,) = page(field.ws, "problem", Filter(text="公车周末下乡")).rows
    assert clue.values["evidence"] == [source]
    assert clue.values["unit"] == records.get(field.ws, "interview", source).values["unit"]
