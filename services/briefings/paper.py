"""From a kept briefing to what its pages print."""

from services import stats
from services.briefings.shapes import Briefing, Paragraph, Part, Section
from services.documents.briefing_data import BriefingPaper, Chapter, CountRow, Passage
from services.documents.frame import ExpectedSigner, Frame
from services.documents.wording import ordinal, wording
from services.stats import Scope
from services.workspace import Workspace

FIELD = "office"
"""The signature field of a briefing; it has no place on paper."""
_ENDS = "。！？：；"


def paper(
    workspace: Workspace, briefing: Briefing, *, issue: int | None = None, date: str = ""
) -> BriefingPaper:
    """What the pages print; `issue` and `date` where the briefing has none yet.

    The ordinals of chapters and paragraphs follow the order and the ticks as they are.
    """
    template = workspace.template
    say = wording("briefing")
    chapters = []
    ordinals = 0
    for section in briefing.sections:
        printed = section.printed()
        if not printed or section.part in {Part.NOTE, Part.TABLE, Part.SCOPE}:
            continue
        heading = section.heading
        if section.part is Part.DEMANDS:
            heading = ""
        else:
            ordinals += 1
            heading = say("group.heading", ordinal=ordinal(ordinals), heading=section.heading)
        chapters.append(Chapter(heading, _passages(section, printed)))
    counts, total = _counts(workspace, briefing)
    note = briefing.section(Part.NOTE)
    scope = briefing.section(Part.SCOPE)
    number = briefing.issue if briefing.issue is not None else issue
    return BriefingPaper(
        frame=Frame(
            issuer=template.organiser,
            date=briefing.date or date,
            campaign=template.title,
            period=briefing.period.in_words(),
            number="" if number is None else say("number", issue=number),
            label=template.label,
            signers=(ExpectedSigner(FIELD, wording("gathering")("roles.office")),),
        ),
        title=briefing.title,
        issue=number,
        note="\n".join(p.text for p in note.printed()) if note else "",
        chapters=tuple(chapters),
        counts=counts,
        total=total,
        receivers=tuple((p.lead, p.text) for p in scope.printed()) if scope else (),
        copies=briefing.copies,
    )


def _passages(section: Section, printed: tuple[Paragraph, ...]) -> tuple[Passage, ...]:
    say = wording("briefing")
    made = []
    for n, one in enumerate(printed, 1):
        lead = one.lead
        if lead and section.part is Part.GROUP:
            lead = say("group.lead", ordinal=ordinal(n), title=lead)
        elif lead and section.part is Part.CASES:
            lead = "" if n > 1 and printed[n - 2].lead == lead else say("cases.lead", title=lead)
        elif lead and lead[-1] not in _ENDS:
            lead += say("group.end")
        made.append(Passage(lead, one.text))
    return tuple(made)


def _counts(
    workspace: Workspace, briefing: Briefing
) -> tuple[tuple[CountRow, ...], CountRow | None]:
    """The exact numbers, where the table is ticked and there is something to count."""
    table = briefing.section(Part.TABLE)
    if table is None or not table.shown:
        return (), None
    period = briefing.period
    told = stats.problem_map(workspace, Scope(frozenset(), period.start, period.end))
    if not sum(told.totals):
        return (), None
    rows = tuple(
        CountRow(column.title, told.totals[n], told.units_of(n))
        for n, column in enumerate(told.columns)
    )
    units = sum(1 for row in told.rows if row.total)
    return rows, CountRow(wording("briefing")("table.total"), sum(told.totals), units)
