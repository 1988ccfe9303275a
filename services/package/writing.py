"""Writing packages: `.part` beside the target, proven by reading back, then given their names.

Nothing half-made ever bears a package's name: whatever happens before the last step leaves an
unfinished file at most, which is never offered as a package and is removed by the next packing.
"""

import contextlib
import hashlib
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models import parcels, tables
from models.base import table
from models.cipher import FileKey
from models.errors import AppError, Damaged
from models.files import publish, settle_file, temporary_name, unwritable
from models.kinds import ReplicaId, Role, Tier
from models.packfile import building
from models.parcels import MAX_TEXT, Manifest, ParcelKind, Sender
from models.store import read_meta
from models.writer import new_uid
from services.core import Progress
from services.package import checking, places, signature
from services.package.filling import fill
from services.package.keys import (
    CRL,
    ROOT,
    TRANSFER_KEY,
    Keys,
    make_transfer_key,
    package_key,
    transfer_keys,
)
from services.package.reading import open_source
from services.package.selecting import Extent, Order, Selection, select, with_joined
from services.package.splitting import Part, split
from services.workspace import Workspace, state_code

if TYPE_CHECKING:
    from services.signing import Signer

PROGRAM = "dudao"
_NS_PER_MS = 1_000_000
_GUESS = 3
"""By so much a guessed size may be wrong before a volume's limit is overlooked."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One package that was written."""

    path: Path
    package: str
    size_bytes: int
    sha256: str
    """Of the whole file, as it was read back from the volume."""
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Written:
    """What came of an order: one package, or several where the volume takes no larger file."""

    parcels: tuple[Parcel, ...]
    changes: int
    known: int
    """Changes of the chosen scopes that the receivers have already."""
    counts: Mapping[str, int]
    """Records of which a change is packed, by kind."""
    state_code: str
    """核对码 of what was packed from; the receiver's is the same once all is taken in."""


@dataclass(frozen=True, slots=True, repr=False)
class Means:
    """By which key and hand a package is made."""

    passphrase: str | None = None
    """None: the transfer key closes the package, or the workspace's own passphrase without one."""
    signer: "Signer | None" = None
    reason: str | None = None
    limit_bytes: int | None = None
    """Greatest package; None: what the volume takes."""


def write(
    workspace: Workspace,
    target: Path,
    order: Order,
    means: Means | None = None,
    progress: Progress | None = None,
) -> Written:
    """Pack what the order says into `target`, a folder or a new file's name that nobody has.

    A line in the log and an entry in 送出记录 say what left this laptop.

    Raises:
        Refused: no such folder, write protection, too little room, or a taken name.
        Damaged: what was read back is not what was written (a failing stick).
        Busy: another process is writing the workspace.
        Cancelled: the person stopped it; nothing is left of it.
    """
    means, progress = means or Means(), progress or Progress()
    folder = places.folder_of(target)
    limit = means.limit_bytes or places.limit_of(folder)
    with workspace.store.read() as connection:
        order = with_joined(connection, order)
        size = select(connection, order, exact=False).size_bytes
    places.make_room(folder, size)
    is_tight = limit is not None and size * _GUESS > limit
    if means.passphrase is not None and workspace.role() is Role.OFFICE:
        make_transfer_key(workspace)
    _log(workspace, order, means)
    finished: list[_Finished] = []
    try:
        with workspace.store.read() as connection:
            selection = select(connection, order, exact=is_tight)
            code = state_code(connection, order.units)
            for part in split(connection, selection, limit):
                made = _Making(workspace, order, means, selection)
                finished.append(made.part(connection, part, folder, progress))
        _give_names(finished, target)
    finally:
        for one in finished:
            with contextlib.suppress(OSError):
                one.temporary.unlink(missing_ok=True)
    _register(workspace, order, finished)
    return Written(
        parcels=tuple(one.parcel for one in finished),
        changes=selection.changes,
        known=selection.known,
        counts=selection.counts if is_tight else finished[0].parcel.manifest.counts,
        state_code=code,
    )


@dataclass(frozen=True, slots=True)
class _Finished:
    """A package that is whole and has not got its name yet."""

    temporary: Path
    parcel: Parcel


@dataclass(frozen=True, slots=True, repr=False)
class _Making:
    """The making of the packages of one order."""

    workspace: Workspace
    order: Order
    means: Means
    selection: Selection

    def part(
        self, connection: sa.Connection, part: Part, folder: Path, progress: Progress
    ) -> _Finished:
        """Write one package under a temporary name and prove it."""
        key = package_key(self.workspace, self.order.preset, self.means.passphrase)
        package = secrets.token_hex(16)
        temporary = temporary_name(folder)
        with _removed_on_failure(temporary):
            with building(temporary, key) as target:
                fill(target, connection, part, progress)
                self._add_secrets(target, connection)
                manifest = self._manifest(target, connection, part, package)
                body = manifest.encode()
                rows = [{"key": "body", "value": body}]
                if self.means.signer is not None:
                    signed = signature.sign(body, self.means.signer)
                    rows.append({"key": "signature", "value": signed})
                target.execute(parcels.manifest.insert(), rows)
            settle_file(temporary)
            order, day = self.order, self.workspace.today()
            name = places.file_name(manifest.sender, order.kind, order.preset, day, package)
            digest = _proven(temporary, key, body, name, progress)
            size = temporary.stat().st_size
        parcel = Parcel(folder / name, package, size, digest, manifest)
        return _Finished(temporary, parcel)

    def _manifest(
        self, target: sa.Connection, connection: sa.Connection, part: Part, package: str
    ) -> Manifest:
        order, workspace = self.order, self.workspace
        return Manifest(
            package=package,
            kind=order.kind,
            made_at=time.time_ns() // _NS_PER_MS,
            program=PROGRAM,
            campaign=workspace.campaign,
            campaign_title=workspace.template.title[:MAX_TEXT],
            sender=sender_of(workspace, connection),
            preset=order.preset,
            units=tuple(sorted(order.units)),
            runs=tuple(one.run for one in part.picked),
            counts=checking.counts_held(target),
            blobs={one.hash: one.size_bytes for one in part.contents},
            tips=self.selection.tips,
            numbers=dict(order.numbers),
            conflicts=order.conflicts,
            receipt=None if order.receipt is None else dict(order.receipt),
        )

    def _add_secrets(self, target: sa.Connection, connection: sa.Connection) -> None:
        """What travels outside the journal: lists of revoked certificates, wrapped name keys."""
        kinds = {ROOT, CRL}
        if Tier.SEALED in self.order.tiers() and self.order.extent is Extent.ALL:
            kinds.add("name_key")
        secret = tables.secret
        query = sa.select(secret.c.kind, secret.c.owner, secret.c.value)
        found = connection.execute(query.where(secret.c.kind.in_(kinds))).all()
        rows = {(kind, owner): value for kind, owner, value in found}
        rows |= {(kind, owner): value for kind, owner, value in self.order.secrets}
        rows |= self._introduction(connection)
        if rows:
            named = [{"kind": k, "owner": o, "value": v} for (k, o), v in sorted(rows.items())]
            target.execute(parcels.secret.insert(), named)

    def _introduction(self, connection: sa.Connection) -> dict[tuple[str, str], str]:
        """The campaign's key in a package of the office for those who have only a passphrase."""
        campaign = self.workspace.campaign
        key = transfer_keys(connection).get(campaign)
        if key is None or self.means.passphrase is None:
            return {}
        if self.workspace.role() is not Role.OFFICE or self.order.kind is ParcelKind.RECEIPT:
            return {}
        return {(TRANSFER_KEY, campaign): key.hex()}


def sender_of(workspace: Workspace, connection: sa.Connection) -> Sender:
    """Who packs, on which laptop, for a manifest."""
    people, group = table("person"), table("group")
    person = connection.scalar(
        sa.select(people.c.name).where(people.c.uid == workspace.actor).limit(1)
    )
    names = sa.select(group.c.name, group.c.is_office).where(group.c.uid == workspace.group)
    group_name, is_office = connection.execute(names).first() or ("", 0)
    return Sender(
        replica=ReplicaId(read_meta(connection, "replica") or ""),
        person=workspace.actor,
        name=(person or "")[:MAX_TEXT],
        letter=workspace.letter,
        group=workspace.group,
        group_name=(group_name or "")[:MAX_TEXT],
        is_office=bool(is_office),
    )


@contextmanager
def _removed_on_failure(temporary: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritable(temporary, error) from error
        raise


def _proven(temporary: Path, key: FileKey, body: bytes, name: str, progress: Progress) -> str:
    """Read the package back as its receiver will, all of it; the SHA-256 of the file.

    Raises:
        Damaged: `file_readback`.
    """
    try:
        with open_source(temporary, Keys(files=(key,)), progress) as source, source.read() as held:
            if source.manifest_bytes != body:
                raise Damaged("file_readback", path=name)
            checking.walk(held, source.manifest.runs, name, _telling(progress), strict=False)
            with source.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    except AppError as error:
        if isinstance(error, Damaged):
            raise Damaged("file_readback", path=name) from error
        raise


def _telling(progress: Progress) -> checking.Tell:
    return lambda done, total: progress.step(done, total, "proof")


def _give_names(finished: list[_Finished], target: Path) -> None:
    """Let the packages have their names, all proven by now.

    Raises:
        Refused: a name is taken, or the folder cannot be written any more.
    """
    for number, one in enumerate(finished, start=1):
        path = one.parcel.path
        if target != path.parent:
            path = target if len(finished) == 1 else target.with_stem(f"{target.stem}-{number}")
            finished[number - 1] = _Finished(one.temporary, _renamed(one.parcel, path))
        try:
            publish(one.temporary, path)
        except BaseException as error:
            for other in finished[: number - 1]:
                other.parcel.path.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise unwritable(path, error) from error
            raise


def _renamed(parcel: Parcel, path: Path) -> Parcel:
    return Parcel(path, parcel.package, parcel.size_bytes, parcel.sha256, parcel.manifest)


def _log(workspace: Workspace, order: Order, means: Means) -> None:
    """Say what is about to leave, before it can; the package carries this line too."""
    words = [order.preset.value, *sorted(tier.value for tier in order.tiers())]
    with workspace.store.write(workspace.actor, means.reason) as writer:
        fields = {
            "what": f"{order.kind.value}_written",
            "of": " ".join((*words, *sorted(order.units))),
            "why": (means.reason or "").strip(),
        }
        writer.put("log", new_uid(), "log", fields, new=True)


def _register(workspace: Workspace, order: Order, finished: list[_Finished]) -> None:
    with workspace.store.local() as connection:
        for one in finished:
            manifest = one.parcel.manifest
            row = {
                "package": one.parcel.package,
                "at": manifest.made_at,
                "actor": workspace.actor,
                "preset": order.preset.value,
                "receiver": " ".join(sorted(order.receivers)),
                "file": one.parcel.path.name,
                "size": one.parcel.size_bytes,
                "sha256": one.parcel.sha256,
                "manifest": manifest.encode().decode(),
            }
            connection.execute(tables.parcel.insert().values(row))
