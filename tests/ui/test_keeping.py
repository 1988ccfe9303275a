"""What is typed into a dialog survives a program that ends without warning."""

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from services import drafts, records
from ui.clue import ClueDialog
from ui.context import Context
from ui.tabs.problems.measures import MeasureDialog

if TYPE_CHECKING:
    from tests.groups import Field


def test_a_measure_that_was_never_stored_stands_in_the_next_dialog(
    field: "Field", qtbot: QtBot
) -> None:
    context = Context()
    context.open(field.ws)
    problem = records.add(field.ws, "problem", [field.problem()]).uids[0]
    dialog = MeasureDialog(context, problem, None, None, None)
    qtbot.addWidget(dialog)
    dialog.show()
    line = dialog.form.input_of("what")
    assert isinstance(line, QLineEdit | QPlainTextEdit)
    QTest.keyClicks(line, "meizhou banri zixue")
    dialog.keeping.keep()
    # The program ends here; nobody closes the dialog.
    again = MeasureDialog(context, problem, None, None, None)
    qtbot.addWidget(again)
    assert again.form.values()["what"] == "meizhou banri zixue"
    again.reject()
    assert not drafts.pending(field.ws)


def test_a_clue_that_is_typed_is_kept_until_it_is_stored(field: "Field", qtbot: QtBot) -> None:
    context = Context()
    context.open(field.ws)
    dialog = ClueDialog(context, None, {"unit": field.problem()["unit"]})
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.fill({"title": "公车周末下乡"})
    dialog.keeping.keep()
    kept = {d.field: d.text for d in drafts.pending(field.ws) if d.kind == "problem"}
    assert kept["title"] == "公车周末下乡"
    assert kept["unit"] == field.problem()["unit"]
    dialog.attempt()
    assert not drafts.pending(field.ws)
