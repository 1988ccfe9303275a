"""Which records of a list hold a text: what the search index says, and where it is not enough."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from models import indexing, tables
from models.base import table
from models.catalogue import KINDS
from models.coding import NARROW
from models.kinds import FieldType, RecordKind, Tier
from models.projection import searched_fields
from models.search_index import match_expression, normalise
from services.search import spellings

_LONG_ENOUGH = 3
"""Characters from which on the index alone does not tell who holds a text."""
_Columns = Mapping[str, sa.Column[str]]


def has_text(kind: str) -> bool:
    """Whether records of a kind hold any text that a search could find."""
    return any(searched_fields(kind, tier) for tier in KINDS[kind].tiers())


def conditions(
    connection: sa.Connection, spec: RecordKind, text: str, columns: _Columns
) -> list[sa.ColumnElement[bool]]:
    """Rows in which some text field holds `text`, case and width folded."""
    found = tables.row.c.n.in_(_found(connection, spec, text))
    where: list[sa.ColumnElement[bool]] = [
        columns["uid"].in_(sa.select(tables.row.c.uid).where(found))
    ]
    if len(normalise(text)) >= _LONG_ENOUGH:
        where.append(_holds(text, _texts(spec, columns)))
    return where


def of_narrow(
    connection: sa.Connection, spec: RecordKind, text: str
) -> list[sa.ColumnElement[bool]]:
    """Rows of the narrow table in whose record some text field holds `text`."""
    work = table(spec.name)
    number = NARROW[spec.name].c.n
    found: list[sa.ColumnElement[bool]] = [number.in_(_found(connection, spec, text))]
    if len(normalise(text)) < _LONG_ENOUGH:
        return found
    held = _holds(text, _texts(spec, {c.name: c for c in work.c}))
    seen = sa.select(work.c.row_n).where(work.c.row_n == number, held)
    return [*found, seen.exists()]


def _texts(spec: RecordKind, columns: _Columns) -> list[sa.Column[str]]:
    return [
        columns[f.name]
        for f in spec.fields
        if f.type in {FieldType.TEXT, FieldType.LONG_TEXT} and f.name in columns
    ]


def _holds(text: str, columns: Sequence[sa.Column[str]]) -> sa.ColumnElement[bool]:
    """Whether some of these columns holds `text`, as it stands there."""
    folded = normalise(text)
    wanted = spellings(folded)
    texts = columns if wanted else [sa.func.fold_text(c) for c in columns]
    holds = (sa.func.instr(t, one) > 0 for t in texts for one in wanted or (folded,))
    return sa.or_(sa.false(), *holds)


def _found(connection: sa.Connection, spec: RecordKind, text: str) -> sa.Select[int]:
    """Numbers of the rows of which the index says that they may hold `text`.

    Those that wait for the index are asked themselves.
    """
    number = sa.literal_column("rowid", sa.Integer)
    hits = sa.select(number).select_from(sa.table("search"))
    hits = hits.where(sa.literal_column("search").op("match")(match_expression(text)))
    if not indexing.are_waiting(connection):
        return hits
    late = sa.select(tables.unindexed.c.row_n)
    parts = [hits.where(number.not_in(late))]
    for tier in spec.tiers():
        if tier is not Tier.SEALED:
            own = table(spec.name, tier)
            held = _holds(text, [own.c[f.name] for f in searched_fields(spec.name, tier)])
            parts.append(sa.select(own.c.row_n).where(own.c.row_n.in_(late), held))
    return sa.select(sa.union_all(*parts).subquery().c[0])
