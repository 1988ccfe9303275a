"""The order of a list: names as a Chinese reader expects them, choices as their list has them."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import Field, FieldType, RecordKind, Tier
from services import derived
from services.directory import choices
from services.workspace import Workspace

_MOST_RANKED = 12_000
"""Most records of a kind that are put in order by their names; more stay in the order of uids."""
_FIRST_COMMON, _LAST_COMMON = b"\xb0\xa1", b"\xd7\xf9"
_RANKED = frozenset({"unit", "person", "group"})


def by_name(text: str) -> tuple[bytes, ...]:
    """A sort key: Latin and digits first, then the common characters by their reading, then others.

    Source: GB/T 2312-1980, whose first level (3,755 characters) stands in the order of pinyin.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return tuple(map(_rank, folded))


def _rank(character: str) -> bytes:
    code = character.encode("gb18030", "replace")
    if len(code) == 1:
        return b"0" + code
    is_common = len(code) == len(_FIRST_COMMON) and _FIRST_COMMON <= code <= _LAST_COMMON
    return (b"1" if is_common else b"2") + code


@dataclass(frozen=True, slots=True)
class Order:
    """How rows are put in order."""

    columns: tuple[sa.ColumnElement[object], ...]
    ranks: sa.FromClause | None = None
    """Names' places, to be joined to the list's tables."""
    joined: sa.ColumnElement[bool] | None = None
    """On what they are joined."""


def order(
    workspace: Workspace,
    connection: sa.Connection,
    spec: RecordKind,
    sort: str,
    columns: Mapping[str, sa.Column[object]],
) -> Order:
    """The order that `Filter.sort` asks for; rows that are alike stay in the order of entry.

    Raises:
        Refused: the kind has no such field to sort by.
    """
    name = sort.lstrip("-")
    number: sa.Column[object] = columns["row_n"]
    if not name:
        return Order((number.desc(),))
    way = sa.desc if sort.startswith("-") else sa.asc
    if (spec.name, name) == ("evaluation", "approval_percent"):
        share = derived.approval_share(columns, workspace.template)
        return Order((way(share), way(number)))
    if (spec.name, name) == ("opinion", "voices"):
        voices = _voices()
        count = sa.func.coalesce(voices.c.place, 0)
        return Order((way(count), way(number)), voices, voices.c.uid == columns["uid"])
    field = spec.field(name)
    if field is None or name not in columns:
        raise Refused("field_unknown", field=name[:40], kind=spec.name)
    wanted: sa.ColumnElement[object] = columns[name]
    ranks = None
    if field.type is FieldType.CHOICE and field.choices:
        wanted = _by_list(wanted, tuple(choices(workspace, field.choices)))
    elif field.type is FieldType.REFERENCE and set(field.refers) <= _RANKED:
        ranks = _ranks(connection, field.refers)
        if ranks is not None:
            wanted = ranks.c.place
    joined = None if ranks is None else ranks.c.uid == columns[name]
    return Order((way(wanted), way(number)), ranks, joined)


def _voices() -> sa.FromClause:
    """How many opinions were joined into each that has some."""
    opinion = table("opinion")
    of = opinion.c.merged_into
    query = sa.select(of.label("uid"), sa.func.count().label("place"))
    return query.where(of.is_not(None)).group_by(of).cte("voices")


def _by_list(column: sa.ColumnElement[object], members: Sequence[str]) -> sa.ColumnElement[object]:
    if not members:
        return column
    places = {member: place for place, member in enumerate(members)}
    return sa.case(places, value=column, else_=len(members))


def places(
    workspace: Workspace, connection: sa.Connection, field: Field
) -> Callable[[str | None], object] | None:
    """The sort key of a field's values, in the same order; None: that of the values themselves."""
    if field.type is FieldType.CHOICE and field.choices:
        members = tuple(choices(workspace, field.choices))
        if members:
            place = {member: n for n, member in enumerate(members)}
            return lambda value: place.get(value or "", len(place))
    if field.type is FieldType.REFERENCE and set(field.refers) <= _RANKED:
        ranked = _ranked(connection, field.refers)
        if ranked is not None:
            rank = {uid: n for n, uid in enumerate(ranked)}
            return lambda value: rank.get(value or "", -1)
    return None


def _ranked(connection: sa.Connection, kinds: Sequence[str]) -> list[str] | None:
    """Every record of some kinds in the order of their names; None when there are many, or none."""
    named: list[tuple[tuple[bytes, ...], str]] = []
    for kind in kinds:
        source = table(kind, Tier.WORK)
        title = source.c[KINDS[kind].title]
        query = sa.select(source.c.uid, title).limit(_MOST_RANKED + 1)
        named += [(by_name(text or ""), uid) for uid, text in connection.execute(query)]
    if not named or len(named) > _MOST_RANKED:
        return None
    return [uid for _, uid in sorted(named)]


def _ranks(connection: sa.Connection, kinds: Sequence[str]) -> sa.FromClause | None:
    """Place of every record of some kinds in the order of their names; None when they are many."""
    ranked = _ranked(connection, kinds)
    if ranked is None:
        return None
    rows = [(uid, place) for place, uid in enumerate(ranked)]
    values = sa.values(sa.column("uid", sa.Text), sa.column("place", sa.Integer), name="ranks")
    return values.data(rows).cte("ranks_of_names")
