"""清除实名: names and talk texts leave this laptop for good, before two witnesses.

Only the leader (or the office) purges, and only what the office has confirmed to hold, unless it is
given up expressly. The file is written anew, earlier backups of it go, the wrapped key goes; what
lies elsewhere cannot be reached and is told. The journal keeps who, when, why and how much.
"""

import contextlib
import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from models import purging, tables
from models.closing import is_purged
from models.errors import Refused
from models.kinds import Role, Tier, Uid, Value
from models.parcels import Manifest
from models.projection import tier_of
from models.purging import Ended
from models.store import read_meta, write_meta
from models.writer import new_uid
from services import backup, names
from services.core import Changes, Progress
from services.workspace import PURGE_UNFINISHED, Workspace, code_of, state_code

_ALL = frozenset({Tier.SEALED, Tier.TALK})
_WITNESSES = 2
_MOST_NAME = 60
_KEPT_COPY = ".replaced-"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that holds names or talk texts and lies somewhere outside."""

    file: str
    at: datetime
    """When it was packed, UTC."""
    sender: str
    """Who packed it."""
    was_sent: bool
    """Written by this file; else taken into it."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a purge would take, and what stands in its way."""

    records: Mapping[Tier, int]
    """Living records with a part in the tier."""
    codes: Mapping[Tier, str]
    """核对码 of each tier as it stands."""
    changes: int
    missing: int
    """Of them, changes that the office has not confirmed to hold."""
    received_at: datetime | None
    """When the office last said what it holds, UTC; None when it never did."""
    packages: tuple[Package, ...]
    backups: tuple[Path, ...]
    """Copies of the file beside it, which go too."""
    has_key: bool
    """This file holds the key of the names: their passphrase is asked for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be purged, why, before whom."""

    reason: str
    witnesses: tuple[str, str]
    keep_talks: bool = False
    """Purge the names alone."""
    give_up: bool = False
    """Also what the office has not confirmed to hold."""

    @property
    def tiers(self) -> frozenset[Tier]:
        """What goes."""
        return frozenset({Tier.SEALED}) if self.keep_talks else _ALL


@dataclass(frozen=True, slots=True)
class Done:
    """What was purged."""

    uid: Uid
    """The log's line, which the certificate is about."""
    survey: Survey
    left: tuple[Path, ...]
    """Copies beside the file that could not be removed."""
    changes: Changes


def survey(workspace: Workspace, tiers: frozenset[Tier] = _ALL) -> Survey:
    """Look at what a purge would take of tiers not purged before; nothing is written."""
    with workspace.store.read() as connection:
        tiers = frozenset(tier for tier in tiers if not is_purged(connection, tier))
        has_key = names.has_key(connection)
        content = purging.content(connection, tiers)
        held = _office(connection)
        codes = {tier: _code(content.streams, tier) for tier in sorted(tiers)}
        packages = _packages(connection, tiers)
    told, received_at = held
    missing = sum(
        one.seq - min(one.seq, told.get((one.replica, one.scope), 0)) for one in content.streams
    )
    return Survey(
        content.records,
        codes,
        content.changes,
        missing,
        received_at,
        packages,
        _copies(workspace),
        has_key,
    )


def _code(streams: Sequence[Ended], tier: Tier) -> str:
    lines = sorted(f"{s.replica} {s.scope} {s.id}\n" for s in streams if tier_of(s.scope) is tier)
    return code_of(hashlib.sha256("".join(lines).encode()).digest())


def _office(
    connection: sa.Connection,
) -> tuple[Mapping[tuple[str, str], int], datetime | None]:
    """How far an office has each stream in force, where its last change is one of ours."""
    peer, tip, scope = tables.peer, tables.peer_tip, tables.scope
    stream, change = tables.stream, tables.change
    query = (
        sa.select(tip.c.replica, tip.c.scope, sa.func.max(tip.c.seq))
        .join(peer, peer.c.replica == tip.c.peer)
        .join(scope, scope.c.name == tip.c.scope)
        .join(stream, sa.and_(stream.c.scope == scope.c.n, stream.c.replica == tip.c.replica))
        .join(change, sa.and_(change.c.stream == stream.c.n, change.c.seq == tip.c.seq))
        .where(peer.c.is_office == 1, sa.func.lower(sa.func.hex(change.c.id)) == tip.c.id)
        .group_by(tip.c.replica, tip.c.scope)
    )
    told = {(replica, name): int(seq) for replica, name, seq in connection.execute(query)}
    at = connection.scalar(sa.select(sa.func.max(peer.c.at)).where(peer.c.is_office == 1))
    return told, None if at is None else datetime.fromtimestamp(at / 1000, UTC)


def _packages(connection: sa.Connection, tiers: frozenset[Tier]) -> tuple[Package, ...]:
    """Packages that went out or came in with something of these tiers, newest first."""
    parcel, merge = tables.parcel, tables.merge
    sent = connection.execute(sa.select(parcel.c.file, parcel.c.manifest)).all()
    taken = connection.execute(
        sa.select(merge.c.source, merge.c.manifest).where(merge.c.package != "")
    ).all()
    found = []
    for rows, was_sent in ((sent, True), (taken, False)):
        for name, stored in rows:
            manifest = Manifest.decode(str(stored).encode())
            if any(tier_of(run.scope) in tiers for run in manifest.runs):
                at = datetime.fromtimestamp(manifest.made_at / 1000, UTC)
                found.append(Package(str(name), at, manifest.sender.name, was_sent))
    return tuple(sorted(set(found), key=lambda one: (one.at, one.file), reverse=True))


def _copies(workspace: Workspace) -> tuple[Path, ...]:
    """Backups in the file's own folder, and files that a restored one has replaced."""
    file = workspace.store.path
    beside = sorted(
        one
        for one in file.parent.iterdir()
        if one.name.startswith(f"{file.stem}{_KEPT_COPY}") and one.is_file()
    )
    return (*(one.path for one in backup.backups(workspace)), *beside)


def purge(
    workspace: Workspace, wish: Wish, names_passphrase: str, progress: Progress | None = None
) -> Done:
    """Take names (and talk texts) out of this file and its backups for good.

    What follows the one transaction, writing the file anew and removing its copies, is done again
    by `finish` if it was cut short.

    Args:
        workspace: The open file.
        wish: What, why, before whom.
        names_passphrase: Proves who asks; not looked at where the names' key is gone already.
        progress: Told how far it is.

    Raises:
        Refused: not the leader or the office, no reason, not two different witnesses, the office
            lacks something and it is not given up, or there is nothing to purge.
        WrongPassphrase: not the names' passphrase.
        Busy: somebody else reads the file: it is purged, and `finish` is still to come.
    """
    progress = progress or Progress()
    _refuse(workspace, wish)
    before = survey(workspace, wish.tiers)
    if not before.changes:
        raise Refused("purge_nothing")
    if before.has_key:
        names.private_key(workspace, names_passphrase)
    if before.missing and not wish.give_up:
        raise Refused("purge_not_received", count=before.missing)
    progress.step(0, 3, "purge")
    uid = new_uid()
    with workspace.store.write(workspace.actor, wish.reason.strip()) as writer:
        tiers = frozenset(before.records)
        content = purging.content(writer.connection, tiers)
        line: dict[str, Value] = {
            "what": purging.WHAT,
            "of": " ".join(sorted(tier.value for tier in tiers)),
            "why": wish.reason.strip(),
            "purge": _told(workspace, wish, before, content.streams),
        }
        writer.put("log", uid, "log", line, new=True)
        writer.flush()
        for _rows in purging.purge(writer.connection, tiers):
            progress.step(1, 3, "purge")
        write_meta(writer.connection, PURGE_UNFINISHED, "1")
    left = finish(workspace, progress)
    kinds = frozenset({"interview", "identity", "opinion", "reception", "log"})
    return Done(uid, before, left, Changes(kinds))


def _refuse(workspace: Workspace, wish: Wish) -> None:
    if workspace.role() not in (Role.LEADER, Role.OFFICE):
        raise Refused("purge_by_leader")
    if not wish.reason.strip():
        raise Refused("reason_required")
    named = {name.strip() for name in wish.witnesses if 0 < len(name.strip()) <= _MOST_NAME}
    if len(named) != _WITNESSES:
        raise Refused("purge_two_witnesses")


def _told(
    workspace: Workspace, wish: Wish, before: Survey, streams: Sequence[Ended]
) -> dict[str, Value]:
    """What the journal keeps, from which the certificate is made."""
    with workspace.store.read() as connection:
        replica = read_meta(connection, "replica") or ""
        work = state_code(connection)
    at = before.received_at
    packages: list[Value] = [
        {"file": p.file, "day": _day(p.at), "by": p.sender, "sent": p.was_sent}
        for p in before.packages
    ]
    ends: list[Value] = [[s.replica, s.scope, s.seq, s.id] for s in streams]
    witnesses: list[Value] = [name.strip() for name in wish.witnesses]
    return {
        "records": {tier.value: count for tier, count in before.records.items()},
        "codes": {tier.value: code for tier, code in before.codes.items()},
        "changes": before.changes,
        "missing": before.missing,
        "received": None if at is None else _day(at),
        "when": datetime.now().astimezone().isoformat(timespec="minutes"),
        "witnesses": witnesses,
        "packages": packages,
        "backups": len(before.backups),
        "streams": ends,
        "machine": platform.node(),
        "replica": replica,
        "work_code": work,
    }


def _day(at: datetime) -> str:
    return at.astimezone().date().isoformat()


def finish(workspace: Workspace, progress: Progress | None = None) -> tuple[Path, ...]:
    """Write the file anew, back it up, and remove every earlier copy; those that would not go.

    Raises:
        Busy: somebody else reads the file.
        AppError: as `services.backup.backup`; earlier copies are then still there.
    """
    progress = progress or Progress()
    workspace.store.shrink()
    progress.step(2, 3, "purge")
    old = _copies(workspace)
    backup.backup(workspace)
    for path in old:
        with contextlib.suppress(OSError):
            path.unlink()
    left = tuple(path for path in old if path.exists())
    if not left:
        with workspace.store.local() as connection:
            connection.execute(tables.meta.delete().where(tables.meta.c.key == PURGE_UNFINISHED))
    progress.step(3, 3, "purge")
    return left


@dataclass(frozen=True, slots=True)
class Line:
    """One purge as the journal tells it."""

    uid: Uid
    tiers: frozenset[Tier]
    reason: str
    told: Mapping[str, Value]


def lines(workspace: Workspace) -> tuple[Line, ...]:
    """The purges of this file, newest first."""
    with workspace.store.read() as connection:
        found = purging.records_of(connection)
    return tuple(
        Line(Uid(uid), frozenset(t for t in Tier if t.value in of.split()), why, _purge_of(more))
        for uid, _n, of, why, more in reversed(found)
    )


def _purge_of(more: Mapping[str, Value]) -> Mapping[str, Value]:
    told = more.get("purge")
    return told if isinstance(told, dict) else {}
