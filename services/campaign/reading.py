"""Reads plain tables (TOML or a snapshot) into shapes; a faulty part is told and left out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol, TypeVar, cast

from models.kinds import Value
from services.campaign import shapes

T = TypeVar("T")

MAX_MEMBERS: Final = 500
"""Most members of one list."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


class Report(Protocol):
    """Told of every fault: where, which sentence, its parameters."""

    def __call__(self, key: str, code: str, **params: Value) -> None:
        """Take note of one fault."""


class Kind(StrEnum):
    """How the value of a key is read."""

    TEXT = "text"
    ID = "id"
    NAME = "name"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    IDS = "ids"
    TEXTS = "texts"
    SCALARS = "scalars"
    OPTION = "option"
    TABLE = "table"
    TABLES = "tables"
    MAP = "map"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Key:
    """What a key of a table may hold."""

    kind: Kind
    required: bool = False
    least: int = 0
    most: int = 1_000_000_000
    """Greatest integer, or most characters of a text."""
    shape: type | None = None
    options: type[StrEnum] | None = None


def _text(most: int = 200, *, required: bool = False) -> Key:
    return Key(Kind.TEXT, required=required, most=most)


def _tables(shape: type, *, required: bool = False) -> Key:
    return Key(Kind.TABLES, required=required, shape=shape)


_ID_KEY = Key(Kind.ID, required=True)
_NAME_KEY = Key(Kind.NAME, required=True)
_TITLE = _text(required=True)
_WHOLE = Key(Kind.INTEGER)
_REFERENCE = Key(Kind.ID)
_PERCENT = Key(Kind.INTEGER, most=100)
_COUNT = Key(Kind.INTEGER, least=1, most=100_000)
_ASKED: dict[str, Key] = {
    "id": _NAME_KEY,
    "label": _TITLE,
    "type": Key(Kind.OPTION, required=True, options=shapes.QuestionType),
    "unit": _text(20),
    "minimum": Key(Kind.INTEGER, least=-1_000_000_000),
    "maximum": Key(Kind.INTEGER, least=-1_000_000_000),
    "choices": _tables(shapes.Item),
    "words": Key(Kind.TEXTS, most=20),
}

KEYS: Final[dict[type, dict[str, Key]]] = {
    shapes.Item: {"id": _ID_KEY, "title": _TITLE, "short": _text()},
    shapes.Category: {"id": _ID_KEY, "title": _TITLE, "public": Key(Kind.BOOLEAN)},
    shapes.EvaluationItem: {"id": _ID_KEY, "title": _TITLE, "wind": _REFERENCE},
    shapes.OutlineItem: {"id": _ID_KEY, "title": _TITLE, "hint": _text(1000)},
    shapes.Phrase: {"id": _ID_KEY, "text": _text(1000, required=True), "sub_kind": _REFERENCE},
    shapes.Demand: {"id": _ID_KEY, "title": _TITLE, "text": _text(5000, required=True)},
    shapes.Phase: {
        "id": _ID_KEY,
        "title": _TITLE,
        "starts": Key(Kind.DATE),
        "ends": Key(Kind.DATE),
        "after": Key(Kind.IDS),
    },
    shapes.Activity: {
        "id": _ID_KEY,
        "title": _TITLE,
        "phase": _REFERENCE,
        "kind": _REFERENCE,
        "round": Key(Kind.INTEGER, most=1000),
        "starts": Key(Kind.DATE),
        "ends": Key(Kind.DATE),
    },
    shapes.SubKind: {
        "id": _ID_KEY,
        "title": _TITLE,
        "guidance": _text(5000),
        "needs_reason": Key(Kind.BOOLEAN),
        "figures": Key(Kind.OPTION, options=shapes.Figures),
    },
    shapes.Group: {
        "id": _ID_KEY,
        "title": _TITLE,
        "heading": _text(),
        "sub_kinds": _tables(shapes.SubKind, required=True),
    },
    shapes.Condition: {"question": _NAME_KEY, "value": Key(Kind.SCALARS, required=True, most=200)},
    shapes.Column: _ASKED,
    shapes.Question: {
        **_ASKED,
        "help": _text(1000),
        "required": Key(Kind.BOOLEAN),
        "rows": _tables(shapes.Item),
        "rows_from": Key(Kind.OPTION, options=shapes.RowsFrom),
        "columns": _tables(shapes.Column),
        "visible_if": Key(Kind.TABLE, shape=shapes.Condition),
    },
    shapes.Section: {"id": _ID_KEY, "title": _TITLE, "questions": _tables(shapes.Question)},
    shapes.Derived: {
        "id": _NAME_KEY,
        "label": _TITLE,
        "rule": Key(Kind.OPTION, required=True, options=shapes.Rule),
        "question": _NAME_KEY,
        "until": Key(Kind.NAME),
        "row": _REFERENCE,
        "column": Key(Kind.NAME),
    },
    shapes.Form: {
        "id": _NAME_KEY,
        "title": _TITLE,
        "version": Key(Kind.INTEGER, required=True, least=1, most=1_000_000),
        "order": _WHOLE,
        "extends": Key(Kind.NAME),
        "sections": _tables(shapes.Section, required=True),
        "derived": _tables(shapes.Derived),
    },
    shapes.Thresholds: {
        "approval_percent": _PERCENT,
        "approval_denominator": Key(Kind.OPTION, options=shapes.Denominator),
        "public_share_percent": _PERCENT,
        "common_units": _COUNT,
        "small_category": _COUNT,
        "name_openers": Key(Kind.INTEGER, least=1, most=2),
        "minimum_talkers": Key(Kind.INTEGER, least=1, most=10),
    },
    shapes.Template: {
        "id": _ID_KEY,
        "title": _TITLE,
        "version": Key(Kind.INTEGER, required=True, least=1, most=1_000_000),
        "organiser": _text(required=True),
        "number_prefix": _text(10, required=True),
        "label": _text(100, required=True),
        "phases": _tables(shapes.Phase),
        "activities": _tables(shapes.Activity),
        "groups": _tables(shapes.Group, required=True),
        "other": _tables(shapes.SubKind),
        "winds": _tables(shapes.Item),
        "categories": _tables(shapes.Category, required=True),
        "unit_kinds": _tables(shapes.Item),
        "grades": _tables(shapes.Item, required=True),
        "evaluation_items": _tables(shapes.EvaluationItem, required=True),
        "readings": _tables(shapes.Item),
        "outline": _tables(shapes.OutlineItem),
        "phrases": _tables(shapes.Phrase),
        "demands": _tables(shapes.Demand),
        "thresholds": Key(Kind.TABLE, required=True, shape=shapes.Thresholds),
        "texts": Key(Kind.MAP, most=20_000),
        "words": Key(Kind.WORDS, most=40),
        "forms": _tables(shapes.Form),
    },
}
"""For each shape the keys of its table; names are those of the shape's attributes."""


def silent(key: str, code: str, **params: Value) -> None:
    """A `Report` that forgets."""


def build(shape: type[T], raw: object, place: str, report: Report) -> T | None:
    """Make one shape of a table; None when it is no table or has no usable id.

    Args:
        shape: a class of `shapes` that `KEYS` knows.
        raw: what TOML or a snapshot gave.
        place: dotted path of `raw`, "" at the top.
        report: told of every fault below `place`.
    """
    if not isinstance(raw, Mapping):
        report(place, "template_not_table")
        return None
    keys = KEYS[shape]
    for name in raw:
        if name not in keys:
            report(_join(place, str(name)[:64]), "template_key_unknown")
    values: dict[str, object] = {}
    for name, key in keys.items():
        if raw.get(name) is None:
            if key.required:
                report(_join(place, name), "template_key_missing")
            continue
        value = _READERS[key.kind](raw[name], key, _join(place, name), report)
        if value is not None:
            values[name] = value
    if "id" in keys and "id" not in values:
        return None
    return cast("Callable[..., T]", shape)(**values)


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _read_text(raw: object, key: Key, place: str, report: Report) -> str | None:
    if not isinstance(raw, str):
        report(place, "template_not_text")
        return None
    if _UNPRINTABLE.search(raw):
        report(place, "template_control_character")
        return None
    if len(raw) > key.most:
        report(place, "template_text_too_long", length=len(raw), most=key.most)
        return None
    if key.required and not raw.strip():
        report(place, "template_text_empty")
        return None
    return raw


def _read_id(raw: object, key: Key, place: str, report: Report) -> str | None:
    pattern = _NAME if key.kind is Kind.NAME else _ID
    if raw == "" and not key.required:
        return None
    if isinstance(raw, str) and pattern.fullmatch(raw):
        return raw
    report(place, "template_name_bad" if pattern is _NAME else "template_id_bad")
    return None


def _read_integer(raw: object, key: Key, place: str, report: Report) -> int | None:
    if isinstance(raw, float):
        report(place, "template_float")
        return None
    if not isinstance(raw, int) or isinstance(raw, bool):
        report(place, "template_not_integer")
        return None
    if not key.least <= raw <= key.most:
        report(place, "template_integer_range", least=key.least, most=key.most)
        return None
    return raw


def _read_boolean(raw: object, key: Key, place: str, report: Report) -> bool | None:
    if isinstance(raw, bool):
        return raw
    report(place, "template_not_boolean")
    return None


def _read_date(raw: object, key: Key, place: str, report: Report) -> str | None:
    if raw == "":
        return None
    text = raw.isoformat() if isinstance(raw, date) else raw
    if isinstance(text, str) and _ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            report(place, "template_date_missing_in_calendar", date=text)
            return None
    report(place, "template_not_date")
    return None


def _read_option(raw: object, key: Key, place: str, report: Report) -> StrEnum | None:
    options = tuple(key.options or ())
    found = next((o for o in options if o == raw), None)
    if found is None:
        report(place, "template_option_unknown", options=[str(o) for o in options])
    return found


def _members(raw: object, place: str, report: Report) -> list[tuple[str, object]]:
    if not isinstance(raw, list | tuple):
        report(place, "template_not_list")
        return []
    if len(raw) > MAX_MEMBERS:
        report(place, "template_list_too_long", most=MAX_MEMBERS)
    return [(f"{place}[{n}]", member) for n, member in enumerate(raw[:MAX_MEMBERS], 1)]


def _read_ids(raw: object, key: Key, place: str, report: Report) -> tuple[str, ...]:
    member = Key(Kind.ID, required=True)
    read = (_read_id(m, member, where, report) for where, m in _members(raw, place, report))
    return tuple(dict.fromkeys(m for m in read if m is not None))


def _read_texts(raw: object, key: Key, place: str, report: Report) -> tuple[str, ...]:
    read = (_read_text(m, key, where, report) for where, m in _members(raw, place, report))
    return tuple(m for m in read if m is not None)


def _read_scalar(raw: object, key: Key, place: str, report: Report) -> shapes.Scalar | None:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        return _read_text(raw, key, place, report)
    return _read_integer(raw, Key(Kind.INTEGER, least=-1_000_000_000), place, report)


def _read_scalars(raw: object, key: Key, place: str, report: Report) -> tuple[shapes.Scalar, ...]:
    given = _members(raw, place, report) if isinstance(raw, list | tuple) else [(place, raw)]
    read = (_read_scalar(m, key, where, report) for where, m in given)
    return tuple(m for m in read if m is not None)


def _read_table(raw: object, key: Key, place: str, report: Report) -> object | None:
    return build(key.shape or shapes.Condition, raw, place, report)


def _read_tables(raw: object, key: Key, place: str, report: Report) -> tuple[object, ...]:
    found: dict[str, object] = {}
    for where, member in _members(raw, place, report):
        named = member.get("id") if isinstance(member, Mapping) else None
        known = isinstance(named, str) and _ID.fullmatch(named) and named not in found
        built: object = build(
            key.shape or shapes.Item, member, f"{place}[{named}]" if known else where, report
        )
        if built is None:
            continue
        member_id = cast("shapes.Item", built).id
        if member_id in found:
            report(where, "template_id_twice", id=member_id)
        else:
            found[member_id] = built
    return tuple(found.values())


def _read_map(raw: object, key: Key, place: str, report: Report) -> dict[str, str] | None:
    if not isinstance(raw, Mapping):
        report(place, "template_not_table")
        return None
    found: dict[str, str] = {}
    for name, text in raw.items():
        where = _join(place, str(name)[:64])
        if _read_id(name, Key(Kind.ID, required=True), where, report) is not None:
            read = _read_text(text, key, where, report)
            if read is not None:
                found[name] = read
    return found


def _read_words(
    raw: object, key: Key, place: str, report: Report
) -> dict[str, dict[str, str]] | None:
    if not isinstance(raw, Mapping):
        report(place, "template_not_table")
        return None
    read = ((str(n), _read_map(m, key, _join(place, str(n)[:64]), report)) for n, m in raw.items())
    return {name: words for name, words in read if words}


_READERS: Final[dict[Kind, Callable[[object, Key, str, Report], object]]] = {
    Kind.TEXT: _read_text,
    Kind.ID: _read_id,
    Kind.NAME: _read_id,
    Kind.INTEGER: _read_integer,
    Kind.BOOLEAN: _read_boolean,
    Kind.DATE: _read_date,
    Kind.IDS: _read_ids,
    Kind.TEXTS: _read_texts,
    Kind.SCALARS: _read_scalars,
    Kind.OPTION: _read_option,
    Kind.TABLE: _read_table,
    Kind.TABLES: _read_tables,
    Kind.MAP: _read_map,
    Kind.WORDS: _read_words,
}
