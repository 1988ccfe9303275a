"""A campaign's form on the keyboard: Enter, digits, PgDn, what is asked, what is told."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from services.campaign import Column, Condition, Form, Item, Question, QuestionType, Section
from ui.parts.answers import AnswersView

if TYPE_CHECKING:
    from pytestqt.wait_signal import SignalBlocker

    from models.kinds import Value

FORM = Form(
    "trial",
    "试用表",
    sections=(
        Section(
            "first",
            "一 安排",
            (
                Question("plan", "是否有计划", QuestionType.YES_NO, words=("有", "没有")),
                Question(
                    "detailed",
                    "是否排到日期",
                    QuestionType.YES_NO,
                    visible_if=Condition("plan", (True,)),
                ),
                Question("books", "其他书目", QuestionType.NUMBER, unit="种"),
                Question("notes", "抽查笔记", QuestionType.N_OF_M),
            ),
        ),
        Section(
            "second",
            "二 判断",
            (
                Question(
                    "records",
                    "记录",
                    QuestionType.CHOICE,
                    choices=(Item("whole", "齐全"), Item("none", "没有")),
                ),
                Question(
                    "hours",
                    "学时",
                    QuestionType.TABLE,
                    rows=(Item("self", "自学"), Item("film", "录像")),
                    columns=(Column("hours", "小时", QuestionType.NUMBER),),
                ),
                Question("basis", "依据", QuestionType.TEXT),
            ),
        ),
    ),
)


@pytest.fixture
def view(qtbot: QtBot) -> AnswersView:
    """The form, empty, shown and active."""
    made = AnswersView()
    qtbot.addWidget(made)
    made.load(FORM, {}, {})
    made.resize(900, 500)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    made.focus_first()
    return made


def question_with_focus(view: AnswersView) -> str | None:
    """Id of the question whose input has the keyboard."""
    focused = QApplication.focusWidget()
    return None if focused is None else view.question_of(focused)


def press(key: Qt.Key) -> None:
    """A key where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def told(waited: "SignalBlocker") -> list[object]:
    """What a signal carried."""
    return list(waited.args or ())


def labels(view: AnswersView) -> list[str]:
    """The words on the sections at the left."""
    return [view.sections.item(n).text().strip() for n in range(view.sections.count())]


def test_a_digit_answers_and_enter_goes_to_the_next_question(
    qtbot: QtBot, view: AnswersView
) -> None:
    assert question_with_focus(view) == "plan"
    with qtbot.waitSignal(view.edited) as waited:
        press(Qt.Key.Key_2)
    assert told(waited) == ["plan", False]
    press(Qt.Key.Key_Return)
    assert question_with_focus(view) == "books"
    press(Qt.Key.Key_6)
    with qtbot.waitSignal(view.edited) as waited:
        press(Qt.Key.Key_Return)
    assert told(waited) == ["books", 6]
    assert question_with_focus(view) == "notes"


def test_enter_leads_through_the_cells_of_a_table_and_on(view: AnswersView) -> None:
    view.go_to("hours")
    cell = QApplication.focusWidget()
    press(Qt.Key.Key_Return)
    assert question_with_focus(view) == "hours"
    assert QApplication.focusWidget() is not cell
    press(Qt.Key.Key_Return)
    assert question_with_focus(view) == "basis"


def test_page_down_goes_to_the_first_question_of_the_next_section(view: AnswersView) -> None:
    view.go_to("books")
    press(Qt.Key.Key_PageDown)
    assert question_with_focus(view) == "records"
    assert view.sections.currentRow() == 1
    press(Qt.Key.Key_PageUp)
    assert question_with_focus(view) == "plan"
    view.go_to("basis")
    press(Qt.Key.Key_PageUp)
    assert question_with_focus(view) == "plan"


def test_a_question_is_asked_only_when_its_condition_holds(view: AnswersView) -> None:
    asked = view.input_of("detailed")
    assert not asked.isVisible()
    press(Qt.Key.Key_1)
    assert asked.isVisible()
    press(Qt.Key.Key_Return)
    assert question_with_focus(view) == "detailed"


def test_progress_counts_what_is_asked_and_ticks_a_section_that_is_done(
    view: AnswersView,
) -> None:
    assert view.progress.text() == "进度 0 / 6"
    view.load(FORM, {"plan": False, "books": 6, "notes": [2, 5]}, {})
    assert view.progress.text() == "进度 3 / 6"
    assert labels(view) == ["✓ 一 安排", "二 判断"]


def test_a_table_keeps_the_rows_it_does_not_draw(qtbot: QtBot, view: AnswersView) -> None:
    held: dict[str, Value] = {"hours": {"left": {"hours": 3}, "film": {"hours": 10}}}
    view.load(FORM, held, {})
    view.go_to("hours")
    press(Qt.Key.Key_8)
    with qtbot.waitSignal(view.edited) as waited:
        press(Qt.Key.Key_Return)
    answer = {"left": {"hours": 3}, "film": {"hours": 10}, "self": {"hours": 8}}
    assert told(waited) == ["hours", answer]


def test_what_cannot_be_read_is_handed_on_as_typed(qtbot: QtBot, view: AnswersView) -> None:
    view.go_to("notes")
    focused = QApplication.focusWidget()
    assert isinstance(focused, QLineEdit)
    focused.setText("五本")
    with qtbot.waitSignal(view.edited) as waited:
        press(Qt.Key.Key_Return)
    assert told(waited) == ["notes", "五本"]
    view.show_errors({"notes": "填 已有/抽查"})
    assert view.fault_of("notes") == "填 已有/抽查"
    view.show_errors({})
    assert view.fault_of("notes") == ""


def test_a_locked_form_cannot_be_answered(view: AnswersView) -> None:
    view.set_readonly(True)
    inputs: list[QWidget] = [view.input_of("plan"), view.input_of("records")]
    buttons = [b for one in inputs for b in one.findChildren(QPushButton)]
    assert buttons
    assert not any(button.isEnabled() for button in buttons)
    assert all(line.isReadOnly() for line in view.input_of("books").findChildren(QLineEdit))
