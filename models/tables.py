"""Tables every workspace file has beside the projections: the journal's and the file's own.

Streams, scopes and rows are numbered, and changes are keyed by (stream, seq): keyed by hash the
same journal is 40 % larger and four times slower.
"""

import sqlalchemy as sa

from models.base import metadata

scope = sa.Table(
    "scope",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)
"""What travels together."""

stream = sa.Table(
    "stream",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("replica", sa.Text, nullable=False),
    sa.Column("scope", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("tip", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("replica", "scope"),
)
"""One replica's chain in one scope; `seq` and `tip` are the last change in force."""

change = sa.Table(
    "change",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("stream", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("id", sa.LargeBinary, nullable=False),
    sa.Column("row", sa.Integer, nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("stream", "seq", "id"),
)
"""The truth: every change as its author stored it."""

row = sa.Table(
    "row",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("scope", sa.Integer, nullable=False),
    sa.Column("tips", sa.LargeBinary, nullable=False),
    sa.Column("deleted", sa.Integer, nullable=False),
    sa.Column("listed", sa.Integer, nullable=False),
    sa.Column("incomplete", sa.Integer, nullable=False),
    sa.Column("conflicts", sa.Text),
    sa.UniqueConstraint("uid", "scope", "entity"),
)
"""State of every row's fold, of every kind and tier, known or not; `tips` are 32 bytes each."""
sa.Index("by_row_conflicts", row.c.n, sqlite_where=row.c.conflicts.is_not(None))

foreign = sa.Table(
    "foreign_row",
    metadata,
    sa.Column("row_n", sa.Integer, primary_key=True),
    sa.Column("more", sa.Text),
)
"""Values of entities this version does not know: kept, passed on, not shown."""

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text),
)
"""The file's own facts: replica, laptop letter, acting person, readable_by, last backup."""

blob = sa.Table(
    "blob",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
"""Contents of attachments and issued documents, by SHA-256."""

secret = sa.Table(
    "secret",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""Wrapped private keys and identities.

They stay outside the journal, so that a changed passphrase leaves no old wrap behind.
"""

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
"""Last number given out on this laptop; numbers are never given twice."""

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("uid", sa.Text, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),
)
"""Typed and not yet a change; local, never sealed fields."""

SEARCH = (
    "create virtual table if not exists search using fts5("
    "t, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='1')"
)
"""Bigrams of the text of every projected row, by row number; derived, never merged."""
