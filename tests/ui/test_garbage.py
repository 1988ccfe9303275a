"""What nobody holds any more is let go on the window's thread, however busy the worker is."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from services.core import Progress
from ui import garbage
from ui.jobs import Jobs


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[garbage.Collector]:
    monkeypatch.setattr(garbage, "EVERY_MS", 20)
    made = garbage.Collector()
    yield made
    made.stop()
    assert gc.isenabled()


def _ring(tell: Callable[[], None]) -> None:
    """A widget that only itself still holds."""
    widget = QWidget()
    widget.itself = widget  # type: ignore[attr-defined]
    weakref.finalize(widget, tell)


def _litter(_progress: Progress) -> None:
    """So many objects that Python would look for rings among them, and rings too."""
    for _ in range(20_000):
        ring: list[object] = []
        ring.append(ring)


def test_widgets_die_on_the_windows_thread_whatever_the_worker_does(
    collector: garbage.Collector, qtbot: QtBot
) -> None:
    died_on: list[threading.Thread] = []
    for _ in range(50):
        _ring(lambda: died_on.append(threading.current_thread()))
    jobs = Jobs()
    ended: list[object] = []
    for _ in range(3):
        jobs.run("忙", _litter, ended.append)
    qtbot.waitUntil(lambda: len(ended) == 3)
    qtbot.waitUntil(lambda: len(died_on) == 50)
    assert set(died_on) == {threading.main_thread()}
    jobs.finish()


def test_nothing_is_let_go_while_nothing_grew(collector: garbage.Collector) -> None:
    gc.collect()
    before = gc.get_stats()
    garbage.collect_due()
    assert gc.get_stats() == before
