"""Which group supervises which unit: the one the unit names, else the one that works on it most."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from models import tables
from models.base import table
from models.kinds import ReplicaId, Uid
from models.moments import last_authors
from models.store import read_meta
from services import linking
from services.collected.laptops import groups
from services.workspace import Workspace

_SCOPE = "unit/"
"""A unit's own records travel in the scope of this and its uid."""


@dataclass(frozen=True, slots=True, order=True)
class Supervisor:
    """A group, in the order of the groups' numbers."""

    number: int
    name: str
    uid: Uid


def groups_of_units(workspace: Workspace) -> Mapping[Uid, Supervisor]:
    """Unit → its group, where one is known; a unit of several rows under the row it leads to.

    Empty in a file that knows but one group: there it says nothing.
    """
    unit = table("unit")
    with workspace.store.read() as connection:
        known = _known(connection)
        if len(known) <= 1:
            return {}
        heads = linking.joined(connection)
        found: dict[Uid, Supervisor] = {}
        for uid, worked in _at_work(workspace, connection, heads).items():
            of = next((known[one] for one, _ in worked.most_common() if one in known), None)
            if of is not None:
                found[uid] = of
        named = sa.select(unit.c.uid, unit.c.group).where(unit.c.group.is_not(None))
        for uid, group in connection.execute(named):
            if group in known:
                found[heads.head(Uid(uid))] = known[group]
    return found


def are_several(workspace: Workspace) -> bool:
    """Whether the file knows more than one group that supervises units."""
    with workspace.store.read() as connection:
        return len(_known(connection)) > 1


def _known(connection: sa.Connection) -> dict[Uid, Supervisor]:
    """The groups by uid; the office is none of them."""
    office = sa.select(table("group").c.uid).where(table("group").c.is_office)
    offices = set(connection.scalars(office))
    return {
        one.uid: Supervisor(one.number, one.name, one.uid)
        for one in groups(connection).values()
        if one.uid not in offices
    }


def _at_work(
    workspace: Workspace, connection: sa.Connection, heads: linking.Joined
) -> Mapping[Uid, Counter[Uid]]:
    """Unit → group → changes that its laptops wrote about the unit."""
    stream, scope = tables.stream, tables.scope
    query = (
        sa.select(scope.c.name, stream.c.replica, stream.c.n, stream.c.seq)
        .join(scope, scope.c.n == stream.c.scope)
        .where(scope.c.name.startswith(_SCOPE, autoescape=True))
    )
    streams = connection.execute(query).all()
    of = _groups_of(workspace, connection, {ReplicaId(r.replica): r.n for r in streams})
    worked: dict[Uid, Counter[Uid]] = defaultdict(Counter)
    for name, replica, _, seq in streams:
        group = of.get(replica)
        if group is not None:
            worked[heads.head(Uid(name.removeprefix(_SCOPE)))][group] += seq
    return worked


def _groups_of(
    workspace: Workspace, connection: sa.Connection, replicas: Mapping[ReplicaId, int]
) -> Mapping[ReplicaId, Uid]:
    """Replica → group; `replicas` names a stream of each, by whose author the others are known."""
    peer = tables.peer
    found = {r.replica: Uid(r.group) for r in connection.execute(sa.select(peer))}
    found[read_meta(connection, "replica") or ""] = workspace.group
    left = {replica: n for replica, n in replicas.items() if replica not in found}
    authors = last_authors(connection, left.values())
    members = {person: g.uid for g in groups(connection).values() for person in g.members}
    found |= {r: members[who] for r, n in left.items() if (who := authors.get(n)) in members}
    return found
