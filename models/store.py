"""The workspace file: opening it, reading it, and the one path by which anything is written."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from models import health, schema, tables
from models.cipher import APPLICATION_ID, PAGE_BYTES, FileKey, connect, key_of, new_key
from models.errors import Damaged, NewerVersion, Refused
from models.files import sync_folder, volume_keeps_wal
from models.kinds import ReplicaId, Uid
from models.witness import Witness, WriterLock
from models.writer import Writer

_IDLE_CONNECTIONS = 4
_SPOT_CHECKED = 100


class Store:
    """An open workspace file. Reads at any time; becomes the file's one writer at its first write."""

    def __init__(self, path: Path, key: FileKey, *, reads: Path, readonly: bool) -> None:
        """Use `create` or `open`; `reads` is the file really read (a private copy on read-only media)."""
        self.path = path
        self.key = key
        self.readonly = readonly
        self.newer = False
        self.was_unclean = False
        """The last writer did not close the file: its log was left beside it."""
        self._reads = reads
        self._lock: WriterLock | None = None
        self._witness: Witness | None = None
        self._engine = sa.create_engine(
            "sqlite://", creator=self._connect, module=dbapi2, poolclass=QueuePool,
            pool_size=_IDLE_CONNECTIONS, max_overflow=_IDLE_CONNECTIONS,
        )  # fmt: skip

    @classmethod
    def create(cls, path: Path, passphrase: str) -> "Store":
        """Make a new, empty file and become its writer.

        Raises:
            Refused: the file exists, its folder cannot be written, or the passphrase is empty.
        """
        if path.exists():
            raise Refused("file_exists", path=str(path))
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
            raise Refused("folder_unwritable", path=str(path.parent), detail="")
        key = new_key(passphrase)
        first = connect(path, key, mode="rwc")
        first.close()
        store = cls(path, key, reads=path, readonly=False)
        try:
            store._become_writer()
            with store._engine.connect() as connection:
                connection.exec_driver_sql("begin immediate")
                schema.create(connection)
                connection.commit()
        except BaseException:
            store.close()
            path.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
        return store

    @classmethod
    def open(cls, path: Path, passphrase: str) -> "Store":
        """Open an existing file; see `models.cipher.key_of` for what it refuses.

        Raises:
            NewerVersion: written by a program whose files this one cannot read.
            Damaged: not whole.
        """
        return cls.open_with_key(path, key_of(path, passphrase))

    @classmethod
    def open_with_key(cls, path: Path, key: FileKey) -> "Store":
        """Open with a key that was derived before (the worker thread, the recovery sheet)."""
        log = path.with_name(path.name + "-wal")
        left_log = log.exists() and log.stat().st_size > 0
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        reads = path if writable else _private_copy(path)
        store = cls(path, key, reads=reads, readonly=not writable)
        store.was_unclean = left_log
        try:
            store._check_version()
            if not left_log:
                store._check_length()
            with store.read() as connection:
                health.newest_changes(connection, _SPOT_CHECKED)
        except BaseException:
            store.close()
            raise
        return store

    def _connect(self) -> dbapi2.Connection:
        return connect(self._reads, self.key, mode="rw")

    def _check_version(self) -> None:
        with self._engine.connect() as connection:
            if connection.exec_driver_sql("pragma application_id").scalar_one() != APPLICATION_ID:
                raise Refused("file_foreign", path=self.path.name)
            have = schema.version_of(connection)
            if have > schema.VERSION:
                needs = int(read_meta(connection, "readable_by") or have)
                if needs > schema.VERSION:
                    raise NewerVersion("file_newer", path=self.path.name, version=have)
                self.newer = self.readonly = True

    def _check_length(self) -> None:
        with self._engine.connect() as connection:
            pages = int(connection.exec_driver_sql("pragma page_count").scalar_one())
        have = self._reads.stat().st_size // PAGE_BYTES
        if have < pages:
            raise Damaged("file_truncated", path=self.path.name, pages=pages, have=have)

    def _check_whole(self) -> None:
        """After an unclean end: pages and chains must hold before anything is added."""
        with self.read() as connection:
            found = health.pages(connection)
            found += [f for f in health.chains(connection) if isinstance(f, health.Finding)]
        if found:
            raise Damaged("file_damaged_after_crash", path=self.path.name, detail=found[0].detail)

    @property
    def schema_version(self) -> int:
        """The file's schema version; below this program's until `migrate`."""
        with self._engine.connect() as connection:
            return schema.version_of(connection)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view of the file."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("begin")
            yield connection

    @contextmanager
    def write(self, actor: Uid, reason: str | None = None) -> Iterator[Writer]:
        """One user action: all of it is stored, or none.

        Raises:
            Refused: the file is read-only here.
            NewerVersion: the file belongs to a newer program.
            Busy: another process is the writer.
        """
        replica = self._become_writer()
        with self._engine.connect() as connection:
            connection.exec_driver_sql("begin immediate")
            writer = Writer(connection, replica, actor, reason)
            try:
                yield writer
                writer.flush()
                connection.commit()
            except dbapi2.OperationalError as error:
                connection.rollback()
                raise Refused("file_unwritable", path=self.path.name, detail=str(error)) from error
            except sa.exc.OperationalError as error:
                connection.rollback()
                detail = str(error.orig)
                raise Refused("file_unwritable", path=self.path.name, detail=detail) from error
            except BaseException:
                connection.rollback()
                raise
        if writer.last_id is not None and self._witness is not None:
            self._witness.remember(writer.last_id)

    @contextmanager
    def local(self) -> Iterator[sa.Connection]:
        """A transaction on the file's own tables (meta, drafts, wrapped keys): nothing that merges."""
        self._become_writer()
        with self._engine.connect() as connection:
            connection.exec_driver_sql("begin immediate")
            yield connection
            connection.commit()

    def become_writer(self) -> None:
        """Take the file for writing now; raises what `write` would."""
        self._become_writer()

    def _become_writer(self) -> ReplicaId:
        if self.newer:
            raise NewerVersion("file_newer", path=self.path.name, version=self.schema_version)
        if self.readonly:
            raise Refused("file_readonly", path=self.path.name)
        if self._lock is None:
            lock = WriterLock(self.path)
            lock.acquire()
            self._lock = lock
            if self.was_unclean:
                self._check_whole()
        with self._engine.connect() as connection:
            if self._witness is None:
                mode = "wal" if volume_keeps_wal(self.path) else "delete"
                connection.exec_driver_sql(f"pragma journal_mode = {mode}")
            if not sa.inspect(connection).has_table("meta"):
                return ReplicaId("")
            replica = read_meta(connection, "replica")
            if self._witness is not None and replica:
                return ReplicaId(replica)
            replica_id = self._same_or_new_replica(connection, replica)
            connection.commit()
        return replica_id

    def _same_or_new_replica(self, connection: sa.Connection, replica: str | None) -> ReplicaId:
        """Go on under the file's replica if this machine's witness vouches for it, else mint one."""
        if replica:
            witness = Witness(ReplicaId(replica))
            if witness.take():
                newest = witness.newest()
                if newest is not None and health.is_change(connection, newest):
                    self._witness = witness
                    return ReplicaId(replica)
                witness.release()
        minted = ReplicaId(secrets.token_hex(16))
        self._witness = Witness(minted)
        self._witness.take()
        connection.exec_driver_sql("begin immediate")
        write_meta(connection, "replica", minted)
        return minted

    def close(self) -> None:
        """Fold the log into the main file, so that a plain copy is whole, and let others write."""
        try:
            if self._lock is not None:
                with self._engine.connect() as connection:
                    connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        except (sa.exc.DBAPIError, Damaged):
            pass
        finally:
            self._engine.dispose()
            if self._witness is not None:
                self._witness.release()
            if self._lock is not None:
                self._lock.release()
            if self._reads != self.path:
                shutil.rmtree(self._reads.parent, ignore_errors=True)


def _private_copy(path: Path) -> Path:
    """Copy a file and its log from media that cannot be written, where SQLite could not open them."""
    folder = Path(tempfile.mkdtemp(prefix="dudao-"))
    target = folder / path.name
    shutil.copyfile(path, target)
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        shutil.copyfile(log, folder / log.name)
    return target


def read_meta(connection: sa.Connection, key: str) -> str | None:
    """One of the file's own facts."""
    return connection.scalar(sa.select(tables.meta.c.value).where(tables.meta.c.key == key))


def write_meta(connection: sa.Connection, key: str, value: str) -> None:
    """Set one of the file's own facts."""
    connection.execute(tables.meta.delete().where(tables.meta.c.key == key))
    connection.execute(tables.meta.insert().values(key=key, value=value))
