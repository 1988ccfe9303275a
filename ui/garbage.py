"""Rings of objects nobody holds any more are let go on the window's thread only.

Python looks for them on whichever thread happens to allocate. On the worker's it would destroy
widgets and timers that belong to the window's thread, in the midst of painting on the window's own:
both end the program now and then, hours later, where nothing is wrong.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1_000


class Collector(QObject):
    """Lets garbage go between two events instead of anywhere; never more than one at a time."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Take the work over from Python until `stop`."""
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()

    def stop(self) -> None:
        """Give the work back to Python; nothing of the window is left then."""
        self._timer.stop()
        gc.collect()
        gc.enable()


def collect_due() -> None:
    """Look through the generations that have grown past Python's own thresholds."""
    due = [n for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
           if count > most]  # fmt: skip
    if due:
        gc.collect(due[-1])
