"""The first page: make a group's file, open one, practise, verify a document."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services import words
from services.core import Progress
from services.errors import AppError
from services.words import _
from ui import settings, theme
from ui.jobs import Jobs
from ui.parts.choosing import ask_folder, ask_to_open

if TYPE_CHECKING:
    from services.workspace import NewGroup, Workspace
    from ui.founding import FoundingDialog
    from ui.joining import JoinDialog

_SIZE = (640, 480)
_SUFFIX = ".dudao"


class Welcome(QDialog):
    """What one can begin with; each card has one button and one letter."""

    file_chosen = Signal(object)
    """Path of a workspace to unlock."""
    made = Signal(object)
    """A new, open `services.workspace.Workspace`."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        """Build the page; long work goes to `jobs`."""
        super().__init__(parent)
        self._jobs = jobs
        self.setWindowTitle(_("督导通"))
        self.resize(theme.fitting(*_SIZE))
        title = QLabel(_("离线督导工作台。资料只在本机，凭U盘交换。"))
        title.setProperty("role", "title")
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(24, 24, 24, 16))
        layout.setSpacing(theme.px(8))
        layout.addWidget(title)
        layout.addSpacing(4)
        for card in self._cards():
            layout.addWidget(card)
        layout.addWidget(self._told)
        layout.addStretch(1)
        self._recent(layout)

    def _cards(self) -> list[QFrame]:
        return [
            _card(
                _("加入一个组"),
                _("联络员给了我一个 .dudaopack 文件（多数人选这个）"),
                _("加入…"),
                "J",
                self.choose_package,
            ),
            _card(
                _("新建一个组"),
                _("我是联络员或办公室，要开始一次活动"),
                _("新建…"),
                "N",
                self.make_new,
            ),
            _card(_("打开"), _("已经有一个 .dudao 文件"), _("打开…"), "O", self.choose_file),
            _card(
                _("练习"),
                _("用样例数据随便试，不会并入正式数据"),
                _("练习…"),
                "P",
                self.practise,
            ),
            _card(
                _("验证一份文件"),
                _("核对报告 PDF 的真伪，不需要口令"),
                _("验证…"),
                "V",
                self.verify,
            ),
        ]

    def _recent(self, layout: QVBoxLayout) -> None:
        for path in settings.recent_files()[:3]:
            button = QPushButton(_("最近：{file}").format(file=path.name))
            button.setProperty("kind", "link")
            button.setToolTip(str(path))
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._choose, path))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def make_new(self) -> None:
        """Ask what the new group is and make its file."""
        from ui.founding import FoundingDialog

        dialog = FoundingDialog(self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.found(dialog)

    def found(self, dialog: "FoundingDialog") -> None:
        """Make the file that the filled dialog asks for, and open it."""
        work = partial(_create, dialog.path(), *dialog.passphrases(), dialog.group())
        self._begin(_("正在新建…"))
        self._jobs.run(_("新建"), work, self._made, self._refused)

    @Slot()
    def choose_package(self) -> None:
        """Ask for the liaison's package."""
        kinds = _("数据包 (*.dudaopack)")
        file = ask_to_open(self, _("加入一个组"), kinds)
        if file is not None:
            self.join(file).open()

    def join(self, package: Path) -> "JoinDialog":
        """The dialog that makes one's file from a package."""
        from ui.joining import JoinDialog

        dialog = JoinDialog(self._jobs, package, self)
        dialog.joined.connect(self._made)
        return dialog

    @Slot()
    def choose_file(self) -> None:
        """Ask for a workspace to open."""
        kinds = _("督导通工作文件 (*.dudao)")
        file = ask_to_open(self, _("打开"), kinds)
        if file is not None:
            self._choose(file)

    @Slot()
    def practise(self) -> None:
        """Ask for a folder and make the practice data in it."""
        folder = ask_folder(self, _("练习数据放在哪个文件夹"))
        if folder is not None:
            self.make_practice(folder)

    def make_practice(self, folder: Path) -> None:
        """Make practice data in a folder of its own inside `folder`, and open it."""
        target = folder
        if folder.is_dir() and any(folder.iterdir()):
            target = folder / _("督导通练习")
        self._begin(_("正在准备练习数据，约需半分钟…"))
        self._jobs.run(_("练习"), partial(_practise, target), self._practised, self._refused)

    @Slot()
    def verify(self) -> None:
        """Open the page that verifies documents."""
        from ui.parts.verdict import VerifyView

        dialog = QDialog(self)
        dialog.setWindowTitle(_("验证"))
        dialog.resize(theme.fitting(720, 480))
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(VerifyView(self._jobs))
        dialog.exec()

    def _choose(self, path: Path, _checked: bool = False) -> None:
        self.file_chosen.emit(path)

    def _begin(self, sentence: str) -> None:
        self._tell(sentence, "hint")
        self._enable(False)

    def _made(self, workspace: "Workspace") -> None:
        self.made.emit(workspace)

    def _practised(self, practice: "Practice") -> None:
        told = _(
            "练习数据在\n{folder}\n文件口令 {file}\n实名口令 {names}\n身份文件的口令 {identities}"
        )
        box = QMessageBox(QMessageBox.Icon.Information, _("练习"), "", parent=self)
        box.setText(
            told.format(
                folder=practice.workspace.store.path.parent,
                file=practice.passphrase,
                names=practice.names_passphrase,
                identities=practice.p12_passphrase,
            )
        )
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.addButton(_("开始练习"), QMessageBox.ButtonRole.AcceptRole)
        box.exec()
        self._made(practice.workspace)

    def _refused(self, failure: AppError) -> None:
        self._enable(True)
        self._tell(words.error(failure), "error")

    def _tell(self, sentence: str, role: str) -> None:
        self._told.setProperty("role", role)
        self._told.style().polish(self._told)
        self._told.setText(sentence)
        self._told.show()

    def _enable(self, enabled: bool) -> None:
        for button in self.findChildren(QPushButton):
            button.setEnabled(enabled)


def _card(head: str, text: str, action: str, key: str, slot: Callable[[], None]) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    name = QLabel(head)
    name.setProperty("role", "head")
    hint = QLabel(text)
    hint.setProperty("role", "hint")
    button = QPushButton(f"{action} {key}")
    button.setShortcut(key)
    button.setAccessibleName(head)
    button.setMinimumWidth(theme.px(96))
    button.clicked.connect(slot)
    grid = QGridLayout(card)
    grid.setContentsMargins(*theme.around(16, 10, 16, 10))
    grid.setVerticalSpacing(theme.px(2))
    grid.addWidget(name, 0, 0)
    grid.addWidget(hint, 1, 0)
    grid.addWidget(button, 0, 1, 2, 1)
    grid.setColumnStretch(0, 1)
    return card


def _create(
    path: Path, passphrase: str, names_passphrase: str, new: "NewGroup", _progress: Progress
) -> "Workspace":
    from services import workspace

    return workspace.create(path, passphrase, names_passphrase, new)


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice workspace, open, and what opens things in it."""

    workspace: "Workspace"
    passphrase: str
    names_passphrase: str
    p12_passphrase: str


def _practise(folder: Path, progress: Progress) -> Practice:
    from services import demo, workspace

    made = demo.make(folder, progress)
    return Practice(
        workspace.open_file(made.groups[0].file, demo.PASSPHRASE),
        demo.PASSPHRASE,
        demo.NAMES_PASSPHRASE,
        demo.P12_PASSPHRASE,
    )
