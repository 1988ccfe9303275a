"""Who stands behind a laptop's identity, for sentences about gaps, forks and clocks."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import orjson
import sqlalchemy as sa

from models import tables
from models.base import table
from models.kinds import Uid
from services import words
from services.merge.shapes import Remark, Standing
from services.words import _
from services.workspace import Workspace

_SHORT = 8
_AT_ONCE = 500
_MOST_FIELDS = 4


def who(connection: sa.Connection, replica: str) -> str:
    """Group and person a laptop is known by, else who wrote its newest change, else its id."""
    peer = tables.peer
    query = sa.select(peer.c.group, peer.c.name).where(peer.c.replica == replica)
    found = connection.execute(query).first()
    if found is not None and found.name:
        group = table("group")
        name = connection.scalar(sa.select(group.c.name).where(group.c.uid == found.group))
        return " ".join(part for part in (name, found.name) if part)
    return _author(connection, replica) or replica[:_SHORT]


def _author(connection: sa.Connection, replica: str) -> str:
    change, stream, person = tables.change, tables.stream, table("person")
    newest = (
        sa.select(change.c.body)
        .join(stream, stream.c.n == change.c.stream)
        .where(stream.c.replica == replica)
        .order_by(stream.c.n, change.c.seq.desc())
        .limit(1)
    )
    body = connection.scalar(newest)
    if body is None:
        return ""
    actor = orjson.loads(body)["actor"]
    return connection.scalar(sa.select(person.c.name).where(person.c.uid == actor)) or ""


def named(connection: sa.Connection, remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Remarks about laptops with the people they are known by."""
    told = []
    for one in remarks:
        replica = one.params.get("replica")
        if isinstance(replica, str):
            params = {**one.params, "who": who(connection, replica)}
            told.append(replace(one, params=params))
        else:
            told.append(one)
    return tuple(told)


def fields_of(standing: Standing) -> str:
    """The fields that somebody changed on top, in words; what is sealed has no names."""
    if set(standing.fields) == {"key", "sealed"}:
        return _("封存的内容")
    return "、".join(words.field(standing.kind, name) for name in standing.fields[:_MOST_FIELDS])


def hidden(workspace: Workspace, uids: Collection[Uid]) -> frozenset[Uid]:
    """Those of these records of which only edits are in force: what made them was undone.

    Nobody sees them until the merge that brought them is done again.
    """
    row = tables.row
    listed = sa.select(row.c.uid).where(row.c.listed == 1)
    found: set[str] = set()
    with workspace.store.read() as connection:
        wanted = sorted(uids)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found |= set(connection.scalars(listed.where(row.c.uid.in_(some))))
    return frozenset(uid for uid in uids if uid not in found)
