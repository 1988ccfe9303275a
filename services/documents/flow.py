"""What a page is made of, and the measures of the official page. Pure data.

Points; x counts from the left edge of the core (版心), y downwards from the top of whatever holds
the item: a box, later the core.

Source: GB/T 9704-2012 §5.2, §7.1 (A4, margins 37 and 28 mm, core 156 × 225 mm, 22 lines × 28
characters of 16 pt).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from services.documents.lines import Grid
from services.documents.runs import Run

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
CORE_LEFT, CORE_TOP = 28 * MM, 37 * MM
CORE_WIDTH, CORE_HEIGHT = 156 * MM, 225 * MM
ROWS, COLUMNS = 22, 28
SIZE = 16.0
CELL = CORE_WIDTH / COLUMNS
"""15.793 pt: 28 characters of 16 pt would be wider than the core."""
PITCH = (CORE_HEIGHT - SIZE) / (ROWS - 1)
"""29.61 pt: 21 gaps and one character fill the core's height."""
ASCENT = 0.88
"""Part of the em box above the baseline."""

BODY_GRID = Grid(SIZE, CELL)
BLACK, GREY, RED = "000000", "808080", "FF0000"
DARK = "595959"
"""What red becomes in grey."""


class Ink(StrEnum):
    """How the red parts are printed."""

    COLOUR = "colour"
    PREPRINTED = "preprinted"
    """Left out: the paper bears them."""
    BLACK = "black"
    GREY = "grey"

    @property
    def red(self) -> str | None:
        """The colour of what is red by the standard; None where it is left out."""
        return {Ink.COLOUR: RED, Ink.BLACK: BLACK, Ink.GREY: DARK}.get(self)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's size and the place of its core, in points from the page's top left."""

    width: float
    height: float
    left: float
    top: float
    core_width: float
    core_height: float

    @property
    def across(self) -> bool:
        """Lies on its side."""
        return self.width > self.height


UPRIGHT = Sheet(PAGE_WIDTH, PAGE_HEIGHT, CORE_LEFT, CORE_TOP, CORE_WIDTH, CORE_HEIGHT)
ACROSS = Sheet(PAGE_HEIGHT, PAGE_WIDTH, 35 * MM, CORE_LEFT, CORE_HEIGHT, CORE_WIDTH)
"""The upright page turned to the right by a quarter: its head lies at the binding side of an odd
page (GB/T 9704-2012 §8) and every margin stays where it is on the paper."""


@dataclass(frozen=True, slots=True)
class Text:
    """A run of glyphs on a baseline."""

    y: float
    run: Run
    colour: str = BLACK
    turned: bool = False
    """Runs downwards: a page number on a page that lies across."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    thick: float
    colour: str = BLACK
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The place of a drawn chart."""

    key: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Area:
    """The place of a signature field."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Squares:
    """Dark squares in rows and columns: a QR code."""

    x: float
    y: float
    width: float
    """Also its height."""
    rows: tuple[str, ...]
    """From the top, `1` for a dark square."""


Item: TypeAlias = Text | Rule | Picture | Area | Squares


@dataclass(frozen=True, slots=True)
class Head:
    """What is repeated at the top of a page on which a table goes on."""

    height: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """An indivisible piece of the text's flow."""

    height: float
    """Way to the next box."""
    items: tuple[Item, ...] = ()
    need: float | None = None
    """Height that must be left on the page where less than `height` will do (a last line)."""
    grid: bool = True
    """Starts on one of the 22 lines."""
    keep: bool = False
    """Stays on one page with the next box."""
    blank: bool = False
    """Falls away at the top of a page."""
    head: Head | None = None
    tail: tuple[Item, ...] = ()
    """Drawn below when the page ends behind this box."""
    fresh: bool = False
    """Starts a page."""
    pinned: bool = False
    """Its lower edge lies on the core's lower edge."""
    outline: tuple[int, str] | None = None
    """Level and words of an entry in the PDF's outline."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline."""

    level: int
    text: str
    page: int
    """From 1."""
    y: float
    """Points below the core's top."""


@dataclass(frozen=True, slots=True)
class Layout:
    """All pages of a document."""

    pages: tuple[tuple[Item, ...], ...]
    outline: tuple[Entry, ...]
    sheets: tuple[Sheet, ...] = ()
    """One for each page; empty where all are upright."""

    def sheet(self, page: int) -> Sheet:
        """The sheet of a page (from 1)."""
        return self.sheets[page - 1] if self.sheets else UPRIGHT


def shifted(item: Item, dx: float, dy: float) -> Item:
    """The item moved to the right and down."""
    if isinstance(item, Text):
        run = replace(item.run, x=item.run.x + dx)
        return Text(item.y + dy, run, item.colour, item.turned)
    if isinstance(item, Rule):
        return Rule(
            item.x1 + dx,
            item.y1 + dy,
            item.x2 + dx,
            item.y2 + dy,
            item.thick,
            item.colour,
            item.dashed,
        )
    return replace(item, x=item.x + dx, y=item.y + dy)
