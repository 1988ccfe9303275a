"""What the stored bytes of a change say at fixed places, without parsing them.

The canonical spelling of version 1 sorts its keys, and an actor is always 32 characters: so `actor`
and `at` stand at the same places in every change ever stored.
"""

import sqlalchemy as sa

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
