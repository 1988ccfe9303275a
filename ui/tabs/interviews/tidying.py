"""整理: the marked sentences of a talk; digits say what each is, Enter makes something of it."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services import directory, marks, words
from services.core import Changes, Row
from services.errors import AppError
from services.marks import Mark
from services.words import _
from ui import theme
from ui.context import Context
from ui.subkinds import choose_sub_kind, choose_winds
from ui.tabs.interviews.sheet import Shade, Shaded

_TURNS = {1: "nature", 2: "subject", 3: "specificity"}
"""Attributes with two values: the first press of the digit takes the first, the next the other."""
_WINDS_DIGIT, _WORDING_DIGIT = 4, 5
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Tidying(QWidget):
    """The list of marks, and below it what the current one is."""

    chosen = Signal(object)
    """`Mark`: the one the person looks at now."""
    refused = Signal(object)
    """An `AppError`."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Empty until `show_talk`."""
        super().__init__(parent)
        self._context = context
        self._talk: Row | None = None
        self._marks: tuple[Mark, ...] = ()
        self._head = QLabel()
        self._head.setProperty("role", "head")
        self.list = QListWidget()
        self.list.setAccessibleName(_("标记的句子"))
        self.list.setWordWrap(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.installEventFilter(self)
        self.list.currentRowChanged.connect(self._move)
        self._empty = QLabel(
            _("这次谈话没有标记句子。在正文里按 F6 标，或把光标放在句子上按 Ctrl+Enter")
        )
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "hint")
        self._card = QFrame()
        self._card.setProperty("role", "card")
        self._chips: dict[str, list[tuple[str, QPushButton]]] = {}
        self.wording = QLineEdit()
        self.wording.setAccessibleName(_("意见的文字"))
        self.wording.editingFinished.connect(self._word)
        self._made = QLabel()
        self._made.setProperty("role", "good")
        self._build()

    def _build(self) -> None:
        card = QVBoxLayout(self._card)
        card.setContentsMargins(*(theme.px(12),) * 4)
        card.setSpacing(theme.px(6))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(theme.px(8))
        lists = {
            "nature": "opinion_nature",
            "subject": "opinion_subject",
            "specificity": "opinion_specificity",
            "winds": "winds",
        }
        for place, (name, listed) in enumerate(lists.items()):
            label = QLabel(f"{place + 1} {words.field('opinion', name)}")
            grid.addWidget(label, place, 0)
            grid.addLayout(self._row(name, listed), place, 1)
        grid.addWidget(QLabel(_("5 归纳")), len(lists), 0)
        grid.addWidget(self.wording, len(lists), 1)
        card.addLayout(grid)
        buttons = QHBoxLayout()
        self.opinion_button = QPushButton(_("成意见  Enter"))
        self.opinion_button.setProperty("kind", "primary")
        self.problem_button = QPushButton(_("成问题  Shift+Enter"))
        for button, slot in (
            (self.opinion_button, self.make_opinion),
            (self.problem_button, self.make_problem),
        ):
            button.clicked.connect(slot)
            buttons.addWidget(button)
        self.open_button = QPushButton(_("打开 ›"))
        self.open_button.setProperty("kind", "link")
        self.open_button.setToolTip(_("打开由这句做成的问题或意见（Alt+← 回来）"))
        self.open_button.clicked.connect(self.open_made)
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        card.addLayout(buttons)
        card.addWidget(self._made)
        self._hint = QLabel(_("↑↓ 换句　1–5 选　Del 取消标记"))
        self._hint.setProperty("role", "hint")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        for widget in (self._head, self._empty, self.list, self._card, self._hint):
            layout.addWidget(widget, 1 if widget in (self.list, self._empty) else 0)

    def _row(self, name: str, listed: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        chips = []
        for choice, word in directory.choices(self._context.here(), listed).items():
            chip = QPushButton(word)
            chip.setProperty("kind", "chip")
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(partial(self._click, name, choice))
            row.addWidget(chip)
            chips.append((choice, chip))
        row.addStretch(1)
        self._chips[name] = chips
        return row

    def show_talk(self, talk: Row) -> None:
        """Show the marks of a talk as it was just read; the current one stays."""
        self._talk = talk
        kept = self.current()
        self._marks = marks.of_talk(talk)
        used = sum(mark.is_used for mark in self._marks)
        told = _("标记的句子　{used}/{total}").format(used=used, total=len(self._marks))
        self._head.setText(told)
        self.list.blockSignals(True)
        self.list.clear()
        for place, mark in enumerate(self._marks):
            self.list.addItem(QListWidgetItem(self._words(place, mark)))
        places = [n for n, m in enumerate(self._marks) if kept is not None and m.id == kept.id]
        waiting = [n for n, m in enumerate(self._marks) if not m.is_used]
        self.list.setCurrentRow((places or waiting or [0])[0] if self._marks else -1)
        self.list.blockSignals(False)
        for widget in (self.list, self._card, self._hint):
            widget.setVisible(bool(self._marks))
        self._empty.setVisible(not self._marks)
        self._move(self.list.currentRow())

    def _words(self, place: int, mark: Mark) -> str:
        number = _CIRCLED[place] if place < len(_CIRCLED) else f"({place + 1})"
        made = [
            word
            for word, uid in ((_("意见"), mark.opinion), (_("问题"), mark.problem))
            if uid is not None
        ]
        lost = _("（正文里已没有这句）") if mark.span is None else ""
        tail = f"\n　 ✓ {'、'.join(made)}" if made else ""
        return f"{number} {mark.text}{lost}{tail}"

    def shades(self) -> list[Shaded]:
        """How the marked sentences look in the text now."""
        shown = []
        for mark in self._marks:
            if mark.span is not None:
                shade = Shade.USED if mark.is_used else Shade.WAITING
                shown.append(Shaded(mark.span, shade))
        return shown

    def current(self) -> Mark | None:
        """The mark the person looks at."""
        place = self.list.currentRow()
        return self._marks[place] if 0 <= place < len(self._marks) else None

    def choose_at(self, place: int) -> bool:
        """Go to the mark of the sentence at a place of the stored text; it is marked if need be."""
        talk = self._talk
        if talk is None:
            return False
        if self._row_at(place) is None:
            try:
                changes = marks.toggle(self._context.here(), talk, place)
            except AppError as failure:
                self.refused.emit(failure)
                return False
            self._context.announce(changes)
        row = self._row_at(place)
        self.list.setCurrentRow(-1 if row is None else row)
        return row is not None

    def choose_made(self, uid: Uid) -> Mark | None:
        """Go to the mark of which this opinion or problem was made; None when none was."""
        found = (n for n, mark in enumerate(self._marks) if uid in (mark.opinion, mark.problem))
        row = next(found, None)
        if row is None:
            return None
        self.list.setCurrentRow(row)
        return self._marks[row]

    def _row_at(self, place: int) -> int | None:
        text = str(self._talk.values.get("text") or "") if self._talk is not None else ""
        span = marks.sentence_at(text, place)
        found = (n for n, mark in enumerate(self._marks) if span is not None and mark.span == span)
        return next(found, None)

    def take_keyboard(self) -> None:
        """Let the next key act on the marked sentences; without any it stays where it is."""
        if self._marks:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _move(self, _place: int) -> None:
        mark = self.current()
        if mark is None:
            return
        for name, chips in self._chips.items():
            value = mark.attributes.get(name)
            held = value if isinstance(value, list) else [value]
            for choice, chip in chips:
                chip.setChecked(choice in held)
        self.wording.setText(mark.wording)
        self.wording.setPlaceholderText(mark.text)
        made = _("已成意见") if mark.opinion else ""
        made += ("，" if made and mark.problem else "") + (_("已成问题") if mark.problem else "")
        self._made.setText(f"✓ {made}" if made else "")
        self._made.setVisible(bool(made))
        self.opinion_button.setEnabled(mark.opinion is None)
        self.problem_button.setEnabled(mark.problem is None)
        self.open_button.setVisible(mark.is_used)
        self.chosen.emit(mark)

    @Slot()
    def _click(self, name: str, choice: str, _on: bool = False) -> None:
        mark = self.current()
        if mark is None:
            return
        if name == "winds":
            now = mark.attributes.get("winds")
            held = list(now) if isinstance(now, list) else []
            value: Value = [w for w in held if w != choice] if choice in held else [*held, choice]
        else:
            value = None if mark.attributes.get(name) == choice else choice
        self._store(mark, {name: value})

    def press(self, digit: int) -> bool:
        """What a digit does with the current mark; False when it does nothing."""
        mark = self.current()
        if mark is None:
            return False
        if digit in _TURNS:
            chips = self._chips[_TURNS[digit]]
            first, other = chips[0][0], chips[1][0]
            now = mark.attributes.get(_TURNS[digit])
            self._store(mark, {_TURNS[digit]: other if now == first else first})
        elif digit == _WINDS_DIGIT:
            self._ask_winds()
        elif digit == _WORDING_DIGIT:
            self.wording.setText(self.wording.text() or mark.text)
            self.wording.setFocus()
            self.wording.selectAll()
        else:
            return False
        return True

    def _ask_winds(self) -> None:
        for choice in choose_winds(self._context, self.list):
            self._click("winds", choice)

    @Slot()
    def _word(self) -> None:
        mark = self.current()
        if mark is not None and self.wording.text().strip() != mark.wording:
            self._store(mark, {"wording": self.wording.text().strip()})

    def _store(self, mark: Mark, values: Mapping[str, Value]) -> None:
        if self._talk is not None:
            try:
                changes = marks.change(self._context.here(), self._talk, mark, values)
            except AppError as failure:
                self.refused.emit(failure)
                return
            self._context.announce(changes)

    @Slot()
    def make_opinion(self) -> None:
        """Make an opinion of the current sentence and go on to the next."""
        mark, talk = self.current(), self._talk
        if mark is not None and talk is not None:
            self._make(partial(marks.to_opinion, self._context.here(), talk, mark))

    @Slot()
    def make_problem(self) -> None:
        """Ask for the sub-kind and make a problem of the current sentence."""
        mark, talk = self.current(), self._talk
        if mark is None or talk is None or mark.problem is not None:
            return
        chosen = choose_sub_kind(self._context, mark.text, self)
        if chosen is not None:
            sub_kind, why = chosen
            here = self._context.here()
            self._make(partial(marks.to_problem, here, talk, mark, sub_kind, why))

    def _make(self, act: "partial[tuple[Uid, Changes]]") -> None:
        place = self.list.currentRow()
        try:
            _uid, changes = act()
        except AppError as failure:
            self.refused.emit(failure)
            return
        self._context.announce(changes)
        if place + 1 < self.list.count():
            self.list.setCurrentRow(place + 1)

    @Slot()
    def open_made(self) -> None:
        """Open what was made of the current sentence: the problem before the opinion."""
        mark = self.current()
        if mark is not None and mark.problem is not None:
            self._context.record_wanted.emit("problem", mark.problem)
        elif mark is not None and mark.opinion is not None:
            self._context.record_wanted.emit("opinion", mark.opinion)

    @Slot()
    def remove(self) -> None:
        """Take the current mark away."""
        mark, talk = self.current(), self._talk
        if mark is not None and talk is not None:
            try:
                changes = marks.remove(self._context.here(), talk, mark)
            except AppError as failure:
                self.refused.emit(failure)
                return
            self._context.announce(changes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Digits, Enter, Shift+Enter and Del in the list."""
        if (
            watched is self.list
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and self._take_key(event)
        ):
            return True
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        text = event.text()
        if text.isdecimal() and text.isascii():
            return self.press(int(text))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self.make_problem if shifted else self.make_opinion)()
            return True
        if event.key() == Qt.Key.Key_Delete:
            self.remove()
            return True
        return False
