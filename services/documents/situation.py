"""情况报告: what a group reports to the office about all its units over some days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from models.kinds import ProblemState, Uid
from services import stats, words
from services.core import Row
from services.documents import composing
from services.documents.blocks import Column, Heading, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.inspection_data import Count
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, problems, records, text, units
from services.documents.wording import Wording, ordinal, wording
from services.shares import percent_text
from services.workspace import Workspace

_SIGNED = Addressing("office", ("leader", "member"))
_SILENT = ("none", "hesitant", "work_only")
"""Outcomes of talks in which nobody spoke about the four winds."""


@dataclass(frozen=True, slots=True)
class Share:
    """Problems of one kind."""

    name: str
    count: int
    units: int


@dataclass(frozen=True, slots=True)
class Part:
    """Problems of one of the taxonomy's groups."""

    name: str
    heading: str
    count: int
    units: int
    sub_kinds: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """One unit's problems."""

    name: str
    counts: tuple[int, ...]
    """One a group."""
    open: int


@dataclass(frozen=True, slots=True)
class Approval:
    """One unit's last evaluation."""

    unit: str
    round: int
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What the report prints."""

    frame: Frame
    visits: tuple[Count, ...]
    visited: int
    checks: int
    talks: int
    silent: int
    opinions: int
    parts: tuple[Part, ...]
    units: tuple[UnitCounts, ...]
    approvals: tuple[Approval, ...]
    line_percent: int
    confirmed: int
    rectifying: int
    verifying: int
    closed: int
    late: int


def gather(workspace: Workspace, order: Order) -> Situation:
    """The group's work and findings of the period, every unit included."""
    names = units(workspace)
    found = problems(workspace, order)
    states = Counter(text(row, "state") for row in found)
    talks = _within(workspace, order, "interview")
    visits = [v for v in _within(workspace, order, "visit") if v.values.get("state") == "done"]
    ways = Counter(text(v, "way") for v in visits)
    parts = _parts(workspace, found)
    scope = stats.Scope(start=order.period.start, end=order.period.end)
    return Situation(
        frame=frame(workspace, order, _SIGNED),
        visits=tuple(
            Count(words.choice("visit_way", way, workspace.template), n)
            for way, n in sorted(ways.items())
        ),
        visited=len({text(v, "unit") for v in visits}),
        checks=len(_within(workspace, order, "check")),
        talks=sum(1 for t in talks if t.values.get("outcome") != "not_held"),
        silent=sum(1 for t in talks if t.values.get("outcome") in _SILENT),
        opinions=sum(1 for _row in records(workspace, "opinion", None)),
        parts=parts,
        units=_units(workspace, found, names),
        approvals=tuple(
            Approval(names.get(a.unit, a.name), a.round, a.part, a.whole)
            for a in stats.approvals(workspace, scope)
        ),
        line_percent=workspace.template.thresholds.approval_percent,
        confirmed=states[ProblemState.CONFIRMED],
        rectifying=states[ProblemState.RECTIFYING] + states[ProblemState.ASSIGNED],
        verifying=states[ProblemState.VERIFYING],
        closed=states[ProblemState.CLOSED],
        late=sum(1 for row in found if row.values.get("overdue") is True),
    )


def _within(workspace: Workspace, order: Order, kind: str) -> list[Row]:
    return [
        row for row in records(workspace, kind, None) if order.period.holds(row.values.get("date"))
    ]


def _columns(workspace: Workspace) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Name, heading and sub-kinds of each group; 其他 as a group of its own."""
    template = workspace.template
    found = [
        (g.title, g.heading or g.title, [(s.id, s.title) for s in g.sub_kinds])
        for g in template.groups
    ]
    return [*found, *((o.title, o.title, [(o.id, o.title)]) for o in template.other)]


def _parts(workspace: Workspace, found: Sequence[Row]) -> tuple[Part, ...]:
    made = []
    for name, heading, sub_kinds in _columns(workspace):
        shares = []
        for key, title in sub_kinds:
            of = [row for row in found if text(row, "sub_kind") == key]
            shares.append(Share(title, len(of), len({text(row, "unit") for row in of})))
        keys = {key for key, _title in sub_kinds}
        at = {text(row, "unit") for row in found if text(row, "sub_kind") in keys}
        made.append(Part(name, heading, sum(s.count for s in shares), len(at), tuple(shares)))
    return tuple(part for part in made if part.count or len(part.sub_kinds) > 1)


def _units(
    workspace: Workspace, found: Sequence[Row], names: dict[str, str]
) -> tuple[UnitCounts, ...]:
    group_of = {
        key: at
        for at, (_name, _heading, sub_kinds) in enumerate(_columns(workspace))
        for key, _title in sub_kinds
    }
    shown = {group_of[k] for row in found if (k := text(row, "sub_kind")) in group_of}
    groups = len(workspace.template.groups)
    kept = [at for at in range(len(group_of)) if at < groups or at in shown]
    made = []
    for uid, name in names.items():
        of = [row for row in found if row.values.get("unit") == Uid(uid)]
        if of:
            counts = Counter(group_of.get(text(row, "sub_kind"), -1) for row in of)
            still = sum(1 for row in of if text(row, "state") != ProblemState.CLOSED)
            made.append(UnitCounts(name, tuple(counts[at] for at in kept), still))
    return tuple(made)


def compose(data: Situation) -> Composed:
    """All blocks of the report."""
    say = wording("situation")
    head = data.frame
    made = composing.official(head, say.several("title", group=head.group))
    made.blocks.append(
        body(
            say(
                "basis",
                campaign=head.campaign,
                group=head.group,
                period=head.period,
                count=data.visited or len(data.units),
            )
        )
    )
    _done(data, say, made)
    _findings(data, say, made)
    _evaluations(data, say, made)
    made.blocks.append(Heading(1, say("progress.heading")))
    total = data.confirmed + data.rectifying + data.verifying + data.closed
    made.blocks.append(body(_progress(data, say, total)))
    made.blocks.append(Heading(1, say("next.heading")))
    made.blocks += [body(line) for line in say.several("next.lines")]
    made.blocks.append(composing.closing(head))
    return made


def _progress(data: Situation, say: Wording, total: int) -> str:
    if not total:
        return say("progress.none")
    return say(
        "progress.text",
        total=total,
        closed=data.closed,
        verifying=data.verifying,
        rectifying=data.rectifying,
        confirmed=data.confirmed,
        late=data.late,
    )


def _done(data: Situation, say: Wording, made: Composed) -> None:
    made.blocks.append(Heading(1, say("done.heading")))
    ways = "、".join(say("done.way", way=v.name, count=v.count) for v in data.visits)
    total = sum(v.count for v in data.visits)
    told = say("done.no_visits")
    if total:
        told = say("done.units", visited=data.visited, visits=total, ways=ways)
    told += say("done.counts", checks=data.checks, talks=data.talks, opinions=data.opinions)
    if data.silent:
        share = percent_text(data.silent, max(data.talks, data.silent))
        told += say("done.silent", count=data.silent, share=share)
    made.blocks.append(body(told))


def _findings(data: Situation, say: Wording, made: Composed) -> None:
    made.blocks.append(Heading(1, say("findings.heading")))
    found = [part for part in data.parts if part.count]
    if not found:
        made.blocks.append(body(say("findings.none")))
        return
    groups = "，".join(say("findings.group", group=p.name, count=p.count) for p in found)
    total = sum(p.count for p in found)
    made.blocks.append(
        body(say("findings.total", total=total, units=len(data.units), groups=groups))
    )
    for n, part in enumerate(found, 1):
        counts = {"count": part.count, "units": part.units}
        lead = say("findings.part", ordinal=ordinal(n), heading=part.heading, **counts)
        shares = [
            say("findings.sub_kind", ordinal=ordinal(at), sub_kind=s.name, count=s.count,
                units=s.units)
            for at, s in enumerate((s for s in part.sub_kinds if s.count), 1)
        ]  # fmt: skip
        made.blocks.append(body(lead + "；".join(shares) + "。"))
    made.tables += 1
    made.blocks.append(_table(data, say, made.tables))


def _table(data: Situation, say: Wording, n: int) -> Table:
    width = max(len(unit.counts) for unit in data.units)
    names = [part.name for part in data.parts][:width]
    columns = [Column(say("findings.unit"), 40, left=True)]
    columns += [Column(name, 20) for name in names]
    columns += [Column(say(f"findings.{key}"), 16) for key in ("sum", "open")]
    rows = [
        (unit.name, *map(str, unit.counts[: len(names)]), str(sum(unit.counts)), str(unit.open))
        for unit in data.units
    ]
    sums = [sum(unit.counts[at] for unit in data.units) for at in range(len(names))]
    whole = sum(sum(unit.counts) for unit in data.units)
    still = sum(unit.open for unit in data.units)
    rows.append((say("findings.sum"), *map(str, sums), str(whole), str(still)))
    return Table(tuple(columns), tuple(rows), say("findings.caption", n=n))


def _evaluations(data: Situation, say: Wording, made: Composed) -> None:
    made.blocks.append(Heading(1, say("evaluation.heading")))
    if not data.approvals:
        made.blocks.append(body(say("evaluation.none")))
        return
    line = data.line_percent
    below = [a.unit for a in data.approvals if a.whole and 100 * a.part < line * a.whole]
    counts = {"count": len(data.approvals), "below": len(below), "line": line}
    names = say("evaluation.names", names="、".join(below)) if below else ""
    made.blocks.append(
        body(say("evaluation.text" if below else "evaluation.fine", names=names, **counts))
    )
    made.tables += 1
    columns = tuple(
        Column(title, 60 if at == 0 else 24, left=at == 0)
        for at, title in enumerate(say.several("evaluation.columns"))
    )
    rows = tuple(
        (
            *(a.unit, wording("gathering")("round", ordinal=ordinal(a.round))),
            *(str(a.part), str(a.whole)),
            percent_text(a.part, a.whole, line) if a.whole else say("evaluation.nothing"),
        )
        for a in data.approvals
    )
    made.blocks.append(Table(columns, rows, say("evaluation.caption", n=made.tables)))
