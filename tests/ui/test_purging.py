"""清除实名… from the menu, as a person does it: what is told, what is refused, what is gone."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from services import names, purging, records
from services.errors import Refused
from tests.groups import NAMES_PASSPHRASE
from tests.packs import packed, work
from ui.context import Context
from ui.purging import PurgeDialog
from ui.window import MainWindow

if TYPE_CHECKING:
    from models.kinds import Uid
    from tests.groups import Field

LONG_MS = 60_000


@pytest.fixture
def made(field: "Field", tmp_path: Path) -> "dict[str, Uid]":
    """Some of everything, packed once."""
    found = work(field, tmp_path)
    packed(field.ws, tmp_path)
    return found


@pytest.fixture
def window(qtbot: QtBot, field: "Field", made: "dict[str, Uid]") -> Iterator[MainWindow]:
    """The window with the file open."""
    context = Context()
    context.open(field.ws)
    shown = MainWindow(context)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()
    context.jobs.finish()


def dialog_of(qtbot: QtBot, window: MainWindow) -> PurgeDialog:
    """What the menu's act opens."""
    (act,) = (one for one in window.findChildren(QAction) if one.text() == "清除实名…")
    act.trigger()
    qtbot.waitUntil(lambda: window.purging.dialog is not None, timeout=LONG_MS)
    dialog = window.purging.dialog
    assert dialog is not None
    return dialog


def press(dialog: PurgeDialog, text: str) -> None:
    """The dialog's button of these words."""
    next(one for one in dialog.findChildren(QPushButton) if one.text() == text).click()


def test_everything_is_asked_and_told_and_the_names_are_gone(
    qtbot: QtBot, field: "Field", window: MainWindow, made: "dict[str, Uid]"
) -> None:
    dialog = dialog_of(qtbot, window)
    text = purging_text(dialog)
    for part in (
        "实名 1 条，谈话原文 2 条",
        "活动办还有",
        "这些数据包里还有，要另行销毁（共 1 个）",
    ):
        assert part in text
    press(dialog, "清除，不可恢复")
    assert dialog.told.text().startswith("还缺 理由")
    given = {"reason": "活动结束", "first": "王𬭎", "second": "王𬭎", "secret": "不是它"}
    dialog.fill(given)
    press(dialog, "清除，不可恢复")
    assert "不能是同一个人" in dialog.told.text()
    dialog.fill({"second": "李䶮"})
    for what in ("不对", "活动办"):
        press(dialog, "清除，不可恢复")
        qtbot.waitUntil(dialog.act.isEnabled, timeout=LONG_MS)
        assert what in dialog.told.text()
        assert purging.survey(field.ws).changes > 0
        dialog.fill({"secret": NAMES_PASSPHRASE})
    assert dialog.values()["reason"] == "活动结束"
    dialog.give_up.setChecked(True)
    press(dialog, "清除，不可恢复")
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=LONG_MS)
    assert window.purging.dialog is None
    (box,) = window.findChildren(QMessageBox)
    assert box.text().startswith("已清除，不可恢复")
    box.close()
    assert purging.survey(field.ws).changes == 0
    assert not records.get(field.ws, "interview", made["talk"]).values.get("text")
    with pytest.raises(Refused):
        names.open_names(field.ws, NAMES_PASSPHRASE, "核实")
    again = dialog_of(qtbot, window)
    assert "没有可清除的" in purging_text(again)
    assert not again.act.isEnabled()
    again.reject()


def test_leaving_it_purges_nothing_and_keeps_nothing_typed(
    qtbot: QtBot, field: "Field", window: MainWindow
) -> None:
    dialog = dialog_of(qtbot, window)
    dialog.fill({"reason": "活动结束", "first": "王𬭎", "second": "李䶮", "secret": "写到一半"})
    press(dialog, "取消")
    assert window.purging.dialog is None
    assert purging.survey(field.ws).changes > 0
    again = dialog_of(qtbot, window)
    assert set(again.values().values()) == {""}
    again.reject()


def purging_text(dialog: PurgeDialog) -> str:
    """All labels of the dialog."""
    return "\n".join(one.text() for one in dialog.findChildren(QLabel))
