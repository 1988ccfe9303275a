"""What is known to exist and is not here: gaps below what is held, and what others have."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from models import inforce, tables
from models.closing import closed_scopes
from models.kinds import ReplicaId
from services.collected.days import Moments
from services.collected.shapes import Why


@dataclass(frozen=True, slots=True)
class Lack:
    """Missing numbers of one stream, with the moments about them."""

    replica: ReplicaId
    scope: str
    first: int
    last: int
    why: Why
    before_at: int | None
    """When the last one before was written, UTC, milliseconds."""
    after_at: int | None
    """When the next one was written, or when its holder said so."""
    told_by: str = ""


def lacks(connection: sa.Connection, moments: Moments) -> tuple[Lack, ...]:
    """All that is missing, by replica and scope."""
    closed = closed_scopes(connection)
    numbers = _numbers(connection)
    found: list[Lack] = []
    tops: dict[tuple[str, str], int] = {}
    gaps = inforce.gaps(connection)
    moments.look_up(
        (n, seq)
        for gap in gaps
        for n in (numbers[gap.replica, gap.scope],)
        for seq in (gap.first - 1, gap.last + 1)
    )
    for gap in gaps:
        n = numbers[gap.replica, gap.scope]
        before, after = moments.at(n, gap.first - 1), moments.at(n, gap.last + 1)
        found.append(Lack(gap.replica, gap.scope, gap.first, gap.last, Why.GAP, before, after))
    if gaps:
        tops = _tops(connection, {numbers[g.replica, g.scope]: (g.replica, g.scope) for g in gaps})
    beyond = [one for one in _told(connection) if one.scope not in closed]
    moments.look_up((one.n, one.seq) for one in beyond if one.n is not None)
    for one in beyond:
        top = max(one.seq, tops.get((one.replica, one.scope), 0))
        if one.told > top:
            before = None if one.n is None else moments.at(one.n, one.seq)
            where = (ReplicaId(one.replica), one.scope)
            found.append(Lack(*where, top + 1, one.told, Why.WITHHELD, before, one.at, one.name))
    return tuple(sorted(found, key=lambda la: (la.replica, la.scope, la.first)))


def _numbers(connection: sa.Connection) -> dict[tuple[str, str], int]:
    """(replica, scope) → the stream's number here."""
    stream, scope = tables.stream, tables.scope
    query = sa.select(stream.c.replica, scope.c.name, stream.c.n)
    joined = query.join(scope, scope.c.n == stream.c.scope)
    return {(replica, name): n for replica, name, n in connection.execute(joined)}


def _tops(
    connection: sa.Connection, streams: dict[int, tuple[ReplicaId, str]]
) -> dict[tuple[str, str], int]:
    """(replica, scope) → the highest number that is stored above a gap."""
    carried, merge = tables.carried, tables.merge
    query = (
        sa.select(carried.c.stream, sa.func.max(carried.c.last))
        .join(merge, merge.c.n == carried.c.merge)
        .where(merge.c.undone_at.is_(None), carried.c.stream.in_(streams))
        .group_by(carried.c.stream)
    )
    return {streams[n]: last for n, last in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class _Told:
    """A stream of which somebody has more than is in force here."""

    replica: str
    scope: str
    told: int
    """The last number they have."""
    name: str
    at: int
    n: int | None
    """The stream's number here; None when nothing of it is."""
    seq: int


def _told(connection: sa.Connection) -> Iterable[_Told]:
    """By stream, whoever said they have most of it."""
    tip, peer, stream, scope = tables.peer_tip, tables.peer, tables.stream, tables.scope
    here = sa.func.coalesce(stream.c.seq, 0)
    query = (
        sa.select(
            *(tip.c.replica, tip.c.scope, tip.c.seq, peer.c.name, peer.c.at),
            *(stream.c.n, here),
        )
        .join(peer, peer.c.replica == tip.c.peer)
        .outerjoin(scope, scope.c.name == tip.c.scope)
        .outerjoin(stream, sa.and_(stream.c.scope == scope.c.n, stream.c.replica == tip.c.replica))
        .where(tip.c.seq > here)
    )
    most: dict[tuple[str, str], _Told] = {}
    for row in connection.execute(query):
        one = _Told(*row)
        known = most.get((one.replica, one.scope))
        if known is None or (known.told, known.at) < (one.told, one.at):
            most[one.replica, one.scope] = one
    return most.values()
