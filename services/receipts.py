"""接收回执: what the office says it has, and what the group learns from it.

A receipt is a package that holds nothing but its manifest. Its tips say what is in force at its
writer's; the newest counts, even if it knows less (a restored office). It is written only after the
writer's own backup was verified: what is told as received must not be lost the next day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson
import sqlalchemy as sa

from models import tables
from models.base import dump, table
from models.inforce import IN_FORCE
from models.kinds import Tier, Uid, Value
from models.parcels import Manifest, ParcelKind, Preset
from models.projection import tier_of
from services import backup, collected, conflicts, linking, package
from services.conflicts import Waiting, Wanted
from services.core import Progress
from services.inviting import LETTER_COUNTER
from services.package import Means, Order, Parcel
from services.package.selecting import Extent
from services.workspace import Workspace

MOST_CONFLICTS = 1_000
"""Conflicts that one receipt tells of; who has more waiting settles some first."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    parcel: Parcel
    backup: Path
    """The verified copy that holds all that the receipt tells of."""
    received: Mapping[Uid, tuple[int, int]]
    """Unit → changes in force here, and known to exist."""
    gaps: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Received:
    """已被办公室接收: of one unit's work here, how much the office has."""

    unit: Uid
    """Empty for what is the group's own and no unit's."""
    name: str
    received: int
    changes: int
    """In force here."""


@dataclass(frozen=True, slots=True)
class Reception:
    """What the office is known to have."""

    at: datetime | None
    """When it last said so, by its own clock, UTC; None when it never did."""
    by: str
    """Who packed it there."""
    units: tuple[Received, ...] = ()
    """By name; the group's own work last."""

    @property
    def received(self) -> int:
        """Changes that the office has, of all units."""
        return sum(one.received for one in self.units)

    @property
    def changes(self) -> int:
        """Changes in force here, of all units."""
        return sum(one.changes for one in self.units)


@dataclass(frozen=True, slots=True)
class Asked:
    """Numbers of a stream that a receipt asks to be sent again."""

    replica: str
    scope: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt that was read."""

    peer: str
    name: str
    group: Uid
    is_office: bool
    at: datetime
    units: Mapping[Uid, tuple[int, int]] = field(default_factory=dict)
    """Unit → changes received, and known to exist."""
    asked: tuple[Asked, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Beginning of a number → the last one given out there."""
    conflicts: tuple[tuple[str, Uid, tuple[str, ...]], ...] = ()
    """Kind, uid and fields that wait for a decision there."""


def write(
    workspace: Workspace,
    target: Path,
    means: Means | None = None,
    units: frozenset[Uid] = frozenset(),
    progress: Progress | None = None,
) -> Written:
    """Write a receipt into `target`, a folder or a new file's name, after a verified backup.

    Args:
        workspace: of the office, or of a group that answers its members.
        target: where.
        means: passphrase and signature; unsigned without.
        units: of which it speaks; empty means all.
        progress: told how far it is.

    Raises:
        AppError: the backup failed, or the receipt cannot be written; then there is none.
    """
    saved = _backed_up(workspace, progress)
    missing = collected.missing(workspace)
    with workspace.store.read() as connection:
        received = _in_force(connection, units)
        waiting = _conflicts(connection, units)
        numbers = _numbers(connection)
    handed = conflicts.listed(_asked_back(workspace, units))
    gaps = [m for m in missing if not units or _unit(m.scope) in units]
    known = {unit: (count, count) for unit, count in received.items()}
    for one in gaps:
        unit = _unit(one.scope)
        if unit:
            have, all_known = known.get(unit, (0, 0))
            known[unit] = (have, all_known + one.changes)
    asked: list[Value] = [[m.replica, m.scope, m.first, m.last] for m in gaps]
    counts: dict[str, Value] = {unit: list(both) for unit, both in known.items()}
    order = Order(
        preset=Preset.GROUP,
        units=units,
        kind=ParcelKind.RECEIPT,
        extent=Extent.NOTHING,
        numbers=tuple(sorted(numbers.items())),
        conflicts=(*waiting, *handed),
        receipt=(("asked", asked), ("backup", saved.name), ("units", counts)),
    )
    (parcel,) = package.write(workspace, target, order, means, progress).parcels
    return Written(parcel, saved, known, len(gaps), len(waiting))


def _backed_up(workspace: Workspace, progress: Progress | None) -> Path:
    """A verified backup that holds all there is now."""
    newest = backup.newest_whole(workspace)
    return newest if newest is not None else backup.backup(workspace, None, progress)


def _unit(scope: str) -> Uid:
    """The unit of a work scope; empty for any other."""
    head, _, rest = scope.partition("/")
    return Uid(rest if head == "unit" and tier_of(scope) is Tier.WORK else "")


def _in_force(connection: sa.Connection, units: frozenset[Uid]) -> dict[Uid, int]:
    """Unit → changes of its work scope in force here."""
    found: dict[Uid, int] = {}
    for one in _streams(connection):
        unit = _unit(one.scope)
        if unit and (not units or unit in units):
            found[unit] = found.get(unit, 0) + one.changes
    return found


@dataclass(frozen=True, slots=True)
class _Stream:
    n: int
    replica: str
    scope: str
    seq: int
    tip: str
    changes: int
    """In force; more than `seq` where it forked."""


def _streams(connection: sa.Connection) -> Iterable[_Stream]:
    """The streams of work that is a unit's or the group's, with something in force."""
    stream, scope, change = tables.stream, tables.scope, tables.change
    query = (
        sa.select(
            *(stream.c.n, stream.c.replica, scope.c.name),
            *(stream.c.seq, stream.c.tip, stream.c.forked),
        )
        .join(scope, scope.c.n == stream.c.scope)
        .where(stream.c.seq > 0)
    )
    counting = (
        sa.select(sa.func.count())
        .select_from(change)
        .join(stream, stream.c.n == change.c.stream)
        .where(stream.c.n == sa.bindparam("one"), IN_FORCE)
    )
    for n, replica, name, seq, tip, forked in connection.execute(query).all():
        if tier_of(name) is Tier.WORK and name.partition("/")[0] in {"unit", "group"}:
            count = connection.scalar(counting, {"one": n}) if forked else seq
            yield _Stream(n, replica, name, seq, bytes(tip).hex(), count or 0)


def _conflicts(connection: sa.Connection, units: frozenset[Uid]) -> list[Value]:
    """Records with fields that wait here, for those who wrote them."""
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row.c.entity, row.c.uid, row.c.conflicts, scope.c.name)
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.conflicts.is_not(None), row.c.deleted == 0, row.c.listed == 1)
        .order_by(row.c.n)
    )
    found: list[Value] = []
    for entity, uid, disputed, name in connection.execute(query):
        if tier_of(name) is Tier.WORK and (not units or _unit(name) in units):
            fields: list[Value] = sorted(orjson.loads(disputed))
            found.append({"kind": entity, "uid": uid, "scope": name, "fields": fields})
            if len(found) >= MOST_CONFLICTS:
                break
    return found


def _asked_back(workspace: Workspace, units: frozenset[Uid]) -> tuple[Waiting, ...]:
    """The conflicts of the work of these units; which were handed back tells `listed`."""
    waitings = conflicts.queue(workspace, Wanted(units))
    return tuple(one for one in waitings if tier_of(one.scope) is Tier.WORK)[:MOST_CONFLICTS]


def _numbers(connection: sa.Connection) -> dict[str, Value]:
    """Beginnings of numbers → the last one given out on this laptop."""
    counter = tables.counter
    query = sa.select(counter.c.name, counter.c.last).where(counter.c.name != LETTER_COUNTER)
    return {row.name: row.last for row in connection.execute(query)}


def take(connection: sa.Connection, manifest: Manifest) -> None:
    """Keep a receipt, unless a newer one of the same laptop is here; in the merge's transaction.

    What it says of streams is kept with all peers' (`peer_tip`), whatever kind of package says it.
    """
    if manifest.kind is not ParcelKind.RECEIPT or manifest.receipt is None:
        return
    receipt, peer = tables.receipt, manifest.sender.replica
    known = connection.scalar(sa.select(receipt.c.at).where(receipt.c.peer == peer))
    if known is not None and known > manifest.made_at:
        return
    body = {
        "receipt": dict(manifest.receipt),
        "numbers": dict(manifest.numbers),
        "conflicts": list(manifest.conflicts[:MOST_CONFLICTS]),
    }
    connection.execute(receipt.delete().where(receipt.c.peer == peer))
    connection.execute(
        receipt.insert().values(
            peer=peer, at=manifest.made_at, package=manifest.package, body=dump(body)
        )
    )


def told(workspace: Workspace) -> tuple[Told, ...]:
    """The newest receipt of each laptop that wrote any, newest first."""
    receipt, peer = tables.receipt, tables.peer
    query = (
        sa.select(receipt, peer.c.name, peer.c.group, peer.c.is_office)
        .join(peer, peer.c.replica == receipt.c.peer)
        .order_by(receipt.c.at.desc(), receipt.c.peer)
    )
    with workspace.store.read() as connection:
        return tuple(_told(row) for row in connection.execute(query))


def _told(row: sa.Row[tuple[object, ...]]) -> Told:
    """A receipt as it was kept; what cannot be read of it is left out, for a stranger wrote it."""
    body = orjson.loads(row.body)
    said = body["receipt"]
    units = said.get("units") if isinstance(said.get("units"), dict) else {}
    asked = said.get("asked") if isinstance(said.get("asked"), list) else []
    return Told(
        peer=row.peer,
        name=row.name,
        group=Uid(row.group),
        is_office=bool(row.is_office),
        at=datetime.fromtimestamp(row.at / 1000, UTC),
        units={Uid(u): (v[0], v[1]) for u, v in units.items() if _are_counts(v, 2)},
        asked=tuple(
            Asked(str(a[0]), str(a[1]), a[2], a[3])
            for a in asked
            if isinstance(a, list) and len(a) == len(Asked.__slots__) and _are_counts(a[2:], 2)
        ),
        numbers={str(n): v for n, v in body["numbers"].items() if _are_counts([v], 1)},
        conflicts=tuple(c for one in body["conflicts"] for c in _waiting(one)),
    )


def _are_counts(value: object, length: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == length
        and all(type(one) is int and one >= 0 for one in value)
    )


def _waiting(one: object) -> Iterable[tuple[str, Uid, tuple[str, ...]]]:
    if isinstance(one, dict):
        kind, uid, fields = one.get("kind"), one.get("uid"), one.get("fields")
        if isinstance(kind, str) and isinstance(uid, str) and isinstance(fields, list):
            yield kind, Uid(uid), tuple(f for f in fields if isinstance(f, str))


def received(workspace: Workspace) -> Reception:
    """已被办公室接收 per unit, by what the office's newest package or receipt says it has."""
    peer, tip, unit = tables.peer, tables.peer_tip, table("unit")
    newest = (
        sa.select(peer.c.replica, peer.c.name, peer.c.at)
        .where(peer.c.is_office == 1)
        .order_by(peer.c.at.desc(), peer.c.replica)
        .limit(1)
    )
    with workspace.store.read() as connection:
        office = connection.execute(newest).first()
        if office is None:
            tips: dict[tuple[str, str], tuple[int, str]] = {}
        else:
            query = sa.select(tip.c.replica, tip.c.scope, tip.c.seq, tip.c.id)
            rows = connection.execute(query.where(tip.c.peer == office.replica))
            tips = {(replica, scope): (seq, last) for replica, scope, seq, last in rows}
        names = {Uid(u): n or "" for u, n in connection.execute(sa.select(unit.c.uid, unit.c.name))}
        same = linking.joined(connection)
        found: dict[Uid, tuple[int, int]] = {}
        for one in _streams(connection):
            place = same.head(_unit(one.scope))
            have, total = found.get(place, (0, 0))
            has = _had(connection, one, tips.get((one.replica, one.scope)))
            found[place] = (have + has, total + one.changes)
    units = [Received(u, names.get(u, ""), have, total) for u, (have, total) in found.items()]
    units.sort(key=lambda one: (not one.unit, one.name, one.unit))
    at = None if office is None else datetime.fromtimestamp(office.at / 1000, UTC)
    return Reception(at, "" if office is None else office.name, tuple(units))


def _had(connection: sa.Connection, one: _Stream, said: tuple[int, str] | None) -> int:
    """How many of a stream's changes here somebody has whose last one is the one they said."""
    if said is None:
        return 0
    seq, last = said
    if seq > one.seq or (seq, last) == (one.seq, one.tip):
        return one.changes
    change = tables.change
    query = sa.select(change.c.n).where(
        change.c.stream == one.n, change.c.seq == seq, change.c.id == bytes.fromhex(last)
    )
    # Of another branch nobody can say from here how much of this one they have.
    return seq if connection.execute(query).first() is not None else 0
