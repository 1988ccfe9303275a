"""One check: who, where and when at the left with the judgement, the form at the right."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services import words
from services.campaign import QuestionType, RowsFrom
from services.core import Filter
from services.errors import AppError
from services.listing import page
from services.rules import Invalid
from services.words import _
from ui import clue, errors, theme
from ui.attaching import Attachments
from ui.context import Context
from ui.deleting import delete
from ui.editing import Editor, field_views
from ui.explaining import show_history
from ui.naming import Names
from ui.origins import Origins
from ui.parts.answers import AnswersView
from ui.parts.form import FormView
from ui.parts.questions import RowTitles

ORIGIN = "checks"
_SIDE_PX = 330
_NARROW_PX = 860
"""Below this many logical pixels only the form, or what stands beside it, is shown."""
_HEAD = ("unit", "form", "date", "checkers", "place")
_JUDGEMENT = ("result", "action", "note")


class CheckPage(QWidget):
    """A page that one can work through on the keyboard."""

    left = Signal()

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        """Empty until `begin` or `show_check`."""
        super().__init__(parent)
        self._context = context
        self._names = names
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._told = QLabel()
        self._told.setProperty("role", "hint")
        self.answers = AnswersView()
        self.answers.edited.connect(self._answer)
        self.answers.typed.connect(self._touched)
        self.side_button = QPushButton(_("检查要素"))
        self.side_button.setCheckable(True)
        self.side_button.toggled.connect(self._place)
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self.form: FormView | None = None
        self.editor: Editor | None = None
        self._drawn = False
        """Whether the check's form is one that this campaign has."""
        self.files = Attachments(context, self, _("照片和扫描件"))
        self.origins = Origins(context)
        self._build()

    def _build(self) -> None:
        back = QPushButton(_("‹ 检查列表"))
        back.setProperty("kind", "link")
        back.setToolTip("Esc")
        back.clicked.connect(self.leave)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(back)
        head.addWidget(self._title)
        head.addWidget(self._told)
        head.addStretch(1)
        head.addWidget(self.side_button)
        for text, slot in (
            (_("记线索 F4"), self.note_clue),
            (_("历史"), self._history),
            (_("删除…"), self._delete),
        ):
            button = QPushButton(text)
            button.clicked.connect(slot)
            head.addWidget(button)
        body = QHBoxLayout()
        body.setSpacing(theme.px(12))
        body.addWidget(self._side)
        body.addWidget(self.answers, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 4, 12, 12))
        layout.setSpacing(theme.px(8))
        layout.addLayout(head)
        layout.addWidget(self.origins)
        layout.addLayout(body, 1)
        QShortcut(QKeySequence("Esc"), self, self.leave)
        QShortcut(QKeySequence("Ctrl+H"), self, self._history)

    def _draw(self) -> Editor:
        """A fresh form: the choices it offers are those of this moment."""
        groups = [
            (_("检查"), field_views(self._context, "check", _HEAD)),
            (_("判断与处理"), field_views(self._context, "check", _JUDGEMENT)),
        ]
        self.form = FormView(groups)
        self.files.setParent(None)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.form)
        column.addWidget(self.files)
        column.addStretch(1)
        self._side.setWidget(side)
        self.files.show()
        self.editor = Editor(self._context, "check", self.form, ORIGIN)
        self.editor.stored.connect(self._stored)
        return self.editor

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both beside each other, or one of them where the screen is narrow."""
        super().resizeEvent(event)
        self._place()

    @Slot()
    def _place(self) -> None:
        narrow = self.width() < theme.px(_NARROW_PX)
        asked = self.side_button.isChecked() or not self._drawn
        self.side_button.setVisible(narrow and self._drawn)
        self._told.setHidden(narrow)
        self._side.setVisible(asked or not narrow)
        self.answers.setVisible(self._drawn and not (narrow and asked))
        self._side.setMinimumWidth(theme.px(_SIDE_PX))
        self._side.setMaximumWidth(self.width() if narrow else theme.px(_SIDE_PX))

    def begin(self, preset: Mapping[str, Value]) -> None:
        """Show an empty check; it is stored with the first field or answer.

        What is being typed into an open one is stored first.
        """
        self._settle()
        self._draw().begin(preset)
        self.answers.show_errors({})
        # Where the unit is known the day and the checkers are, too: one stands before the answers.
        is_known = bool(preset.get("unit"))
        self.side_button.setChecked(not is_known)
        self._show_answers(preset, {})
        self._tell()
        if is_known:
            self.answers.focus_first()
        elif self.form is not None:
            self.form.focus_first()

    def show_check(self, uid: Uid) -> None:
        """Show a stored check."""
        try:
            self._draw().show(uid)
        except AppError as failure:
            errors.show(self, failure)
            self.left.emit()
            return
        self.answers.show_errors({})
        self.side_button.setChecked(False)
        self._refresh()
        self.answers.focus_first()

    def values(self) -> Mapping[str, Value]:
        """The record as it stands, or what it will begin with."""
        if self.editor is not None and self.editor.row is not None:
            return self.editor.row.values
        return self.form.values() if self.form is not None else {}

    def _refresh(self) -> None:
        values = self.values()
        answers = values.get("answers")
        self._show_answers(values, answers if isinstance(answers, dict) else {})
        self._tell()

    def _show_answers(self, values: Mapping[str, Value], answers: Mapping[str, Value]) -> None:
        form = self._context.here().template.form(str(values.get("form") or ""))
        self._drawn = form is not None
        self._place()
        if form is None:
            return
        rows: dict[str, RowTitles] = {
            q.id: self._leaders(values.get("unit"))
            for q in form.questions()
            if q.type is QuestionType.TABLE and q.rows_from is RowsFrom.LEADERS
        }
        self.answers.load(form, answers, rows)
        self.answers.set_readonly(self._context.here().store.readonly)

    def _leaders(self, unit: Value) -> RowTitles:
        if not isinstance(unit, str):
            return ()
        wanted = Filter(units=frozenset({Uid(unit)}), sort="name")
        people = page(self._context.here(), "person", wanted, 0, 100).rows
        return tuple((row.uid, str(row.values.get("name"))) for row in people)

    def _tell(self) -> None:
        values = self.values()
        row = self.editor.row if self.editor is not None else None
        self.files.show_of(row.uid if row is not None else None)
        self.origins.show_of(row)
        form = self._context.here().template.form(str(values.get("form") or ""))
        parts = [self._names.of(values.get("unit")), form.title if form else ""]
        self._title.setText(" · ".join(part for part in parts if part) or _("新检查"))
        day = values.get("date")
        self._told.setText(words.date(day, full=True) if isinstance(day, str) and day else "")

    @Slot(str)
    def _stored(self, _uid: str) -> None:
        self._refresh()

    @Slot(str, object)
    def _answer(self, question: str, value: Value) -> None:
        editor = self.editor
        if editor is None:
            return
        try:
            editor.store_answer(question, value)
        except Invalid as refusal:
            here = [f for f in refusal.findings if f.field.partition(".")[2] == question]
            fault = (here or list(refusal.findings))[0]
            self.answers.show_error(question, words.sentence(fault.code, fault.params))
            editor.drafting.keep()
            return
        except AppError as failure:
            editor.drafting.keep()
            errors.show(self, failure)
            return
        self.answers.show_error(question, "")
        self._tell()

    @Slot(str)
    def _touched(self, question: str) -> None:
        if self.editor is not None:
            text = partial(self.answers.typed_text, question)
            self.editor.drafting.touched(f"answers.{question}", text)

    def put_back(self, texts: Mapping[str, str]) -> None:
        """Put texts of fields and answers back that were kept, and store them."""
        if self.editor is None:
            return
        for name, text in texts.items():
            stem, _dot, question = name.partition(".")
            if stem == "answers":
                self._touched(question)
                self.answers.put_typed(question, text)
        self.editor.put_back(texts)

    @Slot()
    def leave(self) -> None:
        """Back to the list; a field refused just now is told first."""
        told = self.faults()
        self._settle()
        if not self.faults() - told:
            self.left.emit()

    def faults(self) -> set[str]:
        """Sentences that stand on the page."""
        on_form = self.form.faults().values() if self.form is not None else ()
        return {*on_form, *self.answers.faults().values()}

    def _settle(self) -> None:
        """Store what is being typed."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()

    @Slot()
    def note_clue(self) -> None:
        """Ask for a clue; unit, handlers and evidence come from this check."""
        self._settle()
        clue.ask(self._context, self, self.known())

    def known(self) -> dict[str, Value]:
        """What a clue of this check begins with."""
        values = self.values()
        row = self.editor.row if self.editor is not None else None
        begun: dict[str, Value] = {
            "unit": values.get("unit"), "handlers": values.get("checkers"),
            "evidence": [row.uid] if row is not None else [],
        }  # fmt: skip
        return {name: value for name, value in begun.items() if value}

    @Slot()
    def _history(self) -> None:
        row = self.editor.row if self.editor else None
        if row is not None:
            show_history(self._context, self._names, "check", row.uid, self)

    @Slot()
    def _delete(self) -> None:
        row = self.editor.row if self.editor else None
        if row is None:
            self.left.emit()
            return
        changes = delete(self._context, "check", [row.uid], _("删除这次检查"), self)
        if changes is not None:
            self._context.announce(changes)
            self.left.emit()
