"""回写: after taking in, each stick gets what its owner still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.base import table
from models.errors import AppError, Cancelled, Refused
from models.kinds import ReplicaId, Uid
from models.parcels import Preset, Sender
from services import linking
from services.core import Progress
from services.exchange import Plugged, Standing
from services.package import transfer_key
from services.package.selecting import Extent, Order
from services.package.writing import Means, Written, write
from services.sticks import Stick
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Returned:
    """What came of one stick."""

    stick: Stick
    owner: str
    written: Written | None = None
    failure: AppError | None = None
    """Why nothing was written; the stick is as it was."""

    @property
    def size_bytes(self) -> int:
        """How much was written."""
        return sum(p.size_bytes for p in self.written.parcels) if self.written else 0


@dataclass(frozen=True, slots=True)
class Errand:
    """A stick to be written back to, and for whom."""

    stick: Stick
    owner: str
    order: Order


def errands(workspace: Workspace, plugged: Sequence[Plugged]) -> tuple[Errand, ...]:
    """What each stick gets: one whose owner is not known from a package on it gets nothing."""
    found = []
    for one in plugged:
        senders = _senders(workspace, one)
        if senders:
            order = order_for(workspace, senders)
            found.append(Errand(one.stick, one.owner, order))
    return tuple(found)


def _senders(workspace: Workspace, plugged: Plugged) -> list[Sender]:
    """Who packed what lies on a stick, the newest first; not this laptop, no other campaign's."""
    known = (Standing.NEW, Standing.KNOWN, Standing.UNDONE)
    named = [
        f.manifest
        for f in plugged.found
        if f.manifest and f.standing in known and f.manifest.campaign == workspace.campaign
    ]
    return [m.sender for m in sorted(named, key=lambda m: m.made_at, reverse=True)]


def order_for(workspace: Workspace, senders: Sequence[Sender]) -> Order:
    """What the laptops of these senders get, judged by the first of them.

    The own group gets all tiers, names sealed. The office gets work only; so does another group,
    and of that only its own units.
    """
    first = senders[0]
    receivers = frozenset(ReplicaId(s.replica) for s in senders if s.group == first.group)
    if first.group == workspace.group:
        return Order(Preset.GROUP, receivers=receivers)
    order = Order(Preset.OFFICE, receivers=receivers)
    if first.is_office:
        return order
    units = units_of(workspace, first.group)
    # No units would mean all of them: a group without any gets what is common.
    return replace(order, units=units) if units else replace(order, extent=Extent.COMMON)


def units_of(workspace: Workspace, group: Uid) -> frozenset[Uid]:
    """The units that a group looks after."""
    unit = table("unit")
    with workspace.store.read() as connection:
        found = connection.scalars(
            unit.select().with_only_columns(unit.c.uid).where(unit.c.group == group)
        )
        return linking.joined(connection).widen(Uid(uid) for uid in found)


def give_back(
    workspace: Workspace, wanted: Sequence[Errand], progress: Progress | None = None
) -> tuple[Returned, ...]:
    """Write back to each stick; one that fails does not stop the others.

    After the person stopped it the rest is left alone, and told so.
    """
    progress = progress or Progress()
    done: list[Returned] = []
    for errand in wanted:
        stopped = next((one.failure for one in done if isinstance(one.failure, Cancelled)), None)
        if stopped is not None:
            done.append(Returned(errand.stick, errand.owner, failure=stopped))
        else:
            done.append(_give(workspace, errand, progress))
    return tuple(done)


def _give(workspace: Workspace, errand: Errand, progress: Progress) -> Returned:
    with workspace.store.read() as connection:
        key = transfer_key(connection, workspace, errand.order.preset)
    if key is None:
        # Closed with this file's own passphrase nobody else could open it.
        failure = Refused("return_without_key")
        return Returned(errand.stick, errand.owner, failure=failure)
    try:
        written = write(workspace, errand.stick.path, errand.order, Means(), progress)
    except AppError as failure:
        return Returned(errand.stick, errand.owner, failure=failure)
    return Returned(errand.stick, errand.owner, written)
