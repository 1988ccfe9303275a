"""What is typed into a form and not stored yet is kept in the file within two seconds."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from models.kinds import FieldType, Tier, Uid, Value
from services import drafts, records
from services.core import Row
from services.errors import AppError
from ui.context import Context

_DRAFT_MS = 2000
"""How long typed text may stay out of the file."""


class Drafting(QObject):
    """Beside an editor: knows which fields hold text that is no change yet."""

    refused = Signal(str, object)
    """Field and `AppError`: what stands there could not be kept."""

    def __init__(self, context: Context, kind: str, parent: QObject) -> None:
        """Keep fields of records of `kind`; nothing is bound yet."""
        super().__init__(parent)
        self._context = context
        self._fields = records.kind_named(kind)
        self._uid = drafts.unborn()
        self._values: Mapping[str, Value] = {}
        self._typed: dict[str, Callable[[], str]] = {}
        self._kept: set[str] = set()
        self.draft_ms = _DRAFT_MS
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.keep)

    def begin(self, preset: Mapping[str, Value]) -> None:
        """What is typed from now on belongs to a record that is not stored yet."""
        self._bind(drafts.unborn(), preset)

    def show(self, row: Row) -> None:
        """What is typed from now on belongs to this record."""
        self._bind(row.uid, row.values)

    def _bind(self, uid: Uid, values: Mapping[str, Value]) -> None:
        if uid != self._uid:
            self.keep()
            self._typed.clear()
            workspace = self._context.here()
            self._kept = set(drafts.fields_of(workspace, self._fields.name, uid))
        self._uid, self._values = uid, values

    def touched(self, field: str, text: Callable[[], str]) -> None:
        """Somebody types into a field.

        Args:
            field: its name; `answers.<question>` for an answer.
            text: tells what stands there when it is kept.
        """
        spec = self._fields.by_name.get(field.partition(".")[0])
        if spec is None or spec.tier is Tier.SEALED:
            return
        self._typed[field] = text
        if not self._pause.isActive():
            self._pause.start(self.draft_ms)

    @Slot()
    def keep(self) -> None:
        """Keep now what is typed and not stored."""
        self._pause.stop()
        workspace = self._context.workspace
        if workspace is None or workspace.store.readonly or not self._typed:
            return
        for field, text in list(self._typed.items()):
            typed = text()
            try:
                if typed == self._stored(field):
                    self._forget(field)
                    continue
                drafts.keep(workspace, self._fields.name, self._uid, field, typed)
                self._kept.add(field)
            except AppError as failure:
                self.refused.emit(field, failure)
        if drafts.is_unborn(self._uid) and self._kept:
            self._keep_preset()

    def _keep_preset(self) -> None:
        """Whose record it would become is kept with it: unit, day, form."""
        for field, value in self._values.items():
            spec = self._fields.by_name.get(field)
            if spec is None or spec.tier is Tier.SEALED or field in self._kept:
                continue
            if isinstance(value, str) and value:
                drafts.keep(self._context.here(), self._fields.name, self._uid, field, value)
                self._kept.add(field)

    def stored(self, field: str, row: Row) -> None:
        """A field was stored, perhaps the first of a new record, or under another unit."""
        if drafts.is_unborn(self._uid) and self._kept:
            drafts.drop_record(self._context.here(), self._fields.name, self._uid)
            self._kept.clear()
        self._forget(field)
        if self._typed:
            self._pause.start(self.draft_ms)
        for other in self._kept if row.uid != self._uid else ():
            drafts.drop(self._context.here(), self._fields.name, self._uid, other)
        self._uid, self._values = row.uid, row.values

    def _forget(self, field: str) -> None:
        self._typed.pop(field, None)
        if field in self._kept:
            drafts.drop(self._context.here(), self._fields.name, self._uid, field)
            self._kept.discard(field)

    def _stored(self, field: str) -> str:
        """The stored value as an input shows it; nothing for links, of which one is added."""
        stem, _dot, member = field.partition(".")
        value = self._values.get(stem)
        if self._fields.by_name[stem].type is FieldType.LINKS:
            return ""
        if member:
            value = value.get(member) if isinstance(value, dict) else None
        return "" if value is None else str(value)
