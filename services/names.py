"""Sealed names: any member writes them without a passphrase, the names' passphrase reads them.

Every opening states a reason and leaves a line in the log, before anything is shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson
import sqlalchemy as sa

from models import store as files
from models import tables
from models.base import dump, table
from models.errors import AppError, Damaged, Refused, WrongPassphrase
from models.journal import Change, body_of, encode, fold
from models.kinds import Uid, Value
from models.projection import history
from models.writer import Sealer, new_uid
from services import seal
from services.workspace import Workspace

NameKeys: TypeAlias = Mapping[str, bytes]
"""Id of a group's name key → its private half, while names are open."""
_MOST_KEYS = 64
"""Wrapped keys that are tried: the office holds one a group, a hostile package brings many."""


def sealer(
    connection: sa.Connection,
    fields: Mapping[str, Value],
    reason: str | None,
    key_id: str | None = None,
) -> Sealer:
    """What turns these fields into sealed ones, for `models.writer.Writer.put`.

    Args:
        connection: to this file.
        fields: what is sealed.
        reason: sealed with them.
        key_id: of the group whose row it is; the own group's when nothing is said.
    """
    key = _public_key(connection, key_id)

    def to_sealed(info: bytes) -> dict[str, Value]:
        return seal.seal(key, fields, reason, info)

    return to_sealed


def _public_key(connection: sa.Connection, key_id: str | None) -> seal.NameKey:
    keys = table("name_key")
    wanted = key_id or files.read_meta(connection, "name_key")
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
    closed: int = 0
    """Changes of it that stay shut: sealed for another key, or altered."""


def open_names(
    workspace: Workspace, passphrase: str, reason: str, codes: frozenset[str] = frozenset()
) -> tuple[OpenedName, ...]:
    """Open the sealed records, all or those of the given code names, and log who did and why.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: no reason was given, or the file is read-only (an opening must be logged).
    """
    keys = opening_keys(workspace, passphrase, reason, codes)
    with workspace.store.read() as connection:
        opened = _open_all(connection, keys)
    chosen = (n for n in opened if not codes or n.values.get("code_name") in codes)
    return tuple(sorted(chosen, key=lambda n: str(n.values.get("code_name"))))


def opening_keys(
    workspace: Workspace, passphrase: str, reason: str, codes: frozenset[str] = frozenset()
) -> NameKeys:
    """The private name keys, after who opens what and why was logged.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: no reason was given, or the file is read-only (an opening must be logged).
    """
    if not reason.strip():
        raise Refused("reason_required")
    keys = private_keys(workspace, passphrase)
    with workspace.store.write(workspace.actor, reason) as writer:
        fields: dict[str, Value] = {
            "what": "names_opened",
            "of": "、".join(sorted(codes)) or "*",
            "why": reason.strip(),
        }
        writer.put("log", new_uid(), "log", fields, new=True)
    return keys


def private_keys(workspace: Workspace, passphrase: str) -> NameKeys:
    """Unwrap every name key of this file that the passphrase opens.

    They are the own group's, and at the office those that the groups' packages brought.

    Raises:
        WrongPassphrase: it opens none of them.
        Damaged: the own one is not what was written.
        Refused: this file holds no wrapped key (it came without names).
    """
    secret = tables.secret
    query = sa.select(secret.c.owner, secret.c.value).where(secret.c.kind == "name_key")
    with workspace.store.read() as connection:
        own = files.read_meta(connection, "name_key")
        wrapped = {str(owner): str(value) for owner, value in connection.execute(query)}
    if not wrapped:
        raise Refused("name_key_not_here")
    opened: dict[str, bytes] = {}
    failure: AppError = WrongPassphrase("names_passphrase_wrong")
    for owner in sorted(wrapped, key=lambda one: (one != own, one))[:_MOST_KEYS]:
        try:
            told = orjson.loads(wrapped[owner])
            private = seal.unwrap(told if isinstance(told, dict) else {}, passphrase)
        except WrongPassphrase:
            continue
        except (AppError, ValueError) as error:
            # What a package brought may be anything; the others still open.
            if owner == own and isinstance(error, AppError):
                failure = error
            continue
        opened[seal.public_key(private).id] = private
    if not opened:
        raise failure
    return opened


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
    """Whether this file holds a wrapped key that opens names."""
    secret = tables.secret
    query = sa.select(secret.c.owner).where(secret.c.kind == "name_key").limit(1)
    return connection.scalar(query) is not None


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


def _open_all(connection: sa.Connection, keys: NameKeys) -> list[OpenedName]:
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row.c.n, row.c.uid, row.c.entity)
        .join(scope, scope.c.n == row.c.scope)
        .where(scope.c.name.startswith("sealed/"))
        .order_by(row.c.n)
    )
    opened = []
    for n, uid, entity in connection.execute(query).all():
        changes, closed = unsealed(history(connection, n), keys)
        folded = fold(changes)
        if folded.listed and not folded.deleted:
            waiting = tuple(sorted(folded.conflicts))
            opened.append(OpenedName(Uid(uid), entity, folded.values, waiting, closed))
    return opened


def unsealed(changes: Iterable[Change], keys: NameKeys) -> tuple[list[Change], int]:
    """The changes of one row in clear, for folding in memory; and how many of them stay shut.

    One that is sealed for another group, or that somebody altered, hides no other.
    """
    opened, closed = [], 0
    for change in changes:
        private = keys.get(str(change.fields.get("key")))
        try:
            if private is None:
                raise Refused("sealed_for_other_key")
            opened.append(_unsealed(change, private))
        except AppError:
            closed += 1
    return opened, closed


def _unsealed(change: Change, private: bytes) -> Change:
    """The change with its fields and reason in clear.

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
