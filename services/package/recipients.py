"""Which laptops a package is made for, by what is known of them."""

from dataclasses import dataclass

import sqlalchemy as sa

from models import tables
from models.kinds import ReplicaId, Uid
from models.parcels import Preset
from models.store import read_meta
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Peer:
    """Another laptop, by the newest package that came from it."""

    replica: ReplicaId
    name: str
    letter: str
    group: Uid
    is_office: bool


def at_work(connection: sa.Connection) -> tuple[Peer, ...]:
    """All other laptops, the newest heard of first.

    After a restore a laptop goes on under another replica, and the one before never says anything
    again. Laptops are told apart by their group and letter.
    """
    peer = tables.peer
    columns = (peer.c.replica, peer.c.name, peer.c.letter, peer.c.group, peer.c.is_office)
    own = (read_meta(connection, "group"), read_meta(connection, "letter"))
    query = sa.select(*columns).where(peer.c.replica != (read_meta(connection, "replica") or ""))
    found: dict[tuple[str | None, ...], Peer] = {}
    for replica, name, letter, group, is_office in connection.execute(
        query.order_by(peer.c.at.desc(), peer.c.replica)
    ):
        key = (group, letter) if letter else (replica,)
        if key != own:
            one = Peer(ReplicaId(replica), name, letter, Uid(group), bool(is_office))
            found.setdefault(key, one)
    return tuple(found.values())


def receivers(workspace: Workspace, preset: Preset) -> frozenset[ReplicaId]:
    """The laptops that said what they have: the office's newest, or all others of the group.

    Empty when nobody has answered yet; then everything is packed.
    """
    with workspace.store.read() as connection:
        found = at_work(connection)
    if preset is Preset.GROUP:
        return frozenset(one.replica for one in found if one.group == workspace.group)
    return frozenset([one.replica for one in found if one.is_office][:1])
