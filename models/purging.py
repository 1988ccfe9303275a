"""Taking whole tiers out of a file for good: changes, projection, search index, contents, keys.

A purged scope is closed: it stays empty, nothing is written into it, and no package fills it again.
What each stream had come to is told to the caller, who keeps it in the journal.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import orjson
import sqlalchemy as sa

from models import health, tables
from models.base import table
from models.catalogue import KINDS
from models.closing import close
from models.journal import GENESIS
from models.kinds import ReplicaId, Tier, Value
from models.projection import tier_of

_NOTHING = bytes.fromhex(GENESIS)
_HASHES = re.compile(rb'"([0-9a-f]{64})"')
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ended:
    """A stream of a purged scope, as it stood."""

    replica: ReplicaId
    scope: str
    seq: int
    """Its last number in force."""
    id: str
    """Of that change, 64 hex characters."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds of some tiers."""

    streams: tuple[Ended, ...] = ()
    records: Mapping[Tier, int] = field(default_factory=dict)
    """Living records that have a part in the tier."""
    changes: int = 0
    """Stored, in force or held."""


def content(connection: sa.Connection, tiers: Collection[Tier]) -> Content:
    """What there is to be purged."""
    stream, scope, change = tables.stream, tables.scope, tables.change
    query = (
        sa.select(stream.c.replica, scope.c.name, stream.c.seq, stream.c.tip)
        .join(scope, scope.c.n == stream.c.scope)
        .where(stream.c.seq > 0)
        .order_by(scope.c.name, stream.c.replica)
    )
    streams = tuple(
        Ended(ReplicaId(replica), name, seq, bytes(tip).hex())
        for replica, name, seq, tip in connection.execute(query)
        if tier_of(name) in tiers
    )
    scopes = _scopes(connection, tiers)
    counted = (
        sa.select(sa.func.count()).select_from(change).join(stream, stream.c.n == change.c.stream)
    )
    changes = connection.scalar(counted.where(stream.c.scope.in_(scopes))) or 0
    return Content(streams, {t: _records(connection, t) for t in sorted(tiers)}, changes)


def _records(connection: sa.Connection, tier: Tier) -> int:
    row = tables.row
    query = sa.select(sa.func.count(sa.distinct(row.c.uid))).where(
        row.c.scope.in_(_scopes(connection, {tier})), row.c.listed == 1, row.c.deleted == 0
    )
    return connection.scalar(query) or 0


def _scopes(connection: sa.Connection, tiers: Collection[Tier]) -> list[int]:
    found = connection.execute(sa.select(tables.scope.c.n, tables.scope.c.name))
    return [n for n, name in found if tier_of(name) in tiers]


def purge(connection: sa.Connection, tiers: Collection[Tier]) -> Iterator[int]:
    """Take the tiers out in the transaction of `connection`; yields how many rows are made anew.

    Free pages still hold them afterwards: the file has to be written anew (`Store.shrink`).
    """
    stream, change, carried = tables.stream, tables.change, tables.carried
    close(connection, (f"{tier.value}/" for tier in tiers))
    streams = sa.select(stream.c.n).where(stream.c.scope.in_(_scopes(connection, tiers)))
    numbers = list(connection.scalars(streams))
    contents = _contents_of(connection, numbers)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        gone = sa.select(change.c.n).where(change.c.stream.in_(some))
        connection.execute(tables.held.delete().where(tables.held.c.change.in_(gone)))
        connection.execute(change.delete().where(change.c.stream.in_(some)))
        connection.execute(carried.delete().where(carried.c.stream.in_(some)))
        emptied = {"seq": 0, "tip": _NOTHING, "written": 0, "written_id": None, "forked": 0}
        connection.execute(stream.update().where(stream.c.n.in_(some)).values(emptied))
    _drop_contents(connection, contents)
    _drop_drafts(connection, tiers)
    if Tier.SEALED in tiers:
        secret = tables.secret
        connection.execute(secret.delete().where(secret.c.kind == "name_key"))
    # Words of what is gone stay in the blocks of the search index until it is made anew.
    yield from health.rebuild(connection)


def _contents_of(connection: sa.Connection, streams: Collection[int]) -> set[str]:
    """Contents that these streams name."""
    blob, change = tables.blob, tables.change
    stored = set(connection.scalars(sa.select(blob.c.hash)))
    named: set[str] = set()
    for n in streams if stored else ():
        for body in connection.scalars(sa.select(change.c.body).where(change.c.stream == n)):
            named |= names_in(body) & stored
    return named


def names_in(body: bytes) -> set[str]:
    """Hashes that a change's body may name contents by."""
    return {found.decode() for found in _HASHES.findall(bytes(body))}


def unnamed(connection: sa.Connection, contents: Collection[str]) -> set[str]:
    """Those of some contents that no stored change names."""
    left = set(contents)
    if left:
        for body in connection.scalars(sa.select(tables.change.c.body)):
            left -= names_in(body)
    return left


def _drop_contents(connection: sa.Connection, contents: set[str]) -> None:
    """Drop those that nothing names any more."""
    blob = tables.blob
    for digest in sorted(unnamed(connection, contents)):
        connection.execute(blob.delete().where(blob.c.hash == digest))


def _drop_drafts(connection: sa.Connection, tiers: Collection[Tier]) -> None:
    """Drop what was typed and not stored yet: in dialogs, and of kinds with a part in the tiers."""
    kinds = [name for name, kind in KINDS.items() if set(kind.tiers()) & set(tiers)]
    kinds.append(tables.ASKED)
    draft = tables.draft
    connection.execute(draft.delete().where(draft.c.kind.in_(kinds)))


def records_of(connection: sa.Connection) -> list[tuple[str, int, str, str, Mapping[str, Value]]]:
    """What the journal says of purges here: uid, row number, what of, why, and all the rest."""
    log = table("log")
    query = log.select().where(log.c.what == WHAT).order_by(log.c.row_n)
    found = []
    for row in connection.execute(query).mappings():
        more = orjson.loads(row["more"] or "{}")
        found.append((str(row["uid"]), int(row["row_n"]), str(row["of"]), str(row["why"]), more))
    return found


def ended(connection: sa.Connection) -> dict[tuple[str, str], int]:
    """How far each purged stream, (replica, scope), went when it was purged."""
    found: dict[tuple[str, str], int] = {}
    for _uid, _n, _of, _why, more in records_of(connection):
        told = more.get("purge")
        streams = told.get("streams") if isinstance(told, dict) else None
        for one in streams if isinstance(streams, list) else ():
            if isinstance(one, list) and len(one) == _ENDED and isinstance(one[2], int):
                key = (str(one[0]), str(one[1]))
                found[key] = max(one[2], found.get(key, 0))
    return found


_ENDED = 4
"""Parts of a purged stream in the log's line: replica, scope, number, id."""
WHAT = "names_purged"
"""`what` of the log's line about a purge."""
