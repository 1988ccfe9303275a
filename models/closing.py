"""Closed scopes: what was purged from this file stays out of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from models import tables
from models.kinds import Tier

_CLOSED = "closed_scopes"


@dataclass(frozen=True, slots=True)
class Closed:
    """Scopes by name, and all that begin with a name that ends in a slash."""

    names: frozenset[str] = frozenset()

    def __contains__(self, scope: str) -> bool:
        """Whether a scope is closed."""
        return scope in self.names or any(
            name.endswith("/") and scope.startswith(name) for name in self.names
        )


def closed_scopes(connection: sa.Connection) -> Closed:
    """Scopes that were purged here: nothing is written into them or brings them back."""
    meta = tables.meta
    stored = connection.scalar(sa.select(meta.c.value).where(meta.c.key == _CLOSED))
    return Closed(frozenset(orjson.loads(stored or "[]")))


def close(connection: sa.Connection, names: Iterable[str]) -> None:
    """Close further scopes; a name that ends in a slash closes all that begin with it."""
    meta = tables.meta
    every = sorted(closed_scopes(connection).names | set(names))
    connection.execute(meta.delete().where(meta.c.key == _CLOSED))
    connection.execute(meta.insert().values(key=_CLOSED, value=orjson.dumps(every).decode()))


def is_purged(connection: sa.Connection, tier: Tier) -> bool:
    """Whether a tier was purged here."""
    return f"{tier.value}/" in closed_scopes(connection)
