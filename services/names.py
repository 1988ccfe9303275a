"""Sealed names: any member writes them without a passphrase, the names' passphrase reads them.

Every opening states a reason and leaves a line in the log, before anything is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from models import store as files
from models import tables
from models.base import dump, table
from models.errors import Damaged, Refused
from models.journal import Change, body_of, encode, fold
from models.kinds import Uid, Value
from models.projection import history
from models.writer import Sealer, new_uid
from services import seal
from services.workspace import Workspace


def sealer(connection: sa.Connection, fields: Mapping[str, Value], reason: str | None) -> Sealer:
    """What turns these fields into sealed ones, for `models.writer.Writer.put`."""
    key = _public_key(connection)

    def to_sealed(info: bytes) -> dict[str, Value]:
        return seal.seal(key, fields, reason, info)

    return to_sealed


def _public_key(connection: sa.Connection) -> seal.NameKey:
    keys = table("name_key")
    wanted = files.read_meta(connection, "name_key")
    public = connection.scalar(sa.select(keys.c.public).where(keys.c.uid == wanted))
    if public is None:
        raise Damaged("name_key_missing")
    return seal.NameKey.of(bytes.fromhex(public))


@dataclass(frozen=True, slots=True)
class OpenedName:
    """A sealed record while it is open; never stored, never logged."""

    uid: Uid
    kind: str
    values: Mapping[str, Value]
    conflicts: tuple[str, ...] = ()
    """Fields whose values wait for a decision (`services.conflicts.sealed_queue`)."""


def open_names(
    workspace: Workspace, passphrase: str, reason: str, codes: frozenset[str] = frozenset()
) -> tuple[OpenedName, ...]:
    """Open the sealed records, all or those of the given code names, and log who did and why.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: no reason was given, or the file is read-only (an opening must be logged).
    """
    private = opening_key(workspace, passphrase, reason, codes)
    with workspace.store.read() as connection:
        opened = _open_all(connection, private)
    chosen = (n for n in opened if not codes or n.values.get("code_name") in codes)
    return tuple(sorted(chosen, key=lambda n: str(n.values.get("code_name"))))


def opening_key(
    workspace: Workspace, passphrase: str, reason: str, codes: frozenset[str] = frozenset()
) -> bytes:
    """The private name key, after who opens what and why was logged.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: no reason was given, or the file is read-only (an opening must be logged).
    """
    if not reason.strip():
        raise Refused("reason_required")
    private = private_key(workspace, passphrase)
    with workspace.store.write(workspace.actor, reason) as writer:
        fields: dict[str, Value] = {
            "what": "names_opened",
            "of": "、".join(sorted(codes)) or "*",
            "why": reason.strip(),
        }
        writer.put("log", new_uid(), "log", fields, new=True)
    return private


def private_key(workspace: Workspace, passphrase: str) -> bytes:
    """Unwrap the group's private name key.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: this file holds no wrapped key (it came without names).
    """
    with workspace.store.read() as connection:
        wrapped = _wrapped(connection)
    if wrapped is None:
        raise Refused("name_key_not_here")
    return seal.unwrap(orjson.loads(wrapped), passphrase)


def has_key(connection: sa.Connection) -> bool:
    """Whether this file holds the wrapped key that opens names."""
    return _wrapped(connection) is not None


def _wrapped(connection: sa.Connection) -> str | None:
    secret = tables.secret
    key = files.read_meta(connection, "name_key")
    query = sa.select(secret.c.value).where(secret.c.kind == "name_key", secret.c.owner == key)
    return connection.scalar(query)


def change_passphrase(workspace: Workspace, old: str, new: str) -> None:
    """Wrap the private key anew; the old wrap is gone from the file.

    Raises:
        WrongPassphrase: `old` does not open it.
        Refused: `new` is empty.
    """
    private = private_key(workspace, old)
    wrapped = dump(seal.wrap(private, new))
    with workspace.store.local() as connection:
        key = files.read_meta(connection, "name_key")
        secret = tables.secret
        query = secret.update().where(secret.c.kind == "name_key", secret.c.owner == key)
        connection.execute(query.values(value=wrapped))


def _open_all(connection: sa.Connection, private: bytes) -> list[OpenedName]:
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row.c.n, row.c.uid, row.c.entity)
        .join(scope, scope.c.n == row.c.scope)
        .where(scope.c.name.startswith("sealed/"))
        .order_by(row.c.n)
    )
    opened = []
    for n, uid, entity in connection.execute(query).all():
        folded = fold(unsealed(change, private) for change in history(connection, n))
        if folded.listed and not folded.deleted:
            waiting = tuple(sorted(folded.conflicts))
            opened.append(OpenedName(Uid(uid), entity, folded.values, waiting))
    return opened


def unsealed(change: Change, private: bytes) -> Change:
    """The change with its fields and reason in clear, for folding in memory.

    Raises:
        Damaged: the sealed fields do not belong to this change.
    """
    body = body_of(change)
    sealed = body.pop("fields")
    body.pop("sig", None)
    fields, reason = seal.open_sealed(private, dict(change.fields), encode(body))
    if not isinstance(sealed, dict):
        raise Damaged("sealed_damaged")
    return Change(**{name: getattr(change, name) for name in _KEPT}, reason=reason, fields=fields)


_KEPT = ("id", "replica", "scope", "seq", "prev", "at", "actor", "txn", "entity", "row", "base")
