"""Filling a package: runs of changes, their rows, and the contents that they name."""

import hashlib
from collections.abc import Iterator
from operator import itemgetter

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
_COLUMNS = ("stream", "seq", "id", "row", "body")


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
        insert_many(target, parcels.change, batch)
        rows.update(int(str(change["row"])) for change in batch)
        done += len(batch)
        progress.step(done, total, "changes")
    _copy_rows(target, connection, sorted(rows))
    _copy_contents(target, connection, part, progress)


def _batches(connection: sa.Connection) -> Iterator[list[dict[str, object]]]:
    """The changes, put in order of their streams by portions of bounded size.

    They are read in the order in which they are stored, and whoever reads the package follows one
    stream after the other: either way no page is read twenty times over.
    """
    query = packed_changes(connection, ", ".join(f"change.{name}" for name in _COLUMNS))
    portion: list[dict[str, object]] = []
    size = 0
    for record in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        portion.append(dict(zip(_COLUMNS, record, strict=True), n=None))
        size += len(record.body) + _OBJECT_BYTES
        if size > _PORTION_BYTES:
            yield from _in_order(portion)
            portion, size = [], 0
    yield from _in_order(portion)


def _in_order(portion: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    portion.sort(key=itemgetter("stream", "seq"))
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
