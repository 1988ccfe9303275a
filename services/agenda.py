"""今日: what waits to be done and by whom, how each unit stands, and the days ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import orjson
import sqlalchemy as sa

from models import tables
from models.base import table
from models.kinds import ProblemState, Role, Tier, Uid
from services import derived, linking, stats
from services.core import Filter
from services.ordering import by_name
from services.shares import percent_text
from services.stats import Behind
from services.workspace import Workspace

DAYS_AHEAD = 7
_MS_PER_DAY = 24 * 60 * 60 * 1000


class Matter(StrEnum):
    """What may wait, in the order of urgency."""

    OVERDUE = "overdue"
    """逾期未销号."""
    SUBMITTED = "submitted"
    """待审核: the leader's."""
    VERIFYING = "verifying"
    """待验收: the leader's."""
    UNRECEIPTED = "unreceipted"
    """送达未签收."""
    UNTIDIED = "untidied"
    """待整理谈话: the talkers'."""
    CONFLICTS = "conflicts"
    """待裁定."""
    UNSENT = "unsent"
    """距上次报送, in days; the liaison's."""
    REMEDIES = "remedies"
    """回炉补火 not finished."""
    TASKS = "tasks"
    """任务 due."""


_WHOSE = {
    Matter.SUBMITTED: Role.LEADER,
    Matter.VERIFYING: Role.LEADER,
    Matter.UNSENT: Role.LIAISON,
}


@dataclass(frozen=True, slots=True)
class Due:
    """One line of 要办的事."""

    matter: Matter
    count: int
    """Records, or days for `UNSENT`."""
    role: Role | None = None
    """Whose it is by role; None when it is everybody's."""
    mine: bool = False
    """Whether the acting person can do it."""
    behind: Behind | None = None
    """The records; None when no list shows them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one unit stands."""

    unit: Uid
    name: str
    checks: int = 0
    talks: int = 0
    approval: str | None = None
    """好 + 较好 of the last round for the 班子, per cent; None without one."""
    below: bool = False
    """Whether that is below the campaign's line."""
    open: int = 0
    overdue: int = 0
    last: str | None = None
    """ISO day of the last check, talk or visit; None when nobody has been there."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of 日程."""

    uid: Uid
    date: str
    start_at: str | None
    unit: Uid
    unit_name: str
    way: str
    covert: bool
    """暗访: the unit is not shown unless somebody holds a key."""
    participants: tuple[Uid, ...]


def due(workspace: Workspace) -> tuple[Due, ...]:
    """What waits, what the acting person can do first; nothing that has nothing waiting."""
    with workspace.store.read() as connection:
        counts = _counts(workspace, connection)
    role = workspace.role()
    behind = _behind(workspace)
    found = []
    for matter in Matter:
        count = counts.get(matter, 0)
        if count:
            whose = _WHOSE.get(matter)
            mine = whose is None or whose is role
            found.append(Due(matter, count, whose, mine, behind.get(matter)))
    return tuple(sorted(found, key=lambda one: not one.mine))


def _behind(workspace: Workspace) -> Mapping[Matter, Behind]:
    submitted, verifying = ProblemState.SUBMITTED.value, ProblemState.VERIFYING.value
    return {
        Matter.OVERDUE: Behind("problem", Filter({"overdue": True}, sort="deadline")),
        Matter.SUBMITTED: Behind("problem", Filter({"state": [submitted]})),
        Matter.VERIFYING: Behind("problem", Filter({"state": [verifying]})),
        Matter.UNRECEIPTED: Behind("report", Filter({"state": ["delivered"]})),
        Matter.UNTIDIED: Behind(
            "interview", Filter({"state": ["untidied"], "talkers": [workspace.actor]})
        ),
    }


def _counts(workspace: Workspace, connection: sa.Connection) -> dict[Matter, int]:
    problem, today = table("problem"), workspace.today()
    late = derived.overdue_condition(_columns(problem), today, wanted=True)
    task, remedy, report = table("task"), table("remedy"), table("report")
    talk, interview = table("interview", Tier.TALK), table("interview")
    held = sa.cast(talk.c.talkers, sa.Text)
    mine = held.contains(f'"{workspace.actor}":', autoescape=True)
    row = tables.row
    queries = {
        Matter.OVERDUE: sa.select(sa.func.count()).select_from(problem).where(late),
        Matter.SUBMITTED: _in_state(problem, ProblemState.SUBMITTED.value),
        Matter.VERIFYING: _in_state(problem, ProblemState.VERIFYING.value),
        Matter.UNRECEIPTED: _in_state(report, "delivered"),
        Matter.UNTIDIED: sa.select(sa.func.count())
        .select_from(interview)
        .join(talk, talk.c.uid == interview.c.uid)
        .where(interview.c.state == "untidied", mine),
        Matter.CONFLICTS: sa.select(sa.func.count())
        .select_from(row)
        .where(row.c.conflicts.is_not(None), row.c.deleted == 0),
        Matter.REMEDIES: sa.select(sa.func.count())
        .select_from(remedy)
        .where(remedy.c.outcome.is_(None)),
        Matter.TASKS: sa.select(sa.func.count())
        .select_from(task)
        .where(task.c.done_on.is_(None), task.c.due <= today.isoformat()),
    }
    counts = {matter: connection.scalar(query) or 0 for matter, query in queries.items()}
    counts[Matter.UNSENT] = _days_unsent(connection)
    return counts


def _in_state(source: sa.Table, state: str) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(source).where(source.c.state == state)


def _columns(source: sa.Table) -> dict[str, sa.Column[object]]:
    return {column.name: column for column in source.c}


def _days_unsent(connection: sa.Connection) -> int:
    """Days since the last package went to the office; 0 when none ever did, or today."""
    parcel = tables.parcel
    last = connection.scalar(sa.select(sa.func.max(parcel.c.at)).where(parcel.c.preset == "office"))
    newest = connection.scalar(sa.select(sa.func.max(tables.change.c.n)))
    if last is None or newest is None:
        return 0
    now = connection.exec_driver_sql("select unixepoch() * 1000").scalar_one()
    return max(0, (int(now) - int(last)) // _MS_PER_DAY)


def standings(workspace: Workspace) -> tuple[Standing, ...]:
    """Every unit by its name; nobody is ranked."""
    unit = table("unit")
    columns = _columns(table("problem"))
    late = derived.overdue_condition(columns, workspace.today(), wanted=True)
    with workspace.store.read() as connection:
        query = sa.select(unit.c.uid, unit.c.name, unit.c.short_name)
        same = linking.joined(connection)
        called = {Uid(uid): short or name or "" for uid, name, short in connection.execute(query)}
        names = {uid: name for uid, name in called.items() if same.head(uid) == uid}
        checks = _by_unit(connection, "check")
        talks = _by_unit(connection, "interview")
        overdue = _by_unit(connection, "problem", late)
        last = _last_days(connection)
    opened = stats.open_problems(workspace)
    rates = {a.unit: a for a in stats.approvals(workspace) if a.whole}
    line = workspace.template.thresholds.approval_percent
    return tuple(
        Standing(
            unit=uid,
            name=name,
            checks=checks.get(uid, 0),
            talks=talks.get(uid, 0),
            approval=percent_text(rates[uid].part, rates[uid].whole, line)
            if uid in rates
            else None,
            below=uid in rates and 100 * rates[uid].part < line * rates[uid].whole,
            open=opened.get(uid, 0),
            overdue=overdue.get(uid, 0),
            last=last.get(uid),
        )
        for uid, name in sorted(names.items(), key=lambda one: by_name(one[1]))
    )


def _by_unit(
    connection: sa.Connection, kind: str, *where: sa.ColumnElement[bool]
) -> dict[Uid, int]:
    source = table(kind)
    query = (
        sa.select(source.c.unit, sa.func.count())
        .where(source.c.unit.is_not(None), *where)
        .group_by(source.c.unit)
    )
    counts = ((Uid(uid), int(count)) for uid, count in connection.execute(query))
    return linking.joined(connection).summed(counts)


def _last_days(connection: sa.Connection) -> dict[Uid, str]:
    """The last day on which somebody was at each unit."""
    found: dict[Uid, str] = {}
    same = linking.joined(connection)
    for kind in ("check", "interview", "visit"):
        source = table(kind)
        query = sa.select(source.c.unit, sa.func.max(source.c.date)).group_by(source.c.unit)
        if kind == "visit":
            query = query.where(source.c.state == "done")
        for uid, day in connection.execute(query):
            unit = same.head(Uid(uid or ""))
            if unit and day and day > found.get(unit, ""):
                found[unit] = day
    return found


def schedule(workspace: Workspace, days: int = DAYS_AHEAD) -> tuple[Planned, ...]:
    """What is planned from today on, by day and hour."""
    visit, unit = table("visit"), table("unit")
    heads = sa.select(unit.c.uid, unit.c.name, unit.c.short_name)
    first = workspace.today()
    last = first + timedelta(days=days)
    query = (
        sa.select(visit)
        .where(visit.c.state == "planned")
        .where(visit.c.date.between(first.isoformat(), last.isoformat()))
        .order_by(visit.c.date, visit.c.start_at)
    )
    with workspace.store.read() as connection:
        rows = connection.execute(query).mappings().all()
        same = linking.joined(connection)
        called = {u: short or name or "" for u, name, short in connection.execute(heads)}
    return tuple(
        Planned(
            uid=Uid(r["uid"]),
            date=str(r["date"]),
            start_at=r["start_at"],
            unit=same.head(Uid(r["unit"] or "")),
            unit_name=called.get(same.head(Uid(r["unit"] or "")), ""),
            way=str(r["way"] or ""),
            covert=r["way"] == "covert",
            participants=tuple(
                Uid(uid) for uid, on in orjson.loads(r["participants"] or "{}").items() if on
            ),
        )
        for r in rows
    )
