"""Rows as services see them: read from their tiers, written into them, and where they file."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import cast

import orjson
import sqlalchemy as sa

from models import tables
from models.base import SETS, table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import ChangeId, FieldType, RecordKind, Tier, Uid, Value
from models.projection import state_of, tier_of
from models.writer import Signer, Writer
from services import derived, names, rules
from services.core import Row
from services.workspace import COMMON, Workspace


def readable(spec: RecordKind, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Journal fields as values by field: sets as sorted lists, answers as objects, parts apart."""
    values: dict[str, Value] = {}
    for name, value in fields.items():
        stem, dot, member = name.partition(".")
        field = spec.field(stem)
        if dot and field is not None and field.type in SETS:
            members = values.setdefault(stem, [])
            if value is not None and value is not False and isinstance(members, list):
                members.append(value if isinstance(value, str) else member)
        elif dot and field is not None:
            answers = values.setdefault(stem, {})
            if isinstance(answers, dict) and value is not None:
                answers[member] = value
        elif isinstance(value, dict) and any(f.part_of == name for f in spec.fields):
            values |= value
        else:
            values[name] = value
    for value in values.values():
        if isinstance(value, list):
            value.sort(key=str)
    return values


def scope_of(
    workspace: Workspace,
    connection: sa.Connection,
    spec: RecordKind,
    values: Mapping[str, Value],
) -> str:
    """The work scope a new record files under: its parent's, else its unit's, else its group's."""
    if spec.common:
        return COMMON
    scope = _parent_scope(connection, spec, values)
    unit = values.get("unit")
    if scope is None and isinstance(unit, str) and spec.name != "identity":
        scope = f"unit/{unit}"
    if scope is None:
        scope = COMMON if spec.name == "person" else f"group/{workspace.group}"
    return scope


def _parent_scope(
    connection: sa.Connection, spec: RecordKind, values: Mapping[str, Value]
) -> str | None:
    if spec.name == "identity":
        return scope_of_code(connection, str(values.get("code_name")))
    parent = values.get(spec.parent) if spec.parent else None
    if not isinstance(parent, str):
        return None
    return f"unit/{parent}" if spec.parent == "of" else _work_scope(connection, Uid(parent))


def _work_scope(connection: sa.Connection, uid: Uid) -> str | None:
    row, scope = tables.row, tables.scope
    query = sa.select(scope.c.name).join(row, row.c.scope == scope.c.n).where(row.c.uid == uid)
    names = connection.scalars(query).all()
    return next((n for n in names if tier_of(n) is Tier.WORK), None)


def in_tier(scope: str, tier: Tier) -> str:
    """The scope of the same record in another tier."""
    return scope if tier is Tier.WORK else f"{tier.value}/{scope}"


def write_row(
    writer: Writer,
    spec: RecordKind,
    uid: Uid,
    scope: str,
    fields: Mapping[str, Value],
    *,
    base: Mapping[Tier, Sequence[ChangeId]] | None = None,
    sign: Signer | None = None,
    new: bool = False,
) -> None:
    """Write one record's fields, each into the scope of its tier; `sign` signs the work part."""
    parts: dict[Tier, dict[str, Value]] = {}
    for name, value in fields.items():
        stem = name.partition(".")[0]
        field = spec.by_stem.get(stem)
        parts.setdefault(Tier.WORK if field is None else field.tier, {})[name] = value
    if new:
        parts.setdefault(spec.tiers()[0], {})
    for tier, part in parts.items():
        place = in_tier(scope, tier)
        seen = None if base is None else tuple(base.get(tier, ()))
        if tier is Tier.SEALED:
            seal = names.sealer(writer.connection, part, writer.reason)
            writer.put(spec.name, uid, place, {}, base=seen, seal=seal, new=new)
        else:
            signer = sign if tier is Tier.WORK else None
            writer.put(spec.name, uid, place, part, base=seen, sign=signer, new=new)


def read(
    connection: sa.Connection, spec: RecordKind, uid: Uid, workspace: Workspace | None = None
) -> Row:
    """One living record over an open connection; raises like `get`."""
    values: dict[str, Value] = {}
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row, scope.c.name.label("scope_name"))
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.uid == uid, row.c.entity == spec.name)
        .order_by(row.c.n)
    )
    base = {}
    conflicts: list[str] = []
    found = connection.execute(query).mappings().all()
    if not any(not r["deleted"] and r["listed"] for r in found):
        raise Refused("record_unknown", kind=spec.name, uid=uid[:40])
    for record in found:
        state = state_of(dict(record), record["scope_name"])
        base[state.tier] = state.tips
        conflicts += state.conflicts
        if state.shown:
            target = state.target
            stored = connection.execute(target.select().where(target.c.row_n == state.n))
            columns = stored.mappings().one()
            values |= columns_to_values(spec, state.tier, dict(columns))
    if workspace is not None:
        values |= derived.values(spec.name, values, workspace.template, workspace.today())
    lacking = rules.missing(spec, values) if spec.tiers() != (Tier.SEALED,) else ()
    return Row(uid, spec.name, values, lacking, tuple(sorted(set(conflicts))), base)


def columns_to_values(
    spec: RecordKind, tier: Tier, columns: Mapping[str, object]
) -> dict[str, Value]:
    """A stored projection row as values by field name."""
    plain, others = _readers(spec.name, tier)
    values = {name: cast("Value", columns[name]) for name in plain}
    for name, read_value in others:
        value = values[name]
        if value is not None:
            values[name] = read_value(value)
    return values


@cache
def _readers(kind: str, tier: Tier) -> tuple[list[str], list[tuple[str, Callable[[Value], Value]]]]:
    """The columns of a kind's tier, and how those are read that are not what they say."""
    fields = [f for f in KINDS[kind].fields if f.tier is tier]
    how: dict[FieldType, Callable[[Value], Value]] = {
        **dict.fromkeys(SETS, _members),
        FieldType.ANSWERS: lambda value: cast("Value", orjson.loads(str(value))),
        FieldType.DATA: lambda value: cast("Value", orjson.loads(str(value))),
        FieldType.BOOLEAN: bool,
    }
    return [f.name for f in fields], [(f.name, how[f.type]) for f in fields if f.type in how]


def _members(value: Value) -> Value:
    members = orjson.loads(str(value))
    return sorted(v if isinstance(v, str) else m for m, v in members.items())


def work_scope_of(connection: sa.Connection, spec: RecordKind, uid: Uid) -> str:
    """The work scope a record files under, whatever tier it has rows in.

    Raises:
        Refused: no such record.
    """
    row, scope = tables.row, tables.scope
    query = (
        sa.select(scope.c.name)
        .join(row, row.c.scope == scope.c.n)
        .where(row.c.uid == uid, row.c.entity == spec.name)
    )
    for name in connection.scalars(query):
        tier = tier_of(name)
        return str(name if tier is Tier.WORK else name.partition("/")[2])
    raise Refused("record_unknown", kind=spec.name, uid=uid[:40])


def scope_of_code(connection: sa.Connection, code: str) -> str | None:
    """The work scope of the talk that bears a code name; None when there is none."""
    talks = table("interview", Tier.TALK)
    uid = connection.scalar(sa.select(talks.c.uid).where(talks.c.code_name == code))
    return None if uid is None else work_scope_of(connection, KINDS["interview"], Uid(uid))


def units_of(*rows: Mapping[str, Value]) -> frozenset[Uid]:
    """The units that some values name, for `Changes`."""
    found = (values.get("unit") for values in rows)
    return frozenset(Uid(u) for u in found if isinstance(u, str))
