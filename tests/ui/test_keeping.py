"""What is typed into a dialog survives a program that ends without warning."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services import drafts, records, solicitations
from services.core import Changes
from services.errors import Refused
from ui import errors, same_units
from ui.asking import Asking, place_of
from ui.clue import ClueDialog
from ui.context import Context
from ui.parts.dialogs import ReasonDialog, ValuesDialog
from ui.tabs.interviews.ending import EndDialog
from ui.tabs.opinions.ballots import BallotsDialog
from ui.tabs.opinions.tally import TallyDialog
from ui.tabs.opinions.vote import VoteDialog
from ui.tabs.problems.measures import MeasureDialog
from ui.tabs.reports import receipts
from ui.together import ValueDialog

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
    context.announce(Changes())
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


def test_votes_reasons_and_receipts_stand_again_until_they_are_stored(
    field: "Field", qtbot: QtBot
) -> None:
    context = Context()
    context.open(field.ws)
    records.add(field.ws, "solicitation", [{"unit": field.health, "n": 1, "issued": 30}])
    (one,) = solicitations.rounds(field.ws, field.health)
    vote = VoteDialog(context, one)
    vote.cells["votes_cast"].setText("96")
    vote.verdict["not_enough"].setChecked(True)
    vote.reject()
    again = VoteDialog(context, one)
    assert again.cells["votes_cast"].text() == "96"
    assert again.verdict["not_enough"].isChecked()
    again.cells["votes_cast"].clear()
    again.attempt()
    assert not again.result()
    again.cells["votes_cast"].setText("97")
    again.attempt()
    assert not drafts.pending(field.ws)

    twins = (field.health, field.education)
    joining = same_units.dialog(context, twins, None)
    joining.fill({"into": str(field.education), "reason": "同一家"})
    joining.reject()
    found = same_units.dialog(context, reversed(twins), None)
    assert found.values() == {"into": str(field.education), "reason": "同一家"}
    found.accept()

    def leave() -> None:
        shown = QApplication.activeModalWidget()
        assert isinstance(shown, ValuesDialog)
        shown.fill({"received_by": "马主任"})
        shown.reject()

    def look() -> None:
        shown = QApplication.activeModalWidget()
        assert isinstance(shown, ValuesDialog)
        shown.accept()

    asker = QWidget()
    qtbot.addWidget(asker)
    QTimer.singleShot(0, leave)
    assert receipts.ask_receipt(asker, context, Uid("1f" * 16)) is None
    QTimer.singleShot(0, look)
    told = receipts.ask_receipt(asker, context, Uid("1f" * 16))
    assert told is not None
    assert told.received_by == "马主任"
    context.announce(Changes())
    assert not drafts.pending(field.ws)


def test_ballots_that_were_counted_are_not_left_unasked(field: "Field", qtbot: QtBot) -> None:
    context = Context()
    context.open(field.ws)
    dialog = BallotsDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    for item in dialog.count.items:
        assert dialog.count.press("1"), item
    assert dialog.count.press("/")
    asked: list[str] = []

    def answer(button: str) -> None:
        shown = QApplication.activeModalWidget()
        assert shown is not None
        asked.extend(label.text() for label in shown.findChildren(QLabel))
        (said,) = (b for b in shown.findChildren(QPushButton) if b.text() == button)
        said.click()

    QTimer.singleShot(0, lambda: answer("取消"))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert any("已经数了 1 张" in text for text in asked)
    QTimer.singleShot(0, lambda: answer("不数了"))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


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


def test_what_was_typed_for_an_act_that_is_refused_stands_there_again(
    field: "Field", qtbot: QtBot
) -> None:
    context = Context()
    context.open(field.ws)
    told: list[str] = []

    def asked() -> ReasonDialog:
        dialog = ReasonDialog(None, "作废", "作废")
        Asking(context, "void:1", dialog, {"reason": dialog.text})
        qtbot.addWidget(dialog)
        return dialog

    def acknowledge() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        told.append(box.text())
        box.accept()

    first = asked()
    first.text.setPlainText("文号写错，另发")
    first.attempt()
    QTimer.singleShot(0, acknowledge)
    errors.show(None, Refused("merge_unknown", merge="1"))
    assert told
    # Something else is stored meanwhile: perhaps just what stood in the way.
    context.announce(Changes())
    second = asked()
    assert second.text.toPlainText() == "文号写错，另发"
    second.attempt()
    context.announce(Changes())
    assert asked().text.toPlainText() == ""


def test_a_value_for_many_records_that_was_left_stands_there_again(
    field: "Field", qtbot: QtBot
) -> None:
    context = Context()
    context.open(field.ws)
    uids = [Uid("1" * 32), Uid("2" * 32)]
    rows = QWidget()
    qtbot.addWidget(rows)

    def asked() -> ValueDialog:
        dialog = ValueDialog(context, "reception", "handed_to", uids, rows)
        qtbot.addWidget(dialog)
        return dialog

    left = asked()
    (line,) = left.findChildren(QLineEdit)
    QTest.keyClicks(line, "duban zu")
    left.reject()
    assert asked().value() == "duban zu"
