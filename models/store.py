"""The workspace file: opening it, reading it, and the one path by which anything is written."""

import contextlib
import hmac
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from models import indexing, inforce, schema
from models.admission import Tell, admit, tell_nobody
from models.cipher import FileKey, connect, derive, key_of, left_logs, new_engine, new_key
from models.copies import Tick, copy_database, no_tick, private_copy
from models.database import Database, held_key
from models.errors import AppError, NewerVersion, Refused, WrongPassphrase
from models.faults import told
from models.files import is_writable, publish, temporary_name, unwritable
from models.kinds import ReplicaId, Uid
from models.witness import Newest
from models.writer import Writer
from models.writership import Writership, read_meta, write_meta

__all__ = ["Store", "read_meta", "write_meta"]


_INDEXED_AT_ONCE, _INDEXED_ALONE = 1_000, 10_000
"""Rows that the search index follows with in one transaction: beside others, and with nobody."""
Fill = Callable[["Store"], None]
"""Writes what a new file begins with."""


class Store:
    """An open workspace file: reads at any time, and is its one writer from the first write on."""

    def __init__(self, path: Path, key: FileKey, *, target: schema.Target, tell: Tell) -> None:
        """Use `create` or `open`."""
        writable = is_writable(path)
        self.path = path
        self.key = key
        self.readonly = not writable
        self._database = Database(path, key, reads=None if writable else private_copy(path))
        self._writership = Writership(self._database)
        self._has_long_log = False
        try:
            admitted = admit(self._database, self._writership, target, tell)
        except BaseException:
            self.close()
            raise
        self.newer = admitted.newer
        """A newer program's file: it can be read, and is never written."""
        self.was_unclean = admitted.was_unclean
        """The last writer did not close the file; it was checked whole on opening."""
        self.readonly = self.readonly or self.newer

    @classmethod
    def create(cls, path: Path, passphrase: str, fill: Fill | None = None) -> "Store":
        """Make a new file and become its writer; `fill` writes what it begins with.

        It is made and filled under another name: nothing half-made ever bears the file's own.

        Raises:
            Refused: the file exists, its folder cannot be written, or the passphrase is empty.
        """
        if path.exists() or path.is_symlink():
            raise Refused("file_exists", path=str(path))
        if not path.parent.is_dir() or not is_writable(path.parent):
            raise Refused("folder_unwritable", path=str(path.parent), detail="")
        key = new_key(passphrase)
        temporary = temporary_name(path.parent)
        try:
            engine = new_engine(lambda: connect(temporary, key, mode="rwc"), pooled=False)
            with told(path), engine.connect() as connection:
                connection.exec_driver_sql("begin immediate")
                schema.create(connection)
                connection.commit()
            if fill is not None:
                with contextlib.closing(cls.open_with_key(temporary, key)) as store:
                    fill(store)
            publish(temporary, path)
        except OSError as error:
            raise unwritable(path, error) from error
        finally:
            for left in (temporary, *left_logs(temporary)):
                left.unlink(missing_ok=True)
        try:
            store = cls.open_with_key(path, key)
            store.become_writer()
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return store

    @classmethod
    def open(cls, path: Path, passphrase: str, tell: Tell = tell_nobody) -> "Store":
        """Open an existing file; see `models.cipher.key_of` for what it refuses.

        One that is older, or was not closed, may take long: `tell` hears how far it is.

        Raises:
            NewerVersion: written by a program whose files this one cannot read.
            Damaged: not whole.
            Busy: another process keeps it for itself while it has to be brought to this version.
        """
        held = held_key(path)
        if held is None:
            return cls.open_with_key(path, key_of(path, passphrase), tell=tell)
        key = derive(passphrase, held.salt)
        if not hmac.compare_digest(key.key, held.key):
            raise WrongPassphrase("passphrase_wrong", path=path.name)
        return cls.open_with_key(path, key, tell=tell)

    @classmethod
    def open_with_key(
        cls,
        path: Path,
        key: FileKey,
        target: schema.Target = schema.CURRENT,
        tell: Tell = tell_nobody,
    ) -> "Store":
        """Open with a key that was derived before (the worker thread, the recovery sheet)."""
        try:
            resolved = path.resolve(strict=True)
        except OSError as error:
            raise Refused("file_missing", path=str(path)) from error
        return cls(resolved, key, target=target, tell=tell)

    def opens_with(self, passphrase: str) -> bool:
        """Whether this is the file's passphrase; takes a tenth of a second."""
        return hmac.compare_digest(derive(passphrase, self.key.salt).key, self.key.key)

    @property
    def schema_version(self) -> int:
        """The file's schema version."""
        with self._database.read() as connection:
            return schema.version_of(connection)

    @property
    def was_rolled_back(self) -> bool:
        """The file lacks what this machine knows to have written: restored, or its log was lost.

        Known from the first write on.
        """
        return self._writership.was_rolled_back

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view of the file.

        Raises:
            Damaged: a page that is read is not whole.
            Busy: another process keeps the file for itself.
        """
        with self._database.read() as connection:
            yield connection

    @contextmanager
    def write(
        self, actor: Uid, reason: str | None = None, *, large: bool = False
    ) -> Iterator[Writer]:
        """One user action: all of it is stored, or none. After a `large` one, `catch_up`.

        Raises:
            Refused: the file is read-only here, or the disk is full.
            NewerVersion: the file belongs to a newer program.
            Busy: another process is the writer.
        """
        replica = self.become_writer()
        writer: Writer | None = None
        try:
            with self._database.transaction(large=large) as connection:
                writer = Writer(connection, replica, actor, reason)
                yield writer
                writer.flush()
                if writer.last is not None:
                    self._writership.commit(connection, Newest(*writer.last))
            self._has_long_log |= large
        except BaseException:
            if writer is not None and writer.replica != replica:
                self._writership.reconsider()
            raise

    def renew_if_usurped(self, writer: Writer) -> bool:
        """Let a writer go on under a new replica if others are known by now to use this one.

        Only before it has put anything.
        """
        if not inforce.is_usurped(writer.connection, writer.replica):
            return False
        writer.replica = self._writership.renew(writer.connection)
        return True

    @contextmanager
    def trial(self) -> Iterator[sa.Connection]:
        """A large transaction that is rolled back at its end: what would come of something.

        Raises:
            AppError: what `write` raises.
        """
        self.become_writer()
        with self._database.transaction(large=True) as connection:
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def local(self) -> Iterator[sa.Connection]:
        """A transaction on the file's own tables (meta, drafts, wrapped keys), which never merge.

        Raises:
            AppError: what `write` raises.
        """
        self.become_writer()
        with self._database.transaction() as connection:
            yield connection

    @property
    def is_behind(self) -> bool:
        """Whether a large transaction left something to be done: see `catch_up`."""
        with self._database.read() as connection:
            return self._has_long_log or indexing.are_waiting(connection)

    def catch_up(self, tick: Tick = no_tick, at_once: int = _INDEXED_AT_ONCE) -> None:
        """Fold the log in, and let the search index follow; nobody has to wait for it.

        The index follows in transactions so short that other writers hardly notice.

        Args:
            tick: told (rows done, rows in all); may raise to stop the work.
            at_once: rows a transaction; 1,000 take about 40 ms.

        Raises:
            AppError: what `write` raises.
        """
        self._database.checkpoint(beside=True)
        self._has_long_log = False
        done, left = 0, 1
        while left:
            with self.local() as connection:
                left = indexing.index_some(connection, at_once)
            done += at_once
            tick(done, done + left)

    def become_writer(self) -> ReplicaId:
        """Take the file for writing now and keep it until `close`; raises what `write` would."""
        if self.newer:
            raise NewerVersion("file_newer", path=self.path.name, version=self.schema_version)
        if self.readonly:
            raise Refused("file_readonly", path=self.path.name, detail="")
        return self._writership.take()

    def shrink(self) -> None:
        """Write the file anew, so that nothing of what was deleted stays in its free pages.

        Raises:
            AppError: what `write` raises, or Busy while somebody reads the file.
        """
        self.become_writer()
        self._database.shrink()

    def copy_to(self, target: Path, tick: Tick = no_tick) -> int:
        """A verified byte copy of the file as it stands, under a name nobody has.

        Reading and writing may go on meanwhile. Returns how many changes the copy holds.

        Raises:
            Busy: another process is the writer, or readers keep the log from being folded in.
            Refused: the target exists, there is no room for it, or the file is a newer program's.
            Damaged: the copy is not what the file is.
        """
        if not self._database.is_copy:
            if self.newer:
                raise NewerVersion("file_newer", path=self.path.name, version=self.schema_version)
            self._writership.lock()
        return copy_database(self._database, target, tick)

    def close(self) -> None:
        """Fold the log into the main file, so that a plain copy is whole, and let others write."""
        try:
            if self._writership.is_locked:
                # A disk that is full now leaves both for the next time: nothing is lost.
                with contextlib.suppress(AppError):
                    if self.is_behind:
                        self.catch_up(at_once=_INDEXED_ALONE)
                    self._database.checkpoint()
        finally:
            self._database.close()
            self._writership.release()
            if self._database.is_copy:
                shutil.rmtree(self._database.reads.parent, ignore_errors=True)
