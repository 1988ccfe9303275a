"""Records in words for people: choices and references by name, values on one line."""

import json
from collections.abc import Iterable, Mapping, Sequence

from models.kinds import Field, FieldType, RecordKind, Uid, Value
from services import references, words
from services.core import Row
from services.words import _
from services.workspace import Workspace

_REFERENCES = frozenset({FieldType.REFERENCE, FieldType.REFERENCES, FieldType.LINKS})
_UID_DIGITS = 8
MOST_COLUMNS = 7
_LONG = frozenset({FieldType.LONG_TEXT, FieldType.ANSWERS, FieldType.DATA})
_COLUMNS: Mapping[str, Sequence[str]] = {
    "problem": ("number", "provisional_number", "unit", "sub_kind", "title", "state", "deadline"),
    "interview": ("code_name", "unit", "category", "date", "state", "outcome", "recorder"),
    "unit": ("code", "name", "short_name", "kind", "head", "group", "headcount"),
    "opinion": ("unit", "text", "nature", "winds", "sub_kind", "channel"),
    "measure": ("problem", "what", "responsible", "deadline"),
    "closure": ("problem", "done", "verifier", "date", "voided"),
    "evaluation": ("unit", "round", "subject", "item", "valid", "approval_percent", "needs_remedy"),
    "reception": ("number", "channel", "date", "gist", "unit"),
    "case": ("stance", "text", "cleared"),
    "report": ("number", "kind", "title", "of", "issued_on", "state"),
}
"""What a list shows of kinds whose first fields do not say enough."""


def columns(kind: RecordKind) -> tuple[str, ...]:
    """The fields a list of this kind shows."""
    chosen = _COLUMNS.get(kind.name)
    if chosen is not None:
        return tuple(chosen)
    return tuple(f.name for f in kind.fields if f.type not in _LONG)[:MOST_COLUMNS]


def beginning(uid: str) -> str:
    """The first digits of a uid, enough to name a record again."""
    return uid[:_UID_DIGITS]


class Wording:
    """Words for the values of some rows; asks the file once for all names they refer to."""

    def __init__(self, workspace: Workspace, kind: RecordKind, rows: Iterable[Row]) -> None:
        """Learn the titles of everything these rows refer to."""
        self._workspace = workspace
        self._kind = kind
        fields = [f.name for f in kind.fields if f.type in _REFERENCES]
        uids = {uid for row in rows for name in fields for uid in _listed(row.values.get(name))}
        self._titles = references.titles(workspace, uids)

    def of(self, name: str, value: Value) -> str:
        """One field's value in words; empty when there is none."""
        if value is None or value == []:
            return ""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        field = self._kind.field(name)
        if field is not None and field.choices:
            return self._chosen(field, value)
        if field is not None and field.type in _REFERENCES:
            return "、".join(self._titles.get(Uid(uid), uid) for uid in _listed(value))
        if self._kind.name == "report" and name == "kind":
            value = words.document(str(value))
        return str(value) if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)

    def _chosen(self, field: Field, value: Value) -> str:
        template = self._workspace.template
        return "、".join(words.choice(field.choices or "", v, template) for v in _listed(value))


def _listed(value: Value) -> list[str]:
    if isinstance(value, list):
        return [str(v) for v in value]
    return [] if value is None else [str(value)]
