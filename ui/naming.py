"""Words for the values of records on the screen: choices, references, dates, whole histories."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from models.kinds import Field, FieldType, RecordKind, Uid, Value
from services import directory, listing, records, references, words
from services.core import Filter, Page, Progress, Row
from services.history import Entry
from services.words import _
from ui.context import Context

if TYPE_CHECKING:
    from array import array

_REFERENCES = frozenset({FieldType.REFERENCE, FieldType.REFERENCES, FieldType.LINKS})
_MOST_CANDIDATES = 2000


class Names(QObject):
    """Titles of records that others refer to, asked for once and kept until something changes."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        """Know nothing yet."""
        super().__init__(parent)
        self._context = context
        self._titles: dict[Uid, str] = {}
        context.changed.connect(self.forget)
        context.closed.connect(self.forget)

    @Slot()
    def forget(self) -> None:
        """Ask again from now on."""
        self._titles.clear()

    def learn(self, uids: Collection[str]) -> None:
        """Ask for the titles of several records at once."""
        unknown = {uid for uid in uids if uid not in self._titles}
        if unknown:
            found = references.titles(self._context.here(), unknown)
            self._titles |= {Uid(uid): found.get(Uid(uid), uid) for uid in unknown}

    def of(self, uid: Value) -> str:
        """The title of one record; empty for none, free text as it is."""
        if not isinstance(uid, str) or not uid:
            return ""
        self.learn([uid])
        return self._titles[Uid(uid)]

    def all_of(self, uids: Value) -> str:
        """The titles of several records on one line."""
        return "、".join(self.of(uid) for uid in uids) if isinstance(uids, list) else ""


class KindSource:
    """The rows of one kind for a list, with the titles of what they refer to learnt in one go."""

    def __init__(self, context: Context, kind: str, names: Names) -> None:
        """List records of `kind` of the open workspace."""
        self._context = context
        self._kind = kind
        self._names = names
        spec = records.kind_named(kind)
        self._fields = [f.name for f in spec.fields if f.type in _REFERENCES]

    def page(self, wanted: Filter, offset: int, limit: int) -> Page:
        """A slice of the list; empty while nothing is open."""
        if self._context.workspace is None:
            return Page((), 0)
        here = self._context.workspace
        found = listing.page(here, self._kind, wanted, offset, limit, soon=True)
        self._learn(found.rows)
        return found

    def put_in_order(self, wanted: Filter, done: "Callable[[array[int]], None]") -> None:
        """Work the whole list out as row numbers on the worker thread."""
        workspace, kind = self._context.here(), self._kind

        def work(_progress: Progress) -> "array[int]":
            return listing.numbers(workspace, kind, wanted)

        self._context.jobs.run(_("正在排好清单"), work, done)

    def rows_at(self, numbers: Sequence[int]) -> Sequence[Row | None]:
        """The rows of some numbers; nothing while nothing is open."""
        if self._context.workspace is None:
            return ()
        found = listing.rows_at(self._context.workspace, self._kind, numbers)
        self._learn([row for row in found if row is not None])
        return found

    def _learn(self, rows: Sequence[Row]) -> None:
        self._names.learn({uid for row in rows for uid in _uids(row, self._fields)})


def _uids(row: Row, fields: Collection[str]) -> set[str]:
    held = (row.values.get(name) for name in fields)
    lists = (value if isinstance(value, list) else [value] for value in held)
    return {uid for some in lists for uid in some if isinstance(uid, str)}


def word(context: Context, list_name: str, value: Value) -> str:
    """The word of a choice; empty for none."""
    if not isinstance(value, str):
        return ""
    return directory.choices(context.here(), list_name).get(value, value)


def day(value: Value) -> str:
    """A date as people write it, 5月6日; empty for none."""
    return words.date(value) if isinstance(value, str) else ""


def candidates(context: Context, kinds: Collection[str]) -> Mapping[str, str]:
    """Uid → title of the records that a reference to these kinds may name."""
    return references.newest(context.here(), kinds, _MOST_CANDIDATES)


def in_words(context: Context, names: Names, field: Field | None, value: Value) -> str:
    """One value of a field in words."""
    if isinstance(value, list):
        return "、".join(in_words(context, names, field, one) for one in value)
    if isinstance(value, dict):
        return "，".join(f"{key} {inner}" for key, inner in value.items())
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field is not None and isinstance(value, str):
        return _text_in_words(context, names, field, value)
    return "" if value is None else str(value)


def _text_in_words(context: Context, names: Names, field: Field, value: str) -> str:
    if field.choices:
        return word(context, field.choices, value)
    if field.type in _REFERENCES:
        return names.of(value)
    return words.date(value, full=True) if field.type is FieldType.DATE else value


def describe(context: Context, names: Names, kind: str, entry: Entry) -> tuple[str, ...]:
    """One change for the history dialog: time, person, field, before, after, reason."""
    stem, dot, member = entry.field.partition(".")
    spec = records.kind_named(kind)
    field = spec.by_stem.get(stem)
    label = _("删除") if stem == "deleted" else words.field(kind, stem)
    if entry.sealed:
        before = after = _("（封存）")
    elif dot and isinstance(entry.after, bool | None) and isinstance(entry.before, bool | None):
        title = names.of(member) if field is not None and field.type in _REFERENCES else member
        before, after = (title if value else "" for value in (entry.before, entry.after))
    else:
        label = f"{label} {member}" if dot else label
        before = _whole(context, names, spec, stem, entry.before)
        after = _whole(context, names, spec, stem, entry.after)
    reason = entry.reason or ""
    if entry.signed:
        reason = _("{reason}（组长签名）").format(reason=reason)
    return (_moment(entry.at), entry.actor_name, label, before, after, reason)


def _whole(context: Context, names: Names, spec: RecordKind, stem: str, value: Value) -> str:
    """A journal field's value in words; one made of several parts tells each by its name."""
    if not isinstance(value, dict):
        return in_words(context, names, spec.by_stem.get(stem), value)
    order = {field.name: place for place, field in enumerate(spec.fields)}
    parts = {
        words.field(spec.name, part): in_words(context, names, spec.field(part), value[part])
        for part in sorted(value, key=lambda name: order.get(name, len(order)))
    }
    return "，".join(f"{label} {text}" for label, text in parts.items() if text)


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
