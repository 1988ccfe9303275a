"""Who spoke: written and sealed without a passphrase, shown for minutes with the names' one."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from models.kinds import Value
from services import names, records, words
from services.errors import AppError
from services.words import _
from ui import theme
from ui.context import Context
from ui.parts.dialogs import PassphraseDialog

OPEN_MS = 5 * 60 * 1000
"""How long an opened name stays on the screen."""
_FIELDS = ("real_name", "post", "phone")


class SealedName(QFrame):
    """Three lines that are sealed as soon as they are entered."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Shut, for no talk yet."""
        super().__init__(parent)
        self._context = context
        self._code = ""
        self.setProperty("role", "card")
        self._lines = {name: QLineEdit() for name in _FIELDS}
        self._told = QLabel()
        self._told.setProperty("role", "hint")
        self._told.setWordWrap(True)
        self._seal = QPushButton(_("封存"))
        self._seal.clicked.connect(self.seal)
        self._look = QPushButton(_("看实名…"))
        self._look.setProperty("kind", "link")
        self._look.clicked.connect(self._ask)
        self.open_ms = OPEN_MS
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.shut)
        context.covered.connect(self.hide_name)
        grid = QGridLayout(self)
        grid.setContentsMargins(*theme.around(12, 12, 12, 12))
        grid.setColumnStretch(1, 1)
        head = QLabel(_("实名（写入即封存，可不填）"))
        head.setProperty("role", "head")
        grid.addWidget(head, 0, 0, 1, 2)
        for place, (name, line) in enumerate(self._lines.items(), start=1):
            label = QLabel(words.field("identity", name))
            label.setBuddy(line)
            line.returnPressed.connect(self.seal)
            grid.addWidget(label, place, 0)
            grid.addWidget(line, place, 1)
        below = len(self._lines) + 1
        grid.addWidget(self._look, below, 0)
        grid.addWidget(self._seal, below, 1)
        grid.addWidget(self._told, below + 1, 0, 1, 2)

    def show_talk(self, code: str) -> None:
        """Belong to a talk; another one's name is never left standing."""
        if code != self._code:
            self.shut()
            self._code = code

    def line_of(self, name: str) -> QLineEdit:
        """The line of a field, for whoever must reach it."""
        return self._lines[name]

    def told(self) -> str:
        """What stands under the lines."""
        return self._told.text()

    def settle(self) -> bool:
        """Seal what was entered and not sealed yet; False when that was refused."""
        self.seal()
        return not any(line.text().strip() for line in self._lines.values())

    @Slot()
    def seal(self) -> None:
        """Seal what was entered; afterwards it is nowhere in clear."""
        if not any(line.text().strip() for line in self._lines.values()):
            return
        record: dict[str, Value] = {"code_name": self._code}
        record |= {n: line.text() for n, line in self._lines.items() if line.text()}
        try:
            added = records.add(self._context.here(), "identity", [record])
        except AppError as failure:
            self._told.setText(words.error(failure))
            return
        self._empty()
        self._told.setText(_("已封存。看它要实名口令和理由。"))
        self._context.announce(added.changes)

    @Slot()
    def _ask(self) -> None:
        dialog = LookDialog(self._code, self.look, self)
        dialog.exec()
        # Nothing of what was typed into it may stay.
        dialog.deleteLater()

    def look(self, passphrase: str, reason: str) -> None:
        """Show the name for some minutes; the opening is logged first.

        Raises:
            AppError: a wrong passphrase, no reason, or a file that takes no log.
        """
        found = names.open_names(self._context.here(), passphrase, reason, frozenset({self._code}))
        told = [_told(one.values) for one in found if one.values.get("code_name") == self._code]
        self._told.setText("\n".join(told) or _("这次谈话没有封存实名。"))
        self._timer.start(self.open_ms)

    @Slot()
    def shut(self) -> None:
        """Show nothing any more."""
        self._timer.stop()
        self._told.clear()
        self._empty()

    @Slot()
    def hide_name(self) -> None:
        """Show no opened name any more; what is being typed stays."""
        self._timer.stop()
        self._told.clear()

    def _empty(self) -> None:
        """Empty the lines for good: `clear` could be undone by Ctrl+Z, a new text cannot."""
        for line in self._lines.values():
            line.setText("")


def _told(values: Mapping[str, Value]) -> str:
    return " · ".join(str(values[n]) for n in _FIELDS if values.get(n))


class LookDialog(PassphraseDialog):
    """Why, and the names' passphrase; it stays open until the name is open or nobody wants it."""

    def __init__(self, code: str, look: Callable[[str, str], None], parent: QWidget) -> None:
        """Ask before `look(passphrase, reason)` opens the name of `code`."""
        super().__init__(
            parent,
            _("看实名 — {code}").format(code=code),
            _("看"),
            text=_("打开 5 分钟，或离开本页即合上。记入日志：谁、何时、看了哪个、理由。"),
            with_reason=True,
        )
        self._open = look

    def problem(self) -> str:
        """What keeps the name shut; empty once it is open."""
        lacking = super().problem()
        if lacking:
            return lacking
        try:
            self._open(self.passphrase(), self.reason())
        except AppError as failure:
            return words.error(failure)
        return ""
