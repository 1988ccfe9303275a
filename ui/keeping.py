"""What is typed into a dialog is kept in the file within two seconds, until its act is done."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDialog

from services import drafts, records
from services.errors import AppError
from ui.context import Context

if TYPE_CHECKING:
    from models.kinds import Uid

_DRAFT_MS = 2000
"""How long typed text may stay out of the file."""


class Keeping(QObject):
    """Beside a dialog that makes a record of `kind`; the same dialog finds the texts again."""

    def __init__(
        self,
        context: Context,
        kind: str,
        dialog: QDialog,
        owner: Mapping[str, str],
        *,
        record: "Uid | None" = None,
    ) -> None:
        """Keep what is typed into `dialog`.

        Args:
            context: where the open workspace is.
            kind: of the record it makes.
            dialog: ends the keeping when its act is done; leaving it keeps the texts.
            owner: fields that say whose dialog it is (the problem of a measure).
            record: that is changed; None where the dialog makes one.
        """
        super().__init__(dialog)
        self._context = context
        self._kind = kind
        known = records.kind_named(kind).by_name
        self._owner = {name: uid for name, uid in owner.items() if uid and name in known}
        self._texts: dict[str, Callable[[], str]] = {}
        self.found: dict[str, str] = {}
        """What was typed the last time and never stored: field → text."""
        self._uid = record or drafts.unborn()
        self._touched = False
        if record is not None:
            self.found = drafts.texts_of(context.here(), kind, record)
        else:
            self._look()
        self._pause = QTimer(self, singleShot=True)
        self._pause.setInterval(_DRAFT_MS)
        self._pause.timeout.connect(self.keep)
        dialog.accepted.connect(self.forget)
        dialog.rejected.connect(self._left)

    def _look(self) -> None:
        kept: dict[Uid, dict[str, str]] = {}
        for draft in drafts.pending(self._context.here()):
            if draft.kind == self._kind and drafts.is_unborn(draft.uid):
                kept.setdefault(draft.uid, {})[draft.field] = draft.text
        for uid, texts in kept.items():
            if self._owner and self._owner.items() <= texts.items():
                self._uid = uid
                self.found = {n: t for n, t in texts.items() if n not in self._owner}

    def watch(self, field: str, text: Callable[[], str]) -> None:
        """Keep what `text` tells of a field once it is touched."""
        if field in records.kind_named(self._kind).by_name:
            self._texts[field] = text

    @Slot()
    def touch(self) -> None:
        """Somebody types."""
        self._touched = True
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def keep(self) -> None:
        """Keep now what is typed."""
        self._pause.stop()
        workspace = self._context.workspace
        if workspace is None or workspace.store.readonly:
            return
        typed = {field: text() for field, text in self._texts.items()}
        if not any(typed.values()):
            drafts.drop_record(workspace, self._kind, self._uid)
            return
        try:
            for field, text in {**self._owner, **typed}.items():
                drafts.keep(workspace, self._kind, self._uid, field, text)
        except AppError:
            # Typed text stays in the dialog; storing it tells what is wrong with the file.
            return

    @Slot()
    def _left(self) -> None:
        if self._touched:
            self.keep()

    @Slot()
    def forget(self) -> None:
        """The act is done: what was typed is stored."""
        self._pause.stop()
        workspace = self._context.workspace
        if workspace is not None and not workspace.store.readonly:
            drafts.drop_record(workspace, self._kind, self._uid)
