"""From a record kind to its tables: one projection table a kind and tier, derived from the journal.

A table holds the living, listed rows only; deleted ones leave it and are read from the journal.
Its `row_n` is the row's number in `models.tables.row`, its columns are the kind's fields, and
`more` keeps what a newer program, or a wrong type, put there: nothing is dropped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from models.kinds import Field, FieldType, RecordKind, Tier, Value

metadata = sa.MetaData()

_INTEGERS = frozenset({FieldType.INTEGER, FieldType.BOOLEAN})
SETS = frozenset({FieldType.CHOICES, FieldType.REFERENCES, FieldType.LINKS})
MAPS = frozenset({FieldType.ANSWERS})
_JSON = SETS | MAPS | {FieldType.DATA}


def table_name(kind: str, tier: Tier) -> str:
    """Name of the projection table of a kind's tier."""
    return kind if tier is Tier.WORK else f"{kind}_{tier.value}"


def define(kind: RecordKind) -> None:
    """Add the kind's projection tables to the metadata; sealed fields get none, ever."""
    for tier in kind.tiers():
        if tier is Tier.SEALED:
            continue
        _LAYOUTS[kind.name, tier] = _layout(kind, tier)
        columns = [
            sa.Column(f.name, sa.Integer if f.type in _INTEGERS else sa.Text)
            for f in kind.fields
            if f.tier is tier
        ]
        table = sa.Table(
            table_name(kind.name, tier),
            metadata,
            sa.Column("row_n", sa.Integer, primary_key=True),
            sa.Column("uid", sa.Text, nullable=False, index=True),
            *columns,
            sa.Column("more", sa.Text),
        )
        listed = kind.listed_by if tier is Tier.WORK else ()
        for name in ("unit", "problem", "code_name", "provisional_number"):
            if name in table.c and name not in listed[:1]:
                # Records are counted by unit and state all the time, and their rows are wide.
                also = ("state",) if name == "unit" and "state" in table.c else ()
                sa.Index(f"by_{table.name}_{name}", *(table.c[n] for n in (name, *also)))
        if listed:
            sa.Index(f"list_{table.name}", *(table.c[n] for n in listed))


def table(kind: str, tier: Tier = Tier.WORK) -> sa.Table:
    """The projection table of a kind's tier."""
    return metadata.tables[table_name(kind, tier)]


def dump(value: object) -> str:
    """JSON text as the projection stores it."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


Fits = Callable[[Value], bool]
"""Whether a value has the type that a column holds."""


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


_FITS: dict[FieldType, Fits] = {
    FieldType.INTEGER: lambda v: type(v) is int,
    FieldType.BOOLEAN: lambda v: isinstance(v, bool),
}


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each journal field of a kind's tier goes; worked out once, asked for every row."""

    empty: dict[str, Value]
    """Every column, without a value."""
    plain: dict[str, Fits]
    """Fields that are a column as they are."""
    data: frozenset[str]
    gathered: frozenset[str]
    """Sets and answers, of which the journal holds one field a member."""
    maps: frozenset[str]
    """Those of them in which false is an answer, not an absence."""
    parts: dict[str, dict[str, Fits]]
    """Journal fields that spread over several columns."""


_LAYOUTS: dict[tuple[str, Tier], _Layout] = {}


def _layout(kind: RecordKind, tier: Tier) -> _Layout:
    fields = [f for f in kind.fields if f.tier is tier]
    whole = [f for f in fields if f.part_of is None]
    parts: dict[str, dict[str, Fits]] = {}
    for field in fields:
        if field.part_of is not None:
            parts.setdefault(field.part_of, {})[field.name] = _FITS.get(field.type, _is_text)
    return _Layout(
        empty={**dict.fromkeys(f.name for f in fields), "more": None},
        plain={f.name: _FITS.get(f.type, _is_text) for f in whole if f.type not in _JSON},
        data=frozenset(f.name for f in whole if f.type is FieldType.DATA),
        gathered=frozenset(f.name for f in whole if f.type in SETS | MAPS),
        maps=frozenset(f.name for f in whole if f.type in MAPS),
        parts=parts,
    )


def project(kind: RecordKind, tier: Tier, values: Mapping[str, Value]) -> dict[str, Value]:
    """Columns of a folded row: fields unpacked, sets and answers gathered, the rest in `more`."""
    layout = _LAYOUTS[kind.name, tier]
    columns = layout.empty.copy()
    gathered: dict[str, dict[str, Value]] = {}
    more: dict[str, Value] = {}
    for name, value in values.items():
        fits = layout.plain.get(name)
        if fits is not None and (value is None or fits(value)):
            columns[name] = value
        elif name in layout.data:
            columns[name] = None if value is None else dump(value)
        elif name in layout.parts and isinstance(value, dict):
            _unpack(layout.parts[name], name, value, columns, more)
        else:
            stem, dot, member = name.partition(".")
            if not (dot and stem in layout.gathered):
                more[name] = value
            elif value is not None and (value is not False or stem in layout.maps):
                gathered.setdefault(stem, {})[member] = value
    for stem, members in gathered.items():
        columns[stem] = dump(members)
    if more:
        columns["more"] = dump(more)
    return columns


def _unpack(
    parts: Mapping[str, Fits],
    name: str,
    value: Mapping[str, Value],
    columns: dict[str, Value],
    more: dict[str, Value],
) -> None:
    """Spread a field that is right only together over its columns."""
    left: dict[str, Value] = {}
    for part, one in value.items():
        fits = parts.get(part)
        if fits is not None and (one is None or fits(one)):
            columns[part] = one
        else:
            left[part] = one
    if left:
        more[name] = left


def patch(
    kind: RecordKind, tier: Tier, columns: Mapping[str, Value], fields: Mapping[str, Value]
) -> dict[str, Value] | None:
    """Stored columns with these fields set, without working the whole row out again.

    None where that takes more: a set, an answer, a value of another type, or a row that holds some.
    """
    layout = _LAYOUTS[kind.name, tier]
    if columns["more"] is not None:
        return None
    patched = dict(columns)
    for name, value in fields.items():
        fits = layout.plain.get(name)
        if fits is not None and (value is None or fits(value)):
            patched[name] = value
        elif name in layout.data:
            patched[name] = None if value is None else dump(value)
        elif name in layout.parts and isinstance(value, dict):
            left: dict[str, Value] = {}
            patched |= dict.fromkeys(layout.parts[name])
            _unpack(layout.parts[name], name, value, patched, left)
            if left:
                return None
        else:
            return None
    return patched


def unproject(kind: RecordKind, tier: Tier, columns: Mapping[str, Value]) -> dict[str, Value]:
    """The folded values behind a stored projection row: the inverse of `project`.

    Members of a set that are not in it, and fields without a value, are not told apart from
    absent ones.
    """
    values: dict[str, Value] = {}
    for field in kind.fields:
        value = columns.get(field.name)
        if field.tier is not tier or value is None:
            continue
        if field.part_of:
            part = values.setdefault(field.part_of, {})
            if isinstance(part, dict):
                part[field.name] = _read(field, value)
        elif field.type in SETS | MAPS and isinstance(value, str):
            values |= {f"{field.name}.{m}": v for m, v in orjson.loads(value).items()}
        else:
            values[field.name] = _read(field, value)
    more = columns.get("more")
    for name, value in (orjson.loads(more) if isinstance(more, str) else {}).items():
        held = values.get(name)
        if isinstance(held, dict) and isinstance(value, dict):
            held.update(value)
        else:
            values[name] = value
    return values


def _read(field: Field, value: Value) -> Value:
    """A column's value as the journal has it."""
    if field.type is FieldType.BOOLEAN:
        return bool(value)
    if field.type is FieldType.DATA and isinstance(value, str):
        read: Value = orjson.loads(value)
        return read
    return value
