"""Opinions that say the same become one item (归并): the master stands for them and counts them."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import Uid, Value
from services import records, rows, rules
from services.core import Changes, Row
from services.directory import Lookup
from services.workspace import Workspace

_KIND = KINDS["opinion"]
LEAST = 2
"""Opinions that become one item, at least."""
MOST = 500
"""Opinions that become one item together."""


def join(workspace: Workspace, uids: Sequence[Uid], text: str, reason: str | None = None) -> Uid:
    """Make one item of several opinions of one unit, all or nothing; returns the master's uid.

    The first one becomes the master and gets the joint wording; what was joined into the others
    before follows them. Nothing is lost: each keeps its own words.

    Raises:
        Refused: fewer than two, too many, of different units, or already joined into another.
        Invalid: the wording is empty or too long.
    """
    chosen = list(dict.fromkeys(uids))
    if not LEAST <= len(chosen) <= MOST:
        raise Refused("opinions_to_join", least=LEAST, most=MOST)
    master, others = chosen[0], chosen[1:]
    with workspace.store.write(workspace.actor, reason) as writer:
        found = [rows.read(writer.connection, _KIND, uid, workspace) for uid in chosen]
        _refuse(found)
        lookup = Lookup(workspace, writer.connection)
        fields, findings = rules.to_journal(
            _KIND, {"text": text.strip()}, lookup, current=found[0].values
        )
        if not text.strip():
            findings.append(rules.Finding("text", "field_required"))
        if findings:
            raise rules.Invalid("opinion", findings)
        scope = rows.work_scope_of(writer.connection, _KIND, master)
        rows.write_row(writer, _KIND, master, scope, fields)
        for uid in [*others, *_joined_into(writer.connection, others)]:
            of = rows.work_scope_of(writer.connection, _KIND, uid)
            rows.write_row(writer, _KIND, uid, of, {"merged_into": master})
    return master


def _refuse(found: Sequence[Row]) -> None:
    if len({row.values.get("unit") for row in found}) > 1:
        raise Refused("opinions_of_units")
    if any(row.values.get("merged_into") for row in found):
        raise Refused("opinion_joined")


def _joined_into(connection: sa.Connection, masters: Collection[Uid]) -> list[Uid]:
    opinion = table("opinion")
    query = sa.select(opinion.c.uid).where(opinion.c.merged_into.in_(list(masters)))
    return [Uid(uid) for uid in connection.scalars(query)]


def part(workspace: Workspace, uid: Uid) -> Changes:
    """Let an opinion that was joined into another stand for itself again.

    Raises:
        Refused: no such opinion, or it stands for itself.
    """
    with workspace.store.write(workspace.actor, None) as writer:
        row = rows.read(writer.connection, _KIND, uid, workspace)
        if not row.values.get("merged_into"):
            raise Refused("opinion_not_joined")
        scope = rows.work_scope_of(writer.connection, _KIND, uid)
        rows.write_row(writer, _KIND, uid, scope, {"merged_into": None})
    return changes_of([row])


def changes_of(found: Sequence[Row]) -> Changes:
    """What a command on these opinions changed."""
    units = frozenset[Uid]().union(*(rows.units_of(row.values) for row in found))
    return Changes(frozenset({"opinion"}), units)


def to_problem(
    workspace: Workspace, opinion: Row, sub_kind: str, why_other: str = ""
) -> tuple[Uid, Changes]:
    """Make a problem (线索) of an opinion, which is its evidence and leads to it from now on.

    Raises:
        Invalid: the sub-kind needs a reason.
        Refused: the opinion is gone.
    """
    values, text = opinion.values, str(opinion.values.get("text") or "")
    problem: dict[str, Value] = {
        "unit": values.get("unit"),
        "sub_kind": sub_kind,
        "why_other": why_other or None,
        "title": text.rstrip("。！？；!?;"),
        "facts": text,
        "winds": values.get("winds"),
        "level": values.get("subject"),
        "whom": values.get("whom"),
        "found_how": "by_masses",
        "evidence": [opinion.uid],
    }
    added = records.add(workspace, "problem", [problem], draft=True)
    told = records.change(workspace, "opinion", opinion.uid, {"problem": added.uids[0]})
    kinds = added.changes.kinds | told.changes.kinds
    return added.uids[0], Changes(kinds, added.changes.units | told.changes.units)


def counts(workspace: Workspace, uids: Collection[Uid]) -> dict[Uid, int]:
    """How many opinions each of these stands for, itself included."""
    opinion = table("opinion")
    query = (
        sa.select(opinion.c.merged_into, sa.func.count())
        .where(opinion.c.merged_into.in_(list(uids)))
        .group_by(opinion.c.merged_into)
    )
    with workspace.store.read() as connection:
        more = {Uid(uid): int(count) for uid, count in connection.execute(query)}
    return {uid: 1 + more.get(uid, 0) for uid in uids}
