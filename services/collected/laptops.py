"""Which laptops there are: those that packages came from, and those whose changes came with others.

A laptop is known by its group and letter: after a restore, or when its file was copied, it writes
under another replica.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson
import sqlalchemy as sa

from models import tables
from models.base import table
from models.kinds import ReplicaId, Uid
from models.moments import last_authors
from models.store import read_meta
from services.collected.days import Moments, Stream
from services.collected.shapes import Laptop
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Group:
    """A group as the map names it."""

    uid: Uid
    number: int
    name: str
    members: frozenset[Uid]


def groups(connection: sa.Connection) -> Mapping[Uid, Group]:
    """All groups of this file."""
    group = table("group")
    columns = (group.c.uid, group.c.number, group.c.name, group.c.members)
    found = {}
    for uid, number, name, members in connection.execute(sa.select(*columns)):
        people = frozenset(map(Uid, orjson.loads(members or "{}")))
        found[Uid(uid)] = Group(Uid(uid), number or 0, name or "", people)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one replica."""

    replica: ReplicaId
    group: Uid
    letter: str
    name: str
    at: int | None
    """When it was last heard of, milliseconds."""
    is_own: bool = False


def laptops(
    workspace: Workspace,
    connection: sa.Connection,
    streams: Iterable[Stream],
    moments: Moments,
    now: int,
) -> tuple[Laptop, ...]:
    """Every laptop, and one without replicas for each invited member of the acting group.

    `moments` must know the last change of every stream.
    """
    newest: dict[ReplicaId, tuple[int, Stream]] = {}
    for stream in streams:
        at = min(moments.at(stream.n, stream.seq) or 0, now)
        if stream.replica not in newest or newest[stream.replica][0] < at:
            newest[stream.replica] = (at, stream)
    own = ReplicaId(read_meta(connection, "replica") or "")
    known = _peers(connection, now)
    authors = last_authors(connection, [s.n for r, (_, s) in newest.items() if r not in known])
    people = _people(connection)
    group_of = {uid: g.uid for g in groups(connection).values() for uid in g.members}
    for replica, (at, stream) in newest.items():
        heard = known.get(replica)
        if heard is not None:
            known[replica] = replace(heard, at=max(heard.at or 0, at))
            continue
        person = authors.get(stream.n, Uid(""))
        name, letter = people.get(person, ("", ""))
        known[replica] = _Known(replica, group_of.get(person, Uid("")), letter, name, at)
    if own:
        name = people.get(workspace.actor, ("", ""))[0]
        known[own] = _Known(own, workspace.group, workspace.letter, name, now, is_own=True)
    return _as_laptops(known.values(), _invited(workspace, connection, people))


def _peers(connection: sa.Connection, now: int) -> dict[ReplicaId, _Known]:
    peer = tables.peer
    columns = (peer.c.replica, peer.c.group, peer.c.letter, peer.c.name, peer.c.at)
    return {
        ReplicaId(replica): _Known(ReplicaId(replica), Uid(group), letter, name, min(at, now))
        for replica, group, letter, name, at in connection.execute(sa.select(*columns))
    }


_People = Mapping[Uid, tuple[str, str]]


def _people(connection: sa.Connection) -> _People:
    """Uid → name and letter."""
    person = table("person")
    query = sa.select(person.c.uid, person.c.name, person.c.letter)
    return {Uid(uid): (name or "", letter or "") for uid, name, letter in connection.execute(query)}


def _invited(
    workspace: Workspace, connection: sa.Connection, people: _People
) -> Iterable[tuple[Uid, str, str]]:
    """Group, letter and name of the acting group's members who have a letter."""
    group = groups(connection).get(workspace.group)
    for uid in group.members if group is not None else ():
        name, letter = people.get(uid, ("", ""))
        if letter:
            yield workspace.group, letter, name


def _as_laptops(
    known: Iterable[_Known], invited: Iterable[tuple[Uid, str, str]]
) -> tuple[Laptop, ...]:
    together: defaultdict[tuple[str, ...], list[_Known]] = defaultdict(list)
    for one in known:
        key = (one.group, one.letter) if one.letter else (one.replica,)
        together[key].append(one)
    found = []
    for some in together.values():
        newest = max(some, key=lambda k: (k.is_own, k.at or 0))
        heard = newest.at
        found.append(
            Laptop(
                group=newest.group,
                letter=newest.letter,
                name=newest.name,
                replicas=frozenset(one.replica for one in some),
                is_own=newest.is_own,
                heard_at=None if heard is None else datetime.fromtimestamp(heard / 1000, UTC),
            )
        )
    for group, letter, name in sorted(invited):
        if (group, letter) not in together:
            found.append(Laptop(group, letter, name, frozenset(), is_own=False, heard_at=None))
    return tuple(found)


def twins(
    found: Iterable[Laptop], streams: Iterable[Stream], moments: Moments
) -> tuple[Laptop, ...]:
    """Laptops that wrote under two replicas in turns: two machines bear one letter.

    `moments` must know the first and the last change of every stream.
    """
    spans: dict[ReplicaId, tuple[int, int]] = {}
    for stream in streams:
        first, last = moments.at(stream.n, 1), moments.at(stream.n, stream.seq)
        if first is not None and last is not None:
            low, high = spans.get(stream.replica, (first, last))
            spans[stream.replica] = (min(low, first), max(high, last))
    return tuple(one for one in found if _overlap([spans[r] for r in one.replicas if r in spans]))


def _overlap(spans: list[tuple[int, int]]) -> bool:
    spans.sort()
    return any(after[0] < before[1] for before, after in itertools.pairwise(spans))
