"""群众评议: how people voted on the summary of a round, and the verdict that follows."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from models.kinds import Value
from services import directory, rules, solicitations, words
from services.errors import AppError
from services.rules import Finding, Invalid
from services.shares import percent_text
from services.solicitations import VOTES, Round
from services.words import _
from ui import theme
from ui.asking import Asking
from ui.context import Context
from ui.parts.cards import label
from ui.parts.dialogs import Dialog

_CELL_PX = 64
_MOST = 99_999


class VoteDialog(Dialog):
    """Five numbers and the verdict; what does not fit is told at once."""

    def __init__(self, context: Context, one: Round, parent: QWidget | None = None) -> None:
        """Show what is stored of the round."""
        text = _("印发的意见汇总由干部群众评议：够不够、准不准、聚焦不聚焦、满意不满意。")
        title = _("群众评议：第{n}轮").format(n=one.n)
        super().__init__(parent, title, text, _("存下"))
        self._context, self._round = context, one
        self.cells: dict[str, QLineEdit] = {}
        self._shares = {name: label("", "hint") for name in VOTES}
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        for line, name in enumerate(VOTES):
            cell = QLineEdit(_shown(one.row.values.get(name)))
            cell.setValidator(QIntValidator(0, _MOST, self))
            cell.setFixedWidth(theme.px(_CELL_PX))
            cell.setAlignment(Qt.AlignmentFlag.AlignRight)
            cell.setAccessibleName(words.field("solicitation", name))
            cell.textChanged.connect(self._count)
            self.cells[name] = cell
            grid.addWidget(label(words.field("solicitation", name)), line, 0)
            grid.addWidget(cell, line, 1)
            grid.addWidget(self._shares[name], line, 2)
        grid.setColumnStretch(2, 1)
        self.body.addLayout(grid)
        self.body.addWidget(label(words.field("solicitation", "verdict")))
        held = one.row.values.get("verdict")
        said = held if isinstance(held, list) else []
        self.verdict: dict[str, QCheckBox] = {}
        for name, title in directory.choices(context.here(), "solicitation_verdict").items():
            tick = QCheckBox(title)
            tick.setChecked(name in said)
            self.verdict[name] = tick
            self.body.addWidget(tick)
        Asking(context, f"vote:{one.row.uid}", self, {**self.cells, **self.verdict})
        self._count()

    def votes(self) -> dict[str, Value]:
        """The numbers, by field; None where none was typed."""
        return {name: _number(cell.text()) for name, cell in self.cells.items()}

    @Slot()
    def _count(self) -> None:
        votes = self.votes()
        cast = votes["votes_cast"]
        for name in VOTES[1:]:
            count = votes[name]
            fits = isinstance(count, int) and isinstance(cast, int) and 0 < cast >= count
            self._shares[name].setText(
                percent_text(int(str(count)), int(str(cast))) if fits else ""
            )
        findings = rules.across("solicitation", votes)
        self.tell(_sentence(findings[0]) if findings else "")

    @Slot()
    def attempt(self) -> None:
        """Store numbers and verdict; a refusal is told here and nothing was written."""
        votes = self.votes()
        verdict = [name for name, tick in self.verdict.items() if tick.isChecked()]
        if not votes["votes_cast"]:
            self.tell(_("还缺 {names}").format(names=words.field("solicitation", "votes_cast")))
            return
        try:
            changes = solicitations.vote(self._context.here(), self._round.row.uid, votes, verdict)
        except Invalid as refusal:
            self.tell(_sentence(refusal.findings[0]))
            return
        except AppError as failure:
            self.tell(words.error(failure))
            return
        self.done(Dialog.DialogCode.Accepted)
        self._context.announce(changes)


def _sentence(fault: Finding) -> str:
    params = {"kind": "solicitation", "field": fault.field, **fault.params}
    return f"{words.field('solicitation', fault.field)} {words.sentence(fault.code, params)}"


def _shown(value: Value) -> str:
    return str(value) if isinstance(value, int) else ""


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None
