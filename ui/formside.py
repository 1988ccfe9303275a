"""The form of one record beside its list: shown, edited, its history, deleted, a clue of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services.errors import AppError
from services.words import _
from ui import clue, errors, theme
from ui.attaching import Attachments
from ui.context import Context
from ui.deleting import delete
from ui.editing import Editor, field_views
from ui.explaining import show_history
from ui.naming import Names
from ui.origins import Origins
from ui.parts.form import FormView
from ui.parts.rows import Column

_CLUED = frozenset({"opinion", "reception"})
"""Kinds that are evidence of a problem."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the page of a kind shows."""

    kind: str
    columns: Callable[[Names], list[Column]]
    groups: Sequence[tuple[str, Sequence[str]]]
    """(title or empty, names of fields) of the form."""
    empty_text: str
    add_text: str
    delete_title: str
    choices: Sequence[tuple[str, str, str]] = ()
    """(field, label, list) of the filters."""
    date: str = ""
    """A date field that lists are filtered by; empty: none."""
    always: Mapping[str, Value] = field(default_factory=dict)
    """What the list is narrowed to unless somebody asks for these fields otherwise."""
    beside: bool = True
    """Whether the form stands beside the list; else whoever has the list opens records itself."""
    together: Sequence[str] = ()
    """Fields that may be set for several records at once."""
    flags: Sequence[tuple[str, str, str, Value]] = ()
    """(name, label, field, value) of filters that are on or off."""
    mine: str = ""
    """The field that names whose record it is; empty: nobody's."""
    fixed: Mapping[str, Value] = field(default_factory=dict)
    """What a new record holds at first."""
    then: Callable[[], Sequence[tuple[str, Sequence[str]]]] = tuple
    """Groups that depend on what the file holds; they follow the others."""
    last: Sequence[tuple[str, Sequence[str]]] = ()
    """Groups at the end of the form."""
    files: str = ""
    """The heading of the files that belong to a record; empty: none do."""


class FormSide(QWidget):
    """One record, or what to do where there is none; fields are stored when they are left."""

    stored = Signal(str)
    """Uid of the record, after a field was stored."""
    left = Signal()
    """Esc: back to the list."""
    gone = Signal()
    """The record was deleted."""

    def __init__(
        self, context: Context, plan: Plan, names: Names, parent: QWidget | None = None
    ) -> None:
        """Build it empty, for the open workspace."""
        super().__init__(parent)
        self._context = context
        self._plan = plan
        self._names = names
        self.origin = f"page {plan.kind}"
        """Told in `Changes`, so that the list knows its own echo."""
        # Nothing to be seen yet: drawing the fields of a page nobody opens delays the first tab.
        self.form, self.editor = self._new_form(())
        self._origins = Origins(context)
        self._hint = QLabel(_("选一条，或按 Ctrl+N 记一条新的"))
        self._area = QScrollArea()
        self._acts: list[QPushButton] = []
        self._files = Attachments(context, self, plan.files) if plan.files else None
        self._build()
        self.clear()

    def _new_form(self, fields: Sequence[tuple[str, Sequence[str]]]) -> tuple[FormView, Editor]:
        groups = [
            (title, field_views(self._context, self._plan.kind, names)) for title, names in fields
        ]
        form = FormView(groups)
        editor = Editor(self._context, self._plan.kind, form, self.origin)
        editor.stored.connect(self._tell_stored)
        return form, editor

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        acts = QHBoxLayout()
        acts.addStretch(1)
        acts.setSpacing(theme.px(8))
        wanted = [(_("历史"), self.history, "Ctrl+H"), (_("删除…"), self.delete, "")]
        if self._plan.kind in _CLUED:
            # F4 itself is the window's: it works wherever one is.
            wanted.insert(0, (_("记线索 F4"), self.note_clue, ""))
        for text, slot, key in wanted:
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            acts.addWidget(button)
            self._acts.append(button)
            if key:
                button.setShortcut(QKeySequence(key))
        back = QShortcut(QKeySequence("Esc"), self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.left)
        self._hint.setProperty("role", "hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self.form)
        column.addLayout(acts)
        column.addWidget(self._origins)
        column.addWidget(self._hint, 1)
        column.addWidget(self._area, 1)
        if self._files is not None:
            column.addWidget(self._files)

    def _show_form(self, *, shown: bool) -> None:
        self._area.setVisible(shown)
        self._hint.setVisible(not shown)
        for button in self._acts:
            button.setVisible(shown and self.editor.row is not None)
        self._origins.show_of(self.editor.row if shown else None)
        if self._files is not None:
            row = self.editor.row
            self._files.setVisible(shown)
            self._files.show_of(row.uid if row is not None and shown else None)

    @Slot()
    def clear(self) -> None:
        """Show no record."""
        self._show_form(shown=False)

    def begin(self, preset: Mapping[str, Value]) -> None:
        """Begin a record that holds this; its first field that is left stores it."""
        self._draw()
        self.editor.begin(preset)
        self._show_form(shown=True)
        self.form.focus_first()

    def show_record(self, uid: Uid) -> None:
        """Show a stored record."""
        self._draw()
        try:
            self.editor.show(uid)
        except AppError as failure:
            errors.show(self, failure)
            self.clear()
            return
        self._show_form(shown=True)

    def _draw(self) -> None:
        """A fresh form: the choices it offers are those of this moment."""
        self._settle()
        self.editor.drafting.keep()
        plan = self._plan
        self.form, self.editor = self._new_form((*plan.groups, *plan.then(), *plan.last))
        # The form that was there before is deleted with this.
        self._area.setWidget(self.form)

    @Slot()
    def refresh(self) -> None:
        """Show the same record as it is stored now."""
        row = self.editor.row
        if row is None or self._area.isHidden():
            return
        try:
            self.editor.show(row.uid)
        except AppError:
            self.clear()

    @Slot(str)
    def _tell_stored(self, uid: str) -> None:
        self._show_form(shown=True)
        self.stored.emit(uid)

    def _settle(self) -> None:
        """Store what is being typed."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()

    @Slot()
    def note_clue(self) -> None:
        """Ask for a clue; unit and evidence come from this record."""
        self._settle()
        clue.ask(self._context, self, self.known())

    def known(self) -> dict[str, Value]:
        """What a clue of this record begins with."""
        row = self.editor.row
        if row is None or self._area.isHidden() or row.kind not in _CLUED:
            return {}
        begun: dict[str, Value] = {"unit": row.values.get("unit"), "evidence": [row.uid]}
        return {name: value for name, value in begun.items() if value}

    @Slot()
    def history(self) -> None:
        """Show all that was ever stored of the record."""
        row = self.editor.row
        if row is not None:
            show_history(self._context, self._names, self._plan.kind, row.uid, self)

    @Slot()
    def delete(self) -> None:
        """Put the record into the 回收站, after asking why."""
        row = self.editor.row
        uids = [row.uid] if row is not None else []
        changes = delete(self._context, self._plan.kind, uids, self._plan.delete_title, self)
        if changes is not None:
            self.gone.emit()
            self.clear()
            self._context.announce(changes)
