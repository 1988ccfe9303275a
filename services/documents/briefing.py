"""简报: its blocks, and the finished file."""

from services.documents import canonical, rendering
from services.documents.blocks import (
    Block,
    BriefingHead,
    Column,
    Gap,
    Heading,
    Note,
    Paragraph,
    Table,
    Title,
    editors_note,
    tail,
)
from services.documents.briefing_data import BriefingPaper, CountRow
from services.documents.composing import Composed, plain
from services.documents.fonts import Role
from services.documents.lines import Span
from services.documents.rendering import Options, Rendered
from services.documents.wording import Wording, chinese_date, wording

_SHARES = (1.0, 6.0, 2.0, 2.0)


def compose(data: BriefingPaper) -> Composed:
    """All blocks from head to tail."""
    say = wording("briefing")
    issue = say("issue_blank") if data.issue is None else say("issue", issue=data.issue)
    blocks: list[Block] = [
        BriefingHead(
            say("name"),
            issue,
            data.frame.issuer,
            chinese_date(data.frame.date),
            above=(data.frame.campaign,),
            label=data.frame.label,
        )
    ]
    if data.note:
        blocks += [editors_note(say("note.label"), data.note), Gap()]
    blocks.append(Title(_title_parts(data.title)))
    for chapter in data.chapters:
        if chapter.heading:
            blocks.append(Heading(1, chapter.heading))
        for passage in chapter.passages:
            lead = (Span(passage.lead, Role.KAI),) if passage.lead else ()
            blocks.append(Paragraph((*lead, Span(passage.text))))
    if data.counts:
        blocks += _table(data, say)
    if data.receivers or data.copies:
        blocks.append(tail(data.receivers, data.copies))
    return Composed(plain((data.title,)), blocks)


def _title_parts(title: str) -> tuple[str, ...]:
    """A title of two halves stands on two lines, or on one with a space between them."""
    halves = title.split()
    return (*(f"{half}　" for half in halves[:-1]), *halves[-1:])


def _table(data: BriefingPaper, say: Wording) -> list[Block]:
    heads = zip(say.several("table.columns"), _SHARES, strict=True)
    columns = tuple(Column(title, share, left=n == 1) for n, (title, share) in enumerate(heads))
    rows = [_row(str(n), row) for n, row in enumerate(data.counts, 1)]
    if data.total is not None:
        rows.append(_row("", data.total))
    caption = say("table.caption", period=data.frame.period)
    return [Table(columns, tuple(rows), caption), Note(say("table.note"))]


def _row(number: str, row: CountRow) -> tuple[str, ...]:
    return (number, row.title, str(row.problems), str(row.units))


def render(data: BriefingPaper, options: Options | None = None) -> Rendered:
    """Make the file; raises what `rendering.render` does."""
    digest = canonical.digest(data)
    return rendering.render(compose(data), data.frame, digest, options or Options())
