"""归档移交…: asks where to and who signs, has the folder made, and says what lies there."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QPushButton, QWidget

from services import words
from services.certificates import MAX_FILE_BYTES, load_p12
from services.core import Progress
from services.errors import AppError, Cancelled
from services.words import _
from services.workspace import Workspace
from ui import errors
from ui.context import Context
from ui.parts.cards import label
from ui.parts.choosing import ask_folder, ask_to_open
from ui.parts.dialogs import Dialog, SecretLine
from ui.parts.files import read_limited

if TYPE_CHECKING:
    from services.handover import HandedOver


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    folder: Path
    with_packages: bool = True
    file: Path | None = None
    """Whose identity file signs the packages; None: they stay unsigned."""
    passphrase: str = ""


class ArchiveDialog(Dialog):
    """Where to, with packages or not, and who signs them; stays until the folder is made."""

    wanted = Signal(object)
    """`Wanted`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing is chosen yet; packages come along, unsigned."""
        text = _("建一个文件夹：正式文书、归档文件目录、数据包、根证书、校验和、验证办法。")
        super().__init__(parent, _("归档移交"), text, _("建文件夹"))
        self._folder: Path | None = None
        self._file: Path | None = None
        self._place = label(_("未选"), "hint", wrapped=True)
        self.packages = QCheckBox(_("带数据包：全部记录，加密，含实名"))
        self.packages.setChecked(True)
        self._signer = label(_("不签名"), "hint")
        self.secret = SecretLine(_("身份文件的口令"))
        self.secret.line.setPlaceholderText(_("身份文件的口令"))
        self.secret.hide()
        self._sign = QPushButton(_("选身份文件…"))
        self._build()
        self.packages.toggled.connect(self._allow_signing)

    def _build(self) -> None:
        where = QPushButton(_("选文件夹…"))
        for button, slot in ((where, self._ask_folder), (self._sign, self._ask_file)):
            button.setAutoDefault(False)
            button.clicked.connect(slot)
        form = QFormLayout()
        for name, button, told in (
            (_("存到"), where, self._place),
            (_("数据包签名"), self._sign, self._signer),
        ):
            row = QHBoxLayout()
            row.addWidget(button)
            row.addWidget(told, 1)
            form.addRow(name, row)
        form.addRow("", self.secret)
        self.body.addLayout(form)
        self.body.addWidget(self.packages)

    @Slot()
    def _ask_folder(self) -> None:
        folder = ask_folder(self, _("归档移交到哪个文件夹"))
        if folder is not None:
            self._folder = folder
            self._place.setText(str(folder))
            self.tell("")

    @Slot()
    def _ask_file(self) -> None:
        kinds = _("身份文件 (*.p12 *.pfx)")
        file = ask_to_open(self, _("选身份文件"), kinds)
        if file is not None:
            self._file = file
            self._signer.setText(file.name)
            self.secret.show()
            self.secret.line.setFocus()

    @Slot(bool)
    def _allow_signing(self, with_packages: bool) -> None:
        self._sign.setEnabled(with_packages)
        self.secret.setEnabled(with_packages)

    def problem(self) -> str:
        """What is missing."""
        if self._folder is None:
            return _("请选存到哪个文件夹")
        if self._file is not None and self.packages.isChecked() and not self.secret.text():
            return _("请输入身份文件的口令")
        return ""

    @Slot()
    def attempt(self) -> None:
        """Hand on what is wanted."""
        sentence = self.problem()
        self.tell(sentence)
        if sentence or self._folder is None:
            return
        self.act.setEnabled(False)
        with_packages = self.packages.isChecked()
        file = self._file if with_packages else None
        self.wanted.emit(Wanted(self._folder, with_packages, file, self.secret.text()))

    def refuse(self, failure: AppError) -> None:
        """Tell why nothing was made; what was typed stays."""
        self.act.setEnabled(True)
        self.tell(_("已取消") if isinstance(failure, Cancelled) else words.error(failure))


class ArchiveButton(QPushButton):
    """The button that asks, and tells what was made."""

    told = Signal(str)
    """What lies where now."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Nothing is made yet."""
        super().__init__(_("归档移交…"), parent)
        self._context = context
        self.dialog: ArchiveDialog | None = None
        self.clicked.connect(self._ask)

    @Slot()
    def _ask(self) -> None:
        self.dialog = ArchiveDialog(self)
        self.dialog.wanted.connect(self.make)
        self.dialog.finished.connect(self._forget)
        self.dialog.open()

    @Slot()
    def _forget(self) -> None:
        """Left, or done: nothing of the passphrase stays."""
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    @Slot(object)
    def make(self, wanted: Wanted) -> None:
        """Make the folder on the worker thread, also when the dialog is left meanwhile."""
        self.setEnabled(False)
        work = partial(archive, self._context.here(), wanted)
        self._context.jobs.run(_("归档移交"), work, self._done, self._failed)

    def _done(self, done: "HandedOver") -> None:
        self.setEnabled(True)
        if self.dialog is not None:
            self.dialog.accept()
        self.told.emit(done.in_words())

    def _failed(self, failure: AppError) -> None:
        self.setEnabled(True)
        if self.dialog is not None:
            self.dialog.refuse(failure)
        elif not isinstance(failure, Cancelled):
            errors.show(self, failure)


def archive(workspace: Workspace, wanted: Wanted, progress: Progress) -> "HandedOver":
    """Load who signs and make the folder, on the worker thread; raises what both do."""
    from services import handover
    from services.package import Means

    signer = None
    if wanted.file is not None:
        signer = load_p12(read_limited(wanted.file, MAX_FILE_BYTES), wanted.passphrase)
    return handover.hand_over(
        workspace,
        wanted.folder,
        means=None if signer is None else Means(signer=signer),
        with_packages=wanted.with_packages,
        progress=progress,
    )
