"""What a file has to pass before anything else is read from it or written to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from models import health, schema
from models.cipher import APPLICATION_ID, PAGE_BYTES, is_every_page_whole, left_logs
from models.copies import copy_database
from models.database import Database
from models.errors import AppError, Damaged, NewerVersion, Refused
from models.writership import Writership, read_meta


@dataclass(frozen=True, slots=True)
class Admitted:
    """What opening found out."""

    newer: bool
    """A newer program's file that this one may read, and never writes."""
    was_unclean: bool
    """The last writer did not close the file; it was checked whole."""


def admit(database: Database, writership: Writership, target: schema.Target) -> Admitted:
    """Gate a file by version, by what a crash left of it, and by its newest changes.

    Raises:
        AppError: the file is not ours, newer than can be read, not whole, or in use elsewhere
            while it has to be brought to this version.
    """
    logs = left_logs(database.reads)
    # Until it is known whose file this is and that it is whole, its log stays as it is. Only a
    # rollback journal must be played back at once: without it the file means nothing.
    if logs and not any(log.name.endswith("-journal") for log in logs):
        database.reconnect("ro")
    try:
        have = _version(database, target)
    except Damaged as error:
        if not logs and is_every_page_whole(database.reads, database.key):
            pages = database.reads.stat().st_size // PAGE_BYTES
            raise Damaged("file_truncated", path=database.path.name, have=pages) from error
        raise
    newer = have > target.version
    was_unclean = False
    if not newer:
        if logs:
            was_unclean = _recover(database, writership)
        if have < target.version:
            _upgrade(database, writership, have, target)
    with database.read() as connection:
        health.newest_changes(connection)
    return Admitted(newer, was_unclean)


def _version(database: Database, target: schema.Target) -> int:
    """The file's schema version, if it is one of ours that this program can read."""
    with database.read() as connection:
        if connection.exec_driver_sql("pragma application_id").scalar_one() != APPLICATION_ID:
            raise Refused("file_foreign", path=database.path.name)
        have = schema.version_of(connection)
        if have > target.version:
            known = sa.inspect(connection).has_table("meta")
            needs = read_meta(connection, "readable_by") if known else None
            if needs is None or not needs.isdecimal() or int(needs) > target.version:
                raise NewerVersion("file_newer", path=database.path.name, version=have)
    return have


def _recover(database: Database, writership: Writership) -> bool:
    """After an unclean end: chains and pages must hold before anything else is done.

    The journal is read through the log as it was left; only then is the log folded in. False when
    a writer is alive, whose log it is.
    """
    if not database.is_copy:
        try:
            writership.lock()
        except AppError:
            # Also a user who cannot write in the state folder gets to read.
            database.reconnect("rw")
            return False
    try:
        with database.read() as connection:
            _refuse_unless_whole(database, health.chains(connection))
        database.reconnect("rw")
        database.checkpoint()
        with database.read() as connection:
            _refuse_unless_whole(database, health.pages(connection))
    finally:
        writership.release()
    return True


def _refuse_unless_whole(database: Database, walk: Iterable[health.Finding | int]) -> None:
    for found in walk:
        if isinstance(found, health.Finding):
            name = database.path.name
            raise Damaged("file_damaged_after_crash", path=name, detail=found.detail)


def _upgrade(database: Database, writership: Writership, have: int, target: schema.Target) -> None:
    """Bring an older file to this program's version, after a verified copy of it as it was."""
    try:
        if not database.is_copy:
            writership.lock()
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            path = database.path
            copy_database(database, path.with_name(f"{path.stem}.v{have}-{stamp}{path.suffix}"))
        with database.transaction() as connection:
            schema.migrate(connection, have, target)
            for _ in health.rebuild(connection):
                pass
    finally:
        writership.release()
