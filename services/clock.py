"""The group's clock key: it says when a document was signed, by this laptop's word alone.

Made when first needed and kept in the encrypted file, outside the journal: each laptop has its own.
"""

import base64
import secrets

import orjson
import sqlalchemy as sa

from models import tables
from models.base import dump
from services import certificates
from services.certificates import Identity
from services.workspace import Workspace, info

_KIND, _OWNER = "clock", "laptop"
_ROOT = "督导通 本机时间"


def identity(workspace: Workspace) -> Identity:
    """The clock key of this laptop's file; making it takes half a second.

    Raises:
        Refused: the file is read-only.
    """
    secret = tables.secret
    with workspace.store.read() as connection:
        query = sa.select(secret.c.value).where(secret.c.kind == _KIND, secret.c.owner == _OWNER)
        held = connection.scalar(query)
    if held is not None:
        kept = orjson.loads(held)
        return certificates.load_p12(base64.b64decode(kept["p12"]), kept["passphrase"])
    above, own = certificates.new_keys(2)
    root = certificates.make_root(_ROOT, key=above)
    made = certificates.make_timestamp_identity(root, info(workspace).group, key=own)
    passphrase = secrets.token_hex(16)
    p12 = base64.b64encode(certificates.save_p12(made, passphrase)).decode()
    with workspace.store.local() as connection:
        value = dump({"p12": p12, "passphrase": passphrase})
        connection.execute(secret.insert().values(kind=_KIND, owner=_OWNER, value=value))
    return made
