"""Words that are 40 % longer are nowhere cut: room for other words, and for larger type."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from services import problems, records, words
from services.core import Filter
from services.listing import page
from ui import people, theme
from ui.about import AboutDialog
from ui.context import Context
from ui.finding import FindDialog
from ui.keys import KeysDialog
from ui.recycled import RecycledDialog
from ui.tabs.checks import ChecksTab
from ui.tabs.interviews import InterviewsTab
from ui.tabs.problems.steps import StepDialog
from ui.window import MainWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from tests.groups import Field

_STRETCH_PERCENT = 40
_SLACK_PX = 2


@pytest.fixture
def context(field: "Field", qtbot: QtBot, qapp: "QApplication") -> Iterator[Context]:
    """A file with something of everything, in words that are longer."""
    theme.apply(qapp, "light", 100)
    uids = records.add(field.ws, "problem", [field.problem(), field.problem(title="二")]).uids
    problems.move(field.ws, uids[0], "submit")
    records.add(field.ws, "interview", [field.talk()])
    records.add(
        field.ws, "check", [{"unit": field.education, "form": "study_check", "date": "2014-05-06"}],
        draft=True,
    )  # fmt: skip
    made = Context()
    made.open(field.ws)
    with words.stretched(_STRETCH_PERCENT):
        yield made
    made.jobs.finish()


def cut(root: QWidget) -> list[str]:
    """Labels and buttons in view that are narrower than their words."""
    found = []
    for one in root.findChildren(QWidget):
        if not isinstance(one, QLabel | QPushButton) or not one.isVisible() or not one.text():
            continue
        if isinstance(one, QLabel) and one.wordWrap():
            short = one.height() + _SLACK_PX < one.heightForWidth(one.width())
        else:
            short = one.width() + _SLACK_PX < one.minimumSizeHint().width()
            if isinstance(one, QLabel):
                short = one.width() + _SLACK_PX < one.sizeHint().width()
        if short:
            found.append(f"{type(root).__name__}: {one.text()[:40]} ({one.width()} px)")
    return found


def shown(widget: QWidget, context: Context, qtbot: QtBot) -> list[str]:
    """What is cut of a widget once it is painted and its work is done."""
    widget.show()
    qtbot.waitUntil(lambda: not context.jobs.running, timeout=30_000)
    qtbot.wait(30)
    return cut(widget)


def test_no_tab_cuts_words_that_are_longer(context: Context, qtbot: QtBot) -> None:
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.resize(1366, 690)
    found = []
    for place in range(len(window.tab_names())):
        window.show_tab(place)
        found += [f"{place} {one}" for one in shown(window, context, qtbot)]
    (talks,) = window.findChildren(InterviewsTab)
    window.show_tab(2)
    row = talks.rows.model.row(0)
    assert row is not None
    talks.rows.activated.emit(row)
    found += [f"tidying {one}" for one in shown(window, context, qtbot)]
    talks.page.leave()
    talks.new_record()
    found += [f"talk {one}" for one in shown(window, context, qtbot)]
    talks.page.leave()
    (checks,) = window.findChildren(ChecksTab)
    window.show_tab(1)
    for turn in (checks.show_training, checks.show_reviews, checks.show_checks):
        turn()
        found += [f"{turn.__name__} {one}" for one in shown(window, context, qtbot)]
    row = checks.rows.model.row(0)
    assert row is not None
    checks.rows.activated.emit(row)
    found += [f"check {one}" for one in shown(window, context, qtbot)]
    assert "\n".join(found) == ""


def test_no_dialog_cuts_words_that_are_longer(
    context: Context, field: "Field", qtbot: QtBot
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    window = MainWindow(context)
    qtbot.addWidget(window)
    dialogs: list[QWidget] = [
        AboutDialog(context),
        KeysDialog(None, "talk"),
        FindDialog(context, window.leading.open_hit),
        RecycledDialog(context, host),
        *(people.KindDialog(context, one) for one in (people.units(), people.group())),
    ]
    for row in page(field.ws, "problem", Filter()).rows:
        for step in problems.steps(field.ws, row.uid):
            dialogs.append(StepDialog(context, step, [row], host))
    found = []
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        found += shown(dialog, context, qtbot)
        dialog.close()
    assert "\n".join(found) == ""
