"""A campaign's form as a page to work through: sections at the left, question under question."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Value
from services import forms
from services.campaign import Form, Question, QuestionType
from services.words import _
from ui import theme
from ui.parts.inputs import LineInput, TextInput, text_of, watch_typed
from ui.parts.questions import Asked, RowTitles, TableInput, asked_input, typed_in

_NARROW_PX = 680
"""Below this many logical pixels the list of sections is left out; PgDn leads on."""
_LEFT_PX = 184


class AnswersView(QWidget):
    """Enter goes to the next question, digits answer, PgDn goes to the next section."""

    edited = Signal(str, object)
    """Id of the question, and its answer."""
    typed = Signal(str)
    """Id of the question whose answer is being typed and was not told yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty until `load`."""
        super().__init__(parent)
        self._form: Form | None = None
        self._rows: dict[str, RowTitles] = {}
        self._answers: dict[str, Value] = {}
        self._inputs: dict[str, Asked] = {}
        self._frames: dict[str, QWidget] = {}
        self._faults: dict[str, QLabel] = {}
        self._heads: dict[str, QLabel] = {}
        self._locked = False
        self.progress = QLabel()
        self.progress.setProperty("role", "head")
        self.sections = QListWidget()
        self.sections.setFixedWidth(theme.px(_LEFT_PX))
        self.sections.setAccessibleName(_("表单各部分"))
        self.sections.currentRowChanged.connect(self._go_to_section)
        self._figures = QLabel()
        self._figures.setProperty("role", "hint")
        self._figures.setWordWrap(True)
        self._figures.setFixedWidth(theme.px(_LEFT_PX))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        left = QVBoxLayout()
        left.setSpacing(theme.px(8))
        left.addWidget(self.progress)
        left.addWidget(self.sections, 1)
        left.addWidget(self._figures)
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addLayout(left)
        layout.addWidget(self._area, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow the questions have the whole width, the progress stands above."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(_NARROW_PX)
        self.sections.setHidden(narrow)
        self._figures.setHidden(narrow and not self._figures.text())
        way = QBoxLayout.Direction
        self._row.setDirection(way.TopToBottom if narrow else way.LeftToRight)

    def load(self, form: Form, answers: Mapping[str, Value], rows: Mapping[str, RowTitles]) -> None:
        """Show a form and its answers.

        Args:
            form: the campaign's form.
            answers: question → answer.
            rows: question → (row id, title), of tables whose rows the form does not name.
        """
        if form is not self._form or dict(rows) != self._rows:
            self._form, self._rows = form, dict(rows)
            self._draw(form, rows)
        self._answers = dict(answers)
        for name, drawn in self._inputs.items():
            typing = isinstance(drawn, TextInput) and drawn.hasFocus()
            if not typing and not self.fault_of(name):
                drawn.show_value(self._answers.get(name))
        self._tell()

    def show_errors(self, faults: Mapping[str, str]) -> None:
        """Tell the sentence of each faulty question under it."""
        for name, label in self._faults.items():
            label.setText(faults.get(name, ""))
            label.setVisible(bool(faults.get(name)))

    def show_error(self, question: str, sentence: str) -> None:
        """Tell what is wrong with one question; an empty sentence says it is right."""
        self._faults[question].setText(sentence)
        self._faults[question].setVisible(bool(sentence))

    def faults(self) -> dict[str, str]:
        """Question → sentence, of the answers that were refused."""
        return {name: label.text() for name, label in self._faults.items() if label.text()}

    def set_readonly(self, locked: bool) -> None:
        """Forbid or allow editing."""
        self._locked = locked
        for drawn in self._inputs.values():
            drawn.lock(locked)

    def focus_first(self) -> None:
        """To the first question that has no answer."""
        for name, drawn in self._inputs.items():
            if self._frames[name].isVisibleTo(self) and not forms.answered(self._answers.get(name)):
                drawn.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _draw(self, form: Form, rows: Mapping[str, RowTitles]) -> None:
        self._inputs.clear()
        self._frames.clear()
        self._faults.clear()
        self._heads.clear()
        self.sections.clear()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.px(8), 0)
        column.setSpacing(theme.px(8))
        number = 0
        for section in form.sections:
            self.sections.addItem(QListWidgetItem(section.title))
            card = QFrame()
            card.setProperty("role", "card")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(*(theme.px(12),) * 4)
            inside.setSpacing(theme.px(8))
            head = QLabel(section.title)
            head.setProperty("role", "head")
            self._heads[section.id] = head
            inside.addWidget(head)
            for question in section.questions:
                number += 1
                inside.addWidget(self._question(number, question, rows.get(question.id, ())))
            column.addWidget(card)
        column.addStretch(1)
        self._area.setWidget(page)

    def _question(self, number: int, question: Question, rows: RowTitles) -> QWidget:
        frame = QWidget()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.px(2))
        label = QLabel(f"{number}  {question.label}{' *' if question.required else ''}")
        label.setWordWrap(True)
        label.setToolTip(question.help)
        titles = rows or tuple((row.id, row.title) for row in question.rows)
        drawn = asked_input(question, titles)
        drawn.setAccessibleName(question.label)
        drawn.left.connect(partial(self._answered, question.id))
        text = typed_in(drawn)
        if text is not None:
            watch_typed(text, partial(self.typed.emit, question.id))
        self._watch(drawn)
        label.setBuddy(drawn)
        fault = QLabel()
        fault.setProperty("role", "error")
        fault.setWordWrap(True)
        fault.hide()
        short = question.type not in (QuestionType.TABLE, QuestionType.TEXT)
        if short:
            row = QHBoxLayout()
            row.setSpacing(theme.px(12))
            label.setMinimumWidth(theme.px(230))
            row.addWidget(label, 2)
            row.addWidget(drawn, 3)
            inside.addLayout(row)
        else:
            inside.addWidget(label)
            inside.addWidget(drawn)
        if question.help:
            hint = QLabel(question.help)
            hint.setProperty("role", "hint")
            hint.setWordWrap(True)
            inside.addWidget(hint)
        inside.addWidget(fault)
        self._inputs[question.id], self._frames[question.id] = drawn, frame
        self._faults[question.id] = fault
        return frame

    def _watch(self, drawn: QWidget) -> None:
        """Follow the keys of an input and of all it is made of."""
        drawn.installEventFilter(self)
        for part in drawn.findChildren(QWidget):
            part.installEventFilter(self)

    def _answered(self, name: str, value: Value) -> None:
        self._answers[name] = value
        self._tell()
        self.edited.emit(name, value)

    def _tell(self) -> None:
        """Progress, figures, and which questions are asked at all."""
        form = self._form
        if form is None:
            return
        asked = {q.id for q in forms.shown(form, self._answers)}
        for name, frame in self._frames.items():
            frame.setVisible(name in asked)
        done, whole = forms.progress(form, self._answers)
        self.progress.setText(_("进度 {done} / {whole}").format(done=done, whole=whole))
        for place, section in enumerate(form.sections):
            here = [q for q in section.questions if q.id in asked]
            ready = here and all(forms.answered(self._answers.get(q.id)) for q in here)
            item = self.sections.item(place)
            item.setText(("✓ " if ready else "    ") + section.title)
        told = (f"{f.label} {f.value}{f.unit}" for f in forms.figures(form, self._answers))
        self._figures.setText("\n".join(told))

    def input_of(self, question: str) -> QWidget:
        """The input of a question."""
        return self._inputs[question]

    def typed_text(self, question: str) -> str:
        """What stands in the input of a question as text; empty where nothing is typed."""
        drawn = self._inputs.get(question)
        text = typed_in(drawn) if drawn is not None else None
        return text_of(text) if text is not None else ""

    def put_typed(self, question: str, answer: str) -> None:
        """Put an answer in as if it was typed and left."""
        drawn = self._inputs.get(question)
        text = typed_in(drawn) if drawn is not None else None
        if text is not None:
            text.put_typed(answer)

    def fault_of(self, question: str) -> str:
        """The sentence under a question; empty when there is none."""
        return self._faults[question].text()

    def question_of(self, widget: QWidget) -> str | None:
        """Id of the question that a widget belongs to."""
        for name, drawn in self._inputs.items():
            if drawn is widget or drawn.isAncestorOf(widget):
                return name
        return None

    def go_to(self, question: str) -> None:
        """Give the keyboard to a question and bring it into view."""
        self._inputs[question].setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(self._frames[question])
        self._area.horizontalScrollBar().setValue(0)

    @Slot(int)
    def _go_to_section(self, place: int) -> None:
        if self._form is None or not 0 <= place < len(self._form.sections):
            return
        section = self._form.sections[place]
        card = self._heads[section.id].parentWidget()
        if card is not None:
            self._area.verticalScrollBar().setValue(card.y())
        if not self.sections.hasFocus():
            self._enter(tuple(q.id for q in section.questions))

    def _enter(self, questions: Sequence[str]) -> None:
        """To the first of these questions that is asked."""
        for name in questions:
            if not self._frames[name].isHidden():
                self.go_to(name)
                return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and the page keys, wherever in a question the keyboard is."""
        if (
            event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QWidget)
        ):
            name = self.question_of(watched)
            if name is not None and self._lead(event, watched, name):
                return True
        return super().eventFilter(watched, event)

    def _lead(self, event: QKeyEvent, focused: QWidget, name: str) -> bool:
        """Follow a key that leads on from a question; False for every other key."""
        turn = _TURNS.get(event.key())
        if turn is not None:
            self._turn(name, turn)
            return True
        running = isinstance(focused, TextInput) and not event.modifiers()
        if event.key() not in _ENTER or running:
            return False
        if isinstance(focused, LineInput):
            focused.editingFinished.emit()
        drawn = self._inputs[name]
        if not (isinstance(drawn, TableInput) and drawn.go_on_from(focused)):
            names = list(self._inputs)
            self._enter(names[names.index(name) + 1 :])
        return True

    def _turn(self, name: str, step: int) -> None:
        """To the section after or before the one that holds a question."""
        sections = self._form.sections if self._form is not None else ()
        here = next(n for n, s in enumerate(sections) if name in {q.id for q in s.questions})
        place = min(max(here + step, 0), len(sections) - 1)
        if place == self.sections.currentRow():
            self._go_to_section(place)
        else:
            self.sections.setCurrentRow(place)


_ENTER = frozenset({int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)})
_TURNS = {int(Qt.Key.Key_PageDown): 1, int(Qt.Key.Key_PageUp): -1}
