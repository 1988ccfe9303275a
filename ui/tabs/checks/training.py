"""一把手轮训: heads of units × rounds, registered by digits; who has not made up is seen."""

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid
from services import directory, references, training
from services.core import Changes
from services.errors import AppError
from services.ordering import by_name
from services.training import STATUSES, Attendance, Head, Roster
from services.words import _
from ui import errors, people, theme
from ui.context import Context
from ui.editing import Editor, field_views
from ui.naming import day
from ui.parts import grid
from ui.parts.cards import label
from ui.parts.form import FormView
from ui.parts.grid import Cell, Grid
from ui.parts.nothing import Nothing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ORIGIN = "page training"
_SEEN = frozenset({"training", "person", "unit"})
_FIELDS = ("status", "reason", "made_up_on")
_SIDE_PX = 300
_TONES = {"attended": "done", "absent": "late", "made_up": "accent", "": "text2"}


class _Register(Grid):
    """The roster; a digit registers the current row and goes on to the next."""

    registered = Signal(int, int)
    """Row, and the digit that was pressed, counted from 1."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the digits; everything else as usual."""
        digit = event.key() - Qt.Key.Key_0
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if 1 <= digit <= len(STATUSES) and not plain and self.currentRow() >= 0:
            self.registered.emit(self.currentRow(), digit)
            return
        super().keyPressEvent(event)


class TrainingPage(QWidget):
    """The roster at the left, one person's round at the right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it for the open workspace; it shows nobody until `reload`."""
        super().__init__(parent)
        self._context = context
        self._roster = Roster((), ())
        """The heads as they stand in the grid."""
        self._units: Mapping[Uid, str] = {}
        self._rounds: Sequence[int] = ()
        """Those in view."""
        self._words: Mapping[str, str] = {}
        self.round = QComboBox()
        self.round.setAccessibleName(_("轮次"))
        self.told = QLabel()
        self.register = _Register(_("轮训名册"), ())
        self.nothing = Nothing(_("名单里还没有一把手。在 人员 里给各单位的一把手打勾"), _("人员…"))
        self.form = FormView([("", ())])
        self.editor: Editor | None = None
        self._side = QWidget()
        self._name = label("", "head")
        self._hint = label(
            _("数字登记：1 参加　2 缺席　3 补训，光标自动到下一人。缺席的原因写在这里"),
            "hint",
            wrapped=True,
        )
        self._stack = QStackedLayout()
        self._build()
        self.round.activated.connect(self._fill)
        self.register.registered.connect(self._register)
        self.register.currentCellChanged.connect(self._show)
        self.nothing.action_clicked.connect(self._enter_people)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self.reload)

    def _build(self) -> None:
        roster, make_up = QPushButton(_("出轮训名册")), QPushButton(_("出补课通知"))
        roster.clicked.connect(self._print_roster)
        make_up.clicked.connect(self._print_notice)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.round)
        head.addWidget(self.told, 1)
        head.addWidget(roster)
        head.addWidget(make_up)
        self._side.setFixedWidth(theme.px(_SIDE_PX))
        self._column = QVBoxLayout(self._side)
        self._column.setContentsMargins(*theme.around(4, 8, 0, 0))
        self._column.setSpacing(theme.px(8))
        for widget in (self._name, self.form, self._hint):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        shown = QWidget()
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.register, 1)
        row.addWidget(self._side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 8, 12, 12))
        layout.setSpacing(theme.px(8))
        layout.addLayout(head)
        layout.addLayout(self._stack, 1)
        # A stack that stands in no widget yet shows its first page as a window of its own.
        self._stack.addWidget(shown)
        self._stack.addWidget(self.nothing)

    @Slot()
    def reload(self) -> None:
        """Show what is stored now; the round that was chosen stays."""
        if self._context.workspace is None:
            return
        workspace = self._context.here()
        self._words = directory.choices(workspace, "training_status")
        self._roster = training.roster(workspace, self._context.units)
        rounds = self._roster.rounds or (1,)
        chosen = self.number() if self.round.count() else 0
        self.round.clear()
        for number in (*rounds, rounds[-1] + 1):
            self.round.addItem(_("第 {n} 轮").format(n=number), number)
        # The last round of which anything is known is the one at hand.
        at_hand = max((n for n in rounds if self._is_begun(n)), default=rounds[0])
        self.round.setCurrentIndex(self.round.findData(chosen or at_hand))
        self._fill()

    def number(self) -> int:
        """The round that is registered."""
        return int(self.round.currentData() or 1)

    def _is_begun(self, number: int) -> bool:
        return self._roster.counts(number)[""] < len(self._roster.heads)

    @Slot()
    def _fill(self) -> None:
        self._rounds = rounds = sorted({*self._roster.rounds, self.number()})
        heads = self._roster.heads
        self._units = references.titles(
            self._context.here(), {head.unit for head in heads if head.unit}
        )
        named = sorted(heads, key=lambda head: (by_name(self._unit(head)), by_name(head.name)))
        self._roster = replace(self._roster, heads=tuple(named))
        kept = self.register.currentRow()
        self.register.blockSignals(True)
        self.register.set_heads(
            (
                *(grid.Head(_("单位"), 160), grid.Head(_("姓名"), 90), grid.Head(_("职务"), 124)),
                *(grid.Head(_("第 {n} 轮").format(n=n), 84) for n in rounds),
                grid.Head(_("原因或补训日期")),
            )
        )
        self.register.fill([self._cells(head) for head in named])
        self.register.blockSignals(False)
        self.told.setText(self._summary())
        self._stack.setCurrentIndex(0 if named else 1)
        if named:
            self.register.setCurrentCell(min(max(kept, 0), len(named) - 1), 0)
        self._show()

    def _unit(self, head: Head) -> str:
        return self._units.get(head.unit or Uid(""), "—")

    def _cells(self, head: Head) -> list[Cell]:
        cells = [Cell(self._unit(head)), Cell(head.name), Cell(head.post)]
        for number in self._rounds:
            status = head.rounds.get(number, Attendance()).status
            cells.append(Cell(self._words.get(status, "—"), _TONES.get(status, "")))
        this = head.rounds.get(self.number(), Attendance())
        made_up = day(this.made_up_on) if this.made_up_on else ""
        return [*cells, Cell(" · ".join(filter(None, (this.reason, made_up))))]

    def _summary(self) -> str:
        counts = self._roster.counts(self.number())
        said = _("应训 {all}　已训 {attended}　补训 {made_up}　缺席未补 {absent}　未登记 {none}")
        return said.format(
            all=len(self._roster.heads), none=counts[""], **{s: counts[s] for s in STATUSES}
        )

    @Slot(int, int)
    def _register(self, row: int, digit: int) -> None:
        """Register, and go on to the next."""
        heads = self._roster.heads
        try:
            head, changes = training.register(
                self._context.here(), heads[row], self.number(), STATUSES[digit - 1]
            )
        except AppError as failure:
            errors.show(self, failure)
            return
        self._replace(row, head)
        self._context.announce(replace(changes, origin=ORIGIN))
        if row + 1 < len(heads):
            self.register.setCurrentCell(row + 1, 0)
        else:
            self._show()

    def _replace(self, row: int, head: Head) -> None:
        """Show one head anew: of many others, nothing has changed."""
        heads = list(self._roster.heads)
        heads[row] = head
        self._roster = replace(self._roster, heads=tuple(heads))
        self.register.replace(row, self._cells(head))
        self.told.setText(self._summary())

    @Slot()
    def _take_stored(self) -> None:
        """What the form stored of the chosen head stands in his row too."""
        head = self._chosen()
        if head is not None and self.editor is not None and self.editor.row is not None:
            self._replace(self.register.currentRow(), training.with_round(head, self.editor.row))

    def _chosen(self) -> Head | None:
        row = self.register.currentRow()
        return self._roster.heads[row] if 0 <= row < len(self._roster.heads) else None

    @Slot()
    def _show(self) -> None:
        """The chosen person's round, to write the reason or another day."""
        head = self._chosen()
        known = head.rounds.get(self.number()) if head is not None else None
        self._name.setText(head.name if head is not None else "")
        if known is not None and known.uid is not None:
            # Somebody may have deleted it just now: then there is nothing to show.
            with contextlib.suppress(AppError):
                self._draw().show(known.uid)
        self.form.setVisible(known is not None and known.uid is not None)

    def _draw(self) -> Editor:
        """The form is made when it is first wanted."""
        if self.editor is None:
            drawn = FormView([("", field_views(self._context, "training", _FIELDS))])
            self._column.replaceWidget(self.form, drawn)
            self.form.deleteLater()
            self.form = drawn
            self.editor = Editor(self._context, "training", drawn, ORIGIN)
            self.editor.stored.connect(self._take_stored)
        return self.editor

    @Slot()
    def _print_roster(self) -> None:
        units = self._context.units
        one = next(iter(units)) if len(units) == 1 else None
        self._context.document_wanted.emit("roster", one)

    @Slot()
    def _print_notice(self) -> None:
        head = self._chosen()
        if head is None or head.unit is None:
            errors.tell(self, _("先选一个人：通知发给他的单位"))
            return
        self._context.document_wanted.emit("make_up", head.unit)

    @Slot()
    def _enter_people(self) -> None:
        people.show(self._context, people.people(), self)

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if self.isVisible() and changes.kinds & _SEEN and changes.origin != ORIGIN:
            self.reload()
