"""Marks between the sheet, which shows them, and the list, which says what they are."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from models.kinds import Uid
from services.core import Row
from services.marks import Mark
from ui.tabs.interviews.frame import TalkFrame
from ui.tabs.interviews.talking import lines


class Marking(QObject):
    """Keeps what the sheet shades and what the list shows alike."""

    def __init__(self, frame: TalkFrame, store_text: Callable[[], bool]) -> None:
        """`store_text` stores what was typed; marks are places in the stored text."""
        super().__init__(frame)
        self._frame = frame
        self._store_text = store_text
        self._talk: Row | None = None
        frame.tidying.chosen.connect(self._go_to)

    def show_talk(self, talk: Row | None) -> None:
        """Show the marks of a talk as it was just read."""
        self._talk = talk
        if talk is None:
            return
        if self.is_recording():
            self._frame.text.shade(lines(talk))
        else:
            self._frame.tidying.show_talk(talk)
            self._frame.text.shade(self._frame.tidying.shades())

    def is_recording(self) -> bool:
        """Whether the talk goes on; then nothing is made of its sentences yet."""
        return self._talk is None or self._talk.values.get("state") in (None, "recording")

    def show_source(self, uid: Uid) -> None:
        """Lead to the sentence of which this opinion or problem was made: selected, in view."""
        mark = self._frame.tidying.choose_made(uid)
        if mark is not None and mark.span is not None:
            self._frame.text.show_sentence(mark.span.start, mark.span.end)

    def use_sentence(self, make: Callable[[], None]) -> None:
        """Make something of the sentence under the cursor, marked or not yet."""
        if self._frame.text.is_composing or self.is_recording() or not self._store_text():
            return
        if self._frame.tidying.choose_at(self._frame.text.place()):
            make()

    @Slot(object)
    def _go_to(self, mark: Mark) -> None:
        if mark.span is not None and not self._frame.text.hasFocus():
            self._frame.text.show_place(mark.span.start)
