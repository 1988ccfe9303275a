"""征求轮次 as cards, the vote, the summary printed for comment, and what a remedy case starts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from models.kinds import Uid, Value
from services import records
from services.core import Filter
from services.listing import page
from ui.context import Context
from ui.tabs.opinions import OpinionsTab
from ui.tabs.opinions.remedies import RemediesPage
from ui.tabs.opinions.rounds import RoundsPage, VerbatimDialog
from ui.tabs.opinions.vote import VoteDialog
from ui.tabs.reports import ReportsTab
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
    (made,) = records.add(field.ws, "unit", [{"name": "市供热公司"}]).uids
    records.add(field.ws, "solicitation", [{"unit": made, "n": 1, "issued": 130, "returned": 127}])
    forum: dict[str, Value] = {"unit": made, "way": "forum", "date": "2014-04-15", "people": 14}
    records.add(field.ws, "outreach", [{**forum, "public_people": 0}])
    heard = [{"unit": made, "text": "批示多", "quote": "批示多", "source": "staff"}]
    records.add(field.ws, "opinion", heard, draft=True)
    return made


@pytest.fixture
def rounds(context: Context, unit: Uid, qtbot: QtBot) -> Iterator[RoundsPage]:
    tab = OpinionsTab(context)
    qtbot.addWidget(tab)
    tab.resize(1160, 600)
    tab.show()
    context.choose_units(frozenset({unit}))
    tab.show_page("solicitation")
    found = tab.page()
    assert isinstance(found, RoundsPage)
    yield found
    assert tab.page() is found


def _said(page_: RoundsPage) -> str:
    return "\n".join(shown.text() for card in page_.cards for shown in card.findChildren(QLabel))


def test_a_unit_shows_its_rounds_as_cards(rounds: RoundsPage) -> None:
    assert len(rounds.cards) == 1
    told = _said(rounds)
    assert "发出 130　收回 127" in told
    assert "群众占比 0.0% ▲ 低于 30%" in told
    assert "群众评议　未做" in told
    assert rounds.rows.isHidden()


def test_a_vote_that_finds_it_lacking_opens_the_next_round(
    rounds: RoundsPage, field: "Field", unit: Uid
) -> None:
    def enter() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, VoteDialog)
        for name, count in (("votes_cast", "96"), ("votes_enough", "97")):
            dialog.cells[name].setText(count)
        dialog.attempt()
        assert dialog.isVisible()
        dialog.cells["votes_enough"].setText("30")
        dialog.verdict["not_enough"].setChecked(True)
        dialog.attempt()

    QTimer.singleShot(0, enter)
    rounds.enter_votes()
    assert "够 31.3%" in _said(rounds)
    rounds.open_next()
    assert len(rounds.cards) == 2
    numbers = {r.values["n"] for r in page(field.ws, "solicitation", Filter()).rows}
    assert numbers == {1, 2}


def test_a_summary_asks_first_about_words_somebody_said(
    rounds: RoundsPage, context: Context, unit: Uid, qtbot: QtBot
) -> None:
    def go_on() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, VerbatimDialog)
        dialog.reject()

    QTimer.singleShot(0, go_on)
    with qtbot.assertNotEmitted(context.document_wanted):
        rounds.print_summary()


def test_a_remedy_case_leads_to_its_notice_and_to_another_round(
    context: Context, field: "Field", unit: Uid, qtbot: QtBot
) -> None:
    case = {"unit": unit, "cause": "低于60%", "deadline": "2014-05-20"}
    records.add(field.ws, "remedy", [case])
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    window.show_tab(window.tab_names().index("意见评议"))
    (tab,) = window.findChildren(OpinionsTab)
    tab.show_page("remedy")
    remedies = tab.page()
    assert isinstance(remedies, RemediesPage)
    remedies.rows.table.selectRow(0)
    remedies.open_round()
    qtbot.waitUntil(lambda: isinstance(tab.page(), RoundsPage))
    assert page(field.ws, "solicitation", Filter()).total == 2
    tab.show_page("remedy")
    remedies.make_notice()
    (reports,) = window.findChildren(ReportsTab)
    qtbot.waitUntil(reports.isVisible)
    qtbot.waitUntil(lambda: reports.pages().drafting.wanted() is not None, timeout=20_000)
    wanted = reports.pages().drafting.wanted()
    assert wanted is not None
    assert (wanted.kind, wanted.unit) == ("remedy", unit)
    context.jobs.finish()
