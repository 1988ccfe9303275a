"""Rows that wait for the search index: what a merge brings is there before it can be looked up.

To index a text takes as long as to take it in. So a large merge only notes which rows have another
text than before; whoever searches reads these rows themselves, until the index has followed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from models import search_index, tables
from models.projection import projection_of, searched_fields, text_of, tier_of

if TYPE_CHECKING:
    from models.kinds import Tier

_MANY = 2_000
_READ_AT_ONCE = 200
"""Rows of which the texts are in memory together: each may be long."""
_LISTED = "select value from json_each(?)"
_NEXT = "select row_n from unindexed order by row_n limit ?"
_PLACES = (
    "select row.entity, scope.name, row.n from row join scope on scope.n = row.scope "  # noqa: S608
    f"where row.n in ({_LISTED})"
)


def note(connection: sa.Connection, numbers: Sequence[int]) -> None:
    """Note rows whose text is another one now."""
    if numbers:
        into = f"insert or ignore into unindexed {_LISTED}"
        connection.exec_driver_sql(into, (orjson.dumps(sorted(numbers)).decode(),))


def are_waiting(connection: sa.Connection) -> bool:
    """Whether any row waits."""
    return connection.exec_driver_sql("select 1 from unindexed limit 1").first() is not None


def index_some(connection: sa.Connection, most: int) -> int:
    """Let the index follow with the next rows; how many are left.

    Args:
        connection: in its open transaction, which the caller commits.
        most: rows at once; 1,000 take about 40 ms.
    """
    count = sa.select(sa.func.count()).select_from(tables.unindexed)
    waiting = connection.scalar(count) or 0
    if not waiting:
        return 0
    if waiting > _MANY:
        search_index.set_merging(connection, on=False)
    numbers = list(connection.exec_driver_sql(_NEXT, (most,)).scalars())
    search_index.put(connection, {}, numbers)
    for start in range(0, len(numbers), _READ_AT_ONCE):
        texts = _texts(connection, numbers[start : start + _READ_AT_ONCE])
        search_index.put(connection, texts, ())
    gone = "delete from unindexed where row_n <= ?"
    connection.exec_driver_sql(gone, (numbers[-1],))
    left = waiting - len(numbers)
    if not left:
        # Also where it was interrupted before: then it is off still.
        search_index.set_merging(connection, on=True)
    return left


def _texts(connection: sa.Connection, numbers: list[int]) -> dict[int, str]:
    """The text of each row that has some."""
    by_table: dict[tuple[str, Tier], list[int]] = {}
    asked = orjson.dumps(numbers).decode()
    for entity, scope, n in connection.exec_driver_sql(_PLACES, (asked,)):
        by_table.setdefault((entity, tier_of(scope)), []).append(n)
    texts: dict[int, str] = {}
    for (entity, tier), those in by_table.items():
        fields = searched_fields(entity, tier)
        if fields:
            target = projection_of(entity, tier)
            columns = [target.c.row_n, *(target.c[field.name] for field in fields)]
            query = sa.select(*columns).where(target.c.row_n.in_(those))
            for row in connection.execute(query).mappings():
                texts[row["row_n"]] = text_of(entity, tier, dict(row))
    return texts
