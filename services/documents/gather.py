"""From the records of one unit to what its inspection report prints.

The report goes to the unit, so nothing of the talk tier is read here: no code name, no time, no
quote. Of visits the covert ones are left out; of talks only their number and the categories of
people.
"""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from models.base import table
from models.errors import Refused
from models.kinds import ProblemState, Uid
from services import derived, linking, words
from services.campaign import Denominator, Template
from services.core import Filter, Row
from services.documents.frame import ExpectedSigner
from services.documents.inspection_data import (
    Category,
    Count,
    Demand,
    Evaluation,
    EvaluationRow,
    Group,
    Inspection,
    Problem,
    Ratio,
    SubKind,
    Work,
)
from services.documents.orders import Period
from services.documents.wording import ordinal, wording
from services.listing import MAX_LIMIT, page
from services.workspace import Workspace

GRADES = ("good", "fairly_good", "average", "poor")
APPROVING = 2
"""The first two grades, 好 and 较好, count as approval."""
_ESTABLISHED = frozenset(
    {
        ProblemState.CONFIRMED,
        ProblemState.ASSIGNED,
        ProblemState.RECTIFYING,
        ProblemState.VERIFYING,
        ProblemState.CLOSED,
    }
)
"""States in which a problem is the group's word; a clue is not shown to the unit."""
_PAIRS = (
    ("nature", ("work",), ("wind",)),
    ("subject", ("team",), ("person",)),
    ("specificity", ("abstract",), ("concrete",)),
    ("winds", ("formalism", "bureaucracy"), ("hedonism", "extravagance")),
)
"""四多四少: which values of a field stand on which side."""


def inspection(
    workspace: Workspace, unit: Uid, period: Period, *, day: str, number: str = ""
) -> Inspection:
    """Everything the report of one unit prints, as the records stand now."""
    template = workspace.template
    of_unit = Filter(units=frozenset({unit}), sort="title")
    records = {
        kind: page(workspace, kind, Filter(units=frozenset({unit})), 0, MAX_LIMIT).rows
        for kind in ("visit", "check", "interview", "opinion", "review", "evaluation", "remedy")
    }
    problems = page(workspace, "problem", of_unit, 0, MAX_LIMIT).rows
    name, addressee = _unit_names(workspace, unit)
    group, signers = _group(workspace)
    groups = _groups(template, problems)
    heard = tuple(o for o in records["opinion"] if not o.values.get("merged_into"))
    return Inspection(
        unit=name,
        addressee=addressee or name,
        group=group,
        issuer=group,
        campaign=template.title,
        period=period.in_words(),
        date=day,
        number=number,
        label=template.label,
        work=_work(workspace, records, period),
        heard=_heard(template, records["interview"], period),
        groups=groups,
        evaluations=_evaluations(template, records["evaluation"]),
        ratios=_ratios(template, heard) if heard else (),
        opinions_total=len(heard),
        demands=_demands(template, groups, records),
        signers=signers,
    )


def _unit_names(workspace: Workspace, unit: Uid) -> tuple[str, str]:
    units = table("unit")
    with workspace.store.read() as connection:
        head = linking.joined(connection).head(unit)
        found = connection.execute(
            sa.select(units.c.name, units.c.addressee).where(units.c.uid == head)
        ).first()
    if found is None:
        raise Refused("reference_unknown", text=unit)
    return found.name or "", found.addressee or ""


def _group(workspace: Workspace) -> tuple[str, tuple[ExpectedSigner, ...]]:
    """The group's name, and its leader and one member as signers."""
    group, people = table("group"), table("person")
    with workspace.store.read() as connection:
        row = connection.execute(group.select().where(group.c.uid == workspace.group)).one()
        names = {r.uid: r.name for r in connection.execute(sa.select(people.c.uid, people.c.name))}
    say = wording("gathering")
    leader = names.get(row.leader, "")
    return row.name or "", (
        ExpectedSigner("leader", say("roles.leader"), leader),
        ExpectedSigner("member", say("roles.member"), ""),
    )


def _work(workspace: Workspace, records: Mapping[str, tuple[Row, ...]], period: Period) -> Work:
    def within(kind: str) -> list[Row]:
        return [r for r in records[kind] if period.holds(r.values.get("date"))]

    done = [v for v in within("visit") if v.values.get("state") == "done"]
    ways = Counter(str(v.values.get("way")) for v in done if v.values.get("way") != "covert")
    visits = tuple(
        Count(words.choice("visit_way", way, workspace.template), count)
        for way, count in sorted(ways.items())
    )
    return Work(
        visits=visits,
        checks=len(within("check")),
        talks=sum(1 for i in within("interview") if i.values.get("outcome") != "not_held"),
        opinions=len(records["opinion"]),
        reviews=len(records["review"]),
    )


def _heard(template: Template, interviews: tuple[Row, ...], period: Period) -> tuple[Category, ...]:
    people = Counter(
        str(i.values.get("category")) for i in interviews if period.holds(i.values.get("date"))
    )
    return tuple(
        Category(title, people[key]) for key, title in template.members("categories") if people[key]
    )


def _groups(template: Template, problems: tuple[Row, ...]) -> tuple[Group, ...]:
    by_kind: dict[str, list[Problem]] = {}
    for row in problems:
        if row.values.get("state") in _ESTABLISHED:
            by_kind.setdefault(str(row.values.get("sub_kind")), []).append(_problem(row))
    for those in by_kind.values():
        those.sort(key=lambda p: (p.number == "", p.number, p.title))
    found = [
        Group(
            group.title,
            tuple(SubKind(s.title, tuple(by_kind.get(s.id, ()))) for s in group.sub_kinds),
        )
        for group in template.groups
    ]
    for other in template.other:
        if other.id in by_kind:
            kinds = (SubKind(other.title, tuple(by_kind[other.id])),)
            found.append(Group(other.title, kinds))
    return tuple(found)


def _problem(row: Row) -> Problem:
    values = row.values
    return Problem(
        title=str(values.get("title") or ""),
        facts=str(values.get("facts") or ""),
        state=words.state(ProblemState(str(values["state"]))),
        number=str(values.get("number") or ""),
        deadline=str(values.get("deadline") or ""),
    )


def _evaluations(template: Template, rows: tuple[Row, ...]) -> tuple[Evaluation, ...]:
    """The team's rounds, oldest first; each with its items in the template's order."""
    items = dict(template.members("evaluation_items"))
    grades = tuple(title for _, title in template.members("grades"))
    rounds = sorted({_int(r, "round") for r in rows if r.values.get("subject") == "team"})
    found = []
    for n in rounds:
        of_round = {
            str(r.values.get("item")): r
            for r in reversed(rows)
            if r.values.get("subject") == "team" and _int(r, "round") == n
        }
        printed = tuple(
            _evaluation_row(title, of_round[item])
            for item, title in items.items()
            if item in of_round
        )
        overall = of_round.get("overall") or next(iter(of_round.values()))
        found.append(
            Evaluation(
                grades=grades,
                approving=APPROVING,
                line_percent=template.thresholds.approval_percent,
                by_returned=template.thresholds.approval_denominator is Denominator.RETURNED,
                rows=printed,
                round=wording("gathering")("round", ordinal=ordinal(n)),
                written_returned=_int(overall, "returned"),
                blank=_int(overall, "blank"),
                none_written=_int(overall, "none_written"),
            )
        )
    return tuple(found)


def _evaluation_row(title: str, row: Row) -> EvaluationRow:
    grades = tuple(_int(row, name) for name in GRADES)
    return EvaluationRow(
        title, _int(row, "issued"), _int(row, "returned"), _int(row, "valid"), grades
    )


def _int(row: Row, name: str) -> int:
    value = row.values.get(name)
    return value if isinstance(value, int) else 0


def _ratios(template: Template, opinions: tuple[Row, ...]) -> tuple[Ratio, ...]:
    winds = dict(template.members("winds"))
    ratios = []
    for field, left, right in _PAIRS:
        if field == "winds" and not winds:
            continue
        sides = [0, 0]
        unclassified = 0
        for opinion in opinions:
            value = opinion.values.get(field)
            said = set(value) if isinstance(value, list) else {value} - {None}
            counts = [len(said & set(side)) for side in (left, right)]
            sides = [a + b for a, b in zip(sides, counts, strict=True)]
            unclassified += not any(counts)
        names = (_side(template, field, left), _side(template, field, right))
        ratios.append(Ratio(names[0], names[1], sides[0], sides[1], unclassified))
    return tuple(ratios)


def _side(template: Template, field: str, members: tuple[str, ...]) -> str:
    if field == "winds":
        short = {w.id: w.short or w.title for w in template.winds}
        return "、".join(short.get(m, m) for m in members)
    return "、".join(words.choice(f"opinion_{field}", m, template) for m in members)


def _demands(
    template: Template, groups: tuple[Group, ...], records: Mapping[str, tuple[Row, ...]]
) -> tuple[Demand, ...]:
    say = wording("gathering")
    demands = []
    for group in groups:
        if group.count:
            dues = [p.deadline for s in group.sub_kinds for p in s.problems if p.deadline]
            text = say("demands.group", group=group.name, count=group.count)
            demands.append(Demand(text, max(dues, default="")))
    below = [
        e for e in records["evaluation"] if derived.approval(e.values, template)["needs_remedy"]
    ]
    if below:
        dues = [str(r.values["deadline"]) for r in records["remedy"] if r.values.get("deadline")]
        line = template.thresholds.approval_percent
        demands.append(Demand(say("demands.remedy", line=line), max(dues, default="")))
    if any(c.values.get("action") == "make_up" for c in records["check"]):
        demands.append(Demand(say("demands.make_up")))
    return tuple(demands)
