"""回收站: deleted records, who deleted them and why, and taking them back.

Deleting removes nothing: the records left the lists, and their changes stay in the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from models import tables
from models.base import table
from models.catalogue import INTERNAL, KINDS
from models.errors import Refused
from models.journal import Change, fold
from models.kinds import Tier, Uid, Value
from models.projection import history, tier_of
from services import rows
from services.core import Changes
from services.records import kind_named
from services.workspace import Workspace

MOST = 1_000
"""Most records that are shown; older ones are found by their history."""


@dataclass(frozen=True, slots=True)
class Gone:
    """One deleted record."""

    kind: str
    uid: Uid
    title: str
    """What it was called; empty when that is talk text or was never given."""
    unit: Uid | None
    at: datetime
    """When it was deleted, by that laptop's clock (UTC)."""
    actor: Uid
    actor_name: str
    """Empty when the person is not known in this file."""
    reason: str


def deleted(workspace: Workspace, most: int = MOST) -> tuple[Gone, ...]:
    """The deleted records, last deleted first; what was filed elsewhere is not among them."""
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row.c.n, row.c.uid, row.c.entity, scope.c.name)
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.deleted == 1, row.c.listed == 1, row.c.entity.in_(KINDS.keys() - INTERNAL))
        .order_by(row.c.n.desc())
    )
    with workspace.store.read() as connection:
        people = table("person")
        names = {r.uid: r.name for r in connection.execute(sa.select(people.c.uid, people.c.name))}
        found = []
        for n, uid, kind, scope_name in connection.execute(query):
            if tier_of(scope_name) is not KINDS[kind].tiers()[0]:
                continue
            gone = _gone(kind, Uid(uid), history(connection, n), names)
            if gone is not None:
                found.append(gone)
            if len(found) == most:
                break
    return tuple(sorted(found, key=lambda gone: gone.at, reverse=True))


def _gone(kind: str, uid: Uid, changes: Sequence[Change], names: dict[str, str]) -> Gone | None:
    values = fold(changes).values
    deletions = [c for c in changes if c.fields.get("deleted") is True]
    if not deletions or values.get("moved_to"):
        return None
    last = max(deletions, key=lambda c: (c.at, c.id))
    title, unit = values.get(KINDS[kind].title), values.get("unit")
    return Gone(
        kind=kind,
        uid=uid,
        title=title if isinstance(title, str) else "",
        unit=Uid(unit) if isinstance(unit, str) else None,
        at=datetime.fromtimestamp(last.at / 1000, UTC),
        actor=last.actor,
        actor_name=names.get(last.actor) or "",
        reason=last.reason or "",
    )


def restore(workspace: Workspace, kind: str, uid: Uid, reason: str | None = None) -> Changes:
    """Take a deleted record back, in every tier it had.

    Raises:
        Refused: no such record, or it is not deleted.
    """
    spec = kind_named(kind)
    row, scope = tables.row, tables.scope
    query = (
        sa.select(scope.c.name)
        .join(row, row.c.scope == scope.c.n)
        .where(row.c.uid == uid, row.c.entity == kind, row.c.deleted == 1)
    )
    values: dict[str, Value] = {}
    with workspace.store.write(workspace.actor, reason) as writer:
        scopes = list(writer.connection.scalars(query))
        if not scopes:
            raise Refused("record_unknown", kind=kind, uid=uid[:40])
        for name in scopes:
            writer.put(kind, uid, name, {"deleted": False})
        writer.flush()
        if Tier.SEALED not in spec.tiers()[:1]:
            values = dict(rows.read(writer.connection, spec, uid).values)
    return Changes(frozenset({kind}), rows.units_of(values))
