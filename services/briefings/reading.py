"""Kept briefings as they read: edited texts in place of drafted ones, in the order kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import orjson
import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.kinds import Uid, Value
from services import rows
from services.briefings.drafting import drafted, told_in
from services.briefings.shapes import (
    HEADED,
    Briefing,
    Drafted,
    DraftedSection,
    Genre,
    Paragraph,
    Section,
)
from services.core import Row
from services.documents.orders import Period
from services.documents.wording import wording
from services.workspace import Workspace

BRIEFING = KINDS["briefing"]
_HEADING = "heading."
GENRE = "genre"
"""Key of the genre in what was arranged."""


@dataclass(frozen=True, slots=True)
class Line:
    """A briefing in the list."""

    uid: Uid
    title: str
    issue: int | None
    period: Period
    issued: bool


def briefings(workspace: Workspace) -> tuple[Line, ...]:
    """All briefings of the file, the newest first."""
    target = table("briefing")
    with workspace.store.read() as connection:
        found = connection.execute(target.select().order_by(target.c.row_n.desc())).all()
    return tuple(
        Line(
            Uid(row.uid),
            row.title or "",
            row.issue,
            Period(row.period_start or "", row.period_end or ""),
            row.state == "issued",
        )
        for row in found
    )


def load(workspace: Workspace, uid: Uid) -> Briefing:
    """A briefing beside what the records would make of it now.

    Raises:
        Refused: no such record.
    """
    with workspace.store.read() as connection:
        row = rows.read(connection, BRIEFING, uid)
    return _read(row, fresh(workspace, row))


def about(workspace: Workspace, period: Period, uid: str = "") -> Briefing:
    """The briefing of that uid, else the newest kept one of the period, else an unkept draft.

    An unkept one has an empty uid.

    Raises:
        Refused: no such record.
    """
    if uid:
        return load(workspace, Uid(uid))
    kept = next((line.uid for line in briefings(workspace) if line.period == period), None)
    if kept is not None:
        return load(workspace, kept)
    sections = drafted(workspace, period, (), told(workspace))
    values: dict[str, Value] = {
        "title": wording("briefing")("title"),
        "period_start": period.start,
        "period_end": period.end,
        "drafted": {p.id: p.text for s in sections for p in s.paragraphs if p.text},
    }
    return _read(Row(Uid(""), "briefing", values), sections)


def fresh(workspace: Workspace, row: Row) -> tuple[DraftedSection, ...]:
    """What the records make of a briefing now."""
    cleared = [str(one) for one in as_list(row.values.get("cleared"))]
    return drafted(workspace, period_of(row), cleared, told(workspace, row.uid))


def told(workspace: Workspace, but: str = "") -> frozenset[str]:
    """Cases that issued briefings have told."""
    target = table("briefing")
    query = sa.select(target.c.drafted).where(target.c.state == "issued", target.c.uid != but)
    with workspace.store.read() as connection:
        held = connection.scalars(query).all()
    return told_in(key for cell in held for key in orjson.loads(cell or "{}"))


def period_of(row: Row) -> Period:
    """The days a briefing is about."""
    start, end = (str(row.values.get(name) or "") for name in ("period_start", "period_end"))
    return Period(start, end)


def as_list(value: Value) -> list[Value]:
    """A value that should be a list."""
    return value if isinstance(value, list) else []


def as_map(value: Value) -> Mapping[str, Value]:
    """A value that should be an object."""
    return value if isinstance(value, dict) else {}


def _read(row: Row, sections: Sequence[DraftedSection]) -> Briefing:
    values = row.values
    issue, copies = values.get("issue"), values.get("copies")
    arranged = as_map(values.get("arranged"))
    order = [str(one) for one in as_list(arranged.get("order"))]
    off = {str(one) for one in as_list(arranged.get("off"))}
    kept = [
        Section(
            section.id,
            section.part,
            _heading(row, section),
            section.title or section.heading,
            section.id not in off,
            section.count,
            in_order([_paragraph(row, one, off) for one in section.paragraphs], order),
            section.heading,
            _before(row, section),
        )
        for section in sections
    ]
    return Briefing(
        uid=row.uid,
        title=str(values.get("title") or ""),
        issue=issue if isinstance(issue, int) else None,
        date=str(values.get("date") or ""),
        period=period_of(row),
        sections=in_order(kept, order),
        cleared=tuple(Uid(str(one)) for one in as_list(values.get("cleared"))),
        copies=copies if isinstance(copies, int) else None,
        issued=values.get("state") == "issued",
        genre=Genre.SPECIAL if arranged.get(GENRE) == Genre.SPECIAL else Genre.GENERAL,
    )


def heading_key(section: str) -> str:
    """The name under which a section's changed heading is kept among the texts."""
    return f"{_HEADING}{section}"


def is_heading(key: str) -> bool:
    """Whether a key among the texts is a heading's."""
    return key.startswith(_HEADING)


def _heading(row: Row, section: DraftedSection) -> str:
    own = as_map(row.values.get("texts")).get(heading_key(section.id))
    return own if isinstance(own, str) and own and section.part in HEADED else section.heading


def _before(row: Row, section: DraftedSection) -> str:
    """The heading that the template had when a person changed it, where it has another now."""
    then = as_map(row.values.get("drafted")).get(heading_key(section.id))
    known = isinstance(then, str) and row.values.get("state") != "issued"
    return str(then) if known and then != section.heading else ""


def drafts(sections: Iterable[DraftedSection]) -> dict[str, str]:
    """What the records and the template give, by the keys of paragraphs and headings."""
    made: dict[str, str] = {}
    for section in sections:
        if section.part in HEADED:
            made[heading_key(section.id)] = section.heading
        made |= {p.id: p.text for p in section.paragraphs}
    return made


def _paragraph(row: Row, now: Drafted, off: set[str]) -> Paragraph:
    draft = str(as_map(row.values.get("drafted")).get(now.id) or "")
    text = as_map(row.values.get("texts")).get(now.id)
    own = text if isinstance(text, str) else None
    is_issued = row.values.get("state") == "issued"
    return Paragraph(
        id=now.id,
        lead=now.lead,
        text=draft if own is None else own,
        drafted=draft,
        fresh=draft if is_issued else now.text,
        count=now.count,
        units=now.units,
        edited=own is not None and own != draft,
        shown=now.id not in off,
    )


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


def in_order(those: Sequence[T], order: Sequence[str]) -> tuple[T, ...]:
    """Those in the order kept; one that came since stands behind the one it is drafted behind."""
    place = {name: n for n, name in enumerate(order)}
    made = sorted((one for one in those if one.id in place), key=lambda one: place[one.id])
    before: T | None = None
    for one in those:
        if one.id not in place:
            made.insert(0 if before is None else made.index(before) + 1, one)
        before = one
    return tuple(made)
