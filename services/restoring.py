"""Going back to a backup (恢复): what differs is told first, and the replaced file is kept.

The restored file lacks what this machine knows to have written, so the witness mints a new replica
for it: no number of a stream is ever used twice. What the replaced file still holds can be merged
back from it.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models import parcels, tables
from models.cipher import FileKey, connect, left_logs, new_engine
from models.copies import copy_bytes, need_space, verified_changes
from models.database import held_key
from models.errors import AppError, Busy, Damaged, NewerVersion, Refused
from models.faults import told
from models.files import publish, replace, sync_file, sync_folder, temporary_name, unwritable
from models.kinds import ReplicaId
from models.moments import moment
from models.parcels import Run
from models.store import Store
from models.witness import WriterLock
from models.writer import new_uid
from services import workspace as workspaces
from services.core import Progress
from services.package import Keys, Source, checking, open_source
from services.workspace import Workspace

if TYPE_CHECKING:
    from models.kinds import Value

_STAMP = "%Y%m%d-%H%M%S"
_BESIDE = ("-wal", "-shm", "-journal")
"""What a database leaves beside its file; nothing of the old one may lie beside the new one."""
_KEPT_TABLES = (tables.secret, tables.parcel)
"""Of the replaced file: keys it got and packages it wrote meanwhile remain known."""


_Place = tuple[ReplicaId, str]
"""A stream: replica and scope."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one of the two files holds."""

    changes: int
    """In force."""
    newest_at: datetime | None
    """When the newest of them was written, by its author's clock, UTC; None without any."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """What going back to a backup would mean."""

    backup: Held
    file: Held | None
    """None when the file is not there or cannot be read."""
    failure: AppError | None
    """Why the file cannot be read."""
    lost: int
    """Changes in force in the file that the backup lacks; they stay in the replaced file."""
    gained: int
    """Changes of the backup that the file lacks."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done."""

    contrast: Contrast
    replaced: Path | None
    """Where the file as it was lies now; None when there was none."""


def contrast(file: Path, backup: Path, keys: Keys, progress: Progress | None = None) -> Contrast:
    """What differs between a workspace file that is not open and a backup of it.

    `keys` opens both; it needs two passphrases if the file's was changed since the backup.

    Raises:
        WrongPassphrase: none of the keys opens the backup, or none the file.
        Damaged: the backup is not whole.
        Refused: it is no workspace, or one of another group.
        Busy: the file is open in this program.
        Cancelled: the person stopped it.
    """
    with _sources(file, backup, keys, progress or Progress()) as both:
        return both.contrast()


def contrast_open(
    workspace: Workspace, backup: Path, keys: Keys, progress: Progress | None = None
) -> Contrast:
    """`contrast` for the workspace that is open.

    Raises:
        AppError: as `contrast`.
    """
    with _opened(backup, keys, progress or Progress()) as saved:
        if _identity(saved) != (workspace.campaign, workspace.group):
            raise Refused("backup_of_other_file", path=backup.name)
        with workspace.store.read() as connection:
            now = _Side.of(connection, workspace.store.path.name)
        with saved.read() as connection:
            return _contrast(_Side.of(connection, saved.name), now, None)


def restore(file: Path, backup: Path, keys: Keys, progress: Progress | None = None) -> Restored:
    """Put a copy of the backup in the file's place; the file as it was is kept beside it.

    The file must not be open. The backup itself stays where it is. Numbers given out on this laptop
    stay given out, as far as the file could be read.

    Raises:
        WrongPassphrase: none of the keys opens the backup, or none the file.
        Damaged: the backup is not whole.
        Refused: as `contrast`; no room for a second copy, or the folder cannot be written.
        Busy: the file is open.
        Cancelled: the person stopped it; everything is as it was.
    """
    progress = progress or Progress()
    if file.is_symlink():
        file = file.resolve()
    with _locked(file), _sources(file, backup, keys, progress) as both:
        found = both.contrast()
        key = both.backup.key
        temporary = temporary_name(file.parent)
        try:
            _copy(both, temporary, progress)
            replaced = _swap(temporary, file, None if both.file is None else both.file.key)
        except OSError as error:
            raise unwritable(file, error) from error
        finally:
            for left in (temporary, *left_logs(temporary)):
                with contextlib.suppress(OSError):
                    left.unlink(missing_ok=True)
    _write_log(file, key, backup.name)
    return Restored(found, replaced)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Nobody writes the file meanwhile, if there is one.

    Raises:
        Busy: somebody does, or it is open in this program.
    """
    if not file.exists():
        yield
        return
    if held_key(file) is not None:
        raise Busy("file_busy", path=file.name, detail="")
    lock = WriterLock(file)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two files: its runs in force, and when the newest change was written."""

    runs: Mapping[_Place, Run]
    newest_at: datetime | None

    @classmethod
    def of(cls, connection: sa.Connection, name: str) -> "_Side":
        change, stream = parcels.change, parcels.stream
        newest = (
            sa.select(sa.func.max(moment(change.c.body)))
            .select_from(stream)
            .join(change, sa.and_(change.c.stream == stream.c.n, change.c.seq == stream.c.seq))
        )
        runs = {(run.replica, run.scope): run for run in checking.runs_held(connection, name)}
        at = connection.scalar(newest)
        return cls(runs, None if at is None else datetime.fromtimestamp(at / 1000, UTC))

    def held(self) -> Held:
        return Held(sum(run.changes for run in self.runs.values()), self.newest_at)


@dataclass(frozen=True, slots=True)
class _Both:
    """Proven private copies of the two files."""

    backup: Source
    file: Source | None
    failure: AppError | None

    def contrast(self) -> Contrast:
        with self.backup.read() as connection:
            backup = _Side.of(connection, self.backup.name)
        now = None
        if self.file is not None:
            with self.file.read() as connection:
                now = _Side.of(connection, self.file.name)
        return _contrast(backup, now, self.failure)


def _contrast(backup: _Side, now: _Side | None, failure: AppError | None) -> Contrast:
    return Contrast(
        backup=backup.held(),
        file=None if now is None else now.held(),
        failure=failure,
        lost=0 if now is None else _beyond(now.runs, backup.runs),
        gained=0 if now is None else _beyond(backup.runs, now.runs),
    )


@contextmanager
def _opened(backup: Path, keys: Keys, progress: Progress) -> Iterator[Source]:
    with open_source(backup, keys, progress) as saved:
        if saved.is_package:
            raise Refused("backup_is_package", path=backup.name)
        yield saved


@contextmanager
def _sources(file: Path, backup: Path, keys: Keys, progress: Progress) -> Iterator[_Both]:
    """Both files, opened as copies.

    Raises:
        AppError: the backup cannot be used, or the file is open.
    """
    if file.exists() and held_key(file) is not None:
        raise Busy("file_busy", path=file.name, detail="")
    with contextlib.ExitStack() as stack:
        saved = stack.enter_context(_opened(backup, keys, progress))
        now: Source | None = None
        failure: AppError | None = None
        if file.exists():
            known = Keys(files=(saved.key, *keys.files), passphrases=keys.passphrases)
            try:
                now = stack.enter_context(open_source(file, known, progress))
            except (Damaged, NewerVersion, Refused) as error:
                failure = error
        if now is not None and (now.is_package or _identity(now) != _identity(saved)):
            raise Refused("backup_of_other_file", path=backup.name)
        yield _Both(saved, now, failure)


def _identity(source: Source) -> tuple[str, str]:
    return source.manifest.campaign, source.manifest.sender.group


def _beyond(these: Mapping[_Place, Run], those: Mapping[_Place, Run]) -> int:
    """How many changes of these streams are not among those."""
    count = 0
    for place, run in these.items():
        other = those.get(place)
        if other is None:
            count += run.changes
        elif other.last < run.last:
            count += run.changes - min(other.changes, run.changes - 1)
        elif other.last == run.last and other.last_id != run.last_id:
            count += 1
    return count


def _copy(both: _Both, temporary: Path, progress: Progress) -> None:
    """Put the backup beside the file, with what must not be forgotten, and prove it."""
    source = both.backup
    size = source.path.stat().st_size
    need_space(temporary.parent, size)
    copy_bytes(source.path, temporary, lambda done, _all: progress.step(done, size, "restore"))
    if both.file is not None:
        _carry_over(both.file, temporary, source.key)
        sync_file(temporary)
    verified_changes(temporary, source.key, source.name)
    progress.step(size, size, "restore")


def _carry_over(file: Source, temporary: Path, key: FileKey) -> None:
    """Numbers given out remain given out; keys got and packages written since are not forgotten."""
    engine = new_engine(lambda: connect(temporary, key), pooled=False)
    with told(temporary), file.read() as theirs, engine.connect() as ours:
        ours.exec_driver_sql("begin immediate")
        have = set(sa.inspect(theirs).get_table_names()) & set(sa.inspect(ours).get_table_names())
        counter = tables.counter
        known = {r.name: r.last for r in ours.execute(counter.select())}
        for name, last in theirs.execute(counter.select()).all():
            if last > known.get(name, 0):
                ours.execute(counter.delete().where(counter.c.name == name))
                ours.execute(counter.insert().values(name=name, last=last))
        for target in _KEPT_TABLES:
            if target.name in have:
                rows = [dict(row) for row in theirs.execute(target.select()).mappings()]
                if rows:
                    ours.execute(target.insert().prefix_with("or ignore"), rows)
        ours.commit()


def _swap(temporary: Path, file: Path, key: FileKey | None) -> Path | None:
    """Let the copy bear the file's name; where the file as it was lies now.

    Raises:
        OSError: the folder cannot be written; the file is as it was.
    """
    if not file.exists():
        publish(temporary, file)
        return None
    if key is not None and left_logs(file):
        _fold_in(file, key)
    kept = _second_name(file)
    try:
        for log in left_logs(file):
            shutil.copyfile(log, kept.with_name(kept.name + log.name.removeprefix(file.name)))
        for end in _BESIDE:
            file.with_name(file.name + end).unlink(missing_ok=True)
        replace(temporary, file)
    except OSError:
        if not left_logs(kept):
            kept.unlink(missing_ok=True)
        raise
    return kept


def _fold_in(file: Path, key: FileKey) -> None:
    """Take what the log holds into the file, so that one file is the whole; as far as it goes."""
    engine = new_engine(lambda: connect(file, key), pooled=False)
    with contextlib.suppress(AppError), told(file), engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")


def _second_name(file: Path) -> Path:
    """A second name for the file, under which it stays when the first goes to another one."""
    stem = f"{file.stem}.replaced-{datetime.now(UTC).strftime(_STAMP)}"
    names = (stem, *(f"{stem}-{n}" for n in range(2, 1000)))
    kept = next(p for n in names if not (p := file.with_name(n + file.suffix)).exists())
    try:
        os.link(file, kept)
    except OSError:
        # FAT knows no second name for a file.
        copy_bytes(file, kept)
    sync_folder(file.parent)
    return kept


def _write_log(file: Path, key: FileKey, name: str) -> None:
    """Say in the file that it was restored; writing makes it go on under a new replica."""
    with contextlib.suppress(AppError):
        ws = workspaces.attach(Store.open_with_key(file, key))
        with closing(ws), ws.store.write(ws.actor) as writer:
            fields: dict[str, Value] = {"what": "restored", "of": name, "why": ""}
            writer.put("log", new_uid(), "log", fields, new=True)
