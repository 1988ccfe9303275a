"""总览: what waits leads to its records, covert visits stay veiled, charts come with numbers."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from services import figures, problems, records
from ui import theme
from ui.context import Context
from ui.tabs.overview import OverviewTab
from ui.tabs.overview.figures import FiguresPage
from ui.tabs.problems import ProblemsTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def window(field: "Field", qtbot: QtBot) -> Iterator[MainWindow]:
    late = field.problem(title="晚了", deadline="2014-04-30", unit=field.health)
    (uid, _other) = records.add(field.ws, "problem", [late, field.problem(title="别的")]).uids
    problems.move(field.ws, uid, "confirm")
    records.add(
        field.ws,
        "visit",
        [{"unit": field.health, "date": "2014-05-06", "way": "covert", "start_at": "14:30"}],
    )
    context = Context()
    context.open(field.ws)
    shown = MainWindow(context)
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
    yield shown
    context.jobs.finish()


def overview(window: MainWindow) -> OverviewTab:
    (found,) = window.findChildren(OverviewTab)
    return found


def test_what_waits_leads_to_its_records(window: MainWindow, qtbot: QtBot) -> None:
    today = overview(window).today
    assert today.due.texts() == [["!", "逾期未销号", "1 件", ""]]
    today.due.setFocus()
    today.due.setCurrentCell(0, 0)
    QTest.keyClick(today.due, Qt.Key.Key_Return)
    (tab,) = window.findChildren(ProblemsTab)
    assert tab.isVisible()
    row = tab.rows.model.row(0)
    assert (tab.rows.total(), row and row.values["title"]) == (1, "晚了")


def test_a_number_of_a_unit_leads_to_that_units_records(window: MainWindow, field: "Field") -> None:
    today = overview(window).today
    assert today.units.texts()[1] == ["市卫生局", "0", "0", "—", "1", "1", "未到"]
    today.units.cellActivated.emit(0, 4)
    (tab,) = window.findChildren(ProblemsTab)
    row = tab.rows.model.row(0)
    assert (tab.rows.total(), row and row.values["title"]) == (1, "别的")


def test_a_covert_visit_names_its_unit_only_while_space_is_held(window: MainWindow) -> None:
    days = overview(window).today.days
    assert days.texts() == [["今天", "14:30", "暗访（已遮住）", ""]]
    days.setFocus()
    space, none = Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(days, QKeyEvent(QEvent.Type.KeyPress, space, none))
    assert days.texts()[0][2].startswith("市卫生局")
    QApplication.sendEvent(days, QKeyEvent(QEvent.Type.KeyRelease, space, none))
    assert "市卫生局" not in days.texts()[0][2]


def test_a_chart_comes_with_its_numbers_and_their_records(window: MainWindow, qtbot: QtBot) -> None:
    tab = overview(window)
    tab.show_figures()
    page = tab.figures
    qtbot.waitUntil(lambda: page.numbers.rowCount() > 0, timeout=20_000)
    assert page.numbers.texts()[0] == ["市卫生局", "1"]
    drawn = [label for label in page.findChildren(QLabel) if not label.pixmap().isNull()]
    assert drawn
    page.numbers.opened.emit(0)
    (problem_tab,) = window.findChildren(ProblemsTab)
    assert problem_tab.rows.total() == 1


def test_a_chart_of_some_days_counts_and_shows_these_alone(
    window: MainWindow, field: "Field", qtbot: QtBot
) -> None:
    page = overview(window).figures
    overview(window).show_figures()
    qtbot.waitUntil(lambda: page.numbers.rowCount() > 0, timeout=20_000)
    field.ws.day = date(2014, 5, 20)
    (uid,) = records.add(field.ws, "problem", [field.problem(title="后来的")]).uids
    page.period.choose({"from": "2014-05-20"})
    page.period.changed.emit()
    qtbot.waitUntil(lambda: page.numbers.rowCount() == 0, timeout=20_000)
    problems.move(field.ws, uid, "confirm")
    page.forget()
    page.reload()
    qtbot.waitUntil(lambda: page.numbers.rowCount() > 0, timeout=20_000)
    assert page.numbers.texts()[0] == ["市教育局", "1"]
    page.numbers.opened.emit(0)
    (problem_tab,) = window.findChildren(ProblemsTab)
    titles = [row.values["title"] for n in (0,) if (row := problem_tab.rows.model.row(n))]
    assert (problem_tab.rows.total(), titles) == (1, ["后来的"])


def test_a_chart_is_drawn_again_only_after_a_change(field: "Field", qtbot: QtBot) -> None:
    context = Context()
    context.open(field.ws)
    page = FiguresPage(context)
    qtbot.addWidget(page)
    page.reload()
    assert context.jobs.running
    qtbot.waitUntil(lambda: not context.jobs.running, timeout=20_000)
    page.reload()
    assert not context.jobs.running
    page.forget()
    page.reload()
    assert context.jobs.running
    context.jobs.finish()


def test_charts_take_the_colours_of_the_window() -> None:
    look = figures.look(theme.DARK)
    assert (look.ground, look.shades[0], look.shades[-1]) == (
        *(theme.DARK.surface, theme.DARK.surface, theme.DARK.accent),
    )
    assert len(set(look.shades)) == 5
    assert set(look.on_shades) == {theme.DARK.text, theme.DARK.on_accent}
    light = figures.look(theme.LIGHT)
    assert light.on_shades == (*[theme.LIGHT.text] * 4, theme.LIGHT.on_accent)


def test_what_may_be_wrong_leads_to_its_record(
    window: MainWindow, field: "Field", qtbot: QtBot
) -> None:
    tab = overview(window)
    tab.show_quality()
    page = tab.quality
    qtbot.waitUntil(lambda: page.doubts.rowCount() == 1)
    assert page.doubts.texts() == [["◷", "逾期而没有措施", "1 件"]]
    assert page.cases.texts() == [["市卫生局", "问题", "晚了", "已过时限，没有一条整改措施"]]
    page.cases.setFocus()
    page.cases.setCurrentCell(0, 0)
    QTest.keyClick(page.cases, Qt.Key.Key_Return)
    (ledger,) = window.findChildren(ProblemsTab)
    assert ledger.isVisible()
    row = ledger.rows.current()
    assert row is not None
    assert row.values["title"] == "晚了"
    measure = {"what": "补学", "responsible": "王五", "standard": "六次"}
    records.add(field.ws, "measure", [{"problem": row.uid, "deadline": "2014-05-20", **measure}])
    window.show_tab(0)
    QTest.mouseClick(page.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.doubts.rowCount() == 0)
    said = [one.text() for one in page.findChildren(QLabel)]
    assert "✓ 没有发现缺漏和矛盾" in said
