"""谈话记录: a talk is written, kept, finished; who spoke is sealed at once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from models.kinds import Uid, Value
from services import drafts, names, records, search
from services.core import Filter, Row
from services.listing import page
from tests.groups import NAMES_PASSPHRASE
from ui.context import Context
from ui.tabs.interviews import InterviewsTab
from ui.tabs.interviews.sealed import LookDialog
from ui.tabs.interviews.sheet import TalkSheet

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
def tab(qtbot: QtBot, context: Context) -> InterviewsTab:
    """The tab, shown and active."""
    made = InterviewsTab(context)
    qtbot.addWidget(made)
    made.reload()
    made.resize(1160, 620)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def talks(field: "Field") -> tuple[Row, ...]:
    """Every talk that is stored, newest first."""
    return page(field.ws, "interview", Filter()).rows


def open_talk(tab: InterviewsTab, uid: Uid) -> None:
    """Open a talk from the list, as Enter does."""
    tab.reload()
    assert tab.rows.select(uid)
    QTest.keyClick(tab.rows.table, Qt.Key.Key_Return)
    row = tab.page.row()
    assert row is not None
    assert row.uid == uid


def test_f2_begins_a_talk_of_now_with_the_cursor_in_the_text(
    field: "Field", context: Context, tab: InterviewsTab
) -> None:
    records.add(field.ws, "interview", [field.talk()])
    context.choose_units(frozenset({field.health}))
    QTest.keyClick(tab, Qt.Key.Key_F2)
    assert tab.page.isVisible()
    assert tab.page.text.hasFocus()
    made = talks(field)[0].values
    assert made["unit"] == field.health
    assert made["date"] == "2014-05-06"
    assert made["place"] == "三楼小会议室"
    assert made["talkers"] == sorted([field.handler, field.recorder])
    assert str(made["code_name"]) in tab.page.frame.title.text()


def test_the_text_is_stored_when_it_is_left_and_found_at_once(
    qtbot: QtBot, field: "Field", context: Context, tab: InterviewsTab
) -> None:
    tab.new_record()
    tab.page.text.insertPlainText("下去调研都是提前一周通知。")
    assert talks(field)[0].values["text"] is None
    with qtbot.waitSignal(context.saved):
        QTest.keyClick(tab.page.text, Qt.Key.Key_Escape)
    assert talks(field)[0].values["text"] == "下去调研都是提前一周通知。"
    assert search.find(field.ws, "调研").total == 1
    assert tab.rows.isVisible()


def test_the_next_talk_never_costs_the_text_of_the_one_before(
    field: "Field", tab: InterviewsTab
) -> None:
    tab.new_record()
    tab.page.text.insertPlainText("第一个人说的话。")
    QTest.keyClick(tab, Qt.Key.Key_F2)
    tab.page.text.insertPlainText("第二个人说的话。")
    tab.page.leave()
    said = {row.values["text"] for row in talks(field)}
    assert said == {"第一个人说的话。", "第二个人说的话。"}


def test_the_next_talk_never_costs_a_field_that_is_being_typed(
    qtbot: QtBot, field: "Field", tab: InterviewsTab
) -> None:
    tab.new_record()
    form = tab.page.form
    assert form is not None
    place = form.input_of("place")
    assert isinstance(place, QLineEdit)
    place.setFocus()
    qtbot.waitUntil(place.hasFocus)
    QTest.keyClicks(place, "Room 3")
    QTest.keyClick(place, Qt.Key.Key_F2)
    assert [row.values["place"] for row in talks(field)] == ["Room 3", "Room 3"]


def test_what_was_typed_is_kept_before_it_is_stored_and_can_be_put_back(
    qtbot: QtBot, field: "Field", context: Context, tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk(text="开头。")]).uids
    open_talk(tab, uid)
    tab.page.text.insertPlainText("后面一句。")
    qtbot.waitUntil(lambda: bool(drafts.pending(field.ws)), timeout=4000)
    assert records.get(field.ws, "interview", uid).values["text"] == "开头。"
    other = InterviewsTab(context)
    qtbot.addWidget(other)
    other.reload()
    other.show()
    assert other.kept.isVisible()
    (draft,) = drafts.pending(field.ws)
    other.kept.wanted.emit(uid, {"text": draft.text})
    assert records.get(field.ws, "interview", uid).values["text"] == "开头。后面一句。"
    assert not drafts.pending(field.ws)


def test_typing_without_a_pause_is_kept_all_the_same(
    qtbot: QtBot, field: "Field", tab: InterviewsTab
) -> None:
    tab.page.writing.draft_ms = 120
    tab.new_record()

    def kept_while_typing() -> bool:
        QTest.keyClick(tab.page.text, Qt.Key.Key_A)
        return bool(drafts.pending(field.ws))

    qtbot.waitUntil(kept_while_typing, timeout=3000)


def test_what_a_crash_left_is_put_back_when_its_talk_is_opened(
    field: "Field", context: Context, tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk(text="开头。")]).uids
    drafts.keep(field.ws, "interview", uid, "text", "开头。没来得及存的一句。")
    open_talk(tab, uid)
    assert tab.page.text.toPlainText() == "开头。没来得及存的一句。"
    tab.page.leave()
    assert records.get(field.ws, "interview", uid).values["text"] == "开头。没来得及存的一句。"
    assert not drafts.pending(field.ws)
    assert not tab.kept.isVisible()


def test_typing_that_was_taken_back_leaves_nothing_to_offer(
    qtbot: QtBot, field: "Field", tab: InterviewsTab
) -> None:
    tab.page.writing.draft_ms = 1
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    open_talk(tab, uid)
    QTest.keyClicks(tab.page.text, "abc")
    qtbot.waitUntil(lambda: bool(drafts.pending(field.ws)))
    for _letter in "abc":
        QTest.keyClick(tab.page.text, Qt.Key.Key_Backspace)
    tab.page.leave()
    assert not drafts.pending(field.ws)
    assert not tab.kept.isVisible()


def test_a_deleted_talk_leaves_no_text_behind(
    qtbot: QtBot, field: "Field", tab: InterviewsTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    drafts.keep(field.ws, "interview", uid, "text", "没来得及存")
    tab.page.writing.draft_ms = 1
    open_talk(tab, uid)
    QTest.keyClicks(tab.page.text, "abc")
    monkeypatch.setattr("ui.tabs.interviews.page.ask_reason", lambda *_: "重复")
    button = next(b for b in tab.page.findChildren(QPushButton) if b.text() == "删除…")
    button.click()
    assert tab.rows.isVisible()
    assert not talks(field)
    assert not drafts.pending(field.ws)


def test_a_talk_that_was_only_looked_at_is_not_changed(
    qtbot: QtBot, field: "Field", context: Context, tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk(text="甲\u00a0乙")]).uids
    open_talk(tab, uid)
    with qtbot.assertNotEmitted(context.saved):
        tab.page.leave()
    assert records.get(field.ws, "interview", uid).values["text"] == "甲\u00a0乙"


def test_a_talk_is_finished_only_when_nothing_is_missing(
    field: "Field", tab: InterviewsTab
) -> None:
    one: list[Value] = [field.handler]
    values = field.talk(talkers=one, state="untidied")
    (uid,) = records.add(field.ws, "interview", [values], draft=True).uids
    open_talk(tab, uid)
    assert tab.page.state_button.text() == "整理完毕"
    tab.page.state_button.click()
    assert records.get(field.ws, "interview", uid).values["state"] == "untidied"
    assert "谈话人" in tab.page.frame.told_fault()
    both: list[Value] = [field.handler, field.leader]
    records.change(field.ws, "interview", uid, {"talkers": both})
    open_talk(tab, uid)
    tab.page.state_button.click()
    assert records.get(field.ws, "interview", uid).values["state"] == "finished"
    assert tab.page.frame.told_fault() == ""


def test_a_line_of_a_talk_holds_no_more_than_the_eye_does(
    qtbot: QtBot, field: "Field", tab: InterviewsTab
) -> None:
    text = "一二三四五六七八九十" * 10_000
    (uid,) = records.add(field.ws, "interview", [field.talk(text=text)]).uids
    tab.resize(1900, 700)
    open_talk(tab, uid)
    sheet = tab.page.text
    qtbot.waitUntil(lambda: sheet.line_characters() == 46)
    assert sheet.toPlainText() == text
    sheet.undo()
    assert sheet.toPlainText() == text
    narrow = TalkSheet()
    qtbot.addWidget(narrow)
    narrow.resize(200, 300)
    narrow.show()
    assert 5 < narrow.line_characters() < 46


def test_a_time_that_does_not_exist_is_told_at_its_field_and_not_stored(
    qtbot: QtBot, field: "Field", tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    open_talk(tab, uid)
    form = tab.page.form
    assert form is not None
    line = form.input_of("start_at")
    assert isinstance(line, QLineEdit)
    line.setText("25:70")
    with qtbot.waitSignal(form.edited):
        line.editingFinished.emit()
    assert "25:70" in form.fault_of("start_at")
    assert records.get(field.ws, "interview", uid).values["start_at"] == "09:02"


def test_a_name_is_sealed_at_once_and_read_only_with_its_passphrase(
    qtbot: QtBot, field: "Field", context: Context, tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    open_talk(tab, uid)
    sealed = tab.page.sealed
    line = sealed.line_of("real_name")
    line.setText("周堃")
    with qtbot.waitSignal(context.saved):
        QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert line.text() == ""
    assert "周堃" not in sealed.told()
    assert search.find(field.ws, "周堃").total == 0
    sealed.look(NAMES_PASSPHRASE, "核实时间")
    assert sealed.told() == "周堃"
    assert names.open_names(field.ws, NAMES_PASSPHRASE, "核对")[0].values["real_name"] == "周堃"
    tab.page.leave()
    assert sealed.told() == ""


def test_an_opened_name_shuts_by_itself(qtbot: QtBot, field: "Field", tab: InterviewsTab) -> None:
    values: dict[str, Value] = {"real_name": "周堃"}
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    values["code_name"] = records.get(field.ws, "interview", uid).values["code_name"]
    records.add(field.ws, "identity", [values])
    open_talk(tab, uid)
    sealed = tab.page.sealed
    sealed.open_ms = 50
    sealed.look(NAMES_PASSPHRASE, "核实时间")
    assert sealed.told() == "周堃"
    qtbot.waitUntil(lambda: sealed.told() == "")


def test_a_wrong_passphrase_is_told_where_it_was_typed_and_nothing_of_it_stays(
    qtbot: QtBot, field: "Field", tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    open_talk(tab, uid)
    told: list[str] = []

    def answer() -> None:
        dialog = tab.findChild(LookDialog)
        assert dialog is not None
        reason, secret = dialog.findChildren(QLineEdit)
        reason.setText("核实时间")
        secret.setText("不对")
        dialog.attempt()
        told.append(dialog.told.text())
        secret.setText(NAMES_PASSPHRASE)
        dialog.attempt()

    QTimer.singleShot(0, answer)
    look = next(b for b in tab.page.findChildren(QPushButton) if b.text() == "看实名…")
    look.click()
    assert told == ["实名口令不对"]
    assert tab.page.sealed.told() == "这次谈话没有封存实名。"
    qtbot.waitUntil(lambda: tab.findChild(LookDialog) is None)


def test_a_name_typed_and_not_sealed_is_not_lost_by_leaving(
    field: "Field", tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    open_talk(tab, uid)
    tab.page.sealed.line_of("real_name").setText("周堃")
    tab.page.leave()
    (opened,) = names.open_names(field.ws, NAMES_PASSPHRASE, "核对")
    assert opened.values["real_name"] == "周堃"


def test_a_text_that_is_refused_is_told_kept_and_offered_again(
    field: "Field", tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    open_talk(tab, uid)
    records.change(field.ws, "interview", uid, {"state": "finished"})
    tab.page.text.insertPlainText("别人补的一句。")
    tab.page.leave()
    assert tab.page.isVisible()
    assert tab.page.frame.told_fault() == "谈话记录已完成，只有谈话人和记录人能改"
    tab.page.leave()
    assert tab.rows.isVisible()
    assert tab.kept.isVisible()
    (draft,) = drafts.pending(field.ws)
    assert "别人补的一句。" in draft.text
    assert "补的" not in str(records.get(field.ws, "interview", uid).values["text"])


def test_a_post_without_a_name_is_told_before_the_page_is_left(
    field: "Field", tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    open_talk(tab, uid)
    tab.page.sealed.line_of("post").setText("科长")
    tab.page.leave()
    assert tab.page.isVisible()
    assert "真实姓名" in tab.page.sealed.told()
    tab.page.sealed.line_of("post").clear()
    tab.page.leave()
    assert tab.rows.isVisible()


def test_a_finished_talk_is_read_only_for_others_and_says_why(
    field: "Field", tab: InterviewsTab
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk(state="finished")]).uids
    open_talk(tab, uid)
    assert tab.page.text.isReadOnly()
    assert not tab.page.state_button.isEnabled()
    assert tab.page.form is not None
    assert tab.page.form.notice() == "谈话记录已完成，只有谈话人和记录人能改"


def test_a_talk_written_by_hand_is_recorded_later_with_its_own_date(
    field: "Field", tab: InterviewsTab
) -> None:
    records.add(field.ws, "interview", [field.talk()])
    tab.record_later()
    row = tab.page.row()
    assert row is not None
    assert row.values["state"] == "untidied"
    assert row.values["place"] == "三楼小会议室"
    assert not row.values.get("date")
    assert not row.values.get("start_at")
    assert tab.page.form is not None
    assert tab.page.form.isVisible()
    assert tab.page.files.isVisible()
