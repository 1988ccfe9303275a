"""Blocks onto the grid of the official page: what each part looks like. Pure computation.

Source: GB/T 9704-2012 §7; the table in the tests names the clause of each measure.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from services.documents import closing, tables
from services.documents.blocks import (
    HEADING_ROLES,
    Addressee,
    Attachments,
    Block,
    Closing,
    Figure,
    Gap,
    Heading,
    Label,
    Note,
    Paragraph,
    Receipt,
    RedHead,
    Table,
    Title,
)
from services.documents.flow import (
    ASCENT,
    BLACK,
    BODY_GRID,
    CELL,
    CORE_WIDTH,
    MM,
    PITCH,
    RED,
    SIZE,
    Box,
    Item,
    Layout,
    Picture,
    Rule,
)
from services.documents.fonts import Fonts, Role
from services.documents.furniture import Footer, furnished
from services.documents.lines import Grid, Line, Span, clean
from services.documents.pagination import paginate
from services.documents.titles import shape
from services.documents.typeset import Setter, baseline, paragraphs

TITLE_GRID = Grid(22, 22)
"""2号."""
_MOST_PART, _PIECE = 0.8, 4
"""A part of a title wider than this share of the core is cut into pieces of so many characters."""
NOTE_GRID = Grid(10.5, 10.5)
MARK_TOP = 35 * MM
_MARK_SIZE, _MARK_LEAST = 48.0, 26.0
"""A longer mark is set smaller, then on several lines."""
_MARK_LEADING = 1.25
_AFTER_NUMBER = 4 * MM
_RED_THICK = 1.5


class Ink(StrEnum):
    """How the red parts are printed."""

    COLOUR = "colour"
    PREPRINTED = "preprinted"
    """Left out: the paper bears them."""
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class Look:
    """What does not belong to the text."""

    ink: Ink = Ink.COLOUR
    footer: Footer | None = None
    page_numbers: bool = True


def lay_out(blocks: Sequence[Block], fonts: Fonts, look: Look = Look()) -> Layout:
    """Place every block.

    Args:
        blocks: The document from top to bottom.
        fonts: Faces that hold all its characters.
        look: Colour of the head, small text in the margin.

    Returns:
        Items of each page, x and y from the core's top left.
    """
    maker = _Maker(Setter(fonts), look)
    boxes: list[Box] = []
    for block in blocks:
        made = maker.boxes(block)
        if isinstance(block, Closing):
            _keep_last(boxes)
        boxes += made
    return furnished(paginate(boxes), maker.setter, look.footer, look.page_numbers)


def _keep_last(boxes: list[Box]) -> None:
    """Let the closing take the last two lines of the text along to a new page."""
    lines = 0
    for at in range(len(boxes) - 1, -1, -1):
        if boxes[at].fresh and lines:
            return
        boxes[at] = replace(boxes[at], keep=True)
        lines += not boxes[at].blank
        if lines == 2:  # noqa: PLR2004 -- two lines
            return


_B = TypeVar("_B")


class _Maker:
    """Makes boxes of each kind of block."""

    def __init__(self, setter: Setter, look: Look) -> None:
        self.setter, self.look = setter, look

    def boxes(self, block: Block) -> list[Box]:
        makers: dict[type, Callable[..., list[Box]]] = {
            Label: self._label,
            RedHead: self._red_head,
            Title: self._title,
            Addressee: self._addressee,
            Heading: self._heading,
            Paragraph: self._paragraph,
            Note: self._note,
            Table: self._table,
            Figure: self._figure,
            Attachments: self._attachments,
            Closing: self._closing,
            Receipt: self._receipt,
            Gap: self._gap,
        }
        return makers[type(block)](block)

    def _label(self, block: Label) -> list[Box]:
        items = self.setter.at(block.text, Role.HEI, BODY_GRID, 0, baseline(0, SIZE, SIZE))
        return [Box(0, items, grid=False)]

    def _red_head(self, block: RedHead) -> list[Box]:
        """The mark 35 mm below the core's top, the number 2 lines lower, the line 4 mm lower."""
        mark = clean(block.mark)
        cells = self.setter.width(mark, Role.TITLE, Grid(1, 1)) or 1.0
        rows = math.ceil(cells * _MARK_LEAST / CORE_WIDTH)
        size = min(_MARK_SIZE, CORE_WIDTH / math.ceil(cells / rows))
        number_top = MARK_TOP + size + (rows - 1) * _MARK_LEADING * size + 2 * PITCH
        line_y = number_top + SIZE + _AFTER_NUMBER
        items: list[Item] = []
        if self.look.ink is not Ink.PREPRINTED:
            colour = RED if self.look.ink is Ink.COLOUR else BLACK
            grid = Grid(size, size)
            for row, (line, x) in enumerate(
                self.setter.centred(mark, Role.TITLE, grid, 0, CORE_WIDTH)
            ):
                y = MARK_TOP + (ASCENT + row * _MARK_LEADING) * size
                items += self.setter.texts(line, x, y, line.width, grid, colour)
            items.append(Rule(0, line_y, CORE_WIDTH, line_y, _RED_THICK, colour))
        y = number_top + ASCENT * SIZE
        items += self.setter.at(block.number, Role.BODY, BODY_GRID, CORE_WIDTH / 2, y, align=0.5)
        return [Box(line_y + 2 * PITCH, tuple(items), grid=False)]

    def _title(self, block: Title) -> list[Box]:
        parts = [piece for part in block.parts for piece in self._title_pieces(clean(part))]
        widths = [self.setter.width(part, Role.TITLE, TITLE_GRID) for part in parts]
        texts = ["".join(parts[i] for i in line) for line in shape(widths, CORE_WIDTH)]
        made = []
        for number, text in enumerate(texts):
            y = baseline(0, SIZE, TITLE_GRID.size)
            items = self.setter.at(text, Role.TITLE, TITLE_GRID, CORE_WIDTH / 2, y, align=0.5)
            outline = (0, "".join(texts)) if number == 0 else None
            made.append(Box(PITCH, items, need=SIZE, keep=True, outline=outline))
        return [*made, self._blank(keep=True)]

    def _title_pieces(self, part: str) -> list[str]:
        """A part as it is where it fits beside others, a longer one cut for balanced lines."""
        line = [Span(part.replace("\n", ""), Role.TITLE)]
        whole = self.setter.width(line[0].text, Role.TITLE, TITLE_GRID) <= _MOST_PART * CORE_WIDTH
        room = CORE_WIDTH if whole else _PIECE * TITLE_GRID.size
        return [piece.text for piece in self.setter.lines(line, TITLE_GRID, room, room)]

    def _addressee(self, block: Addressee) -> list[Box]:
        return self._lines(
            [
                Span(clean(block.text) + "："),
            ],
            0,
            0,
        )

    def _heading(self, block: Heading) -> list[Box]:
        role = HEADING_ROLES[block.level]
        made = [replace(box, keep=True) for box in self._lines([Span(block.text, role)], 2, 0)]
        if made:
            made[0] = replace(made[0], outline=(block.level, clean(block.text).replace("\n", "")))
        return made

    def _paragraph(self, block: Paragraph) -> list[Box]:
        return self._lines(block.spans, block.indent, block.left)

    def _lines(self, spans: Sequence[Span], indent: float, left: float) -> list[Box]:
        made = []
        y = baseline(0, SIZE, SIZE)
        for part in paragraphs(spans):
            starts = ((indent or left) * CELL, left * CELL)
            rooms = (CORE_WIDTH - starts[0], CORE_WIDTH - starts[1])
            for number, line in enumerate(self.setter.lines(part, BODY_GRID, *rooms)):
                later = number > 0
                items = self.setter.texts(line, starts[later], y, rooms[later], BODY_GRID)
                made.append(Box(PITCH, tuple(items), need=SIZE))
        return made

    def _note(self, block: Note) -> list[Box]:
        made = []
        for part in paragraphs([Span(block.text, Role.KAI)]):
            for line in self.setter.lines(part, NOTE_GRID, CORE_WIDTH, CORE_WIDTH):
                y = baseline(0, 15.5, NOTE_GRID.size)
                items = self.setter.texts(line, 0, y, CORE_WIDTH, NOTE_GRID)
                made.append(Box(15.5, tuple(items), grid=False))
        return made

    def _table(self, block: Table) -> list[Box]:
        return tables.boxes(block, self.setter)

    def _figure(self, block: Figure) -> list[Box]:
        width, height = block.width_mm * MM, block.height_mm * MM
        items: list[Item] = [Picture(block.key, (CORE_WIDTH - width) / 2, 6, width, height)]
        below = 6 + height
        if block.caption:
            y = baseline(below, 22, tables.CAPTION_GRID.size)
            items += self.setter.at(
                block.caption, Role.HEI, tables.CAPTION_GRID, CORE_WIDTH / 2, y, align=0.5
            )
            below += 22
        return [Box(below + 4, tuple(items), grid=False, need=below)]

    def _attachments(self, block: Attachments) -> list[Box]:
        made = [self._blank(keep=True)]
        many = len(block.names) > 1
        for number, name in enumerate(block.names, 1):
            lead = "附件：" if number == 1 else ""
            mark = f"{number}．" if many else ""
            made += self._hanging(lead, mark, name)
        return made

    def _hanging(self, lead: str, mark: str, name: str) -> list[Box]:
        y = baseline(0, SIZE, SIZE)
        x = 5 * CELL
        start = x + self.setter.width(mark, Role.BODY, BODY_GRID)
        room = CORE_WIDTH - start
        made = []
        lines: Sequence[Line] = self.setter.lines([Span(clean(name))], BODY_GRID, room, room)
        for at, line in enumerate(lines):
            items = list(self.setter.texts(line, start, y, room, BODY_GRID))
            if at == 0:
                items += self.setter.at(lead, Role.BODY, BODY_GRID, 2 * CELL, y)
                items += self.setter.at(mark, Role.BODY, BODY_GRID, x, y)
            made.append(Box(PITCH, tuple(items), need=SIZE))
        return made

    def _closing(self, block: Closing) -> list[Box]:
        return closing.boxes(block, self.setter)

    def _receipt(self, block: Receipt) -> list[Box]:
        return closing.receipt(block, self.setter)

    def _gap(self, block: Gap) -> list[Box]:
        return [self._blank() for _ in range(block.lines)]

    def _blank(self, keep: bool = False) -> Box:
        return Box(PITCH, need=0, keep=keep, blank=True)
