"""The history of a record: who, when, on which laptop, before, after, and why."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from models import tables
from models.base import table
from models.errors import Refused
from models.journal import Change
from models.kinds import Tier, Uid, Value
from models.projection import history, tier_of
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Entry:
    """One field that one change set."""

    at: datetime
    """When, by the author's clock (UTC)."""
    actor: Uid
    actor_name: str
    """Empty when the person is not known in this file."""
    replica: str
    field: str
    """Journal field, e.g. `title`, `handlers.<uid>`; `deleted` for a deletion."""
    before: Value
    after: Value
    reason: str | None
    signed: bool
    change_id: str
    sealed: bool
    """The field is a sealed one: neither before nor after is told here."""


def of_record(workspace: Workspace, uid: Uid) -> tuple[Entry, ...]:
    """Every change of a record's fields, oldest first; of sealed parts only that they changed.

    Raises:
        Refused: no row of this uid.
    """
    row, scope = tables.row, tables.scope
    with workspace.store.read() as connection:
        query = (
            sa.select(row.c.n, scope.c.name)
            .join(scope, scope.c.n == row.c.scope)
            .where(row.c.uid == uid)
        )
        found = connection.execute(query).all()
        if not found:
            raise Refused("record_unknown", kind="", uid=uid[:40])
        people = table("person")
        names = {r.uid: r.name for r in connection.execute(sa.select(people.c.uid, people.c.name))}
        entries = [
            entry
            for n, scope_name in found
            for entry in _entries(history(connection, n), names, tier_of(scope_name))
        ]
    return tuple(sorted(entries, key=lambda e: e.at))


def _entries(changes: list[Change], names: dict[str, str], tier: Tier) -> list[Entry]:
    now: dict[str, Value] = {}
    entries = []
    for change in changes:
        sealed = tier is Tier.SEALED
        fields = {"sealed": None} if sealed else change.fields
        for name, value in fields.items():
            entries.append(
                Entry(
                    at=datetime.fromtimestamp(change.at / 1000, UTC),
                    actor=change.actor,
                    actor_name=names.get(change.actor) or "",
                    replica=change.replica,
                    field=name,
                    before=now.get(name),
                    after=value,
                    reason=change.reason,
                    signed=change.sig is not None,
                    change_id=change.id,
                    sealed=sealed,
                )
            )
            now[name] = value
    return entries
