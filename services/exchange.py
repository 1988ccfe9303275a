"""数据交换: what lies on the sticks that are plugged in, and whose it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from models import tables
from models.errors import AppError, Refused
from models.parcels import SUFFIX, Manifest, ParcelKind
from models.store import read_meta
from services import sticks
from services.core import Progress
from services.package import Keys, keys_of
from services.package.peeking import peek
from services.sticks import PackageFile, Stick
from services.workspace import Workspace

_SHORT_ID = re.compile(r"-([0-9A-F]{6})(?:-\d+)?$")
"""The end of a package's file name: the first digits of its id, and which part of several it is."""


class Standing(StrEnum):
    """What a package is to the open file."""

    NEW = "new"
    KNOWN = "known"
    """Taken in already."""
    UNDONE = "undone"
    """Taken in and taken back: not taken in again unless somebody asks for it by hand."""
    OWN = "own"
    """Written here."""
    JOIN = "join"
    """Makes somebody's laptop part of a group."""
    LOCKED = "locked"
    """None of this file's keys opens it."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Found:
    """A package on a stick, at first sight: nothing of it is proven yet."""

    file: PackageFile
    standing: Standing
    manifest: Manifest | None = None
    failure: AppError | None = None
    """Why there is no manifest."""

    @property
    def made_at(self) -> datetime | None:
        """When it was packed, by the packer's clock, UTC."""
        if self.manifest is None:
            return None
        return datetime.fromtimestamp(self.manifest.made_at / 1000, UTC)

    @property
    def is_receipt(self) -> bool:
        """Whether it is an answer of the office."""
        return self.manifest is not None and self.manifest.kind is ParcelKind.RECEIPT


@dataclass(frozen=True, slots=True)
class Plugged:
    """A stick and the packages on it."""

    stick: Stick
    found: tuple[Found, ...] = ()
    failure: AppError | None = None
    """Why its folders could not be read."""

    @property
    def fresh(self) -> tuple[Found, ...]:
        """The packages worth taking in: new ones, and those whose passphrase may be known."""
        return tuple(f for f in self.found if f.standing in (Standing.NEW, Standing.LOCKED))

    @property
    def owner(self) -> str:
        """Who uses the stick, by the newest package on it that was not written here."""
        named = [f for f in self.found if f.manifest is not None and f.standing is not Standing.OWN]
        newest = max(named, key=lambda f: f.made_at or _LONG_AGO, default=None)
        return newest.manifest.sender.name if newest is not None and newest.manifest else ""


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
Seen = Mapping[PackageFile, Manifest | AppError]
"""What was read of files before; a file that changed has another size or time."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that is plugged in."""

    sticks: tuple[Plugged, ...]
    seen: Seen

    @property
    def fresh(self) -> tuple[Found, ...]:
        """The packages worth taking in, of all sticks; one that lies on two of them once."""
        found: dict[str, Found] = {}
        for plugged in self.sticks:
            for one in plugged.fresh:
                name = one.manifest.package if one.manifest else str(one.file.path)
                found.setdefault(name, one)
        return tuple(found.values())

    @property
    def broken(self) -> tuple[Found, ...]:
        """The packages that cannot be read."""
        every = (one for plugged in self.sticks for one in plugged.found)
        return tuple(one for one in every if one.standing is Standing.UNREADABLE)


def look(
    workspace: Workspace,
    folders: Iterable[Path] = (),
    files: Iterable[Path] = (),
    seen: Seen | None = None,
    progress: Progress | None = None,
) -> Look:
    """Look at all sticks that are plugged in.

    Args:
        workspace: whose packages count as known.
        folders: further places that are used like sticks.
        files: packages and workspace files chosen by hand; they are listed with their folder.
        seen: what the look before has read.
        progress: told stick by stick.

    Raises:
        Cancelled: the person stopped it.
    """
    progress = progress or Progress()
    known, keys, seen = _Known.of(workspace), keys_of(workspace), seen or {}
    plugged = sticks.plugged(folders)
    read: dict[PackageFile, Manifest | AppError] = {}
    listed: list[Plugged] = []
    for number, stick in enumerate(plugged):
        progress.step(number, len(plugged), "sticks")
        listed.append(_look_at(stick, known, keys, seen, read))
    given = [_given(path, known, keys, seen, read) for path in files]
    for folder in dict.fromkeys(path.parent for path in files):
        some = tuple(f for f in given if f.file.path.parent == folder)
        listed.append(_chosen(folder, some))
    return Look(tuple(listed), read)


def _chosen(folder: Path, found: tuple[Found, ...]) -> Plugged:
    try:
        return Plugged(sticks.at(folder), found)
    except Refused as failure:
        gone = Stick(folder, folder.name, "", 0, 0, is_readonly=True, is_removable=False)
        return Plugged(gone, found, failure)


def _look_at(
    stick: Stick,
    known: "_Known",
    keys: Keys,
    seen: Seen,
    read: dict[PackageFile, Manifest | AppError],
) -> Plugged:
    try:
        files = sticks.packages_on(stick)
    except Refused as failure:
        return Plugged(stick, failure=failure)
    return Plugged(stick, tuple(_found(f, known, _read(f, keys, seen, read)) for f in files))


def _given(
    path: Path,
    known: "_Known",
    keys: Keys,
    seen: Seen,
    read: dict[PackageFile, Manifest | AppError],
) -> Found:
    """A file chosen by hand is wanted, even if it was taken in before."""
    try:
        about = path.stat()
    except OSError as error:
        file = PackageFile(path, 0, 0)
        gone = Refused("file_unreadable", path=path.name, detail=error.strerror or "")
        return Found(file, Standing.UNREADABLE, failure=gone)
    file = PackageFile(path, about.st_size, about.st_mtime_ns)
    if path.suffix != SUFFIX:
        return Found(file, Standing.NEW)
    found = _found(file, known, _read(file, keys, seen, read))
    again = found.standing in (Standing.KNOWN, Standing.UNDONE)
    return Found(file, Standing.NEW, found.manifest) if again else found


def _read(
    file: PackageFile, keys: Keys, seen: Seen, read: dict[PackageFile, Manifest | AppError]
) -> Manifest | AppError:
    told = seen.get(file)
    if told is None or (isinstance(told, AppError) and told.code == "package_locked"):
        try:
            told = peek(file.path, keys)
        except AppError as failure:
            told = failure
    read[file] = told
    return told


def _found(file: PackageFile, known: "_Known", told: Manifest | AppError) -> Found:
    if isinstance(told, Manifest):
        return Found(file, known.standing(told), told)
    if told.code != "package_locked":
        return Found(file, Standing.UNREADABLE, failure=told)
    short = _SHORT_ID.search(file.path.stem)
    standing = known.by_name(short[1].lower()) if short else Standing.LOCKED
    return Found(file, standing, failure=told)


@dataclass(frozen=True, slots=True)
class _Known:
    """Packages the open file has met."""

    replica: str
    taken: frozenset[str]
    undone: frozenset[str]
    written: frozenset[str]

    @classmethod
    def of(cls, workspace: Workspace) -> "_Known":
        merge = tables.merge
        with workspace.store.read() as connection:
            merges = connection.execute(sa.select(merge.c.package, merge.c.undone_at)).all()
            written = connection.scalars(sa.select(tables.parcel.c.package)).all()
            peers = connection.scalars(sa.select(tables.peer.c.package)).all()
            replica = read_meta(connection, "replica") or ""
        taken = {str(package) for package, undone_at in merges if undone_at is None}
        undone = {str(package) for package, undone_at in merges if undone_at is not None}
        return cls(
            replica, frozenset(taken | set(peers)), frozenset(undone - taken), frozenset(written)
        )

    def standing(self, manifest: Manifest) -> Standing:
        package = manifest.package
        if package in self.written or manifest.sender.replica == self.replica:
            return Standing.OWN
        if manifest.kind is ParcelKind.JOIN:
            return Standing.JOIN
        if package in self.undone:
            return Standing.UNDONE
        return Standing.KNOWN if package in self.taken else Standing.NEW

    def by_name(self, short: str) -> Standing:
        """For a package that cannot be opened: what its file name says."""
        for packages, standing in (
            (self.written, Standing.OWN),
            (self.taken, Standing.KNOWN),
            (self.undone, Standing.UNDONE),
        ):
            if any(package.startswith(short) for package in packages):
                return standing
        return Standing.LOCKED
