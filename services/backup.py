"""Backups (备份): verified byte copies of the whole file, each under a name of its own."""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from models import health
from models.errors import Damaged, NewerVersion, Refused
from models.store import write_meta
from services.core import Progress
from services.workspace import Workspace

_STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup in the file's own folder of backups."""

    path: Path
    at: datetime
    """When it was made, UTC."""
    size_bytes: int


def folder_of(file: Path) -> Path:
    """Where a file's backups lie unless another place is named."""
    return file.with_name(f"{file.name}.backups")


def backup(
    workspace: Workspace, target: Path | None = None, progress: Progress | None = None
) -> Path:
    """Make a verified backup; answers where it lies.

    `target` is a new file's name, or a folder in which the backup takes a name by the time; None
    means the file's own folder of backups. Nothing is ever overwritten.

    Raises:
        Damaged: the file itself is not whole; its earlier backups are left alone.
        Refused: the target exists or cannot be written, or there is no room for it.
        Busy: another process is writing the file.
        Cancelled: the person stopped it; nothing is left of it.
    """
    progress = progress or Progress()
    now = datetime.now(UTC)
    path = _path(workspace.store.path, target, now)
    with workspace.store.read() as connection:
        health.newest_changes(connection)
    try:
        workspace.store.copy_to(path, lambda done, total: progress.step(done, total, "backup"))
    except Damaged as error:
        raise _blamed(workspace, error) from error
    with contextlib.suppress(Refused, NewerVersion), workspace.store.local() as connection:
        # A file that is read-only here has its backup all the same.
        write_meta(connection, "last_backup", now.isoformat(timespec="seconds"))
    return path


def _path(file: Path, target: Path | None, now: datetime) -> Path:
    """A name nobody has yet, in a folder that is there."""
    folder = folder_of(file) if target is None else target
    if target is not None and not target.is_dir():
        return target
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        detail = error.strerror or ""
        raise Refused("folder_unwritable", path=str(folder), detail=detail) from error
    stem = f"{file.stem}-{now.strftime(_STAMP)}"
    names = (stem, *(f"{stem}-{n}" for n in range(2, 1000)))
    return next(p for n in names if not (p := folder / f"{n}{file.suffix}").exists())


def _blamed(workspace: Workspace, error: Damaged) -> Damaged:
    """Tell a damaged file from a copy that went wrong."""
    with workspace.store.read() as connection:
        found = health.pages(connection)
    if not found:
        return error
    name = workspace.store.path.name
    return Damaged("backup_source_suspect", path=name, detail=found[0].detail)


def backups(workspace: Workspace) -> tuple[Backup, ...]:
    """The backups in the file's own folder, newest first."""
    file = workspace.store.path
    folder = folder_of(file)
    if not folder.is_dir():
        return ()
    found = []
    for path in folder.iterdir():
        if path.suffix == file.suffix and path.is_file() and not path.name.startswith("."):
            about = path.stat()
            at = datetime.fromtimestamp(about.st_mtime, UTC)
            found.append(Backup(path, at, about.st_size))
    return tuple(sorted(found, key=lambda b: (b.at, b.path.name), reverse=True))
