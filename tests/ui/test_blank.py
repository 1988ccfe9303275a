"""遮屏: one key hides everything, one key shows it; after five minutes the passphrase does."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from services import records
from services.core import Filter
from services.listing import page
from tests.groups import PASSPHRASE
from ui.blank import Blank, UnblankDialog
from ui.context import Context
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def window(field: "Field", qtbot: QtBot) -> MainWindow:
    context = Context()
    context.workspace = field.ws
    shown = MainWindow(context)
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
    return shown


def blank_of(window: MainWindow) -> Blank:
    (blank,) = window.findChildren(Blank)
    return blank


def test_one_key_hides_and_one_key_shows(window: MainWindow, field: "Field") -> None:
    records.add(field.ws, "problem", [field.problem()])
    blank = blank_of(window)
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert blank.isVisible()
    assert blank.geometry() == window.rect()
    picture = window.grab().toImage()
    colours = {picture.pixelColor(x, 20).name() for x in range(0, picture.width(), 7)}
    assert len(colours) == 1
    QTest.keyClick(blank, Qt.Key.Key_F2)
    assert not blank.isVisible()
    assert page(field.ws, "interview", Filter()).total == 0


def test_after_five_minutes_only_the_passphrase_leads_back(window: MainWindow) -> None:
    blank = blank_of(window)
    blank.locked_after_ms = 0
    blank.cover()
    told: list[str] = []

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, UnblankDialog)
        line = dialog.findChildren(QLineEdit)[0]
        line.setText("不对的口令")
        dialog.attempt()
        told.append(dialog.told.text())
        line.setText(PASSPHRASE)
        dialog.attempt()

    QTimer.singleShot(0, fill)
    QTest.keyClick(blank, Qt.Key.Key_Space)
    assert told == ["口令不对"]
    assert not blank.isVisible()
