"""How another value than those in conflict is entered."""

from models.kinds import FieldType
from services import records
from services.conflicts import Sort, Waiting
from ui.context import Context
from ui.editing import field_views
from ui.parts.form import FieldView

_NOT_DRAWN = frozenset(
    {
        *(FieldType.CHOICES, FieldType.REFERENCES, FieldType.LINKS),
        *(FieldType.ANSWERS, FieldType.DATA, FieldType.LONG_TEXT),
    }
)
"""Fields of which another value than the candidates is not entered by a plain input."""


def views_for(context: Context, waiting: Waiting) -> list[FieldView]:
    """How another value of this conflict is entered; empty where a candidate must be taken."""
    if waiting.sort is not Sort.VALUES:
        return []
    kinds = {kind.name: kind for kind in records.kinds()}
    kind = kinds.get(waiting.kind)
    if kind is None:
        return []
    fields = [f for f in kind.fields if waiting.field in (f.name, f.part_of)]
    if any(f.computed or f.type in _NOT_DRAWN for f in fields):
        return []
    return field_views(context, kind.name, [f.name for f in fields])
