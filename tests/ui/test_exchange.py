"""数据交换: sticks in and out, sending, deciding, backups."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from models.kinds import ReplicaId
from services import backup, records
from services.package import Preset
from services.sticks import at
from tests.laptops import Laptop, tips
from ui.context import Context
from ui.tabs.exchange import ExchangeTab
from ui.tabs.exchange.pages import ExchangePages
from ui.tabs.exchange.send_dialog import SendDialog

if TYPE_CHECKING:
    from tests.groups import Field

LONG_MS = 60_000


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The open workspace as tabs see it."""
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


@pytest.fixture
def pages(qtbot: QtBot, context: Context) -> Iterator[ExchangePages]:
    """The tab's pages, shown."""
    tab = ExchangeTab(context)
    qtbot.addWidget(tab)
    tab.resize(1162, 600)
    tab.show()
    pages = tab.pages()
    settle(qtbot, context)
    yield pages
    settle(qtbot, context)
    tab.close()


def settle(qtbot: QtBot, context: Context) -> None:
    """Wait until nothing works any more."""
    qtbot.waitUntil(lambda: not context.jobs.running, timeout=LONG_MS)


def folder(tmp_path: Path, name: str) -> Path:
    """An ordinary folder that stands for a stick."""
    made = tmp_path / "盘" / name
    made.mkdir(parents=True)
    return made


def test_without_a_stick_the_page_says_what_to_do(pages: ExchangePages) -> None:
    assert "插上" in pages.home.taking.texts()[0]
    assert not pages.home.taking.take.isEnabled()
    assert len(pages.code.text()) == 9


def test_a_package_sent_to_a_stick_is_told_with_its_name_and_is_not_offered_back(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    records.add(field.ws, "problem", [field.problem()])
    stick = folder(tmp_path, "王建国")
    pages.watcher.add([stick])
    settle(qtbot, context)
    dialog = SendDialog(context, Preset.GROUP, [at(stick)], pages)
    dialog.sent.connect(pages.tell_sent)
    qtbot.addWidget(dialog)
    settle(qtbot, context)
    assert dialog.target() == stick
    with qtbot.waitSignal(dialog.sent, timeout=LONG_MS):
        dialog.attempt()
    settle(qtbot, context)
    (made,) = stick.glob("*.dudaopack")
    assert made.name in pages.home.told()
    assert "可安全拔出" in pages.home.told()
    assert pages.home.taking.texts() == ["王建国", "只有本机送出的包"]


def test_suspected_names_must_be_looked_at_before_anything_leaves(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    records.add(field.ws, "problem", [field.problem(facts="据刘芳同志反映，集中学习六次。")])
    dialog = SendDialog(context, Preset.OFFICE, [at(folder(tmp_path, "盘"))], pages)
    qtbot.addWidget(dialog)
    dialog.show()
    settle(qtbot, context)
    assert any("刘芳" in text for text in dialog.checks())
    assert not dialog.act.isEnabled()
    dialog.looked.click()
    assert dialog.act.isEnabled()


def test_a_stick_that_is_pulled_out_is_told_and_nothing_is_lost(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    stick = folder(tmp_path, "盘")
    dialog = SendDialog(context, Preset.GROUP, [at(stick)], pages)
    qtbot.addWidget(dialog)
    dialog.show()
    settle(qtbot, context)
    stick.rmdir()
    dialog.attempt()
    qtbot.waitUntil(lambda: dialog.told.text() != "", timeout=LONG_MS)
    assert dialog.isVisible()
    assert dialog.act.isEnabled()


def test_what_waits_is_decided_by_a_digit_and_the_list_is_empty_then(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    seen = tips(field.ws, "problem", uid)
    for letter, person, title in (("b", field.handler, "甲"), ("c", field.recorder, "乙")):
        laptop = Laptop(field.ws, ReplicaId(letter * 32), person)
        laptop.set("problem", uid, {"title": title}, seen)
    pages.show_page("conflicts")
    pages.reload()
    assert [b.text() for b in pages.findChildren(QPushButton) if "待裁定" in b.text()] == [
        "待裁定 1"
    ]
    assert pages.conflicts.list.texts()[0][1] == "王建国 ⇄ 李芳"
    pages.activateWindow()
    pages.conflicts.list.setFocus()
    take = next(b for b in pages.conflicts.view.findChildren(QPushButton) if "李芳" in b.text())
    QTest.mouseClick(take, Qt.MouseButton.LeftButton)
    assert records.get(field.ws, "problem", uid).values["title"] == "乙"
    assert pages.conflicts.count() == 0
    assert "已裁定 1" in pages.conflicts.told()


def test_a_backup_is_made_and_listed(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages
) -> None:
    pages.show_page("backups")
    with qtbot.waitSignal(pages.backups.done, timeout=LONG_MS):
        QTest.mouseClick(pages.backups.now, Qt.MouseButton.LeftButton)
    (made,) = backup.backups(field.ws)
    assert pages.backups.grid.texts()[0][3] == made.path.name
    assert made.path.name in pages.backups.told()
