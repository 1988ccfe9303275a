"""The sheet a talk is written on: wide lines, and no more characters in one than the eye holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QInputMethodEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit

from services.marks import Span
from services.words import _
from ui import theme

_IDEOGRAPH = 0x56FD
"""Any Chinese character: all are as wide."""
_MOST_CHARACTERS = 46
"""Chinese characters of one line."""
_LINE_PERCENT = 165
_LEAST_MARGIN_PX = 16
_SCROLL_BAR_PX = 12


class Shade(Enum):
    """How a marked sentence looks."""

    LINE = "line"
    """A thin line below it: enough for the writer, nothing for the person opposite."""
    WAITING = "waiting"
    USED = "used"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Shaded:
    """A sentence and how it looks."""

    span: Span
    shade: Shade


class TalkSheet(QTextEdit):
    """Plain text; what is pasted loses its looks."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self.setProperty("role", "talk")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("谈话内容"))
        self.setPlaceholderText(_("直接写。其他各栏以后再填。"))
        self.is_composing = False
        """Whether an input method has characters that are not chosen yet: no key acts meanwhile."""
        self.show_text("")

    def show_text(self, text: str) -> None:
        """Show a stored text; it cannot be undone away."""
        self.setPlainText(text)
        wide = QTextBlockFormat()
        wide.setLineHeight(_LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(wide)
        self.document().clearUndoRedoStacks()

    def place(self) -> int:
        """Where the cursor stands in the text, in characters."""
        before = self.toPlainText().encode("utf-16-le")[: 2 * self.textCursor().position()]
        return len(before.decode("utf-16-le", "replace"))

    def shade(self, sentences: Iterable[Shaded]) -> None:
        """Show which sentences are marked; nothing of it is part of the text."""
        text, extra = self.toPlainText(), []
        for shaded in sentences:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(_units(text, shaded.span.start))
            cursor.setPosition(_units(text, shaded.span.end), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, _look(shaded.shade)
            extra.append(selection)
        self.setExtraSelections(extra)

    def show_place(self, place: int) -> None:
        """Bring a place of the text into view and put the cursor there."""
        cursor = self.textCursor()
        cursor.setPosition(_units(self.toPlainText(), place))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def show_sentence(self, start: int, end: int) -> None:
        """Select a part of the text and bring it into view."""
        text = self.toPlainText()
        cursor = self.textCursor()
        cursor.setPosition(_units(text, end))
        cursor.setPosition(_units(text, start), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def put_at_line(self, words: str) -> None:
        """Write words at the beginning of the cursor's paragraph."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        cursor.insertText(words)

    def put(self, words: str) -> None:
        """Write words at the cursor."""
        self.textCursor().insertText(words)
        self.ensureCursorVisible()

    def put_heading(self, words: str) -> None:
        """Begin a part: a line of its own with words in 【】, the cursor on the line after."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        before = "" if not cursor.block().text() else "\n"
        cursor.insertText(f"{before}【{words}】\n")
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether characters are still being chosen."""
        self.is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def line_characters(self) -> int:
        """How many Chinese characters fit into a line now."""
        free = self.lineWrapColumnOrWidth() - 2 * round(self.document().documentMargin())
        return free // self._character()

    def _character(self) -> int:
        """Width of a Chinese character, in pixels."""
        return max(1, self.fontMetrics().horizontalAdvance(chr(_IDEOGRAPH)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the lines short: what is left over goes to both sides."""
        super().resizeEvent(event)
        line = _MOST_CHARACTERS * self._character() + self._character() // 2
        wanted = line + 2 * round(self.document().documentMargin())
        free = self.width() - theme.px(_SCROLL_BAR_PX + 2 * _LEAST_MARGIN_PX)
        # Of a margin set while it is resized the text takes no notice: it is told its width.
        self.setLineWrapColumnOrWidth(max(self._character(), min(wanted, free)))
        side = theme.px(_LEAST_MARGIN_PX) + max(0, free - wanted) // 2
        if self.viewportMargins().left() != side:
            self.setViewportMargins(side, theme.px(12), theme.px(_LEAST_MARGIN_PX), theme.px(12))


def _units(text: str, place: int) -> int:
    """A place in characters as Qt counts it: rare characters (𬭎) count twice there."""
    return len(text[:place].encode("utf-16-le")) // 2


def _look(shade: Shade) -> QTextCharFormat:
    colours = theme.tokens()
    look = QTextCharFormat()
    if shade is Shade.LINE:
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        look.setUnderlineColor(QColor(colours.text2))
    else:
        look.setBackground(QColor(_BACKGROUND[shade](colours)))
    return look


_BACKGROUND: dict[Shade, Callable[[theme.Tokens], str]] = {
    Shade.WAITING: lambda colours: colours.mark,
    Shade.USED: lambda colours: colours.mark_done,
    Shade.CURRENT: lambda colours: colours.sel,
}
