"""What opens a package, and whom to believe: transfer key, workspace key, passphrases, roots.

A transfer key is 32 random bytes, the raw key of a package's pages. The campaign's is made by the
office and comes with the office's first package; a group's own, made when the first member is
invited, closes what stays within the group. Both stay in the encrypted workspace file, outside the
journal, and come along with an invitation.
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
from models.kinds import Role
from models.parcels import Preset
from services.workspace import Workspace

TRANSFER_KEY = "transfer_key"
"""Kind of its row in the table `secret`; its owner is the campaign or the group."""
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
    """Given for packages."""
    own: tuple[str, ...] = ()
    """The workspace's own passphrase: somebody else's package may be made with the same one."""
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
        for passphrase in (*self.passphrases, *self.own):
            yield derive(passphrase, salt)


def keys_of(workspace: Workspace, *passphrases: str) -> Keys:
    """What a workspace opens packages with, and passphrases that the person gave for them."""
    with workspace.store.read() as connection:
        return Keys(
            transfer=tuple(transfer_keys(connection).values()),
            files=(workspace.store.key,),
            passphrases=passphrases,
            roots=_certificates(connection, ROOT),
            crls=_certificates(connection, CRL),
        )


def _certificates(connection: sa.Connection, kind: str) -> tuple[bytes, ...]:
    secret = tables.secret
    query = sa.select(secret.c.value).where(secret.c.kind == kind).order_by(secret.c.owner)
    return tuple(base64.b64decode(value) for value in connection.scalars(query))


def transfer_keys(connection: sa.Connection) -> dict[str, bytes]:
    """Owner (campaign or group) → transfer key (32 bytes), of all that this file has.

    Raises:
        Damaged: `transfer_key_damaged`.
    """
    secret = tables.secret
    query = sa.select(secret.c.owner, secret.c.value).where(secret.c.kind == TRANSFER_KEY)
    found: dict[str, bytes] = {}
    for owner, value in connection.execute(query.order_by(secret.c.owner)):
        if not _is_key(value):
            raise Damaged("transfer_key_damaged")
        found[owner] = bytes.fromhex(value)
    return found


def transfer_key(connection: sa.Connection, workspace: Workspace, preset: Preset) -> bytes | None:
    """The key that closes a package of this preset; None while this file has none for it.

    What goes to the office or the archive, or comes from the office, is closed with the campaign's
    key: nobody outside a group has the group's own.
    """
    keys = transfer_keys(connection)
    campaign = keys.get(workspace.campaign)
    if preset is Preset.GROUP and workspace.role() is not Role.OFFICE:
        return keys.get(workspace.group, campaign)
    return campaign


def make_transfer_key(workspace: Workspace) -> bytes:
    """The transfer key within this group, made now if it has none; the office's is the campaign's.

    Raises:
        AppError: the file cannot be written.
    """
    is_office = workspace.role() is Role.OFFICE
    owner = workspace.campaign if is_office else workspace.group
    with workspace.store.local() as connection:
        known = transfer_keys(connection).get(owner)
        if known is not None:
            return known
        key = secrets.token_bytes(KEY_BYTES)
        row = {"kind": TRANSFER_KEY, "owner": owner, "value": key.hex()}
        connection.execute(tables.secret.insert().values(row))
    return key


def package_key(workspace: Workspace, preset: Preset, passphrase: str | None = None) -> FileKey:
    """The key of a package about to be written.

    The given passphrase's, else the transfer key for such packages if this file has it, else the
    workspace's own: then the workspace's passphrase opens the package too.

    Raises:
        Refused: the passphrase is empty.
    """
    if passphrase is not None:
        return new_key(passphrase)
    with workspace.store.read() as connection:
        raw = transfer_key(connection, workspace, preset)
    return workspace.store.key if raw is None else FileKey(raw, os.urandom(SALT_BYTES))
