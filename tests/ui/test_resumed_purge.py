"""A purge that was cut short is finished as soon as the file is open again."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from models.store import Store, write_meta
from services import backup
from services import workspace as workspaces
from services.workspace import PURGE_UNFINISHED, Workspace, purge_is_unfinished
from tests.commands import FILE, SECRET, Cli
from ui.context import Context
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field


def cut_short(ws: Workspace) -> None:
    """As a purge leaves a file when the machine stops after its transaction."""
    with ws.store.local() as connection:
        write_meta(connection, PURGE_UNFINISHED, "1")


@pytest.fixture
def context(field: "Field", qtbot: QtBot) -> Iterator[Context]:
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


def test_the_window_finishes_it(context: Context, field: "Field", qtbot: QtBot) -> None:
    old = backup.backup(field.ws)
    cut_short(field.ws)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not purge_is_unfinished(field.ws), timeout=20_000)
    assert not old.exists()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=20_000)
    (told,) = window.findChildren(QMessageBox)
    assert told.text().startswith("已清除")
    told.close()


def test_the_command_line_finishes_it_first(cli: Cli) -> None:
    path = cli.folder / FILE
    with closing(Store.open(path, SECRET)) as store:
        cut_short(workspaces.attach(store))
    assert "清除实名没有做完" in cli("info", FILE).err
    with closing(Store.open(path, SECRET)) as store:
        assert not purge_is_unfinished(workspaces.attach(store))
