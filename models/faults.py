"""Telling faults of the file, the disk or another process from bugs, by the database's codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from models.errors import AppError, Busy, Damaged, Refused

_KNOWN: tuple[tuple[tuple[str, ...], type[AppError], str], ...] = (
    (("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"), Busy, "file_busy"),
    (("SQLITE_CORRUPT", "SQLITE_NOTADB"), Damaged, "file_damaged_inside"),
    (("SQLITE_FULL",), Refused, "disk_full"),
    (("SQLITE_READONLY", "SQLITE_PERM"), Refused, "file_readonly"),
    (("SQLITE_CANTOPEN",), Refused, "file_unreadable"),
    (("SQLITE_IOERR",), Refused, "file_unwritable"),
)
"""Beginnings of the database's error names → what they mean to a person."""


def as_known(error: BaseException, path: Path) -> AppError | None:
    """The known failure behind a database error; None for anything that is a bug of ours."""
    if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
        error = error.orig
    name = getattr(error, "sqlite_errorname", None)
    for beginnings, known, code in _KNOWN:
        if isinstance(name, str) and name.startswith(beginnings):
            return known(code, path=path.name, detail=str(error))
    return None


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise the database's errors as known failures of the file at `path`.

    Raises:
        AppError: whatever `as_known` makes of it; bugs pass unchanged.
    """
    try:
        yield
    except Exception as error:
        known = as_known(error, path)
        if known is None:
            raise
        raise known from error
