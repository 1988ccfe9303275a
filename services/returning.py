"""回写: after taking in, each stick gets what its owner still lacks."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.base import table
from models.cipher import key_among
from models.errors import AppError, Cancelled, Refused
from models.kinds import ReplicaId, Uid
from models.parcels import Manifest, Preset, Sender
from services import linking
from services.core import Progress
from services.exchange import Plugged, Standing
from services.package import Keys, transfer_key
from services.package.selecting import Extent, Order
from services.package.writing import Means, Written, write
from services.receiving import Reading
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
    is_spoken: bool = False
    """It is closed with the passphrase that opened their own package."""

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
    passphrase: str = field(default="", repr=False)
    """What opened their package, which no shared key did: theirs is closed with it again."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A package that only a passphrase opened."""

    manifest: Manifest
    passphrase: str = field(repr=False)


def opened_by(reading: Reading, passphrases: Sequence[str]) -> Mapping[Path, Opened]:
    """Which of the packages read were opened by which of the passphrases given."""
    found: dict[Path, Opened] = {}
    for entry in reading.entries if passphrases else ():
        if entry.source is None or not entry.source.is_package:
            continue
        for passphrase in passphrases:
            with contextlib.suppress(AppError):
                key_among(entry.path, Keys(passphrases=(passphrase,)).offered)
                found[entry.path] = Opened(entry.source.manifest, passphrase)
                break
    return found


def errands(
    workspace: Workspace, plugged: Sequence[Plugged], opened: Mapping[Path, Opened] | None = None
) -> tuple[Errand, ...]:
    """What each stick gets: one whose owner is not known from a package on it gets nothing.

    Args:
        workspace: that writes.
        plugged: the sticks.
        opened: the packages on them that a passphrase opened, by their paths.
    """
    found = []
    for one in plugged:
        here = [o for f in one.found if (o := (opened or {}).get(f.file.path)) is not None]
        senders = _senders(workspace, one, here)
        if senders:
            first = next((o for o in here if o.manifest.sender == senders[0]), None)
            order = order_for(workspace, senders)
            owner = one.owner or senders[0].name
            found.append(Errand(one.stick, owner, order, first.passphrase if first else ""))
    return tuple(found)


def _senders(workspace: Workspace, plugged: Plugged, opened: Sequence[Opened]) -> list[Sender]:
    """Who packed what lies on a stick, the newest first; not this laptop, no other campaign's."""
    known = (Standing.NEW, Standing.KNOWN, Standing.UNDONE)
    every = [f.manifest for f in plugged.found if f.manifest and f.standing in known]
    every += [one.manifest for one in opened if one.manifest not in every]
    named = [m for m in every if m.campaign == workspace.campaign]
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
    means = Means()
    if errand.passphrase:
        # Whoever closes with a passphrase has no key of ours; the office's brings them its key.
        means = Means(passphrase=errand.passphrase)
    elif key is None:
        # Closed with this file's own passphrase nobody else could open it.
        failure = Refused("return_without_key")
        return Returned(errand.stick, errand.owner, failure=failure)
    try:
        written = write(workspace, errand.stick.path, errand.order, means, progress)
    except AppError as failure:
        return Returned(errand.stick, errand.owner, failure=failure)
    is_spoken = means.passphrase is not None
    return Returned(errand.stick, errand.owner, written, is_spoken=is_spoken)
