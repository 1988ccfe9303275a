"""Files that are merged from: packages and whole workspace files, proven before they are believed.

The attack model: whoever hands over a file may know its key and have built it with any tool, cut it
short, changed bytes, or put pages of an older one back. It is never opened in place: a private copy
is, its pages, its tables' definitions and its columns' types are proven first, and no code that the
file could bring along (views, triggers, generated columns, virtual tables) is ever run. Only the
changes, which are nearly all of it, are proven by whoever reads them, one by one.
"""

import contextlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from models import coding, parcels, schema
from models.cipher import (
    APPLICATION_ID,
    PAGE_BYTES,
    FileKey,
    connect,
    is_every_page_whole,
    left_logs,
    new_engine,
)
from models.errors import Damaged, NewerVersion, Refused
from models.faults import told

_READ = (parcels.scope, parcels.stream, parcels.row, parcels.blob, parcels.secret)
"""What is proven of both kinds of files as it is opened."""
_HELD = (*_READ, parcels.change)
"""The tables both kinds of files have, with these columns at least."""
_WORKSPACE_ONLY = {"meta": ("key", "value")}
_TYPES = {sa.Integer: "integer", sa.Text: "text", sa.LargeBinary: "blob"}
_NEWLY_MADE = "held"
_CACHE_KIB = 8 * 1024
"""It is read from one end to the other: what was read is not asked for again."""


@dataclass(frozen=True, slots=True)
class Packfile:
    """A private copy of one file, with the key that opens it."""

    path: Path
    """Alone in a folder of its own."""
    key: FileKey
    name: str
    """What the person knows the file by."""

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that cannot write; the database's errors leave as known failures.

        Raises:
            Damaged: what is read is not whole.
        """
        with told(self.path.with_name(self.name)), self.connect() as connection:
            yield connection

    def connect(self) -> sa.Connection:
        """A connection that cannot write; whoever opens it closes it."""
        engine = new_engine(lambda: connect(self.path, self.key, mode="immutable"), pooled=False)
        connection = engine.connect()
        try:
            tables = sa.inspect(connection).get_table_names()
            if _NEWLY_MADE not in tables:
                # So that a query for what is in force fits packages and older files too.
                connection.exec_driver_sql(f"create temp table {_NEWLY_MADE} (change integer)")
            connection.exec_driver_sql("pragma cell_size_check = on")
            connection.exec_driver_sql(f"pragma cache_size = -{_CACHE_KIB}")
            connection.exec_driver_sql("pragma query_only = on")
            connection.rollback()
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.path.parent, ignore_errors=True)


def settle(file: Packfile) -> None:
    """Take in what a log beside the copy holds, so that the copy alone is the whole.

    Raises:
        Damaged: the log and the file do not make one.
    """
    if not left_logs(file.path):
        return
    engine = new_engine(lambda: connect(file.path, file.key), pooled=False)
    with told(file.path.with_name(file.name)), engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        connection.exec_driver_sql("pragma journal_mode = delete")


@contextmanager
def beside_its_pages(file: Packfile) -> Iterator[None]:
    """Prove every page of a settled copy, beside what is done meanwhile.

    What is wrong with a page is told before anything else that is wrong.

    Raises:
        Damaged: `package_truncated`, `package_damaged`.
    """
    with ThreadPoolExecutor(1) as beside:
        # Both go through the whole file, and the database does so without the interpreter.
        pages = beside.submit(_refuse_broken_pages, file)
        try:
            yield
        except Exception:
            pages.result()
            raise
        pages.result()


def _refuse_broken_pages(file: Packfile) -> None:
    if not is_every_page_whole(file.path, file.key):
        raise Damaged("package_damaged", path=file.name, detail="page")
    if _pages(file) * PAGE_BYTES != file.path.stat().st_size:
        # Those that are there are whole: some are missing.
        raise Damaged("package_truncated", path=file.name)


def _pages(file: Packfile) -> int:
    with contextlib.suppress(Damaged), file.read() as connection:
        return int(connection.exec_driver_sql("pragma page_count").scalar_one())
    return 0


def prove(file: Packfile) -> bool:
    """Prove definitions, indexes and types of all but the changes; whether it is a package.

    Raises:
        Damaged: `package_damaged`, `package_definitions`.
        NewerVersion: `package_newer`, `file_newer`.
        Refused: `file_foreign`, another program's database.
    """
    with file.read() as connection:
        application = connection.exec_driver_sql("pragma application_id").scalar_one()
        version = schema.version_of(connection)
        if application == parcels.APPLICATION_ID:
            _prove_package(connection, file.name, version)
        elif application == APPLICATION_ID:
            _prove_workspace(connection, file.name, version)
        else:
            raise Refused("file_foreign", path=file.name)
    return bool(application == parcels.APPLICATION_ID)


def _prove_package(connection: sa.Connection, name: str, version: int) -> None:
    if version > parcels.FORMAT:
        raise NewerVersion("package_newer", version=version)
    if version != parcels.FORMAT or not _is_format_1(_definitions(connection)):
        raise Damaged("package_definitions", path=name)
    for target in (*_READ, parcels.manifest):
        _refuse_findings(connection, target.name, name)


def _prove_workspace(connection: sa.Connection, name: str, version: int) -> None:
    if version > schema.VERSION:
        needs = connection.exec_driver_sql("select value from meta where key = 'readable_by'")
        least = needs.scalar()
        if not isinstance(least, str) or not least.isdecimal() or int(least) > schema.VERSION:
            raise NewerVersion("file_newer", path=name, version=version)
    found = _definitions(connection)
    plain = {n for kind, n, sql in found if kind == "table" and not _is_virtual(sql)}
    wanted = {t.name: tuple(c.name for c in t.columns) for t in _HELD} | _WORKSPACE_ONLY
    # Triggers run on writing alone, which a copy never meets; any but our own are odd all the same.
    kinds = {kind for kind, _, sql in found if sql not in coding.TRIGGERS}
    if kinds - {"table", "index"} or not wanted.keys() <= plain:
        raise Damaged("package_definitions", path=name)
    for table, columns in wanted.items():
        have = connection.exec_driver_sql(f'pragma table_xinfo("{table}")').all()
        if any(c.hidden for c in have) or not set(columns) <= {c.name for c in have}:
            raise Damaged("package_definitions", path=name)
        if table != parcels.change.name:
            _refuse_findings(connection, table, name)
    for target in _READ:
        _refuse_odd_types(connection, target, name)


def _definitions(connection: sa.Connection) -> set[tuple[str, str, str]]:
    query = "select type, name, coalesce(sql, '') from sqlite_master"
    return {(str(r[0]), str(r[1]), str(r[2])) for r in connection.exec_driver_sql(query)}


def _is_format_1(found: set[tuple[str, str, str]]) -> bool:
    """Whether these are the tables of the format, to the letter, and their keys' own indexes."""
    kinds = {kind for kind, _, sql in found if not sql}
    return {sql for _, _, sql in found if sql} == set(parcels.STATEMENTS) and kinds <= {"index"}


def _is_virtual(sql: str) -> bool:
    return sql.split(None, 2)[1:2] != ["TABLE"]


def _refuse_findings(connection: sa.Connection, table: str, name: str) -> None:
    for detail in connection.exec_driver_sql(f"pragma integrity_check('{table}')").scalars():
        if detail != "ok":
            raise Damaged("package_damaged", path=name, detail=str(detail)[:200])


def _refuse_odd_types(connection: sa.Connection, target: sa.Table, name: str) -> None:
    """An untyped column may hold anything; format 1 of packages is typed by itself."""
    odd = [
        sa.func.typeof(column) != known
        for column in target.columns
        for kind, known in _TYPES.items()
        if isinstance(column.type, kind)
    ]
    if connection.execute(sa.select(sa.literal(1)).select_from(target).where(sa.or_(*odd))).first():
        raise Damaged("package_damaged", path=name, detail=target.name)


@contextmanager
def building(path: Path, key: FileKey) -> Iterator[sa.Connection]:
    """A new package file under construction; commits at the end.

    It bears another name until it is whole, so a crash may leave rubbish: no journal is kept, and
    the caller forces the closed file to the disk.

    Raises:
        Refused: the folder cannot be written, or the disk is full.
    """
    engine = new_engine(lambda: connect(path, key, mode="rwc"), pooled=False)
    with told(path), engine.connect() as connection:
        for pragma in (
            "journal_mode = off",
            "synchronous = off",
            "locking_mode = exclusive",
            f"application_id = {parcels.APPLICATION_ID}",
            f"user_version = {parcels.FORMAT}",
        ):
            connection.exec_driver_sql(f"pragma {pragma}")
        connection.exec_driver_sql("begin immediate")
        for statement in parcels.STATEMENTS:
            connection.exec_driver_sql(statement)
        yield connection
        connection.commit()
