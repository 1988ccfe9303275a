"""The one check of what a record may hold: for the window, the command line, sheets and merges.

Values come in as people and scripts write them (words or ids, names or uids, numbers as text) and
leave as journal fields. Every fault is found, not only the first; nothing is written before all is
right.
"""

import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from models.errors import Refused
from models.kinds import CHOICES, Field, FieldType, RecordKind, Value

MAX_TEXT = 2_000
"""Longest single-line text, in characters."""
MAX_LONG_TEXT = 1_000_000
"""Longest running text, in characters."""
_TIME = re.compile(r"(?:\d{4}-\d{2}-\d{2}[T ])?([01]\d|2[0-3]):([0-5]\d)(?::\d{2})?$")
_UID = re.compile(r"[0-9a-f]{32}$")
_TRUE = frozenset({"true", "yes", "1", "是", "有"})
_FALSE = frozenset({"false", "no", "0", "否", "没有", "无"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPLIT = re.compile(r"[、,，;；]\s*")


@dataclass(frozen=True, slots=True)
class Finding:
    """One field that cannot be stored, or is missing, and why."""

    field: str
    code: str
    """Sentence under [errors] of the labels."""
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


class Invalid(Refused):
    """A record with faults; nothing was written."""

    def __init__(self, kind: str, findings: Sequence[Finding], index: int | None = None) -> None:
        """Tell which record of the input (counted from 1) has which faults."""
        super().__init__("record_invalid", kind=kind, index=index or 1, findings=tuple(findings))
        self.kind = kind
        self.findings = tuple(findings)


class Directory(Protocol):
    """What the check must know of the file it is about to write."""

    def choices(self, name: str) -> Mapping[str, str]:
        """Id → word of a choice list, fixed or from the campaign."""

    def find(self, kinds: Sequence[str], text: str) -> Sequence[str]:
        """Uids of the living records of `kinds` that `text` (a uid or a name) may mean."""

    def answers(self, form: str, answers: Mapping[str, Value]) -> Iterable[Finding]:
        """Faults of a form's answers."""


def to_journal(
    kind: RecordKind,
    values: Mapping[str, Value],
    directory: Directory,
    *,
    current: Mapping[str, Value],
) -> tuple[dict[str, Value], list[Finding]]:
    """Journal fields for the given values, and every fault found.

    `current` are the record's present values, for fields that change only together. Clearing a
    field is giving None, an empty text or an empty list.
    """
    fields: dict[str, Value] = {}
    findings: list[Finding] = []
    for name, value in values.items():
        spec = kind.field(name)
        if spec is None:
            findings.append(Finding(name, "field_unknown", {"field": name, "kind": kind.name}))
        elif spec.computed:
            findings.append(Finding(name, "field_computed", {"field": name}))
        else:
            try:
                fields |= _convert(spec, value, directory, current)
            except Refused as fault:
                findings.append(Finding(name, fault.code, fault.params))
    return _gather_parts(kind, fields, current), findings


def _gather_parts(
    kind: RecordKind, fields: Mapping[str, Value], current: Mapping[str, Value]
) -> dict[str, Value]:
    """Put fields that are right only together into their one journal field."""
    gathered: dict[str, Value] = {}
    for name, value in fields.items():
        spec = kind.field(name)
        if spec is None or not spec.part_of:
            gathered[name] = value
            continue
        whole = gathered.get(spec.part_of)
        if not isinstance(whole, dict):
            whole = {
                f.name: current[f.name]
                for f in kind.fields
                if f.part_of == spec.part_of and current.get(f.name) is not None
            }
        gathered[spec.part_of] = {**whole, name: value}
    return gathered


def _convert(
    spec: Field, value: Value, directory: Directory, current: Mapping[str, Value]
) -> dict[str, Value]:
    if spec.type in {FieldType.CHOICES, FieldType.REFERENCES, FieldType.LINKS}:
        return _convert_set(spec, value, directory, current.get(spec.name))
    if spec.type is FieldType.ANSWERS:
        if not isinstance(value, dict | None):
            raise Refused("value_not_object")
        return {f"{spec.name}.{_key(k)}": _plain(v) for k, v in (value or {}).items()}
    if value is None or value == "":
        return {spec.name: None}
    return {spec.name: _SCALARS[spec.type](spec, value, directory)}


def _convert_set(spec: Field, value: Value, directory: Directory, now: Value) -> dict[str, Value]:
    """One boolean a member: those named become true, those no longer named false."""
    if value is None:
        items: list[Value] = []
    elif isinstance(value, str):
        items = [part for part in _SPLIT.split(value) if part]
    elif isinstance(value, list):
        items = value
    else:
        raise Refused("value_not_list")
    members = dict(_member(spec, item, directory) for item in items)
    kept = now if isinstance(now, list) else []
    gone = [_stored_key(spec, str(item)) for item in kept]
    return {f"{spec.name}.{m}": None for m in gone if m not in members} | {
        f"{spec.name}.{m}": v for m, v in members.items()
    }


def _stored_key(spec: Field, item: str) -> str:
    return link_key(item) if spec.type is FieldType.LINKS and not _UID.match(item) else item


def link_key(text: str) -> str:
    """Member key of evidence given in words instead of as a record."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _member(spec: Field, item: Value, directory: Directory) -> tuple[str, Value]:
    if not isinstance(item, str):
        raise Refused("value_not_text")
    if spec.type is FieldType.CHOICES:
        return _choice(spec, item, directory), True
    if spec.type is FieldType.REFERENCES:
        return _reference(spec, item, directory), True
    found = directory.find(spec.refers, item)
    if len(found) == 1:
        return found[0], True
    if _UID.match(item):
        raise Refused("reference_unknown", text=item)
    text = _text(spec, item, directory)
    return link_key(text), text


def _choice(spec: Field, value: Value, directory: Directory) -> str:
    words = directory.choices(spec.choices or "")
    if not isinstance(value, str):
        raise Refused("value_not_text")
    if value in words:
        return value
    by_word = [key for key, word in words.items() if word == value]
    if len(by_word) == 1:
        return by_word[0]
    shown = "、".join(list(words)[:20])
    raise Refused("choice_unknown", text=value[:40], choices=shown)


def _reference(spec: Field, value: Value, directory: Directory) -> str:
    if not isinstance(value, str):
        raise Refused("value_not_text")
    found = directory.find(spec.refers, value)
    if not found:
        raise Refused("reference_unknown", text=value[:60])
    if len(found) > 1:
        raise Refused("reference_ambiguous", text=value[:60], count=len(found))
    return found[0]


def check_text(value: str, limit: int, *, lines: bool) -> str:
    """Text as it may be stored: no control characters (line ends and tabs only where lines are).

    Raises:
        Refused: naming the code point, or telling the limit.
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > limit:
        raise Refused("text_too_long", size=len(text), limit=limit)
    found = (_CONTROL_IN_LINES if lines else _CONTROL).search(text)
    if found is not None:
        raise Refused("text_control", codepoint=f"U+{ord(found[0]):04X}")
    return text


def _text(spec: Field, value: Value, _directory: Directory) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Refused("value_not_text")
    return check_text(value.strip(), MAX_TEXT, lines=False)


def _long_text(spec: Field, value: Value, _directory: Directory) -> str:
    if not isinstance(value, str):
        raise Refused("value_not_text")
    return check_text(value, MAX_LONG_TEXT, lines=True)


def _integer(spec: Field, value: Value, _directory: Directory) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value.strip(), re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("value_not_integer")
    if not spec.minimum <= value <= spec.maximum:
        raise Refused("integer_out_of_range", minimum=spec.minimum, maximum=spec.maximum)
    return value


def _boolean(spec: Field, value: Value, _directory: Directory) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise Refused("value_not_boolean")


def check_date(value: Value) -> str:
    """An ISO 8601 date that exists.

    Raises:
        Refused: it is none, or no such day.
    """
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
            return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise Refused("date_does_not_exist", text=str(value)) from None
    raise Refused("value_not_date", text=str(value)[:40])


def _date(_spec: Field, value: Value, _directory: Directory) -> str:
    return check_date(value)


def _time(spec: Field, value: Value, _directory: Directory) -> str:
    found = _TIME.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Refused("value_not_time", text=str(value)[:40])
    return f"{found[1]}:{found[2]}"


def _data(spec: Field, value: Value, _directory: Directory) -> Value:
    return _plain(value)


def _key(name: str) -> str:
    if not name.isascii() or not name.isprintable() or not name:
        raise Refused("key_not_ascii", key=name[:40])
    return name


def _plain(value: Value | float) -> Value:
    """A value the journal can hold, checked all the way down."""
    if isinstance(value, float):
        raise Refused("value_not_integer")
    if isinstance(value, str):
        return check_text(value, MAX_LONG_TEXT, lines=True)
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {_key(k): _plain(v) for k, v in value.items()}
    return value


_SCALARS: dict[FieldType, Callable[[Field, Value, Directory], Value]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.INTEGER: _integer,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.CHOICE: _choice,
    FieldType.REFERENCE: _reference,
    FieldType.DATA: _data,
}


def missing(kind: RecordKind, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Fields still needed to finish a record with these values."""
    lacking = [f.name for f in kind.fields if f.required and not _is_given(f, values.get(f.name))]
    if kind.name == "problem" and values.get("sub_kind") == "other" and not values.get("why_other"):
        lacking.append("why_other")
    return tuple(lacking)


def _is_given(spec: Field, value: Value) -> bool:
    if isinstance(value, list):
        return len(value) >= max(1, spec.minimum)
    return value not in (None, "")


def fixed_choices(name: str) -> tuple[str, ...]:
    """Ids of a list the format fixes; empty for a campaign's list."""
    return CHOICES.get(name, ())


def across(kind: str, values: Mapping[str, Value]) -> list[Finding]:
    """Faults that concern several fields of one record."""
    findings: list[Finding] = []
    pairs = {"visit": ("start_at", "end_at"), "interview": ("start_at", "end_at")}
    pairs |= {"report": ("period_start", "period_end")}
    start, end = (values.get(name) for name in pairs.get(kind, ("", "")))
    if isinstance(start, str) and isinstance(end, str) and end < start:
        findings.append(Finding(pairs[kind][1], "ends_before_it_starts", {}))
    for smaller, greater in _AT_MOST.get(kind, ()):
        low, high = values.get(smaller), values.get(greater)
        if isinstance(low, int) and isinstance(high, int) and low > high:
            findings.append(Finding(smaller, "more_than", {"other": greater, "by": low - high}))
    if kind == "evaluation":
        findings += _tally(values)
    return findings


_AT_MOST: dict[str, tuple[tuple[str, str], ...]] = {
    "evaluation": (
        ("returned", "issued"),
        ("valid", "returned"),
        ("blank", "returned"),
        ("none_written", "returned"),
    ),
    "solicitation": (
        ("returned", "issued"),
        ("blank", "returned"),
        ("none_written", "returned"),
        ("votes_enough", "votes_cast"),
        ("votes_accurate", "votes_cast"),
        ("votes_focused", "votes_cast"),
        ("votes_satisfied", "votes_cast"),
    ),
    "outreach": (("public_people", "people"),),
}


def _tally(values: Mapping[str, Value]) -> list[Finding]:
    """The four grades and the abstentions must make up the valid ballots."""
    grades = [values.get(name) for name in ("good", "fairly_good", "average", "poor")]
    valid, abstained = values.get("valid"), values.get("abstained")
    counted = [g for g in grades if isinstance(g, int)]
    if not isinstance(valid, int) or not counted:
        return []
    total = sum(counted) + (abstained if isinstance(abstained, int) else 0)
    whole = len(counted) == len(grades) and isinstance(abstained, int)
    if total > valid or (whole and total != valid):
        return [Finding("valid", "tally_does_not_add_up", {"total": total, "valid": valid})]
    return []
