"""Every list of the window sorts by each of its heads, is copied, and says why it is empty."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from services import records
from tests.ui import screens_heard
from ui.context import Context
from ui.parts.leaves import Leaves
from ui.parts.rows import RowsView
from ui.tabs.reports import ReportsTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field

_BUILT_MS = 50
_LISTS = 11
"""Two of 学习检查, 谈话记录, five of 意见评议, 问题清单, 信访接待, 登记簿."""


@pytest.fixture
def context(field: "Field", qtbot: QtBot) -> Iterator[Context]:
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


def _settle(context: Context, qtbot: QtBot) -> None:
    """A page is built once its word was painted; then its list is read."""
    qtbot.wait(_BUILT_MS)
    qtbot.waitUntil(lambda: not context.jobs.running)


def _holds(rows: RowsView, total: int) -> bool:
    return rows.total() == total


def _words(leaves: Leaves) -> list[QPushButton]:
    """The words that turn its pages."""
    return [b for b in leaves.findChildren(QPushButton) if b.isVisible() and b.isCheckable()]


def _lists(context: Context, qtbot: QtBot) -> Iterator[RowsView]:
    """The lists of all tabs and of their pages, one after the other in view."""
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    seen: list[RowsView] = []
    for place in range(len(window.tab_names())):
        window.show_tab(place)
        for reports in window.findChildren(ReportsTab):
            reports.pages()  # else they are built once what draws pages is loaded
        _settle(context, qtbot)
        words = [b for one in window.findChildren(Leaves) if one.isVisible() for b in _words(one)]
        turns: list[Callable[[], None]] = [word.click for word in words]
        for turn in turns or [lambda: None]:
            turn()
            _settle(context, qtbot)
            for rows in window.findChildren(RowsView):
                if rows.isVisible() and rows not in seen:
                    seen.append(rows)
                    yield rows
    assert len(seen) == _LISTS


def test_every_list_sorts_by_every_head_and_is_copied(
    field: "Field", context: Context, qtbot: QtBot
) -> None:
    screens_heard.fill(field.ws)
    records.add(field.ws, "problem", [field.problem(title=name) for name in "甲乙丙"])
    records.add(field.ws, "interview", [field.talk()])
    for rows in _lists(context, qtbot):
        total, head = rows.total(), rows.table.horizontalHeader()
        for place, column in enumerate(rows.model.columns):
            orders = []
            for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                head.setSortIndicator(place, order)
                assert rows.total() == total
                assert rows.model.wanted.sort.lstrip("-") == column.field != ""
                orders.append([row.uid for n in range(total) if (row := rows.model.row(n))])
            assert orders[0] == orders[1][::-1]
        rows.table.selectAll()
        rows.copy()
        lines = QGuiApplication.clipboard().text().splitlines()
        assert not total or len(lines) == total + 1


def test_a_search_line_stands_where_there_is_text_to_find(
    field: "Field", context: Context, qtbot: QtBot
) -> None:
    screens_heard.fill(field.ws)
    searched = 0
    for rows in _lists(context, qtbot):
        lines = [
            line
            for line in rows.window().findChildren(QLineEdit)
            if line.isVisible() and line.accessibleName() == "在清单中查找"
        ]
        searched += len(lines)
        for line in lines:
            total = rows.total()
            for text, left in (("绝无此字", 0), ("", total)):
                line.setText(text)
                qtbot.waitUntil(partial(_holds, rows, left))
    assert searched == _LISTS - 2  # ballots are numbers, and so is what was heard in each way


def test_every_empty_list_says_what_to_do(context: Context, qtbot: QtBot) -> None:
    for rows in _lists(context, qtbot):
        assert not rows.total()
        assert rows.nothing.isVisible()
        said = rows.nothing.findChildren(QLabel)[0].text()
        assert said
        assert "没有符合条件" not in said
