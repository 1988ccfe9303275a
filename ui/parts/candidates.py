"""How one side of a conflict is drawn: who, when, the words, the way of a problem."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from services import words
from services.conflicts import Candidate, PathStep
from services.words import _
from ui import theme
from ui.parts.icons import SIZE, state_pixmap
from ui.parts.sections import marked, rich


def plain_label(role: str) -> QLabel:
    """An empty label of plain text that breaks lines."""
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def numbered(n: int, text: str) -> str:
    """A heading with the digit that takes it."""
    return f"{n}　{text}"


def was(base: Candidate) -> QVBoxLayout:
    """What all had seen."""
    layout = QVBoxLayout()
    layout.setSpacing(theme.px(2))
    head = plain_label("hint")
    when = words.date(f"{base.at.astimezone():%Y-%m-%d}")
    head.setText(_("原来（{name}，{when}）").format(name=base.actor_name, when=when))
    layout.addWidget(head)
    layout.addWidget(rich(marked(None, base.words)))
    return layout


def head_of(n: int, one: Candidate, *, narrow: bool = False) -> QWidget:
    """Number, person, laptop and time of a candidate; `narrow` puts the rest below."""
    head = plain_label("head")
    moment = one.at.astimezone()
    when = f"{words.date(f'{moment:%Y-%m-%d}')} {moment:%H:%M}"
    where = f"{one.letter}，{when}" if one.letter else when
    head.setText(numbered(n, _("{name}（{where}）").format(name=one.actor_name, where=where)))
    shown = plain_label("hint")
    shown.setText(_("现在显示的是这个") if one.shown else "")
    line = QWidget()
    layout: QHBoxLayout | QVBoxLayout = QVBoxLayout(line) if narrow else QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(theme.px(2))
    layout.addWidget(head, 1)
    if one.shown:
        shown.setWordWrap(False)
        layout.addWidget(shown)
    return line


def block(n: int, one: Candidate, old: str | None) -> QWidget:
    """A candidate: who and when, the words, why."""
    block = QWidget()
    layout = QVBoxLayout(block)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(theme.px(2))
    layout.addWidget(head_of(n, one))
    layout.addWidget(rich(marked(old, one.words)))
    if one.reason:
        layout.addWidget(reason_of(one))
    return block


def reason_of(one: Candidate | PathStep) -> QLabel:
    """Why somebody wrote it, by name."""
    label = plain_label("hint")
    label.setText(_("{name}的理由　{reason}").format(name=one.actor_name, reason=one.reason or ""))
    return label


def paths(candidates: Sequence[Candidate]) -> QGridLayout:
    """The ways of a problem side by side, each from what all had seen to its end."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(16))
    for column, one in enumerate(candidates):
        grid.setColumnStretch(column, 1)
        grid.addWidget(head_of(column + 1, one, narrow=True), 0, column, Qt.AlignmentFlag.AlignTop)
        way = QVBoxLayout()
        way.setSpacing(theme.px(6))
        for step in one.path:
            way.addLayout(_step(step))
        way.addStretch(1)
        grid.addLayout(way, 1, column)
    return grid


def _step(step: PathStep) -> QHBoxLayout:
    icon = QLabel()
    icon.setPixmap(state_pixmap(step.state, theme.px(SIZE), icon.devicePixelRatioF()))
    icon.setAlignment(Qt.AlignmentFlag.AlignTop)
    icon.setContentsMargins(0, theme.px(2), 0, 0)
    moment = step.at.astimezone()
    parts = [step.words, step.actor_name, f"{words.date(f'{moment:%Y-%m-%d}')} {moment:%H:%M}"]
    parts += [_("已签名")] if step.signed else []
    told = plain_label("")
    told.setText("　".join(parts))
    lines = QVBoxLayout()
    lines.setSpacing(0)
    lines.addWidget(told)
    if step.reason:
        lines.addWidget(reason_of(step))
    row = QHBoxLayout()
    row.setSpacing(theme.px(6))
    row.addWidget(icon)
    row.addLayout(lines, 1)
    return row
