"""What derived tables hold of some rows, many read at once."""

from collections.abc import Sequence
from functools import cache

import orjson
import sqlalchemy as sa

from models.base import dump

_AT_ONCE = 500
"""Rows asked for in one statement."""
Read = tuple[tuple[str, ...], int, Sequence[Sequence[object]]]
"""Rows as they were read: their columns' names, which of these is the row's number, and values."""


def read_rows(connection: sa.Connection, target: sa.Table, numbers: Sequence[int]) -> Read:
    """What a projection table holds for these row numbers, as it comes.

    In one row: row by row, each would wait for whoever else has something to do meanwhile.
    """
    names, place, together = reading(target)
    try:
        found = connection.exec_driver_sql(together, (dump(numbers),)).scalar_one()
        return names, place, orjson.loads(found)
    except sa.exc.DataError:  # too large for one row
        return names, place, _plain_rows(connection, target, numbers)


@cache
def reading(target: sa.Table) -> tuple[tuple[str, ...], int, str]:
    """A table's columns, which of these is the row's number, and how many rows are read at once."""
    names = tuple(column.name for column in target.columns)
    key = target.primary_key.columns[0].name
    listed = ", ".join(f'"{name}"' for name in names)
    together = (
        f'select json_group_array(json_array({listed})) from "{target.name}" '  # noqa: S608
        f'where "{key}" in (select value from json_each(?))'
    )
    return names, names.index(key), together


def _plain_rows(
    connection: sa.Connection, target: sa.Table, numbers: Sequence[int]
) -> list[Sequence[object]]:
    key = target.primary_key.columns[0]
    found: list[Sequence[object]] = []
    for start in range(0, len(numbers), _AT_ONCE):
        query = target.select().where(key.in_(numbers[start : start + _AT_ONCE]))
        found += connection.execute(query).all()
    return found


def by_number(read: Read) -> dict[int, dict[str, object]]:
    """The rows that were read, by number."""
    names, place, found = read
    return {row[place]: dict(zip(names, row, strict=True)) for row in found}  # type: ignore[misc]


def stored_rows(
    connection: sa.Connection, target: sa.Table, numbers: Sequence[int]
) -> dict[int, dict[str, object]]:
    """What a derived table holds for these row numbers."""
    names, place, _ = reading(target)
    return by_number((names, place, _plain_rows(connection, target, numbers)))
