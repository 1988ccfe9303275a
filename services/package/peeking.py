"""A first look at a package: its manifest alone, read where it lies, for lists of what there is.

What it says is not proven; `open_source` does that before anything is believed or taken in.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from models import parcels
from models.cipher import PAGE_BYTES, key_among
from models.errors import Damaged, Refused, WrongPassphrase
from models.packfile import Packfile
from models.parcels import MAX_MANIFEST_BYTES, Manifest
from services.package.keys import Keys

_DEFINITION = parcels.STATEMENTS[-1]


def peek(path: Path, keys: Keys) -> Manifest:
    """The manifest of a package; nothing is written beside the file.

    Passphrases are not tried: each takes as long as the whole look.

    Raises:
        WrongPassphrase: `package_locked`, none of the keys opens it.
        Damaged: no package, or its manifest cannot be read.
        NewerVersion: made by a newer program.
        Refused: it cannot be read at all.
    """
    try:
        key = key_among(path, replace(keys, passphrases=()).offered)
    except WrongPassphrase as error:
        raise WrongPassphrase("package_locked", path=path.name) from error
    except Damaged as error:
        if path.stat().st_size % PAGE_BYTES:
            raise Damaged("package_truncated", path=path.name) from error
        raise Damaged("package_damaged", path=path.name, detail="page") from error
    except Refused as error:
        if error.code == "file_foreign":
            raise Damaged("package_truncated", path=path.name) from error
        raise
    with Packfile(path, key, path.name).read() as connection, closing(connection):
        defined = sa.text("select sql from sqlite_master where name = 'manifest'")
        if connection.execute(defined).scalars().all() != [_DEFINITION]:
            raise Damaged("package_definitions", path=path.name)
        body = parcels.manifest.c.value
        query = sa.select(body).where(
            parcels.manifest.c.key == "body", sa.func.length(body) <= MAX_MANIFEST_BYTES
        )
        value = connection.execute(query).scalar()
    if not isinstance(value, bytes):
        raise Damaged("package_manifest_bad", detail="body")
    return Manifest.decode(value)
