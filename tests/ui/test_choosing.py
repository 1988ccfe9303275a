"""Asking for files: all words of it are Chinese, and it begins where one was last."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTimer, QTranslator
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui import settings
from ui.app import speak_chinese
from ui.parts import choosing


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    one = QWidget()
    qtbot.addWidget(one)
    return one


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    speak_chinese(qapp)
    yield
    QLocale.setDefault(before)
    for one in qapp.findChildren(QTranslator):
        qapp.removeTranslator(one)
        one.deleteLater()


def answered(act: Callable[[QFileDialog], None]) -> list[bool]:
    """Act on the next file dialog as soon as it is up."""
    up: list[bool] = []

    def look() -> None:
        shown = QApplication.activeModalWidget()
        if isinstance(shown, QFileDialog):
            up.append(True)
            act(shown)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)
    return up


def typed(name: str) -> Callable[[QFileDialog], None]:
    def act(dialog: QFileDialog) -> None:
        dialog.findChildren(QLineEdit)[0].setText(name)
        dialog.accept()

    return act


def test_every_word_of_a_file_dialog_is_chinese(parent: QWidget, chinese: None) -> None:
    said: list[str] = []

    def read(dialog: QFileDialog) -> None:
        said.extend(one.text() for one in dialog.findChildren(QLabel))
        said.extend(one.text() for one in dialog.findChildren(QPushButton))
        dialog.reject()

    up = answered(read)
    assert choosing.ask_to_open(parent, "选 PDF", "PDF (*.pdf)") is None
    assert up
    shown = [text for text in said if text]
    assert len(shown) >= 5
    # Only the letter of a key, as in 打开(&O).
    assert [t for t in shown if t.encode().isalpha() or not any(c > "\u4e00" for c in t)] == []


def test_what_is_qts_own_speaks_chinese(qtbot: QtBot, chinese: None) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    menu = line.createStandardContextMenu()
    qtbot.addWidget(menu)
    assert "粘贴(&P)\tCtrl+V" in [one.text() for one in menu.actions()]
    box = QMessageBox()
    qtbot.addWidget(box)
    box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
    assert {one.text() for one in box.buttons()} == {"是(&Y)", "取消"}


def test_a_bare_name_gets_its_ending_and_the_folder_is_remembered(
    parent: QWidget, tmp_path: Path
) -> None:
    for name in ("报告", "报告.第2稿"):
        up = answered(typed(str(tmp_path / name)))
        chosen = choosing.ask_to_save(parent, "存为 PDF", "PDF (*.pdf)", "报告.pdf")
        assert up
        assert chosen == tmp_path / f"{name}.pdf"
    assert settings.last_folder() == tmp_path
    started: list[str] = []

    def read(dialog: QFileDialog) -> None:
        started.append(dialog.directory().absolutePath())
        dialog.reject()

    answered(read)
    assert choosing.ask_to_open_some(parent, "添加照片", "") == []
    assert started == [str(tmp_path)]


def test_a_proposed_place_comes_before_the_last_one(parent: QWidget, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    settings.remember_folder(tmp_path)
    started: list[tuple[str, str]] = []

    def read(dialog: QFileDialog) -> None:
        started.append(
            (dialog.directory().absolutePath(), dialog.findChildren(QLineEdit)[0].text())
        )
        dialog.reject()

    answered(read)
    assert choosing.ask_to_save(parent, "存", "PDF (*.pdf)", stick / "通知.pdf") is None
    assert started == [(str(stick), "通知.pdf")]


def test_a_stick_that_is_gone_is_not_asked_for(parent: QWidget, tmp_path: Path) -> None:
    gone = tmp_path / "U盘"
    gone.mkdir()
    settings.remember_folder(gone)
    gone.rmdir()
    started: list[str] = []

    def read(dialog: QFileDialog) -> None:
        started.append(dialog.directory().absolutePath())
        dialog.reject()

    answered(read)
    assert choosing.ask_folder(parent, "存到哪个文件夹") is None
    assert started[0] != str(gone)
