"""One conflict to be decided: what was, who wrote what, and what shall stand. Digits choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Value
from services import words
from services.conflicts import Candidate, Sort, Waiting, is_sealed, merge_texts
from services.words import _
from ui import theme
from ui.parts.candidates import block, head_of, numbered, paths, plain_label, reason_of, was
from ui.parts.flow import FlowLayout
from ui.parts.form import Drawn, FieldView, drawn_for
from ui.parts.inputs import TextInput
from ui.parts.sections import SectionsView

_PAIR = 2
_DIGITS = 9
_OWN_LINES = (4, 12)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one conflict."""

    waiting: Waiting
    take: int | None
    """Number of the candidate, from 1; None: `value` is their own."""
    value: Value = None
    reason: str = ""


class DecidingView(QWidget):
    """Shows one conflict; empty until one is given. It decides nothing itself."""

    decided = Signal(object)
    """`Decision`: a candidate was taken, or another value written."""
    postponed = Signal()
    """以后再定."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build it empty."""
        super().__init__(parent)
        self._waiting: Waiting | None = None
        self._own: dict[str, Drawn] = {}
        self._sections: SectionsView | None = None
        self._written = ""
        """The text made of the sections; what differs from it was written by hand."""
        self._title = plain_label("title")
        self._note = plain_label("hint")
        self._fault = plain_label("error")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(_("待裁定"))
        self.reason = QLineEdit()
        self._buttons = QWidget()
        self._flow = FlowLayout(self._buttons, theme.px(8))
        self._build()
        for digit in range(1, _DIGITS + 1):
            shortcut = QShortcut(QKeySequence(str(digit)), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._press, digit))
        self.clear()

    def _build(self) -> None:
        self._card = QFrame()
        self._card.setProperty("role", "card")
        layout = QVBoxLayout(self._card)
        layout.setContentsMargins(*(theme.px(12),) * 4)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._title)
        layout.addWidget(self._note)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._fault)
        layout.addWidget(self._buttons)
        self._empty = plain_label("hint")
        self._empty.setText(_("没有待裁定的"))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._empty, 1)
        outer.addWidget(self._card, 1)

    def clear(self) -> None:
        """Show no conflict; nothing of the last one stays in any widget."""
        self._waiting = None
        self._own = {}
        self._sections = None
        self._written = ""
        self._title.clear()
        self._area.setWidget(QWidget())
        self._card.hide()
        self._empty.show()

    def show_waiting(self, waiting: Waiting, views: Sequence[FieldView] = ()) -> None:
        """Show a conflict.

        Args:
            waiting: the conflict.
            views: how another value is entered: the field, or its parts where several are right
                only together; none where one of the candidates must be taken.
        """
        self._waiting = waiting
        self._own = {}
        self._sections = None
        self._fault.hide()
        parts = (words.kind(waiting.kind), waiting.name, waiting.unit_name, waiting.label)
        self._title.setText(" · ".join(part for part in parts if part))
        self._note.setText(_note(waiting))
        self._note.setVisible(bool(self._note.text()))
        self._area.setWidget(self._body(waiting, views))
        self._show_buttons(waiting)
        self._empty.hide()
        self._card.show()

    def tell(self, sentence: str) -> None:
        """Show why a decision was refused; what was entered stays."""
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))

    def waiting(self) -> Waiting | None:
        """The conflict shown."""
        return self._waiting

    def own_text(self) -> str:
        """What is entered as another text; empty when there is no such input."""
        drawn = self._own.get("")
        return str(drawn.value() or "") if drawn is not None else ""

    def take_sections(self, side: int) -> None:
        """Take the first (0) or second (1) wording of every section that is still open."""
        if self._sections is not None:
            self._sections.choose(side)

    def own_input(self, name: str = "") -> QWidget:
        """The input of another value, or of one of its parts."""
        return self._own[name]

    def _body(self, waiting: Waiting, views: Sequence[FieldView]) -> QWidget:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, theme.px(8), 0)
        layout.setSpacing(theme.px(12))
        by_sections = waiting.sort is Sort.TEXT and len(waiting.candidates) == _PAIR
        if waiting.base is not None and not by_sections:
            layout.addLayout(was(waiting.base))
        if waiting.sort is Sort.STATES:
            layout.addLayout(paths(waiting.candidates))
        elif by_sections:
            self._add_sections(layout, waiting)
        else:
            for n, one in enumerate(waiting.candidates, start=1):
                layout.addWidget(block(n, one, _compared(waiting, one)))
        if waiting.sort is Sort.TEXT or views:
            layout.addLayout(self._own_block(waiting, views))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(_("理由（可不填，记入历史）"))
        self.reason.setAccessibleName(_("理由"))
        foot = plain_label("hint")
        foot.setText(_("各份都留底，随时可改回。"))
        layout.addWidget(self.reason)
        layout.addWidget(foot)
        layout.addStretch(1)
        if is_sealed(waiting):
            for shown in body.findChildren(QLabel):
                shown.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        return body

    def _add_sections(self, layout: QVBoxLayout, waiting: Waiting) -> None:
        first, second = waiting.candidates
        heads = QHBoxLayout()
        for n, one in enumerate(waiting.candidates, start=1):
            heads.addWidget(head_of(n, one, narrow=True), 1, Qt.AlignmentFlag.AlignTop)
        base = _text(waiting.base) if waiting.base else ""
        merged = merge_texts(base, _text(first), _text(second))
        self._sections = SectionsView(merged, (first.actor_name, second.actor_name))
        self._sections.chosen.connect(self._follow)
        layout.addLayout(heads)
        reasons = [c for c in waiting.candidates if c.reason]
        for one in reasons:
            layout.addWidget(reason_of(one))
        layout.addWidget(self._sections)

    def _own_block(self, waiting: Waiting, views: Sequence[FieldView]) -> QVBoxLayout:
        number = len(waiting.candidates) + 1
        layout = QVBoxLayout()
        layout.setSpacing(theme.px(4))
        head = plain_label("head")
        layout.addWidget(head)
        if waiting.sort is Sort.TEXT:
            text = TextInput(*_OWN_LINES)
            text.setAccessibleName(_("自己写一个"))
            self._own[""] = text
            layout.addWidget(text)
            self._written = self._sections.text() if self._sections else _text(_shown(waiting))
            text.show_value(self._written)
            merging = self._sections is not None
            head.setText(numbered(number, _("合成的，可再改") if merging else _("自己写一个")))
            return layout
        head.setText(numbered(number, _("自己写一个")))
        form = QFormLayout()
        form.setHorizontalSpacing(theme.px(12))
        for view in views:
            drawn = drawn_for(view)
            drawn.setAccessibleName(view.label)
            single = len(views) == 1
            self._own["" if single else view.spec.name] = drawn
            if single:
                layout.addWidget(drawn)
            else:
                form.addRow(view.label, drawn)
        layout.addLayout(form)
        self._fill_parts(waiting)
        return layout

    def _fill_parts(self, waiting: Waiting) -> None:
        """Several parts start from what is shown now: seldom are all of them wrong."""
        value = _shown(waiting).value
        if isinstance(value, dict):
            for name, drawn in self._own.items():
                if name:
                    drawn.show_value(value.get(name))

    def _show_buttons(self, waiting: Waiting) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for n, one in enumerate(waiting.candidates, start=1):
            button = self._add_button(_act(waiting, one, n))
            button.setEnabled(waiting.is_asked)
            button.clicked.connect(partial(self._take, n))
        if self._own:
            button = self._add_button(_("用我写的 {n}").format(n=len(waiting.candidates) + 1))
            button.setEnabled(waiting.is_asked)
            button.setToolTip("Ctrl+Enter")
            button.setShortcut(QKeySequence("Ctrl+Return"))
            button.clicked.connect(self._take_own)
        later = self._add_button(_("以后再定"))
        later.setProperty("kind", "link")
        later.clicked.connect(self.postponed)

    def _add_button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        self._flow.addWidget(button)
        return button

    @Slot()
    def _follow(self) -> None:
        """Write the chosen sections into the text, unless somebody wrote in it by hand."""
        drawn = self._own.get("")
        if self._sections is None or drawn is None:
            return
        if str(drawn.value()) == self._written:
            self._written = self._sections.text()
            drawn.show_value(self._written)
        else:
            self.tell(_("下面的文字已手工改过，各段的选择不再自动写进去"))

    def _press(self, digit: int) -> None:
        """A digit takes that candidate; the one after the last goes to one's own value."""
        waiting = self._waiting
        if waiting is None or not waiting.is_asked:
            return
        if digit <= len(waiting.candidates):
            self._take(digit)
        elif digit == len(waiting.candidates) + 1 and self._own:
            next(iter(self._own.values())).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _take(self, n: int, _checked: bool = False) -> None:
        if self._waiting is not None:
            self.decided.emit(Decision(self._waiting, n, reason=self.reason.text().strip()))

    @Slot()
    def _take_own(self) -> None:
        waiting = self._waiting
        if waiting is None:
            return
        open_choices = self._sections.open_choices() if self._sections else 0
        if open_choices and self.own_text() == self._written:
            self.tell(_("还有 {count} 段没有选").format(count=open_choices))
            return
        single = self._own.get("")
        value: Value = (
            single.value()
            if single is not None
            else {name: drawn.value() for name, drawn in self._own.items()}
        )
        self.decided.emit(Decision(waiting, None, value, self.reason.text().strip()))


def _note(waiting: Waiting) -> str:
    if not waiting.is_asked:
        return _("前文未到，收齐后再定")
    return _("已交还作者") if waiting.handed_to else ""


def _act(waiting: Waiting, one: Candidate, n: int) -> str:
    if waiting.sort in (Sort.STATES, Sort.DELETED):
        return _("按{name}的办 {n}").format(name=one.actor_name, n=n)
    return _("用{name}的 {n}").format(name=one.actor_name, n=n)


def _text(one: Candidate) -> str:
    return one.value if isinstance(one.value, str) else ""


def _shown(waiting: Waiting) -> Candidate:
    return next((c for c in waiting.candidates if c.shown), waiting.candidates[-1])


def _compared(waiting: Waiting, one: Candidate) -> str | None:
    """What a candidate's words are compared with: the common base, else the other one's."""
    if not isinstance(one.value, str | dict):
        return None
    if waiting.base is not None:
        return waiting.base.words
    others = [c.words for c in waiting.candidates if c is not one]
    return others[0] if len(others) == 1 else None
