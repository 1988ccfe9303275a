"""A hand that does anything anywhere in the window: whatever it is, nothing of it is a fault.

Each seed is another hand. A hand that found something says in its log what it did last.
"""

import random
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui import screens, screens_checks, screens_heard
from ui.context import Context
from ui.window import MainWindow

_STEPS, _SEEDS = 250, 4
_PATIENCE_MS = 15
_FEW = 8
"""At most so many acts in one dialog before it is left."""
_TEXTS = (
    *("集中学习六次", "2014-05-06", "10", "", "　", "1" * 30, "'\"%_\\", "😀䶮", "不是日期", "-1"),
)
_KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Space),
    *(Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home),
    *(Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F8),
    *(Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3),
)
_LETTERS = (
    *(Qt.Key.Key_F, Qt.Key.Key_G, Qt.Key.Key_K, Qt.Key.Key_M, Qt.Key.Key_N, Qt.Key.Key_V),
    *(Qt.Key.Key_Y, Qt.Key.Key_Z),
)
_LEADS_OUT = ("退出", "关闭文件", "打开", "新建", "最近")
"""Acts that end what is looked at here."""
W = TypeVar("W", bound=QWidget)


class RandomHand:
    """Acts on whatever is in front, until it is let go."""

    def __init__(self, seed: int, window: MainWindow) -> None:
        """A hand of its own for each seed."""
        self._chance = random.Random(seed)  # noqa: S311 - nothing secret
        self._window = window
        self._is_over = False
        self._left: dict[int, int] = {}
        self.did: deque[str] = deque(maxlen=10)
        """What it did last."""
        self._acts: tuple[Callable[[QWidget], None], ...] = (
            *([self._click] * 4 + [self._press] * 4 + [self._type] * 2 + [self._row] * 2),
            *(self._letter, self._choose, self._resize),
        )

    def act(self, top: QWidget) -> None:
        """Do one thing in a window."""
        self._chance.choice(self._acts)(top)

    def __enter__(self) -> "RandomHand":
        """See to dialogs that open meanwhile, too."""
        self._wait()
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go."""
        self._is_over = True

    def _wait(self) -> None:
        # A timer of its own each time, for one does not fire in the loop of a dialog that it
        # opened; and one that keeps the hand, for it may fire after the test.
        QTimer.singleShot(_PATIENCE_MS, self._window, partial(self._dialog))

    def _dialog(self) -> None:
        """Do something in the dialog that is open, or leave it; a menu is left at once."""
        if self._is_over:
            return
        self._wait()
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is not None:
            popup.close()
        if modal is None:
            return
        left = self._left.setdefault(id(modal), self._chance.randrange(_FEW))
        self._left[id(modal)] = left - 1
        if left <= 0:
            self._left.pop(id(modal))
            self.did.append(f"leave {type(modal).__name__}")
            modal.close()
        else:
            self.act(modal)

    def _one(self, top: QWidget, kind: type[W]) -> W | None:
        """One of what can be seen and used."""
        found = [w for w in top.findChildren(kind) if w.isVisible() and w.isEnabled()]
        return self._chance.choice(found) if found else None

    def _click(self, top: QWidget) -> None:
        button = self._one(top, QPushButton)
        if button is not None:
            self.did.append(f"click {button.text()}")
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _press(self, top: QWidget) -> None:
        key = self._chance.choice(_KEYS)
        self.did.append(f"press {key.name}")
        QTest.keyClick(_focused(top), key)

    def _letter(self, top: QWidget) -> None:
        key = self._chance.choice(_LETTERS)
        self.did.append(f"press Ctrl+{key.name}")
        QTest.keyClick(_focused(top), key, Qt.KeyboardModifier.ControlModifier)

    def _type(self, top: QWidget) -> None:
        field = self._one(top, self._chance.choice((QLineEdit, QPlainTextEdit)))
        if isinstance(field, (QLineEdit, QPlainTextEdit)) and not field.isReadOnly():
            text = self._chance.choice(_TEXTS)
            self.did.append(f"type {text} into {field.accessibleName()}")
            field.setFocus()
            if isinstance(field, QLineEdit):
                field.setText(text)
                field.textEdited.emit(text)
            else:
                field.insertPlainText(text)

    def _row(self, top: QWidget) -> None:
        view = self._one(top, self._chance.choice((QTableView, QAbstractItemView)))
        if view is None or isinstance(view, QHeaderView) or not view.model().rowCount():
            return
        place = view.model().index(self._chance.randrange(view.model().rowCount()), 0)
        self.did.append(f"row {place.row()} of {view.accessibleName()}")
        view.scrollTo(place)
        point: QPoint = view.visualRect(place).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
        if self._chance.random() < 0.5:
            QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def _choose(self, top: QWidget) -> None:
        box = self._one(top, QComboBox)
        if box is not None and box.count():
            place = self._chance.randrange(box.count())
            self.did.append(f"choose {place} of {box.accessibleName()}")
            box.setCurrentIndex(place)
            box.activated.emit(place)

    def _resize(self, _top: QWidget) -> None:
        width, height = self._chance.choice(((900, 500), (1366, 690), (1920, 1080)))
        self.did.append(f"{width} × {height}")
        self._window.resize(width, height)
        self._window.show_tab(self._chance.randrange(len(self._window.tab_names())))


def _focused(top: QWidget) -> QWidget:
    focused: QWidget | None = top.focusWidget()
    return top if focused is None else focused


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The window of a group at work, out of which nothing leads."""
    monkeypatch.setattr(QFileDialog, "exec", lambda _self: 0)
    monkeypatch.setattr(QPrintDialog, "exec", lambda _self: 0)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda *_: True)
    ws = screens.group_at_work(tmp_path, 40)
    screens_heard.fill(ws)
    screens_checks.fill(ws, 20)
    context = Context()
    context.open(ws)
    made = MainWindow(context)
    qtbot.addWidget(made)
    for action in made.findChildren(QAction):
        if action.text().startswith(_LEADS_OUT):
            action.setEnabled(False)
    made.resize(1366, 690)
    with qtbot.waitActive(made):
        made.show()
    yield made
    context.jobs.finish()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(_SEEDS))
def test_whatever_a_hand_does_is_no_fault(window: MainWindow, qtbot: QtBot, seed: int) -> None:
    with RandomHand(seed, window) as hand:
        for _ in range(_STEPS):
            with qtbot.captureExceptions() as faults:
                hand.act(window)
                qtbot.wait(5)
            assert not faults, (list(hand.did), faults)
