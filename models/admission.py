"""What a file has to pass before anything else is read from it or written to it."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models import health, schema, tables
from models.cipher import APPLICATION_ID, PAGE_BYTES, is_every_page_whole, left_logs
from models.copies import copy_database
from models.database import Database, count_changes
from models.errors import AppError, Cancelled, Damaged, NewerVersion, Refused
from models.writership import Writership, read_meta

if TYPE_CHECKING:
    from pathlib import Path


Tell = Callable[[str, int, int], None]
"""Told (what, done, in all) of what takes long: "recover", "copy", "pages", "upgrade".

It may raise to stop. In all 0 means that nobody knows.
"""


def tell_nobody(_what: str, _done: int, _total: int) -> None:
    """For an opening that nobody watches."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """What opening found out."""

    newer: bool
    """A newer program's file that this one may read, and never writes."""
    was_unclean: bool
    """The last writer did not close the file; it was checked whole."""


def admit(
    database: Database, writership: Writership, target: schema.Target, tell: Tell = tell_nobody
) -> Admitted:
    """Gate a file by version, by what a crash left of it, and by its newest changes.

    Stopped on the way by `tell`, the file is as it was before.

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
            was_unclean = _recover(database, writership, tell)
        if have < target.version:
            _upgrade(database, writership, (have, target), tell)
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


def _recover(database: Database, writership: Writership, tell: Tell) -> bool:
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
            total = count_changes(connection)
            for done in _unless_broken(database, health.chains(connection)):
                tell("recover", min(done, total), total)
        database.reconnect("rw")
        database.checkpoint()
        tell("pages", 0, 0)
        with database.read() as connection:
            for _ in _unless_broken(database, health.pages(connection)):
                pass
    finally:
        writership.release()
    return True


def _unless_broken(database: Database, walk: Iterable[health.Finding | int]) -> Iterator[int]:
    """How far a walk is, as long as it finds nothing."""
    for found in walk:
        if isinstance(found, health.Finding):
            name = database.path.name
            raise Damaged("file_damaged_after_crash", path=name, detail=found.detail)
        yield found


def _upgrade(
    database: Database, writership: Writership, versions: tuple[int, schema.Target], tell: Tell
) -> None:
    """Bring an older file to this program's version, after a verified copy of it as it was."""
    have, target = versions
    copy: Path | None = None
    try:
        if not database.is_copy:
            writership.lock()
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            path = database.path
            wanted = path.with_name(f"{path.stem}.v{have}-{stamp}{path.suffix}")
            copy_database(database, wanted, partial(_copied, tell))
            copy = wanted
        with database.transaction() as connection:
            _bring_up(connection, have, target, tell)
    except Cancelled:
        # The file is as it was, and every try would leave a copy. After anything else it stays:
        # on a disk that fails it may be the better one.
        if copy is not None:
            with contextlib.suppress(OSError):
                copy.unlink()
        raise
    finally:
        writership.release()


def _copied(tell: Tell, done: int, total: int) -> None:
    """Once it is copied, the copy is verified."""
    tell("copy", done, total)
    if done >= total:
        tell("pages", 0, 0)


def _bring_up(connection: sa.Connection, have: int, target: schema.Target, tell: Tell) -> None:
    total = connection.scalar(sa.select(sa.func.count()).select_from(tables.row)) or 0
    tell("upgrade", 0, total)
    schema.migrate(connection, have, target)
    if not target.keeps_derived(have):
        for done in health.rebuild(connection):
            tell("upgrade", min(done, total), total)
