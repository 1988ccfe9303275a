"""送出: what would go to the group, the office or the archive, and when something last did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.catalogue import INTERNAL, KINDS
from models.kinds import ReplicaId, Uid
from services.core import Progress
from services.package import Order, Preset, Selection, survey, transfer_key
from services.package.recipients import at_work
from services.package.slip import sent
from services.package.suspects import Suspicion, suspects
from services.workspace import Workspace

_QUIET = frozenset({"campaign", "group", "person", "unit"})
"""Kinds that travel with every package and are not worth a word."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person chose; everything has its preset."""

    preset: Preset
    units: frozenset[Uid] = frozenset()
    """Empty means all."""
    with_talks: bool = False
    """For the office: talk text too."""
    only_lacking: bool = True
    """Nothing that the receivers are known to have."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a wish would come to now."""

    order: Order
    selection: Selection
    suspicion: Suspicion
    has_transfer_key: bool
    """The campaign's key closes the package; else the workspace's own passphrase does."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Records of which something is packed, by kind; only kinds that people know."""
        known = (kind for kind in KINDS if kind not in INTERNAL and kind not in _QUIET)
        counts = self.selection.counts
        return {kind: counts[kind] for kind in known if counts.get(kind)}


def receivers(workspace: Workspace, preset: Preset) -> Mapping[ReplicaId, str]:
    """The laptops that a package of this preset is for, as far as they are known: id → whose."""
    with workspace.store.read() as connection:
        found = at_work(connection)
    whom = {
        Preset.GROUP: [r for r in found if r.group == workspace.group],
        Preset.OFFICE: [r for r in found if r.is_office],
        Preset.ARCHIVE: [],
    }
    by_name = sorted(whom[preset], key=lambda r: r.name)
    return {r.replica: r.name for r in by_name}


def order_of(workspace: Workspace, wish: Wish) -> Order:
    """The order that a wish stands for."""
    known = receivers(workspace, wish.preset) if wish.only_lacking else {}
    return Order(
        wish.preset,
        units=wish.units,
        with_talks=wish.with_talks and wish.preset is Preset.OFFICE,
        receivers=frozenset(known),
    )


def outlook(workspace: Workspace, wish: Wish, progress: Progress | None = None) -> Outlook:
    """What would be packed, and whose names its texts may hold; nothing is written.

    Raises:
        Cancelled: the person stopped it.
    """
    progress = progress or Progress()
    order = order_of(workspace, wish)
    progress.step(0, 2, "survey")
    selection = survey(workspace, order)
    progress.step(1, 2, "names")
    found = suspects(workspace, order)
    with workspace.store.read() as connection:
        has_key = transfer_key(connection, workspace, wish.preset) is not None
    return Outlook(order, selection, found, has_key)


def last_sent(workspace: Workspace) -> Mapping[Preset, datetime]:
    """When something last went out with each preset, UTC; none where nothing ever did."""
    found: dict[Preset, datetime] = {}
    for one in sent(workspace):
        found.setdefault(one.preset, one.at)
    return found
