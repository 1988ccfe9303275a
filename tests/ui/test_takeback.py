"""撤销 and 重做 in the window: what was stored is taken back, whichever tab shows it."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from services import records
from services.core import Filter
from services.listing import page
from ui import errors
from ui.context import Context
from ui.status import StatusBar
from ui.tabstack import TabStack
from ui.window import MainWindow

if TYPE_CHECKING:
    from models.errors import AppError
    from models.kinds import Uid
    from tests.groups import Field

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(field: "Field", qtbot: QtBot) -> MainWindow:
    context = Context()
    context.workspace = field.ws
    shown = MainWindow(context)
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
    return shown


def title(field: "Field", uid: "Uid") -> object:
    return records.get(field.ws, "problem", uid).values["title"]


def test_keys_take_back_and_do_again(field: "Field", window: MainWindow) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    records.change(field.ws, "problem", uid, {"title": "改过"})
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert title(field, uid) == "自学无安排"
    QTest.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert title(field, uid) == "改过"


def test_a_field_being_typed_in_keeps_the_keys_for_itself(
    field: "Field", window: MainWindow, qtbot: QtBot
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    records.change(field.ws, "problem", uid, {"title": "改过"})
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, "abc")
    QTest.keyClick(line, Qt.Key.Key_Z, CTRL)
    assert (line.text(), title(field, uid)) == ("", "改过")
    QTest.keyClick(line, Qt.Key.Key_Z, CTRL)
    assert title(field, uid) == "自学无安排"
    assert line.hasFocus()


def test_with_nothing_to_take_back_it_says_so(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def show(_parent: object, failure: "AppError") -> None:
        told.append(failure.code)

    monkeypatch.setattr(errors, "show", show)
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert told == ["undo_nothing"]


def test_what_was_changed_on_one_tab_is_taken_back_from_another_and_told(
    field: "Field", window: MainWindow
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    stack = window.findChild(TabStack)
    assert stack is not None
    stack.setCurrentIndex(3)
    records.change(field.ws, "problem", uid, {"title": "改过"})
    records.add(field.ws, "opinion", [{"unit": field.health, "text": "会多"}])
    stack.setCurrentIndex(0)
    bar = window.findChild(StatusBar)
    assert bar is not None
    told = []
    for key in (Qt.Key.Key_Z, Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_Y):
        QTest.keyClick(window, key, CTRL)
        told.append(bar.saved_text())
        there = bool(page(field.ws, "opinion", Filter()).total)
        told.append(f"{title(field, uid)} {there}")
    assert told[1::2] == ["改过 False", "自学无安排 False", "改过 False", "改过 True"]
    assert told[0].startswith("✓ 已撤销：意见（")
    assert told[2::2] == ["✓ 已撤销：问题（问题）", "✓ 已重做：问题（问题）", "✓ 已重做：意见"]
    assert "改过" not in "".join(told[::2])
