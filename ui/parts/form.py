"""A form drawn from data: labels, inputs, what is missing, faults in words under their field."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Field, FieldType, Value
from services.words import _
from ui import theme
from ui.parts.inputs import (
    CheckInput,
    ChipsInput,
    DateInput,
    LineInput,
    TextInput,
    Typed,
    text_of,
    watch_typed,
)
from ui.parts.lists import Candidates, LinksInput, ListInput

_MOST_CHIPS = 7
"""Choices that stand side by side; more of them become a list."""
_MOST_PEOPLE = 12
_LABEL_PX = 84
_NARROW_PX = 96
_AROUND_PX = 24
"""What stays in sight above and below a field that was gone to."""
Drawn = LineInput | DateInput | TextInput | ChipsInput | ListInput | CheckInput | LinksInput


@dataclass(frozen=True, slots=True)
class FieldView:
    """How one field is drawn."""

    spec: Field
    label: str
    choices: Mapping[str, str]
    """Id → word, of a choice field."""
    candidates: Candidates | None = None
    """uid → title, of a reference field."""
    help: str = ""
    """What to write there, in a few words; shown under the field."""
    used: Callable[[], Sequence[str]] | None = None
    """What was written there before, for a field of text that is often the same."""


class FormView(QWidget):
    """Groups of fields under each other; a field is told when it is left with another value."""

    edited = Signal(str, object)
    """Name of the field, and its value as the services take it."""
    typed = Signal(str)
    """Name of a field that is being typed into; it is told by `edited` once it is left."""
    asked = Signal(str)
    """Name of the field of which somebody asks why it has its value (Alt+Enter)."""

    def __init__(
        self, groups: Sequence[tuple[str, Sequence[FieldView]]], parent: QWidget | None = None
    ) -> None:
        """`groups`: (title or empty, fields)."""
        super().__init__(parent)
        self._inputs: dict[str, Drawn] = {}
        self._faults: dict[str, QLabel] = {}
        self._labels: dict[str, QLabel] = {}
        self._views: dict[str, FieldView] = {}
        self._notice = QLabel()
        self._notice.setProperty("role", "hint")
        self._notice.setWordWrap(True)
        self._notice.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._notice)
        for title, fields in groups:
            layout.addWidget(self._group(title, fields))
        layout.addStretch(1)

    def _group(self, title: str, fields: Sequence[FieldView]) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(*(theme.px(12),) * 4)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(4))
        grid.setColumnMinimumWidth(0, theme.px(_LABEL_PX))
        grid.setColumnStretch(1, 1)
        line = 0
        if title:
            head = QLabel(title)
            head.setProperty("role", "head")
            grid.addWidget(head, 0, 0, 1, 2)
            line = 1
        for view in fields:
            self._add(grid, line, view)
            line += 3
        # Inputs of a fixed width alone would leave the rest of the card to the labels.
        wide = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        grid.addItem(wide, line, 1)
        return card

    def _add(self, grid: QGridLayout, line: int, view: FieldView) -> None:
        name = view.spec.name
        drawn = drawn_for(view)
        drawn.setAccessibleName(view.label)
        drawn.setToolTip(view.help)
        drawn.left.connect(partial(self.edited.emit, name))
        self._watch(name, drawn)
        ask = QAction(_("为什么是这个值"), drawn)
        ask.setShortcuts([QKeySequence("Alt+Return"), QKeySequence("Alt+Enter")])
        ask.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        ask.triggered.connect(partial(self._ask, name))
        drawn.addAction(ask)
        label = QLabel("" if isinstance(drawn, CheckInput) else view.label)
        label.setBuddy(drawn)
        label.addAction(ask)
        label.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        label.setContentsMargins(0, theme.px(6), 0, 0)
        label.setWordWrap(True)
        fault = QLabel()
        fault.setProperty("role", "error")
        fault.setWordWrap(True)
        fault.hide()
        grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(drawn, line, 1)
        grid.addWidget(fault, line + 1, 1)
        if view.help:
            hint = QLabel(view.help)
            hint.setProperty("role", "hint")
            hint.setWordWrap(True)
            grid.addWidget(hint, line + 2, 1)
        self._inputs[name], self._labels[name] = drawn, label
        self._faults[name], self._views[name] = fault, view

    def _watch(self, name: str, drawn: Drawn) -> None:
        told = partial(self.typed.emit, name)
        if isinstance(drawn, LinksInput):
            drawn.typed.connect(told)
        text = typed_in(drawn)
        if text is not None:
            watch_typed(text, told)

    def draws(self, name: str) -> bool:
        """Whether the form has this field."""
        return name in self._inputs

    def typed_text(self, name: str) -> str:
        """What stands in a field as text; empty where nothing is typed."""
        drawn = self._inputs[name]
        text = typed_in(drawn)
        if text is not None:
            return text_of(text)
        return drawn.typed_text() if isinstance(drawn, LinksInput) else ""

    def put_typed(self, name: str, typed: str) -> None:
        """Put text into a field as if it was typed and left; a field that takes none is left."""
        drawn = self._inputs.get(name)
        text = typed_in(drawn) if drawn is not None else None
        if text is not None:
            text.put_typed(typed)
        elif isinstance(drawn, LinksInput):
            drawn.add(typed)

    def _ask(self, name: str, _checked: bool = False) -> None:
        self.asked.emit(name)

    def load(self, values: Mapping[str, Value]) -> None:
        """Show a record's values; an input being typed into is left alone."""
        self._show(values, self._inputs)

    def refresh(self, values: Mapping[str, Value]) -> None:
        """Show what is stored now; what was refused stays to be put right."""
        refused = self.faults()
        self._show(values, [name for name in self._inputs if name not in refused])

    def _show(self, values: Mapping[str, Value], names: Collection[str]) -> None:
        for name in names:
            if not _is_typed_into(self._inputs[name]):
                self._inputs[name].show_value(values.get(name))

    def values(self) -> dict[str, Value]:
        """What is entered now."""
        return {name: drawn.value() for name, drawn in self._inputs.items()}

    def show_errors(self, faults: Mapping[str, str]) -> None:
        """Tell the sentence of each faulty field under it, and clear the others."""
        for name, label in self._faults.items():
            sentence = faults.get(name, "")
            label.setText(sentence)
            label.setVisible(bool(sentence))
            drawn = self._inputs[name]
            target = drawn.line if isinstance(drawn, DateInput) else drawn
            if target.property("wrong") != bool(sentence):
                target.setProperty("wrong", bool(sentence))
                target.style().polish(target)

    def clear_error(self, name: str) -> None:
        """Tell no fault of a field any more."""
        self.show_errors({other: told for other, told in self.faults().items() if other != name})

    def faults(self) -> dict[str, str]:
        """Field → sentence, of the fields whose last value was refused."""
        return {name: label.text() for name, label in self._faults.items() if label.text()}

    def set_missing(self, names: Sequence[str]) -> None:
        """Mark what is still needed to finish; nothing of it keeps anybody from saving."""
        for name, label in self._labels.items():
            missing = name in names
            view = self._views[name]
            if not isinstance(self._inputs[name], CheckInput):
                label.setText(f"{view.label} *" if missing else view.label)
            label.setToolTip(_("完成前要填") if missing else "")

    def set_readonly(self, reason: str | None, *, but: Collection[str] = ()) -> None:
        """Forbid editing and say why, of all fields `but` these; None allows it again."""
        for name, drawn in self._inputs.items():
            drawn.lock(reason is not None and name not in but)
        is_news = bool(reason) and reason != self._notice.text()
        self._notice.setText(reason or "")
        self._notice.setVisible(bool(reason))
        if is_news:
            # Grey fields alone would not say why; first the sentence has to have a place.
            QTimer.singleShot(0, self, self._show_notice)

    def notice(self) -> str:
        """Why the form cannot be edited; empty when it can."""
        return self._notice.text()

    def focus_first(self) -> None:
        """To the first input."""
        for name in self._inputs:
            self.go_to(name)
            return

    def go_to(self, name: str) -> None:
        """To one input, brought into sight: a page scrolls by itself only where one tabs."""
        drawn = self._inputs[name]
        drawn.setFocus(Qt.FocusReason.OtherFocusReason)
        _bring_into_sight(drawn)

    @Slot()
    def _show_notice(self) -> None:
        _bring_into_sight(self._notice)

    def label_of(self, name: str) -> str:
        """The words before a field, with the mark of what is missing."""
        return self._labels[name].text()

    def fault_of(self, name: str) -> str:
        """The sentence under a field; empty when there is none."""
        return self._faults[name].text()

    def input_of(self, name: str) -> QWidget:
        """The input of a field, for whoever must reach it."""
        return self._inputs[name]


def _is_typed_into(drawn: Drawn) -> bool:
    """Whether letters are being typed there that were not told yet."""
    if isinstance(drawn, TextInput):
        return drawn.hasFocus() and drawn.document().isModified() and not drawn.isReadOnly()
    line = drawn.line if isinstance(drawn, DateInput) else drawn
    return isinstance(line, LineInput) and line.hasFocus() and line.isModified()


def typed_in(drawn: Drawn) -> Typed | None:
    """The part of an input that holds text before it is told; None when it has none."""
    if isinstance(drawn, DateInput):
        return drawn.line
    return drawn if isinstance(drawn, LineInput | TextInput) else None


def drawn_for(view: FieldView) -> Drawn:
    """The input that fits a field."""
    return _DRAWN.get(view.spec.type, _line)(view)


def _line(view: FieldView) -> Drawn:
    narrow = view.spec.type in (FieldType.INTEGER, FieldType.TIME)
    hint = _("时:分") if view.spec.type is FieldType.TIME else ""
    line = LineInput(_NARROW_PX if narrow else 0, hint)
    if view.used is not None:
        line.offer(view.used)
    return line


def _choice(view: FieldView) -> Drawn:
    several = view.spec.type is FieldType.CHOICES
    if several or len(view.choices) <= _MOST_CHIPS:
        return ChipsInput(view.choices, several=several)
    return ListInput(view.choices)


def _reference(view: FieldView) -> Drawn:
    if view.spec.type is FieldType.REFERENCE:
        return ListInput({}, view.candidates or dict)
    offered = view.candidates() if view.candidates else {}
    if len(offered) <= _MOST_PEOPLE:
        return ChipsInput(offered, several=True)
    return LinksInput(view.candidates)


_DRAWN: dict[FieldType, Callable[[FieldView], Drawn]] = {
    FieldType.LONG_TEXT: lambda _view: TextInput(),
    FieldType.DATE: lambda _view: DateInput(),
    FieldType.BOOLEAN: lambda view: CheckInput(view.label),
    FieldType.LINKS: lambda view: LinksInput(view.candidates),
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choice,
    FieldType.REFERENCE: _reference,
    FieldType.REFERENCES: _reference,
}


def _bring_into_sight(shown: QWidget) -> None:
    above = shown.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(shown, 0, theme.px(_AROUND_PX))
        above = above.parentWidget()
