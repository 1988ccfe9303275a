"""Opening what is merged from: a package or a whole workspace file, copied and proven first."""

import base64
import contextlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from models import packfile, parcels, tables
from models.base import table
from models.cipher import PAGE_BYTES, FileKey, key_among
from models.copies import private_copy
from models.database import held_key
from models.errors import AppError, Damaged, Refused, WrongPassphrase
from models.kinds import ReplicaId, Uid
from models.packfile import Packfile
from models.parcels import (
    MAX_MANIFEST_BYTES,
    MAX_TEXT,
    SUFFIX,
    Manifest,
    ParcelKind,
    Preset,
    Run,
    Sender,
    Tip,
)
from services.core import Progress
from services.package import checking, signature
from services.package.keys import CRL, Keys
from services.package.signature import UNSIGNED, SignatureVerdict

MAX_SIGNATURE_BYTES = 1024 * 1024
_NS_PER_MS = 1_000_000
_FACTS = ("campaign", "group", "actor", "replica", "letter")
"""What a workspace file says of itself."""


@dataclass(frozen=True, slots=True)
class Source:
    """A proven private copy of a package or of a workspace file; closing it removes the copy.

    Its tables are those of `models.parcels`, and `held` (change): what of a workspace file is not
    in force, always empty for a package. Changes themselves are proven by whoever reads them.
    """

    file: Packfile
    manifest: Manifest
    manifest_bytes: bytes
    """As stored and signed; of a workspace file, as made up."""
    signature: SignatureVerdict
    signature_bytes: bytes | None
    is_package: bool

    @property
    def name(self) -> str:
        """The file name that the person knows."""
        return self.file.name

    @property
    def path(self) -> Path:
        """The private copy."""
        return self.file.path

    @property
    def key(self) -> FileKey:
        """The key that opens the copy."""
        return self.file.key

    def connect(self) -> sa.Connection:
        """A connection that cannot write; whoever opens it closes it, before the source."""
        return self.file.connect()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """`connect`, the database's errors told as known failures, closed at the end."""
        with self.file.read() as connection:
            yield connection

    def secrets(self, kind: str) -> Mapping[str, str]:
        """Owner → value of what travels outside the journal, of one kind; of a package only."""
        if not self.is_package:
            return {}
        with self.read() as connection:
            return _secrets(connection, kind)

    def close(self) -> None:
        """Remove the copy."""
        self.file.close()

    def __enter__(self) -> "Source":
        """The source itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove the copy."""
        self.close()


def open_source(path: Path, keys: Keys, progress: Progress | None = None) -> Source:
    """Copy a file to a private folder and prove all of it but its changes; the caller closes it.

    The file itself is only read, from read-only media too, and nothing is written beside it.

    Raises:
        WrongPassphrase: `package_locked`, none of the keys opens it.
        Damaged: truncated, altered, or not what its manifest says.
        NewerVersion: made by a newer program.
        Refused: no such file, another program's, or open in this program now.
        Cancelled: the person stopped it.
    """
    progress = progress or Progress()
    _refuse_what_is_no_file(path)
    copy = private_copy(path)
    try:
        file = Packfile(copy, _key(copy, keys), path.name)
        packfile.settle(file)
        progress.step(0, 0, "pages")
        with packfile.beside_its_pages(file):
            is_package = packfile.prove(file)
            if is_package:
                return _package(file, keys, progress)
            return _workspace(file, path.stat().st_mtime_ns // _NS_PER_MS, progress)
    except BaseException:
        Packfile(copy, FileKey(b"", b""), path.name).close()
        raise


def _refuse_what_is_no_file(path: Path) -> None:
    try:
        is_there, is_file = path.exists(), path.is_file()
    except OSError as error:
        # A folder that nobody may look into, or a name longer than the system takes.
        raise Refused("file_unreadable", path=path.name, detail=error.strerror or "") from error
    if not is_there:
        raise Refused("file_missing", path=str(path))
    if not is_file:
        raise Refused("file_foreign", path=path.name or str(path))
    if held_key(path) is not None:
        # Reading its bytes would drop the locks that the database holds on it.
        raise Refused("package_is_open", path=path.name)


def _key(copy: Path, keys: Keys) -> FileKey:
    """The one of the keys that fits, with a package's own words for what is wrong."""
    size = copy.stat().st_size
    try:
        return key_among(copy, keys.offered)
    except WrongPassphrase as error:
        if keys.passphrases:
            raise
        raise WrongPassphrase("package_locked", path=copy.name) from error
    except Damaged as error:
        if error.code == "file_damaged" and size % PAGE_BYTES and not error.params["pages"]:
            raise Damaged("package_truncated", path=copy.name) from error
        if error.code == "file_damaged":
            raise Damaged("package_damaged", path=copy.name, detail="page") from error
        raise
    except Refused as error:
        if error.code == "file_foreign" and copy.suffix == SUFFIX and size < PAGE_BYTES:
            raise Damaged("package_truncated", path=copy.name) from error
        raise


def _package(file: Packfile, keys: Keys, progress: Progress) -> Source:
    with file.read() as connection:
        body, signed = _manifest_rows(connection, file.name)
        manifest = Manifest.decode(body)
        if not manifest.package:
            raise Damaged("package_manifest_bad", detail="package")
        checking.prove_secrets(connection, file.name)
        checking.compare(connection, manifest, file.name)
        checking.prove_blobs(connection, manifest.blobs, file.name, _telling(progress))
        brought = _secrets(connection, CRL).values()
    crls = (*keys.crls, *(_der(value) for value in brought))
    verdict = signature.judge(body, signed, name=file.name, roots=keys.roots, crls=crls)
    return Source(file, manifest, body, verdict, signed, is_package=True)


def _telling(progress: Progress) -> checking.Tell:
    return lambda done, total: progress.step(done, total, "contents")


def _manifest_rows(connection: sa.Connection, name: str) -> tuple[bytes, bytes | None]:
    """The manifest's bytes and signature, bounded before they are read."""
    target = parcels.manifest
    sizes = connection.execute(sa.select(target.c.key, sa.func.length(target.c.value))).all()
    found = {str(key): int(size) for key, size in sizes}
    if not found.keys() <= {"body", "signature"} or "body" not in found:
        checking.differ(name, "manifest")
    if found["body"] > MAX_MANIFEST_BYTES or found.get("signature", 0) > MAX_SIGNATURE_BYTES:
        checking.differ(name, "manifest")
    rows = {key: bytes(value) for key, value in connection.execute(target.select())}
    return rows["body"], rows.get("signature")


def _secrets(connection: sa.Connection, kind: str) -> dict[str, str]:
    secret = parcels.secret
    query = sa.select(secret.c.owner, secret.c.value).where(secret.c.kind == kind)
    return {str(owner): str(value) for owner, value in connection.execute(query)}


def _der(value: str) -> bytes:
    """A list as it travels; what is none is told by whoever reads it."""
    with contextlib.suppress(ValueError):
        return base64.b64decode(value, validate=True)
    return b""


def _workspace(file: Packfile, made_at: int, progress: Progress) -> Source:
    """A whole workspace file: nobody signed it, and its manifest is made up of what it holds."""
    with file.read() as connection:
        checking.prove_secrets(connection, file.name)
        runs = checking.runs_held(connection, file.name)
        blobs = checking.blobs_held(connection, file.name)
        checking.prove_blobs(connection, blobs, file.name, _telling(progress))
        body = _made_up(connection, file.name, runs, blobs, made_at).encode()
    # The file was written by somebody else: what it says of itself passes the same gate.
    manifest = Manifest.decode(body)
    return Source(file, manifest, body, UNSIGNED, None, is_package=False)


def _made_up(
    connection: sa.Connection, name: str, runs: list[Run], blobs: Mapping[str, int], made_at: int
) -> Manifest:
    query = tables.meta.select().where(tables.meta.c.key.in_(_FACTS))
    meta = {str(k): str(v)[:MAX_TEXT] for k, v in connection.execute(query)}
    if any(run.first != 1 for run in runs):
        checking.differ(name, "runs")
    if any(not meta.get(key) for key in ("campaign", "group", "actor")):
        raise Damaged("workspace_incomplete", path=name)
    group = _named(connection, "group", meta["group"], "name", "is_office")
    return Manifest(
        package="",
        kind=ParcelKind.PACKAGE,
        made_at=made_at,
        program="",
        campaign=Uid(meta["campaign"]),
        campaign_title=str(_named(connection, "campaign", meta["campaign"], "title")[0] or ""),
        sender=Sender(
            replica=ReplicaId(meta.get("replica", "")),
            person=Uid(meta["actor"]),
            name=str(_named(connection, "person", meta["actor"], "name")[0] or ""),
            letter=meta.get("letter", ""),
            group=Uid(meta["group"]),
            group_name=str(group[0] or ""),
            is_office=bool(group[1]),
        ),
        preset=Preset.ARCHIVE,
        runs=tuple(runs),
        counts=checking.counts_held(connection),
        blobs=blobs,
        tips=tuple(Tip(r.replica, r.scope, r.last, r.last_id) for r in runs),
    )


def _named(connection: sa.Connection, kind: str, uid: str, *columns: str) -> list[object]:
    """Columns of one projected record of a stranger's file; None for what is not there."""
    target = table(kind)
    with contextlib.suppress(AppError, sa.exc.DBAPIError):
        query = sa.select(*(target.c[c] for c in columns)).where(target.c.uid == uid)
        found = connection.execute(query).first()
        if found is not None:
            return [v[:MAX_TEXT] if isinstance(v, str) else v for v in found]
    return [None] * len(columns)
