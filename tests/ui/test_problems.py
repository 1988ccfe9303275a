"""问题清单: recording a problem, taking it on, what it lacks, its history."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services import certificates, history, problems, records
from services.core import Filter
from services.files import write_atomic
from services.listing import page
from ui.context import Context
from ui.naming import Names, describe
from ui.parts.dates import DateChoice
from ui.parts.history import HistoryDialog
from ui.tabs.problems import ProblemsTab, steps
from ui.tabs.problems.measures import MeasureDialog
from ui.tabs.problems.steps import StepDialog

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
def tab(qtbot: QtBot, context: Context) -> ProblemsTab:
    """The tab, shown and active."""
    made = ProblemsTab(context)
    qtbot.addWidget(made)
    made.reload()
    made.resize(1160, 600)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def _line(tab: ProblemsTab, name: str) -> QLineEdit:
    found = tab.detail.form.input_of(name)
    assert isinstance(found, QLineEdit)
    return found


def _step(field: "Field", uid: Uid, verb: str) -> problems.Step:
    return next(s for s in problems.steps(field.ws, uid) if s.transition.verb == verb)


def done(dialog: StepDialog) -> list[problems.Moved]:
    """What the dialog has done so far."""
    return list(dialog.moved)


def test_a_new_problem_is_stored_with_its_first_field_and_stays_in_view(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    context.choose_units(frozenset({field.education}))
    assert tab.rows.total() == 0
    tab.new_record()
    title = _line(tab, "title")
    title.setFocus()
    qtbot.waitUntil(title.hasFocus)
    QTest.keyClicks(title, "Zixue")
    assert page(field.ws, "problem", Filter()).total == 0
    with qtbot.waitSignal(context.saved):
        tab.detail.form.input_of("facts").setFocus()
    (row,) = page(field.ws, "problem", Filter()).rows
    assert row.values["title"] == "Zixue"
    assert row.values["unit"] == field.education
    assert row.values["state"] == "clue"
    assert tab.rows.total() == 1
    assert tab.detail.uid() == row.uid
    assert "暂03A-01" in tab.detail.heading()


def test_what_a_step_lacks_is_told_and_the_button_leads_there(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    record = field.problem(handlers=[field.handler])
    (uid,) = records.add(field.ws, "problem", [record], draft=True).uids
    tab.reload()
    tab.rows.select(uid)
    qtbot.waitUntil(lambda: tab.detail.uid() == uid)
    assert tab.detail.lacking() == "还缺 承办人"
    assert tab.detail.next_button.isVisible()
    tab.detail.next_button.click()
    assert records.get(field.ws, "problem", uid).values["state"] == "clue"


def test_submitting_needs_no_dialog_and_moves_the_list_and_the_head(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    tab.reload()
    tab.rows.select(uid)
    qtbot.waitUntil(lambda: tab.detail.uid() == uid)
    assert tab.detail.next_button.text() == "提交"
    with qtbot.waitSignal(context.saved):
        QTest.mouseClick(tab.detail.next_button, Qt.MouseButton.LeftButton)
    assert records.get(field.ws, "problem", uid).values["state"] == "submitted"
    assert tab.detail.next_button.text() == "认定"
    shown = tab.rows.current()
    assert shown is not None
    assert shown.values["state"] == "submitted"


def test_confirming_with_an_identity_signs_the_step(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab, tmp_path: Path
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    root = certificates.make_root("办公室")
    file = tmp_path / "赵明.p12"
    write_atomic(file, certificates.save_p12(certificates.issue(root, "赵明"), "身份口令 1"))
    row = records.get(field.ws, "problem", uid)
    dialog = StepDialog(context, _step(field, uid, "confirm"), [row], tab)
    dialog.take(file, "不对")
    dialog.attempt()
    assert done(dialog) == []
    assert dialog.told.text() == "身份文件的口令不对"
    dialog.take(file, "身份口令 1")
    dialog.attempt()
    (moved,) = done(dialog)
    assert moved.signed
    assert moved.number == "03-001"


def test_a_step_that_needs_values_refuses_until_they_are_given(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    problems.move(field.ws, uid, "confirm")
    row = records.get(field.ws, "problem", uid)
    dialog = StepDialog(context, _step(field, uid, "assign"), [row], tab)
    dialog.attempt()
    assert done(dialog) == []
    assert dialog.told.text() == "还缺 签收人"
    dialog.fill({"received_by": "周局长", "deadline": "2014-02-30"})
    dialog.attempt()
    assert done(dialog) == []
    assert "2014-02-30" in dialog.told.text()
    dialog.fill({"deadline": "2014-05-20"})
    dialog.attempt()
    assert len(done(dialog)) == 1
    assert records.get(field.ws, "problem", uid).values["state"] == "assigned"


def test_a_measure_tells_its_faults_at_its_fields_and_is_stored_whole(
    qtbot: QtBot, field: "Field", context: Context
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    dialog = MeasureDialog(context, uid, None, "2014-05-20", None)
    qtbot.addWidget(dialog)
    dialog.attempt()
    assert dialog.changes is None
    assert page(field.ws, "measure", Filter()).total == 0
    texts = {"what": "每周半天自学", "responsible": "局长", "standard": "人人有笔记"}
    dialog.form.show_errors({})
    dialog.form.load({**texts, "deadline": "2014-05-20"})
    dialog.attempt()
    assert dialog.changes is not None
    (measure,) = page(field.ws, "measure", Filter({"problem": uid})).rows
    assert measure.values["what"] == "每周半天自学"


def test_the_history_tells_who_changed_what_in_words(
    qtbot: QtBot, field: "Field", context: Context
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    problems.move(field.ws, uid, "submit")
    names = Names(context)
    entries = history.of_record(field.ws, uid)
    lines = [describe(context, names, "problem", entry) for entry in entries]
    assert ("赵明", "问题类别", "", "被动学的多，主动学的少") in [line[1:5] for line in lines]
    assert ("赵明", "承办人", "", "王建国") in [line[1:5] for line in lines]
    dialog = HistoryDialog(entries, lambda e: describe(context, names, "problem", e))
    qtbot.addWidget(dialog)
    assert dialog.table.rowCount() == len(entries)
    item = dialog.table.item(0, 4)
    assert item is not None
    assert "待审核" in item.text()


def test_the_filter_and_the_chosen_units_narrow_the_list(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    other = field.problem(unit=field.health, title="意见箱无人开启")
    uids = records.add(field.ws, "problem", [field.problem(), other]).uids
    problems.move(field.ws, uids[1], "submit")
    tab.reload()
    assert tab.rows.total() == 2
    tab.filters.changed.emit(Filter({"state": ["submitted"]}))
    assert tab.rows.total() == 1
    context.choose_units(frozenset({field.education}))
    assert tab.rows.total() == 0
    tab.filters.changed.emit(Filter())
    assert tab.rows.total() == 1


def test_several_problems_take_a_step_together(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    uids = records.add(field.ws, "problem", [field.problem(title=str(n)) for n in range(3)]).uids
    tab.reload()
    tab.rows.table.selectAll()
    menu = QMenu()
    tab.rows.menu_wanted.emit(menu)
    offered = {action.text(): action for action in menu.actions()}
    assert "提交 3 个" in offered
    offered["提交 3 个"].trigger()
    states = {records.get(field.ws, "problem", uid).values["state"] for uid in uids}
    assert states == {"submitted"}


def test_overdue_mine_and_dates_narrow_the_list(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    late = field.problem(title="晚了", deadline="2014-04-30")
    mine = field.problem(title="我的", handlers=[field.leader, field.handler])
    soon = field.problem(title="本周", deadline="2014-05-08")
    uids = records.add(field.ws, "problem", [late, mine, soon]).uids
    problems.move(field.ws, uids[0], "confirm")
    tab.reload()

    def titles() -> list[object]:
        rows = (tab.rows.model.row(n) for n in range(tab.rows.total()))
        return [row.values["title"] for row in rows if row is not None]

    tab.filters.show_filter(Filter(where={"overdue": True}))
    assert titles() == ["晚了"]
    tab.filters.show_filter(Filter(where={"handlers": [field.leader]}))
    assert titles() == ["我的"]
    tab.filters.clear()
    (dates,) = tab.filters.findChildren(DateChoice)
    dates.choose(dates.usual("week"))
    dates.changed.emit()
    assert titles() == ["本周"]
    assert dates.text() == "时限：5月5日—5月11日"


def test_an_ended_problem_is_read_only_but_for_when_to_look_again(
    qtbot: QtBot, field: "Field", tab: ProblemsTab
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    problems.move(field.ws, uid, "void", {}, reason="查无实据")
    tab.detail.show_problem(uid)
    assert _line(tab, "title").isReadOnly()
    assert tab.detail.form.notice().startswith("这个问题已经办结")
    day = tab.detail.form.input_of("recheck_on").findChildren(QLineEdit)[0]
    assert not day.isReadOnly()


def test_a_field_says_what_to_write_there(tab: ProblemsTab) -> None:
    tab.new_record()
    told = [label.text() for label in tab.detail.form.findChildren(QLabel)]
    assert "时间、地点、查了什么、看到什么，数字写全" in told


def test_what_happened_stands_at_the_foot_newest_first(field: "Field", tab: ProblemsTab) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    problems.move(field.ws, uid, "submit", {})
    tab.detail.show_problem(uid)
    told = tab.detail.timeline.told()
    assert "赵明" in told[0]
    assert "状态 待审核" in told[0]
    assert told[-1].endswith("赵明 记下这个问题")


def test_ctrl_enter_takes_the_problem_on_from_the_list_and_from_a_field(
    field: "Field", tab: ProblemsTab, qtbot: QtBot
) -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    tab.reload()
    qtbot.waitUntil(lambda: tab.rows.select(uid))
    qtbot.waitUntil(lambda: tab.detail.uid() == uid)
    line = _line(tab, "title")
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    line.setText("换了个题目")
    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    values = records.get(field.ws, "problem", uid).values
    assert (values["title"], values["state"]) == ("换了个题目", "submitted")
    told: list[str] = []

    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, StepDialog)
        told.append(dialog.windowTitle())
        dialog.reject()

    QTimer.singleShot(0, leave)
    tab.rows.table.setFocus()
    QTest.keyClick(tab.rows.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told == ["认定 — 换了个题目"]


def test_confirming_tells_what_was_found_before_and_leads_to_merging(
    field: "Field", context: Context, tab: ProblemsTab, qtbot: QtBot
) -> None:
    first, again = records.add(field.ws, "problem", [field.problem()] * 2).uids
    problems.move(field.ws, first, "confirm")
    problems.move(field.ws, again, "submit")
    tab.reload()
    tab.rows.select(again)
    qtbot.waitUntil(lambda: tab.detail.uid() == again)
    titles: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, StepDialog)
        titles.append(dialog.windowTitle())
        qtbot.waitUntil(lambda: not context.jobs.running)
        QTimer.singleShot(0, merge)
        (button,) = [b for b in dialog.findChildren(QPushButton) if "03-001" in b.text()]
        assert button.text() == "并入 03-001…"
        assert any("相近 100%" in label.text() for label in dialog.findChildren(QLabel))
        button.click()

    def merge() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, StepDialog)
        titles.append(dialog.windowTitle())
        dialog.attempt()

    QTimer.singleShot(0, answer)
    tab.detail.go_on()
    assert titles == ["认定 — 自学无安排", "并入 — 自学无安排"]
    values = records.get(field.ws, "problem", again).values
    assert (values["state"], values["master"]) == ("merged", first)
    assert tab.detail.next_button.isHidden() or tab.detail.next_button.text() != "认定"


def test_several_are_confirmed_with_a_word_about_those_that_are_alike(
    field: "Field", context: Context, tab: ProblemsTab, qtbot: QtBot
) -> None:
    uids = records.add(
        field.ws, "problem", [field.problem(), field.problem(), field.problem(sub_kind="1.1")]
    ).uids
    for uid in uids:
        problems.move(field.ws, uid, "submit")
    rows = [records.get(field.ws, "problem", uid) for uid in uids]
    dialog = StepDialog(context, _step(field, uids[0], "confirm"), rows, tab)
    qtbot.waitUntil(lambda: not context.jobs.running)
    told = [one.text() for one in dialog.findChildren(QLabel) if "相近 100%" in one.text()]
    assert len(told) == 1
    assert [b for b in dialog.findChildren(QPushButton) if "并入" in b.text()] == []
    alone = StepDialog(context, _step(field, uids[2], "confirm"), rows[2:], tab)
    qtbot.waitUntil(lambda: not context.jobs.running)
    assert [one for one in alone.findChildren(QLabel) if "相近" in one.text()] == []


def test_an_old_problem_can_be_merged_into_though_only_newer_ones_are_offered(
    field: "Field", context: Context, tab: ProblemsTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = records.add(field.ws, "problem", [field.problem(), field.problem()]).uids
    monkeypatch.setattr(steps, "candidates", lambda *_: {new: "新近的"})
    rows = [records.get(field.ws, "problem", uid) for uid in (new, old)]
    dialog = StepDialog(context, _step(field, new, "merge-into"), rows[:1], tab, into=rows[1])
    assert dialog.values()["to"] == old
    dialog.attempt()
    assert records.get(field.ws, "problem", new).values["master"] == old
