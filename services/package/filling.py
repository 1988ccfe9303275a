"""Filling a package: runs of changes, their rows, and the contents that they name."""

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from models import parcels, tables
from models.errors import Damaged
from models.projection import insert_many
from services.core import Progress
from services.package.selecting import packed_changes, pick
from services.package.splitting import Part

_AT_ONCE = 1_000
"""Changes handed over in one statement."""
_ROWS_AT_ONCE = 500
_PORTION_BYTES = 48 * 1024 * 1024
_OBJECT_BYTES = 500
"""What a change takes in memory beside its body."""


def fill(target: sa.Connection, connection: sa.Connection, part: Part, progress: Progress) -> None:
    """Copy a part of a workspace into an empty package.

    Numbers of scopes, streams and rows stay what they are in the workspace.

    Raises:
        Damaged: `attachment_damaged`, a content is not what its hash says.
        Cancelled: the person stopped it.
    """
    scopes = {one.run.scope for one in part.picked}
    scope = tables.scope
    every = connection.execute(sa.select(scope.c.n, scope.c.name))
    numbers = {name: n for n, name in every if name in scopes}
    named = [{"n": n, "name": name} for name, n in numbers.items()]
    streams = [
        {
            "n": one.stream,
            "replica": one.run.replica,
            "scope": numbers[one.run.scope],
            "seq": one.run.last,
            "tip": bytes.fromhex(one.run.last_id),
        }
        for one in part.picked
    ]
    if streams:
        target.execute(parcels.scope.insert(), named)
        target.execute(parcels.stream.insert(), streams)
    pick(connection, [(one.stream, one.run.first, one.run.last) for one in part.picked])
    rows: set[int] = set()
    done, total = 0, sum(one.run.changes for one in part.picked)
    for batch in _batches(connection):
        target.exec_driver_sql(_INSERT, batch)
        rows.update(row for _, _, _, row, _ in batch)
        done += len(batch)
        progress.step(done, total, "changes")
    _copy_rows(target, connection, sorted(rows))
    _copy_contents(target, connection, part, progress)


_Record = tuple[int, int, bytes, int, bytes]
"""Stream, number, id, row, body."""
_INSERT = "insert into change (stream, seq, id, row, body) values (?, ?, ?, ?, ?)"


def _batches(connection: sa.Connection) -> Iterator[list[_Record]]:
    """The changes, put in order of their streams by portions of bounded size.

    They are read in the order in which they are stored, and whoever reads the package follows one
    stream after the other: either way no page is read twenty times over.
    """
    columns = "change.stream, change.seq, change.id, change.row, change.body"
    query = packed_changes(connection, columns)
    portion: list[_Record] = []
    size = 0
    for record in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        stream, seq, change_id, row, body = record
        portion.append((stream, seq, change_id, row, body))
        size += len(body) + _OBJECT_BYTES
        if size > _PORTION_BYTES:
            yield from _in_order(portion)
            portion, size = [], 0
    yield from _in_order(portion)


def _in_order(portion: list[_Record]) -> Iterator[list[_Record]]:
    portion.sort()
    for start in range(0, len(portion), _AT_ONCE):
        yield portion[start : start + _AT_ONCE]


def _copy_rows(target: sa.Connection, connection: sa.Connection, numbers: list[int]) -> None:
    row = tables.row
    columns = sa.select(row.c.n, row.c.uid, row.c.entity, row.c.scope)
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        query = columns.where(row.c.n.in_(numbers[start : start + _ROWS_AT_ONCE]))
        insert_many(target, parcels.row, [dict(r) for r in connection.execute(query).mappings()])


def _copy_contents(
    target: sa.Connection, connection: sa.Connection, part: Part, progress: Progress
) -> None:
    """Attachments and documents, one at a time; a damaged one must not travel on."""
    blob = tables.blob
    done, total = 0, sum(one.size_bytes for one in part.contents)
    for one in part.contents:
        data = connection.scalar(sa.select(blob.c.data).where(blob.c.hash == one.hash))
        if data is None or hashlib.sha256(data).hexdigest() != one.hash:
            raise Damaged("attachment_damaged", hash=one.hash[:12])
        row = {"hash": one.hash, "size": len(data), "data": data}
        target.execute(parcels.blob.insert(), row)
        done += len(data)
        progress.step(done, total, "contents")
