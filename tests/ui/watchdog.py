"""Measures how long the window's thread is kept busy by one event, in its own processor time.

Wall time would blame the window for a busy machine. The thread's processor time counts only what
the window itself did between two turns of the event loop; waiting for the disk or for a lock is
caught as well, by a thread beside it that asks for an answer and notes where no answer comes.
"""

import faulthandler
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from tempfile import TemporaryFile

from PySide6.QtCore import QAbstractEventDispatcher, QObject

HANG_S = 5.0
"""No answer for so long is a hang however busy the machine is."""


def strain(samples: int = 400) -> float:
    """How much slower a piece of work is at this moment than when it was undisturbed; 1.0 or more.

    Neighbours on the same core and in the same cache cost processor time, too.
    """
    took = []
    for _ in range(samples):
        begun = time.thread_time_ns()
        sum(range(20_000))
        took.append(time.thread_time_ns() - begun)
    return max(1.0, median(took) / min(took))


@dataclass(slots=True)
class Blocks:
    """What was measured."""

    longest_ms: float = 0.0
    where: str = ""
    """What the test was doing during the longest one."""
    doing: str = ""
    """What the test is doing now; it says so itself."""
    all_ms: list[tuple[float, str]] = field(default_factory=list)

    def over(self, limit_ms: float) -> list[str]:
        """What took longer, the longest first, for people to read."""
        long = sorted((one for one in self.all_ms if one[0] > limit_ms), reverse=True)
        return [f"{took:.0f} ms while {what}" for took, what in long]


class Watchdog(QObject):
    """Watches the event loop of the thread that makes it."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        super().__init__()
        self.blocks = Blocks()
        self._since = time.thread_time()
        self._answered_at = time.monotonic()
        self._ended = threading.Event()
        self._stacks = ""

    def doing(self, what: str) -> None:
        """Say what comes next; what came before is closed."""
        self._turn()
        self.blocks.doing = what

    def begin(self) -> None:
        """Watch from now on."""
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is None:
            raise RuntimeError
        dispatcher.awake.connect(self._begin_turn)
        dispatcher.aboutToBlock.connect(self._turn)
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Watch no more."""
        self._turn()
        self._ended.set()
        self._thread.join()
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.awake.disconnect(self._begin_turn)
            dispatcher.aboutToBlock.disconnect(self._turn)

    def _begin_turn(self) -> None:
        self._turn()

    def _turn(self) -> None:
        now = time.thread_time()
        took_ms = (now - self._since) * 1000
        self._since = now
        self._answered_at = time.monotonic()
        blocks = self.blocks
        blocks.all_ms.append((took_ms, blocks.doing))
        if took_ms > blocks.longest_ms:
            blocks.longest_ms, blocks.where = took_ms, blocks.doing

    def _look(self) -> None:
        """Beside the window's thread: write down where it stands when it gives no answer."""
        while not self._ended.wait(HANG_S / 5):
            if time.monotonic() - self._answered_at > HANG_S and not self._stacks:
                with TemporaryFile("w+") as file:
                    faulthandler.dump_traceback(file)
                    file.seek(0)
                    self._stacks = file.read()

    @property
    def stacks(self) -> str:
        """Where every thread stood when no answer came; empty when there always was one."""
        return self._stacks


@contextmanager
def watched() -> Iterator[Watchdog]:
    """Watch the event loop within."""
    dog = Watchdog()
    dog.begin()
    try:
        yield dog
    finally:
        dog.end()
