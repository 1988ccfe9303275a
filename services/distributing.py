"""下发: one package for each group, with its own units only, made in one go by the office."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
import sqlalchemy as sa

from models import tables
from models.base import table
from models.errors import AppError, Cancelled, Refused
from models.kinds import ReplicaId, Role, Uid
from models.parcels import SUFFIX
from services import package, receipts
from services.core import Progress
from services.package import TRANSFER_KEY, Extent, Means, Order, Parcel, Preset
from services.returning import units_of
from services.workspace import Workspace

_LONGEST_NAME = 40
_MOST_OF_A_DAY = 1_000


@dataclass(frozen=True, slots=True)
class Receiver:
    """A group as the office sees it."""

    group: Uid
    name: str
    number: int
    replicas: tuple[ReplicaId, ...]
    """Laptops of it that anything came from."""
    received: int
    """Changes of those laptops in force here."""
    last_at: datetime | None
    """When its newest package was made, by its own clock, UTC."""
    units: int
    waiting: int
    """Fields of its units' records that wait for a decision here."""
    is_first: bool
    """Nothing went there yet: it cannot have the campaign's transfer key."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a group's package goes."""

    receiver: Receiver
    folder: Path
    passphrase: str | None = None
    """Closes the package instead of the transfer key."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of it."""

    delivery: Delivery
    parcels: tuple[Parcel, ...] = ()
    failure: AppError | None = None


def receivers(workspace: Workspace) -> tuple[Receiver, ...]:
    """The groups that this file knows, by number; the office itself is none of them."""
    group = table("group")
    query = sa.select(group.c.uid, group.c.name, group.c.number).where(
        group.c.uid != workspace.group, sa.func.coalesce(group.c.is_office, 0) == 0
    )
    with workspace.store.read() as connection:
        waiting = _waiting(connection)
        written = connection.scalars(sa.select(tables.parcel.c.receiver)).all()
        served = {replica for line in written for replica in line.split()}
        found = []
        for uid, name, number in connection.execute(query.order_by(group.c.number, group.c.name)):
            peers = _peers(connection, Uid(uid))
            units = units_of(workspace, Uid(uid))
            newest = max(peers.values(), default=None)
            found.append(
                Receiver(
                    group=Uid(uid),
                    name=name or "",
                    number=number or 0,
                    replicas=tuple(peers),
                    received=_changes_of(connection, peers),
                    last_at=None if newest is None else datetime.fromtimestamp(newest / 1000, UTC),
                    units=len(units),
                    waiting=sum(waiting.get(unit, 0) for unit in units),
                    is_first=not served & peers.keys(),
                )
            )
        return tuple(found)


def _peers(connection: sa.Connection, group: Uid) -> dict[ReplicaId, int]:
    """A group's laptops that anything came from, and when their newest package was made."""
    peer = tables.peer
    query = sa.select(peer.c.replica, peer.c.at).where(peer.c.group == group)
    return {ReplicaId(replica): at for replica, at in connection.execute(query)}


def _changes_of(connection: sa.Connection, replicas: Collection[ReplicaId]) -> int:
    stream = tables.stream
    counted = sa.select(sa.func.sum(stream.c.seq)).where(stream.c.replica.in_(list(replicas)))
    return connection.scalar(counted) or 0


def _waiting(connection: sa.Connection) -> dict[str, int]:
    """Unit → fields in conflict."""
    row, scope = tables.row, tables.scope
    query = (
        sa.select(scope.c.name, row.c.conflicts)
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.conflicts.is_not(None), row.c.deleted == 0, row.c.listed == 1)
    )
    found: dict[str, int] = {}
    for name, conflicts in connection.execute(query):
        unit = name.rpartition("/")[2]
        found[unit] = found.get(unit, 0) + len(orjson.loads(conflicts))
    return found


def distribute(
    workspace: Workspace,
    deliveries: Sequence[Delivery],
    progress: Progress | None = None,
) -> tuple[Delivered, ...]:
    """Make the packages; one that fails does not stop the others.

    Each carries what is common, the work of its group's units as far as the group lacks it, and
    the campaign's transfer key, so that no passphrase is asked later; a receipt lies beside it.

    Raises:
        Refused: not the office's file.
        Cancelled: the person stopped it; packages that have their names stay.
    """
    if workspace.role() is not Role.OFFICE:
        raise Refused("role_may_not", verb="issue")
    key = package.make_transfer_key(workspace)
    progress = progress or Progress()
    done: list[Delivered] = []
    for number, delivery in enumerate(deliveries):
        progress.step(number, len(deliveries), "packages")
        try:
            done.append(_deliver(workspace, delivery, key, progress))
        except Cancelled:
            raise
        except AppError as failure:
            done.append(Delivered(delivery, failure=failure))
    return tuple(done)


def _deliver(workspace: Workspace, delivery: Delivery, key: bytes, progress: Progress) -> Delivered:
    receiver, means = delivery.receiver, Means(passphrase=delivery.passphrase)
    units = units_of(workspace, receiver.group)
    order = Order(
        Preset.OFFICE,
        units=units,
        receivers=frozenset(receiver.replicas),
        extent=Extent.ALL if units else Extent.COMMON,
        secrets=((TRANSFER_KEY, workspace.campaign, key.hex()),),
    )
    target = _free_name(delivery.folder, f"{_shown(receiver)}-下发-{workspace.today():%m%d}")
    written = package.write(workspace, target, order, means, progress)
    answer = _free_name(delivery.folder, f"{_shown(receiver)}-回执-{workspace.today():%m%d}")
    receipt = receipts.write(workspace, answer, means, units, progress)
    return Delivered(delivery, (*written.parcels, receipt.parcel))


def _shown(receiver: Receiver) -> str:
    """A group's name as part of a file's."""
    kept = "".join(c for c in receiver.name if c.isalnum())[:_LONGEST_NAME]
    return kept or f"{receiver.number}组"


def _free_name(folder: Path, stem: str) -> Path:
    names = (stem, *(f"{stem}-{n}" for n in range(2, _MOST_OF_A_DAY)))
    return next(p for n in names if not (p := folder / f"{n}{SUFFIX}").exists())
