"""A briefing as the editor shows it and the page prints it."""

from dataclasses import dataclass
from enum import StrEnum

from models.kinds import Uid
from services.documents.orders import Period

SPECIAL_LIMIT, GENERAL_LIMIT = 4_000, 5_000
"""Characters above which a special (专题) and a general (综合) briefing is too long."""


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

    @property
    def has_heading(self) -> bool:
        """Its heading is printed and can be changed."""
        return self.part in HEADED

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
