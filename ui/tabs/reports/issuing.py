"""签发: who signs with which identity file; then number, signatures and register in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from models.kinds import Uid
from services import reports, words
from services.certificates import MAX_FILE_BYTES, load_p12
from services.core import Progress
from services.documents.frame import ExpectedSigner
from services.documents.layout import Ink
from services.errors import AppError
from services.reports import Issued, Signature, Terms, Wanted, issuing
from services.words import _
from services.workspace import Workspace
from ui import theme
from ui.context import Context
from ui.parts.choosing import ask_to_open
from ui.parts.dialogs import ChoiceRow, Dialog, SecretLine
from ui.parts.files import read_limited
from ui.parts.verdict import field_word

_COPIES_WIDTH = 64


@dataclass(frozen=True, slots=True)
class Key:
    """Whose identity file signs in which field."""

    field: str
    file: Path
    passphrase: str


def issue(
    workspace: Workspace, wanted: Wanted, keys: Sequence[Key], terms: Terms, progress: Progress
) -> Issued:
    """Load the identities and issue, on the worker thread.

    Raises:
        AppError: an identity file does not open, or what `reports.issue` refuses.
    """
    signatures = [
        Signature(key.field, load_p12(read_limited(key.file, MAX_FILE_BYTES), key.passphrase))
        for key in keys
    ]
    return reports.issue(workspace, wanted, signatures, terms, progress=progress)


class IssueDialog(Dialog):
    """One line a signer; whoever is not here leaves theirs empty and signs later elsewhere."""

    issued = Signal(object)
    """`services.reports.Issued`."""

    def __init__(
        self,
        context: Context,
        wanted: Wanted,
        signers: Sequence[ExpectedSigner],
        parent: QWidget | None = None,
    ) -> None:
        """Ask who of `signers` signs now."""
        title = _("签发 — {name}").format(name=words.document(wanted.kind))
        text = _("现在签字的人各选自己的身份文件（.p12）并输入它的口令；不在场的空着。")
        super().__init__(parent, title, text, _("签发"))
        self._context = context
        self._wanted = wanted
        self._fields = [signer.field for signer in signers]
        self._files: dict[str, Path] = {}
        self._places = [QLabel(_("未选")) for _signer in signers]
        self._secrets = [SecretLine(_("口令")) for _signer in signers]
        for secret in self._secrets:
            secret.line.setPlaceholderText(_("口令"))
        self.setMinimumWidth(theme.fitting(640, 0).width())
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        for row, signer in enumerate(signers):
            self._add_line(grid, row, signer)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(3, 1)
        self.body.addLayout(grid)
        self._number = ""
        self._supersedes: Uid | None = None
        self.copies = QLineEdit()
        self.copies.setValidator(QIntValidator(1, issuing.MOST_COPIES, self))
        self.copies.setPlaceholderText(_("不填"))
        self.copies.setMaximumWidth(theme.px(_COPIES_WIDTH))
        self.copies.setAccessibleName(_("份数"))
        self._retention = ChoiceRow(_("保管期限"), _retentions(), "")
        self._ink = ChoiceRow(_("红头"), _inks(), Ink.COLOUR)
        self.body.addLayout(self._terms_row())
        hint = QLabel(
            _(
                "签发后内容固定。签名时间是本机时间，未经权威时间源。\n"
                "受检单位签收在纸上，不在 PDF 里。"
            )
        )
        hint.setProperty("role", "hint")
        self.body.addWidget(hint)

    def _terms_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        for text, widget in (
            (_("份数"), self.copies),
            (_("保管期限"), self._retention),
            (_("红头"), self._ink),
        ):
            row.addWidget(QLabel(text))
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def set_terms(self, number: str, supersedes: Uid | None) -> None:
        """The number that was typed in, and the line it corrects."""
        self._number = number
        self._supersedes = supersedes

    def terms(self) -> Terms:
        """Number, copies, retention and ink as they are chosen."""
        return Terms(
            number=self._number,
            copies=int(self.copies.text()) if self.copies.hasAcceptableInput() else None,
            retention=self._retention.currentText() if self._retention.text() else "",
            ink=Ink(self._ink.text()),
            supersedes=self._supersedes,
        )

    def _add_line(self, grid: QGridLayout, row: int, signer: ExpectedSigner) -> None:
        name = QLabel(f"{field_word(signer.field)}  {signer.name}".strip())
        name.setTextFormat(Qt.TextFormat.PlainText)
        choose = QPushButton(_("选身份文件…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(partial(self._ask_file, row))
        self._places[row].setProperty("role", "hint")
        grid.addWidget(name, row, 0)
        grid.addWidget(choose, row, 1)
        grid.addWidget(self._places[row], row, 2)
        grid.addWidget(self._secrets[row], row, 3)

    def take(self, field: str, file: Path, passphrase: str = "") -> None:
        """Sign in `field` with this file, as if a person had chosen it."""
        row = self._fields.index(field)
        self._files[field] = file
        self._places[row].setText(file.name)
        self._places[row].setToolTip(str(file))
        if passphrase:
            self._secrets[row].line.setText(passphrase)
        self._secrets[row].setFocus()

    def keys(self) -> tuple[Key, ...]:
        """Who signs now."""
        return tuple(
            Key(field, self._files[field], secret.text())
            for field, secret in zip(self._fields, self._secrets, strict=True)
            if field in self._files
        )

    def problem(self) -> str:
        """Somebody must sign, with a passphrase."""
        keys = self.keys()
        if not keys:
            return _("至少一人选身份文件签字")
        return "" if all(key.passphrase for key in keys) else _("请输入身份文件的口令")

    @Slot()
    def attempt(self) -> None:
        """Issue on the worker thread; a refusal is told here and nothing was written."""
        sentence = self.problem()
        self.tell(sentence)
        if sentence:
            return
        self.act.setEnabled(False)
        work = partial(issue, self._context.here(), self._wanted, self.keys(), self.terms())
        self._context.jobs.run(_("签发"), work, self._done, self._refused)

    def _done(self, issued: Issued) -> None:
        self.accept()
        self.issued.emit(issued)

    def _refused(self, failure: AppError) -> None:
        self.act.setEnabled(True)
        self.tell(words.error(failure))

    def _ask_file(self, row: int, _checked: bool = False) -> None:
        kinds = _("身份文件 (*.p12 *.pfx)")
        file = ask_to_open(self, _("选身份文件"), kinds)
        if file is not None:
            self.take(self._fields[row], file)


def _retentions() -> dict[str, str]:
    return {"": _("不填"), "always": _("永久"), "30": _("30 年"), "10": _("10 年")}


def _inks() -> dict[str, str]:
    return {
        Ink.COLOUR: _("彩色"),
        Ink.PREPRINTED: _("留空（用预印红头纸）"),
        Ink.BLACK: _("黑色"),
        Ink.GREY: _("灰色"),
    }
