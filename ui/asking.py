"""A dialog that was left, or that a power cut ended, asks again with what was typed into it."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from models.kinds import Uid
from services import drafts
from services.errors import AppError
from services.words import _
from ui.context import Context
from ui.parts.dialogs import ChoiceRow, Dialog, ReasonDialog
from ui.parts.digits import DigitRow
from ui.parts.form import FormView

_DRAFT_MS = 2000
"""How long typed text may stay out of the file."""
_TICKED = "1"

Input: TypeAlias = "QLineEdit | QPlainTextEdit | QCheckBox | ChoiceRow | DigitRow | FormView"
"""A form under the name of its field."""


class Asking(QObject):
    """Beside a dialog: keeps what differs from what stood there at first, until the act is done."""

    def __init__(
        self, context: Context, place: str, dialog: Dialog, inputs: Mapping[str, Input]
    ) -> None:
        """Put back what was typed the last time, and say so.

        Args:
            context: where the open workspace is.
            place: names the dialog and what it is about; the same place finds the same texts.
            dialog: leaving it keeps the texts; once it is accepted they stay until what it was
                about is stored, and where that is refused they stand there again.
            inputs: name → what is typed into; none for names of persons or passphrases.
        """
        super().__init__(dialog)
        self._context = context
        self._uid = Uid(place)
        self._inputs = inputs
        self._first = {name: _read(widget, name) for name, widget in inputs.items()}
        self._strip = QWidget()
        self._pause = QTimer(self, singleShot=True)
        self._pause.setInterval(_DRAFT_MS)
        self._pause.timeout.connect(self.keep)
        self._put_back(dialog)
        for widget in inputs.values():
            self._listen(widget)
        dialog.finished.connect(self._end)

    def _listen(self, widget: Input) -> None:
        if isinstance(widget, FormView):
            widget.typed.connect(self._touch)
        elif isinstance(widget, DigitRow):
            widget.chosen.connect(self._touch)
        elif isinstance(widget, ChoiceRow):
            widget.currentIndexChanged.connect(self._touch)
        elif isinstance(widget, QCheckBox):
            widget.toggled.connect(self._touch)
        else:
            widget.textChanged.connect(self._touch)

    def _put_back(self, dialog: Dialog) -> None:
        kept = drafts.texts_of(self._context.here(), drafts.ASKED, self._uid)
        found = {name: text for name, text in kept.items() if name in self._inputs}
        for name, text in found.items():
            _write(self._inputs[name], name, text)
        told = QLabel(_("上次写了没存的，已放回"))
        told.setProperty("role", "hint")
        away = QPushButton(_("不要"))
        away.setProperty("kind", "link")
        away.setAutoDefault(False)
        away.clicked.connect(self.let_go)
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(told)
        row.addWidget(away)
        row.addStretch(1)
        self._strip.setVisible(bool(found))
        dialog.body.addWidget(self._strip)

    @Slot()
    def let_go(self) -> None:
        """What was put back is not wanted: what stood there at first stands there again."""
        for name, text in self._first.items():
            _write(self._inputs[name], name, text)
        self._strip.hide()
        self.keep()

    @Slot()
    def _touch(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def keep(self) -> None:
        """Keep now what is typed."""
        self._pause.stop()
        workspace = self._context.workspace
        if workspace is None or workspace.store.readonly:
            return
        try:
            for name, widget in self._inputs.items():
                text = _read(widget, name)
                if text == self._first[name]:
                    drafts.drop(workspace, drafts.ASKED, self._uid, name)
                else:
                    drafts.keep(workspace, drafts.ASKED, self._uid, name, text)
        except AppError:
            # Typed text stays in the dialog; its act tells what is wrong with the file.
            return

    @Slot(int)
    def _end(self, result: int) -> None:
        self.keep()
        if result == QDialog.DialogCode.Accepted:
            self._context.once_stored(partial(_drop, self._context, self._uid))


def _drop(context: Context, uid: Uid) -> None:
    workspace = context.workspace
    if workspace is not None and not workspace.store.readonly:
        drafts.drop_record(workspace, drafts.ASKED, uid)


def ask_reason(
    context: Context, about: Iterable[str], parent: QWidget | None, title: str, action: str
) -> str | None:
    """The reason a person gives, or None when they cancel; what was typed stays for the next time.

    `about`: uids of the records it concerns.
    """
    dialog = ReasonDialog(parent, title, action)
    Asking(context, place_of(action, about), dialog, {"reason": dialog.text})
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.reason() if accepted else None


def place_of(act: str, uids: Iterable[str]) -> str:
    """A name for the dialog of an act on some records; the same in any order of them."""
    whole = "\n".join(sorted(uids)).encode()
    return f"{act}:{hashlib.sha256(whole).hexdigest()}"


def _read(widget: Input, name: str) -> str:
    if isinstance(widget, FormView):
        return widget.typed_text(name)
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QCheckBox):
        return _TICKED if widget.isChecked() else ""
    return (widget.value() or "") if isinstance(widget, DigitRow) else widget.text()


def _write(widget: Input, name: str, text: str) -> None:
    if isinstance(widget, FormView):
        widget.put_typed(name, text)
    elif isinstance(widget, QPlainTextEdit):
        widget.setPlainText(text)
    elif isinstance(widget, QCheckBox):
        widget.setChecked(text == _TICKED)
    elif isinstance(widget, DigitRow):
        widget.show_value(text)
    elif isinstance(widget, ChoiceRow):
        widget.setCurrentIndex(widget.findData(text))
    else:
        widget.setText(text)
