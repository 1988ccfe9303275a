"""A window in use, in a process of its own, which prints what it measured as JSON.

    python -m tests.bench.session FILE PASSPHRASE [tabs|charts|typing …]

`tabs`: milliseconds of each switch from one tab to another, until the new one is painted. `charts`:
of each chart, from the records to the painted page. `typing`: of each key in a long talk, until its
glyph is painted. Always: the memory of the process at its greatest, in MB.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QTabBar

from services import pictures, workspace
from services.workspace import Workspace
from tests.bench import texts
from tests.bench.timing import peak_mib
from ui import theme
from ui.context import Context
from ui.tabs.interviews.sheet import TalkSheet
from ui.tabs.overview.figures import FiguresPage
from ui.window import MainWindow

_ROUNDS = 6
_KEYS = 200
_NOTE, _PARAGRAPH = 50_000, 1_500


class Measured(TypedDict):
    """What is printed; of the works only those that were asked for."""

    tabs: list[float]
    charts: dict[str, float]
    typing: list[float]
    memory_mb: float


def main() -> None:
    """Open the file, do what is asked for, print."""
    path, passphrase, *wanted = sys.argv[1:]
    theme.apply(QApplication(sys.argv), "light")
    opened = workspace.open_file(Path(path), passphrase)
    context = Context()
    context.open(opened)
    window = MainWindow(context)
    window.show()
    _rest(context)
    found: dict[str, object] = {name: _WORKS[name](window, context, opened) for name in wanted}
    found["memory_mb"] = peak_mib()
    sys.stdout.write(json.dumps(found) + "\n")
    window.close()


def _rest(context: Context) -> None:
    """Until nothing is left to do, the worker thread included."""
    QApplication.processEvents()
    while context.jobs.running:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QApplication.processEvents()


def _tabs(window: MainWindow, context: Context, _opened: Workspace) -> list[float]:
    bar = window.findChildren(QTabBar)[0]
    places = range(bar.count())
    for place in places:
        window.show_tab(place)
        _rest(context)
    spent: list[float] = []
    for _ in range(_ROUNDS):
        for place in places:
            began = time.perf_counter()
            window.show_tab(place)
            window.repaint()
            spent.append(1e3 * (time.perf_counter() - began))
            _rest(context)
    return spent


def _charts(window: MainWindow, context: Context, _opened: Workspace) -> dict[str, float]:
    window.show_tab(0)
    page = window.findChildren(FiguresPage)[0]
    spent = {}
    for _ in range(2):
        for number, kind in enumerate(pictures.KINDS):
            page.forget()
            began = time.perf_counter()
            _chosen(page, number)
            _rest(context)
            page.repaint()
            spent[kind] = 1e3 * (time.perf_counter() - began)
    return spent


def _chosen(page: FiguresPage, number: int) -> None:
    listed: QListWidget = page.list
    listed.setCurrentRow(-1 if listed.currentRow() == number else number)
    listed.setCurrentRow(number)


def _typing(_window: MainWindow, _context: Context, _opened: Workspace) -> list[float]:
    sheet = TalkSheet()
    sheet.resize(800, 600)
    chance = random.Random(5)  # noqa: S311 - nothing secret
    count = _NOTE // _PARAGRAPH
    sheet.show_text("\n".join(texts.text(chance, _PARAGRAPH) for _ in range(count)))
    sheet.show()
    QApplication.processEvents()
    spent: list[float] = []
    for _ in range(_KEYS):
        cursor = sheet.textCursor()
        if not spent or len(spent) % 20 == 0:
            cursor.setPosition(chance.randrange(_NOTE // 2))
            sheet.setTextCursor(cursor)
            sheet.ensureCursorVisible()
            QApplication.processEvents()
        began = time.perf_counter()
        QTest.keyClick(sheet, Qt.Key.Key_A)
        sheet.repaint()
        QApplication.processEvents()
        spent.append(1e3 * (time.perf_counter() - began))
    sheet.close()
    return spent


_WORKS: dict[str, Callable[[MainWindow, Context, Workspace], object]] = {
    "tabs": _tabs,
    "charts": _charts,
    "typing": _typing,
}


if __name__ == "__main__":
    main()
