"""Lists of records: filtered, sorted and paged in SQL."""

from array import array
from collections.abc import Mapping, Sequence
from typing import cast

import orjson
import sqlalchemy as sa

from models import tables
from models.base import SETS, table
from models.coding import NARROW
from models.errors import Refused
from models.kinds import Field, FieldType, RecordKind, Tier, Uid, Value
from services import derived, linking, records, rows, rules, textual
from services.core import Filter, Page, Row
from services.directory import Lookup
from services.narrow import Condition, Narrow, Wanted, holds
from services.ordering import order, places
from services.workspace import Workspace

MAX_LIMIT = 10_000
"""Most rows of one page."""
_DERIVED = frozenset({"overdue"})
"""What may be asked for although no column holds it."""


def page(
    workspace: Workspace,
    kind: str,
    wanted: Filter,
    offset: int = 0,
    limit: int = 100,
    *,
    soon: bool = False,
) -> Page:
    """Rows `offset` … `offset + limit` of a list, and how many the whole list has.

    With `soon` the rows of a long list are not counted where that would take longest.

    Raises:
        Refused: an unknown kind, field or choice.
    """
    with workspace.store.read() as connection:
        spec = _listed_kind(kind)
        most = min(limit, MAX_LIMIT)
        keys: Sequence[int]
        counted = True
        narrow = _narrow(workspace, connection, spec, wanted)
        if narrow is None:
            asked = _Asked(workspace, connection, spec, wanted)
            total = connection.scalar(asked.count()) or 0
            keys = connection.scalars(asked.keys().limit(most).offset(offset)).all()
        else:
            keys, known = narrow.page(offset, most)
            if known is None and (not soon or (offset == 0 and narrow.is_counted_soon)):
                known = narrow.count()
            counted = known is not None
            total = offset + len(keys) if known is None else known
        found = _rows(workspace, connection, spec, keys)
    return Page(tuple(row for row in found if row is not None), total, counted)


def numbers(workspace: Workspace, kind: str, wanted: Filter) -> "array[int]":
    """The whole list as row numbers in its order, 8 bytes each; see `rows_at`.

    Raises:
        Refused: an unknown kind, field or choice.
    """
    with workspace.store.read() as connection:
        spec = _listed_kind(kind)
        narrow = _narrow(workspace, connection, spec, wanted)
        if narrow is not None:
            return narrow.numbers()
        keys = _Asked(workspace, connection, spec, wanted).keys()
        return array("q", connection.scalars(keys))


def rows_at(workspace: Workspace, kind: str, wanted: Sequence[int]) -> tuple[Row | None, ...]:
    """The rows of some numbers in their order; None where one is gone since.

    Raises:
        Refused: an unknown kind.
    """
    spec = _listed_kind(kind)
    with workspace.store.read() as connection:
        return _rows(workspace, connection, spec, wanted)


def span(workspace: Workspace, kind: str, wanted: Filter, field: str) -> tuple[str, str]:
    """The first and the last day (ISO 8601) that a list holds in a field; empty where none is.

    Raises:
        Refused: an unknown kind, field or choice.
    """
    with workspace.store.read() as connection:
        asked = _Asked(workspace, connection, _listed_kind(kind), wanted)
        first, last = connection.execute(asked.span(field)).one()
    return (str(first), str(last)) if first and last else ("", "")


def tally(
    workspace: Workspace, kind: str, wanted: Filter, *fields: str
) -> Mapping[tuple[Value, ...], int]:
    """How many rows a list has, by the values of some fields.

    Raises:
        Refused: an unknown kind, field or choice.
    """
    with workspace.store.read() as connection:
        asked = _Asked(workspace, connection, _listed_kind(kind), wanted)
        found = connection.execute(asked.tally(fields)).all()
    return {tuple(row[:-1]): cast("int", row[-1]) for row in found}


def _listed_kind(kind: str) -> RecordKind:
    spec = records.kind_named(kind)
    if spec.tiers() == (Tier.SEALED,):
        raise Refused("kind_sealed", kind=kind)
    return spec


class _Asked:
    """One list that was asked for, as queries over row numbers alone."""

    def __init__(
        self, workspace: Workspace, connection: sa.Connection, spec: RecordKind, wanted: Filter
    ) -> None:
        self._source, self._columns = _source(spec)
        self._where = _conditions(workspace, connection, spec, wanted, self._columns)
        columns: dict[str, sa.Column[object]] = {**self._columns}  # type: ignore[dict-item]
        self._order = order(workspace, connection, spec, wanted.sort, columns)

    def count(self) -> sa.Select[int]:
        return sa.select(sa.func.count()).select_from(self._source).where(*self._where)

    def span(self, field: str) -> sa.Select[str, str]:
        column = self._columns[field]
        days = sa.select(sa.func.min(column), sa.func.max(column))
        return days.select_from(self._source).where(*self._where)

    def tally(self, fields: Sequence[str]) -> sa.Select[*tuple[Value, ...]]:
        columns = [self._columns[field] for field in fields]
        by = sa.select(*columns, sa.func.count()).select_from(self._source).where(*self._where)
        return cast("sa.Select[*tuple[Value, ...]]", by.group_by(*columns))

    def keys(self) -> sa.Select[int]:
        source = self._source
        if self._order.ranks is not None and self._order.joined is not None:
            source = source.outerjoin(self._order.ranks, self._order.joined)
        number = cast("sa.Column[int]", self._columns["row_n"])
        query = sa.select(number).select_from(source).where(*self._where)
        return query.order_by(*self._order.columns)


def _source(spec: RecordKind) -> tuple[sa.FromClause, dict[str, sa.Column[str]]]:
    """The kind's tables joined over its tiers, and each field's column."""
    work = table(spec.name, spec.tiers()[0])
    columns = {c.name: c for c in work.c}
    source: sa.FromClause = work
    if Tier.TALK in spec.tiers()[1:]:
        talk = table(spec.name, Tier.TALK)
        source = work.outerjoin(talk, talk.c.uid == work.c.uid)
        columns |= {c.name: c for c in talk.c if c.name not in columns}
    return source, columns


def _conditions(
    workspace: Workspace,
    connection: sa.Connection,
    spec: RecordKind,
    wanted: Filter,
    columns: Mapping[str, sa.Column[str]],
) -> list[sa.ColumnElement[bool]]:
    lookup = Lookup(workspace, connection)
    where: list[sa.ColumnElement[bool]] = []
    if wanted.units and spec.field("unit") is not None:
        where.append(columns["unit"].in_(sorted(lookup.units.widen(wanted.units))))
    for name, value in wanted.where.items():
        if name in _DERIVED and spec.name == "problem":
            where.append(derived.overdue_condition(columns, workspace.today(), wanted=value))
            continue
        where.append(_condition(spec, name, value, lookup)(columns[name]))
    if wanted.text:
        where += textual.conditions(connection, spec, wanted.text, columns)
    return where


def _condition(spec: RecordKind, name: str, value: Value, lookup: Lookup) -> Condition:
    """What a field has to be; raises `Refused` for an unknown field or choice."""
    field = spec.field(name)
    if field is None or field.tier is Tier.SEALED:
        raise Refused("field_unknown", field=name[:40], kind=spec.name)
    options: Sequence[Value] = value if isinstance(value, list) else [value]
    if "unit" in field.refers and field.name != linking.FIELD:
        options = _same_units(spec, name, options, lookup)
    if isinstance(value, dict):
        return _between(field, value)
    if field.type in SETS:
        return lambda column: sa.or_(*(_holds(column, str(v)) for v in options))
    known = [_as_stored(spec, name, v, lookup) for v in options]
    if known == [None]:
        return lambda column: column.is_(None)
    return lambda column: column.in_(known)


def _narrow(
    workspace: Workspace, connection: sa.Connection, spec: RecordKind, wanted: Filter
) -> Narrow | None:
    """The list over the kind's narrow table; None where that does not hold what is asked for.

    Raises:
        Refused: an unknown field or choice.
    """
    name = wanted.sort.lstrip("-")
    fields = wanted.where.keys() - _DERIVED
    if spec.name not in NARROW or not fields <= set(spec.coded_by):
        return None
    if name and name not in {*spec.coded_by, *spec.walked_by}:
        return None
    conditions: dict[str, list[Condition]] = {name: [] for name in spec.coded_by}
    also: list[sa.ColumnElement[bool]] = []
    lookup = Lookup(workspace, connection)
    if wanted.units:
        units = sorted(lookup.units.widen(wanted.units))
        conditions["unit"].append(lambda column: column.in_(units))
    for at, value in wanted.where.items():
        if at not in _DERIVED:
            conditions[at].append(_condition(spec, at, value, lookup))
        elif value:
            for column, said in derived.overdue_conditions(workspace.today()).items():
                conditions[column].append(said)
        else:
            late = derived.overdue_conditions(workspace.today())
            held = (holds(spec.name, column, said) for column, said in late.items())
            also.append(sa.not_(sa.func.coalesce(sa.and_(*held), sa.false())))
    if wanted.text:
        also += textual.of_narrow(connection, spec, wanted.text)
    sort = spec.field(name)
    key = places(workspace, connection, sort) if sort and name in spec.coded_by else None
    down = not name or wanted.sort.startswith("-")
    asked = Wanted(conditions, tuple(also), bool(wanted.text), name, down, key)
    return Narrow(connection, spec, asked)


def _same_units(
    spec: RecordKind, name: str, options: Sequence[Value], lookup: Lookup
) -> Sequence[Value]:
    """The rows of the units that are asked for, with those that are the same units."""
    found: dict[Value, None] = {}
    for one in options:
        uid = _as_stored(spec, name, one, lookup) if isinstance(one, str) else one
        found[uid] = None
        if isinstance(uid, str):
            found |= dict.fromkeys(sorted(lookup.units.widen([Uid(uid)])))
    return list(found)


def _between(field: Field, bounds: Mapping[str, Value]) -> Condition:
    """From the first to the last day, both included; either may be missing.

    With `unknown` a record of which no day is known is within.
    """
    if field.type is not FieldType.DATE or not bounds.keys() <= {"from", "to", "unknown"}:
        raise Refused("field_unknown", field=field.name, kind="")
    first, last = bounds.get("from"), bounds.get("to")
    unknown = bool(bounds.get("unknown")) and bool(first or last)

    def within(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        found = sa.and_(sa.true(), *([column >= first] if first else []))
        found = sa.and_(found, *([column <= last] if last else []))
        return sa.or_(column.is_(None), found) if unknown else found

    return within


def _holds(column: sa.ColumnElement[str], member: str) -> sa.ColumnElement[bool]:
    return sa.cast(column, sa.Text).contains(f'"{member}":', autoescape=True)


def _as_stored(spec: RecordKind, name: str, value: Value, lookup: Lookup) -> Value:
    field = spec.field(name)
    if field is None or field.computed:
        return value
    fields, findings = rules.to_journal(spec, {name: value}, lookup, current={})
    if findings:
        raise rules.Invalid(spec.name, findings)
    stored = fields.get(field.part_of or name)
    return stored.get(name) if isinstance(stored, dict) else stored


def _rows(
    workspace: Workspace,
    connection: sa.Connection,
    spec: RecordKind,
    numbers: Sequence[object],
) -> tuple[Row | None, ...]:
    """The rows of these numbers, in their order; None where there is none."""
    if not numbers:
        return ()
    first = spec.tiers()[0]
    work = table(spec.name, first)
    stored = connection.execute(work.select().where(work.c.row_n.in_(numbers))).mappings()
    found: dict[object, tuple[Uid, dict[str, Value]]] = {
        r["row_n"]: (Uid(r["uid"]), rows.columns_to_values(spec, first, dict(r))) for r in stored
    }
    if Tier.TALK in spec.tiers()[1:]:
        talk = table(spec.name, Tier.TALK)
        uids = [uid for uid, _ in found.values()]
        by_uid = {
            r["uid"]: rows.columns_to_values(spec, Tier.TALK, dict(r))
            for r in connection.execute(talk.select().where(talk.c.uid.in_(uids))).mappings()
        }
        for uid, values in found.values():
            values.update(by_uid.get(uid, {}))
    state = tables.row
    disputed = {
        r.uid: tuple(sorted(orjson.loads(r.conflicts)))
        for r in connection.execute(
            sa.select(state.c.uid, state.c.conflicts).where(
                state.c.n.in_(numbers), state.c.conflicts.is_not(None)
            )
        )
    }
    template, today = workspace.template, workspace.today()
    result: list[Row | None] = []
    for number in numbers:
        if number not in found:
            result.append(None)
            continue
        uid, values = found[number]
        values |= derived.values(spec.name, values, template, today)
        lacking = rules.missing(spec, values)
        result.append(Row(uid, spec.name, values, lacking, disputed.get(uid, ())))
    return tuple(result)
