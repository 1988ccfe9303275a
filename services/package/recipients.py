"""Which laptops a package is made for, by what is known of them."""

import sqlalchemy as sa

from models import tables
from models.kinds import ReplicaId
from models.parcels import Preset
from models.store import read_meta
from services.workspace import Workspace


def receivers(workspace: Workspace, preset: Preset) -> frozenset[ReplicaId]:
    """The laptops that said what they have: the office's newest, or all others of the group.

    Empty when nobody has answered yet; then everything is packed.
    """
    peer = tables.peer
    with workspace.store.read() as connection:
        own = read_meta(connection, "replica") or ""
        query = sa.select(peer.c.replica).where(peer.c.replica != own)
        if preset is Preset.GROUP:
            query = query.where(peer.c.group == workspace.group)
            return frozenset(map(ReplicaId, connection.scalars(query)))
        newest = query.where(peer.c.is_office == 1).order_by(peer.c.at.desc(), peer.c.replica)
        return frozenset(map(ReplicaId, connection.scalars(newest.limit(1))))
