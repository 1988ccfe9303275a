"""The hand of a person in the window of the same process: keys, mouse, an input method."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.watched import texts
from ui.status import StatusBar
from ui.window import MainWindow


class Hand:
    """What a person does with keyboard and mouse, counted."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        """Count from none."""
        self.window = window
        self.qtbot = qtbot
        self.keys = 0

    def top(self) -> QWidget:
        """The window that has the keyboard: offscreen nobody gives it back after a dialog."""
        modal = QApplication.activeModalWidget()
        if modal is not None:
            return modal
        if not self.window.isActiveWindow():
            self.window.activateWindow()
            self.qtbot.waitUntil(self.window.isActiveWindow)
        return self.window

    def press(self, *keys: Qt.Key, mod: Qt.KeyboardModifier | None = None) -> None:
        """Keys where the keyboard is."""
        for key in keys:
            held = mod or Qt.KeyboardModifier.NoModifier
            top = self.top()
            focused: QWidget | None = top.focusWidget()
            QTest.keyClick(top if focused is None else focused, key, held)
            self.keys += 1

    def write(self, text: str) -> None:
        """Chinese comes from an input method: composed, then committed."""
        target = self.top().focusWidget()
        assert target is not None
        QApplication.sendEvent(target, QInputMethodEvent("pinyin", []))
        done = QInputMethodEvent()
        done.setCommitString(text)
        QApplication.sendEvent(target, done)

    def click(self, button: QPushButton) -> None:
        """The left button of the mouse."""
        assert button.isVisible()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def sees(self, part: QWidget, *wanted: str) -> None:
        """Wait until all of this can be read in a part of the window."""
        try:
            self.qtbot.waitUntil(lambda: set(wanted) <= set(texts(part)))
        except TimeoutError:
            pytest.fail(f"{set(wanted) - set(texts(part))} not in {texts(part)}")

    def in_dialog(self, kind: type[QWidget], act: Callable[[], None]) -> Callable[[], bool]:
        """Act once a modal dialog is up; whether it has been."""
        done: list[bool] = []

        def look() -> None:
            shown = QApplication.activeModalWidget()
            if isinstance(shown, kind):
                done.append(True)
                act()
            else:
                QTimer.singleShot(10, look)

        QTimer.singleShot(0, look)
        return lambda: bool(done)

    def action(self, text: str) -> QAction:
        """A line of a menu."""
        return next(a for a in self.window.findChildren(QAction) if a.text() == text)


def saved(window: MainWindow) -> bool:
    """Whether the last line says so, quietly."""
    bar = window.statusBar()
    assert isinstance(bar, StatusBar)
    return "✓ 已保存" in bar.saved_text()
