"""F1 tells what the page one is on is for, in both languages alike."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services import helping, words
from ui.context import Context
from ui.keys import KeysDialog
from ui.tabs.interviews import InterviewsTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field


def test_every_page_is_told_in_both_languages_with_the_same_keys() -> None:
    for name in helping.PAGES:
        chinese = helping.of_page(name)
        words.use("en")
        english = helping.of_page(name)
        words.use("zh")
        assert len(chinese.lines) == len(english.lines), name
        assert len(chinese.keys) == len(english.keys), name
        assert chinese.title != english.title


def test_f1_helps_with_the_page_in_view(field: "Field", qtbot: QtBot) -> None:
    context = Context()
    context.open(field.ws)
    window = MainWindow(context)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    told: list[str] = []

    def read() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, KeysDialog)
        told.append(dialog.windowTitle())
        assert helping.of_page("talk").lines[0] in dialog.texts() or len(told) == 1
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    def ask() -> None:
        if not window.isActiveWindow():
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow)
        QTimer.singleShot(0, read)
        QTest.keyClick(window, Qt.Key.Key_F1)

    window.show_tab(4)
    ask()
    window.show_tab(2)
    (tab,) = window.findChildren(InterviewsTab)
    tab.new_record()
    ask()
    assert told == ["帮助：问题清单", "帮助：谈话中"]
    context.jobs.finish()
