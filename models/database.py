"""One encrypted database file and the connections to it: views, transactions, standing still."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from models import tables
from models.cipher import CACHE_KIB, FileKey, connect, left_logs, new_engine
from models.errors import Busy
from models.faults import told
from models.witness import file_number

_FREEZE_TRIES = 60
_FREEZE_PAUSE_S = 0.05
_ROOMY_KIB = 112 * 1024
_FOLDED_PAGES = 1_000
"""Pages of the log at which a commit folds it in: the database's own measure."""

_open_here: dict[tuple[int, int], list[FileKey]] = {}
"""Keys of the files that this process has open, by volume and file number. Such a file's bytes are
not read by hand: closing any handle to it would drop the locks the database holds on it."""


def held_key(path: Path) -> FileKey | None:
    """The key of a file that this process has open; None when it has not."""
    try:
        held = _open_here.get(file_number(path))
    except OSError:
        return None
    return held[0] if held else None


class Database:
    """Connections to one file; every error of the database leaves here as a known failure."""

    def __init__(self, path: Path, key: FileKey, *, reads: Path | None = None) -> None:
        """Name the file; `reads` is the private copy that is read in its stead, if there is one."""
        self.path = path
        self.key = key
        self.reads = reads or path
        self.engine = new_engine(self._connect, pooled=True)
        self._mode = "rw"
        self._number = file_number(path)
        _open_here.setdefault(self._number, []).append(key)

    def _connect(self) -> object:
        return connect(self.reads, self.key, mode=self._mode)

    @property
    def is_copy(self) -> bool:
        """Whether a private copy is read."""
        return self.reads != self.path

    @property
    def is_replaced(self) -> bool:
        """Whether another file bears the name by now."""
        return file_number(self.path) != self._number

    def reconnect(self, mode: str) -> None:
        """Let later connections be made in this mode (see `models.cipher.connect`)."""
        self.engine.dispose()
        self._mode = mode

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view of the file."""
        with told(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql("begin")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def transaction(self, *, large: bool = False) -> Iterator[sa.Connection]:
        """A transaction that is committed at the end, if it was not before, or rolled back.

        A `large` one has more of the file in memory, and folding what it wrote into the main file
        is left to whoever writes next: see `Store.catch_up`.
        """
        with told(self.path), self.engine.connect() as connection, _room(connection, large=large):
            connection.exec_driver_sql("begin immediate")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def checkpoint(self, *, beside: bool = False) -> None:
        """Fold the log into the main file, as far as readers let it; `beside` those who write."""
        mode = "passive" if beside else "truncate"
        with told(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql(f"pragma wal_checkpoint({mode})")

    def shrink(self) -> None:
        """Write the whole file anew: nothing of what was deleted stays in it or in the log.

        Raises:
            Busy: somebody is reading, or has the file open elsewhere.
        """
        self.engine.dispose()
        with told(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql("vacuum")
            busy = connection.exec_driver_sql("pragma wal_checkpoint(truncate)").first()
        if busy is not None and busy[0]:
            raise Busy("file_busy", path=self.path.name, detail="")

    def set_journal_mode(self, mode: str) -> None:
        """Keep a log of changes beside the file (wal), or a journal while they are made (delete).

        Raises:
            Busy: others have the file open.
        """
        with told(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql(f"pragma journal_mode = {mode}")

    @contextmanager
    def frozen(self) -> Iterator[sa.Connection]:
        """A view during which the bytes of the main file stay as they are.

        A reader that began when the log was empty reads the main file alone, so nobody may change
        that until it ends: what others write meanwhile stays in the log.

        Raises:
            Busy: other readers keep the log from being folded in.
        """
        for _ in range(_FREEZE_TRIES):
            self.checkpoint()
            with self.read() as connection:
                connection.execute(sa.select(tables.meta.c.key)).first()
                if not left_logs(self.reads):
                    yield connection
                    return
            time.sleep(_FREEZE_PAUSE_S)
        raise Busy("file_busy", path=self.path.name, detail="")

    def close(self) -> None:
        """Close what is not in use; the database folds in the log when the last one goes."""
        self.engine.dispose()
        held = _open_here.get(self._number, [])
        if self.key in held:
            held.remove(self.key)
        if not held:
            _open_here.pop(self._number, None)


@contextmanager
def _room(connection: sa.Connection, *, large: bool) -> Iterator[None]:
    """What is written all over the file is then read once and written once."""
    if not large:
        yield
        return
    connection.exec_driver_sql(f"pragma cache_size = -{_ROOMY_KIB}")
    connection.exec_driver_sql("pragma wal_autocheckpoint = 0")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"pragma wal_autocheckpoint = {_FOLDED_PAGES}")
        connection.exec_driver_sql(f"pragma cache_size = -{CACHE_KIB}")


def count_changes(connection: sa.Connection) -> int:
    """How many changes the file stores."""
    return connection.scalar(sa.select(sa.func.count()).select_from(tables.change)) or 0
