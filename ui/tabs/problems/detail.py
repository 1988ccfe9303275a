"""One problem: its head with the next step stays, facts, measures and closure scroll below."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from models.kinds import ProblemState, Uid, Value
from services import problems, stats, words
from services.core import Row
from services.errors import AppError
from services.problems import Step
from services.words import _
from ui import errors, theme
from ui.attaching import Attachments
from ui.context import Context
from ui.editing import Editor, field_views
from ui.explaining import show_history
from ui.naming import Names, day, word
from ui.origins import Origins
from ui.parts.cards import give_kind
from ui.parts.form import FieldView, FormView
from ui.tabs.problems.measures import Measures
from ui.tabs.problems.path import StatePath
from ui.tabs.problems.steps import missing_words, take_step
from ui.tabs.problems.timeline import Timeline

ORIGIN = "problems"
_EMPTY, _SHOWN = 0, 1
_LEAST_BODY = 40
"""Pixels that the scrolling part keeps at twice the size of text on the smallest screen."""


class ProblemDetail(QWidget):
    """Shows and edits one problem; fields are stored when they are left."""

    stored = Signal(str)
    """Uid of the problem, after a field or a step was stored."""

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        """Build it empty, for the open workspace."""
        super().__init__(parent)
        self._context = context
        self._names = names
        self._steps: tuple[Step, ...] = ()
        self._new = False
        # Drawn when a problem is shown for the first time: it delays the first tab.
        self.form, self.editor = self._new_form(())
        self._drawn = False
        self.origins = Origins(context)
        self.measures = Measures(context, names)
        self.files = Attachments(context, self)
        self.timeline = Timeline(context, names)
        self.timeline.taken_back.connect(self.refresh)
        self._number = _label("hint")
        self._late = _label("late")
        self._title = _label("title")
        self._path = StatePath()
        self._lacking = _label("hint")
        self._received = _label("hint")
        self.next_button = QPushButton()
        self.next_button.setProperty("kind", "primary")
        self.next_button.clicked.connect(self.take_next)
        self._next_key = _label("hint")
        self._next_key.setText("Ctrl+Enter")
        self._next_key.setWordWrap(False)
        self.more = QPushButton(_("更多"))
        self.more.setMenu(QMenu(self.more))
        self.history_button = QPushButton(_("历史"))
        self.history_button.setShortcut("Ctrl+H")
        self.history_button.clicked.connect(self._show_history)
        self._stack = QStackedWidget()
        self._build()
        self.clear()

    def _new_form(
        self, groups: Sequence[tuple[str, Sequence[FieldView]]]
    ) -> tuple[FormView, Editor]:
        form = FormView(groups)
        editor = Editor(self._context, "problem", form, ORIGIN)
        editor.stored.connect(self._stored)
        return form, editor

    def rebuild(self) -> None:
        """Draw the form anew: the people or units it offers are others now."""
        uid = self.uid()
        self._draw()
        if uid is not None:
            self.show_problem(uid)
        elif self._new:
            self.begin({})

    def _draw(self) -> None:
        leaving = self.form
        self.form, self.editor = self._new_form(_groups(self._context))
        self._body.replaceWidget(leaving, self.form)
        leaving.hide()
        leaving.deleteLater()
        self._drawn = True

    def _build(self) -> None:
        empty = _label("hint")
        empty.setText(_("选一个问题，或按 Ctrl+N 记一个新的"))
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        whole = QFrame()
        whole.setProperty("role", "card")
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(*theme.around(12, 12, 4, 4))
        layout.setSpacing(theme.px(8))
        layout.addLayout(self._head())
        body = QWidget()
        inner = self._body = QVBoxLayout(body)
        inner.setContentsMargins(*theme.around(0, 0, 8, 8))
        inner.setSpacing(theme.px(12))
        inner.addWidget(self.form)
        inner.addWidget(self._received)
        inner.addWidget(self.measures)
        inner.addWidget(self.files)
        inner.addWidget(self.timeline)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(theme.px(_LEAST_BODY))
        area.setWidget(body)
        layout.addWidget(area, 1)
        self._stack.addWidget(empty)
        self._stack.addWidget(whole)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _head(self) -> QVBoxLayout:
        first = QHBoxLayout()
        first.addWidget(self._number, 1)
        first.addWidget(self._late)
        first.addWidget(self.history_button)
        steps = QHBoxLayout()
        steps.addWidget(self.next_button)
        steps.addWidget(self._next_key)
        steps.addWidget(self.more)
        steps.addWidget(self._lacking, 1)
        head = QVBoxLayout()
        head.setContentsMargins(*theme.around(0, 0, 8, 0))
        head.setSpacing(theme.px(8))
        head.addLayout(first)
        head.addWidget(self._title)
        head.addWidget(self.origins)
        head.addWidget(self._path)
        head.addLayout(steps)
        return head

    def uid(self) -> Uid | None:
        """The problem shown; None when there is none or it is not stored yet."""
        row = self.editor.row
        return row.uid if row is not None and self._stack.currentIndex() == _SHOWN else None

    def heading(self) -> str:
        """Number, unit and kind as the head shows them."""
        return self._number.text()

    def lacking(self) -> str:
        """What the next step still lacks, as the head says it."""
        return self._lacking.text()

    def is_new(self) -> bool:
        """Whether a problem is being begun of which nothing is stored yet."""
        return self._new

    def clear(self) -> None:
        """Show no problem."""
        self._new = False
        self._stack.setCurrentIndex(_EMPTY)

    def begin(self, preset: Mapping[str, Value]) -> None:
        """Show an empty problem; its first field that is left stores it as a clue."""
        self._new = True
        if not self._drawn:
            self._draw()
        self.editor.begin(preset)
        self._stack.setCurrentIndex(_SHOWN)
        self._show_head()
        self.form.focus_first()

    def show_problem(self, uid: Uid) -> None:
        """Show a stored problem."""
        self._new = False
        if not self._drawn:
            self._draw()
        try:
            self.editor.show(uid)
        except AppError:
            self.clear()
            return
        self._stack.setCurrentIndex(_SHOWN)
        self._show_head()

    @Slot()
    def refresh(self) -> None:
        """Show the same problem as it is stored now."""
        uid = self.uid()
        if uid is not None:
            self.show_problem(uid)

    def focus_first(self) -> None:
        """To the first field."""
        self.form.focus_first()

    @Slot(str)
    def _stored(self, uid: str) -> None:
        self._new = False
        self._show_head()
        self.stored.emit(uid)

    def _show_head(self) -> None:
        row = self.editor.row
        values = row.values if row is not None else {}
        self._steps = problems.steps(self._context.here(), row.uid) if row is not None else ()
        number = values.get("number") or values.get("provisional_number") or _("新问题")
        unit = self._names.of(values.get("unit"))
        kind = word(self._context, "sub_kinds", values.get("sub_kind"))
        self._number.setText(" · ".join(str(part) for part in (number, unit, kind) if part))
        self._title.setText(str(values.get("title") or _("（还没有题目）")))
        self._late.setText(self._overdue(values))
        self._path.show_state(str(values.get("state") or ProblemState.CLUE.value))
        self._received.setText(self._received_text(values))
        self._received.setVisible(bool(self._received.text()))
        self.history_button.setVisible(row is not None)
        self.origins.show_of(row)
        self.measures.show_of(row)
        self.files.show_of(row.uid if row is not None else None)
        self.timeline.show_of(row.uid if row is not None else None)
        self._show_steps(row)

    def _overdue(self, values: Mapping[str, Value]) -> str:
        deadline = values.get("deadline")
        if not values.get("overdue") or not isinstance(deadline, str):
            return ""
        days = stats.days_between(deadline, self._context.here().today())
        return _("逾期 {days} 天").format(days=days)

    def _received_text(self, values: Mapping[str, Value]) -> str:
        lines = []
        if values.get("received_by"):
            told = _("交办签收　{who}　{when}　{how}")
            how = word(self._context, "delivery", values.get("delivery"))
            when = day(values.get("received_on"))
            lines.append(told.format(who=values["received_by"], when=when, how=how))
        if values.get("handed_to"):
            lines.append(_("已移交　{whom}").format(whom=values["handed_to"]))
        if values.get("master"):
            lines.append(_("已并入　{title}").format(title=self._names.of(values["master"])))
        return "\n".join(lines)

    def _show_steps(self, row: Row | None) -> None:
        allowed = [step for step in self._steps if step.allowed]
        forward = self._next()
        goes_on = forward is not None and forward.transition.verb != _BACK
        self.next_button.setVisible(forward is not None)
        self._next_key.setVisible(goes_on)
        give_kind(self.next_button, "primary" if goes_on else "")
        menu = self.more.menu()
        menu.clear()
        for step in allowed:
            if step is not forward:
                action = menu.addAction(words.verb(step.transition.verb))
                action.triggered.connect(partial(self._take, step))
        self.more.setVisible(not menu.isEmpty())
        self._lacking.setText("")
        if forward is not None:
            self.next_button.setText(words.verb(forward.transition.verb))
            lacking = missing_words(forward)
            if lacking:
                self._lacking.setText(_("还缺 {names}").format(names=lacking))
        elif row is not None and self._steps:
            self._lacking.setText(_("下一步由组长或联络员办"))

    def _next(self) -> Step | None:
        """The step of the large button: on, or out of an end."""
        allowed = [step for step in self._steps if step.allowed]
        on = (step for step in allowed if step.transition.verb in _FORWARD)
        return next(on, None) or next((s for s in allowed if s.transition.verb == _BACK), None)

    @Slot()
    def go_on(self) -> None:
        """By key only onwards: whoever presses it once too often must not open what was closed."""
        step = self._next()
        if step is not None and step.transition.verb != _BACK:
            self.take_next()

    @Slot()
    def take_next(self) -> None:
        """Take the next step, or go to what it lacks; a field is stored first."""
        if self.next_button.isVisible():
            self.next_button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        step = self._next()
        if step is not None and self.uid() is not None:
            self._take(step)

    def _take(self, step: Step, _checked: bool = False) -> None:
        """Do a step; where the record itself lacks something, go there instead."""
        row = self.editor.row
        if row is None:
            return
        own = [name for name in step.missing if name in _OWN_FIELDS]
        if own:
            self.form.set_missing(own)
            self.form.go_to(own[0])
            return
        if any(name.startswith("measure") for name in step.missing):
            self.measures.add()
            return
        try:
            moved = take_step(self._context, self, step, [row])
        except AppError as failure:
            errors.show(self, failure)
            return
        for one in moved:
            self._context.announce(one.changes)
            self.stored.emit(row.uid)

    @Slot()
    def _show_history(self) -> None:
        uid = self.uid()
        if uid is not None:
            show_history(self._context, self._names, "problem", uid, self)


_FORWARD = frozenset({"submit", "confirm", "assign", "start", "apply-closure", "close"})
"""Steps that take a problem on; the others stand under 更多."""
_BACK = "reopen"
_OWN_FIELDS = frozenset({"title", "sub_kind", "facts", "handlers", "evidence"})
_FIELDS = (
    ("unit", "sub_kind", "title", "facts"),
    ("handlers", "evidence", "found_how", "deadline"),
    ("level", "whom", "winds", "extent", "why_other", "recheck_on"),
)


def _groups(context: Context) -> list[tuple[str, list[FieldView]]]:
    titles = (_("查证事实"), _("来源与承办"), _("其他"))
    views = (field_views(context, "problem", names) for names in _FIELDS)
    return list(zip(titles, views, strict=True))


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
