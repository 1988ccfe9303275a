"""What tests of packages do: fill a file, pack it, alter packages with their key in hand."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import parcels, tables
from models.cipher import FileKey, connect, new_engine
from models.errors import AppError
from models.kinds import Uid
from models.parcels import Manifest
from services import package, records
from services.package import Keys, Order, Preset, Source, checking
from services.workspace import Workspace
from tests.groups import Field

EVERYTHING = Order(preset=Preset.ARCHIVE)


def work(field: Field, tmp_path: Path) -> dict[str, Uid]:
    """Some of everything: a problem with a photo, a talk with a scan, a sealed name, an opinion."""
    ws = field.ws
    photo, scan = tmp_path / "台账.jpg", tmp_path / "手记.jpg"
    photo.write_bytes(b"\xff\xd8" + b"photo" * 3000)
    scan.write_bytes(b"\xff\xd8" + b"handwriting" * 2000)
    problem = records.add(ws, "problem", [field.problem()]).uids[0]
    talk = records.add(ws, "interview", [field.talk()]).uids[0]
    code = records.get(ws, "interview", talk).values["code_name"]
    records.add(ws, "identity", [{"code_name": code, "real_name": "张建军"}])
    records.add(ws, "opinion", [{"unit": field.health, "text": "会议太多"}])
    for owner, path in ((problem, photo), (talk, scan)):
        kind = "attachment" if owner == problem else "talk_attachment"
        records.add(ws, kind, [{"belongs_to": owner, "file": str(path)}])
    return {"problem": problem, "talk": talk}


def packed(ws: Workspace, folder: Path, order: Order = EVERYTHING) -> Path:
    """The one package of an order."""
    (parcel,) = package.write(ws, folder, order).parcels
    return parcel.path


def proven(path: Path, keys: Keys) -> Manifest:
    """The manifest of a package of which everything was proven."""
    with package.open_source(path, keys) as source, source.read() as connection:
        checking.walk(connection, source.manifest.runs, source.name)
        return source.manifest


def changes_in(source: Source) -> dict[tuple[str, str, int, bytes], bytes]:
    """Every change in force of a source: (replica, scope, seq, id) → body."""
    scope, stream, change = parcels.scope, parcels.stream, parcels.change
    query = (
        sa.select(stream.c.replica, scope.c.name, change.c.seq, change.c.id, change.c.body)
        .join(stream, stream.c.n == change.c.stream)
        .join(scope, scope.c.n == stream.c.scope)
        .where(checking.IN_FORCE)
    )
    with source.read() as connection:
        found = connection.execute(query).all()
    return {(r, s, n, bytes(i)): bytes(body) for r, s, n, i, body in found}


def stored_in(ws: Workspace) -> dict[tuple[str, str, int, bytes], bytes]:
    """Every change in force of a workspace, likewise."""
    scope, stream, change = tables.scope, tables.stream, tables.change
    query = (
        sa.select(stream.c.replica, scope.c.name, change.c.seq, change.c.id, change.c.body)
        .join(stream, stream.c.n == change.c.stream)
        .join(scope, scope.c.n == stream.c.scope)
        .where(change.c.seq <= stream.c.seq, change.c.n.not_in(sa.select(tables.held.c.change)))
    )
    with ws.store.read() as connection:
        found = connection.execute(query).all()
    return {(r, s, n, bytes(i)): bytes(body) for r, s, n, i, body in found}


def altered(path: Path, key: FileKey, alter: Callable[[sa.Connection], object]) -> None:
    """Change a file with its key in hand: every page bears its right code afterwards."""
    engine = new_engine(lambda: connect(path, key), pooled=False)
    with engine.connect() as connection:
        connection.exec_driver_sql("begin immediate")
        alter(connection)
        connection.commit()


def retold(path: Path, key: FileKey, retell: Callable[[Manifest], Manifest]) -> None:
    """Let a package's manifest say something else."""

    def alter(connection: sa.Connection) -> None:
        body = connection.scalar(sa.select(parcels.manifest.c.value))
        manifest = retell(Manifest.decode(bytes(body or b"")))
        connection.execute(parcels.manifest.update().values(value=manifest.encode()))

    altered(path, key, alter)


def code(path: Path, keys: Keys) -> str:
    """Why a file is refused; nothing may be left of it."""
    with pytest.raises(AppError) as refused:
        proven(path, keys)
    assert not list((Path(tempfile.gettempdir())).iterdir())
    return refused.value.code


def sql(text: str) -> Callable[[sa.Connection], object]:
    """What runs one statement on a connection."""
    return lambda connection: connection.exec_driver_sql(text)
