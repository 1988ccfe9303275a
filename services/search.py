"""Finding text in everything that is not sealed: the newest hits first, exact to the character."""

from dataclasses import dataclass

import sqlalchemy as sa

from models import tables
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import Uid
from models.projection import RowState, searched_fields, tier_of
from models.search_index import match_expression, normalise
from services.workspace import Workspace

MAX_QUERY = 100
"""Longest query, in characters."""
_BATCH = 200
_NEWEST = "select rowid from search where search match :m order by rowid desc limit :n"
_NEXT = (
    "select rowid from search where search match :m and rowid < :before "
    "order by rowid desc limit :n"
)
_Found = tuple[int, Uid, str, str]
"""Row number, uid, entity and scope of a candidate."""
_AROUND = 12
"""Characters of a snippet on each side of the hit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One field of one record that holds the text."""

    kind: str
    uid: Uid
    field: str
    snippet: str
    """The hit with a little text around it, on one line."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found."""

    rows: tuple[Hit, ...]
    total: int
    """Records that hold the text, all of them counted."""


def find(
    workspace: Workspace, text: str, *, kind: str | None = None, limit: int = 50, count: bool = True
) -> Hits:
    """Records whose text holds `text`: the same as a substring search with case and width folded.

    `count` False leaves `total` at the number of rows returned, which is quicker while typing.

    Raises:
        Refused: an empty or overlong query.
    """
    if not text.strip():
        raise Refused("query_empty")
    if len(text) > MAX_QUERY:
        raise Refused("text_too_long", size=len(text), limit=MAX_QUERY)
    folded = normalise(text)
    hits: list[Hit] = []
    total = 0
    with workspace.store.read() as connection:
        before = None
        while True:
            numbers = _candidates(connection, text, before)
            for state in _states(connection, numbers, kind):
                hit = _hit(connection, state, folded)
                if hit is not None:
                    total += 1
                    if len(hits) < limit:
                        hits.append(hit)
                if not count and len(hits) >= limit:
                    return Hits(tuple(hits), total)
            if len(numbers) < _BATCH:
                return Hits(tuple(hits), total)
            before = numbers[-1]


def _candidates(connection: sa.Connection, text: str, before: int | None) -> list[int]:
    """Row numbers that hold every pair of the query, newest first, `_BATCH` at a time."""
    query = sa.text(_NEWEST if before is None else _NEXT)
    params: dict[str, object] = {"m": match_expression(text), "n": _BATCH}
    if before is not None:
        params["before"] = before
    return [int(n) for n in connection.scalars(query, params)]


def _states(
    connection: sa.Connection, numbers: list[int], kind: str | None
) -> list[_Found]:
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row.c.n, row.c.uid, row.c.entity, scope.c.name)
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.n.in_(numbers))
        .order_by(row.c.n.desc())
    )
    if kind is not None:
        query = query.where(row.c.entity == kind)
    return [(int(n), Uid(u), str(e), str(s)) for n, u, e, s in connection.execute(query)]


def _hit(connection: sa.Connection, found: tuple[int, Uid, str, str], folded: str) -> Hit | None:
    n, uid, entity, scope = found
    if entity not in KINDS:
        return None
    state = RowState(n, uid, entity, 0, tier_of(scope))
    target = state.target
    fields = [f.name for f in searched_fields(entity, state.tier)]
    columns = [target.c[name] for name in fields]
    stored = connection.execute(sa.select(*columns).where(target.c.row_n == n)).first()
    for name, value in zip(fields, stored or (), strict=False):
        if not isinstance(value, str):
            continue
        place = normalise(value).find(folded)
        if place >= 0:
            return Hit(entity, uid, name, snippet(value, place, len(folded)))
    return None


def snippet(text: str, start: int, length: int) -> str:
    """The hit at `start` with a little text around it; line ends as spaces, cut ends as …."""
    left, right = max(0, start - _AROUND), min(len(text), start + length + _AROUND)
    middle = " ".join(text[left:right].split())
    return ("…" if left else "") + middle + ("…" if right < len(text) else "")
