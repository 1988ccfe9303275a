"""Inputs for the questions of a campaign's form: one small widget a type of question."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from models.kinds import Value
from services.campaign import Column, Question, QuestionType
from services.forms import normalise
from services.words import _
from ui import theme
from ui.parts.inputs import ChipsInput, DateInput, LineInput, TextInput, Typed

RowTitles = Sequence[tuple[str, str]]
"""(row id, title) of a table question."""


class YesNoInput(ChipsInput):
    """Yes or no, in the question's own words."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words`: for yes and for no; empty for 是 and 否."""
        yes, no = words or (_("是"), _("否"))
        super().__init__({"yes": yes, "no": no})

    def show_value(self, value: Value) -> None:
        """Show a stored answer."""
        super().show_value(
            {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
        )

    def value(self) -> Value:
        """True, False, or None when neither is chosen."""
        chosen = super().value()
        return None if chosen is None else chosen == "yes"


class TypedInput(QWidget):
    """A number or two, typed; what cannot be read is handed on as it is, for its sentence."""

    left = Signal(object)

    def __init__(self, asked: Question | Column) -> None:
        """With the unit behind it."""
        super().__init__()
        self._asked = asked
        pair = asked.type is QuestionType.N_OF_M
        self._line = LineInput(width=110 if pair else 84, hint=_("如 3/8") if pair else "")
        self._line.left.connect(self._tell)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self._line)
        if asked.unit:
            layout.addWidget(QLabel(asked.unit))
        layout.addStretch(1)
        self.setFocusProxy(self._line)

    def show_value(self, value: Value) -> None:
        """Show a stored answer."""
        pair = isinstance(value, list) and len(value) == 2  # noqa: PLR2004 - n of m
        self._line.show_value(
            "/".join(map(str, value)) if pair and isinstance(value, list) else value
        )

    def value(self) -> Value:
        """The typed answer; None when there is none."""
        return normalise(self._asked, self._line.value() or None)

    def lock(self, locked: bool) -> None:
        """Make it read-only."""
        self._line.lock(locked)

    def line(self) -> LineInput:
        """Where it is typed."""
        return self._line

    def _tell(self, _text: object) -> None:
        self.left.emit(self.value())


class TableInput(QWidget):
    """A table: a row an item, a cell a column."""

    left = Signal(object)

    def __init__(self, question: Question, rows: RowTitles) -> None:
        """`rows`: (id, title); the leaders of a unit are known only when it is."""
        super().__init__()
        self._question = question
        self._cells: dict[tuple[str, str], Asked] = {}
        self._held: dict[str, Value] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(4))
        for place, column in enumerate(question.columns, start=1):
            head = QLabel(column.label)
            head.setProperty("role", "hint")
            grid.addWidget(head, 0, place)
        for line, (row, title) in enumerate(rows, start=1):
            grid.addWidget(QLabel(title), line, 0)
            for place, column in enumerate(question.columns, start=1):
                cell = asked_input(column, ())
                if isinstance(cell, ChipsInput):
                    cell.setMinimumWidth(cell.sizeHint().width())
                cell.left.connect(partial(self._tell, row, column.id))
                cell.setAccessibleName(f"{title} {column.label}")
                self._cells[row, column.id] = cell
                grid.addWidget(cell, line, place, Qt.AlignmentFlag.AlignLeft)
        if not rows:
            nobody = QLabel(_("还没有登记这个单位的班子成员"))
            nobody.setProperty("role", "hint")
            grid.addWidget(nobody, 1, 0, 1, len(question.columns) + 1)
        grid.setColumnStretch(len(question.columns) + 1, 1)
        if self._cells:
            self.setFocusProxy(next(iter(self._cells.values())))

    def go_on_from(self, widget: QWidget) -> bool:
        """Give the keyboard to the cell after the one that `widget` is in; False at the last."""
        cells = list(self._cells.values())
        for cell, after in pairwise(cells):
            if cell is widget or cell.isAncestorOf(widget):
                after.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def show_value(self, value: Value) -> None:
        """Show a stored table."""
        self._held = dict(value) if isinstance(value, dict) else {}
        for (row, column), cell in self._cells.items():
            cells = self._held.get(row)
            cell.show_value(cells.get(column) if isinstance(cells, dict) else None)

    def value(self) -> Value:
        """The whole table, rows that are not drawn included."""
        return dict(self._held)

    def lock(self, locked: bool) -> None:
        """Forbid editing."""
        for cell in self._cells.values():
            cell.lock(locked)

    def _tell(self, row: str, column: str, value: Value) -> None:
        cells = self._held.get(row)
        kept = dict(cells) if isinstance(cells, dict) else {}
        kept[column] = value
        self._held[row] = {name: one for name, one in kept.items() if one is not None}
        self.left.emit(self.value())


Asked = ChipsInput | TypedInput | DateInput | TextInput | LineInput | TableInput


def typed_in(drawn: Asked) -> Typed | None:
    """The part of an input that holds text before it is told; None when it has none, or many."""
    if isinstance(drawn, DateInput):
        return drawn.line
    if isinstance(drawn, TypedInput):
        return drawn.line()
    return drawn if isinstance(drawn, TextInput | LineInput) else None


def asked_input(asked: Question | Column, rows: RowTitles) -> Asked:
    """The input that fits a question or a column of a table."""
    if isinstance(asked, Question) and asked.type is QuestionType.TABLE:
        return TableInput(asked, rows)
    return _MADE[asked.type](asked)


def _text(asked: Question | Column) -> Asked:
    return TextInput(2, 8) if isinstance(asked, Question) else LineInput(width=170)


_MADE: Mapping[QuestionType, Callable[[Question | Column], Asked]] = {
    QuestionType.YES_NO: lambda asked: YesNoInput(asked.words),
    QuestionType.CHOICE: lambda asked: ChipsInput({c.id: c.title for c in asked.choices}),
    QuestionType.NUMBER: TypedInput,
    QuestionType.N_OF_M: TypedInput,
    QuestionType.DATE: lambda _asked: DateInput(),
    QuestionType.TEXT: _text,
}
