"""Lists: several records changed or deleted at once, what an empty list and its last line say."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services import records
from services.core import Filter
from services.listing import page
from ui.context import Context
from ui.parts.dialogs import Dialog
from ui.tabs.opinions import OpinionsTab
from ui.tabs.reception import ReceptionTab
from ui.together import set_together

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


def test_one_field_is_set_for_all_selected_rows(
    context: Context, field: "Field", unit: Uid, qtbot: QtBot
) -> None:
    gist = {"unit": unit, "channel": "letter", "gist": "供热温度不达标"}
    days = ("2014-04-10", "2014-04-12", "2014-05-06")
    records.add(field.ws, "reception", [{**gist, "date": day} for day in days])
    tab = ReceptionTab(context)
    qtbot.addWidget(tab)
    tab.show()
    context.choose_units(frozenset({unit}))
    tab.reload()
    assert tab.rows.numbers() == "3 条 · 4月10日—5月6日"
    tab.rows.table.selectAll()
    menu = QMenu()
    tab.rows.menu_wanted.emit(menu)
    (act,) = (a for a in menu.actions() if "去向" in a.text() or "转" in a.text())

    def enter() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Dialog)
        (line,) = dialog.findChildren(QLineEdit)
        line.setText("市问题督办组")
        dialog.attempt()

    QTimer.singleShot(0, enter)
    act.trigger()
    found = page(field.ws, "reception", Filter(units=frozenset({unit}))).rows
    assert {row.values["handed_to"] for row in found} == {"市问题督办组"}


def test_a_refused_record_stops_no_other(context: Context, field: "Field", unit: Uid) -> None:
    made = [{"unit": unit, "text": text} for text in ("一", "二")]
    one, two = records.add(field.ws, "opinion", made, draft=True).uids
    records.delete(field.ws, "opinion", one, "重复")
    changes, refused = set_together(context, "opinion", [one, two], "round", 2)
    assert changes is not None
    assert len(refused) == 1
    assert records.get(field.ws, "opinion", two).values["round"] == 2


def test_deleting_several_asks_once(
    context: Context, field: "Field", unit: Uid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [{"unit": unit, "text": text} for text in ("一", "二", "三")]
    records.add(field.ws, "opinion", made, draft=True)
    tab = OpinionsTab(context)
    qtbot.addWidget(tab)
    tab.show()
    tab.reload()
    tab.rows.table.selectAll()
    menu = QMenu()
    tab.rows.menu_wanted.emit(menu)
    asked: list[str] = []

    def reason(_context: object, _uids: object, _parent: object, title: str, _action: str) -> str:
        asked.append(title)
        return "重复录入"

    monkeypatch.setattr("ui.deleting.ask_reason", reason)
    (act,) = (a for a in menu.actions() if "删除 3 条" in a.text())
    act.trigger()
    assert len(asked) == 1
    assert tab.rows.total() == 0
    assert not any(isinstance(w, QMessageBox) for w in QApplication.topLevelWidgets())


def test_a_list_that_a_filter_empties_says_so_and_can_be_cleared(
    context: Context, field: "Field", unit: Uid, qtbot: QtBot
) -> None:
    tab = OpinionsTab(context)
    qtbot.addWidget(tab)
    tab.show()
    tab.reload()
    clear = next(b for b in tab.rows.nothing.findChildren(QPushButton) if "清除" in b.text())
    assert not clear.isVisible()
    records.add(field.ws, "opinion", [{"unit": unit, "text": "一"}], draft=True)
    tab.reload()
    tab.page().filters.show_filter(Filter({"channel": ["box"]}))
    assert tab.rows.total() == 0
    assert clear.isVisible()
    clear.click()
    assert tab.rows.total() == 1
