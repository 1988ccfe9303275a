"""The package file (`*.dudaopack`), format 1: its tables, and the manifest that says what is in it.

A package is a SQLCipher database without a write-ahead log. Format 1 is a promise: a package
written today must be read in ten years. Whoever hands one over may be hostile: the tables must be
these very ones, and the manifest is read strictly and within bounds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa

from models.errors import Damaged, NewerVersion, Refused
from models.journal import GENESIS, MAX_AT, VERSION
from models.kinds import ChangeId, ReplicaId, Uid, Value

FORMAT = 1
"""Version of the package format (`user_version`, and in the manifest)."""
APPLICATION_ID = 0x44554450
"""`DUDP`: this database is a package of this program."""
SUFFIX = ".dudaopack"
MAX_MANIFEST_BYTES = 64 * 1024 * 1024
MAX_ENTRIES = 1_000_000
"""Most runs, tips, kinds, contents or conflicts that one manifest lists."""
MAX_TEXT = 500
"""Longest name of a person, group, scope or program in a manifest, in characters."""
MAX_SEQ = 2**53

metadata = sa.MetaData()

scope = sa.Table(
    "scope",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)
stream = sa.Table(
    "stream",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("replica", sa.Text, nullable=False),
    sa.Column("scope", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("tip", sa.LargeBinary, nullable=False),
)
"""Streams of which the package holds a run; `seq` and `tip` are the run's last change."""
change = sa.Table(
    "change",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("stream", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("id", sa.LargeBinary, nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
row = sa.Table(
    "row",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("scope", sa.Integer, nullable=False),
)
blob = sa.Table(
    "blob",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
secret = sa.Table(
    "secret",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""Wrapped name keys when sealed scopes travel, revocation lists, a transfer key in a join."""
manifest = sa.Table(
    "manifest",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
"""`body`: the manifest's canonical bytes; `signature`: detached CMS (DER) over them, or absent."""

STATEMENTS = (
    "CREATE TABLE scope (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE stream (n INTEGER PRIMARY KEY, replica TEXT NOT NULL, scope INTEGER NOT NULL,"
    " seq INTEGER NOT NULL, tip BLOB NOT NULL, UNIQUE (replica, scope)) STRICT",
    'CREATE TABLE "row" (n INTEGER PRIMARY KEY, uid TEXT NOT NULL, entity TEXT NOT NULL,'
    " scope INTEGER NOT NULL) STRICT",
    "CREATE TABLE change (n INTEGER PRIMARY KEY, stream INTEGER NOT NULL, seq INTEGER NOT NULL,"
    ' id BLOB NOT NULL, "row" INTEGER NOT NULL, body BLOB NOT NULL,'
    " UNIQUE (stream, seq, id)) STRICT",
    "CREATE TABLE blob (hash TEXT PRIMARY KEY, size INTEGER NOT NULL, data BLOB NOT NULL) STRICT",
    "CREATE TABLE secret (kind TEXT NOT NULL, owner TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY (kind, owner)) STRICT",
    "CREATE TABLE manifest (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT",
)
"""The definitions of format 1 to the letter: a reader takes these and no others."""


class Preset(StrEnum):
    """For whom a package is put together."""

    GROUP = "group"
    """组员: all tiers, names sealed, and the wrapped name key."""
    OFFICE = "office"
    """办公室: work only, more if it was asked for."""
    ARCHIVE = "archive"
    """归档移交: everything."""


class ParcelKind(StrEnum):
    """What a package is for."""

    PACKAGE = "package"
    RECEIPT = "receipt"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who packed, on which laptop."""

    replica: ReplicaId
    person: Uid
    name: str
    letter: str
    group: Uid
    group_name: str
    is_office: bool


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken part of one stream that the package holds."""

    replica: ReplicaId
    scope: str
    first: int
    last: int
    prev: ChangeId
    """`prev` of the first change; 64 zeros when that is number 1."""
    last_id: ChangeId
    changes: int
    """How many; more than `last - first + 1` where the stream forked."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The last change of a stream that somebody has in force."""

    replica: ReplicaId
    scope: str
    seq: int
    id: ChangeId


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself; a workspace file's is made up on reading (`package` empty)."""

    package: str
    """Random id, 32 hex characters; empty for a workspace file."""
    kind: ParcelKind
    made_at: int
    """The packer's clock, UTC, milliseconds since 1970."""
    program: str
    campaign: Uid
    campaign_title: str
    sender: Sender
    preset: Preset
    units: tuple[Uid, ...] = ()
    """Chosen units; empty means all."""
    runs: tuple[Run, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """Records of which the package holds a change, by kind."""
    blobs: Mapping[str, int] = field(default_factory=dict)
    """SHA-256 → size in bytes."""
    tips: tuple[Tip, ...] = ()
    """All streams that the sender has in force in the chosen scopes, packed or not."""
    numbers: Mapping[str, Value] = field(default_factory=dict)
    conflicts: tuple[Value, ...] = ()
    receipt: Mapping[str, Value] | None = None
    format: int = FORMAT
    journal: int = VERSION

    def encode(self) -> bytes:
        """The canonical bytes that are stored and signed.

        Raises:
            Refused: `package_manifest_large`, more than a reader would take.
        """
        body = _plain(self)
        body["sender"] = _plain(self.sender)
        body["runs"] = [_plain(run) for run in self.runs]
        body["tips"] = [[t.replica, t.scope, t.seq, t.id] for t in self.tips]
        data = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        if len(data) > MAX_MANIFEST_BYTES:
            raise Refused("package_manifest_large")
        return data

    @classmethod
    def decode(cls, data: bytes) -> "Manifest":
        """Read canonical bytes; fields that a later program added are left alone.

        Raises:
            NewerVersion: `package_newer`, another format or a later version of the journal.
            Damaged: `package_manifest_bad`, anything else that is no manifest.
        """
        if len(data) > MAX_MANIFEST_BYTES:
            raise _bad("size")
        try:
            body = orjson.loads(data)
            canonical = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
            raise _bad("json") from error
        if not isinstance(body, dict) or canonical != data:
            raise _bad("spelling")
        for name, known in (("format", FORMAT), ("journal", VERSION)):
            version = _number(body, name)
            if version > known:
                raise NewerVersion("package_newer", version=version)
            if version != known:
                raise _bad(name)
        return _manifest(body)


def _plain(value: "Manifest | Sender | Run") -> dict[str, object]:
    """Fields by name; orjson would not sort those of a dataclass."""
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _bad(detail: str) -> Damaged:
    return Damaged("package_manifest_bad", detail=detail)


_Body = Mapping[str, Any]
_Entry = TypeVar("_Entry")
_KeyOrName = TypeVar("_KeyOrName", bound=str)
_is_hex16 = re.compile(r"[0-9a-f]{32}").fullmatch
_is_hex32 = re.compile(r"[0-9a-f]{64}").fullmatch


def _manifest(body: _Body) -> Manifest:
    package = _text(body, "package")
    return Manifest(
        package=_uid(body, "package") if package else "",
        kind=_choice(body, "kind", ParcelKind),
        made_at=_number(body, "made_at", most=MAX_AT),
        program=_text(body, "program"),
        campaign=_uid(body, "campaign"),
        campaign_title=_text(body, "campaign_title"),
        sender=_sender(_object(body, "sender")),
        preset=_choice(body, "preset", Preset),
        units=tuple(_uid({"units": u}, "units") for u in _list(body, "units")),
        runs=tuple(_run(_object({"runs": r}, "runs")) for r in _list(body, "runs")),
        counts={k: _number(body["counts"], k) for k in _named(body, "counts")},
        blobs={_hash(k): _number(body["blobs"], k) for k in _named(body, "blobs")},
        tips=tuple(_tip(t) for t in _list(body, "tips")),
        numbers=_object(body, "numbers"),
        conflicts=tuple(_list(body, "conflicts")),
        receipt=None if body.get("receipt") is None else _object(body, "receipt"),
    )


def _sender(body: _Body) -> Sender:
    if not isinstance(body.get("is_office"), bool):
        raise _bad("is_office")
    return Sender(
        replica=ReplicaId(_uid(body, "replica")),
        person=_uid(body, "person"),
        name=_text(body, "name"),
        letter=_text(body, "letter"),
        group=_uid(body, "group"),
        group_name=_text(body, "group_name"),
        is_office=body["is_office"],
    )


def _run(body: _Body) -> Run:
    run = Run(
        replica=ReplicaId(_uid(body, "replica")),
        scope=_text(body, "scope", least=1),
        first=_number(body, "first", least=1),
        last=_number(body, "last", least=1),
        prev=ChangeId(_hash(_text(body, "prev"))),
        last_id=ChangeId(_hash(_text(body, "last_id"))),
        changes=_number(body, "changes", least=1),
    )
    if run.last < run.first or run.changes <= run.last - run.first:
        raise _bad("runs")
    if (run.first == 1) != (run.prev == GENESIS):
        raise _bad("runs")
    return run


def _tip(entry: object) -> Tip:
    if not isinstance(entry, list) or len(entry) != len(_TIP):
        raise _bad("tips")
    body = dict(zip(_TIP, entry, strict=True))
    return Tip(
        replica=ReplicaId(_uid(body, "replica")),
        scope=_text(body, "scope", least=1),
        seq=_number(body, "seq", least=1),
        id=ChangeId(_hash(_text(body, "id"))),
    )


_TIP = ("replica", "scope", "seq", "id")


def _text(body: _Body, name: str, *, least: int = 0) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not least <= len(value) <= MAX_TEXT or "\0" in value:
        raise _bad(name)
    return value


def _uid(body: _Body, name: str) -> Uid:
    value = body.get(name)
    if not isinstance(value, str) or not _is_hex16(value):
        raise _bad(name)
    return Uid(value)


def _hash(value: str) -> str:
    if not _is_hex32(value):
        raise _bad("hash")
    return value


def _number(body: _Body, name: str, *, least: int = 0, most: int = MAX_SEQ) -> int:
    value = body.get(name)
    if type(value) is not int or not least <= value <= most:
        raise _bad(name)
    return value


def _choice(body: _Body, name: str, kind: Callable[[str], _KeyOrName]) -> _KeyOrName:
    try:
        return kind(_text(body, name))
    except ValueError as error:
        raise NewerVersion("package_newer", version=_text(body, name)) from error


def _list(body: _Body, name: str) -> list[Any]:
    value = body.get(name)
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        raise _bad(name)
    return value


def _object(body: _Body, name: str) -> dict[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict) or len(value) > MAX_ENTRIES:
        raise _bad(name)
    return value


def _named(body: _Body, name: str) -> list[str]:
    keys = list(_object(body, name))
    if any(not 0 < len(key) <= MAX_TEXT for key in keys):
        raise _bad(name)
    return keys
