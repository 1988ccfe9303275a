"""Unlocking a workspace: the passphrase, typed while the services load on a thread."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services import words
from services.errors import AppError, WrongPassphrase
from services.words import _
from ui import theme
from ui.jobs import Jobs

if TYPE_CHECKING:
    from services.core import Progress
    from services.workspace import Workspace

_WAIT_MS = 1000
"""How much longer one waits after each wrong passphrase."""


def load_services(_progress: "Progress") -> None:
    """Import what the window needs; for the worker thread, while the passphrase is typed."""
    import ui.window  # noqa: F401 - imported for the sake of importing

    words.kind("unit")  # reads the labels, which takes as long as a tab


def open_workspace(path: Path, passphrase: str, progress: "Progress") -> "Workspace":
    """Open on the worker thread; raises what `services.workspace.open_file` does."""
    from services import workspace

    return workspace.open_file(path, passphrase, progress)


class CapsWatch(QObject):
    """Tells whether Caps Lock seems to be on, from the letters that are typed."""

    told = Signal(bool)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look at each typed letter and let it pass."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            letter = event.text()
            if letter.isascii() and letter.isalpha():
                from PySide6.QtCore import Qt

                shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.told.emit(letter.isupper() != shift)
        return False


class UnlockDialog(QDialog):
    """Asks for the passphrase of one file and opens it; Enter unlocks."""

    unlocked = Signal(object)
    """The open `services.workspace.Workspace`."""
    other_wanted = Signal()
    """The person wants another file."""

    def __init__(self, path: Path, jobs: Jobs, parent: QWidget | None = None) -> None:
        """Ask for the passphrase of the workspace at `path`."""
        super().__init__(parent)
        self._path = path
        self._jobs = jobs
        self._tries = 0
        self._loading = False
        self._gone = False
        self._opening = False
        self._jobs.doing.connect(self._tell_how_far)
        self.setWindowTitle(_("开锁 — {file}").format(file=path.name))
        self.setMinimumWidth(theme.fitting(520, 0).width())
        self._build()

    def _build(self) -> None:
        title = QLabel(self._path.stem)
        title.setProperty("role", "title")
        place = QLabel(str(self._path.parent))
        place.setProperty("role", "hint")
        self._passphrase = QLineEdit()
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.setAccessibleName(_("口令"))
        self._caps_watch = CapsWatch(self)
        self._caps_watch.told.connect(self._tell_caps)
        self._passphrase.installEventFilter(self._caps_watch)
        shown = QCheckBox(_("显示"))
        shown.toggled.connect(self._show_passphrase)
        row = QHBoxLayout()
        label = QLabel(_("口令"))
        label.setBuddy(self._passphrase)
        row.addWidget(label)
        row.addWidget(self._passphrase, 1)
        row.addWidget(shown)
        self._caps = QLabel(_("大写锁定已打开"))
        self._caps.setProperty("role", "hint")
        self._caps.hide()
        self._told = QLabel()
        self._told.setProperty("role", "error")
        self._told.setWordWrap(True)
        self._told.hide()
        self._far = QLabel()
        self._far.setProperty("role", "hint")
        self._far.setWordWrap(True)
        self._far.hide()
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(24, 24, 24, 16))
        layout.setSpacing(theme.px(8))
        layout.addWidget(title)
        layout.addWidget(place)
        layout.addSpacing(12)
        layout.addLayout(row)
        layout.addWidget(self._caps)
        layout.addWidget(self._told)
        layout.addWidget(self._far)
        layout.addStretch(1)
        layout.addWidget(line)
        layout.addLayout(self._buttons())
        self._passphrase.setFocus()

    def _buttons(self) -> QHBoxLayout:
        other = QPushButton(_("换一个文件…"))
        other.setProperty("kind", "link")
        other.setAutoDefault(False)
        other.clicked.connect(self._leave)
        leave = QPushButton(_("退出"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self._unlock = QPushButton(_("开锁"))
        self._unlock.setProperty("kind", "primary")
        self._unlock.setDefault(True)
        self._unlock.clicked.connect(self._try)
        buttons = QHBoxLayout()
        buttons.addWidget(other)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self._unlock)
        return buttons

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once the dialog is painted, let the window load: before, the two would share one lock."""
        super().paintEvent(event)
        if not self._loading:
            self._loading = True
            QTimer.singleShot(0, self._load)

    def told(self) -> str:
        """What the dialog says of the last try; empty at first."""
        return self._told.text()

    def how_far(self) -> str:
        """What takes long and how far it is; empty while nothing does."""
        return self._far.text()

    def is_ready(self) -> bool:
        """Whether a passphrase can be tried now."""
        return self._unlock.isEnabled()

    def hold(self, sentence: str) -> None:
        """Let nobody unlock while something is done to the file, and say what."""
        self._freeze(True)
        self._tell(sentence)

    def release(self, sentence: str) -> None:
        """It is done; say what came of it."""
        self._freeze(False)
        self._tell(sentence)
        self._passphrase.setFocus()

    @Slot()
    def _load(self) -> None:
        self._jobs.run(_("准备"), load_services, _nothing)

    @Slot()
    def _leave(self) -> None:
        self.other_wanted.emit()
        self.reject()

    @Slot(bool)
    def _show_passphrase(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self._passphrase.setEchoMode(mode)

    @Slot(bool)
    def _tell_caps(self, on: bool) -> None:
        self._caps.setVisible(on)

    @Slot()
    def _try(self) -> None:
        if not self._passphrase.text():
            self._tell(_("请输入口令"))
            return
        self._freeze(True)
        self._opening = True
        self._told.hide()
        work = partial(open_workspace, self._path, self._passphrase.text())
        self._jobs.run(_("开锁"), work, self._opened, self._refused)

    @Slot(str, int, int)
    def _tell_how_far(self, what: str, done: int, total: int) -> None:
        """Opening takes long only where the file was not closed, or is an older program's."""
        if self._opening:
            share = f" {100 * done // total}%" if total else " …"
            self._far.setText(words.doing(what) + share)
            self._far.show()

    def _opened(self, workspace: "Workspace") -> None:
        self._opening = False
        if self._gone:
            workspace.close()
            return
        self.unlocked.emit(workspace)
        self.accept()

    def reject(self) -> None:
        """Leave; a file that is still being opened stays as it was, or is closed when it comes."""
        self._gone = True
        if self._opening:
            self._jobs.cancel()
        super().reject()

    def _refused(self, failure: AppError) -> None:
        self._opening = False
        self._far.setText("")
        self._far.hide()
        if not isinstance(failure, WrongPassphrase):
            self._freeze(False)
            self._tell(words.error(failure))
            return
        self._tries += 1
        self._tell(_("口令不对，还可再试"))
        self._passphrase.selectAll()
        QTimer.singleShot(_WAIT_MS * self._tries, self._again)

    @Slot()
    def _again(self) -> None:
        self._freeze(False)
        self._passphrase.setFocus()

    def _freeze(self, frozen: bool) -> None:
        self._unlock.setEnabled(not frozen)
        self._passphrase.setEnabled(not frozen)

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.show()


def _nothing(_result: None) -> None:
    """Loading has no result; what fails is told when it is needed."""
