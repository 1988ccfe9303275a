"""This laptop's key for pages of paper; made when first needed, kept in the encrypted file.

It stays outside the journal, as the clock's key does: each laptop has its own.
"""

import base64

import sqlalchemy as sa

from models import tables
from models.errors import Damaged
from services import certificates
from services.certificates import PageKey
from services.workspace import Workspace

_KIND, _OWNER = "page", "laptop"
_BYTES = 32


def own(workspace: Workspace) -> PageKey | None:
    """The key this file has; None while no page was ever signed.

    Raises:
        Damaged: `page_key_damaged`.
    """
    secret = tables.secret
    with workspace.store.read() as connection:
        query = sa.select(secret.c.value).where(secret.c.kind == _KIND, secret.c.owner == _OWNER)
        held = connection.scalar(query)
    if held is None:
        return None
    try:
        private = base64.b64decode(held, validate=True)
    except ValueError:
        private = b""
    if len(private) != _BYTES:
        raise Damaged("page_key_damaged")
    return certificates.page_key(private)


def own_or_new(workspace: Workspace) -> PageKey:
    """The key this file has; one is made and kept where there is none.

    Raises:
        Damaged: `page_key_damaged`.
        Refused: the file is read-only.
    """
    held = own(workspace)
    if held is not None:
        return held
    made = certificates.new_page_key()
    with workspace.store.local() as connection:
        value = base64.b64encode(made.private).decode()
        connection.execute(tables.secret.insert().values(kind=_KIND, owner=_OWNER, value=value))
    return made
