"""Why a field has its value, from the form and from the history, and taking one back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services import history, problems, records, why
from ui.context import Context
from ui.editing import Editor, field_views
from ui.explaining import show_history
from ui.naming import Names
from ui.parts.form import FormView
from ui.parts.history import HistoryDialog
from ui.parts.why import WhyDialog

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def context(field: "Field") -> Context:
    """The open group."""
    made = Context()
    made.workspace = field.ws
    return made


@pytest.fixture
def problem(field: "Field") -> Uid:
    """A problem whose title was changed once."""
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    records.change(field.ws, "problem", uid, {"title": "改过的题目"}, reason="措辞")
    return uid


@pytest.fixture
def editor(context: Context, problem: Uid, qtbot: QtBot) -> tuple[FormView, Editor]:
    """A form that shows the problem."""
    form = FormView([("", field_views(context, "problem", ["title", "deadline"]))])
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitActive(form)
    made = Editor(context, "problem", form, "test")
    made.show(problem)
    return form, made


def soon(act: Callable[[QDialog], None]) -> None:
    """Do something to the dialog that is about to open."""

    def there() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        act(dialog)

    QTimer.singleShot(50, there)


def told(dialog: QDialog) -> str:
    """Everything that is written there."""
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_alt_enter_on_a_field_tells_why_and_one_click_takes_back(
    editor: tuple[FormView, Editor], field: "Field", problem: Uid
) -> None:
    form, _editor = editor
    seen: list[str] = []

    def take(dialog: QDialog) -> None:
        seen.append(told(dialog))
        next(b for b in dialog.findChildren(QPushButton) if b.text() == "改回这个").click()

    soon(take)
    line = form.input_of("title")
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert "赵明（A，" in seen[0]
    assert "现在的值" in seen[0]
    assert "理由：措辞" in seen[0]
    assert records.get(field.ws, "problem", problem).values["title"] == "自学无安排"
    assert form.values()["title"] == "自学无安排"
    last = history.of_record(field.ws, problem)[-1]
    assert (last.after, str(last.reason)[:2]) == ("自学无安排", "改回")


def test_a_field_without_a_value_says_so(editor: tuple[FormView, Editor]) -> None:
    form, _editor = editor
    seen: list[str] = []

    def look(dialog: QDialog) -> None:
        seen.append(told(dialog))
        dialog.reject()

    soon(look)
    form.asked.emit("deadline")
    assert "这一栏还没有填过" in seen[0]


def test_what_steps_set_is_explained_and_not_taken_back(
    field: "Field", problem: Uid, qtbot: QtBot
) -> None:
    problems.move(field.ws, problem, "submit")
    dialog = WhyDialog(why.explain(field.ws, problem, "state"))
    qtbot.addWidget(dialog)
    assert "待审核" in told(dialog)
    assert [b.text() for b in dialog.findChildren(QPushButton)] == ["关闭"]


def test_a_refusal_is_told_in_the_dialog(field: "Field", problem: Uid, qtbot: QtBot) -> None:
    dialog = WhyDialog(why.explain(field.ws, problem, "title"))
    qtbot.addWidget(dialog)
    dialog.tell("已经定了")
    assert "已经定了" in told(dialog)


def test_a_line_of_the_history_leads_to_why(
    context: Context, field: "Field", problem: Uid, qtbot: QtBot
) -> None:
    seen: list[str] = []
    parent = QLabel()
    qtbot.addWidget(parent)

    def look(dialog: QDialog) -> None:
        seen.append(told(dialog))
        dialog.reject()

    def open_line(dialog: QDialog) -> None:
        assert isinstance(dialog, HistoryDialog)
        soon(look)
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
        dialog.reject()

    soon(open_line)
    show_history(context, Names(context), "problem", problem, parent)
    assert "改过的题目" in seen[0]
    assert records.get(field.ws, "problem", problem).values["title"] == "改过的题目"


def test_nothing_of_it_stays_once_it_is_closed(
    context: Context, problem: Uid, editor: tuple[FormView, Editor]
) -> None:
    form, _editor = editor
    names = Names(context, form)

    def open_why(dialog: QDialog) -> None:
        assert isinstance(dialog, HistoryDialog)
        soon(QDialog.reject)
        dialog.asked.emit("title")
        dialog.reject()

    for _ in range(3):
        soon(open_why)
        show_history(context, names, "problem", problem, form)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in QApplication.allWidgets() if isinstance(w, (HistoryDialog, WhyDialog))]
    assert left == []
