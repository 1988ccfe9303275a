"""What a briefing prints, as plain values; filled from a kept briefing elsewhere.

All words are ready to be printed; dates are ISO 8601 days or empty.
"""

from dataclasses import dataclass

from services.documents.frame import Frame


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph."""

    lead: str
    """In 楷体 before the text, with its ordinal and end mark; empty for none."""
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the text."""

    heading: str
    """With its ordinal; empty for none."""
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class CountRow:
    """A line of the table of numbers."""

    title: str
    problems: int
    units: int


@dataclass(frozen=True, slots=True)
class BriefingPaper:
    """One issue."""

    frame: Frame
    """`number` is 简报第×期, `period` that of the table."""
    title: str
    issue: int | None = None
    """第×期; None before it is taken."""
    note: str = ""
    """编者按."""
    chapters: tuple[Chapter, ...] = ()
    counts: tuple[CountRow, ...] = ()
    """The table of numbers; none when empty."""
    total: CountRow | None = None
    receivers: tuple[tuple[str, str], ...] = ()
    """(报, …), (送, …), (发, …)."""
    copies: int | None = None
