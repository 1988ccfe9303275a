"""Versions of the file's tables, as a short ordered list of steps.

The journal's format has its own version and does not change here; projections can always be
rebuilt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from models import coding, tables
from models.base import metadata, table
from models.catalogue import KINDS
from models.cipher import APPLICATION_ID
from models.kinds import Tier

VERSION = 5
"""Schema version this program writes (`user_version`)."""
READABLE_BY = 2
"""Least schema version a program must know to read files written now; stands in the file's meta."""

Step = Callable[[sa.Connection], None]


def _to_2(connection: sa.Connection) -> None:
    """Merging: what came from elsewhere is told from what was written here, which is all so far."""
    for column in ("written", "forked"):
        connection.exec_driver_sql(
            f"alter table stream add column {column} integer not null default 0"
        )
    connection.exec_driver_sql("alter table stream add column written_id blob")
    connection.exec_driver_sql("update stream set written = seq, written_id = tip")


def _to_3(_connection: sa.Connection) -> None:
    """Long lists and units that lead to another: all of it derives from the journal."""


def _to_4(_connection: sa.Connection) -> None:
    """Indexes of long lists hold all that a list is filtered by; they derive too."""


def _to_5(_connection: sa.Connection) -> None:
    """Texts that wait for the search index: a new table."""


MIGRATIONS: dict[int, Step] = {2: _to_2, 3: _to_3, 4: _to_4, 5: _to_5}
"""Step *to* each version from the one before; run in one transaction after a verified backup.

A step changes tables that hold something of their own. After the last one, tables and indexes that
are new are made, and those that derive from the journal made anew (see `Target.kept`).
"""


@dataclass(frozen=True, slots=True)
class Target:
    """The version a file is brought to when it is opened for writing."""

    version: int = VERSION
    readable_by: int = READABLE_BY
    steps: Mapping[int, Step] = field(default_factory=lambda: MIGRATIONS)
    kept: frozenset[int] = frozenset({5})
    """Steps after which the tables that derive from the journal still hold what they should."""

    def keeps_derived(self, have: int) -> bool:
        """Whether a file of version `have` needs no table made anew."""
        return self.kept.issuperset(range(have + 1, self.version + 1))


CURRENT = Target()
"""What this program writes."""


def create(connection: sa.Connection) -> None:
    """Make all tables of this version in an empty file."""
    connection.exec_driver_sql(f"pragma application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"pragma user_version = {VERSION}")
    metadata.create_all(connection)
    connection.exec_driver_sql(tables.SEARCH)
    _set_readable_by(connection, READABLE_BY)


def version_of(connection: sa.Connection) -> int:
    """The file's schema version."""
    return int(connection.exec_driver_sql("pragma user_version").scalar_one())


def migrate(connection: sa.Connection, have: int, target: Target) -> None:
    """Run the steps from version `have` up to the target's; the caller commits."""
    for version in range(have + 1, target.version + 1):
        target.steps[version](connection)
        connection.exec_driver_sql(f"pragma user_version = {version}")
    metadata.create_all(connection)
    if target.keeps_derived(have):
        for index in (one for made in metadata.sorted_tables for one in made.indexes):
            index.create(connection, checkfirst=True)
    _set_readable_by(connection, target.readable_by)


def _set_readable_by(connection: sa.Connection, version: int) -> None:
    meta = tables.meta
    connection.execute(meta.delete().where(meta.c.key == "readable_by"))
    connection.execute(meta.insert().values(key="readable_by", value=str(version)))


def derived_tables() -> list[sa.Table]:
    """The tables that the journal alone decides: fold state and projections."""
    kinds = [
        table(kind.name, tier)
        for kind in KINDS.values()
        for tier in kind.tiers()
        if tier is not Tier.SEALED
    ]
    return [tables.row, tables.foreign, *kinds]


def drop_projection(connection: sa.Connection) -> None:
    """Drop every derived table (values, fold state, indexes) and make it anew, empty."""
    derived = [*derived_tables(), *coding.coded_tables()]
    connection.exec_driver_sql("drop table if exists search")
    metadata.drop_all(connection, tables=[*derived, tables.unindexed])
    metadata.create_all(connection, tables=[*derived, tables.unindexed])
    connection.exec_driver_sql(tables.SEARCH)
