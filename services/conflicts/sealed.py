"""Conflicts between sealed names: read while they are open, settled by a sealed change.

No table knows them, for the fold of a sealed row needs the names' key. Reading them is an opening
like any other: with a reason, and logged. Settling needs no key, for anybody may seal.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from models import tables
from models.errors import Refused
from models.kinds import ChangeId, Tier, Value
from models.projection import history, state_of, tier_of
from models.writer import Writer
from services import names
from services.conflicts.reading import LEAST_OF_AN_ID, Reader
from services.conflicts.shapes import Waiting
from services.workspace import Workspace


def is_sealed(waiting: Waiting) -> bool:
    """Whether it is about a sealed name, not to be shown, kept or logged in clear."""
    return tier_of(waiting.scope) is Tier.SEALED


def sealed_queue(workspace: Workspace, passphrase: str, reason: str) -> tuple[Waiting, ...]:
    """What waits between sealed names, by record; the opening is logged first.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: no reason was given, or the file is read-only or holds no key to names.
    """
    private = names.opening_key(workspace, passphrase, reason)
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row, scope.c.name.label("scope_name"))
        .join(scope, scope.c.n == row.c.scope)
        .where(scope.c.name.startswith("sealed/"))
        .order_by(row.c.n)
    )
    found: list[Waiting] = []
    with workspace.store.read() as connection:
        reader = Reader(workspace, connection)
        for found_row in connection.execute(query).mappings().all():
            one: dict[str, object] = dict(found_row)
            state = state_of(one, str(one["scope_name"]))
            changes = [names.unsealed(change, private) for change in history(connection, state.n)]
            found += reader.of_changes(one, changes)
    return tuple(found)


def find_sealed(workspace: Workspace, conflict: str, passphrase: str, reason: str) -> Waiting:
    """The one conflict between sealed names of this id, or of its first digits.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: none waits under it (any more), several do, or what `sealed_queue` refuses.
    """
    found = [
        one
        for one in sealed_queue(workspace, passphrase, reason)
        if len(conflict) >= LEAST_OF_AN_ID and one.id.startswith(conflict)
    ]
    if len(found) > 1:
        raise Refused("reference_ambiguous", text=conflict[:60], count=len(found))
    if not found:
        raise Refused("conflict_unknown", id=conflict[:60])
    return found[0]


def put_sealed(writer: Writer, waiting: Waiting, fields: Mapping[str, Value]) -> ChangeId:
    """Write what ends it, sealed.

    Raises:
        Refused: the row changed since it was looked at, or changes it stands on are missing.
    """
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row, scope.c.name.label("scope_name"))
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.uid == waiting.uid, scope.c.name == waiting.scope)
    )
    found = writer.connection.execute(query).mappings().one_or_none()
    if found is None:
        raise Refused("conflict_unknown", id=waiting.id)
    if set(state_of(dict(found), waiting.scope).tips) != set(waiting.seen):
        raise Refused("conflict_changed", name=waiting.name)
    if not waiting.is_asked:
        raise Refused("conflict_incomplete", name=waiting.name)
    seal = names.sealer(writer.connection, fields, writer.reason)
    return writer.put(waiting.kind, waiting.uid, waiting.scope, {}, base=waiting.seen, seal=seal)
