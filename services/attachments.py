"""Files that belong to records: taken in by content, bounded, never by path."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from models import tables
from models.errors import Damaged, Refused
from models.kinds import Value
from models.writer import Writer
from services.core import Progress
from services.workspace import Workspace

WORK_KIND, TALK_KIND = "attachment", "talk_attachment"
KINDS = (WORK_KIND, TALK_KIND)
MAX_BYTES = 64 * 1024 * 1024
"""Greatest size of one attached file."""


def kind_for(connection: sa.Connection, owner: str) -> str:
    """The kind of attachment that belongs to a record: what hangs on a talk is talk text."""
    row = tables.row
    entities = connection.scalars(sa.select(row.c.entity).where(row.c.uid == owner)).all()
    return TALK_KIND if "interview" in entities else WORK_KIND


def kind_of(workspace: Workspace, owner: str) -> str:
    """`kind_for`, of an open workspace."""
    with workspace.store.read() as connection:
        return kind_for(connection, owner)


def refuse_wrong_tier(writer: Writer, kind: str, owner: str) -> None:
    """Keep what hangs on a talk out of the work scopes.

    Raises:
        Refused: the other kind of attachment belongs to this record.
    """
    fitting = kind_for(writer.connection, owner)
    if fitting != kind:
        raise Refused("attachment_wrong_tier", kind=fitting)


def take_file(writer: Writer, record: Mapping[str, Value]) -> dict[str, Value]:
    """Store the file that `file` names and put its content's SHA-256 in its place.

    Raises:
        Refused: the file cannot be read, is empty or too large.
    """
    given = dict(record)
    path = Path(str(given.get("file") or ""))
    try:
        size = path.stat().st_size
        if not path.is_file() or not 0 < size <= MAX_BYTES:
            raise Refused("attachment_size", path=path.name, limit=MAX_BYTES)
        data = path.read_bytes()
    except OSError as error:
        raise Refused("file_unreadable", path=str(path), detail=error.strerror or "") from error
    given["file"] = put(writer, data)
    given.setdefault("name", path.name)
    given.setdefault("kind", path.suffix.lstrip(".").lower())
    return given


def put(writer: Writer, data: bytes) -> str:
    """Store a content once; returns its SHA-256."""
    digest = hashlib.sha256(data).hexdigest()
    blob = tables.blob
    if writer.connection.scalar(sa.select(blob.c.hash).where(blob.c.hash == digest)) is None:
        writer.connection.execute(blob.insert().values(hash=digest, size=len(data), data=data))
    return digest


def content(workspace: Workspace, digest: str) -> bytes:
    """The stored content of that SHA-256, proven on reading.

    Raises:
        Refused: not in this file (尚未收到).
        Damaged: it is not what its hash says.
    """
    blob = tables.blob
    with workspace.store.read() as connection:
        data = connection.scalar(sa.select(blob.c.data).where(blob.c.hash == digest))
    if data is None:
        raise Refused("attachment_not_here", hash=digest[:12])
    if hashlib.sha256(data).hexdigest() != digest:
        raise Damaged("attachment_damaged", hash=digest[:12])
    return bytes(data)


def damaged(workspace: Workspace, progress: Progress | None = None) -> tuple[tuple[str, ...], int]:
    """SHA-256 of the stored contents that are not what they say, and how many were read.

    Raises:
        Cancelled: the person stopped it.
    """
    progress = progress or Progress()
    blob = tables.blob
    with workspace.store.read() as connection:
        hashes = connection.scalars(sa.select(blob.c.hash).order_by(blob.c.hash)).all()
        found = []
        for done, digest in enumerate(hashes, start=1):
            data = connection.scalar(sa.select(blob.c.data).where(blob.c.hash == digest))
            if hashlib.sha256(data or b"").hexdigest() != digest:
                found.append(digest)
            progress.step(done, len(hashes), "contents")
    return tuple(found), len(hashes)
