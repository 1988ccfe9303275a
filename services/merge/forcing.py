"""Forcing a gap: values that wait for missing changes are written again as one's own.

When the gap fills later, equal values meet and different ones are asked about.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import orjson
import sqlalchemy as sa

from models import inforce, tables
from models.catalogue import INTERNAL
from models.journal import Change, fold, from_body
from models.kinds import ChangeId, Role, Tier, Uid, Value
from models.projection import tier_of
from models.writer import Writer
from services import backup
from services.core import Changes, Progress
from services.errors import Refused
from services.merge.taking import Work
from services.workspace import Workspace


def refuse_unless_allowed(workspace: Workspace, reason: str) -> None:
    """Forcing is the leader's or the liaison's, and says why.

    Raises:
        Refused: `role_may_not`, `reason_required`.
    """
    if workspace.role() is Role.MEMBER:
        raise Refused("force_gaps_role")
    if not reason.strip():
        raise Refused("reason_required")


@dataclass(frozen=True, slots=True)
class Forced:
    """What was written again."""

    rows: int
    changes: Changes


def force_waiting(workspace: Workspace, reason: str, progress: Progress | None = None) -> Forced:
    """Write again all that waits for missing changes, whatever package brought it.

    A backup is made first, as before a merge.

    Raises:
        Refused: `force_gaps_role`, `reason_required`; `force_gaps_none`, nothing waits.
        AppError: the backup failed.
    """
    refuse_unless_allowed(workspace, reason)
    backup.backup(workspace, None, progress)
    work = Work()
    with workspace.store.write(workspace.actor, reason) as writer:
        streams = writer.connection.scalars(sa.select(tables.stream.c.n))
        work.streams = set(streams)
        count = force(writer, work)
        if not count:
            raise Refused("force_gaps_none")
    return Forced(count, Changes(frozenset(work.kinds), frozenset(work.units)))


def force(writer: Writer, work: Work) -> int:
    """Write the values held in the streams just carried again; how many rows got one."""
    held = _held(writer.connection, work.streams)
    count = 0
    for (uid, entity, scope), changes in _by_row(held):
        if tier_of(scope) is Tier.SEALED or entity in INTERNAL:
            # What is sealed names the change it stands in: only its author can write it again.
            continue
        fields = _missing(writer, (uid, entity, scope), changes)
        if fields:
            writer.put(entity, uid, scope, fields)
            count += 1
            work.kinds.add(entity)
    return count


_Row = tuple[Uid, str, str]


def _held(connection: sa.Connection, streams: Iterable[int]) -> Iterator[tuple[int, Change]]:
    """Row number and change, of all that is covered by a merge in force and yet held."""
    change, stream, held = tables.change, tables.stream, tables.held
    covers = inforce.covers(connection, streams)
    for n, runs in covers.items():
        query = (
            sa.select(change.c.row, change.c.seq, change.c.id, change.c.body)
            .join(stream, stream.c.n == change.c.stream)
            .where(
                stream.c.n == n,
                sa.or_(change.c.seq > stream.c.seq, change.c.n.in_(sa.select(held.c.change))),
            )
        )
        for row, seq, change_id, body in connection.execute(query):
            if any(run.first <= seq <= run.last for run in runs):
                yield row, from_body(ChangeId(change_id.hex()), orjson.loads(body))


def _by_row(held: Iterable[tuple[int, Change]]) -> Iterator[tuple[_Row, list[Change]]]:
    ordered = sorted(held, key=lambda one: one[0])
    for _n, those in groupby(ordered, key=lambda one: one[0]):
        changes = [change for _, change in those]
        yield (changes[0].row, changes[0].entity, changes[0].scope), changes


def _missing(writer: Writer, row: _Row, changes: list[Change]) -> dict[str, Value]:
    """What the held changes would show if they were in force, where that is not shown now."""
    uid, entity, scope = row
    now = dict(writer.values(entity, uid, scope))
    wanted = fold(changes)
    shown: dict[str, Value] = dict(wanted.values)
    if wanted.deleted:
        shown["deleted"] = True
    return {name: value for name, value in shown.items() if now.get(name) != value}
