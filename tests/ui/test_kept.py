"""What is typed into a form and not stored is kept, and offered when the file is opened again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from models.kinds import Uid, Value
from services import drafts, records
from services.campaign import QuestionType
from services.core import Filter
from services.errors import Refused
from services.listing import page
from tests.groups import PASSPHRASE
from ui import people
from ui.context import Context
from ui.kept import KeptTexts
from ui.parts.inputs import TextInput
from ui.people import KindDialog
from ui.tabs.checks import ChecksTab
from ui.tabs.problems import ProblemsTab

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The open workspace as tabs see it."""
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


def shown(qtbot: QtBot, tab: ProblemsTab | ChecksTab) -> None:
    """Show a tab as the window does when it is first looked at."""
    qtbot.addWidget(tab)
    tab.reload()
    tab.resize(1160, 620)
    tab.show()
    tab.activateWindow()
    qtbot.waitActive(tab)


@pytest.fixture
def tab(qtbot: QtBot, context: Context) -> ProblemsTab:
    """问题清单, shown and active."""
    made = ProblemsTab(context)
    shown(qtbot, made)
    return made


def open_problem(qtbot: QtBot, tab: ProblemsTab, uid: Uid) -> None:
    """Come to a problem in the list."""
    tab.reload()
    assert tab.rows.select(uid)
    qtbot.waitUntil(lambda: tab.detail.uid() == uid)


def title_of(tab: ProblemsTab) -> QLineEdit:
    """The line of a problem's title, with the keyboard in it."""
    line = tab.detail.form.input_of("title")
    assert isinstance(line, QLineEdit)
    line.setFocus()
    return line


def press(kept: KeptTexts, word: str) -> None:
    """One of the buttons of the first strip."""
    next(b for b in kept.findChildren(QPushButton) if b.text() == word).click()


def told(kept: KeptTexts) -> str:
    """The one strip, without the time of day."""
    (sentence,) = kept.told()
    return sentence


def test_a_field_of_a_problem_is_kept_while_it_is_typed_and_offered_again(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    open_problem(qtbot, tab, uid)
    tab.detail.editor.drafting.draft_ms = 10
    line = title_of(tab)
    line.clear()
    QTest.keyClicks(line, "typed and lost")
    qtbot.waitUntil(lambda: bool(drafts.pending(field.ws)))
    assert records.get(field.ws, "problem", uid).values["title"] == "自学无安排"
    # A crash: another window begins, of the same file.
    other = ProblemsTab(context)
    shown(qtbot, other)
    assert "问题 自学无安排" in told(other.kept)
    assert "问题“typed and lost”" in told(other.kept)
    press(other.kept, "放回")
    assert records.get(field.ws, "problem", uid).values["title"] == "typed and lost"
    assert not drafts.pending(field.ws)
    assert not other.kept.isVisible()


def test_storing_a_field_forgets_what_was_kept_of_it(
    qtbot: QtBot, field: "Field", tab: ProblemsTab
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    open_problem(qtbot, tab, uid)
    tab.detail.editor.drafting.draft_ms = 10
    line = title_of(tab)
    QTest.keyClicks(line, "x")
    qtbot.waitUntil(lambda: bool(drafts.pending(field.ws)))
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert not drafts.pending(field.ws)
    QTest.keyClicks(line, "y")
    qtbot.waitUntil(lambda: bool(drafts.pending(field.ws)))
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: not drafts.pending(field.ws))


def test_the_first_field_of_a_new_problem_is_offered_with_its_unit(
    qtbot: QtBot, field: "Field", context: Context, tab: ProblemsTab
) -> None:
    context.choose_units(frozenset({field.health}))
    tab.new_record()
    tab.detail.editor.drafting.draft_ms = 10
    QTest.keyClicks(title_of(tab), "first words")
    qtbot.waitUntil(lambda: bool(drafts.pending(field.ws)))
    assert not page(field.ws, "problem", Filter()).rows
    context.choose_units(frozenset())
    other = ProblemsTab(context)
    shown(qtbot, other)
    assert "新问题" in told(other.kept)
    assert "first words" in told(other.kept)
    press(other.kept, "放回")
    (row,) = page(field.ws, "problem", Filter()).rows
    assert (row.values["unit"], row.values["title"]) == (field.health, "first words")
    assert not drafts.pending(field.ws)


def test_what_is_not_wanted_is_gone(field: "Field", tab: ProblemsTab) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    drafts.keep(field.ws, "problem", uid, "title", "甲")
    drafts.keep(field.ws, "problem", uid, "facts", "乙" * 60)
    tab.reload()
    assert tab.kept.isVisible()
    assert len(tab.kept.told()) == 1
    press(tab.kept, "不要")
    assert not drafts.pending(field.ws)
    assert not tab.kept.isVisible()
    assert records.get(field.ws, "problem", uid).values["title"] == "自学无安排"


def test_a_refused_value_is_kept_until_it_is_put_right(
    qtbot: QtBot, field: "Field", tab: ProblemsTab
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    open_problem(qtbot, tab, uid)
    tab.detail.form.put_typed("deadline", "2014-02-30")
    assert tab.detail.form.fault_of("deadline")
    tab.detail.editor.put_back({"deadline": "2014-02-31"})
    (draft,) = drafts.pending(field.ws)
    assert (draft.uid, draft.field, draft.text) == (uid, "deadline", "2014-02-31")
    tab.detail.editor.put_back({"deadline": "2014-02-28"})
    assert not drafts.pending(field.ws)


def test_an_answer_of_a_check_is_kept_and_put_back_when_the_check_is_opened(
    qtbot: QtBot, field: "Field", context: Context
) -> None:
    values: dict[str, Value] = {
        "unit": field.education, "form": "study_check", "date": "2014-05-06",
        "checkers": [field.handler],
    }  # fmt: skip
    (uid,) = records.add(field.ws, "check", [values]).uids
    form = field.ws.template.form("study_check")
    assert form is not None
    question = next(q.id for q in form.questions() if q.type is QuestionType.TEXT)
    tab = ChecksTab(context)
    shown(qtbot, tab)
    tab.rows.select(uid)
    QTest.keyClick(tab.rows.table, Qt.Key.Key_Return)
    editor = tab.checks.page.editor
    assert editor is not None
    editor.drafting.draft_ms = 10
    drawn = tab.checks.page.answers.input_of(question)
    assert isinstance(drawn, TextInput)
    drawn.setFocus()
    drawn.insertPlainText("三本笔记空白")
    qtbot.waitUntil(lambda: bool(drafts.pending(field.ws)))
    other = ChecksTab(context)
    shown(qtbot, other)
    assert "三本笔记空白" in told(other.checks.kept)
    press(other.checks.kept, "放回")
    assert other.checks.page.isVisible()
    assert records.get(field.ws, "check", uid).values["answers"] == {question: "三本笔记空白"}
    assert not drafts.pending(field.ws)


def test_a_unit_that_was_being_named_is_offered_in_its_dialog(
    qtbot: QtBot, field: "Field", context: Context
) -> None:
    drafts.keep(field.ws, "unit", drafts.unborn(), "name", "市水务局")
    dialog = KindDialog(context, people.units())
    qtbot.addWidget(dialog)
    dialog.show()
    assert "新单位" in told(dialog.kept)
    press(dialog.kept, "放回")
    names = {row.values["name"] for row in page(field.ws, "unit", Filter()).rows}
    assert "市水务局" in names
    assert not drafts.pending(field.ws)


def test_sealed_fields_and_strange_ones_are_never_kept(field: "Field") -> None:
    for kind, name in (("identity", "name"), ("problem", "title.x"), ("problem", "nothing")):
        with pytest.raises(Refused):
            drafts.keep(field.ws, kind, Uid("a" * 32), name, "张")
    assert not drafts.pending(field.ws)


_TYPING = """
import sys
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from services import drafts
from services import workspace as workspaces
from ui.context import Context
from ui.tabs.problems import ProblemsTab

app = QApplication([])
context = Context()
context.open(workspaces.open_file(Path(sys.argv[1]), sys.argv[2]))
tab = ProblemsTab(context)
tab.reload()
tab.show()
tab.activateWindow()
tab.new_record()
line = tab.detail.form.input_of("title")
line.setFocus()
QTest.keyClicks(line, "before power failed")
while not drafts.pending(context.here()):
    app.processEvents()
print("kept", flush=True)
while True:
    app.processEvents()
"""


def test_a_killed_program_offers_what_was_typed(
    qtbot: QtBot, field: "Field", context: Context
) -> None:
    whole = field.ws.store.path
    command = [sys.executable, "-c", _TYPING, str(whole), PASSPHRASE]
    home = Path(__file__).resolve().parents[2]
    with subprocess.Popen(  # noqa: S603 - this test's own program
        command, stdout=subprocess.PIPE, text=True, cwd=home, env=dict(os.environ)
    ) as typing:
        assert typing.stdout is not None
        assert typing.stdout.readline().strip() == "kept"
        typing.send_signal(signal.SIGKILL)
        typing.wait(10)
    tab = ProblemsTab(context)
    shown(qtbot, tab)
    assert "before power failed" in told(tab.kept)
