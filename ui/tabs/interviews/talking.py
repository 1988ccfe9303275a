"""谈话中: keys that work while somebody speaks, and no more on the screen than the talk."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from services import marks
from services.core import Row
from services.errors import AppError
from services.words import _
from ui.context import Context
from ui.tabs.interviews.outline import Outline
from ui.tabs.interviews.sheet import Shade, Shaded, TalkSheet

_MOST_DIGITS = 9


class Keys(QObject):
    """The keys of the note page; none of them acts while an input method has an open choice."""

    marking = Signal()
    """The text is to be stored now, for a sentence of it will be marked."""
    refused = Signal(object)
    """An `AppError`."""
    ending = Signal()

    def __init__(self, context: Context, page: QWidget, sheet: TalkSheet, outline: Outline) -> None:
        """Listen on `page` for what concerns `sheet`."""
        super().__init__(page)
        self._context = context
        self._sheet = sheet
        self._outline = outline
        self.row: Callable[[], Row | None] = _no_row
        """The talk as it was read last."""
        for keys, slot in (
            (("F5", "Ctrl+T"), self.stamp),
            (("F6", "Ctrl+M"), self.mark),
            (("F7",), self.offer_phrases),
            (("F8", "Ctrl+E"), self.ending.emit),
            (("Alt+Down",), partial(outline.step, 1)),
            (("Alt+Up",), partial(outline.step, -1)),
        ):
            for key in keys:
                QShortcut(QKeySequence(key), page, partial(self._act, slot))

    def _act(self, slot: Callable[[], object]) -> None:
        if not self._sheet.is_composing and self.row() is not None:
            slot()

    @Slot()
    def stamp(self) -> None:
        """Write the time at the beginning of the paragraph."""
        self._sheet.put_at_line(f"[{datetime.now().astimezone():%H:%M}] ")

    @Slot()
    def mark(self) -> None:
        """Mark the sentence under the cursor, or take its mark away."""
        self.marking.emit()
        row = self.row()
        if row is None:
            return
        try:
            changes = marks.toggle(self._context.here(), row, self._sheet.place())
        except AppError as failure:
            self.refused.emit(failure)
            return
        self._context.announce(changes)

    @Slot()
    def offer_phrases(self) -> None:
        """Offer the campaign's ready wordings, chosen by digit."""
        menu = QMenu(self._sheet)
        for place, phrase in enumerate(self._context.here().template.phrases[:_MOST_DIGITS]):
            menu.addAction(f"&{place + 1}  {phrase.text}", partial(self._sheet.put, phrase.text))
        if menu.isEmpty():
            menu.addAction(_("模板里没有常用语")).setEnabled(False)
        corner = self._sheet.cursorRect().bottomLeft() + QPoint(0, 4)
        menu.exec(self._sheet.viewport().mapToGlobal(corner))
        menu.deleteLater()


def _no_row() -> Row | None:
    return None


def lines(talk: Row) -> list[Shaded]:
    """The marks as they look while somebody may see the screen: thin lines, no colour."""
    return [Shaded(m.span, Shade.LINE) for m in marks.of_talk(talk) if m.span is not None]


def key_line() -> QLabel:
    """What the keys do, in one quiet line."""
    label = QLabel(
        _("F5 时间　F6 标记本句　F7 常用语　Alt+↓ 下一条提纲　F9 遮屏　F11 全屏　F8 结束")
    )
    label.setProperty("role", "hint")
    return label
