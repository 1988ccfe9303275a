"""What was typed and is no change yet: kept in the file within seconds, offered after a crash."""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from models import tables
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import FieldType, Tier, Uid
from services.workspace import Workspace

_UNBORN = "new-"
ASKED = tables.ASKED
"""Stands for a kind where a dialog asks what is no field of a record; the uid names the dialog."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Text of one field that was typed but not stored."""

    kind: str
    uid: Uid
    field: str
    """Name of the field; `answers.<question>` for an answer of a form."""
    text: str
    at: datetime
    """When it was kept (UTC)."""


def keep(workspace: Workspace, kind: str, uid: Uid, field: str, text: str) -> None:
    """Keep what stands in a field now; replaces what was kept of it before.

    Raises:
        Refused: a sealed field, which never stands in clear anywhere, or a read-only file.
    """
    if kind != ASKED and not _may_be_kept(kind, field):
        raise Refused("draft_sealed", field=field)
    draft = tables.draft
    with workspace.store.local() as connection:
        connection.execute(_of(kind, uid, field))
        values = {"kind": kind, "uid": uid, "field": field, "value": text}
        connection.execute(draft.insert().values(**values, at=time.time_ns() // 1_000_000))


def _may_be_kept(kind: str, field: str) -> bool:
    spec = KINDS[kind].field(field.partition(".")[0])
    whole = "." not in field or (spec is not None and spec.type is FieldType.ANSWERS)
    return spec is not None and whole and spec.tier is not Tier.SEALED


def drop(workspace: Workspace, kind: str, uid: Uid, field: str) -> None:
    """Forget what was kept of a field: it is stored, or not wanted."""
    with workspace.store.local() as connection:
        connection.execute(_of(kind, uid, field))


def drop_record(workspace: Workspace, kind: str, uid: Uid) -> None:
    """Forget all that was kept of a record."""
    draft = tables.draft
    with workspace.store.local() as connection:
        connection.execute(draft.delete().where(draft.c.kind == kind, draft.c.uid == uid))


def unborn() -> Uid:
    """A name under which the fields of a record are kept that is not stored itself yet."""
    return Uid(_UNBORN + uuid.uuid4().hex)


def is_unborn(uid: Uid) -> bool:
    """Whether a record of that name was never stored: what was kept begins a new one."""
    return uid.startswith(_UNBORN)


def fields_of(workspace: Workspace, kind: str, uid: Uid) -> frozenset[str]:
    """The fields of a record of which something is kept."""
    draft = tables.draft
    query = sa.select(draft.c.field).where(draft.c.kind == kind, draft.c.uid == uid)
    with workspace.store.read() as connection:
        return frozenset(connection.scalars(query))


def texts_of(workspace: Workspace, kind: str, uid: Uid) -> dict[str, str]:
    """Field → what is kept of it, of a record or (`ASKED`) of a dialog."""
    draft = tables.draft
    query = sa.select(draft.c.field, draft.c.value).where(draft.c.kind == kind, draft.c.uid == uid)
    with workspace.store.read() as connection:
        return {row.field: row.value for row in connection.execute(query)}


def pending(workspace: Workspace) -> tuple[Draft, ...]:
    """Everything that was kept and never stored, oldest first."""
    draft = tables.draft
    with workspace.store.read() as connection:
        rows = connection.execute(draft.select().order_by(draft.c.at)).all()
    return tuple(
        Draft(r.kind, Uid(r.uid), r.field, r.value, datetime.fromtimestamp(r.at / 1000, UTC))
        for r in rows
    )


def _of(kind: str, uid: Uid, field: str) -> sa.Delete:
    draft = tables.draft
    return draft.delete().where(draft.c.kind == kind, draft.c.uid == uid, draft.c.field == field)
