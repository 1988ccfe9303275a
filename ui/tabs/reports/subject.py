"""What a document is about: its kind, its unit, its days. The card at the left of 拟制."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid
from services import reports
from services.reports import Needs, Period, Wanted, parse_period
from services.words import _
from ui import theme
from ui.context import Context
from ui.naming import candidates
from ui.parts.dialogs import ChoiceRow
from ui.tabs.reports.kindlist import KindList

_WIDTH = 220


class Subject(QFrame):
    """Kind, unit and days, and the button that makes the draft."""

    changed = Signal()
    """Something else is asked for."""
    asked = Signal()
    """The draft is wanted."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the card; units come with `reload`."""
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setMinimumWidth(theme.px(_WIDTH))
        self.setMaximumWidth(theme.px(_WIDTH))
        self._context = context
        self.kinds = KindList()
        self._unit = ChoiceRow(_("单位"), {}, "")
        self._start = QLineEdit()
        self._end = QLineEdit()
        self.told = QLabel()
        self.make = QPushButton(_("出草稿"))
        self._build()

    def _build(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(theme.px(4))
        form.addRow(_("单位"), self._unit)
        days = QHBoxLayout()
        days.setSpacing(theme.px(4))
        for line, name in ((self._start, _("期间从")), (self._end, _("到"))):
            line.setPlaceholderText(_("年-月-日"))
            line.setToolTip(_("年-月-日，空着就不限"))
            line.setAccessibleName(name)
            line.textEdited.connect(self.changed)
            line.returnPressed.connect(self.asked)
            days.addWidget(line)
        form.addRow(_("期间（起、止）"), days)
        self.make.setProperty("kind", "primary")
        self.make.clicked.connect(self.asked)
        self.told.setProperty("role", "error")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        body = QVBoxLayout(self)
        body.setContentsMargins(*theme.around(10, 10, 10, 10))
        body.addWidget(self.kinds, 1)
        body.addLayout(form)
        body.addWidget(self.make)
        body.addWidget(self.told)
        self.kinds.chosen.connect(self._take_kind)
        self._unit.currentIndexChanged.connect(self.changed)

    def reload(self) -> None:
        """Offer the units there are now; the one chosen at the left of the window comes first."""
        chosen = next(iter(self._context.units)) if len(self._context.units) == 1 else None
        self._offer(chosen or self._unit.text())

    def _offer(self, held: str) -> None:
        entry = self.kinds.entry()
        units = {} if entry.whole else dict(candidates(self._context, ("unit",)))
        every = {"": _("全部单位")} if entry.whole is not False else {}
        self._unit.offer(every | units, held)
        self._unit.setEnabled(not entry.whole)
        self.make.setEnabled(bool(every or units))

    @Slot()
    def _take_kind(self) -> None:
        self._offer(self._unit.text())
        self.changed.emit()

    def set_period(self, start: str, end: str) -> None:
        """Put days into the two lines, as a person would type them."""
        self._start.setText(start)
        self._end.setText(end)
        self.changed.emit()

    def show_wanted(self, wanted: Wanted) -> None:
        """Choose what an earlier document was about."""
        self.kinds.choose(wanted.kind, whole=wanted.unit is None)
        self._offer(wanted.unit or "")
        self.set_period(wanted.period.start, wanted.period.end)

    def period(self) -> Period:
        """The days that were typed.

        Raises:
            Refused: they are none.
        """
        return parse_period(f"{self._start.text().strip()}..{self._end.text().strip()}")

    def wanted(self) -> Wanted:
        """The document that is asked for; raises like `period`."""
        unit = self._unit.text()
        return Wanted(self.kinds.entry().kind, Uid(unit) if unit else None, self.period())

    def of_many(self) -> bool:
        """Whether the kind can be made for every unit."""
        entry = self.kinds.entry()
        return not entry.whole and reports.KINDS[entry.kind].needs is not Needs.NOTHING
