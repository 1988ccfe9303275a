"""What is typed into a dialog survives a program that ends without warning."""

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from services import drafts, records
from ui.asking import Asking, place_of
from ui.clue import ClueDialog
from ui.context import Context
from ui.parts.dialogs import ReasonDialog
from ui.tabs.interviews.ending import EndDialog
from ui.tabs.opinions.tally import TallyDialog
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
    third = MeasureDialog(context, problem, None, None, None)
    qtbot.addWidget(third)
    assert third.form.values()["what"] == "meizhou banri zixue"


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


def test_a_dialog_that_was_left_asks_again_with_what_was_typed(
    field: "Field", qtbot: QtBot
) -> None:
    context = Context()
    context.open(field.ws)

    def ask() -> ReasonDialog:
        dialog = ReasonDialog(None, "作废", "作废")
        qtbot.addWidget(dialog)
        Asking(context, place_of("void", ["b", "a"]), dialog, {"reason": dialog.text})
        return dialog

    left = ask()
    left.text.setPlainText("编号写错了")
    left.reject()
    again = ask()
    assert again.reason() == "编号写错了"
    (away,) = (b for b in again.findChildren(QPushButton) if b.text() == "不要")
    strip = away.parentWidget()
    assert strip is not None
    assert not strip.isHidden()
    again.attempt()
    last = ask()
    assert last.reason() == ""
    assert not drafts.pending(field.ws)


def test_a_talk_that_is_being_ended_finds_digits_again_but_never_a_name(
    field: "Field", qtbot: QtBot
) -> None:
    context = Context()
    context.open(field.ws)
    uid = records.add(field.ws, "interview", [{"unit": field.health}], draft=True).uids[0]
    talk = records.get(field.ws, "interview", uid)
    dialog = EndDialog(context, talk, "", "09:46")
    qtbot.addWidget(dialog)
    dialog.rows["outcome"].press(2)
    dialog.lines["real_name"].setText("周某某")
    dialog.start.setText("08:30")
    dialog.reject()
    assert {d.field for d in drafts.pending(field.ws)} == {"outcome", "start_at"}
    again = EndDialog(context, talk, "", "10:00")
    qtbot.addWidget(again)
    assert again.rows["outcome"].value() == dialog.rows["outcome"].value()
    assert (again.start.text(), again.end.text()) == ("08:30", "10:00")
    (away,) = (b for b in again.findChildren(QPushButton) if b.text() == "不要")
    away.click()
    assert again.start.text() != "08:30"
    assert not drafts.pending(field.ws)


def test_sums_of_one_ballot_are_found_again_in_their_own_round_only(
    field: "Field", qtbot: QtBot
) -> None:
    context = Context()
    context.open(field.ws)
    sums = TallyDialog(context, field.health)
    qtbot.addWidget(sums)
    sums.put({"overall": {"issued": 10, "good": 5}})
    sums.reject()
    other = TallyDialog(context, field.health, number=2)
    qtbot.addWidget(other)
    assert other.tallies() == {}
    again = TallyDialog(context, field.health)
    qtbot.addWidget(again)
    assert again.cells["overall", "good"].text() == "5"


def test_a_measure_that_is_changed_never_fills_the_dialog_of_a_new_one(
    field: "Field", qtbot: QtBot
) -> None:
    context = Context()
    context.open(field.ws)
    problem = records.add(field.ws, "problem", [field.problem()]).uids[0]
    uid = records.add(field.ws, "measure", [{"problem": problem, "what": "旧"}], draft=True).uids[0]
    measure = records.get(field.ws, "measure", uid)
    dialog = MeasureDialog(context, problem, measure, None, None)
    qtbot.addWidget(dialog)
    line = dialog.form.input_of("what")
    assert isinstance(line, QLineEdit | QPlainTextEdit)
    QTest.keyClicks(line, "xin ")
    dialog.reject()
    new = MeasureDialog(context, problem, None, None, None)
    qtbot.addWidget(new)
    assert not new.form.values()["what"]
    again = MeasureDialog(context, problem, measure, None, None)
    qtbot.addWidget(again)
    assert again.form.values()["what"] == dialog.form.values()["what"]
