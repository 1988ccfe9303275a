"""A form bound to a record: each field is stored when it is left, a new record with its first."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from models.kinds import Field, FieldType, Uid, Value
from services import directory, listing, records, references, words
from services.core import Changes, Filter, Row
from services.errors import AppError
from services.rules import Invalid
from services.words import _
from ui import errors
from ui.context import Context
from ui.drafting import Drafting
from ui.explaining import explain_field
from ui.naming import candidates
from ui.parts.form import FieldView, FormView

_OURS = frozenset({"checkers", "handled_by", "handlers", "recorder", "talkers"})
"""Fields that name people of the group."""
_REPEATED = frozenset({"place"})
"""Fields of text that are completed with what was written before."""
_AFTER_THE_END = frozenset({"recheck_on"})
"""Fields of a closed record that are filled in later."""
_MOST_COLLEAGUES = 500


def field_views(context: Context, kind: str, names: Sequence[str]) -> list[FieldView]:
    """How the fields of these names are drawn in the open workspace.

    `field.uid` is what a field of many members says of one record, by whose title it is called.
    """
    spec = records.kind_named(kind)
    titles = references.titles(context.here(), {n.partition(".")[2] for n in names if "." in n})
    views = []
    for name in names:
        stem, dot, member = name.partition(".")
        if dot:
            field = replace(spec.by_name[stem], name=name, type=FieldType.LONG_TEXT)
            views.append(FieldView(field, titles.get(Uid(member), member[:8]), {}))
        else:
            views.append(_view(context, kind, spec.by_name[name]))
    return views


def _flat(values: Mapping[str, Value]) -> dict[str, Value]:
    """Values with those of members also under `field.member`."""
    found = dict(values)
    for name, value in values.items():
        if isinstance(value, dict):
            found |= {f"{name}.{member}": said for member, said in value.items()}
    return found


def _nested(field: str, value: Value) -> dict[str, Value]:
    """A field's value as the services take it; the reverse of `_flat`."""
    stem, dot, member = field.partition(".")
    return {stem: {member: value or None}} if dot else {field: value}


def _view(context: Context, kind: str, field: Field) -> FieldView:
    choices = directory.choices(context.here(), field.choices) if field.choices else {}
    offer = partial(candidates, context, field.refers) if field.refers else None
    if field.name in _OURS:
        offer = partial(colleagues, context)
    return FieldView(
        field,
        words.field(kind, field.name),
        choices,
        offer,
        words.field_help(kind, field.name),
        partial(_used, context, kind, field.name) if field.name in _REPEATED else None,
    )


def _used(context: Context, kind: str, field: str) -> Sequence[str]:
    if context.workspace is None:
        return ()
    return directory.used(context.workspace, kind, field)


def colleagues(context: Context) -> Mapping[str, str]:
    """Uid → name of the people who belong to no unit under supervision."""
    wanted = Filter({"unit": None}, sort="name")
    people = listing.page(context.here(), "person", wanted, 0, _MOST_COLLEAGUES).rows
    return {row.uid: str(row.values.get("name") or row.uid[:8]) for row in people}


class Editor(QObject):
    """Stores what a person enters into a form, field by field."""

    stored = Signal(str)
    """Uid of the record, after each field that was stored."""

    def __init__(self, context: Context, kind: str, form: FormView, origin: str) -> None:
        """Bind `form` to records of `kind`.

        Args:
            context: where the open workspace is.
            kind: of the records.
            form: whose `edited` is listened to.
            origin: told in `Changes`, so that a tab knows its own echo.
        """
        super().__init__(form)
        self._context = context
        self._kind = kind
        self._form = form
        self._origin = origin
        self._preset: dict[str, Value] = {}
        self.row: Row | None = None
        """The record as it was read last; None while it is a new one."""
        self.drafting = Drafting(context, kind, self)
        self.drafting.refused.connect(self._tell_unkept)
        form.typed.connect(self._touched)
        form.edited.connect(self._store)
        form.asked.connect(self._explain)

    def show(self, uid: Uid) -> None:
        """Read a record and show it.

        Raises:
            Refused: no such record.
        """
        self.row = records.get(self._context.here(), self._kind, uid)
        self.drafting.show(self.row)
        self._form.show_errors({})
        self._form.load(_flat(self.row.values))
        self._form.set_missing(self.row.missing)
        but = () if self._context.here().store.readonly else _AFTER_THE_END
        self._form.set_readonly(self.closed(), but=but)

    def begin(self, preset: Mapping[str, Value]) -> None:
        """Show an empty form; `preset` is stored with the first field that is left."""
        self.row = None
        self._preset = dict(preset)
        self.drafting.begin(self._preset)
        self._form.show_errors({})
        self._form.load(_flat(self._preset))
        self._form.set_missing(())
        self._form.set_readonly(self.closed())

    def put_back(self, texts: Mapping[str, str]) -> None:
        """Put texts back that were kept; what is refused stays kept, and its field says why."""
        for field, text in texts.items():
            if not self._form.draws(field):
                continue
            self._touched(field)
            self._form.put_typed(field, text)
        self.drafting.keep()

    @Slot(str)
    def _touched(self, field: str) -> None:
        self.drafting.touched(field, partial(self._form.typed_text, field))

    @Slot(str, object)
    def _tell_unkept(self, field: str, failure: AppError) -> None:
        self._form.show_errors(self._form.faults() | {field: words.error(failure)})

    def closed(self) -> str | None:
        """Why the record cannot be changed, in words; None when it can."""
        workspace = self._context.here()
        if workspace.store.readonly:
            return _("这个文件只能查看")
        refusal = records.closed(workspace, self.row) if self.row is not None else None
        return words.error(refusal) if refusal is not None else None

    @Slot(str)
    def _explain(self, field: str) -> None:
        """Tell why a stored field has its value."""
        if self.row is not None and self._context.workspace is not None:
            uid = self.row.uid
            if explain_field(self._context, self._form, uid, field):
                # Who files the record anew sees it under its new uid when lists reload.
                with contextlib.suppress(AppError):
                    self.show(uid)
                    self.stored.emit(uid)

    @Slot(str, object)
    def _store(self, field: str, value: Value) -> None:
        if self._context.workspace is None:
            return
        try:
            changes = self._change(field, value)
        except Invalid as refusal:
            self._tell_faults(refusal)
            self.drafting.keep()
            return
        except AppError as failure:
            self.drafting.keep()
            errors.show(self._form, failure)
            return
        self._tell_stored(field)
        self._form.clear_error(field)
        self._form.set_missing(self.row.missing if self.row is not None else ())
        self._context.announce(replace(changes, origin=self._origin))
        if self.row is not None:
            self.stored.emit(self.row.uid)

    def store(self, field: str, value: Value) -> None:
        """Store one field that the form does not draw; raises what storing refuses."""
        changes = self._change(field, value)
        self._tell_stored(field)
        self._form.set_missing(self.row.missing if self.row is not None else ())
        self._context.announce(replace(changes, origin=self._origin))
        if self.row is not None:
            self._form.refresh(_flat(self.row.values))
            self.stored.emit(self.row.uid)

    def store_answer(self, question: str, value: Value) -> None:
        """Store one answer of a form; a new record begins with it.

        Raises:
            Invalid: the answer has faults.
            AppError: whatever else storing refuses.
        """
        workspace = self._context.here()
        answers: dict[str, Value] = {"answers": {question: value}}
        if self.row is None:
            changes = self._add(answers)
        else:
            changed = records.change(
                workspace, self._kind, self.row.uid, answers, base=self.row.base
            )
            self.row = records.get(workspace, self._kind, changed.uid)
            changes = changed.changes
        self._tell_stored(f"answers.{question}")
        self._form.refresh(_flat(self.row.values) if self.row is not None else {})
        self._context.announce(replace(changes, origin=self._origin))

    def _add(self, values: Mapping[str, Value]) -> Changes:
        workspace = self._context.here()
        record = self._preset | dict(values)
        added = records.add(workspace, self._kind, [record], draft=True)
        self.row = records.get(workspace, self._kind, added.uids[0])
        return added.changes

    def _change(self, field: str, value: Value) -> Changes:
        workspace, row, given = self._context.here(), self.row, _nested(field, value)
        if row is None:
            return self._add(given)
        if _flat(row.values).get(field) == value:
            return Changes()
        changed = records.change(workspace, self._kind, row.uid, given, base=row.base)
        self.row = records.get(workspace, self._kind, changed.uid)
        return changed.changes

    def _tell_stored(self, field: str) -> None:
        if self.row is not None:
            self.drafting.stored(field, self.row)

    def _tell_faults(self, refusal: Invalid) -> None:
        faults = {
            self._drawn(fault.field): words.sentence(
                fault.code, {"kind": self._kind, "field": fault.field, **fault.params}
            )
            for fault in refusal.findings
        }
        self._form.show_errors(self._form.faults() | faults)

    def _drawn(self, field: str) -> str:
        """The field that shows a fault: a member's own where it has one."""
        return field if self._form.draws(field) else field.partition(".")[0]
