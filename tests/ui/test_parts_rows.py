"""The paged table: what it asks for, what stays when the list changes, keys."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services.core import Filter, Page, Row
from services.sheets import cell_text
from ui import theme
from ui.parts.rows import PAGE_ROWS, Column, RowsView

GONE = 500_007


@dataclass(slots=True)
class Numbered:
    """A list of `count` rows titled by their number; it remembers what it was asked for."""

    count: int
    asked: list[tuple[Filter, int, int]] = field(default_factory=list)
    ordered: list[Callable[[], None]] = field(default_factory=list)
    fetched: list[tuple[int, ...]] = field(default_factory=list)
    counted: bool = True

    def page(self, wanted: Filter, offset: int, limit: int) -> Page:
        """The rows of a slice, backwards when sorted downwards."""
        self.asked.append((wanted, offset, limit))
        numbers = range(self.count)
        shown = numbers[::-1] if wanted.sort.startswith("-") else numbers
        rows = [_row(n) for n in shown[offset : offset + limit]]
        return Page(tuple(rows), self.count if self.counted else offset + len(rows), self.counted)

    def put_in_order(self, wanted: Filter, done: "Callable[[array[int]], None]") -> None:
        """The whole list, handed over when the test says so."""
        numbers = range(self.count)
        shown = numbers[::-1] if wanted.sort.startswith("-") else numbers
        self.ordered.append(partial(done, array("q", shown)))

    def rows_at(self, numbers: Sequence[int]) -> Sequence[Row | None]:
        """Every row but one that is gone."""
        self.fetched.append(tuple(numbers))
        return [None if n == GONE else _row(n) for n in numbers]


def _row(number: int) -> Row:
    return Row(Uid(f"{number:032x}"), "problem", {"title": f"第 {number} 件", "number": number})


def _late(_row: Row) -> QColor:
    return QColor("#A5382A")


COLUMNS = (Column("number", "编号", 80, colour=_late), Column("title", "题目", 0))


def shown(qtbot: QtBot, source: Numbered) -> RowsView:
    """The table of a source, loaded, visible and active."""
    view = RowsView(COLUMNS, source, empty_text="没有", empty_action="新问题")
    qtbot.addWidget(view)
    view.reload()
    view.resize(500, 400)
    view.show()
    view.activateWindow()
    qtbot.waitActive(view)
    return view


def test_a_long_list_is_counted_whole_and_fetched_by_pages(qtbot: QtBot) -> None:
    source = Numbered(1_000_000)
    view = shown(qtbot, source)
    assert view.total() == 1_000_000
    assert {offset for _, offset, _ in source.asked} == {0}
    assert view.model.index(987_654, 1).data() == "第 987654 件"
    assert {(offset, limit) for _, offset, limit in source.asked} == {
        (0, PAGE_ROWS),
        (987_600, PAGE_ROWS),
    }


def test_once_in_order_pages_are_fetched_by_their_numbers(qtbot: QtBot) -> None:
    source = Numbered(1_000_000)
    view = shown(qtbot, source)
    (hand_over,) = source.ordered
    hand_over()
    assert view.model.index(500_000, 1).data() == "第 500000 件"
    assert source.fetched == [tuple(range(500_000, 500_000 + PAGE_ROWS))]
    assert view.model.index(GONE, 1).data() is None
    assert {offset for _, offset, _ in source.asked} == {0}


def test_a_list_that_nobody_has_counted_shows_its_beginning_and_grows(qtbot: QtBot) -> None:
    source = Numbered(1_000_000, counted=False)
    view = shown(qtbot, source)
    assert view.total() == PAGE_ROWS
    (hand_over,) = source.ordered
    hand_over()
    assert view.total() == 1_000_000
    assert view.model.index(500_000, 1).data() == "第 500000 件"
    view.table.selectRow(700_000)
    view.reload()
    assert view.total() == 1_000_000
    assert view.table.currentIndex().row() == 700_000


def test_an_order_that_comes_late_is_not_the_new_lists(qtbot: QtBot) -> None:
    source = Numbered(1_000_000)
    view = shown(qtbot, source)
    view.model.sort(0, Qt.SortOrder.DescendingOrder)
    late, now = source.ordered
    now()
    late()
    assert view.model.index(400_000, 0).data() == "599999"


def test_a_short_list_needs_no_order(qtbot: QtBot) -> None:
    source = Numbered(5_000)
    shown(qtbot, source)
    assert not source.ordered


def test_a_scrolled_list_holds_no_more_than_some_pages(qtbot: QtBot) -> None:
    source = Numbered(20_000)
    view = shown(qtbot, source)
    for place in range(0, 20_000, PAGE_ROWS):
        view.model.row(place)
    source.asked.clear()
    assert view.model.row(19_999) is not None
    assert not source.asked
    assert view.model.row(0) is not None
    assert [offset for _, offset, _ in source.asked] == [0]


def test_an_empty_list_says_what_to_do_instead(qtbot: QtBot) -> None:
    view = shown(qtbot, Numbered(0))
    (button,) = (b for b in view.findChildren(QPushButton) if b.isVisible())
    assert not view.table.isVisible()
    with qtbot.waitSignal(view.empty_action_clicked):
        button.click()


def test_the_current_row_and_the_filter_outlive_a_reload(qtbot: QtBot) -> None:
    source = Numbered(50)
    view = shown(qtbot, source)
    view.set_filter(Filter(text="件"))
    assert view.select(_row(7).uid)
    source.count = 60
    view.reload()
    current = view.current()
    assert current is not None
    assert current.uid == _row(7).uid
    assert source.asked[-1][0].text == "件"
    assert not view.select(Uid("f" * 32))


def test_the_current_row_and_the_place_outlive_a_reload_far_down(qtbot: QtBot) -> None:
    view = shown(qtbot, Numbered(1000))
    view.table.scrollTo(view.model.index(450, 0))
    view.table.selectRow(450)
    place = view.table.verticalScrollBar().value()
    view.reload()
    current = view.current()
    assert current is not None
    assert current.uid == _row(450).uid
    qtbot.waitUntil(lambda: view.table.verticalScrollBar().value() == place)


def test_several_selected_rows_outlive_a_reload(qtbot: QtBot) -> None:
    view = shown(qtbot, Numbered(30))
    view.table.selectRow(2)
    QTest.keyClick(view.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [row.values["number"] for row in view.selected()] == [2, 3]
    view.reload()
    assert [row.values["number"] for row in view.selected()] == [2, 3]


def test_sorting_keeps_the_current_row_and_tells_what_is_current(qtbot: QtBot) -> None:
    view = shown(qtbot, Numbered(1000))
    view.table.selectRow(2)
    with qtbot.waitSignal(view.current_changed) as waited:
        view.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert waited.args == [view.current()]


def test_a_row_that_went_away_is_told(qtbot: QtBot) -> None:
    source = Numbered(8)
    view = shown(qtbot, source)
    view.select(_row(7).uid)
    source.count = 3
    with qtbot.waitSignal(view.current_changed) as waited:
        view.reload()
    assert waited.args == [None]
    assert view.current() is None


def test_the_head_sorts_at_the_source_and_the_order_outlives_a_filter(qtbot: QtBot) -> None:
    source = Numbered(5)
    view = shown(qtbot, source)
    view.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert source.asked[-1][0].sort == "-number"
    assert view.model.index(0, 1).data() == "第 4 件"
    view.set_filter(Filter({"state": ["clue"]}))
    assert source.asked[-1][0].sort == "-number"


def test_enter_opens_the_current_row_and_arrows_tell_it(qtbot: QtBot) -> None:
    view = shown(qtbot, Numbered(5))
    view.select(_row(1).uid)
    view.table.setFocus()
    with qtbot.waitSignal(view.current_changed) as waited:
        QTest.keyClick(view.table, Qt.Key.Key_Down)
    assert waited.args == [_row(2)]
    with qtbot.waitSignal(view.activated) as waited:
        QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert waited.args == [_row(2)]


def test_selected_rows_are_read_by_ranges_in_their_order(qtbot: QtBot) -> None:
    view = shown(qtbot, Numbered(30))
    chosen = QItemSelection()
    for top, bottom in ((20, 22), (3, 4)):
        chosen.select(view.model.index(top, 0), view.model.index(bottom, 1))
    view.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert [row.values["number"] for row in view.selected()] == [3, 4, 20, 21, 22]


@pytest.mark.parametrize("column", [0, 1])
def test_a_state_keeps_its_colour_in_the_selected_row(qtbot: QtBot, column: int) -> None:
    view = shown(qtbot, Numbered(3))
    view.setStyleSheet(theme.style_sheet(theme.LIGHT, 100))
    view.select(_row(0).uid)
    pixels = view.table.grab().toImage()
    rect = view.table.visualRect(view.model.index(0, column))
    ratio = pixels.devicePixelRatio()
    seen = {
        pixels.pixelColor(round(x * ratio), round((y + 34) * ratio)).name()
        for x in range(rect.left(), rect.right())
        for y in range(rect.top(), rect.bottom())
        if y + 34 < pixels.height()
    }
    assert ("#a5382a" in seen) is (column == 0)


def test_selected_rows_are_copied_as_a_spreadsheet_takes_them(qtbot: QtBot) -> None:
    source = Numbered(3)
    view = shown(qtbot, source)
    view.table.selectAll()
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\n") == [
        *("编号\t题目", "0\t第 0 件", "1\t第 1 件", "2\t第 2 件"),
    ]
    assert cell_text("=1+1\n2") == "'=1+1 2"
    assert [cell_text(t) for t in ("-5", "+1.5", "@x", "普通")] == ["-5", "+1.5", "'@x", "普通"]


def test_columns_look_as_they_were_left(qtbot: QtBot) -> None:
    view = shown(qtbot, Numbered(3))
    head = view.table.horizontalHeader()
    with qtbot.waitSignal(view.columns_changed):
        head.resizeSection(0, 123)
    head.setSectionHidden(1, True)
    again = shown(qtbot, Numbered(3))
    again.set_columns_state(view.columns_state())
    assert again.table.horizontalHeader().sectionSize(0) == 123
    assert again.table.horizontalHeader().isSectionHidden(1)
    again.set_columns_state(b"nonsense")
    assert again.table.horizontalHeader().sectionSize(0) == 123


def test_hits_of_what_is_sought_are_marked(qtbot: QtBot) -> None:
    view = shown(qtbot, Numbered(3))
    mark = QColor(theme.tokens().mark).rgb()

    def marked() -> bool:
        picture = view.table.grab().toImage()
        places = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
        return any(picture.pixel(x, y) == mark for x, y in places)

    assert not marked()
    view.set_filter(Filter(text="件"))
    assert marked()
