"""Sums of one ballot: items below each other, numbers beside each other; stored in one go."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from models.kinds import Uid, Value
from services import ballots, directory, rules, words
from services.errors import AppError
from services.rules import Finding, Invalid
from services.shares import percent_text
from services.words import _
from ui import theme
from ui.asking import Asking
from ui.context import Context
from ui.naming import candidates
from ui.parts.cards import give_role, label, scrolled
from ui.parts.dialogs import ChoiceRow, Dialog

_CELL_PX = 44
_WIDTH = 720
_DATE_PX = 104
_MOST = 99_999
_FOLLOW = frozenset({"issued", "returned"})
"""Numbers that are the same for every item until somebody says otherwise."""


class TallyDialog(Dialog):
    """Asks unit, round and day, and the numbers of every item; faults stand beside their line."""

    def __init__(
        self, context: Context, unit: Uid | None, parent: QWidget | None = None, number: int = 1
    ) -> None:
        """Show what is stored of the unit's round `number`, or nothing."""
        super().__init__(parent, _("民主评议：按总数"), "", _("存下"))
        self._context = context
        self._items = directory.choices(context.here(), "evaluation_items")
        units = candidates(context, ("unit",))
        self.unit = ChoiceRow(_("单位"), units, str(unit or ""))
        self.round, self.date = QLineEdit(str(number)), QLineEdit()
        self.round.setAccessibleName(_("轮次"))
        self.round.setValidator(QIntValidator(1, 99, self))
        self.round.setMaximumWidth(theme.px(_CELL_PX))
        self.date.setAccessibleName(_("日期"))
        self.date.setMinimumWidth(theme.px(_DATE_PX))
        self.date.setText(context.here().today().isoformat())
        self.cells: dict[tuple[str, str], QLineEdit] = {}
        self._shares: dict[str, QLabel] = {}
        self._stored: dict[str, dict[str, Value]] = {}
        head = QHBoxLayout()
        for text, widget in (
            (_("单位"), self.unit), (_("轮次"), self.round), (_("日期"), self.date),
        ):  # fmt: skip
            head.addWidget(QLabel(text))
            head.addWidget(widget)
        head.addStretch(1)
        self.body.addLayout(head)
        grid = QWidget()
        grid.setLayout(self._grid())
        area = scrolled(grid)
        self.setMinimumWidth(theme.px(_WIDTH))
        area.setMinimumHeight(theme.px(70 + 40 * min(len(self._items), 6)))
        self.body.addWidget(area, 1)
        self.unit.currentIndexChanged.connect(self._read)
        self.round.editingFinished.connect(self._read)
        self._read()
        inputs: dict[str, QLineEdit | ChoiceRow] = {"unit": self.unit, "round": self.round}
        inputs |= {"date": self.date}
        inputs |= {f"{item}.{name}": cell for (item, name), cell in self.cells.items()}
        Asking(context, f"tally:{unit or ''}:{number}", self, inputs)
        self._count()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(4))
        for column, name in enumerate(ballots.NUMBERS, start=1):
            grid.addWidget(label(words.field("evaluation", name), "hint"), 0, column)
        grid.addWidget(label(_("好+较好"), "hint"), 0, len(ballots.NUMBERS) + 1)
        for line, (item, title) in enumerate(self._items.items(), start=1):
            grid.addWidget(QLabel(title), line, 0)
            for column, name in enumerate(ballots.NUMBERS, start=1):
                cell = QLineEdit()
                cell.setValidator(QIntValidator(0, _MOST, self))
                cell.setFixedWidth(theme.px(_CELL_PX))
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                cell.setAccessibleName(f"{title} {words.field('evaluation', name)}")
                cell.textEdited.connect(self._count)
                self.cells[item, name] = cell
                grid.addWidget(cell, line, column)
            self._shares[item] = label("", "hint")
            grid.addWidget(self._shares[item], line, len(ballots.NUMBERS) + 1)
        grid.setColumnStretch(len(ballots.NUMBERS) + 1, 1)
        grid.setRowStretch(len(self._items) + 1, 1)
        return grid

    @Slot()
    def _read(self) -> None:
        """Show what is stored of the unit and round; numbers that were typed stay."""
        before, number = self._stored, int(self.round.text() or 1)
        self._stored = ballots.stored(self._context.here(), Uid(self.unit.text()), number)
        for (item, name), cell in self.cells.items():
            old = _shown(before.get(item, {}).get(name))
            if cell.text() in ("", old):
                cell.setText(_shown(self._stored.get(item, {}).get(name)))
        dates = [str(of["date"]) for of in self._stored.values() if of.get("date")]
        if dates:
            self.date.setText(dates[0])
        self._count()

    def put(self, tallies: Mapping[str, Mapping[str, int]]) -> None:
        """Put sums that were counted into the lines."""
        for item, sums in tallies.items():
            for name, count in sums.items():
                self.cells[item, name].setText(str(count))
        self._count()

    def tallies(self) -> dict[str, dict[str, Value]]:
        """Item → numbers, of the lines that hold any; what all share is taken from the first."""
        found: dict[str, dict[str, Value]] = {}
        shared: dict[str, Value] = {}
        for item in self._items:
            sums: dict[str, Value] = {}
            sums |= {name: _number(self.cells[item, name].text()) for name in ballots.NUMBERS}
            if any(sums[name] is not None for name in ballots.NUMBERS if name not in _FOLLOW):
                for name in _FOLLOW:
                    if sums[name] is None:
                        sums[name] = shared.get(name)
                found[item] = sums
            shared |= {name: sums[name] for name in _FOLLOW if sums[name] is not None}
        return found

    @Slot()
    def _count(self) -> None:
        """Tell each line's share, or what does not fit, at once."""
        template = self._context.here().template
        line = template.thresholds.approval_percent
        tallies, faults = self.tallies(), []
        for item, told in self._shares.items():
            sums = tallies.get(item, {})
            findings = rules.across("evaluation", sums)
            part = sum(int(str(sums.get(n) or 0)) for n in ("good", "fairly_good"))
            valid = int(str(sums.get("valid") or 0))
            if findings:
                faults.append(f"{self._items[item]}：{_sentence(findings[0])}")
                told.setText(_("✗ 不符"))
            else:
                told.setText(percent_text(part, valid, line) if valid else "")
            below = bool(findings) or (valid > 0 and part * 100 < line * valid)
            give_role(told, "late" if below else "hint")
        self.tell("\n".join(faults))

    @Slot()
    def attempt(self) -> None:
        """Store all lines; a refusal is told here and nothing was written."""
        tallies = self.tallies()
        if not tallies:
            self.tell(_("请先填写"))
            return
        try:
            changes = ballots.store(
                self._context.here(), Uid(self.unit.text()), int(self.round.text() or 1),
                self.date.text().strip(), tallies,
            )  # fmt: skip
        except Invalid as refusal:
            self.tell(_sentence(refusal.findings[0]))
            return
        except AppError as failure:
            self.tell(words.error(failure))
            return
        self.done(Dialog.DialogCode.Accepted)
        self._context.announce(changes)


def _sentence(fault: Finding) -> str:
    params = {"kind": "evaluation", "field": fault.field, **fault.params}
    return f"{words.field('evaluation', fault.field)} {words.sentence(fault.code, params)}"


def _shown(value: Value) -> str:
    return str(value) if isinstance(value, int) else ""


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None
