"""A briefing as the editor shows it and the page prints it."""

from dataclasses import dataclass
from enum import StrEnum

from models.kinds import Uid
from services.documents.orders import Period
from services.words import _


class Genre(StrEnum):
    """What a briefing is: it decides how long it may be."""

    GENERAL = "general"
    """综合简报: the work as a whole."""
    SPECIAL = "special"
    """专题简报 (专报): one matter."""

    @property
    def limit(self) -> int:
        """Characters above which it is too long."""
        return 4_000 if self is Genre.SPECIAL else 5_000


def genre_name(genre: Genre) -> str:
    """A genre in words."""
    return _("专题简报") if genre is Genre.SPECIAL else _("综合简报")


class Part(StrEnum):
    """What a section is."""

    NOTE = "note"
    """编者按."""
    GROUP = "group"
    """One of the taxonomy's groups, its sub-kinds as paragraphs."""
    CASES = "cases"
    """Good and bad cases cleared for publication."""
    DEMANDS = "demands"
    """下一步工作."""
    TABLE = "table"
    """附表: exact numbers; it has no text of its own."""
    SCOPE = "scope"
    """报送范围: one paragraph each for 报, 送, 发."""


HEADED = frozenset({Part.GROUP, Part.CASES})
"""Sections whose heading is printed and can be changed."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A paragraph as the records give it now."""

    id: str
    """ASCII, stable: the sub-kind's or demand's id with the section's before it."""
    lead: str
    """What it is about, in front of the text: 有顾虑的思想. Empty where there is none."""
    text: str
    """Empty: there is nothing to say, it is not printed."""
    count: int = 0
    """Problems behind it."""
    units: int = 0
    """Units they are of."""


@dataclass(frozen=True, slots=True)
class DraftedSection:
    """A section as the records give it now."""

    id: str
    part: Part
    heading: str
    paragraphs: tuple[Drafted, ...]
    title: str = ""
    """Shorter than the heading, for the list of sections; empty: the heading."""
    count: int = 0
    """Problems of the whole section."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a kept briefing."""

    id: str
    lead: str
    text: str
    """What is printed: the edited text, or the drafted one."""
    drafted: str
    """What the program wrote at the last refresh."""
    fresh: str
    """What it would write now."""
    count: int
    units: int
    edited: bool
    shown: bool
    """Ticked; an empty one is not printed even so."""

    @property
    def stale(self) -> bool:
        """New records would change what an edited paragraph was made from."""
        return self.edited and self.fresh != self.drafted

    @property
    def outdated(self) -> bool:
        """A refresh would rewrite it."""
        return not self.edited and self.fresh != self.text


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a kept briefing."""

    id: str
    part: Part
    heading: str
    """What is printed, without its ordinal: the edited heading, or the template's."""
    title: str
    shown: bool
    count: int
    paragraphs: tuple[Paragraph, ...]
    drafted: str = ""
    """The heading as the template has it."""
    before: str = ""
    """The template's heading where it was another one when a person changed it; else empty."""

    @property
    def has_heading(self) -> bool:
        """Its heading is printed and can be changed."""
        return self.part in HEADED

    @property
    def stale(self) -> bool:
        """The template's heading is another one since a person changed it."""
        return bool(self.before) and self.heading != self.drafted

    def printed(self) -> tuple[Paragraph, ...]:
        """What of it is printed."""
        if not self.shown:
            return ()
        return tuple(p for p in self.paragraphs if p.shown and p.text.strip())


@dataclass(frozen=True, slots=True)
class Usable:
    """Something the editor can insert into a paragraph."""

    text: str
    """A whole sentence without names."""
    units: int
    used: bool
    """It stands in the text already."""
    is_guidance: bool = False
    """The template's own words, not a record's."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """A kept briefing."""

    uid: Uid
    title: str
    issue: int | None
    date: str
    """ISO, or empty: the day it is issued."""
    period: Period
    sections: tuple[Section, ...]
    cleared: tuple[Uid, ...]
    copies: int | None
    issued: bool
    genre: Genre = Genre.GENERAL

    @property
    def too_long(self) -> bool:
        """It has more characters than its genre may have."""
        return self.characters > self.genre.limit

    @property
    def characters(self) -> int:
        """Characters of everything that is printed as text, spaces left out."""
        texts = [self.title]
        for section in self.sections:
            printed = section.printed()
            if printed and section.part is not Part.SCOPE:
                texts += [section.heading, *(p.lead + p.text for p in printed)]
        return sum(len("".join(text.split())) for text in texts)

    def section(self, section_id: str) -> Section | None:
        """The section of that id."""
        return next((s for s in self.sections if s.id == section_id), None)

    def paragraph(self, paragraph_id: str) -> Paragraph | None:
        """The paragraph of that id."""
        return next((p for s in self.sections for p in s.paragraphs if p.id == paragraph_id), None)


def counted(briefing: Briefing) -> str:
    """In words: how long a briefing is, and how long one of its genre may be."""
    told = _("{genre}，字数 {count} / {limit}")
    if briefing.too_long:
        told = _("字数 {count}，{genre}不超过 {limit}")
    return told.format(
        genre=genre_name(briefing.genre),
        count=f"{briefing.characters:,}",
        limit=f"{briefing.genre.limit:,}",
    )
