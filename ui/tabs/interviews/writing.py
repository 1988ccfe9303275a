"""The text of a talk while it is written: stored when it is left, kept every two seconds before."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot

from services import drafts
from services.core import Row
from services.errors import AppError
from ui.context import Context
from ui.editing import Editor
from ui.tabs.interviews.sheet import TalkSheet

_DRAFT_MS = 2000
"""How long typed text may stay out of the file."""


class Writing(QObject):
    """Between the sheet and the file."""

    refused = Signal(object)
    """An `AppError`: the text was not stored; it stays on the sheet."""
    stored = Signal()
    """The text on the sheet is the stored one."""

    def __init__(self, context: Context, sheet: TalkSheet) -> None:
        """Watch `sheet`; nothing is shown yet."""
        super().__init__(sheet)
        self._context = context
        self._sheet = sheet
        self._editor: Editor | None = None
        self.draft_ms = _DRAFT_MS
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.keep)
        self._loading = False
        self._kept = False
        self._shown = ""
        self._refused: str | None = None
        sheet.textChanged.connect(self._typed)
        sheet.installEventFilter(self)

    def bind(self, editor: Editor | None) -> None:
        """Show the text of the editor's talk; None lets go of it."""
        self._editor = editor
        self._pause.stop()
        row = self._row()
        if row is None:
            return
        self._loading = True
        self._sheet.show_text(str(row.values.get("text") or ""))
        self._loading = False
        # Qt reads some blanks back as others: the text as shown is what an edit differs from.
        self._shown, self._kept, self._refused = self._sheet.toPlainText(), False, None

    def put(self, text: str) -> None:
        """Put a kept text back and store it."""
        self._sheet.show_text(text)
        self._kept = True
        self.store()

    def _row(self) -> Row | None:
        return None if self._editor is None else self._editor.row

    @Slot()
    def _typed(self) -> None:
        if not self._loading and self._row() is not None and not self._pause.isActive():
            self._pause.start(self.draft_ms)

    @Slot()
    def keep(self) -> None:
        """Keep what stands on the sheet beside the record, to be offered after a crash."""
        row = self._row()
        if row is None or self._context.workspace is None:
            return
        text = self._sheet.toPlainText()
        try:
            drafts.keep(self._context.here(), "interview", row.uid, "text", text)
            self._kept = True
        except AppError as failure:
            self.refused.emit(failure)

    def store(self) -> bool:
        """Store the text if it was changed; False when that was refused."""
        self._pause.stop()
        row, editor = self._row(), self._editor
        text = self._sheet.toPlainText()
        if row is None or editor is None or self._context.workspace is None:
            return True
        try:
            if text not in (self._shown, str(row.values.get("text") or "")):
                editor.store("text", text)
            if self._kept:
                drafts.drop(self._context.here(), "interview", row.uid, "text")
                self._kept = False
        except AppError as failure:
            self.keep()
            self.refused.emit(failure)
            return False
        self._refused, self._shown = None, text
        self.stored.emit()
        return True

    def settle(self) -> bool:
        """Store the text for good; False when it was refused for the first time.

        A text refused once more is let go: it is kept in the file, and the list offers it.
        """
        text = self._sheet.toPlainText()
        if not self.store() and text != self._refused:
            self._refused = text
            return False
        return True

    def forget(self) -> None:
        """The talk was deleted: nothing of it is to be kept or stored."""
        row = self._row()
        if row is not None:
            drafts.drop(self._context.here(), "interview", row.uid, "text")
        self.bind(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving the text stores it."""
        if watched is self._sheet and event.type() is QEvent.Type.FocusOut:
            self.store()
        return super().eventFilter(watched, event)
