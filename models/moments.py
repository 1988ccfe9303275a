"""What the stored bytes of a change say at fixed places, without parsing them.

The canonical spelling of version 1 sorts its keys, and an actor is always 32 characters: so `actor`
and `at` stand at the same places in every change ever stored.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from models import tables
from models.kinds import Uid

_ACTOR_AT, _ACTOR_CHARACTERS = 11, 32
"""`{"actor":"` is ten bytes."""
_AT_AT, _AT_CHARACTERS = 50, 17
"""Seven more bytes follow the actor: `","at":`. Digits end at the first comma."""


def moment(body: sa.ColumnElement[bytes]) -> sa.ColumnElement[int]:
    """SQL for `at` of a stored body: the author's clock, UTC, milliseconds since 1970."""
    digits = sa.cast(sa.func.substr(body, _AT_AT, _AT_CHARACTERS), sa.Text)
    return sa.cast(digits, sa.Integer)


def author(body: sa.ColumnElement[bytes]) -> sa.ColumnElement[str]:
    """SQL for `actor` of a stored body."""
    return sa.cast(sa.func.substr(body, _ACTOR_AT, _ACTOR_CHARACTERS), sa.Text)


def last_authors(connection: sa.Connection, streams: Iterable[int]) -> Mapping[int, Uid]:
    """Stream number → who wrote its last change in force."""
    change, stream = tables.change, tables.stream
    query = (
        sa.select(stream.c.n, author(change.c.body))
        .join(change, sa.and_(change.c.stream == stream.c.n, change.c.seq == stream.c.seq))
        .where(stream.c.n.in_(list(streams)))
    )
    return {n: Uid(actor) for n, actor in connection.execute(query)}
