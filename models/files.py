"""Writing ordinary files so that a fault at any moment leaves the old one or the new one, never half."""

import os
import sys
import tempfile
import time
from pathlib import Path

from models.errors import Damaged, Refused

_TRIES = 5
_PAUSE_S = 0.2
_REMOVABLE = frozenset({"vfat", "exfat", "msdos", "ntfs", "ntfs3", "fuseblk", "udf", "iso9660"})
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "sshfs", "fuse.sshfs", "davfs"})


def write_atomic(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write `data` under `path`: temp in the same folder, fsync, read back, replace, fsync of the folder.

    Raises:
        Refused: the target exists and may not be overwritten, or the folder cannot be written.
        Damaged: what was read back is not what was written (a failing stick).
    """
    if path.exists() and not overwrite:
        raise Refused("file_exists", path=str(path))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise Refused(
            "folder_unwritable", path=str(path.parent), detail=error.strerror or ""
        ) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if temporary.read_bytes() != data:
            raise Damaged("file_readback", path=str(path))
        replace(temporary, path)
    except OSError as error:
        raise Refused("file_unwritable", path=str(path), detail=error.strerror or "") from error
    finally:
        temporary.unlink(missing_ok=True)


def replace(source: Path, target: Path) -> None:
    """`os.replace` with a few retries (scanners hold files open on Windows) and a synced folder."""
    for attempt in range(_TRIES):
        try:
            os.replace(source, target)
            break
        except PermissionError:
            if attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE_S)
    sync_folder(target.parent)


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
    with path.open("rb") as file:
        os.fsync(file.fileno())


def volume_keeps_wal(path: Path) -> bool:
    """Whether a write-ahead log is safe where `path` lies: not on removable or network volumes."""
    kind = _filesystem(path)
    return kind not in _REMOVABLE and kind not in _NETWORK


def _filesystem(path: Path) -> str:
    table = Path("/proc/self/mountinfo")
    if not table.exists():
        return ""
    device = path.parent.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in table.read_text(encoding="utf-8", errors="replace").splitlines():
        parts, _, tail = line.partition(" - ")
        if parts.split()[2] == wanted:
            return tail.split()[0]
    return ""
