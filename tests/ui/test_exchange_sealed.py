"""待裁定 between sealed names: told by number only, opened for minutes, settled, shut again."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from services import names
from tests.services.test_sealed_conflicts import NAMES_PASSPHRASE, disputed, real_name
from tests.ui.test_exchange import context, pages, settle
from ui.context import Context
from ui.tabs.exchange.pages import ExchangePages
from ui.tabs.exchange.sealed_bar import OpenDialog

if TYPE_CHECKING:
    from tests.groups import Field

__all__ = ["context", "pages"]


def read(widget: QWidget) -> str:
    """Everything that stands in a widget, seen or not."""
    told = [one.text() for one in widget.findChildren(QLabel)]
    told += [one.text() for one in widget.findChildren(QLineEdit)]
    return re.sub("<[^>]*>", "", "\n".join(told))


def press(qtbot: QtBot, view: QWidget, word: str) -> None:
    """Click the button that begins so, as soon as it can be seen."""

    def seen() -> list[QPushButton]:
        every = view.findChildren(QPushButton)
        return [b for b in every if b.isVisible() and b.text().startswith(word)]

    qtbot.waitUntil(lambda: bool(seen()))
    QTest.mouseClick(seen()[0], Qt.MouseButton.LeftButton)


def answer(reason: str, passphrase: str) -> list[str]:
    """Fill the dialog as a person would, a wrong passphrase first; what it said to that."""
    said: list[str] = []

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, OpenDialog):
            QTimer.singleShot(20, act)
            return
        why, secret = dialog.findChildren(QLineEdit)
        secret.setText(passphrase + "?")
        dialog.attempt()
        said.append(dialog.told.text())
        why.setText(reason)
        dialog.attempt()
        said.append(dialog.told.text())
        secret.setText(passphrase)
        dialog.attempt()

    QTimer.singleShot(0, act)
    return said


def test_names_written_apart_are_opened_settled_and_shut(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages
) -> None:
    page = pages.conflicts
    bar = page.sealed
    pages.show_page("conflicts")
    settle(qtbot, context)
    assert not bar.isVisible()
    disputed(field)
    pages.reload()
    assert bar.told() == "有 1 份实名几个人分头写过，可能要定"
    assert "张珊" not in read(pages)
    said = answer("定名字", NAMES_PASSPHRASE)
    QTest.mouseClick(bar.open, Qt.MouseButton.LeftButton)
    assert said[0] == "请写明理由"
    assert "口令" in said[1]
    assert "1 处要定" in bar.told()
    assert page.count() == 1
    assert all(name in read(page.view) for name in ("张珊", "章三"))
    context.covered.emit()
    assert page.count() == 0
    assert not any(word in read(pages) for word in ("张珊", "章三", "张三"))
    bar.look(NAMES_PASSPHRASE, "再看")
    line = page.view.own_input()
    assert isinstance(line, QLineEdit)
    line.setText("张姗")
    press(qtbot, page.view, "用我写的")
    assert page.count() == 0
    assert "0 处要定" in bar.told()
    pages.show_page("home")
    assert not bar.isVisible()
    assert "张" not in read(page.view)
    assert real_name(field.ws) == "张姗"


def test_two_fields_of_one_name_are_settled_in_one_opening(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages
) -> None:
    disputed(field, phones=("0951-1", "0951-2"))
    pages.show_page("conflicts")
    settle(qtbot, context)
    page = pages.conflicts
    page.sealed.look(NAMES_PASSPHRASE, "定名字")
    assert page.count() == 2
    press(qtbot, page.view, "用王建国的")
    press(qtbot, page.view, "用李芳的")
    assert page.count() == 0
    (one,) = names.open_names(field.ws, NAMES_PASSPHRASE, "核实")
    assert (one.values["phone"], one.values["real_name"]) == ("0951-1", "章三")
