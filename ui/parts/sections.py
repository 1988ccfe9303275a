"""Two wordings of a long text side by side, to be chosen section by section."""

import html
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from services.conflicts import Hunk, Merged, Origin, differences
from services.words import _
from ui import theme

_MOST_UNCHANGED = 90
"""Characters of an unchanged section that are shown; the whole stands in its tooltip."""
_ENDS = 36


def marked(old: str | None, new: str) -> str:
    """`new` as rich text, what is not in `old` underlined on the marker's colour; None: plain."""
    if not new:
        return f"<i>{html.escape(_('（空）'))}</i>"
    if old is None:
        return _lines(new)
    colour = theme.tokens().mark
    style = f"background-color:{colour}; text-decoration: underline"
    return "".join(
        f'<span style="{style}">{_lines(piece.text)}</span>'
        if piece.changed
        else _lines(piece.text)
        for piece in differences(old, new)
    )


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def rich(text: str) -> QLabel:
    """A label of rich text that breaks lines and can be copied from."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class SectionsView(QWidget):
    """The sections of a merged text; those both changed differently ask for a choice."""

    chosen = Signal()
    """A section was chosen."""

    def __init__(self, merged: Merged, names: tuple[str, str]) -> None:
        """Draw `merged`; `names` are those of the two people."""
        super().__init__()
        self._merged = merged
        self._names = names
        self._chosen: dict[int, str] = {}
        self._groups: list[QButtonGroup] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(6))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for line, hunk in enumerate(merged.hunks):
            if hunk.origin is Origin.CHOICE:
                self._add_choice(grid, line, hunk)
            else:
                grid.addWidget(self._settled(hunk), line, 0, 1, 2)

    def open_choices(self) -> int:
        """How many sections still wait for a choice."""
        return len(self._merged.choices) - len(self._chosen)

    def text(self) -> str:
        """The text as chosen so far; open sections are left out."""
        return self._merged.text(self._chosen)

    def choose(self, side: int) -> None:
        """Take the first (0) or the second (1) person's wording of every open section."""
        for group in self._groups:
            if group.checkedButton() is None:
                group.buttons()[side].click()

    def _add_choice(self, grid: QGridLayout, line: int, hunk: Hunk) -> None:
        group = QButtonGroup(self)
        self._groups.append(group)
        for column, text in enumerate((hunk.first, hunk.second)):
            button = QRadioButton(_("用{name}的").format(name=self._names[column]))
            button.setToolTip(text)
            button.clicked.connect(partial(self._take, line, text))
            group.addButton(button)
            card = QFrame()
            card.setProperty("role", "card")
            inner = QVBoxLayout(card)
            inner.setContentsMargins(*(theme.px(8),) * 4)
            inner.setSpacing(theme.px(4))
            inner.addWidget(button)
            inner.addWidget(rich(marked(hunk.base, text)))
            inner.addStretch(1)
            grid.addWidget(card, line, column)

    def _settled(self, hunk: Hunk) -> QLabel:
        """A section that needs no choice."""
        if hunk.origin is Origin.SAME:
            label = rich(_lines(_shortened(hunk.base)))
            label.setProperty("role", "hint")
            label.setToolTip(hunk.base)
            return label
        who = {
            Origin.FIRST: _("只有{name}改了").format(name=self._names[0]),
            Origin.SECOND: _("只有{name}改了").format(name=self._names[1]),
        }.get(hunk.origin, _("两人改得一样"))
        text = hunk.text
        told = marked(hunk.base, text) if text else f"<s>{_lines(hunk.base)}</s>"
        colour = theme.tokens().text2
        return rich(f'<span style="color:{colour}">{html.escape(who)}</span>　{told}')

    def _take(self, line: int, text: str, _checked: bool = True) -> None:
        self._chosen[line] = text
        self.chosen.emit()


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_UNCHANGED else f"{text[:_ENDS]} …… {text[-_ENDS:]}"
