"""The sheet a talk is written on: wide lines, and no more characters in one than the eye holds."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from services.words import _
from ui import theme

_IDEOGRAPH = 0x56FD
"""Any Chinese character: all are as wide."""
_MOST_CHARACTERS = 46
"""Chinese characters of one line."""
_LINE_PERCENT = 165
_LEAST_MARGIN_PX = 16
_SCROLL_BAR_PX = 12


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
