"""快速登记: one reception after the other; Ctrl+Enter stores one and begins the next."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Tier, Value
from services import directory, receptions, records, words
from services.errors import AppError
from services.rules import Invalid
from services.words import _
from ui import theme
from ui.context import Context
from ui.drafting import Drafting
from ui.editing import colleagues
from ui.naming import candidates
from ui.parts.cards import label
from ui.parts.dialogs import ChoiceRow
from ui.parts.digits import DigitRow

_NUMBER_PX = 64
_DATE_PX = 110


class QuickForm(QFrame):
    """Stands open above the list; who came is sealed when it is stored and shown no more."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Empty; unit, day and clerk stay from one to the next."""
        super().__init__(parent)
        self.setProperty("role", "card")
        # The list below gives way, or its fields would lie on each other on a low screen.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._context = context
        choices = directory.choices(context.here(), "reception_channel")
        self.channel = DigitRow(choices, words.field("reception", "channel"))
        self.lines = {name: QLineEdit() for name in ("date", "persons", "gist", "handed_to")}
        self.lines["identity"] = QLineEdit()
        self.unit = ChoiceRow(words.field("reception", "unit"), {"": "—"}, "")
        self.clerk = ChoiceRow(words.field("reception", "handled_by"), {"": "—"}, "")
        for name, line in self.lines.items():
            line.setAccessibleName(words.field("reception", name))
            line.textEdited.connect(self._touched)
        self.lines["persons"].setFixedWidth(theme.px(_NUMBER_PX))
        self.lines["date"].setFixedWidth(theme.px(_DATE_PX))
        self.lines["identity"].setPlaceholderText(_("可不填；写入即封存"))
        self.lines["handed_to"].setPlaceholderText(_("只转内容，不转姓名"))
        self.lines["gist"].setPlaceholderText(_("只写事，不写人"))
        self.store_button = QPushButton(_("存并登下一件  Ctrl+Enter"))
        self.store_button.setProperty("kind", "primary")
        self.store_button.clicked.connect(self.store)
        self._told = label("", "error", wrapped=True)
        self._told.hide()
        self.drafting = Drafting(context, "reception", self)
        self._build()
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self, self.store)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._clear()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(6))
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (first, second, third):
            row.setSpacing(theme.px(8))
        first.addWidget(self.channel, 1)
        for name in ("date", "persons"):
            first.addWidget(QLabel(words.field("reception", name)))
            first.addWidget(self.lines[name])
        second.addWidget(self.unit, 2)
        second.addWidget(QLabel(words.field("reception", "handled_by")))
        second.addWidget(self.clerk, 1)
        second.addWidget(QLabel(words.field("reception", "handed_to")))
        second.addWidget(self.lines["handed_to"], 2)
        third.addWidget(self.lines["identity"], 1)
        third.addWidget(self.store_button)
        for line, (name, row) in enumerate((("channel", first), ("unit", second))):
            grid.addWidget(QLabel(words.field("reception", name)), line, 0)
            grid.addLayout(row, line, 1)
        grid.addWidget(QLabel(words.field("reception", "gist")), 2, 0)
        grid.addWidget(self.lines["gist"], 2, 1)
        grid.addWidget(QLabel(_("反映人")), 3, 0)
        grid.addLayout(third, 3, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 8, 12, 8))
        layout.addLayout(grid)
        layout.addWidget(self._told)

    @Slot()
    def reload(self) -> None:
        """Offer the units and colleagues of this moment."""
        workspace = self._context.here()
        self.setEnabled(not workspace.store.readonly)
        units = {"": "—", **candidates(self._context, ("unit",))}
        chosen = next(iter(self._context.units)) if len(self._context.units) == 1 else ""
        self.unit.offer(units, self.unit.text() or chosen)
        people = {"": "—", **colleagues(self._context)}
        self.clerk.offer(people, self.clerk.text() or workspace.actor)

    def begin(self) -> None:
        """The keyboard to the first field: digits choose the channel."""
        self.channel.setFocus(Qt.FocusReason.OtherFocusReason)

    def values(self) -> dict[str, Value]:
        """What was typed, as it is stored."""
        given: dict[str, Value] = {name: line.text().strip() for name, line in self.lines.items()}
        given |= {
            "channel": self.channel.value(), "unit": self.unit.text(),
            "handled_by": self.clerk.text(),
        }  # fmt: skip
        if isinstance(given["persons"], str) and given["persons"].isdecimal():
            given["persons"] = int(given["persons"])
        return {name: value for name, value in given.items() if value not in (None, "")}

    @Slot()
    def store(self) -> None:
        """Store it and begin the next; what is refused is told, everything typed stays."""
        try:
            added = receptions.add(self._context.here(), self.values())
        except Invalid as refusal:
            first = refusal.findings[0]
            params = {"kind": "reception", "field": first.field, **first.params}
            label_of = words.field("reception", first.field)
            self._tell(f"{label_of}：{words.sentence(first.code, params)}")
            return
        except AppError as failure:
            self._tell(words.error(failure))
            return
        row = records.get(self._context.here(), "reception", added.uids[0])
        for name in list(self.lines):
            self.drafting.stored(name, row)
        self._clear()
        self.drafting.begin({})
        self._tell("")
        self._context.announce(added.changes)
        self.begin()

    def _clear(self) -> None:
        self.channel.show_value(None)
        for name in ("persons", "gist", "identity"):
            self.lines[name].clear()
        if not self.lines["date"].text():
            self.lines["date"].setText(self._context.here().today().isoformat())

    def told(self) -> str:
        """What is told below; empty when all is well."""
        return self._told.text()

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))

    @Slot()
    def _touched(self) -> None:
        """What is typed is kept within two seconds; who came never is, in clear."""
        for name, line in self.lines.items():
            spec = records.kind_named("reception").by_name[name]
            if line.isModified() and spec.tier is not Tier.SEALED:
                self.drafting.touched(name, line.text)
