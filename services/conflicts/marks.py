"""What the log keeps of conflicts: which were handed back to their authors, which were settled.

Whoever holds both branches of a row sees its conflict, on every laptop. So handing one back
(交还作者定) moves no data: it says who is asked. The mark is a row of the `log` scope, which goes
with every package; on a laptop of one of the authors the conflict then stands first in the queue.
It names the candidates it was made for: as soon as another value comes in, or the conflict is
settled, it means nothing any more. Nothing is locked: who is not asked may still decide. A receipt
without changes carries the same marks in its manifest (`listed`, taken in by `take_listed`).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
import sqlalchemy as sa

from models import tables
from models.base import dump, table
from models.catalogue import KINDS
from models.errors import Refused
from models.journal import decode
from models.kinds import ChangeId, Tier, Uid, Value
from models.projection import tier_of
from models.writer import Writer, new_uid
from models.writership import read_meta, write_meta
from services.conflicts.shapes import DELETED, Waiting
from services.core import Changes
from services.wording import Wording
from services.words import _
from services.workspace import Workspace

_HANDED_BACK = "conflict_handed_back"
_SETTLED = "conflict_settled"
_META = "conflicts_handed_back"
_LOG = "log"
_MOST_LISTED = 10_000
_KEY_LENGTH = 25


def key(waiting: Waiting) -> str:
    """A conflict between just these candidates: its id and a digest of them."""
    joined = "".join(sorted(c.change_id for c in waiting.candidates))
    return f"{waiting.id}-{hashlib.sha256(joined.encode()).hexdigest()[:12]}"


def handed_back(connection: sa.Connection) -> frozenset[str]:
    """The keys of all conflicts that were handed back, here or where packages came from."""
    log = table(_LOG)
    told = connection.scalars(sa.select(log.c.of).where(log.c.what == _HANDED_BACK))
    received = orjson.loads(read_meta(connection, _META) or "[]")
    return frozenset(str(one) for one in [*told, *received])


def hand_back(workspace: Workspace, waitings: Sequence[Waiting], reason: str = "") -> Changes:
    """Ask the authors of these conflicts to decide; those already handed back stay so.

    The reason is logged, but for conflicts between sealed names.

    Raises:
        Refused: nothing was chosen, or the file cannot be written.
    """
    if not waitings:
        raise Refused("conflict_none_chosen")
    if any(tier_of(one.scope) is Tier.SEALED for one in waitings):
        # It may well hold the name, and the log is not sealed.
        reason = ""
    with workspace.store.write(workspace.actor, reason or None) as writer:
        known = handed_back(writer.connection)
        for mark in sorted({key(one) for one in waitings} - known):
            fields: dict[str, Value] = {"what": _HANDED_BACK, "of": mark, "why": reason or None}
            writer.put(_LOG, new_uid(), _LOG, fields, new=True)
    units = frozenset(one.unit for one in waitings if one.unit)
    return Changes(frozenset(one.kind for one in waitings), units)


def listed(waitings: Iterable[Waiting]) -> tuple[Value, ...]:
    """The `conflicts` of a manifest: what is handed back among these, without any value."""
    return tuple(
        {"key": key(one), "kind": one.kind, "row": one.uid, "field": one.field}
        for one in waitings
        if one.handed_to
    )


def take_listed(connection: sa.Connection, conflicts: Sequence[Value]) -> None:
    """Keep what a manifest said is handed back; entries of another shape are left alone.

    In a transaction of the caller's. What is said last is kept longest.
    """
    told = [one.get("key") for one in conflicts[:_MOST_LISTED] if isinstance(one, dict)]
    keys = sorted({one for one in told if isinstance(one, str) and len(one) == _KEY_LENGTH})
    if not keys:
        return
    known = [str(one) for one in orjson.loads(read_meta(connection, _META) or "[]")]
    kept = [*keys, *(one for one in known if one not in keys)][:_MOST_LISTED]
    write_meta(connection, _META, dump(kept))


def note_settled(writer: Writer, waiting: Waiting, change: ChangeId) -> None:
    """Log that a change ended a conflict."""
    told = [waiting.id, waiting.kind, waiting.uid, waiting.field, change]
    fields: dict[str, Value] = {"what": _SETTLED, "of": dump(told), "why": writer.reason}
    writer.put(_LOG, new_uid(), _LOG, fields, new=True)


@dataclass(frozen=True, slots=True)
class Settled:
    """One decision that was made (已裁定)."""

    id: str
    kind: str
    uid: Uid
    name: str
    field: str
    label: str
    words: str
    """The value that was decided on, in words."""
    actor: Uid
    actor_name: str
    at: datetime
    reason: str | None
    change_id: ChangeId


def resolved(workspace: Workspace, limit: int = 100) -> tuple[Settled, ...]:
    """The decisions made here and elsewhere, newest to this file first."""
    log = table(_LOG)
    query = (
        sa.select(log.c.of).where(log.c.what == _SETTLED).order_by(log.c.row_n.desc()).limit(limit)
    )
    with workspace.store.read() as connection:
        wording = Wording(workspace, connection)
        told = (_settled(connection, wording, of) for of in connection.scalars(query).all())
        return tuple(one for one in told if one is not None)


def _settled(connection: sa.Connection, wording: Wording, of: str | None) -> Settled | None:
    """One line of the log in words; None when it does not tell of a change of this file."""
    try:
        conflict, kind, uid, field, change_id = map(str, orjson.loads(of or ""))
        raw = bytes.fromhex(change_id)
    except ValueError:
        return None
    row, change = tables.row, tables.change
    body = connection.scalar(
        sa.select(change.c.body)
        .join(row, row.c.n == change.c.row)
        .where(row.c.uid == uid, change.c.id == raw)
    )
    if body is None:
        return None
    made = decode(bytes(body))
    value = made.fields.get(field)
    if field == DELETED:
        words = _("删除") if value is True else _("保留")
    elif tier_of(made.scope) is Tier.SEALED:
        words = _("（封存）")
    else:
        words = wording.value(kind, field, value)
    return Settled(
        id=conflict,
        kind=kind,
        uid=Uid(uid),
        name=wording.title(uid) if kind in KINDS else uid[:8],
        field=field,
        label=wording.label(kind, field),
        words=words,
        actor=made.actor,
        actor_name=wording.person(made.actor),
        at=datetime.fromtimestamp(made.at / 1000, UTC),
        reason=made.reason,
        change_id=made.id,
    )
