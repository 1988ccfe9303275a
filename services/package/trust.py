"""Whom to believe: roots whose fingerprints were compared, and what packages may bring along.

A root is never trusted because a package brought it. A revocation list is its root's own word, so
whoever carries it does not matter; a wrapped name key opens only with the names' passphrase.
"""

import base64
import hashlib
import re

import orjson
import sqlalchemy as sa

from models import tables
from models.closing import is_purged
from models.errors import AppError, Refused
from models.kinds import Tier
from models.parcels import ParcelKind
from models.writer import new_uid
from services import certificates
from services.certificates import RevocationList
from services.package.keys import CRL, ROOT, TRANSFER_KEY, keys_of
from services.package.reading import Source
from services.workspace import Workspace

NAME_KEY = "name_key"
"""Kind of a wrapped private name key in the table `secret`; its owner is the key's id."""
MAX_WRAP_CHARACTERS = 4096
_is_key = re.compile(r"[0-9a-f]{64}").fullmatch


def trust_root(workspace: Workspace, certificate: bytes, reason: str) -> str:
    """Believe what this root (PEM or DER) issued, from now on; its fingerprint.

    The caller has shown the fingerprint and a person has compared it.

    Raises:
        Refused: `not_a_certificate`, or no reason was given.
    """
    if not reason.strip():
        raise Refused("reason_required")
    der = certificates.read_certificate(certificate)
    shown = certificates.fingerprint(der)
    with workspace.store.write(workspace.actor, reason) as writer:
        _put(writer.connection, ROOT, _owner(der), _text(der))
        fields = {"what": "root_trusted", "of": shown, "why": reason.strip()}
        writer.put("log", new_uid(), "log", fields, new=True)
    return shown


def trusted_roots(workspace: Workspace) -> tuple[bytes, ...]:
    """The certificates (DER) that this workspace believes."""
    return keys_of(workspace).roots


def keep_crl(workspace: Workspace, data: bytes) -> bool:
    """Keep a revocation list (DER or PEM) of a trusted root; False when a newer one is here.

    Raises:
        Refused: `crl_untrusted`, `crl_invalid`.
    """
    roots = trusted_roots(workspace)
    with workspace.store.local() as connection:
        return _keep(connection, data, roots)


def adopt(connection: sa.Connection, source: Source, roots: tuple[bytes, ...]) -> None:
    """Take over what travels outside the journal; `connection` is the merge's own transaction.

    Revocation lists of trusted roots where they are newer, wrapped name keys that are not here
    yet, the campaign's transfer key from the office, and the group's own with an invitation.
    """
    for value in source.secrets(CRL).values():
        try:
            _keep(connection, base64.b64decode(value, validate=True), roots)
        except (AppError, ValueError):
            # One that no trusted root made says nothing to this file.
            continue
    # Once names were purged here no package brings the key back that opens them.
    keys = {} if is_purged(connection, Tier.SEALED) else source.secrets(NAME_KEY)
    for owner, value in keys.items():
        if _is_wrapped(owner, value) and _value(connection, NAME_KEY, owner) is None:
            _put(connection, NAME_KEY, owner, value)
    manifest, brought = source.manifest, source.secrets(TRANSFER_KEY)
    owners = {manifest.campaign} if manifest.sender.is_office else set()
    if manifest.kind is ParcelKind.JOIN:
        owners |= {manifest.campaign, manifest.sender.group}
    for owner in owners:
        key = brought.get(owner, "")
        if _is_key(key) and _value(connection, TRANSFER_KEY, owner) is None:
            _put(connection, TRANSFER_KEY, owner, key)


def _is_wrapped(owner: str, value: str) -> bool:
    """Whether this is a wrap of that key, as far as can be told without the passphrase."""
    if len(value) > MAX_WRAP_CHARACTERS:
        return False
    try:
        wrapped = orjson.loads(value)
    except orjson.JSONDecodeError:
        return False
    return isinstance(wrapped, dict) and wrapped.get("key") == owner


def _keep(connection: sa.Connection, data: bytes, roots: tuple[bytes, ...]) -> bool:
    found = certificates.read_crl(data, roots)
    root = next(r for r in roots if _made(r, data, found))
    held = _value(connection, CRL, _owner(root))
    if held is not None:
        known = certificates.read_crl(base64.b64decode(held), (root,))
        if known.made_at >= found.made_at:
            return False
    _put(connection, CRL, _owner(root), _text(data))
    return True


def _made(root: bytes, data: bytes, found: RevocationList) -> bool:
    try:
        return certificates.read_crl(data, (root,)) == found
    except Refused:
        return False


def _owner(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _value(connection: sa.Connection, kind: str, owner: str) -> str | None:
    secret = tables.secret
    return connection.scalar(
        sa.select(secret.c.value).where(secret.c.kind == kind, secret.c.owner == owner)
    )


def _put(connection: sa.Connection, kind: str, owner: str, value: str) -> None:
    secret = tables.secret
    connection.execute(secret.delete().where(secret.c.kind == kind, secret.c.owner == owner))
    connection.execute(secret.insert().values(kind=kind, owner=owner, value=value))
