"""This process's right to write a file: the lock, and the replica under which it writes."""

import contextlib
import secrets
import threading

import sqlalchemy as sa

from models import health, inforce, tables
from models.database import Database
from models.errors import AppError, Refused
from models.files import volume_keeps_wal
from models.kinds import ReplicaId
from models.witness import Newest, Witness, WriterLock


class Writership:
    """Taken at the first write and kept until the file is closed."""

    def __init__(self, database: Database) -> None:
        """Nothing is taken yet."""
        self.was_rolled_back = False
        """The file lacked what this machine knows to have written in it."""
        self._database = database
        self._guard = threading.RLock()
        self._lock: WriterLock | None = None
        self._witness: Witness | None = None

    @property
    def is_locked(self) -> bool:
        """Whether no other process can be writing."""
        return self._lock is not None

    def lock(self) -> None:
        """Keep every other process from writing.

        Raises:
            Busy: another process (or another open store) is the writer.
            Refused: another file bears the name by now, or the state folder cannot be written.
        """
        with self._guard:
            if self._lock is None:
                lock = WriterLock(self._database.path)
                lock.acquire()
                if self._database.is_replaced:
                    lock.release()
                    raise Refused("file_replaced", path=self._database.path.name)
                self._lock = lock

    def take(self) -> ReplicaId:
        """Become the writer; the replica under which to write."""
        with self._guard:
            if self._witness is None:
                self.lock()
                self._set_journal_mode()
                with self._database.transaction() as connection:
                    self._witness = self._same_or_new_replica(connection)
            return self._witness.replica

    def _set_journal_mode(self) -> None:
        mode = "wal" if volume_keeps_wal(self._database.path) else "delete"
        with self._database.read() as connection:
            now = connection.exec_driver_sql("pragma journal_mode").scalar_one()
        if now != mode:
            self._database.set_journal_mode(mode)

    def _same_or_new_replica(self, connection: sa.Connection) -> Witness:
        """Go on as the replica the file names if this machine vouches for it, else as a new one."""
        replica = read_meta(connection, "replica")
        if replica:
            witness = Witness(ReplicaId(replica))
            if witness.take():
                newest = witness.newest()
                holds = newest is not None and health.holds(connection, witness.replica, newest)
                if holds and not inforce.is_usurped(connection, witness.replica):
                    return witness
                self.was_rolled_back = newest is not None and not holds
                witness.release()
        return self._mint(connection)

    def renew(self, connection: sa.Connection) -> ReplicaId:
        """Go on under a new replica, from this transaction on; `reconsider` if it is rolled back.

        For when merging has shown that somebody else writes under the one used so far.
        """
        with self._guard:
            if self._witness is not None:
                self._witness.release()
            self._witness = self._mint(connection)
            return self._witness.replica

    def reconsider(self) -> None:
        """At the next write find out again under which replica to write."""
        with self._guard:
            if self._witness is not None:
                self._witness.release()
                self._witness = None

    def _mint(self, connection: sa.Connection) -> Witness:
        minted = Witness(ReplicaId(secrets.token_hex(16)))
        minted.take()
        write_meta(connection, "replica", minted.replica)
        return minted

    def commit(self, connection: sa.Connection, newest: Newest) -> None:
        """Commit what the witness then already knows; what was not committed it forgets again."""
        witness = self._witness
        before = None if witness is None else witness.newest()
        if witness is not None:
            witness.remember(newest)
        try:
            connection.commit()
        except sa.exc.DBAPIError:
            connection.rollback()
            if witness is not None:
                with contextlib.suppress(AppError, OSError):
                    witness.remember(before)
            raise

    def release(self) -> None:
        """Let others write."""
        with self._guard:
            if self._witness is not None:
                self._witness.release()
                self._witness = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None


def read_meta(connection: sa.Connection, key: str) -> str | None:
    """One of the file's own facts."""
    return connection.scalar(sa.select(tables.meta.c.value).where(tables.meta.c.key == key))


def write_meta(connection: sa.Connection, key: str, value: str) -> None:
    """Set one of the file's own facts."""
    connection.execute(tables.meta.delete().where(tables.meta.c.key == key))
    connection.execute(tables.meta.insert().values(key=key, value=value))
