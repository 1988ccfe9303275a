"""What goes into a package: scopes by receiver and unit, and of each stream what is in force.

What the receiver has said to hold need not travel. Numbers alone would lie after a restore, so only
a change whose very id the receiver named, and that is in force here, counts as held.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import orjson
import sqlalchemy as sa

from models import tables
from models.catalogue import KINDS
from models.journal import GENESIS
from models.kinds import ChangeId, ReplicaId, Tier, Uid, Value
from models.parcels import ParcelKind, Preset, Run, Tip
from models.projection import tier_of
from services import linking
from services.workspace import COMMON, Workspace

LOG = "log"
ALWAYS = frozenset({COMMON, LOG})
"""Scopes that every package carries."""
_CONTENT_FIELDS = frozenset({"file", "digest"})
"""Fields that name a content by its SHA-256."""
_CONTENT_KINDS = tuple(
    name for name, kind in KINDS.items() if _CONTENT_FIELDS & {f.name for f in kind.fields}
)
_WORK = frozenset({COMMON, LOG, "unit", "group"})
_HASH_CHARACTERS = 64
_ROWS_AT_ONCE = 500


class Extent(StrEnum):
    """How much of the chosen scopes is packed."""

    ALL = "all"
    COMMON = "common"
    """Campaign, units, groups, people: for someone who joins."""
    NOTHING = "nothing"
    """The manifest alone, with the tips of all chosen scopes: for a receipt."""


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """What is to be packed, and for whom."""

    preset: Preset = Preset.OFFICE
    units: frozenset[Uid] = frozenset()
    """Chosen units; empty means all."""
    with_talks: bool = False
    """For the office: talk text too. The group and the archive always get it."""
    with_names: bool = False
    """For the office: sealed names too, and the wrapped key that opens them."""
    receivers: frozenset[ReplicaId] = frozenset()
    """Laptops of which at least one lacks what is packed; empty means everything is packed."""
    kind: ParcelKind = ParcelKind.PACKAGE
    extent: Extent = Extent.ALL
    numbers: tuple[tuple[str, Value], ...] = ()
    conflicts: tuple[Value, ...] = ()
    receipt: tuple[tuple[str, Value], ...] | None = None
    secrets: tuple[tuple[str, str, str], ...] = ()
    """Further rows (kind, owner, value) that travel outside the journal."""

    def tiers(self) -> frozenset[Tier]:
        """The tiers that travel."""
        if self.preset is not Preset.OFFICE:
            return frozenset(Tier)
        talks = {Tier.TALK} if self.with_talks else set()
        names = {Tier.SEALED} if self.with_names else set()
        return frozenset({Tier.WORK, *talks, *names})

    def takes(self, scope: str) -> bool:
        """Whether a scope is among those chosen, packed or not."""
        if scope in ALWAYS:
            return True
        tier = tier_of(scope)
        place = scope if tier is Tier.WORK else scope.partition("/")[2]
        if tier not in self.tiers() or (self.units and place not in self._unit_scopes()):
            return False
        # A tier that this version does not know goes only where all tiers go.
        return place.partition("/")[0] in _WORK or self.preset is not Preset.OFFICE

    def packs(self, scope: str) -> bool:
        """Whether changes of a scope are packed."""
        if self.extent is Extent.ALL:
            return self.takes(scope)
        return self.extent is Extent.COMMON and scope == COMMON

    def _unit_scopes(self) -> frozenset[str]:
        return frozenset(f"unit/{unit}" for unit in self.units)


@dataclass(frozen=True, slots=True)
class Picked:
    """One run to be packed, with its stream's number in this file."""

    stream: int
    run: Run
    size_bytes: int
    """Of the stored bodies."""
    forked: bool


@dataclass(frozen=True, slots=True)
class Content:
    """A content that goes along, and the first packed change that names it."""

    hash: str
    size_bytes: int
    stream: int
    seq: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What an order comes to in a file as it stands."""

    picked: tuple[Picked, ...]
    contents: tuple[Content, ...]
    tips: tuple[Tip, ...]
    counts: dict[str, int]
    """Records of which a change is packed, by kind."""
    known: int
    """Changes of the chosen scopes that the receivers have already."""

    @property
    def changes(self) -> int:
        """How many changes are packed."""
        return sum(one.run.changes for one in self.picked)

    @property
    def size_bytes(self) -> int:
        """About how large the package gets."""
        contents = sum(one.size_bytes for one in self.contents)
        return estimate(sum(one.size_bytes for one in self.picked), self.changes, contents)


_CHANGE_OVERHEAD, _BASE_BYTES = 200, 256 * 1024


def estimate(bodies: int, changes: int, contents: int) -> int:
    """About how large a package gets, in bytes: rather too much than too little."""
    return (bodies + contents + changes * _CHANGE_OVERHEAD) * 108 // 100 + _BASE_BYTES


_parts = sa.Table(
    "picked_part",
    sa.MetaData(),
    sa.Column("stream", sa.Integer, primary_key=True),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
"""What of each stream is packed, in memory, so that one statement can ask about all of it."""

_BY_STREAM = (
    "from picked_part cross join change on change.stream = picked_part.stream "
    "and change.seq between picked_part.first and picked_part.last "
    "and change.n not in (select change from held) "
)
_BY_PLACE = (
    "from change not indexed cross join picked_part on change.stream = picked_part.stream "
    "and change.seq between picked_part.first and picked_part.last "
    "and change.n not in (select change from held) "
)
_FEW = 8
"""Packed changes are looked up one by one if they are less than one of so many; else the file is
read once from its beginning to its end, for a page holds changes of many streams."""
_SAMPLED = 500


def packed_changes(connection: sa.Connection, columns: str, ending: str = "") -> sa.TextClause:
    """A query for columns of the changes that `pick` was told of on this connection.

    Where much of the file is packed they come in the order in which they are stored.
    """
    packed = connection.scalar(sa.text("select sum(last - first + 1) from picked_part")) or 0
    stored = connection.scalar(sa.select(sa.func.max(tables.change.c.n))) or 0
    way = _BY_STREAM if packed * _FEW < stored else _BY_PLACE
    return sa.text(f"select {columns} {way} {ending}")


def survey(workspace: Workspace, order: Order) -> Selection:
    """What the order would come to now; nothing is written."""
    with workspace.store.read() as connection:
        return select(connection, with_joined(connection, order))


def with_joined(connection: sa.Connection, order: Order) -> Order:
    """The order with all rows of the units that it names (see `services.linking`)."""
    units = linking.joined(connection).widen(order.units)
    return order if units == order.units else replace(order, units=units)


def select(connection: sa.Connection, order: Order, *, exact: bool = True) -> Selection:
    """What the order comes to; `connection` reads one consistent view of a workspace.

    Not `exact`, sizes are a guess by the newest changes and nothing is counted by kind.
    """
    streams = _streams(connection)
    tips = [Tip(s.replica, s.name, s.seq, s.tip) for s in streams if order.takes(s.name)]
    packed = [s for s in streams if order.packs(s.name)]
    held = _held_by(connection, order.receivers)
    starts: dict[int, tuple[int, ChangeId]] = {}
    known = 0
    for stream in packed:
        after, prev = held.get(stream.n, (0, ChangeId(GENESIS)))
        if stream.forked:
            # A number does not say which branches the receiver has: all of them travel.
            after, prev = 0, ChangeId(GENESIS)
        known += after
        if after < stream.seq:
            starts[stream.n] = (after + 1, prev)
    seqs = {s.n: s.seq for s in packed}
    pick(connection, [(n, first, seqs[n]) for n, (first, _) in starts.items()])
    # Of a forked stream numbers do not say how many changes there are.
    sizes = _sizes(connection, exact=exact or any(s.forked for s in packed))
    picked = tuple(_picked(s, *starts[s.n], *sizes[s.n]) for s in packed if s.n in starts)
    counts = count_kinds(connection) if exact else {}
    return Selection(picked, tuple(_contents(connection)), tuple(tips), counts, known)


def pick(connection: sa.Connection, parts: Sequence[tuple[int, int, int]]) -> None:
    """Let later queries on this connection ask about these (stream, first, last)."""
    _parts.drop(connection, checkfirst=True)
    _parts.create(connection)
    if parts:
        rows = [{"stream": n, "first": first, "last": last} for n, first, last in parts]
        connection.execute(_parts.insert(), rows)


def count_kinds(connection: sa.Connection) -> dict[str, int]:
    """Records of which a change is picked, by kind."""
    rows = tuple({int(n) for (n,) in connection.execute(packed_changes(connection, "change.row"))})
    row = tables.row
    found: dict[str, set[str]] = {}
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = row.c.n.in_(rows[start : start + _ROWS_AT_ONCE])
        for entity, uid in connection.execute(sa.select(row.c.entity, row.c.uid).where(some)):
            found.setdefault(entity, set()).add(uid)
    return {kind: len(uids) for kind, uids in sorted(found.items())}


def _sizes(connection: sa.Connection, *, exact: bool) -> dict[int, tuple[int, int]]:
    """Stream → how many changes of it are picked, and about how many bytes they have."""
    change = tables.change
    if exact:
        columns = "change.stream, count(*), sum(length(change.body))"
        query = packed_changes(connection, columns, "group by change.stream")
        return {n: (count, size) for n, count, size in connection.execute(query)}
    newest = sa.select(sa.func.length(change.c.body).label("size"))
    newest = newest.order_by(change.c.n.desc()).limit(_SAMPLED)
    mean = connection.scalar(sa.select(sa.func.avg(newest.subquery().c.size))) or 0
    counted = sa.text(f"select change.stream, count(*) {_BY_STREAM} group by change.stream")
    return {n: (count, round(count * mean)) for n, count in connection.execute(counted)}


@dataclass(frozen=True, slots=True)
class _Stream:
    """One stream of this file."""

    n: int
    replica: ReplicaId
    name: str
    seq: int
    tip: ChangeId
    forked: bool


def _streams(connection: sa.Connection) -> list[_Stream]:
    """Streams with something in force, common ones first."""
    stream, scope = tables.stream, tables.scope
    query = (
        sa.select(
            *(stream.c.n, stream.c.replica, scope.c.name),
            *(stream.c.seq, stream.c.tip, stream.c.forked),
        )
        .join(scope, scope.c.n == stream.c.scope)
        .where(stream.c.seq > 0)
        .order_by(scope.c.name.not_in(ALWAYS), scope.c.name, stream.c.replica)
    )
    return [
        _Stream(n, ReplicaId(replica), name, seq, _hex(tip), bool(forked))
        for n, replica, name, seq, tip, forked in connection.execute(query)
    ]


def _picked(stream: _Stream, first: int, prev: ChangeId, count: int, size: int) -> Picked:
    run = Run(
        replica=stream.replica,
        scope=stream.name,
        first=first,
        last=stream.seq,
        prev=prev,
        last_id=stream.tip,
        changes=count,
    )
    return Picked(stream.n, run, size, stream.forked)


def _hex(stored: bytes) -> ChangeId:
    return ChangeId(bytes(stored).hex())


def _held_by(
    connection: sa.Connection, receivers: frozenset[ReplicaId]
) -> dict[int, tuple[int, ChangeId]]:
    """Stream → the last change that all of the receivers have, where that is in force here."""
    peer, scope, stream, change = tables.peer_tip, tables.scope, tables.stream, tables.change
    query = (
        sa.select(stream.c.n, change.c.seq, change.c.id)
        .select_from(peer)
        .join(scope, scope.c.name == peer.c.scope)
        .join(stream, sa.and_(stream.c.scope == scope.c.n, stream.c.replica == peer.c.replica))
        .join(change, sa.and_(change.c.stream == stream.c.n, change.c.seq == peer.c.seq))
        .where(
            peer.c.peer.in_(receivers),
            sa.func.lower(sa.func.hex(change.c.id)) == peer.c.id,
            change.c.seq <= stream.c.seq,
            change.c.n.not_in(sa.select(tables.held.c.change)),
        )
    )
    found: dict[int, list[tuple[int, ChangeId]]] = {}
    for n, seq, change_id in connection.execute(query):
        found.setdefault(n, []).append((seq, _hex(change_id)))
    return {n: min(said) for n, said in found.items() if len(said) == len(receivers)}


def _contents(connection: sa.Connection) -> Iterator[Content]:
    """The contents that packed changes name and this file has, each once."""
    blob = tables.blob
    query = sa.select(blob.c.hash, blob.c.size)
    sizes = {str(digest): int(size) for digest, size in connection.execute(query)}
    if not sizes:
        return
    known = orjson.dumps(list(KINDS)).decode()
    kinds = orjson.dumps(_CONTENT_KINDS).decode()
    for stream, seq, body in connection.execute(_NAMING, {"kinds": kinds, "known": known}):
        for digest in _hashes(orjson.loads(body)["fields"]):
            size = sizes.pop(digest, None)
            if size is not None:
                yield Content(digest, size, stream, seq)


_NAMING = sa.text(
    "select change.stream, change.seq, change.body from row "
    "cross join change on change.row = row.n "
    "cross join picked_part on picked_part.stream = change.stream "
    "and change.seq between picked_part.first and picked_part.last "
    "where (row.entity in (select value from json_each(:kinds)) "
    "or row.entity not in (select value from json_each(:known))) "
    "and change.n not in (select change from held) order by change.stream, change.seq"
)
"""From the few records that may name a content to their changes."""


def _hashes(fields: dict[str, Value]) -> Iterator[str]:
    """Values that look like a content's hash; a newer program's fields may have any name."""
    for value in fields.values():
        if isinstance(value, str) and len(value) == _HASH_CHARACTERS:
            yield value
