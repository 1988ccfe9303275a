"""What opens a package, and whom to believe: transfer key, workspace key, passphrases, roots.

The transfer key belongs to the campaign: 32 random bytes that are the raw key of a package's pages.
It comes with a join package or the office's first one, and stays in the encrypted workspace file,
outside the journal.
"""

import base64
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from models import tables
from models.cipher import SALT_BYTES, FileKey, derive, new_key
from models.errors import Damaged
from services.workspace import Workspace

TRANSFER_KEY = "transfer_key"
"""Kind of its row in the table `secret`; its owner is the campaign."""
ROOT, CRL = "root", "crl"
"""Kinds of the rows of trusted roots and of revocation lists; owners are roots' fingerprints."""
KEY_BYTES = 32
_is_key = re.compile(r"[0-9a-f]{64}").fullmatch


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What this laptop can open a source with, and the certificates it believes; never shown."""

    transfer: tuple[bytes, ...] = ()
    """Raw keys of 32 bytes."""
    files: tuple[FileKey, ...] = ()
    """Keys of workspaces, with their salts: a package may be made with one of them."""
    passphrases: tuple[str, ...] = ()
    roots: tuple[bytes, ...] = ()
    """Trusted certificates (DER): their fingerprints were compared once."""
    crls: tuple[bytes, ...] = ()

    def believing(self, roots: Sequence[bytes], crls: Sequence[bytes]) -> "Keys":
        """These keys, with further roots to believe and revocation lists to know."""
        return replace(self, roots=(*self.roots, *roots), crls=(*self.crls, *crls))

    def offered(self, salt: bytes) -> Iterable[FileKey]:
        """The keys to try on a file of that salt, the quick ones first."""
        for raw in self.transfer:
            yield FileKey(raw, salt)
        for key in self.files:
            if key.salt == salt:
                yield key
        for passphrase in self.passphrases:
            yield derive(passphrase, salt)


def keys_of(workspace: Workspace, *passphrases: str) -> Keys:
    """What a workspace opens packages with, and passphrases that the person gave for them."""
    with workspace.store.read() as connection:
        key = transfer_key(connection)
        return Keys(
            transfer=() if key is None else (key,),
            files=(workspace.store.key,),
            passphrases=passphrases,
            roots=_certificates(connection, ROOT),
            crls=_certificates(connection, CRL),
        )


def _certificates(connection: sa.Connection, kind: str) -> tuple[bytes, ...]:
    secret = tables.secret
    query = sa.select(secret.c.value).where(secret.c.kind == kind).order_by(secret.c.owner)
    return tuple(base64.b64decode(value) for value in connection.scalars(query))


def transfer_key(connection: sa.Connection) -> bytes | None:
    """The campaign's transfer key in this file (32 bytes); None while it has none.

    Raises:
        Damaged: `transfer_key_damaged`.
    """
    secret = tables.secret
    query = sa.select(secret.c.value).where(secret.c.kind == TRANSFER_KEY)
    value = connection.scalar(query.order_by(secret.c.owner).limit(1))
    if value is None:
        return None
    if not _is_key(value):
        raise Damaged("transfer_key_damaged")
    return bytes.fromhex(value)


def make_transfer_key(workspace: Workspace) -> bytes:
    """The campaign's transfer key, made now if this file has none.

    Raises:
        AppError: the file cannot be written.
    """
    with workspace.store.local() as connection:
        known = transfer_key(connection)
        if known is not None:
            return known
        key = secrets.token_bytes(KEY_BYTES)
        row = {"kind": TRANSFER_KEY, "owner": workspace.campaign, "value": key.hex()}
        connection.execute(tables.secret.insert().values(row))
    return key


def package_key(workspace: Workspace, passphrase: str | None = None) -> FileKey:
    """The key of a package about to be written.

    The campaign's transfer key if this file has it, else the given passphrase's, else the
    workspace's own: then the workspace's passphrase opens the package too.

    Raises:
        Refused: the passphrase is empty.
    """
    with workspace.store.read() as connection:
        raw = transfer_key(connection)
    if raw is not None:
        return FileKey(raw, os.urandom(SALT_BYTES))
    return workspace.store.key if passphrase is None else new_key(passphrase)
