"""Conflicts between sealed names: read while they are open, settled by a sealed change.

No table knows them, for the fold of a sealed row needs the names' key. Reading them is an opening
like any other: with a reason, and logged. Settling needs no key, for anybody may seal.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter

import orjson
import sqlalchemy as sa

from models import tables
from models.base import dump
from models.errors import Refused
from models.journal import Change, Sight
from models.kinds import ChangeId, Tier, Value
from models.projection import history, state_of, tier_of
from models.writer import Writer
from models.writership import read_meta, write_meta
from services import names
from services.conflicts.reading import LEAST_OF_AN_ID, Reader
from services.conflicts.shapes import Waiting
from services.workspace import Workspace

_META = "sealed_looked"
_ONE_TIP = 32
"""Bytes of the tips of a row that one replica wrote alone."""
_SEALED = (
    sa.select(tables.row, tables.scope.c.name.label("scope_name"))
    .join(tables.scope, tables.scope.c.n == tables.row.c.scope)
    .where(tables.scope.c.name.startswith("sealed/"))
    .order_by(tables.row.c.n)
)


def is_sealed(waiting: Waiting) -> bool:
    """Whether it is about a sealed name, not to be shown, kept or logged in clear."""
    return tier_of(waiting.scope) is Tier.SEALED


@dataclass(frozen=True, slots=True)
class OpenedSeal:
    """The names' keys while names are open: to be dropped as soon as nobody looks any more."""

    _keys: names.NameKeys = field(repr=False)

    def queue(self, workspace: Workspace) -> tuple[Waiting, ...]:
        """What waits between sealed names now, by record; of the same opening, not logged anew.

        What was looked at and need not be decided is not told any more (`sealed_apart`).
        """
        found: list[Waiting] = []
        settled: set[str] = set()
        with workspace.store.read() as connection:
            reader = Reader(workspace, connection)
            for one in connection.execute(_SEALED).mappings().all():
                row = dict(one)
                state = state_of(row, str(row["scope_name"]))
                changes, closed = names.unsealed(history(connection, state.n), self._keys)
                waiting = reader.of_changes(row, changes) if changes else ()
                # Nobody decides over what stays shut.
                found += [replace(one, is_asked=one.is_asked and not closed) for one in waiting]
                if not waiting and len(bytes(one["tips"])) > _ONE_TIP:
                    settled.add(_state(one["tips"]))
        with workspace.store.local() as connection:
            if settled - _looked_at(connection):
                write_meta(connection, _META, dump(sorted(settled)))
        return tuple(found)


def open_sealed(workspace: Workspace, passphrase: str, reason: str) -> OpenedSeal:
    """Open the names to see what waits between them; the opening is logged first.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: no reason was given, or the file is read-only or holds no key to names.
    """
    return OpenedSeal(names.opening_keys(workspace, passphrase, reason))


def sealed_queue(workspace: Workspace, passphrase: str, reason: str) -> tuple[Waiting, ...]:
    """What waits between sealed names, by record; raises what `open_sealed` raises."""
    return open_sealed(workspace, passphrase, reason).queue(workspace)


def sealed_apart(workspace: Workspace) -> int:
    """How many sealed records people wrote without having seen each other.

    What each wrote is sealed, whom each had seen is not: whether it has to be decided only opening
    tells: what was opened and needs no decision is not counted until it is changed again. None
    where this file holds no key to names.
    """
    with workspace.store.read() as connection:
        if not names.has_key(connection):
            return 0
        row, change = tables.row, tables.change
        touched = sa.select(change.c.row).where(change.c.stream.in_(_lesser_streams(connection)))
        query = sa.select(row.c.n, row.c.tips).where(
            row.c.n.in_(touched), sa.func.length(row.c.tips) > _ONE_TIP
        )
        known = _looked_at(connection)
        rows = [n for n, tips in connection.execute(query) if _state(tips) not in known]
        return sum(_is_apart(history(connection, n)) for n in rows)


def _state(tips: bytes) -> str:
    """What stands for the changes that a row ends with."""
    return hashlib.sha256(bytes(tips)).hexdigest()


def _looked_at(connection: sa.Connection) -> frozenset[str]:
    """States of rows in which nothing was found to decide when names were open."""
    return frozenset(orjson.loads(read_meta(connection, _META) or "[]"))


def _lesser_streams(connection: sa.Connection) -> list[int]:
    """Of each scope of sealed names all streams but the longest.

    Whatever two replicas wrote, one of these touched: no other row need be looked at.
    """
    stream, scope = tables.stream, tables.scope
    query = (
        sa.select(stream.c.n, stream.c.scope)
        .join(scope, scope.c.n == stream.c.scope)
        .where(scope.c.name.startswith("sealed/"))
        .order_by(stream.c.scope, stream.c.seq.desc())
    )
    streams = groupby(connection.execute(query).all(), key=itemgetter(1))
    return [n for _scope, (_longest, *lesser) in streams for n, _ in lesser]


def _is_apart(changes: Sequence[Change]) -> bool:
    """Whether more than one change was seen by no other."""
    sight = Sight(changes)
    seen = sight.seen_by(b for c in sight.changes for b in c.base)
    return len({c.replica for c in sight.changes if c.id not in seen}) > 1


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


def put_sealed(
    writer: Writer, waiting: Waiting, fields: Mapping[str, Value], reason: str | None
) -> ChangeId:
    """Write what ends it, sealed with its reason.

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
    state = state_of(dict(found), waiting.scope)
    if set(state.tips) != set(waiting.seen):
        raise Refused("conflict_changed", name=waiting.name)
    if not waiting.is_asked:
        raise Refused("conflict_incomplete", name=waiting.name)
    newest = history(writer.connection, state.n)[-1]
    seal = names.sealer(writer.connection, fields, reason, str(newest.fields.get("key")))
    return writer.put(waiting.kind, waiting.uid, waiting.scope, {}, base=waiting.seen, seal=seal)
