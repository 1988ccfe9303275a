"""One conflict on the screen: what a person reads, and what digits and buttons decide."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from models.kinds import ChangeId, ReplicaId, Uid, Value
from services import conflicts, problems, records
from services.conflicts import Waiting
from tests.laptops import Laptop, tips
from ui.context import Context
from ui.parts.deciding import DecidingView, Decision
from ui.settling import views_for

if TYPE_CHECKING:
    from tests.groups import Field

FACTS = "4月18日查阅台账，录像三次。动员会后没有下文。笔记三本空白。"


@pytest.fixture
def view(qtbot: QtBot) -> DecidingView:
    """The widget, shown and active."""
    made = DecidingView()
    qtbot.addWidget(made)
    made.resize(640, 560)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def disputed(field: "Field", first: dict[str, Value], second: dict[str, Value]) -> Waiting:
    """A problem on which the handler and the recorder disagree."""
    uid = records.add(field.ws, "problem", [field.problem(facts=FACTS)]).uids[0]
    return between(field, uid, first, second)


def between(field: "Field", uid: Uid, first: dict[str, Value], second: dict[str, Value]) -> Waiting:
    """The conflict that two laptops make of one record."""
    seen = tips(field.ws, "problem", uid)
    handler = Laptop(field.ws, ReplicaId("b" * 32), field.handler)
    recorder = Laptop(field.ws, ReplicaId("c" * 32), field.recorder)
    handler.set("problem", uid, first, seen, reason="据会议记录")
    recorder.set("problem", uid, second, seen)
    return conflicts.queue(field.ws)[0]


def texts(view: DecidingView) -> str:
    """Everything that is written there."""
    return "\n".join(label.text() for label in view.findChildren(QLabel) if label.text())


def buttons(view: DecidingView) -> dict[str, QPushButton]:
    """Buttons by their words."""
    return {b.text(): b for b in view.findChildren(QPushButton) if b.isVisibleTo(view)}


def shown(view: DecidingView, field: "Field", waiting: Waiting) -> Context:
    """Show a conflict as the tab does."""
    context = Context()
    context.workspace = field.ws
    view.show_waiting(waiting, views_for(context, waiting))
    return context


def carry_out(context: Context, made: Decision) -> None:
    """Do what was decided, as the tab does."""
    if made.take is not None:
        conflicts.take(context.here(), made.waiting, made.take, made.reason)
    else:
        conflicts.write(context.here(), made.waiting, made.value, made.reason)


def decision(view: DecidingView, qtbot: QtBot, key: str) -> Decision:
    """What a key decides."""
    with qtbot.waitSignal(view.decided, timeout=2000) as told:
        QTest.keyClicks(view, key)
    made = told.args[0] if told.args else None
    assert isinstance(made, Decision)
    return made


def test_both_sides_stand_there_and_a_digit_takes_one(
    view: DecidingView, field: "Field", qtbot: QtBot
) -> None:
    waiting = disputed(field, {"title": "二十三天无活动"}, {"title": "一直没有活动"})
    context = shown(view, field, waiting)
    told = texts(view)
    assert "问题 · 暂03A-01 · 市教育局" in told
    assert "原来（赵明" in told
    assert "1　王建国（" in told
    assert "王建国的理由　据会议记录" in told
    assert told.count("现在显示的是这个") == 1
    assert set(buttons(view)) == {"用王建国的 1", "用李芳的 2", "用我写的 3", "以后再定"}
    view.setFocus()
    made = decision(view, qtbot, "1")
    carry_out(context, made)
    assert records.get(field.ws, "problem", waiting.uid).values["title"] == "二十三天无活动"


def test_digits_typed_into_a_field_decide_nothing(
    view: DecidingView, field: "Field", qtbot: QtBot
) -> None:
    waiting = disputed(field, {"title": "甲"}, {"title": "乙"})
    context = shown(view, field, waiting)
    view.setFocus()
    QTest.keyClicks(view, "3")
    line = view.own_input()
    assert isinstance(line, QLineEdit)
    assert line.hasFocus()
    with qtbot.assertNotEmitted(view.decided, wait=50):
        QTest.keyClicks(line, "2012")
    with qtbot.waitSignal(view.decided, timeout=2000) as told:
        QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args is not None
    made = told.args[0]
    assert (made.take, made.value) == (None, "2012")
    carry_out(context, made)
    assert records.get(field.ws, "problem", waiting.uid).values["title"] == "2012"


def test_a_long_text_is_chosen_section_by_section(
    view: DecidingView, field: "Field", qtbot: QtBot
) -> None:
    first = FACTS.replace("没有下文", "二十三天无后续活动").replace("录像", "其中录像")
    second = FACTS.replace("没有下文", "一直没有活动") + "两人不知书目。"
    waiting = disputed(field, {"facts": first}, {"facts": second})
    context = shown(view, field, waiting)
    told = texts(view)
    assert "只有王建国改了" in told
    assert "只有李芳改了" in told
    with qtbot.assertNotEmitted(view.decided, wait=50):
        buttons(view)["用我写的 3"].click()
    assert "还有 1 段没有选" in texts(view)
    radio = {b.text(): b for b in view.findChildren(QRadioButton)}
    radio["用王建国的"].click()
    merged = first + "两人不知书目。"
    assert view.own_text() == merged
    with qtbot.waitSignal(view.decided, timeout=2000) as made:
        buttons(view)["用我写的 3"].click()
    assert made.args is not None
    carry_out(context, made.args[0])
    assert records.get(field.ws, "problem", waiting.uid).values["facts"] == merged


def test_what_was_written_by_hand_is_not_overwritten(view: DecidingView, field: "Field") -> None:
    waiting = disputed(field, {"facts": "甲说一。"}, {"facts": "乙说二。"})
    shown(view, field, waiting)
    text = view.own_input()
    assert isinstance(text, QPlainTextEdit)
    text.setPlainText("自己写的")
    view.take_sections(0)
    assert view.own_text() == "自己写的"
    assert "已手工改过" in texts(view)


def test_two_ways_of_a_problem_stand_side_by_side(view: DecidingView, field: "Field") -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    problems.move(field.ws, uid, "submit")
    back: dict[str, Value] = {"state": "clue", "round": 1, "changed_on": "2014-05-06"}
    on: dict[str, Value] = {"state": "confirmed", "round": 1, "changed_on": "2014-05-06"}
    waiting = between(field, uid, {"state": back}, {"state": on})
    shown(view, field, waiting)
    assert set(buttons(view)) == {"按王建国的办 1", "按李芳的办 2", "以后再定"}
    assert "已认定　李芳" in texts(view)


def test_what_stands_on_missing_changes_cannot_be_decided(
    view: DecidingView, field: "Field", qtbot: QtBot
) -> None:
    waiting = disputed(field, {"title": "甲"}, {"title": "乙"})
    missing = Laptop(field.ws, ReplicaId("d" * 32), field.leader)
    missing.set("problem", waiting.uid, {"title": "丙"}, [ChangeId("0" * 63 + "1")])
    shown(view, field, conflicts.queue(field.ws)[0])
    assert "前文未到" in texts(view)
    assert not buttons(view)["用王建国的 1"].isEnabled()
    view.setFocus()
    with qtbot.assertNotEmitted(view.decided, wait=50):
        QTest.keyClicks(view, "1")


def test_later_and_nothing(view: DecidingView, field: "Field", qtbot: QtBot) -> None:
    assert "没有待裁定的" in texts(view)
    shown(view, field, disputed(field, {"deadline": "2014-05-20"}, {"deadline": "2014-05-30"}))
    with qtbot.waitSignal(view.postponed, timeout=2000):
        buttons(view)["以后再定"].click()
    view.tell("已经定了")
    assert "已经定了" in texts(view)
    view.clear()
    assert view.waiting() is None
