"""Lists of records: filtered, sorted and paged in SQL."""

from array import array
from collections.abc import Mapping, Sequence
from typing import cast

import orjson
import sqlalchemy as sa

from models import tables
from models.base import SETS, table
from models.errors import Refused
from models.kinds import Field, FieldType, RecordKind, Tier, Uid, Value
from models.search_index import match_expression, normalise
from services import derived, linking, records, rows, rules
from services.core import Filter, Page, Row
from services.directory import Lookup
from services.ordering import order
from services.search import spellings
from services.workspace import Workspace

MAX_LIMIT = 10_000
"""Most rows of one page."""
_LONG_ENOUGH_TO_VERIFY = 3
_DERIVED = frozenset({"overdue"})
"""What may be asked for although no column holds it."""


def page(
    workspace: Workspace, kind: str, wanted: Filter, offset: int = 0, limit: int = 100
) -> Page:
    """Rows `offset` … `offset + limit` of a list, and how many the whole list has.

    Raises:
        Refused: an unknown kind, field or choice.
    """
    with workspace.store.read() as connection:
        asked = _Asked(workspace, connection, kind, wanted)
        total = connection.scalar(asked.count())
        keys = asked.keys().limit(min(limit, MAX_LIMIT)).offset(offset)
        found = _rows(workspace, connection, asked.spec, connection.scalars(keys).all())
    return Page(found, total or 0)


def numbers(workspace: Workspace, kind: str, wanted: Filter) -> "array[int]":
    """The whole list as row numbers in its order, 8 bytes each; see `rows_at`.

    Raises:
        Refused: an unknown kind, field or choice.
    """
    with workspace.store.read() as connection:
        asked = _Asked(workspace, connection, kind, wanted)
        return array("q", connection.scalars(asked.keys()))


def rows_at(workspace: Workspace, kind: str, wanted: Sequence[int]) -> tuple[Row | None, ...]:
    """The rows of some numbers in their order; None where one is gone since.

    Raises:
        Refused: an unknown kind.
    """
    spec = _listed_kind(kind)
    with workspace.store.read() as connection:
        work = table(spec.name, spec.tiers()[0])
        query = sa.select(work.c.row_n).where(work.c.row_n.in_(wanted))
        alive = set(connection.scalars(query))
        there = [number for number in wanted if number in alive]
        found = iter(_rows(workspace, connection, spec, there))
    return tuple(next(found) if number in alive else None for number in wanted)


def _listed_kind(kind: str) -> RecordKind:
    spec = records.kind_named(kind)
    if spec.tiers() == (Tier.SEALED,):
        raise Refused("kind_sealed", kind=kind)
    return spec


class _Asked:
    """One list that was asked for, as queries over row numbers alone."""

    def __init__(
        self, workspace: Workspace, connection: sa.Connection, kind: str, wanted: Filter
    ) -> None:
        self.spec = _listed_kind(kind)
        self._source, self._columns = _source(self.spec)
        lookup = Lookup(workspace, connection)
        self._where = _conditions(workspace, self.spec, wanted, self._columns, lookup)
        self._order = order(workspace, connection, self.spec, wanted.sort, self._columns)

    def count(self) -> sa.Select[int]:
        return sa.select(sa.func.count()).select_from(self._source).where(*self._where)

    def keys(self) -> sa.Select[int]:
        source = self._source
        if self._order.ranks is not None and self._order.joined is not None:
            source = source.outerjoin(self._order.ranks, self._order.joined)
        number = cast("sa.Column[int]", self._columns["row_n"])
        query = sa.select(number).select_from(source).where(*self._where)
        return query.order_by(*self._order.columns)


def _source(spec: RecordKind) -> tuple[sa.FromClause, dict[str, sa.Column[object]]]:
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
    spec: RecordKind,
    wanted: Filter,
    columns: Mapping[str, sa.Column[object]],
    lookup: Lookup,
) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if wanted.units and spec.field("unit") is not None:
        where.append(columns["unit"].in_(sorted(lookup.units.widen(wanted.units))))
    for name, value in wanted.where.items():
        if name in _DERIVED and spec.name == "problem":
            where.append(derived.overdue_condition(columns, workspace.today(), wanted=value))
            continue
        field = spec.field(name)
        if field is None or field.tier is Tier.SEALED:
            raise Refused("field_unknown", field=name[:40], kind=spec.name)
        options: Sequence[Value] = value if isinstance(value, list) else [value]
        if "unit" in field.refers and field.name != linking.FIELD:
            options = _same_units(spec, name, options, lookup)
        if isinstance(value, dict):
            where += _between(columns[name], field, value)
        elif field.type in SETS:
            where.append(sa.or_(*(_holds(columns[name], str(v)) for v in options)))
        else:
            known = [_as_stored(spec, name, v, lookup) for v in options]
            where.append(columns[name].is_(None) if known == [None] else columns[name].in_(known))
    if wanted.text:
        where += _text_conditions(spec, wanted.text, columns)
    return where


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


def _between(
    column: sa.Column[object], field: Field, bounds: Mapping[str, Value]
) -> list[sa.ColumnElement[bool]]:
    """From the first to the last day, both included; either may be missing.

    With `unknown` a record of which no day is known is within.
    """
    if field.type is not FieldType.DATE or not bounds.keys() <= {"from", "to", "unknown"}:
        raise Refused("field_unknown", field=field.name, kind="")
    first, last = bounds.get("from"), bounds.get("to")
    found = [*([column >= first] if first else []), *([column <= last] if last else [])]
    return [sa.or_(column.is_(None), sa.and_(*found))] if bounds.get("unknown") and found else found


def _holds(column: sa.Column[object], member: str) -> sa.ColumnElement[bool]:
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


def _text_conditions(
    spec: RecordKind, text: str, columns: Mapping[str, sa.Column[object]]
) -> list[sa.ColumnElement[bool]]:
    """Rows in which some text field holds `text`, case and width folded."""
    folded = normalise(text)
    searched = [
        columns[f.name]
        for f in spec.fields
        if f.type in {FieldType.TEXT, FieldType.LONG_TEXT} and f.name in columns
    ]
    hits = sa.select(sa.literal_column("rowid", sa.Integer)).select_from(sa.table("search"))
    hits = hits.where(sa.literal_column("search").op("match")(match_expression(text)))
    uids = sa.select(tables.row.c.uid).where(tables.row.c.n.in_(hits))
    where: list[sa.ColumnElement[bool]] = [columns["uid"].in_(uids)]
    if len(folded) >= _LONG_ENOUGH_TO_VERIFY:
        wanted = spellings(folded)
        texts = searched if wanted else [sa.func.fold_text(c) for c in searched]
        holds = (sa.func.instr(t, one) > 0 for t in texts for one in wanted or (folded,))
        where.append(sa.or_(*holds))
    return where


def _rows(
    workspace: Workspace,
    connection: sa.Connection,
    spec: RecordKind,
    numbers: Sequence[object],
) -> tuple[Row, ...]:
    """The rows of these numbers, in their order."""
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
    result = []
    for number in numbers:
        uid, values = found[number]
        values |= derived.values(spec.name, values, template, today)
        lacking = rules.missing(spec, values)
        result.append(Row(uid, spec.name, values, lacking, disputed.get(uid, ())))
    return tuple(result)
