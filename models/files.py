"""Writing ordinary files so that a fault leaves the old one or the new one, never half."""

import contextlib
import errno
import os
import secrets
import sys
import time
from pathlib import Path

from models.errors import Damaged, Refused

_TRIES = 5
_PAUSE_S = 0.2
_MOUNTS = Path("/proc/self/mountinfo")
_SHARED = 0o666
"""File mode before the user's mask."""
_PRIVATE = 0o600
_REMOVABLE = frozenset({"vfat", "exfat", "msdos", "ntfs", "ntfs3", "fuseblk", "udf", "iso9660"})
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "sshfs", "fuse.sshfs", "davfs"})


def write_atomic(
    path: Path, data: bytes, *, overwrite: bool = False, verify: bool = True, private: bool = False
) -> None:
    """Write `data` under `path`: temp beside it, fsync, read back, rename, fsync of the folder.

    Without `overwrite` the name is taken in one step, so that of two writers only one has it.
    `verify` reads the file back from the device; `private` lets nobody else read it.

    Raises:
        Refused: the target exists and may not be overwritten, or the folder cannot be written.
        Damaged: what was read back is not what was written (a failing stick).
    """
    if not overwrite and os.path.lexists(path):
        raise Refused("file_exists", path=str(path))
    temporary, handle = _temporary(path.parent, _PRIVATE if private else _SHARED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if verify:
                _forget_cached(file.fileno())
        if verify and temporary.read_bytes() != data:
            raise Damaged("file_readback", path=str(path))
        if overwrite:
            replace(temporary, path)
        else:
            publish(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> Refused:
    """What a system error says to the person who wanted to write `path`."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return Refused("disk_full", path=path.name, detail=error.strerror or "")
    return Refused("file_unwritable", path=str(path), detail=error.strerror or "")


def temporary_name(folder: Path) -> Path:
    """A name in `folder` that nobody has; what is left under it after a crash may be deleted."""
    return folder / f".dudao-{secrets.token_hex(8)}.part"


def _temporary(folder: Path, mode: int) -> tuple[Path, int]:
    path = temporary_name(folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        return path, os.open(path, flags, mode)
    except OSError as error:
        detail = error.strerror or ""
        raise Refused("folder_unwritable", path=str(folder), detail=detail) from error


def _forget_cached(handle: int) -> None:
    """Let what is read back come from the device, where the system can be told so."""
    if sys.platform == "linux":
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def replace(source: Path, target: Path) -> None:
    """`Path.replace`, tried a few times (scanners hold files open on Windows); syncs the folder."""
    for attempt in range(_TRIES):
        try:
            source.replace(target)
            break
        except PermissionError:
            if attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE_S)
    sync_folder(target.parent)


def publish(source: Path, target: Path) -> None:
    """Give a finished file its name, unless somebody has that name already.

    Raises:
        Refused: `target` exists.
        OSError: the folder cannot be written.
    """
    try:
        _take_name(source, target)
    except FileExistsError as error:
        raise Refused("file_exists", path=str(target)) from error
    sync_folder(target.parent)


def _take_name(source: Path, target: Path) -> None:
    if sys.platform == "win32":
        source.rename(target)  # refuses an existing target there
        return
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # FAT knows no second name for a file: reserve the name, then move onto the reservation.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        try:
            source.replace(target)
        except OSError:
            target.unlink(missing_ok=True)
            raise
    else:
        source.unlink()


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system knows how."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Force a finished file onto the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def settle_file(path: Path) -> None:
    """`sync_file`, and what is read of it afterwards comes from the disk where that can be had."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        _forget_cached(file.fileno())


def is_writable(path: Path) -> bool:
    """Whether the file at `path` and its folder (for the log beside it) can be written.

    The superuser passes every permission bit, so the volume itself is asked too.
    """
    return (
        os.access(path, os.W_OK)
        and os.access(path.parent, os.W_OK)
        and not _is_readonly_volume(path)
        and not _is_readonly_volume(path.parent)
    )


def _is_readonly_volume(path: Path) -> bool:
    return sys.platform != "win32" and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def volume_keeps_wal(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a write-ahead log is safe where `path` lies: not on removable or network volumes."""
    kind = _filesystem(path, mounts)
    return kind not in _REMOVABLE and kind not in _NETWORK


def _filesystem(path: Path, mounts: Path) -> str:
    if not mounts.exists():
        return ""
    device = path.parent.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        parts, _, tail = line.partition(" - ")
        if parts.split()[2] == wanted:
            return tail.split()[0]
    return ""
