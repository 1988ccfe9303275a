"""学习检查: a check is answered on the keyboard and stored question by question."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from models.kinds import Uid, Value
from services import records
from services.core import Filter, Row
from services.listing import page
from ui.clue import ClueDialog
from ui.context import Context
from ui.tabs.checks import ChecksTab

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The open workspace as tabs see it."""
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


@pytest.fixture
def tab(qtbot: QtBot, context: Context) -> ChecksTab:
    """The tab, shown and active."""
    made = ChecksTab(context)
    qtbot.addWidget(made)
    made.reload()
    made.resize(1160, 620)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def check(field: "Field", **values: Value) -> dict[str, Value]:
    """A whole check; `values` replace some of it."""
    whole: dict[str, Value] = {
        "unit": field.education,
        "form": "study_check",
        "date": "2014-05-06",
        "checkers": [field.handler],
    }
    return whole | values


def checks(field: "Field") -> tuple[Row, ...]:
    """Every check that is stored, newest first."""
    return page(field.ws, "check", Filter()).rows


def open_check(tab: ChecksTab, uid: Uid) -> None:
    """Open a check from the list, as Enter does."""
    tab.reload()
    assert tab.rows.select(uid)
    QTest.keyClick(tab.rows.table, Qt.Key.Key_Return)
    assert tab.checks.page.isVisible()


def chip(tab: ChecksTab, name: str, word: str) -> QPushButton:
    """The button of a choice in the head of the check."""
    assert tab.checks.page.form is not None
    buttons = tab.checks.page.form.input_of(name).findChildren(QPushButton)
    return next(b for b in buttons if b.text() == word)


def press(key: Qt.Key) -> None:
    """A key where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def test_an_empty_list_says_what_to_do(tab: ChecksTab) -> None:
    shown = [b for b in tab.rows.findChildren(QPushButton) if b.isVisible()]
    assert [b.text() for b in shown] == ["新检查 Ctrl+N"]


def test_a_new_check_is_stored_with_its_first_answer(
    qtbot: QtBot, field: "Field", context: Context, tab: ChecksTab
) -> None:
    context.choose_units(frozenset({field.education}))
    tab.begin("study_check")
    assert not checks(field)
    tab.checks.page.answers.go_to("plan_exists")
    with qtbot.waitSignal(context.saved):
        press(Qt.Key.Key_1)
    (row,) = checks(field)
    assert row.values["unit"] == field.education
    assert row.values["date"] == "2014-05-06"
    assert row.values["checkers"] == [field.leader]
    assert row.values["answers"] == {"plan_exists": True}
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_1)
    assert checks(field)[0].values["answers"] == {"plan_exists": True, "plan_detailed": True}
    press(Qt.Key.Key_Escape)
    assert tab.rows.isVisible()
    assert tab.rows.total() == 1


def test_the_next_check_never_costs_a_field_that_is_being_typed(
    qtbot: QtBot, field: "Field", context: Context, tab: ChecksTab
) -> None:
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    assert tab.checks.page.form is not None
    place = tab.checks.page.form.input_of("place")
    assert isinstance(place, QLineEdit)
    place.setFocus()
    qtbot.waitUntil(place.hasFocus)
    QTest.keyClicks(place, "Room 3")
    with qtbot.waitSignal(context.saved):
        tab.begin("study_check")
    assert records.get(field.ws, "check", uid).values["place"] == "Room 3"


def test_an_answer_that_cannot_stand_is_told_at_its_question(
    qtbot: QtBot, field: "Field", tab: ChecksTab
) -> None:
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    answers = tab.checks.page.answers
    answers.go_to("notebooks")
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "9/5")
    with qtbot.waitSignal(answers.edited):
        press(Qt.Key.Key_Return)
    assert "9" in answers.fault_of("notebooks")
    assert not records.get(field.ws, "check", uid).values["answers"]
    answers.go_to("notebooks")
    line.selectAll()
    QTest.keyClicks(line, "2/5")
    press(Qt.Key.Key_Return)
    assert answers.fault_of("notebooks") == ""
    assert records.get(field.ws, "check", uid).values["answers"] == {"notebooks": [2, 5]}


def test_a_fault_stays_until_its_own_question_is_right(
    qtbot: QtBot, field: "Field", tab: ChecksTab
) -> None:
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    answers = tab.checks.page.answers
    answers.go_to("notebooks")
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "9/5")
    press(Qt.Key.Key_Return)
    assert answers.fault_of("notebooks")
    answers.go_to("plan_exists")
    press(Qt.Key.Key_1)
    assert answers.fault_of("notebooks")
    assert line.text() == "9/5"
    assert records.get(field.ws, "check", uid).values["answers"] == {"plan_exists": True}


def test_a_field_that_was_refused_on_leaving_is_told_before_the_page_goes(
    qtbot: QtBot, field: "Field", tab: ChecksTab
) -> None:
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    assert tab.checks.page.form is not None
    line = tab.checks.page.form.input_of("date").focusProxy()
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "2014-02-31")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert tab.checks.page.isVisible()
    assert "2014-02-31" in tab.checks.page.form.fault_of("date")
    QTest.keyClick(tab.checks.page, Qt.Key.Key_Escape)
    assert tab.rows.isVisible()
    assert records.get(field.ws, "check", uid).values["date"] == "2014-05-06"


def test_deleting_asks_why_and_leads_back(
    field: "Field", tab: ChecksTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    button = next(b for b in tab.checks.page.findChildren(QPushButton) if b.text() == "删除…")
    monkeypatch.setattr("ui.deleting.ask_reason", lambda *_: None)
    button.click()
    assert len(checks(field)) == 1
    monkeypatch.setattr("ui.deleting.ask_reason", lambda *_: "重复登记")
    button.click()
    assert tab.rows.isVisible()
    assert tab.rows.total() == 0


def test_the_judgement_is_stored_and_coloured_in_the_list(
    qtbot: QtBot, field: "Field", context: Context, tab: ChecksTab
) -> None:
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    with qtbot.waitSignal(context.saved):
        chip(tab, "result", "走过场").click()
    assert records.get(field.ws, "check", uid).values["result"] == "formality"
    press(Qt.Key.Key_Escape)
    shown = [tab.rows.model.index(0, n).data() for n in range(tab.rows.model.columnCount())]
    assert shown[:4] == ["5月6日", "市教育局", "学习教育检查", "走过场"]


def test_the_leaders_of_the_unit_are_the_rows_of_their_table(
    field: "Field", tab: ChecksTab
) -> None:
    leader: dict[str, Value] = {"name": "周局长", "unit": field.education}
    (person,) = records.add(field.ws, "person", [leader]).uids
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    tab.checks.page.answers.go_to("leaders_led")
    press(Qt.Key.Key_1)
    stored = records.get(field.ws, "check", uid).values["answers"]
    assert stored == {"leaders_led": {person: {"led": True}}}


def test_only_people_of_the_group_are_offered_as_checkers(field: "Field", tab: ChecksTab) -> None:
    leader: dict[str, Value] = {"name": "周局长", "unit": field.education}
    records.add(field.ws, "person", [leader])
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    assert tab.checks.page.form is not None
    offered = tab.checks.page.form.input_of("checkers").findChildren(QPushButton)
    assert sorted(b.text() for b in offered) == sorted(["赵明", "王建国", "李芳"])


def test_another_unit_shows_its_own_leaders(field: "Field", tab: ChecksTab) -> None:
    of_health: dict[str, Value] = {"name": "吴局长", "unit": field.health}
    (person,) = records.add(field.ws, "person", [of_health]).uids
    first, second = records.add(
        field.ws, "check", [check(field), check(field, unit=field.health)]
    ).uids
    open_check(tab, first)
    tab.checks.page.left.emit()
    open_check(tab, second)
    tab.checks.page.answers.go_to("leaders_led")
    press(Qt.Key.Key_1)
    stored = records.get(field.ws, "check", second).values["answers"]
    assert stored == {"leaders_led": {person: {"led": True}}}


def test_the_chosen_units_and_the_filter_narrow_the_list(
    field: "Field", context: Context, tab: ChecksTab
) -> None:
    both = [check(field, result="solid"), check(field, unit=field.health)]
    records.add(field.ws, "check", both)
    tab.reload()
    assert tab.rows.total() == 2
    context.choose_units(frozenset({field.health}))
    assert tab.rows.total() == 1
    tab.filters.changed.emit(Filter({"result": ["solid"]}))
    assert tab.rows.total() == 0
    context.choose_units(frozenset())
    assert tab.rows.total() == 1


def test_the_place_is_completed_and_the_next_check_begins_as_the_last(
    qtbot: QtBot, field: "Field", context: Context, tab: ChecksTab
) -> None:
    people: list[Value] = [field.leader, field.handler]
    records.add(field.ws, "check", [check(field, place="三楼档案室", checkers=people)])
    context.choose_units(frozenset({field.education}))
    tab.begin("study_check")
    assert tab.checks.page.form is not None
    begun = tab.checks.page.form.values()
    assert begun["place"] == "三楼档案室"
    chosen = begun["checkers"]
    assert isinstance(chosen, list)
    assert set(map(str, chosen)) == set(map(str, people))
    context.choose_units(frozenset({field.health}))
    tab.begin("study_check")
    place = tab.checks.page.form.input_of("place")
    assert isinstance(place, QLineEdit)
    assert place.text() == ""
    place.setFocus()
    completer = place.completer()
    completer.setCompletionPrefix("档案")
    assert completer.completionCount() == 1


def test_a_clue_is_noted_without_leaving_the_check(
    qtbot: QtBot, field: "Field", context: Context, tab: ChecksTab
) -> None:
    (uid,) = records.add(field.ws, "check", [check(field)]).uids
    open_check(tab, uid)
    dialog = ClueDialog(context, tab, tab.checks.page.known())
    qtbot.addWidget(dialog)
    dialog.attempt()
    assert dialog.told.text()
    dialog.fill({"title": "笔记三本空白"})
    dialog.attempt()
    assert dialog.uid is not None
    row = records.get(field.ws, "problem", dialog.uid)
    assert row.values["unit"] == field.education
    assert row.values["handlers"] == [field.handler]
    assert row.values["evidence"] == [uid]
    assert row.values["state"] == "clue"
    assert tab.checks.page.isVisible()
