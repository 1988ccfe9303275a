"""What this machine remembers of a file, outside the file: who writes it now, and its newest change.

Both lie in the user's state folder, so neither travels with a copy. The lock is keyed by volume and
file number. The witness names a replica's newest change: a file that lacks it was rolled back or
copied, and must not go on under the same replica, or one number would stand for two changes.
"""

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_state_path

from models.errors import Busy
from models.files import write_atomic
from models.kinds import ChangeId, ReplicaId


def state_folder() -> Path:
    """The program's folder for what must survive a restart and never travel."""
    folder = user_state_path("dudao", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class WriterLock:
    """Held by the one process that writes a file."""

    def __init__(self, path: Path) -> None:
        """Name the lock after the volume and number of the file at `path`."""
        stat = path.stat()
        folder = state_folder() / "locks"
        folder.mkdir(exist_ok=True)
        self._path = path
        self._lock = FileLock(folder / f"{stat.st_dev:x}-{stat.st_ino:x}.lock", thread_local=False)

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._lock.is_locked

    def acquire(self) -> None:
        """Become the writer.

        Raises:
            Busy: another process (or another open file object) is.
        """
        if self.held:
            return
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise Busy("file_busy", path=self._path.name) from error

    def release(self) -> None:
        """Stop being the writer; harmless when one is not."""
        self._lock.release()


class Witness:
    """The newest change of one replica, as this machine saw it."""

    def __init__(self, replica: ReplicaId) -> None:
        """Prepare the witness of `replica`; nothing is read yet."""
        folder = state_folder() / "witnesses"
        folder.mkdir(exist_ok=True)
        self._file = folder / f"{replica}.json"
        self._lock = FileLock(folder / f"{replica}.lock", thread_local=False)

    def take(self) -> bool:
        """Hold the replica for this process; False when another process holds it."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let another process write under this replica."""
        self._lock.release()

    def newest(self) -> ChangeId | None:
        """The remembered change; None when nothing readable is remembered."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return ChangeId(str(json.loads(self._file.read_text(encoding="utf-8"))["newest"]))
        return None

    def remember(self, newest: ChangeId) -> None:
        """Name the newest change after it was committed."""
        write_atomic(self._file, json.dumps({"newest": newest}).encode(), overwrite=True)


@contextmanager
def writing(lock: WriterLock) -> Iterator[None]:
    """Hold a lock for the length of a block."""
    lock.acquire()
    try:
        yield
    finally:
        lock.release()
