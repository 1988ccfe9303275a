"""The lock of a file whose opening takes long: one that an older program wrote, or a crash left."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from services import workspace as workspaces
from services.core import Progress
from services.errors import Cancelled
from ui.jobs import Jobs
from ui.unlock import UnlockDialog


def test_a_long_opening_tells_how_far_it_is_and_can_be_left(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    ended: list[str] = []

    def slow(_path: Path, _passphrase: str, progress: Progress) -> None:
        progress.step(1, 4, "upgrade")
        assert goes_on.wait(10)
        try:
            progress.step(2, 4, "upgrade")
        except Cancelled:
            ended.append("stopped")
            raise

    monkeypatch.setattr(workspaces, "open_file", slow)
    jobs = Jobs()
    dialog = UnlockDialog(Path("第三督导组.dudao"), jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    jobs.doing.emit("changes", 1, 2)
    assert dialog.how_far() == ""
    line = dialog.findChildren(QLineEdit)[0]
    line.setText("口令")
    QTest.keyClick(line, Qt.Key.Key_Return)
    told = "正在改成新版本的格式，只在第一次打开时需要 25%"
    qtbot.waitUntil(lambda: dialog.how_far() == told, timeout=10_000)
    dialog.reject()
    goes_on.set()
    qtbot.waitUntil(lambda: ended == ["stopped"], timeout=10_000)
    qtbot.waitUntil(lambda: not jobs.running, timeout=10_000)
    assert dialog.how_far() == ""
    jobs.finish()
