"""U盘: removable volumes that are plugged in, and folders that stand for one."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

import psutil

from models.errors import Refused
from models.parcels import SUFFIX

_SYSTEM_BLOCKS = Path("/sys/class/block")
_MOUNTED_FOR_PEOPLE = ("/media/", "/run/media/", "/Volumes/")
"""Where desktops mount what somebody plugs in, whatever the kernel says of the device."""
_WINDOWS_REMOVABLE = frozenset({"removable", "cdrom"})
_FAT = frozenset({"vfat", "msdos", "fat", "fat32", "fat16"})
_MOST_ENTRIES = 20_000
"""Directory entries looked at on one volume; a disk full of photos must not stop the page."""
_MOST_PACKAGES = 500
_DEEPEST = 2
"""Folders below the volume's own: `E:\\督导\\0506` is looked into, deeper ones are not."""


@dataclass(frozen=True, slots=True)
class Stick:
    """One volume, or a folder that a person uses like one."""

    path: Path
    """Its topmost folder."""
    label: str
    """What the person knows it by: drive letter and name, or the folder's name."""
    filesystem: str
    """As the system calls it, in small letters; empty when unknown."""
    size_bytes: int
    free_bytes: int
    is_readonly: bool
    is_removable: bool
    """False for a folder that was chosen by hand."""

    @property
    def most_bytes(self) -> int | None:
        """The largest single file it takes; None where no such limit matters."""
        return 2**32 - 1 if self.filesystem in _FAT else None


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A package as its file shows it, before anything in it is read."""

    path: Path
    size_bytes: int
    changed_ns: int
    """When the file was last written, nanoseconds; with the size it tells one file from another."""


@dataclass(frozen=True, slots=True)
class _Mount:
    """One line of the system's list of mounted volumes."""

    device: str
    path: Path
    filesystem: str
    options: frozenset[str]


def mounted() -> frozenset[Path]:
    """Where removable volumes are mounted now: a quick look that touches none of them."""
    return frozenset(mount.path for mount in _removable())


def plugged(folders: Iterable[Path] = ()) -> tuple[Stick, ...]:
    """The removable volumes, ordered by place, and then `folders` in their order.

    A volume that vanishes meanwhile, or a card reader without a card, is left out.
    """
    found: dict[Path, Stick] = {}
    for mount in sorted(_removable(), key=lambda m: m.path):
        stick = _look(mount.path, mount, removable=True)
        if stick is not None:
            found[stick.path] = stick
    for folder in folders:
        stick = None if folder in found else _look(folder, _mount_of(folder), removable=False)
        if stick is not None:
            found[folder] = stick
    return tuple(found.values())


def at(folder: Path) -> Stick:
    """One volume or folder as it is now.

    Raises:
        Refused: it is gone or cannot be read.
    """
    stick = _look(folder, _mount_of(folder), removable=folder in mounted())
    if stick is None:
        raise Refused("stick_gone", path=str(folder))
    return stick


def packages_on(stick: Stick) -> tuple[PackageFile, ...]:
    """Package files on a volume, in its folders down to the second; oldest name first.

    Hidden files, unfinished ones and links are passed over.

    Raises:
        Refused: the volume was pulled out or cannot be read.
    """
    found: list[PackageFile] = []
    waiting = [(stick.path, 0)]
    left = _MOST_ENTRIES
    while waiting and left > 0 and len(found) < _MOST_PACKAGES:
        folder, depth = waiting.pop()
        entries = _entries(folder, left, must=depth == 0)
        left -= len(entries)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEEPEST:
                    waiting.append((Path(entry.path), depth + 1))
            elif entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False):
                found += _package(entry)
    return tuple(sorted(found[:_MOST_PACKAGES], key=lambda p: (p.path.name, p.path)))


def holding(path: Path, known: Iterable[Stick]) -> Stick | None:
    """The innermost of the known volumes on which a file lies."""
    over = [stick for stick in known if path.is_relative_to(stick.path)]
    return max(over, key=lambda stick: len(stick.path.parts), default=None)


def _mounts(*, every: bool) -> list[_Mount]:
    return [
        _Mount(p.device, Path(p.mountpoint), p.fstype.lower(), frozenset(p.opts.split(",")))
        for p in psutil.disk_partitions(all=every)
        if p.mountpoint
    ]


def _mount_of(folder: Path) -> _Mount | None:
    """The mounted volume on which a folder lies."""
    over = [mount for mount in _mounts(every=True) if folder.is_relative_to(mount.path)]
    return max(over, key=lambda mount: len(mount.path.parts), default=None)


def _removable() -> list[_Mount]:
    return [m for m in _mounts(every=False) if is_removable(m.device, m.path, m.options)]


def is_removable(
    device: str, mountpoint: Path, options: frozenset[str], blocks: Path = _SYSTEM_BLOCKS
) -> bool:
    """Whether a mounted volume is one that people plug in.

    Args:
        device: as the system names it, `/dev/sdb1`; a drive on Windows.
        mountpoint: where it is mounted.
        options: how; on Windows they say `removable`.
        blocks: where the kernel describes its block devices.
    """
    if sys.platform == "win32":
        return bool(_WINDOWS_REMOVABLE & options)
    if str(mountpoint).startswith(_MOUNTED_FOR_PEOPLE):
        return True
    block = blocks / PurePath(device).name
    if not device.startswith("/dev/") or not block.exists():
        return False
    described = block.resolve()
    for folder in (described, described.parent):  # a partition, or the disk that it is part of
        says = folder / "removable"
        if says.is_file():
            # Disks in USB cases call themselves fixed; the way to them runs over the bus.
            on_usb = any(part.startswith("usb") for part in folder.parts)
            return on_usb or says.read_text(encoding="ascii", errors="replace").strip() == "1"
    return False


def _look(folder: Path, mount: _Mount | None, *, removable: bool) -> Stick | None:
    try:
        usage = psutil.disk_usage(str(folder))
        with os.scandir(folder):
            pass
    except OSError:
        return None
    protected = mount is not None and "ro" in mount.options
    return Stick(
        path=folder,
        label=volume_label(folder) if removable else folder.name or str(folder),
        filesystem=mount.filesystem if mount is not None else "",
        size_bytes=usage.total,
        free_bytes=usage.free,
        is_readonly=protected or not os.access(folder, os.W_OK),
        is_removable=removable,
    )


def volume_label(root: Path) -> str:
    """What a person knows a volume by: `E: 王建国` on Windows, elsewhere the name it is mounted by.

    Source: GetVolumeInformationW of the Windows API.
    """
    if sys.platform != "win32":
        return root.name or str(root)
    import ctypes

    drive = root.drive or str(root)
    name = ctypes.create_unicode_buffer(261)
    told = ctypes.windll.kernel32.GetVolumeInformationW(
        f"{drive}\\", name, len(name), None, None, None, None, 0
    )
    return f"{drive} {name.value}".strip() if told else drive


def _entries(folder: Path, most: int, *, must: bool) -> list[os.DirEntry[str]]:
    """Visible entries of a folder, by name; nothing for one that may not be read."""
    try:
        with os.scandir(folder) as listed:
            some = [entry for entry, _n in zip(listed, range(most), strict=False)]
    except OSError as error:
        if must:
            raise Refused("stick_gone", path=str(folder)) from error
        return []
    return sorted((e for e in some if not e.name.startswith((".", "$"))), key=lambda e: e.name)


def _package(entry: os.DirEntry[str]) -> list[PackageFile]:
    """The file as a package; nothing when it vanished between the list and the look."""
    try:
        about = entry.stat(follow_symlinks=False)
    except OSError:
        return []
    return [PackageFile(Path(entry.path), about.st_size, about.st_mtime_ns)]
