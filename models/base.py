"""From a record kind to its tables: one projection table a kind and tier, derived from the journal.

A table holds the living, listed rows only; deleted ones leave it and are read from the journal. Its
`row_n` is the row's number in `models.tables.row`, its columns are the kind's fields, and `more` keeps
what the format of a newer program, or a wrong type, put there: nothing is dropped.
"""

from collections.abc import Callable, Mapping

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
        for name in ("unit", "problem", "code_name"):
            if name in table.c:
                sa.Index(f"by_{table.name}_{name}", table.c[name])


def table(kind: str, tier: Tier = Tier.WORK) -> sa.Table:
    """The projection table of a kind's tier."""
    return metadata.tables[table_name(kind, tier)]


def dump(value: object) -> str:
    """JSON text as the projection stores it."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


_FITS: dict[FieldType, Callable[[Value], bool]] = {
    FieldType.INTEGER: lambda v: type(v) is int,
    FieldType.BOOLEAN: lambda v: isinstance(v, bool),
    FieldType.DATA: lambda _v: True,
}


def _fits(field: Field, value: Value) -> bool:
    if value is None:
        return True
    return _FITS.get(field.type, lambda v: isinstance(v, str))(value)


def project(kind: RecordKind, tier: Tier, values: Mapping[str, Value]) -> dict[str, Value]:
    """Columns of a folded row: journal fields unpacked, sets and answers gathered, the rest in `more`."""
    columns: dict[str, Value] = {f.name: None for f in kind.fields if f.tier is tier}
    gathered: dict[str, dict[str, Value]] = {}
    more: dict[str, Value] = {}
    parts = {f.part_of for f in kind.fields if f.part_of and f.tier is tier}
    for name, value in values.items():
        stem, dot, member = name.partition(".")
        field = kind.field(stem)
        if name in parts and isinstance(value, dict):
            _unpack(kind, name, value, columns, more)
        elif field is None or field.tier is not tier or field.part_of:
            more[name] = value
        elif dot and field.type in SETS | MAPS:
            gathered.setdefault(stem, {})[member] = value
        elif dot or field.type in SETS | MAPS or not _fits(field, value):
            more[name] = value
        elif field.type is FieldType.DATA:
            columns[stem] = None if value is None else dump(value)
        else:
            columns[stem] = value
    for stem, members in gathered.items():
        kept = {m: v for m, v in members.items() if v is not None and v is not False}
        columns[stem] = dump(kept) if kept else None
    columns["more"] = dump(more) if more else None
    return columns


def _unpack(
    kind: RecordKind,
    name: str,
    value: Mapping[str, Value],
    columns: dict[str, Value],
    more: dict[str, Value],
) -> None:
    """Spread a field that is right only together over its columns."""
    left: dict[str, Value] = {}
    for part, one in value.items():
        field = kind.field(part)
        if field is not None and field.part_of == name and _fits(field, one):
            columns[part] = one
        else:
            left[part] = one
    if left:
        more[name] = left


def unproject(kind: RecordKind, tier: Tier, columns: Mapping[str, Value]) -> dict[str, Value]:
    """The folded values behind a stored projection row: the inverse of `project`.

    Members of a set that are not in it, and fields without a value, are not told apart from absent ones.
    """
    values: dict[str, Value] = {}
    for field in kind.fields:
        value = columns.get(field.name)
        if field.tier is not tier or value is None:
            continue
        if field.part_of:
            part = values.setdefault(field.part_of, {})
            if isinstance(part, dict):
                part[field.name] = value
        elif field.type in SETS | MAPS and isinstance(value, str):
            values |= {f"{field.name}.{m}": v for m, v in orjson.loads(value).items()}
        elif field.type is FieldType.BOOLEAN:
            values[field.name] = bool(value)
        elif field.type is FieldType.DATA and isinstance(value, str):
            values[field.name] = orjson.loads(value)
        else:
            values[field.name] = value
    more = columns.get("more")
    for name, value in (orjson.loads(more) if isinstance(more, str) else {}).items():
        held = values.get(name)
        values[name] = (
            {**held, **value} if isinstance(held, dict) and isinstance(value, dict) else value
        )
    return values
