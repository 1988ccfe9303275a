"""一把手轮训 and 材料审阅: registered by digits, one field a member, nothing typed is lost."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from services import drafts, listing, records
from services.core import Filter
from ui.context import Context
from ui.tabs.checks import ChecksTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from models.kinds import Value
    from tests.groups import Field


@pytest.fixture
def window(field: "Field", qtbot: QtBot) -> Iterator[MainWindow]:
    context = Context()
    context.open(field.ws)
    shown = MainWindow(context)
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
    shown.show_tab(shown.tab_names().index("学习检查"))
    yield shown
    context.jobs.finish()


def checks(window: MainWindow) -> ChecksTab:
    (found,) = window.findChildren(ChecksTab)
    return found


def test_a_round_is_registered_by_digits_one_after_the_other(
    window: MainWindow, field: "Field", qtbot: QtBot
) -> None:
    tab = checks(window)
    tab.show_training()
    qtbot.waitUntil(tab.training.nothing.isVisible)
    heads = [("周志强", field.education), ("何建军", field.health)]
    records.add(field.ws, "person", [{"name": n, "unit": u, "is_head": True} for n, u in heads])
    tab.reload()
    page = tab.training
    page.round.setCurrentIndex(page.round.findText("第 2 轮"))
    page.round.activated.emit(page.round.currentIndex())
    page.register.setFocus()
    assert page.told.text() == "应训 2　已训 0　补训 0　缺席未补 0　未登记 2"
    QTest.keyClick(page.register, Qt.Key.Key_1)
    QTest.keyClick(page.register, Qt.Key.Key_2, Qt.KeyboardModifier.KeypadModifier)
    assert page.told.text() == "应训 2　已训 1　补训 0　缺席未补 1　未登记 0"
    lines = page.register.texts()
    assert [(line[0], line[1], line[4]) for line in lines] == [
        ("市教育局", "周志强", "参加"),
        ("市卫生局", "何建军", "缺席"),
    ]
    reason = page.form.input_of("reason")
    assert isinstance(reason, QLineEdit)
    reason.setFocus()
    qtbot.waitUntil(reason.hasFocus)
    QTest.keyClicks(reason, "out of town")
    page.register.setFocus()
    assert page.register.texts()[1][-1] == "out of town"
    assert page.register.currentRow() == 1
    shown = page.register.texts(), page.told.text()
    page.reload()
    assert (page.register.texts(), page.told.text()) == shown


def test_each_member_says_something_of_a_paper(window: MainWindow, field: "Field") -> None:
    tab = checks(window)
    tab.show_reviews()
    here = field.ws
    records.change(here, "group", here.group, {"members": [field.handler, field.recorder]})
    given: dict[str, Value] = {"unit": field.education, "what": "plan", "version": 1}
    (uid,) = records.add(here, "review", [given]).uids
    tab.reload()
    tab.reviews.rows.select(uid)
    tab.reviews.open_row(records.get(here, "review", uid))
    form = tab.reviews.side.form
    for member, text in ((field.handler, "no dates"), (field.recorder, "no names")):
        line = form.input_of(f"comments.{member}")
        assert isinstance(line, QPlainTextEdit)
        line.setFocus()
        QTest.keyClicks(line, text)
        form.input_of("version").setFocus()
    said = records.get(here, "review", uid).values["comments"]
    assert said == {field.handler: "no dates", field.recorder: "no names"}
    line = form.input_of(f"comments.{field.handler}")
    assert isinstance(line, QPlainTextEdit)
    line.clear()
    line.setFocus()
    form.input_of("version").setFocus()
    assert records.get(here, "review", uid).values["comments"] == {field.recorder: "no names"}


def test_a_comment_that_was_not_stored_is_offered_again(
    window: MainWindow, field: "Field", qtbot: QtBot
) -> None:
    here = field.ws
    records.change(here, "group", here.group, {"members": [field.handler]})
    given: dict[str, Value] = {"unit": field.education, "what": "plan", "version": 1}
    (uid,) = records.add(here, "review", [given]).uids
    drafts.keep(here, "review", uid, f"comments.{field.handler}", "没有日期")
    tab = checks(window)
    tab.show_reviews()
    kept = tab.reviews.kept
    qtbot.waitUntil(kept.isVisible)
    kept.wanted.emit(uid, kept.texts_of(uid))
    assert records.get(here, "review", uid).values["comments"] == {field.handler: "没有日期"}
    assert not drafts.pending(here)


def test_a_paper_that_was_found_opens_among_the_papers(window: MainWindow, field: "Field") -> None:
    given: dict[str, Value] = {
        "unit": field.education,
        "what": "plan",
        "version": 1,
        "joint_opinion": "期限不明",
    }
    (uid,) = records.add(field.ws, "review", [given]).uids
    assert window.leading.open_record("review", uid)
    tab = checks(window)
    assert tab.reviews.isVisible()
    assert listing.page(field.ws, "review", Filter(), 0, 9).total == tab.rows.total() == 1
