"""遮屏: one key hides everything, one key shows it; after five minutes the passphrase does."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from services import records
from services.core import Filter
from services.listing import page
from tests.groups import PASSPHRASE
from ui import settings
from ui.blank import Blank, UnblankDialog, Veil
from ui.context import Context
from ui.idle import IdleLock
from ui.parts.dialogs import ReasonDialog
from ui.tabs.interviews.page import TalkPage
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


def veils(window: QWidget) -> list[Veil]:
    return [one for one in window.findChildren(Veil) if one.isVisible()]


def unblank(blank: Blank, veil: Veil) -> list[str]:
    """Press a key, first type a wrong passphrase, then the right one; what was told."""
    told: list[str] = []

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, UnblankDialog)
        line = dialog.findChildren(QLineEdit)[0]
        line.setText("不对的口令")
        dialog.attempt()
        told.append(dialog.told.text())
        assert blank.is_on
        line.setText(PASSPHRASE)
        dialog.attempt()

    QTimer.singleShot(0, fill)
    QTest.keyClick(veil, Qt.Key.Key_Space)
    return told


def test_one_key_hides_and_one_key_shows(window: MainWindow, field: "Field") -> None:
    records.add(field.ws, "problem", [field.problem()])
    blank = blank_of(window)
    QTest.keyClick(window, Qt.Key.Key_F9)
    (veil,) = veils(window)
    assert veil.geometry() == window.rect()
    picture = window.grab().toImage()
    colours = {picture.pixelColor(x, 20).name() for x in range(0, picture.width(), 7)}
    assert len(colours) == 1
    QTest.keyClick(veil, Qt.Key.Key_F2)
    assert not blank.is_on
    assert veils(window) == []
    assert page(field.ws, "interview", Filter()).total == 0


def test_after_five_minutes_only_the_passphrase_leads_back(window: MainWindow) -> None:
    blank = blank_of(window)
    blank.locked_after_ms = 0
    blank.cover()
    assert unblank(blank, veils(window)[0]) == ["口令不对"]
    assert veils(window) == []


def test_dialogs_are_covered_too_and_keep_what_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    blank = blank_of(window)
    before, after = ReasonDialog(window, "退回", "退回"), ReasonDialog(window, "删除", "删除")
    before.open()
    before.text.setPlainText("材料不全")
    blank.lock(10)
    after.open()
    assert [len(veils(one)) for one in (window, before, after)] == [3, 1, 1]
    assert unblank(blank, veils(after)[0]) == ["口令不对"]
    assert veils(window) == []
    assert before.isVisible()
    assert before.text.toPlainText() == "材料不全"
    for dialog in (before, after):
        dialog.reject()


def test_what_ended_while_it_was_covered_holds_nothing_up(window: MainWindow, qtbot: QtBot) -> None:
    blank = blank_of(window)
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    ending = ReasonDialog(window, "退回", "退回")
    ending.open()
    for _ in range(2):
        blank.cover()
        assert blank.is_on
        for gone in window.findChildren(ReasonDialog) + window.findChildren(QLineEdit):
            gone.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        blank.uncover()
        assert not blank.is_on
        assert veils(window) == []


def idle_of(window: MainWindow) -> IdleLock:
    (idle,) = window.findChildren(IdleLock)
    return idle


def test_it_locks_by_itself_when_nobody_touches_it(window: MainWindow, qtbot: QtBot) -> None:
    blank, idle = blank_of(window), idle_of(window)
    idle.look()
    assert not blank.is_on
    qtbot.waitUntil(lambda: idle.untouched_ms() > 1000)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
    assert idle.untouched_ms() < 1000
    idle.limit_ms = 0
    idle.look()
    assert blank.is_on
    assert unblank(blank, veils(window)[0]) == ["口令不对"]


def test_it_never_locks_while_a_talk_runs(window: MainWindow, qtbot: QtBot) -> None:
    blank, idle = blank_of(window), idle_of(window)
    window.show_tab(2)
    QTest.keyClick(window, Qt.Key.Key_F2)
    (talk,) = window.findChildren(TalkPage)
    assert talk.is_running
    idle.limit_ms = 0
    idle.look()
    assert not blank.is_on
    talk.leave()
    idle.look()
    assert blank.is_on


def test_the_time_is_chosen_and_kept(window: MainWindow) -> None:
    menu = QMenu()
    idle_of(window).add_to(menu)
    choices = menu.actions()[0].menu()
    assert isinstance(choices, QMenu)
    said = {action.text(): action for action in choices.actions()}
    assert [text for text, one in said.items() if one.isChecked()] == ["10 分钟后"]
    said["5 分钟后"].trigger()
    assert settings.idle_minutes() == 5
    assert idle_of(window).limit_ms == 300_000
