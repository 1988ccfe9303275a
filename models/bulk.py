"""Many rows by one statement.

The database works through it alone, so that the interpreter is free for something else meanwhile
(see `models.lane`); row by row each would have to wait for the other. So statements are made in
one place and run in another.
"""

from collections.abc import Iterator, Sequence

import orjson
import sqlalchemy as sa

Rows = Sequence[Sequence[object]]
"""Values in the order of their columns; whole numbers, texts, bytes and None."""
Statements = list[tuple[str, tuple[object, ...] | list[tuple[object, ...]]]]
"""What is to be run, in order: SQL, and its parameters or several sets of them."""
_FEW = 50
_AT_ONCE = 250
"""Few enough that what is handed over stays in the processor's cache."""
_MOST_BYTES = 64 * 1024 * 1024
_EACH = "from json_each(cast(? as text))"
"""UTF-8 as it is: as a text it would be decoded and encoded again on its way."""


def run(connection: sa.Connection, statements: Statements) -> None:
    """Run them."""
    for statement, parameters in statements:
        connection.exec_driver_sql(statement, parameters)


def insert(table: str, columns: Sequence[str], rows: Rows) -> Statements:
    """Insert rows; columns that none of them has a value for keep their default."""
    used = [n for n in range(len(columns)) if any(row[n] is not None for row in rows)]
    into = f'insert into "{table}"({_listed(columns[n] for n in used)})'
    if len(rows) < _FEW:
        marks = ", ".join("?" * len(used))
        return [(f"{into} values ({marks})", [tuple(row[n] for n in used) for row in rows])]
    blobs = _blobs(rows)
    picked = ", ".join(_picked(place, is_blob=n in blobs) for place, n in enumerate(used))
    return [(f"{into} select {picked} {_EACH}", (some,)) for some in _dumped(rows, used, blobs)]


def update(table: str, columns: Sequence[str], key: str, rows: Rows) -> Statements:
    """Set these columns of the rows whose key is each one's last value."""
    if len(rows) < _FEW:
        marks = ", ".join(f'"{name}" = ?' for name in columns)
        one = f'update "{table}" set {marks} where "{key}" = ?'  # noqa: S608 - own tables
        return [(one, list(map(tuple, rows)))]
    blobs = _blobs(rows)
    places = list(enumerate(columns))
    marks = ", ".join(f'"{name}" = {_picked(n, is_blob=n in blobs)}' for n, name in places)
    last = _picked(len(columns), is_blob=False)
    statement = f'update "{table}" set {marks} {_EACH} where "{table}"."{key}" = {last}'  # noqa: S608
    return [(statement, (some,)) for some in _dumped(rows, range(len(columns) + 1), blobs)]


def delete(table: str, key: str, numbers: Sequence[int]) -> Statements:
    """Delete the rows that bear these numbers."""
    statement = f'delete from "{table}" where "{key}" in (select value {_EACH})'  # noqa: S608
    return [(statement, (orjson.dumps(list(numbers)),))]


def _listed(names: Sequence[str] | Iterator[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _picked(place: int, *, is_blob: bool) -> str:
    return f"unhex(json_each.value ->> {place})" if is_blob else f"json_each.value ->> {place}"


def _blobs(rows: Rows) -> frozenset[int]:
    """Columns of bytes; such a column has some in every row."""
    return frozenset(n for n, value in enumerate(rows[0]) if isinstance(value, bytes))


def _dumped(rows: Rows, used: Sequence[int], blobs: frozenset[int]) -> Iterator[bytes]:
    """The rows as the database reads them, some at a time."""
    start, at_once = 0, _AT_ONCE
    while start < len(rows):
        some = [
            [v.hex() if n in blobs and isinstance(v := row[n], bytes) else row[n] for n in used]
            for row in rows[start : start + at_once]
        ]
        text = orjson.dumps(some)
        if len(text) > _MOST_BYTES and at_once > 1:
            at_once = max(1, at_once // 2)
            continue
        start += at_once
        yield text
