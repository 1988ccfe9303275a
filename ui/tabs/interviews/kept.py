"""After a crash: texts that were typed and never stored, each put back or let go."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from models.kinds import Uid
from services import drafts, references
from services.drafts import Draft
from services.errors import AppError
from services.words import _
from ui import errors
from ui.context import Context

_FIRST_WORDS = 24


class KeptTexts(QWidget):
    """A strip a text; nothing at all when everything was stored."""

    wanted = Signal(object, str)
    """Uid of the talk, and the text to put back."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Empty until `reload`."""
        super().__init__(parent)
        self._context = context
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 4, 0, 0)
        self.hide()

    def reload(self) -> None:
        """Ask the file what was kept."""
        while (item := self._layout.takeAt(0)) is not None:
            strip = item.widget()
            if strip is not None:
                strip.deleteLater()
        kept = [d for d in drafts.pending(self._context.here()) if d.kind == "interview"]
        titles = references.titles(self._context.here(), {d.uid for d in kept})
        for draft in kept:
            self._layout.addWidget(self._strip(draft, titles.get(draft.uid, "")))
        self.setVisible(bool(kept))

    def text_of(self, uid: Uid) -> str | None:
        """The text that was kept of a talk; None when there is none."""
        for draft in drafts.pending(self._context.here()):
            if draft.kind == "interview" and draft.uid == uid:
                return draft.text
        return None

    def _strip(self, draft: Draft, title: str) -> QFrame:
        strip = QFrame()
        strip.setProperty("role", "strip")
        row = QHBoxLayout(strip)
        row.setContentsMargins(12, 6, 12, 6)
        told = QLabel(
            _("上次没来得及存：谈话 {code}，{at} 写的“{text}……”").format(
                code=title,
                at=f"{draft.at.astimezone():%m-%d %H:%M}",
                text=" ".join(draft.text[-_FIRST_WORDS:].split()),
            )
        )
        told.setWordWrap(True)
        row.addWidget(told, 1)
        back = QPushButton(_("放回"))
        back.setProperty("kind", "primary")
        back.clicked.connect(partial(self._put_back, draft))
        row.addWidget(back)
        away = QPushButton(_("不要"))
        away.clicked.connect(partial(self._drop, draft))
        row.addWidget(away)
        return strip

    def _put_back(self, draft: Draft, _on: bool = False) -> None:
        self.wanted.emit(Uid(draft.uid), draft.text)
        self.reload()

    def _drop(self, draft: Draft, _on: bool = False) -> None:
        try:
            drafts.drop(self._context.here(), draft.kind, draft.uid, draft.field)
        except AppError as failure:
            errors.show(self, failure)
        self.reload()
