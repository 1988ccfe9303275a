"""Undoing a merge days later: what it alone carried goes out of force, and stays stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import orjson
import sqlalchemy as sa

from models import inforce, tables
from models.errors import Refused
from models.inforce import Shift
from models.journal import Change, from_body
from models.kinds import ChangeId, Role
from models.lane import Errands, Lane
from models.refolding import Newcomers, refold
from models.store import read_meta
from models.writer import new_uid
from services import backup
from services.core import Changes, Progress
from services.merge import recording
from services.merge.merging import now_ms
from services.merge.shapes import Figures, Outcome, Report, Standing, Verdict
from services.merge.tallying import Tallies
from services.workspace import Workspace, state_code

_LOG = "log"
_AT_ONCE = 500
_MOST = 1_000


def undo(
    workspace: Workspace, merge_uid: str, reason: str, progress: Progress | None = None
) -> Outcome:
    """Undo a merge: what no other merge carried is not in force any more.

    It stays stored, so merging the same source again brings it back. Edits made since stay too,
    and are told with what they stood on.

    Raises:
        Refused: no such merge, it is undone already, no reason, or not this person's to do.
        AppError: the workspace cannot be written, or the backup failed.
    """
    progress = progress or Progress()
    _refuse_unless_allowed(workspace, merge_uid, reason)
    made = backup.backup(workspace, None, progress)
    tallies = Tallies()
    with workspace.store.write(workspace.actor, reason, large=True) as writer:
        connection = writer.connection
        recording.note_undone(connection, merge_uid, workspace.actor, now_ms(), reason.strip())
        shifts = inforce.settle(connection, _streams(connection, merge_uid))
        rows = inforce.rows_of(connection, shifts)

        def tell(done: int, total: int) -> None:
            progress.step(done, total, "rows")

        newcomers = Newcomers(new_from=_never(connection), whole=rows)
        with Lane(connection) as lane:
            undoing = Errands()
            undoing.add(refold(lane, rows, newcomers, tallies.see, tell))
            undoing.go_on()
        standing = _standing(connection, shifts, rows)
        line = recording.lines(connection, merge_uid)[0]
        fields = {"what": "merge_undone", "of": line.source, "why": reason.strip()}
        writer.put(_LOG, new_uid(), _LOG, fields, new=True)
        writer.flush()
        code = state_code(connection)
    gone = sum(_count(shift) for shift in shifts)
    figures = Figures(held=gone, tally=tallies.tally())
    report = Report(line.source, Verdict.OK, line.manifest, None, None, figures, merge_uid)
    changes = Changes(frozenset(tallies.kinds), frozenset(tallies.units))
    return Outcome((report,), changes, code, made.name, standing)


def _refuse_unless_allowed(workspace: Workspace, merge_uid: str, reason: str) -> None:
    if workspace.role() is Role.MEMBER:
        raise Refused("undo_merge_role")
    if not reason.strip():
        raise Refused("reason_required")
    with workspace.store.read() as connection:
        found = recording.lines(connection, merge_uid)
        founding = read_meta(connection, "founded_by")
    if merge_uid == founding:
        raise Refused("undo_merge_founding")
    if not found:
        raise Refused("merge_unknown", merge=merge_uid[:40])
    if found[0].undone_at is not None:
        raise Refused("merge_undone_already")


def _streams(connection: sa.Connection, merge_uid: str) -> list[int]:
    carried, merge = tables.carried, tables.merge
    query = (
        sa.select(carried.c.stream)
        .join(merge, merge.c.n == carried.c.merge)
        .where(merge.c.uid == merge_uid)
        .distinct()
    )
    return list(connection.scalars(query))


def _never(connection: sa.Connection) -> int:
    """A number above every change: an undo brings nothing in."""
    return (connection.scalar(sa.select(sa.func.max(tables.change.c.n))) or 0) + 1


def _count(shift: Shift) -> int:
    return len(shift.went) if shift.is_forked else shift.high - shift.low


def _standing(
    connection: sa.Connection, shifts: Sequence[Shift], rows: Iterable[int]
) -> tuple[Standing, ...]:
    """Changes in force whose authors had something in view that is not in force any more."""
    gone = {s.stream: s for s in shifts}
    found: list[Standing] = []
    for changes, is_gone in _histories(connection, sorted(rows), gone):
        lost = {c.id: c for c in changes if c.id in is_gone}
        for change in changes:
            on = [lost[b] for b in change.base if b in lost]
            if on and change.id not in lost and len(found) < _MOST:
                people = tuple(sorted({c.actor for c in on}))
                found.append(
                    Standing(change.entity, change.row, change.actor, tuple(change.fields), people)
                )
    return tuple(found)


def _histories(
    connection: sa.Connection, rows: Sequence[int], gone: dict[int, Shift]
) -> Iterable[tuple[list[Change], set[ChangeId]]]:
    """Per row its changes in force and those that just went, and the ids of the latter."""
    change, stream = tables.change, tables.stream
    for start in range(0, len(rows), _AT_ONCE):
        query = (
            sa.select(
                *(change.c.row, change.c.n, change.c.stream, change.c.seq),
                *(change.c.id, change.c.body, inforce.IN_FORCE.label("in_force")),
            )
            .join(stream, stream.c.n == change.c.stream)
            .where(change.c.row.in_(rows[start : start + _AT_ONCE]))
            .order_by(change.c.row, change.c.n)
        )
        by_row: defaultdict[int, tuple[list[Change], set[ChangeId]]]
        by_row = defaultdict(lambda: ([], set()))
        for row in connection.execute(query):
            went = _went(gone.get(row.stream), row.n, row.seq)
            if row.in_force or went:
                made = from_body(ChangeId(row.id.hex()), orjson.loads(row.body))
                changes, ids = by_row[row.row]
                changes.append(made)
                if went:
                    ids.add(made.id)
        yield from by_row.values()


def _went(shift: Shift | None, n: int, seq: int) -> bool:
    if shift is None:
        return False
    return n in shift.went if shift.is_forked else shift.low < seq <= shift.high
