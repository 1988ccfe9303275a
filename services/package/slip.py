"""送出记录 and the 移交单: what left this laptop, in which file, and how its receiver checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from models import tables
from models.base import table
from models.errors import Refused
from models.kinds import Uid
from models.parcels import Manifest, ParcelKind, Preset, Run
from services import certificates
from services.package.trust import trusted_roots
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Sent:
    """One package or receipt that this file has written."""

    package: str
    at: datetime
    """UTC."""
    by: str
    """Name of the person who packed; empty when that person is not in this file."""
    preset: Preset
    kind: ParcelKind
    receivers: tuple[str, ...]
    """Who is known to use the laptops it was made for: names, or what is left of their ids."""
    file: str
    size_bytes: int
    sha256: str
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Slip:
    """What a printed 移交单 says of files handed over together."""

    campaign: str
    sender: str
    """The packing group."""
    packed_by: str
    receiver: str
    at: datetime
    """When the last was packed, UTC."""
    preset: Preset
    units: tuple[str, ...]
    """Names of the chosen units; empty means all."""
    files: tuple[Sent, ...]
    counts: Mapping[str, int]
    """Records by kind; a record that is in several of the files counts in each."""
    runs: tuple[Run, ...]
    contents: int
    contents_bytes: int
    roots: tuple[str, ...]
    """Fingerprints of the roots this workspace believes, to compare the signature by."""


def sent(workspace: Workspace) -> tuple[Sent, ...]:
    """送出记录: the packages written from this file, newest first."""
    parcel = tables.parcel
    with workspace.store.read() as connection:
        query = parcel.select().order_by(parcel.c.at.desc(), parcel.c.package)
        rows = connection.execute(query).all()
        people = table("person")
        query_names = sa.select(people.c.uid, people.c.name)
        names = {str(uid): str(name or "") for uid, name in connection.execute(query_names)}
        peer = tables.peer
        known = connection.execute(sa.select(peer.c.replica, peer.c.name)).all()
    peers = {str(replica): str(name) for replica, name in known}
    return tuple(_sent(row, names, peers) for row in rows)


def _sent(
    row: sa.Row[tuple[object, ...]], names: Mapping[str, str], peers: Mapping[str, str]
) -> Sent:
    manifest = Manifest.decode(row.manifest.encode())
    return Sent(
        package=row.package,
        at=datetime.fromtimestamp(row.at / 1000, UTC),
        by=names.get(row.actor, ""),
        preset=Preset(row.preset),
        kind=manifest.kind,
        receivers=tuple(peers.get(r) or r[:8] for r in row.receiver.split()),
        file=row.file,
        size_bytes=row.size,
        sha256=row.sha256,
        manifest=manifest,
    )


def slip(workspace: Workspace, packages: frozenset[str], receiver: str = "") -> Slip:
    """What the 移交单 of these packages says; `receiver` is who takes them, in the person's words.

    Raises:
        Refused: `package_unknown`, this file has written none of them.
    """
    files = tuple(one for one in sent(workspace) if one.package in packages)
    if not files:
        raise Refused("package_unknown")
    first = files[0].manifest
    counts: dict[str, int] = {}
    for one in files:
        for kind, count in one.manifest.counts.items():
            counts[kind] = counts.get(kind, 0) + count
    contents = {h: size for one in files for h, size in one.manifest.blobs.items()}
    to = "、".join(dict.fromkeys(name for one in files for name in one.receivers))
    return Slip(
        campaign=first.campaign_title,
        sender=first.sender.group_name,
        packed_by=files[0].by,
        receiver=receiver or to,
        at=files[0].at,
        preset=files[0].preset,
        units=_unit_names(workspace, first.units),
        files=files,
        counts=counts,
        runs=tuple(run for one in files for run in one.manifest.runs),
        contents=len(contents),
        contents_bytes=sum(contents.values()),
        roots=tuple(certificates.fingerprint(der) for der in trusted_roots(workspace)),
    )


def _unit_names(workspace: Workspace, units: tuple[Uid, ...]) -> tuple[str, ...]:
    target = table("unit")
    with workspace.store.read() as connection:
        query = sa.select(target.c.name).where(target.c.uid.in_(units)).order_by(target.c.name)
        return tuple(dict.fromkeys(str(name or "") for name in connection.scalars(query)))
