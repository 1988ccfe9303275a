"""Whether a source holds what it says: its contents against its manifest, and every change."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NoReturn

import orjson
import sqlalchemy as sa

from models import parcels
from models.errors import AppError, Damaged, NewerVersion
from models.journal import GENESIS, decode
from models.kinds import ChangeId, ReplicaId
from models.parcels import MAX_ENTRIES, Manifest, Run
from models.proving import FITS

MAX_BLOB_BYTES = 256 * 1024 * 1024
"""Greatest content of one attachment or document."""
MAX_SECRETS = 10_000
MAX_SECRET_CHARACTERS = 32 * 1024 * 1024
_ID_BYTES = 32
_TOLD_EVERY = 2_000

_held = sa.table("held", sa.column("change"))
IN_FORCE = sa.and_(
    parcels.change.c.seq <= parcels.stream.c.seq,
    parcels.change.c.n.not_in(sa.select(_held.c.change)),
)
"""Of a source's changes joined to their streams: those that its holder has in force."""
Tell = Callable[[int, int], None]
"""Told (done, in all); may raise to stop the work."""


def differ(name: str, detail: str) -> NoReturn:
    """Refuse a source that does not hold what it says.

    Raises:
        Damaged: `package_contents_differ`, always.
    """
    raise Damaged("package_contents_differ", path=name, detail=detail[:200])


def runs_held(connection: sa.Connection, name: str) -> list[Run]:
    """The runs in force of a source, without their `prev`: its streams, counted in its changes.

    Raises:
        Damaged: a run is broken, does not end in its stream's tip, or stands in no scope.
    """
    scope, stream, change = parcels.scope, parcels.stream, parcels.change
    for table in (scope, stream):
        if (connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0) > MAX_ENTRIES:
            differ(name, table.name)
    count, distinct = sa.func.count(), sa.func.count(sa.distinct(change.c.seq))
    query = (
        sa.select(
            *(stream.c.n, stream.c.replica, scope.c.name, stream.c.seq, stream.c.tip),
            *(sa.func.min(change.c.seq), sa.func.max(change.c.seq), distinct, count),
        )
        .select_from(stream)
        .outerjoin(scope, scope.c.n == stream.c.scope)
        .join(change, change.c.stream == stream.c.n)
        .where(IN_FORCE)
        .group_by(stream.c.n)
    )
    ends = set(connection.execute(_ENDS).all())
    runs = []
    for n, replica, scope_name, seq, tip, first, last, numbers, changes in connection.execute(
        query
    ):
        where = f"{replica} {scope_name}"
        if scope_name is None or last != seq or numbers != last - first + 1:
            differ(name, where)
        if len(tip) != _ID_BYTES or (n,) not in ends:
            differ(name, where)
        last_id = ChangeId(bytes(tip).hex())
        runs.append(
            Run(ReplicaId(replica), scope_name, first, last, ChangeId(GENESIS), last_id, changes)
        )
    return runs


_ENDS = sa.select(parcels.stream.c.n).join(
    parcels.change,
    sa.and_(
        parcels.change.c.stream == parcels.stream.c.n,
        parcels.change.c.seq == parcels.stream.c.seq,
        parcels.change.c.id == parcels.stream.c.tip,
    ),
)
"""Streams whose last change is the one they name."""


def counts_held(connection: sa.Connection) -> dict[str, int]:
    """Records of which the source holds a change, by kind."""
    row = parcels.row
    query = sa.select(row.c.entity, sa.func.count(sa.distinct(row.c.uid))).group_by(row.c.entity)
    return {str(kind): int(count) for kind, count in connection.execute(query)}


def blobs_held(connection: sa.Connection, name: str) -> dict[str, int]:
    """SHA-256 → size of the source's contents, not yet proven.

    Raises:
        Damaged: one is larger than any may be, or its size is not what is said.
    """
    blob = parcels.blob
    found: dict[str, int] = {}
    query = sa.select(blob.c.hash, blob.c.size, sa.func.length(blob.c.data))
    for digest, size, length in connection.execute(query):
        if size != length or not 0 <= size <= MAX_BLOB_BYTES or len(found) >= MAX_ENTRIES:
            differ(name, f"blob {digest}")
        found[str(digest)] = int(size)
    return found


def prove_blobs(connection: sa.Connection, blobs: Mapping[str, int], name: str, tell: Tell) -> None:
    """Read every content and compare it with its hash, one at a time.

    Raises:
        Damaged: one is not what its hash says.
    """
    blob = parcels.blob
    done, total = 0, sum(blobs.values())
    for digest, size in blobs.items():
        data = connection.scalar(sa.select(blob.c.data).where(blob.c.hash == digest))
        if hashlib.sha256(data or b"").hexdigest() != digest:
            differ(name, f"blob {digest[:12]}")
        done += size
        tell(done, total)


def prove_secrets(connection: sa.Connection, name: str) -> None:
    """Bound what travels outside the journal, before it is read.

    Raises:
        Damaged: there are more of them, or one is larger, than the format allows.
    """
    secret = parcels.secret
    length = sa.func.max(sa.func.length(secret.c.value))
    count, longest = connection.execute(sa.select(sa.func.count(), length)).one()
    if count > MAX_SECRETS or (longest or 0) > MAX_SECRET_CHARACTERS:
        differ(name, "secret")


def compare(connection: sa.Connection, manifest: Manifest, name: str) -> None:
    """Hold a package's contents against its manifest; the contents of blobs are proven apart.

    Raises:
        Damaged: `package_contents_differ`.
    """
    said = {(r.replica, r.scope): r for r in manifest.runs}
    held = {(r.replica, r.scope): r for r in runs_held(connection, name)}
    if len(said) != len(manifest.runs) or said.keys() != held.keys():
        differ(name, "runs")
    for place, run in held.items():
        have = (run.first, run.last, run.last_id, run.changes)
        wanted = said[place]
        if have != (wanted.first, wanted.last, wanted.last_id, wanted.changes):
            differ(name, " ".join(place))
    everything = connection.scalar(sa.select(sa.func.count()).select_from(parcels.change))
    if everything != sum(run.changes for run in manifest.runs):
        differ(name, "changes")
    if counts_held(connection) != manifest.counts:
        differ(name, "counts")
    if blobs_held(connection, name) != manifest.blobs:
        differ(name, "blobs")


def walk(
    connection: sa.Connection,
    runs: Iterable[Run],
    name: str,
    tell: Tell = lambda _n, _all: None,
    *,
    strict: bool = True,
) -> None:
    """Prove every change of a source: id, spelling, place, row and predecessor.

    Not `strict`, the spelling is taken as it is: for what was copied from a proven file.

    Raises:
        Damaged: `package_change_bad`, with the stream, the number and what is wrong.
        NewerVersion: a change carries a later format version.
    """
    if strict:
        _refuse_misfits(connection, name)
    first = {(r.replica, r.scope): r.prev for r in runs}
    done, total = 0, sum(run.changes for run in runs)
    previous: set[str] = set()
    ends: set[str] = set()
    at: _Place | None = None
    read = _decoded if strict else _parsed
    for place, stored_id, body, identity in _changes(connection):
        if place != at:
            starts = at is None or place[:2] != at[:2]
            prev = first.get((ReplicaId(place[0]), place[1]), "")
            previous, ends, at = ({prev} if starts else ends), set(), place
        try:
            told = read(body)
        except NewerVersion:
            raise
        except (AppError, ValueError, LookupError, TypeError) as error:
            _bad(name, place, getattr(error, "code", "body"))
        wrong = _wrong(told, (stored_id.hex(), place, identity), previous)
        if wrong:
            _bad(name, place, wrong)
        ends.add(told[0])
        done += 1
        if done % _TOLD_EVERY == 0:
            tell(done, total)
    tell(done, total)


def _refuse_misfits(connection: sa.Connection, name: str) -> None:
    """Bound what is going to be read, before it is read, and find changes that belong nowhere."""
    change = parcels.change
    belongs = sa.and_(
        change.c.row.in_(sa.select(parcels.row.c.n)),
        change.c.stream.in_(sa.select(parcels.stream.c.n)),
    )
    fits = sa.and_(sa.text(FITS), belongs)
    if connection.execute(sa.select(sa.literal(1)).select_from(change).where(~fits)).first():
        differ(name, "change")


_Place = tuple[str, str, int]
_Identity = tuple[str, str]


def _changes(connection: sa.Connection) -> Iterator[tuple[_Place, bytes, bytes, _Identity]]:
    """Every change in force: (replica, scope, seq), id, body and (uid, entity) of its row."""
    scope, stream, change, row = parcels.scope, parcels.stream, parcels.change, parcels.row
    rows = connection.execute(sa.select(row.c.n, row.c.uid, row.c.entity, row.c.scope))
    known = {n: (uid, entity, scope_n) for n, uid, entity, scope_n in rows}
    streams = connection.execute(
        sa.select(stream.c.n, stream.c.replica, scope.c.name, scope.c.n).join(
            scope, scope.c.n == stream.c.scope
        )
    ).all()
    for n, replica, scope_name, scope_n in streams:
        query = (
            sa.select(change.c.seq, change.c.id, change.c.body, change.c.row)
            .join(stream, stream.c.n == change.c.stream)
            .where(change.c.stream == n, IN_FORCE)
            .order_by(change.c.seq)
        )
        for seq, stored_id, body, row_n in connection.execute(query):
            uid, entity, row_scope = known.get(row_n, ("", "", 0))
            identity = (uid, entity) if row_scope == scope_n else ("", "")
            yield (replica, scope_name, seq), stored_id, body, identity


_Told = tuple[str, _Place, _Identity, str]
"""What a change says of itself: id, place, row, predecessor."""


def _decoded(body: bytes) -> _Told:
    change = decode(body)
    place = (change.replica, change.scope, change.seq)
    return change.id, place, (change.row, change.entity), change.prev


def _parsed(body: bytes) -> _Told:
    told = orjson.loads(body)
    place = (told["replica"], told["scope"], told["seq"])
    return hashlib.sha256(body).hexdigest(), place, (told["row"], told["entity"]), told["prev"]


def _wrong(told: _Told, wanted: tuple[str, _Place, _Identity], previous: set[str]) -> str:
    """What of a change is not as it should be; empty if all of it is."""
    change_id, place, identity, prev = told
    if (change_id, place, identity) == wanted and prev in previous:
        return ""
    if change_id != wanted[0]:
        return "id"
    if place != wanted[1]:
        return "place"
    return "row" if identity != wanted[2] else "prev"


def _bad(name: str, place: _Place, detail: str) -> NoReturn:
    replica, scope, seq = place
    where = f"{replica[:8]} {scope}"
    raise Damaged("package_change_bad", path=name, stream=where, seq=seq, detail=detail)
