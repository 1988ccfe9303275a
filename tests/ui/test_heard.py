"""意见评议 and 信访接待: lists, forms, joining, ballots, quick registering, what is kept."""

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services import drafts, records
from services.core import Filter
from services.listing import page
from services.stats import Behind
from ui.context import Context
from ui.tabs.opinions import OpinionsTab
from ui.tabs.opinions.ballots import BallotsDialog
from ui.tabs.opinions.heard import HeardPage, JoinDialog
from ui.tabs.opinions.tally import TallyDialog
from ui.tabs.reception import ReceptionTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def context(field: "Field") -> Context:
    made = Context()
    made.open(field.ws)
    return made


@pytest.fixture
def unit(field: "Field") -> Uid:
    return records.add(field.ws, "unit", [{"name": "市供热公司"}]).uids[0]


@pytest.fixture
def heard(context: Context, unit: Uid, qtbot: QtBot) -> OpinionsTab:
    tab = OpinionsTab(context)
    qtbot.addWidget(tab)
    tab.resize(1160, 600)
    tab.show()
    context.choose_units(frozenset({unit}))
    tab.reload()
    return tab


@pytest.fixture
def reception(context: Context, unit: Uid, qtbot: QtBot) -> ReceptionTab:
    tab = ReceptionTab(context)
    qtbot.addWidget(tab)
    tab.resize(1160, 600)
    tab.show()
    context.choose_units(frozenset({unit}))
    tab.reload()
    return tab


def test_an_opinion_is_stored_field_by_field(
    heard: OpinionsTab, field: "Field", qtbot: QtBot
) -> None:
    heard.new_record()
    line = heard.page().side.form.input_of("text")
    assert isinstance(line, QPlainTextEdit)
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    line.insertPlainText("希望多关心职工")
    assert heard.page().side.editor.row is None
    line.clearFocus()
    qtbot.waitUntil(lambda: heard.rows.total() == 1)
    (row,) = page(field.ws, "opinion", Filter()).rows
    assert row.values["text"] == "希望多关心职工"
    assert row.values["channel"] == "talk"


def test_what_is_typed_and_not_left_is_kept(
    heard: OpinionsTab, field: "Field", qtbot: QtBot
) -> None:
    heard.new_record()
    editor = heard.page().side.editor
    editor.drafting.draft_ms = 1
    line = heard.page().side.form.input_of("text")
    assert isinstance(line, QPlainTextEdit)
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, "zhigong")
    qtbot.waitUntil(lambda: any(d.text == "zhigong" for d in drafts.pending(field.ws)))


def test_alike_opinions_become_one_and_are_counted(
    heard: OpinionsTab, field: "Field", unit: Uid
) -> None:
    made = [{"unit": unit, "text": text} for text in ("关心职工", "多关心职工", "食堂好")]
    records.add(field.ws, "opinion", made, draft=True)
    heard.reload()
    heard.rows.table.selectRow(1)
    shown = heard.rows.table.selectionModel()
    assert shown.hasSelection()
    heard.rows.table.selectAll()

    def join() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, JoinDialog)
        dialog.wording.setPlainText("三条合一")
        dialog.attempt()

    QTimer.singleShot(0, join)
    page = heard.page()
    assert isinstance(page, HeardPage)
    page.join()
    assert heard.rows.total() == 1
    row = heard.rows.model.row(0)
    assert row is not None
    assert row.values["text"] == "三条合一"
    assert heard.rows.model.index(0, 6).data() == "3"


def test_ballots_are_counted_by_keys_and_stored_as_sums(
    heard: OpinionsTab, context: Context, field: "Field", unit: Uid, qtbot: QtBot
) -> None:
    dialog = BallotsDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    for _ballot in range(3):
        for key in "1" * 5 + "/":
            QTest.keyClicks(dialog, key)
    QTest.keyClicks(dialog, "44")
    assert dialog.problem()
    for _key in range(2):
        QTest.keyClick(dialog, Qt.Key.Key_Backspace)
    assert not dialog.problem()
    sums = TallyDialog(context, unit)
    qtbot.addWidget(sums)
    sums.put(dialog.count.tallies())
    sums.cells["overall", "issued"].setText("3")
    sums.cells["overall", "returned"].setText("3")
    sums.attempt()
    assert sums.told.text() == ""
    heard.show_page("evaluation")
    assert heard.rows.total() == 5
    rows = page(field.ws, "evaluation", Filter(units=frozenset({unit}))).rows
    assert {row.values["returned"] for row in rows} == {3}
    assert {row.values["blank_percent"] for row in rows} == {"100.0%"}


def test_sums_that_do_not_fit_are_told_at_once_and_nothing_is_stored(
    context: Context, field: "Field", unit: Uid, qtbot: QtBot
) -> None:
    sums = TallyDialog(context, unit)
    qtbot.addWidget(sums)
    sums.put({"overall": {"issued": 10, "returned": 11, "valid": 5, "good": 5}})
    assert "1" in sums.told.text()
    sums.attempt()
    assert page(field.ws, "evaluation", Filter(units=frozenset({unit}))).total == 0


def test_a_reception_is_registered_by_keys_and_the_name_is_sealed(
    reception: ReceptionTab, field: "Field", unit: Uid
) -> None:
    quick = reception.register.quick
    reception.new_record()
    QTest.keyClicks(quick.channel, "1")
    quick.lines["persons"].setText("3")
    quick.lines["identity"].setText("张某某")
    quick.store()
    assert "内容提要" in quick.told()
    assert quick.lines["identity"].text() == "张某某"
    quick.lines["gist"].setText("供热温度不达标")
    quick.store()
    assert quick.told() == ""
    assert quick.lines["identity"].text() == quick.lines["gist"].text() == ""
    (row,) = page(field.ws, "reception", Filter(units=frozenset({unit}))).rows
    assert row.values["persons"] == 3
    assert row.values.get("identity") != "张某某"
    assert reception.rows.total() == 1
    reception.show_figures()
    assert reception.figures.grids[1].rowCount() == 1
    reception.period.choose({"to": "2014-01-01"})
    reception.period.changed.emit()
    assert reception.figures.grids[1].rowCount() == 0


def test_what_is_typed_into_the_quick_form_is_kept_but_never_the_name(
    reception: ReceptionTab, field: "Field", qtbot: QtBot
) -> None:
    quick = reception.register.quick
    quick.drafting.draft_ms = 1
    for name in ("gist", "identity"):
        line = quick.lines[name]
        assert isinstance(line, QLineEdit)
        QTest.keyClicks(line, f"{name} typed")
    qtbot.waitUntil(lambda: any(d.text == "gist typed" for d in drafts.pending(field.ws)))
    assert not any(d.field == "identity" for d in drafts.pending(field.ws))


def test_numbers_elsewhere_lead_to_these_lists(
    context: Context, field: "Field", unit: Uid, qtbot: QtBot
) -> None:
    records.add(field.ws, "remedy", [{"unit": unit, "cause": "低", "deadline": "2014-05-20"}])
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    assert len(window.tab_names()) == 8
    wanted = Behind("remedy", Filter(units=frozenset({unit})))
    QTimer.singleShot(0, partial(context.records_wanted.emit, wanted))
    qtbot.waitUntil(lambda: any(t.isVisible() for t in window.findChildren(OpinionsTab)))
    (tab,) = window.findChildren(OpinionsTab)
    assert tab.page() is tab.page_of("remedy")
    assert tab.rows.total() == 1
    context.jobs.finish()
