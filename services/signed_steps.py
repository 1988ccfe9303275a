"""The leader's signature under a step of a problem: 认定 and 销号 are signed, else 未经组长签名."""

from base64 import b64decode

import sqlalchemy as sa

from models.journal import body_of, encode
from models.kinds import ProblemState, Uid
from models.projection import history
from models.tables import row as row_table
from services.workspace import Workspace


def signature_of(workspace: Workspace, uid: Uid, state: ProblemState) -> tuple[bytes, bytes] | None:
    """The newest signature under a step into `state`: (signed bytes, CMS); None: 未经组长签名."""
    with workspace.store.read() as connection:
        n = connection.scalar(
            sa.select(row_table.c.n).where(row_table.c.uid == uid, row_table.c.entity == "problem")
        )
        for change in reversed(history(connection, int(n or 0))):
            value = change.fields.get("state")
            if not isinstance(value, dict) or value.get("state") != state:
                continue
            if change.sig is None:
                return None
            body = body_of(change)
            del body["sig"]
            return encode(body), b64decode(change.sig)
    return None
