"""Backups (备份): verified byte copies of the whole file, each under a name of its own.

Those in the file's own folder are thinned out: every one of the last two days is kept, and after
that the last of each of 12 days, 10 weeks and 9 months.
"""

import contextlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from models import health, tables
from models.errors import Damaged, NewerVersion, Refused
from models.store import read_meta, write_meta
from services.core import Progress
from services.workspace import Workspace

_STAMP = "%Y%m%d-%H%M%S"
_STAMPED = re.compile(r"-(\d{8}-\d{6})(?:-\d+)?$", re.ASCII)
EVERY = timedelta(minutes=30)
"""How much work lies between two backups that nobody asked for."""
KEEP_ALL_FOR = timedelta(hours=48)
KEEP_DAYS, KEEP_WEEKS, KEEP_MONTHS = 12, 10, 9


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
        newest = _newest(connection)
    try:
        workspace.store.copy_to(path, lambda done, total: progress.step(done, total, "backup"))
    except Damaged as error:
        raise _blamed(workspace, error) from error
    with contextlib.suppress(Refused, NewerVersion), workspace.store.local() as connection:
        # A file that is read-only here has its backup all the same.
        write_meta(connection, "last_backup", now.isoformat(timespec="seconds"))
        write_meta(connection, _UP_TO, str(newest))
    if target is None and not workspace.store.was_rolled_back:
        # A file that lost something keeps all that was saved before.
        thin_out(workspace.store.path, now)
    return path


_UP_TO = "last_backup_change"
"""The file's own fact: the number of the newest change that the last backup holds."""


def _newest(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(tables.change.c.n))) or 0


def newest_whole(workspace: Workspace) -> Path | None:
    """The newest backup in the file's own folder, if it holds all that the file does now."""
    with workspace.store.read() as connection:
        if str(_newest(connection)) != read_meta(connection, _UP_TO):
            return None
        last = read_meta(connection, "last_backup")
    saved = next(iter(backups(workspace)), None)
    same = saved is not None and saved.at.isoformat(timespec="seconds") == last
    return saved.path if saved is not None and same else None


def is_due(workspace: Workspace, now: datetime | None = None) -> bool:
    """Whether there is work that no backup holds, and the last was made half an hour ago."""
    now = now or datetime.now(UTC)
    with workspace.store.read() as connection:
        if str(_newest(connection)) == read_meta(connection, _UP_TO):
            return False
        last = read_meta(connection, "last_backup")
    # A clock that was set back must not put the next backup off for months.
    return last is None or not timedelta(0) <= now - datetime.fromisoformat(last) < EVERY


def backup_if_due(workspace: Workspace, progress: Progress | None = None) -> Path | None:
    """Make the half-hourly backup if it is time; None when nothing was done.

    Raises:
        AppError: as `backup`.
    """
    if workspace.store.readonly or not is_due(workspace):
        return None
    return backup(workspace, None, progress)


def thin_out(file: Path, now: datetime | None = None) -> tuple[Path, ...]:
    """Remove those backups in the file's own folder that later ones stand for; what was removed.

    Only files that bear a backup's name are looked at.
    """
    now = now or datetime.now(UTC)
    found = [b for b in backups_of(file) if _stamp(file, b.path) is not None]
    keep = kept(found, now)
    gone = []
    for one in found:
        # A file only grows: one that is larger than all kept after it holds what they lost.
        follows = [b for b in keep if (b.at, b.path) > (one.at, one.path)]
        if one not in keep and any(b.size_bytes >= one.size_bytes for b in follows):
            with contextlib.suppress(OSError):
                one.path.unlink()
                gone.append(one.path)
    return tuple(gone)


def kept(found: Iterable[Backup], now: datetime) -> frozenset[Backup]:
    """Which backups the rule keeps: all of 48 hours, 12 days' last, 10 weeks', 9 months'."""
    newest_first = sorted(found, key=lambda b: (b.at, b.path), reverse=True)
    keep = {b for b in newest_first if now - b.at < KEEP_ALL_FOR}
    for span, most in ((_day, KEEP_DAYS), (_week, KEEP_WEEKS), (_month, KEEP_MONTHS)):
        keep |= set(_last_of_each(newest_first, span)[:most])
    return frozenset(keep)


def _last_of_each(
    newest_first: Iterable[Backup], span: Callable[[date], tuple[int, ...]]
) -> list[Backup]:
    seen: dict[tuple[int, ...], Backup] = {}
    for one in newest_first:
        seen.setdefault(span(one.at.astimezone().date()), one)
    return list(seen.values())


def _day(day: date) -> tuple[int, ...]:
    return (day.toordinal(),)


def _week(day: date) -> tuple[int, ...]:
    return day.isocalendar()[:2]


def _month(day: date) -> tuple[int, ...]:
    return day.year, day.month


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
    return backups_of(workspace.store.path)


def backups_of(file: Path) -> tuple[Backup, ...]:
    """The backups in the folder that belongs to a workspace file, newest first."""
    folder = folder_of(file)
    if not folder.is_dir():
        return ()
    found = []
    for path in folder.iterdir():
        if path.suffix == file.suffix and path.is_file() and not path.name.startswith("."):
            about = path.stat()
            at = _stamp(file, path) or datetime.fromtimestamp(about.st_mtime, UTC)
            found.append((about.st_mtime_ns, Backup(path, at, about.st_size)))
    found.sort(key=lambda f: (f[1].at, f[0], f[1].path.name), reverse=True)
    return tuple(one for _, one in found)


def _stamp(file: Path, path: Path) -> datetime | None:
    """When a backup of the file was made, by the name it got; None for a name of another kind."""
    stamped = _STAMPED.search(path.stem)
    if stamped is None or path.stem[: stamped.start()] != file.stem:
        return None
    try:
        return datetime.strptime(stamped[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
