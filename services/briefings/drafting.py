"""From the period's records to the paragraphs of a briefing; the same records give the same text.

A sub-kind's paragraph is made of what its confirmed problems say of themselves for publication
(简报用语), else of their titles behind 有的单位; equal sentences of several units stand once, those
of most units first. Counts that belong to a sub-kind come from the evaluations, opinions and
receptions of the period.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from models.base import table
from models.kinds import CHOICES, Uid
from services import linking, stats
from services.briefings.naming import Names, names
from services.briefings.rounding import rounded, share, span
from services.briefings.shapes import Drafted, DraftedSection, Part
from services.campaign import Figures, SubKind
from services.documents.lines import clean
from services.documents.orders import Period
from services.documents.wording import wording
from services.stats import ESTABLISHED, Received, Scope
from services.workspace import Workspace

MOST_SENTENCES, MOST_TITLES = 12, 5
"""Of a sub-kind: sentences written for publication, and titles put behind 有的单位."""
_MANY_TENTHS = 5
"""From so many tenths on, silent ballots are 很多."""
_ENDS = "。！？；，、 　"


@dataclass(slots=True)
class Said:
    """What one or several problems say alike."""

    text: str
    is_public: bool
    """Written for publication; else a title."""
    units: set[Uid] = field(default_factory=set)


@dataclass(slots=True)
class Found:
    """Confirmed problems of one sub-kind."""

    said: dict[str, Said] = field(default_factory=dict)
    count: int = 0
    units: set[Uid] = field(default_factory=set)

    def ranked(self) -> list[Said]:
        """What is said, of most units first, else in the order it was recorded."""
        return sorted(self.said.values(), key=lambda said: -len(said.units))


def drafted(
    workspace: Workspace, period: Period, cleared: Iterable[str] = (), told: Iterable[str] = ()
) -> tuple[DraftedSection, ...]:
    """Every section as the records give it now.

    Args:
        workspace: The open file.
        period: Which days count.
        cleared: Units that may be named.
        told: Uids of cases that earlier briefings have told.
    """
    aside = names(workspace, cleared)
    found = problems(workspace, period)
    template = workspace.template
    say = wording("briefing")
    note = template.texts.get("editor_note") or say("note.text", campaign=template.title)
    made = [
        DraftedSection("note", Part.NOTE, say("sections.note"), (Drafted("note", "", clean(note)),))
    ]
    for group in template.groups:
        paragraphs = tuple(
            _sub_kind(workspace, period, s, found.get(s.id, Found()), aside)
            for s in group.sub_kinds
        )
        count = sum(p.count for p in paragraphs)
        heading = group.heading or group.title
        made.append(
            DraftedSection(f"group.{group.id}", Part.GROUP, heading, paragraphs, group.title, count)
        )
    for other in template.other:
        if other.id in found:
            paragraph = _sub_kind(workspace, period, other, found[other.id], aside, lead="")
            section = f"group.{other.id}"
            made.append(
                DraftedSection(
                    section, Part.GROUP, other.title, (paragraph,), count=paragraph.count
                )
            )
    cases = tuple(_cases(workspace, set(told)))
    made.append(DraftedSection("cases", Part.CASES, say("sections.cases"), cases))
    made.append(_demands(workspace, found))
    made.append(DraftedSection("table", Part.TABLE, say("sections.table"), ()))
    made.append(_scope(workspace))
    return tuple(made)


def problems(workspace: Workspace, period: Period, sub_kind: str = "") -> dict[str, Found]:
    """Confirmed problems of the period by sub-kind; of one sub-kind where it is named."""
    problem = table("problem")
    where: list[sa.ColumnElement[bool]] = [
        problem.c.state.in_([state.value for state in ESTABLISHED])
    ]
    if sub_kind:
        where.append(problem.c.sub_kind == sub_kind)
    day = problem.c.confirmed_on
    bounds = [day >= period.start] if period.start else []
    bounds += [day <= period.end] if period.end else []
    if bounds:
        where.append(sa.or_(day.is_(None), sa.and_(*bounds)))
    # Which rows is told by the index alone; rows are wide.
    wanted = sa.select(problem.c.row_n).where(*where)
    columns = (problem.c.unit, problem.c.sub_kind, problem.c.title, problem.c.public_text)
    query = sa.select(*columns).where(problem.c.row_n.in_(wanted)).order_by(problem.c.row_n)
    found: dict[str, Found] = {}
    with workspace.store.read() as connection:
        own, same = _own_names(connection), linking.joined(connection)
        for row in connection.execute(query):
            one = found.setdefault(row.sub_kind or "", Found())
            unit = Uid(row.unit or "")
            one.count += 1
            one.units.add(same.head(unit))
            text = (row.public_text or row.title or "").strip()
            for name in own.get(unit, ()):
                text = text.removeprefix(name).lstrip("，：:、 　") or text
            key = "".join(c for c in text if c.isalnum())
            if key:
                said = one.said.setdefault(key, Said(clean(text), bool(row.public_text)))
                said.units.add(same.head(unit))
    return found


def _own_names(connection: sa.Connection) -> dict[str, tuple[str, ...]]:
    """What each unit is called: a problem's words are told without their own unit's name."""
    unit = table("unit")
    query = sa.select(unit.c.uid, unit.c.name, unit.c.short_name)
    return {
        row.uid: tuple(name for name in (row.name, row.short_name) if name)
        for row in connection.execute(query)
    }


def sentence(said: Said, aside: Names) -> str:
    """What a problem says, as a whole sentence without names."""
    say = wording("briefing")
    if said.is_public:
        return aside.masked(said.text).rstrip(_ENDS) + say("group.end")
    title = aside.masked(said.text).rstrip(_ENDS)
    return say("group.unit", title=title) + say("group.end")


def _sub_kind(
    workspace: Workspace,
    period: Period,
    kind: SubKind,
    found: Found,
    aside: Names,
    lead: str | None = None,
) -> Drafted:
    ranked = found.ranked()
    public = [s for s in ranked if s.is_public][:MOST_SENTENCES]
    titles = [s for s in ranked if not s.is_public][:MOST_TITLES]
    say = wording("briefing")
    end = say("group.end")
    text = "".join(sentence(s, aside) for s in public)
    if titles:
        parts = [sentence(s, aside).removesuffix(end) for s in titles]
        text += say("group.and").join(parts) + end
    counted = _figures(workspace, period, kind.figures)
    if counted:
        before = say(f"{kind.figures}.before") == "true"
        text = counted + text if before else text + counted
    return Drafted(
        f"kind.{kind.id}",
        kind.title if lead is None else lead,
        text,
        found.count,
        len(found.units),
    )


def _figures(workspace: Workspace, period: Period, figures: Figures) -> str:
    scope = Scope(frozenset(), period.start, period.end)
    if figures is Figures.RECEPTION:
        by = workspace.template.texts.get("reception_by", "")
        return reception(stats.received(workspace, scope), by)
    if figures is Figures.SILENCE:
        return _silence(workspace, period)
    return _ratios(workspace) if figures is Figures.RATIOS else ""


def reception(came: Received, by: str = "") -> str:
    """How many came, wrote and called, in round numbers; empty when nobody did.

    Args:
        came: The exact numbers.
        by: Who received them; 督导组 when empty.
    """
    say = wording("briefing")
    counts = {"visit": came.persons, "letter": came.letters, "call": came.calls}
    parts = [say(f"reception.{key}", count=rounded(n)) for key, n in counts.items() if n]
    if not parts:
        return ""
    long = span(came.first, came.last)
    return say("reception.text", by=by or say("reception.by"), span=long, parts="，".join(parts))


def _silence(workspace: Workspace, period: Period) -> str:
    """Blank sheets and 无 among the written parts of the overall ballots."""
    evaluation = table("evaluation")
    silent = sa.func.coalesce(evaluation.c.blank, 0) + sa.func.coalesce(
        evaluation.c.none_written, 0
    )
    query = sa.select(sa.func.sum(silent), sa.func.sum(evaluation.c.returned)).where(
        evaluation.c.subject == "team",
        sa.or_(evaluation.c.blank.is_not(None), evaluation.c.none_written.is_not(None)),
    )
    if period.start:
        query = query.where(evaluation.c.date >= period.start)
    if period.end:
        query = query.where(evaluation.c.date <= period.end)
    with workspace.store.read() as connection:
        part, whole = connection.execute(query).one()
    if not part or not whole:
        return ""
    say = wording("briefing")
    is_many = 10 * part >= _MANY_TENTHS * whole
    words = say("silence.many") if is_many else say("silence.some", share=share(part, whole))
    return say("silence.text", share=words)


def _ratios(workspace: Workspace) -> str:
    """四多四少: those pairs of which the first side outweighs the second."""
    say = wording("briefing")
    titles = {wind.id: wind.title for wind in workspace.template.winds}
    parts = []
    pairs = stats.four_ratios(workspace)
    for pair in pairs:
        if pair.left_count <= pair.right_count:
            continue
        if pair.field == "winds":
            sides = tuple(
                say("ratios.winds", winds="、".join(titles.get(i, i) for i in ids))
                for ids in (pair.left_ids, pair.right_ids)
            )
        else:
            sides = say.several(f"ratios.{pair.field}")
        parts.append(say("ratios.pair", left=sides[0], right=sides[1]))
    if not parts:
        return ""
    lead = say("ratios.lead_all" if len(parts) == len(pairs) == len(stats.PAIRS) else "ratios.lead")
    return lead + say("group.and").join(parts) + say("group.end")


def _cases(workspace: Workspace, told: set[str]) -> Iterator[Drafted]:
    """Cases cleared for publication that no earlier briefing has told, good ones first."""
    case = table("case")
    query = sa.select(case.c.uid, case.c.stance, case.c.text).where(case.c.cleared == 1)
    with workspace.store.read() as connection:
        rows = connection.execute(query.order_by(case.c.row_n)).all()
    say = wording("briefing")
    for stance in CHOICES["case_stance"]:
        for row in rows:
            if row.stance == stance and row.uid not in told:
                yield Drafted(f"cases.{row.uid}", say(f"cases.{stance}"), clean(row.text or ""))


def _demands(workspace: Workspace, found: dict[str, Found]) -> DraftedSection:
    template = workspace.template
    say = wording("briefing")
    lead = template.texts.get("demands_lead") or say("demands.lead")
    made = [Drafted("demands", "", clean(lead))]
    least = template.thresholds.common_units
    common = [s.title for s in template.sub_kinds() if len(found.get(s.id, Found()).units) >= least]
    if common:
        titles = "、".join(f"“{title}”" for title in common)
        text = say("demands.common", titles=titles, units=least)
        made.append(Drafted("demands.common", say("demands.common_title"), text))
    made += [Drafted(f"demand.{d.id}", d.title, clean(d.text)) for d in template.demands]
    return DraftedSection("demands", Part.DEMANDS, say("sections.demands"), tuple(made))


def _scope(workspace: Workspace) -> DraftedSection:
    say = wording("briefing")
    texts = workspace.template.texts
    paragraphs = tuple(
        Drafted(f"scope.{way}", say(f"scope.{way}"), clean(texts.get(f"briefing_{way}_to", "")))
        for way in ("report", "send", "issue")
    )
    return DraftedSection("scope", Part.SCOPE, say("sections.scope"), paragraphs)


def told_in(uids: Iterable[str]) -> frozenset[str]:
    """Uids of the cases among paragraph ids."""
    return frozenset(uid.removeprefix("cases.") for uid in uids if uid.startswith("cases."))
