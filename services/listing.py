"""Lists of records: filtered, sorted and paged in SQL."""

from collections.abc import Mapping, Sequence

import orjson
import sqlalchemy as sa

from models import tables
from models.base import SETS, table
from models.errors import Refused
from models.kinds import FieldType, RecordKind, Tier, Uid, Value
from models.search_index import match_expression, normalise
from services import derived, records, rows, rules
from services.core import Filter, Page, Row
from services.directory import Lookup
from services.search import spellings
from services.workspace import Workspace

MAX_LIMIT = 10_000
"""Most rows of one page."""
_LONG_ENOUGH_TO_VERIFY = 3


def page(
    workspace: Workspace, kind: str, wanted: Filter, offset: int = 0, limit: int = 100
) -> Page:
    """Rows `offset` … `offset + limit` of a list, and how many the whole list has.

    Raises:
        Refused: an unknown kind, field or choice.
    """
    spec = records.kind_named(kind)
    if spec.tiers() == (Tier.SEALED,):
        raise Refused("kind_sealed", kind=kind)
    with workspace.store.read() as connection:
        source, columns = _source(spec)
        where = _conditions(spec, wanted, columns, Lookup(workspace, connection))
        total = connection.scalar(sa.select(sa.func.count()).select_from(source).where(*where))
        keys = (
            sa.select(columns["row_n"])
            .select_from(source)
            .where(*where)
            .order_by(*_order(spec, wanted.sort, columns))
            .limit(min(limit, MAX_LIMIT))
            .offset(offset)
        )
        numbers = connection.scalars(keys).all()
        found = _rows(workspace, connection, spec, numbers)
    return Page(found, total or 0)


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
    spec: RecordKind,
    wanted: Filter,
    columns: Mapping[str, sa.Column[object]],
    lookup: Lookup,
) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if wanted.units and spec.field("unit") is not None:
        where.append(columns["unit"].in_(sorted(wanted.units)))
    for name, value in wanted.where.items():
        field = spec.field(name)
        if field is None or field.tier is Tier.SEALED:
            raise Refused("field_unknown", field=name[:40], kind=spec.name)
        options = value if isinstance(value, list) else [value]
        if field.type in SETS:
            where.append(sa.or_(*(_holds(columns[name], str(v)) for v in options)))
        else:
            known = [_as_stored(spec, name, v, lookup) for v in options]
            where.append(columns[name].is_(None) if known == [None] else columns[name].in_(known))
    if wanted.text:
        where += _text_conditions(spec, wanted.text, columns)
    return where


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


def _order(
    spec: RecordKind, sort: str, columns: Mapping[str, sa.Column[object]]
) -> list[sa.ColumnElement[object]]:
    name = sort.lstrip("-")
    number = columns["row_n"]
    if not name:
        return [number.desc()]
    if name not in columns or spec.field(name) is None:
        raise Refused("field_unknown", field=name[:40], kind=spec.name)
    column = columns[name]
    return [column.desc(), number.desc()] if sort.startswith("-") else [column.asc(), number.asc()]


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
