"""What this machine remembers of a file, outside the file: who writes it, and its newest change.

Both lie in the user's state folder, so neither travels with a copy. The lock is keyed by volume and
file number. The witness names a replica's newest change: a file that lacks it was rolled back or
copied, and must not go on under the same replica, or one number would stand for two changes. It is
written *before* the change is committed. A crash between the two costs a new replica, never a fork.
"""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_state_path

from models.errors import Busy, Refused
from models.files import write_atomic
from models.kinds import ChangeId, ReplicaId
from models.spelling import MAX_INTEGER


def state_folder(name: str) -> Path:
    """A folder for what must survive a restart and never travel.

    Raises:
        Refused: it cannot be made.
    """
    folder = user_state_path("dudao", appauthor=False) / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        detail = error.strerror or ""
        raise Refused("folder_unwritable", path=str(folder), detail=detail) from error
    return folder


def file_number(path: Path) -> tuple[int, int]:
    """Volume and number of the file at `path`: the same whatever it is called."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino


def _acquire(lock: FileLock) -> bool:
    """Take a lock if nobody has it.

    Raises:
        Refused: the state folder cannot be written.
    """
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as error:
        folder = str(Path(lock.lock_file).parent)
        detail = error.strerror or ""
        raise Refused("folder_unwritable", path=folder, detail=detail) from error
    return True


class WriterLock:
    """Held by the one process that writes a file."""

    def __init__(self, path: Path) -> None:
        """Name the lock after the volume and number of the file at `path`."""
        device, number = file_number(path)
        self._path = path
        name = state_folder("locks") / f"{device:x}-{number:x}.lock"
        self._lock = FileLock(name, thread_local=False)

    def acquire(self) -> None:
        """Become the writer.

        Raises:
            Busy: another process (or another open file object) is.
        """
        if not self._lock.is_locked and not _acquire(self._lock):
            raise Busy("file_busy", path=self._path.name, detail="")

    def release(self) -> None:
        """Stop being the writer; harmless when one is not."""
        self._lock.release()


@dataclass(frozen=True, slots=True)
class Newest:
    """A replica's newest change and where in the journal it must stand."""

    id: ChangeId
    scope: str
    seq: int


class Witness:
    """The newest change of one replica, as this machine saw it."""

    def __init__(self, replica: ReplicaId) -> None:
        """Prepare the witness of `replica`; nothing is read yet."""
        folder = state_folder("witnesses")
        self.replica = replica
        self._file = folder / f"{replica}.json"
        self._lock = FileLock(folder / f"{replica}.lock", thread_local=False)

    def take(self) -> bool:
        """Hold the replica for this process; False when another process holds it."""
        return _acquire(self._lock)

    def release(self) -> None:
        """Let another process write under this replica."""
        self._lock.release()

    def newest(self) -> Newest | None:
        """The remembered change; None when nothing readable is remembered."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found = json.loads(self._file.read_text(encoding="utf-8"))
            newest = Newest(ChangeId(str(found["id"])), str(found["scope"]), int(found["seq"]))
            if len(bytes.fromhex(newest.id)) and 0 < newest.seq <= MAX_INTEGER:
                return newest
        return None

    def remember(self, newest: Newest | None) -> None:
        """Name the change that is about to be committed; None forgets.

        Raises:
            Refused: the state folder cannot be written.
        """
        if newest is None:
            self._file.unlink(missing_ok=True)
            return
        data = json.dumps(asdict(newest)).encode()
        write_atomic(self._file, data, overwrite=True, verify=False, private=True)
