"""How a cell of a list is painted: its state's colour, its hits, its whole text on demand."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from services.search import hits
from ui import theme
from ui.parts.paged import Index


class Cell(QStyledItemDelegate):
    """Keeps a state's colour in the selected row, marks hits, and tells a cut text in full."""

    def __init__(self, view: QAbstractItemView) -> None:
        """Paint the cells of `view`."""
        super().__init__(view)
        self._view = view
        self.sought = ""
        """Text whose hits are marked; empty for none."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the cell, with hits behind its words."""
        if not self.sought or not hits(str(index.data() or ""), self.sought):
            super().paint(painter, option, index)
            return
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text = shown.text
        style = self._view.style()
        room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, shown, shown.widget)
        room.adjust(theme.px(3), 0, -theme.px(3), 0)
        shown.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        elided = shown.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.save()
        painter.setFont(shown.font)
        for start, end in hits(elided, self.sought):
            left = room.left() + shown.fontMetrics.horizontalAdvance(elided[:start])
            width = shown.fontMetrics.horizontalAdvance(elided[start:end])
            behind = QRect(left, room.top() + theme.px(5), width, room.height() - theme.px(10))
            painter.fillRect(behind, QColor(theme.tokens().mark))
        painter.setPen(shown.palette.color(shown.palette.ColorRole.HighlightedText))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, flags | Qt.TextFlag.TextSingleLine, elided)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Keep the colour of a state also where the row is selected."""
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        shown = colour if isinstance(colour, QColor) else QColor(theme.tokens().text)
        option.palette.setColor(option.palette.ColorRole.HighlightedText, shown)
        mark = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(mark, QPixmap):
            # Qt tints the mark of a selected row; its colour says who must move.
            option.icon.addPixmap(mark, QIcon.Mode.Selected)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Show the whole text of a cell that is too narrow for it."""
        text = str(index.data() or "")
        room = option.rect.width() - theme.px(12)
        if text and option.fontMetrics.horizontalAdvance(text) > room:
            QToolTip.showText(event.globalPos(), text, view)
        else:
            QToolTip.hideText()
        return True
