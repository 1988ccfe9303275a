"""A window in a process of its own, which tells when it was first painted, and ends.

    python -m tests.bench.painting bare
    python -m tests.bench.painting unlock FILE
    python -m tests.bench.painting open FILE PASSPHRASE

`bare` is a plain PySide6 window and `unlock` the program up to its first dialog: both print the
moment, by the system's monotonic clock, and the CPU time up to it. `open` goes on from there as a
person would and prints how long the first tab took, and the key derivation apart.
"""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

if TYPE_CHECKING:
    from services.workspace import Workspace

_TYPING_MS = 3_000
"""How long a person takes for a passphrase; the program loads meanwhile."""


class Watch(QObject):
    """Sees the first painting of a window."""

    painted = Signal(float)
    """The moment at which it was done."""

    def __init__(self, window: QWidget) -> None:
        """Watch a window that was not painted yet.

        Only the window itself: a filter on the application would see, and slow down, every event.
        """
        super().__init__(window)
        self._seen = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note the painting when it begins; it has ended when the timer runs."""
        if event.type() == QEvent.Type.Paint and not self._seen:
            self._seen = True
            QTimer.singleShot(0, self._tell)
        return False

    @Slot()
    def _tell(self) -> None:
        self.painted.emit(time.perf_counter())


@Slot(float)
def _tell(moment: float) -> None:
    sys.stdout.write(f"{moment} {time.process_time()}\n")
    QCoreApplication.quit()


def bare() -> None:
    """A window with nothing in it."""
    app = QApplication(sys.argv)
    window = QWidget()
    window.resize(520, 240)
    Watch(window).painted.connect(_tell)
    window.show()
    app.exec()


def unlock(path: str) -> None:
    """The program up to its first dialog."""
    from ui import app

    class Watched(app.Entrance):
        def begin(self, path: Path | None) -> None:
            super().begin(path)
            if self.dialog is not None:
                Watch(self.dialog).painted.connect(_tell)

    vars(app).update(Entrance=Watched)
    app.run([path])


def first_tab(path: str, passphrase: str) -> None:
    """The program up to its first tab."""
    from ui import app

    class Watched(app.Entrance):
        began = 0.0

        def begin(self, path: Path | None) -> None:
            super().begin(path)
            QTimer.singleShot(_TYPING_MS, self.type_passphrase)

        @Slot()
        def type_passphrase(self) -> None:
            if self.dialog is None:
                return
            for line in self.dialog.findChildren(QLineEdit):
                line.setText(passphrase)
            self.began = time.perf_counter()
            for button in self.dialog.findChildren(QPushButton):
                if button.isDefault():
                    button.click()

        @Slot(object)
        def enter(self, workspace: "Workspace") -> None:
            super().enter(workspace)
            if self.window is not None:
                Watch(self.window).painted.connect(self.tell)

        @Slot(float)
        def tell(self, moment: float) -> None:
            sys.stdout.write(f"{moment - self.began}\n")
            QCoreApplication.quit()

    vars(app).update(Entrance=Watched)
    app.run([path])
    _derive(Path(path), passphrase)


def _derive(path: Path, passphrase: str) -> None:
    from models.cipher import SALT_BYTES, derive

    with path.open("rb") as file:
        salt = file.read(SALT_BYTES)
    spent = []
    for _ in range(3):
        began = time.perf_counter()
        derive(passphrase, salt)
        spent.append(time.perf_counter() - began)
    sys.stdout.write(f"{sorted(spent)[1]}\n")


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    elif sys.argv[1] == "unlock":
        unlock(sys.argv[2])
    else:
        first_tab(sys.argv[2], sys.argv[3])
