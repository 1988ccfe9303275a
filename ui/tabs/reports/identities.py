"""做签名身份: a root of the office and a person's identity file, made into a chosen folder."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from services import certificates, issued, words
from services.certificates import Identity
from services.core import Progress
from services.errors import AppError, Refused
from services.files import write_atomic
from services.issued import Issued
from services.words import _
from ui.context import Context
from ui.parts.choosing import ask_folder
from ui.parts.dialogs import Dialog, SecretLine
from ui.parts.files import read_limited

_LEAST = 8
"""Characters of a passphrase."""
_FORBIDDEN = '\\/:*?"<>|'


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made."""

    folder: Path
    office: str
    root_passphrase: str
    person: str
    group: str
    passphrase: str


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    person: Path
    root: Path
    """Certificate of the root (PEM), for everybody who verifies."""
    fingerprint: str


def make(order: Order, progress: Progress) -> Made:
    """Make (or take) the root of `folder` and a person's identity, on the worker thread.

    Raises:
        Refused: the person's file exists, a name or the folder will not do.
        WrongPassphrase: the folder has a root with another passphrase.
    """
    secret = order.folder / "根证书.p12"
    public = order.folder / "根证书.pem"
    person = order.folder / f"{_file_name(order.person)}.p12"
    if person.exists():
        raise Refused("file_exists", path=str(person))
    progress.step(0, 2)
    root = _root(order, secret, public)
    progress.step(1, 2)
    made = certificates.issue(root, order.person, group=order.group)
    p12 = certificates.save_p12(made, order.passphrase)
    register = issued.register_path(secret)
    known = read_limited(register, issued.MAX_REGISTER_BYTES) if register.exists() else None
    rows = issued.enter(issued.read_register(known), Issued(made.serial, made.name, made.ends_at))
    write_atomic(register, issued.write_register(rows), overwrite=True)
    write_atomic(person, p12, private=True)
    return Made(person, public, certificates.fingerprint(root.certificate))


def _root(order: Order, secret: Path, public: Path) -> Identity:
    if secret.exists():
        content = read_limited(secret, certificates.MAX_FILE_BYTES)
        return certificates.load_p12(content, order.root_passphrase)
    root = certificates.make_root(order.office)
    write_atomic(secret, certificates.save_p12(root, order.root_passphrase), private=True)
    write_atomic(public, certificates.pem(root), overwrite=True)
    return root


def _file_name(name: str) -> str:
    return "".join(c for c in name if c not in _FORBIDDEN and c.isprintable()).strip(" .")


class CertificatesDialog(Dialog):
    """Asks for the folder and the names; a root that lies there already is used again."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the form."""
        text = _("在一个文件夹里做出根证书（没有才做）和一个人的身份文件。根证书由办公室保管。")
        super().__init__(parent, _("做签名身份"), text, _("做身份文件"))
        self._context = context
        self._folder = QLineEdit()
        self._office = QLineEdit()
        self._office.setPlaceholderText(_("活动办公室"))
        self._person = QLineEdit()
        self._group = QLineEdit()
        self._root_secret = SecretLine(_("根证书口令"))
        self._secret = SecretLine(_("身份文件口令"))
        self._again = SecretLine(_("再输一次"))
        choose = QPushButton(_("选文件夹…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self._ask_folder)
        place = QHBoxLayout()
        place.addWidget(self._folder, 1)
        place.addWidget(choose)
        form = QFormLayout()
        form.addRow(_("文件夹"), place)
        form.addRow(_("办公室名称"), self._office)
        form.addRow(_("根证书口令"), self._root_secret)
        form.addRow(_("持有人"), self._person)
        form.addRow(_("所在的组"), self._group)
        form.addRow(_("身份文件口令"), self._secret)
        form.addRow(_("再输一次"), self._again)
        self.body.addLayout(form)
        self._result = QLabel()
        self._result.setWordWrap(True)
        self.body.addWidget(self._result)
        self._result.hide()

    def fill(self, order: Order) -> None:
        """Put values into the lines, as a person would type them."""
        self._folder.setText(str(order.folder))
        self._office.setText(order.office)
        self._person.setText(order.person)
        self._group.setText(order.group)
        self._root_secret.line.setText(order.root_passphrase)
        self._secret.line.setText(order.passphrase)
        self._again.line.setText(order.passphrase)

    def order(self) -> Order:
        """What the lines say."""
        return Order(
            folder=Path(self._folder.text().strip()),
            office=self._office.text().strip() or _("活动办公室"),
            root_passphrase=self._root_secret.text(),
            person=self._person.text().strip(),
            group=self._group.text().strip(),
            passphrase=self._secret.text(),
        )

    def problem(self) -> str:
        """What is missing or does not fit, the first of it."""
        order = self.order()
        checks = (
            (not self._folder.text().strip() or not order.folder.is_dir(), _("请选一个文件夹")),
            (not _file_name(order.person), _("还缺持有人")),
            (len(order.root_passphrase) < _LEAST, _("口令至少 8 个字符")),
            (len(order.passphrase) < _LEAST, _("口令至少 8 个字符")),
            (order.passphrase != self._again.text(), _("两次输入的口令不一样")),
        )
        return next((sentence for wrong, sentence in checks if wrong), "")

    @Slot()
    def attempt(self) -> None:
        """Make them on the worker thread; the dialog stays open for the next person."""
        sentence = self.problem()
        self.tell(sentence)
        if sentence:
            return
        self.act.setEnabled(False)
        work = partial(make, self.order())
        self._context.jobs.run(_("做身份文件"), work, self._done, self._refused)

    def made(self) -> str:
        """What was made, in words; empty before."""
        return self._result.text()

    def _done(self, made: Made) -> None:
        self.act.setEnabled(True)
        told = _("✓ {person}\n根证书 {root}\n指纹 {fingerprint}\n接着可以做下一个人的。")
        self._result.setText(
            told.format(person=made.person.name, root=made.root.name, fingerprint=made.fingerprint)
        )
        self._result.show()
        for line in (self._person, self._secret.line, self._again.line):
            line.clear()
        self._person.setFocus()

    def _refused(self, failure: AppError) -> None:
        self.act.setEnabled(True)
        self.tell(words.error(failure))

    @Slot()
    def _ask_folder(self) -> None:
        folder = ask_folder(self, _("选文件夹"))
        if folder is not None:
            self._folder.setText(str(folder))
