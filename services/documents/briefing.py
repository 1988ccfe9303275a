"""简报: its blocks, and the finished file."""

import dataclasses
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from services.documents import archive
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
from services.documents.characters import wanted
from services.documents.drawing import draw
from services.documents.fonts import Role, prepare
from services.documents.layout import Look, lay_out
from services.documents.lines import Span, clean
from services.documents.rendering import Options, Rendered
from services.documents.wording import Wording, chinese_date, wording

_CHINA = timezone(timedelta(hours=8))
_SHARES = (1.0, 6.0, 2.0, 2.0)


def canonical(data: BriefingPaper) -> bytes:
    """The data as sorted, compact JSON in UTF-8: what its digest is taken of."""
    plain = dataclasses.asdict(data)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def compose(data: BriefingPaper) -> list[Block]:
    """All blocks from head to tail."""
    say = wording("briefing")
    issue = say("issue_blank") if data.issue is None else say("issue", issue=data.issue)
    blocks: list[Block] = [
        BriefingHead(
            say("name"),
            issue,
            data.organ,
            chinese_date(data.date),
            above=(data.campaign,),
            label=data.label,
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
    return blocks


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
    caption = say("table.caption", period=data.period)
    return [Table(columns, tuple(rows), caption), Note(say("table.note"))]


def _row(number: str, row: CountRow) -> tuple[str, ...]:
    return (number, row.title, str(row.problems), str(row.units))


def render(data: BriefingPaper, options: Options | None = None) -> Rendered:
    """Make the file.

    Args:
        data: Everything it prints.
        options: Ink, fonts, validation; a briefing has no receipt.

    Returns:
        A PDF/A-1b file with an empty signature field of the office.

    Raises:
        Refused: `glyph_missing`: no font has a character; nothing was made.
        NotArchival: The file breaks PDF/A-1b.
    """
    options = options or Options()
    blocks = compose(data)
    fonts = prepare(wanted(blocks), options.fonts, options.cache)
    layout = lay_out(blocks, fonts, Look(options.ink))
    title = clean(data.title).replace("\n", " ")
    value = hashlib.sha256(canonical(data)).hexdigest()
    places = archive.fields(layout, invisible=("office", "archive"))
    facts = archive.Facts(title, f"urn:sha256:{value}", _made_at(data, options), data.organ)
    pdf = archive.finish(
        draw(layout, fonts, title), layout, {}, places, facts, validate=options.validate
    )
    return Rendered(pdf, title, len(layout.pages), fonts.substitutions, places, value)


def _made_at(data: BriefingPaper, options: Options) -> datetime:
    if options.made_at is not None:
        return options.made_at
    try:
        return datetime.fromisoformat(data.date).replace(tzinfo=_CHINA)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
