"""Other laptops whose changes lie in the same file, as if they had been merged."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from models import tables
from models.catalogue import KINDS
from models.journal import Change, Folded, fold
from models.kinds import ChangeId, ReplicaId, Tier, Uid, Value
from models.projection import history, tier_of
from models.writer import Writer
from services import rows
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Laptop:
    """Another writer, and who works on it."""

    ws: Workspace
    replica: ReplicaId
    person: Uid

    @contextmanager
    def writing(self, reason: str | None = None) -> Iterator[Writer]:
        """One action of its person; what it writes is in force here."""
        with self.ws.store.local() as connection:
            writer = Writer(connection, self.replica, self.person, reason)
            yield writer
            writer.flush()

    def set(
        self,
        kind: str,
        uid: Uid,
        fields: Mapping[str, Value],
        seen: Sequence[ChangeId],
        *,
        tier: Tier = Tier.WORK,
        reason: str | None = None,
    ) -> ChangeId:
        """Set journal fields of a record, having seen no more of it than `seen` tells."""
        with self.writing(reason) as writer:
            scope = rows.work_scope_of(writer.connection, KINDS[kind], uid)
            return writer.put(kind, uid, rows.in_tier(scope, tier), fields, base=seen)


def tips(ws: Workspace, kind: str, uid: Uid, tier: Tier = Tier.WORK) -> tuple[ChangeId, ...]:
    """What whoever looks at the record now has in view."""
    with ws.store.read() as connection:
        return tuple(rows.read(connection, KINDS[kind], uid, ws).base[tier])


def changes_of(ws: Workspace, uid: Uid, tier: Tier = Tier.WORK) -> list[Change]:
    """Every change of a record's row in a tier."""
    row, scope = tables.row, tables.scope
    with ws.store.read() as connection:
        query = (
            sa.select(row.c.n, scope.c.name)
            .join(scope, scope.c.n == row.c.scope)
            .where(row.c.uid == uid)
        )
        for n, name in connection.execute(query).all():
            if tier_of(name) is tier:
                return history(connection, n)
    return []


def folded(ws: Workspace, uid: Uid, tier: Tier = Tier.WORK) -> Folded:
    """What the record's row amounts to."""
    return fold(changes_of(ws, uid, tier))
