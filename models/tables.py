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
    sa.Column("written", sa.Integer, nullable=False, server_default="0"),
    sa.Column("written_id", sa.LargeBinary),
    sa.Column("forked", sa.Integer, nullable=False, server_default="0"),
    sa.UniqueConstraint("replica", "scope"),
)
"""One replica's chain in one scope; `seq` and `tip` are the last change in force.

`written` and `written_id` are the last change written in this very file, by whichever program had
it open; what lies above came with merges. A `forked` stream has two changes under one number: its
branches are all in force unless the `held` table names one, and `tip` is only one of their ends.
"""

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

held = sa.Table("held", metadata, sa.Column("change", sa.Integer, primary_key=True))
"""Changes that are not in force although their number is not above their stream's `seq`.

Only forked streams have any: there a number does not say on which branch a change stands.
"""

row = sa.Table(
    "row",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("scope", sa.Integer, nullable=False),
    sa.Column("tips", sa.LargeBinary, nullable=False),
    sa.Column("authors", sa.LargeBinary, nullable=False),
    sa.Column("deleted", sa.Integer, nullable=False),
    sa.Column("listed", sa.Integer, nullable=False),
    sa.Column("incomplete", sa.Integer, nullable=False),
    sa.Column("conflicts", sa.Text),
    sa.UniqueConstraint("uid", "scope", "entity"),
)
"""State of every row's fold, of every kind and tier, known or not.

`tips` are 32 bytes each, `authors` the 16 bytes of the replica that wrote each of them: who follows
on a row then need not read its history.
"""
sa.Index("by_row_conflicts", row.c.n, sqlite_where=row.c.conflicts.is_not(None))
sa.Index("by_row_deleted", row.c.n, sqlite_where=row.c.deleted == 1)

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
ASKED = "asked"
"""Kind of a draft that is no record's: what a dialog asks; the uid names the dialog."""

merge = sa.Table(
    "merge",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("uid", sa.Text, nullable=False, unique=True),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("package", sa.Text, nullable=False),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.Column("signature", sa.LargeBinary),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("undone_at", sa.Integer),
    sa.Column("undone_by", sa.Text),
)
"""合并记录: one source taken into this file. `package` is its id, empty for a workspace file.

`source` is the name a person knows it by, `manifest` and `result` are JSON: what it carried, who
packed it, and what came of it here.
"""

carried = sa.Table(
    "carried",
    metadata,
    sa.Column("merge", sa.Integer, primary_key=True),
    sa.Column("stream", sa.Integer, primary_key=True),
    sa.Column("first", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("last_id", sa.LargeBinary, primary_key=True),
    sa.Index("by_carried_stream", "stream"),
)
"""Runs of streams that a merge's source held, new or known: what keeps them in force here.

Of a forked stream one run a branch, each from the source's first number to that branch's end.
"""

peer = sa.Table(
    "peer",
    metadata,
    sa.Column("replica", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("letter", sa.Text, nullable=False),
    sa.Column("group", sa.Text, nullable=False),
    sa.Column("is_office", sa.Integer, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("package", sa.Text, nullable=False),
)
"""Laptops a package or receipt has been read from: who, whose, and when the newest was made."""

peer_tip = sa.Table(
    "peer_tip",
    metadata,
    sa.Column("peer", sa.Text, primary_key=True),
    sa.Column("replica", sa.Text, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
)
"""What a peer said it has in force: the last change of each stream, by its newest package.

The newest counts even when it knows less. What somebody has and this file lacks was withheld or is
still on its way; what the receiver has need not be packed.
"""

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("peer", sa.Text, primary_key=True),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("package", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
"""接收回执: the newest receipt of each peer: what it counts, asks for, decided, and has waiting."""

parcel = sa.Table(
    "parcel",
    metadata,
    sa.Column("package", sa.Text, primary_key=True),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("preset", sa.Text, nullable=False),
    sa.Column("receiver", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("manifest", sa.Text, nullable=False),
)
"""送出记录: a package or receipt this file has written, what was in it, and its file's digest."""

SEARCH = (
    "create virtual table if not exists search using fts5("
    "t, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='1')"
)
"""Bigrams of the text of every projected row, by row number; derived, never merged.

Of a row that the table `unindexed` names it may hold nothing, or what the row said before.
"""
unindexed = sa.Table("unindexed", metadata, sa.Column("row_n", sa.Integer, primary_key=True))
"""Rows whose text the index does not follow yet: a large merge does not wait for it."""
