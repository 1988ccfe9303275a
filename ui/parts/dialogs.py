"""Small dialogs: a reason, a yes or no, a passphrase, a few values. One at a time, Enter acts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services.words import _
from ui import theme

_WIDTH = 480


class Dialog(QDialog):
    """A dialog with a text, a body, and two buttons: 取消 and the act by its own name."""

    def __init__(self, parent: QWidget | None, title: str, text: str, action: str) -> None:
        """Build it with an empty body.

        Args:
            parent: the window it belongs to.
            title: of the dialog's window.
            text: what it is about; may be empty.
            action: the word on the button that does it.
        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme.fitting(_WIDTH, 0).width())
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(8))
        self.told = QLabel()
        self.told.setProperty("role", "error")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(24, 16, 24, 16))
        layout.setSpacing(theme.px(12))
        if text:
            label = QLabel(text)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(label)
        layout.addLayout(self.body)
        layout.addWidget(self.told)
        layout.addStretch(1)
        self.buttons = self._buttons(action)
        layout.addLayout(self.buttons)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its lines need."""
        super().showEvent(event)
        self._grow()

    def event(self, event: QEvent) -> bool:
        """As high as the lines need that came since."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._grow()
        return is_done

    def _grow(self) -> None:
        """Make room for lines that break: Qt gives two thirds of the screen at most."""
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            wanted = QSize(self.width(), layout.totalHeightForWidth(self.width()))
            self.resize(self.size().expandedTo(theme.on_screen(wanted)))

    def _buttons(self, action: str) -> QHBoxLayout:
        leave = QPushButton(_("取消"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self.act = QPushButton(action)
        self.act.setProperty("kind", "primary")
        self.act.setDefault(True)
        self.act.setToolTip("Ctrl+Enter")
        self.act.clicked.connect(self.attempt)
        # In a text of several lines Enter begins another one.
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.act.click)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.act)
        return row

    def problem(self) -> str:
        """Why the act cannot be done yet; empty when it can."""
        return ""

    def tell(self, sentence: str) -> None:
        """Show a sentence above the buttons; the dialog stays open."""
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))

    @Slot()
    def attempt(self) -> None:
        """Accept unless something is missing."""
        sentence = self.problem()
        self.tell(sentence)
        if not sentence:
            self.accept()


class ReasonDialog(Dialog):
    """Asks why; an empty reason is none."""

    def __init__(self, parent: QWidget | None, title: str, action: str) -> None:
        """Ask for the reason of `action`."""
        super().__init__(parent, title, _("理由（必填，记入历史）"), action)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(_("理由"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(theme.px(96))
        self.body.addWidget(self.text)
        self.text.setFocus()

    def reason(self) -> str:
        """What was written."""
        return self.text.toPlainText().strip()

    def problem(self) -> str:
        """A reason is needed."""
        return "" if self.reason() else _("请写明理由")


def confirm(parent: QWidget | None, text: str, action: str) -> bool:
    """Whether the person wants `action`, which the button names."""
    dialog = Dialog(parent, _("督导通"), text, action)
    return dialog.exec() == QDialog.DialogCode.Accepted


class SecretLine(QWidget):
    """A line for a passphrase that can be shown."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Build an empty line called `name` for screen readers."""
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(name)
        shown = QCheckBox(_("显示"))
        shown.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        shown.toggled.connect(self._show)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line, 1)
        layout.addWidget(shown)
        self.setFocusProxy(self.line)

    def text(self) -> str:
        """What was typed."""
        return self.line.text()

    @Slot(bool)
    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)


class LineDialog(Dialog):
    """Asks for one line of words."""

    def __init__(self, parent: QWidget | None, title: str, text: str, action: str) -> None:
        """Ask for what `text` says."""
        super().__init__(parent, title, text, action)
        self.line = QLineEdit()
        self.line.setAccessibleName(text)
        self.body.addWidget(self.line)
        self.line.setFocus()

    def problem(self) -> str:
        """Something has to be written."""
        return "" if self.line.text().strip() else _("请先填写")


def ask_line(parent: QWidget | None, title: str, text: str, action: str) -> str | None:
    """The words a person gives, or None when they cancel."""
    dialog = LineDialog(parent, title, text, action)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return dialog.line.text().strip() if accepted else None


class PassphraseDialog(Dialog):
    """Asks for a passphrase, and for a reason where the opening is logged."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        action: str,
        *,
        text: str = "",
        with_reason: bool = False,
    ) -> None:
        """Ask before `action`.

        Args:
            parent: the window it belongs to.
            title: of the dialog's window.
            action: the word on the button.
            text: what opening means (who sees it, what is logged).
            with_reason: also ask why; then a reason is required.
        """
        super().__init__(parent, title, text, action)
        form = QFormLayout()
        self._reason = QLineEdit() if with_reason else None
        if self._reason is not None:
            self._reason.setAccessibleName(_("理由"))
            form.addRow(_("理由（必填）"), self._reason)
        self._secret = SecretLine(_("口令"))
        form.addRow(_("口令"), self._secret)
        self.body.addLayout(form)
        (self._reason or self._secret).setFocus()

    def passphrase(self) -> str:
        """What was typed."""
        return self._secret.text()

    def reason(self) -> str:
        """Why; empty when it was not asked."""
        return self._reason.text().strip() if self._reason is not None else ""

    def problem(self) -> str:
        """The reason where it is asked, and a passphrase."""
        if self._reason is not None and not self.reason():
            return _("请写明理由")
        return "" if self.passphrase() else _("请输入口令")


class ChoiceRow(QComboBox):
    """A choice by word that gives back an id."""

    def __init__(self, name: str, choices: Mapping[str, str], chosen: str) -> None:
        """Offer `choices` (id → word); `chosen` is taken at first."""
        super().__init__()
        self.setAccessibleName(name)
        self.offer(choices, chosen)

    def offer(self, choices: Mapping[str, str], chosen: str) -> None:
        """Offer other choices; tells a change only when another one is chosen now."""
        before = self.text()
        self.blockSignals(True)
        self.clear()
        for choice, word in choices.items():
            self.addItem(word, choice)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.blockSignals(False)
        if self.text() != before:
            self.currentIndexChanged.emit(self.currentIndex())

    def text(self) -> str:
        """The id that is chosen."""
        return str(self.currentData() or "")


class LongText(QPlainTextEdit):
    """Several lines of text; Tab leaves it."""

    def __init__(self, name: str, text: str) -> None:
        """Build it called `name`, holding `text`."""
        super().__init__(text)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(theme.px(84))

    def text(self) -> str:
        """What was written."""
        return self.toPlainText()


Widget: TypeAlias = "QLineEdit | SecretLine | LongText | ChoiceRow"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a value form."""

    name: str
    label: str
    choices: Mapping[str, str] | None = None
    """Id → word: a choice instead of a text."""
    secret: bool = False
    long: bool = False
    """Several lines."""
    required: bool = True
    text: str = ""
    """What stands there at first."""


class ValuesDialog(Dialog):
    """Asks for a few values at once: texts, secrets, choices."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        action: str,
        entries: Sequence[Entry],
        *,
        text: str = "",
    ) -> None:
        """Ask for `entries`, in their order, before `action`."""
        super().__init__(parent, title, text, action)
        self._entries = entries
        self._widgets: dict[str, Widget] = {}
        form = QFormLayout()
        for entry in entries:
            widget = _widget(entry)
            self._widgets[entry.name] = widget
            form.addRow(entry.label, widget)
        self.body.addLayout(form)
        if entries:
            self._widgets[entries[0].name].setFocus()

    def watch(self, typed: Callable[[], None]) -> None:
        """Call `typed` whenever somebody types into a line or a text; secrets are left out."""
        for widget in self._widgets.values():
            if isinstance(widget, LongText):
                widget.textChanged.connect(typed)
            elif isinstance(widget, QLineEdit):
                widget.textEdited.connect(typed)

    def texts(self) -> dict[str, Callable[[], str]]:
        """Name → what stands there, of lines and texts; secrets and choices are left out."""
        kinds = (LongText, QLineEdit)
        return {name: w.text for name, w in self._widgets.items() if isinstance(w, kinds)}

    def inputs(self) -> dict[str, "QLineEdit | LongText | ChoiceRow"]:
        """Name → what it is typed or chosen in; secrets are left out."""
        return {n: w for n, w in self._widgets.items() if not isinstance(w, SecretLine)}

    def fill(self, values: Mapping[str, str]) -> None:
        """Put values into lines and choices, as a person would."""
        for name, value in values.items():
            widget = self._widgets[name]
            if isinstance(widget, ChoiceRow):
                widget.setCurrentIndex(widget.findData(value))
            elif isinstance(widget, LongText):
                widget.setPlainText(value)
            else:
                (widget.line if isinstance(widget, SecretLine) else widget).setText(value)

    def values(self) -> dict[str, str]:
        """What was typed or chosen, by name; empty where there is nothing."""
        return {name: widget.text().strip() for name, widget in self._widgets.items()}

    def problem(self) -> str:
        """Required lines must hold something."""
        given = self.values()
        lacking = [e.label for e in self._entries if e.required and not given[e.name]]
        return _("还缺 {names}").format(names="、".join(lacking)) if lacking else ""


def _widget(entry: Entry) -> Widget:
    if entry.choices is not None:
        return ChoiceRow(entry.label, entry.choices, entry.text)
    if entry.secret:
        return SecretLine(entry.label)
    if entry.long:
        return LongText(entry.label, entry.text)
    line = QLineEdit(entry.text)
    line.setAccessibleName(entry.label)
    return line
