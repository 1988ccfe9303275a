"""Copying a workspace file byte by byte, without disturbing whoever has it open."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from models import health
from models.cipher import FileKey, connect, left_logs, new_engine
from models.database import Database, count_changes
from models.errors import Busy, Damaged, Refused
from models.faults import told
from models.files import publish, sync_file, temporary_name, unwritable

Tick = Callable[[int, int], None]
"""Told (bytes done, bytes in all); may raise to stop the copy."""

_LOOK_EVERY_S = 0.05
_SPARE_BYTES = 16 * 1024 * 1024
"""What must stay free beside a copy."""
_COPY_TRIES = 3


def no_tick(_done: int, _total: int) -> None:
    """For a copy that nobody watches."""


def need_space(folder: Path, size_bytes: int) -> None:
    """See to it that a copy of this size fits before it is begun.

    Raises:
        Refused: it does not, or the folder cannot be asked.
    """
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise unwritable(folder, error) from error
    if free < size_bytes + _SPARE_BYTES:
        mib = 1024 * 1024
        needed = -(-(size_bytes + _SPARE_BYTES) // mib)
        raise Refused("space_missing", path=str(folder), needed=needed, free=free // mib)


def copy_bytes(source: Path, target: Path, tick: Tick = no_tick) -> None:
    """Copy a file that may be open in this process to a name nobody has, and force it to the disk.

    POSIX drops all locks a process has on a file as soon as it closes any handle to it. So where
    that rule holds another program reads the file; on Windows locks belong to the handle.

    Raises:
        Refused: the copy cannot be read or written; nothing is left of it.
    """
    size = source.stat().st_size
    tick(0, size)
    try:
        program = None if sys.platform == "win32" else shutil.which("cp")
        if program is None:
            shutil.copyfile(source, target)
        else:
            _copy_by(program, source, target, tick)
        sync_file(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritable(target, error) from error
        raise
    tick(size, size)


def _copy_by(program: str, source: Path, target: Path, tick: Tick) -> None:
    command = [program, "--", str(source), str(target)]
    process = subprocess.Popen(  # noqa: S603 - the system's own cp, no shell, names after `--`
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C"},
    )
    total = source.stat().st_size
    with process:
        try:
            while process.poll() is None:
                time.sleep(_LOOK_EVERY_S)
                done = target.stat().st_size if target.exists() else 0
                tick(min(done, total), total)
        except BaseException:
            process.kill()
            raise
        said = process.stderr.read() if process.stderr else b""
    if process.returncode:
        detail = said.decode(errors="replace").strip().rpartition(": ")[2]
        if detail == "No space left on device":
            raise Refused("disk_full", path=target.name, detail=detail)
        raise Refused("file_unwritable", path=str(target), detail=detail)


def private_copy(path: Path) -> Path:
    """Copy a file and its log from media that cannot be written, where it could not be opened.

    The copy lies alone in a folder of its own, which its user removes.

    Raises:
        Refused: there is no room for it, or the file cannot be read.
        Busy: somebody else keeps changing the file.
    """
    folder = Path(tempfile.mkdtemp(prefix="dudao-"))
    try:
        need_space(folder, path.stat().st_size)
        for _ in range(_COPY_TRIES):
            before = _looks(path)
            for one in (path, *left_logs(path)):
                shutil.copyfile(one, folder / one.name)
            if before == _looks(path):
                return folder / path.name
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise unwritable(folder, error) from error
        raise
    shutil.rmtree(folder, ignore_errors=True)
    raise Busy("file_busy", path=path.name, detail="")


def _looks(path: Path) -> list[tuple[str, int, int]]:
    """Names, sizes and times of a file and its logs: what a change would change."""
    found = [(one.name, one.stat()) for one in (path, *left_logs(path))]
    return [(name, about.st_size, about.st_mtime_ns) for name, about in found]


def copy_database(database: Database, target: Path, tick: Tick = no_tick) -> int:
    """A verified byte copy of a file as it stands, under a name nobody has.

    Reading and writing may go on meanwhile in this process; the caller keeps others from writing.
    Returns how many changes the copy holds.

    Raises:
        Busy: readers keep the log from being folded in.
        Refused: the target exists, or there is no room for it.
        Damaged: the copy is not what the file is.
    """
    need_space(target.parent, database.reads.stat().st_size)
    temporary = temporary_name(target.parent)
    try:
        with database.frozen() as connection:
            count = count_changes(connection)
            copy_bytes(database.reads, temporary, tick)
        if verified_changes(temporary, database.key, target.name) != count:
            raise Damaged("copy_differs", path=str(target))
        publish(temporary, target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return count


def verified_changes(path: Path, key: FileKey, name: str) -> int:
    """How many changes a closed copy holds, once its pages are proven whole.

    `name` is what the person knows it by.

    Raises:
        Damaged: they are not.
    """
    engine = new_engine(lambda: connect(path, key, mode="immutable"), pooled=False)
    with told(path.with_name(name)), engine.connect() as connection:
        bad = health.pages(connection)
        if bad:
            raise Damaged("file_damaged_inside", path=name, detail=bad[0].detail)
        return count_changes(connection)
