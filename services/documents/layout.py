"""Blocks onto the grid of the official page: what each part looks like. Pure computation.

Source: GB/T 9704-2012 §7; the table in the tests names the clause of each measure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from services.documents import closing, heads, imprints, tables
from services.documents.blocks import (
    HEADING_ROLES,
    Addressee,
    Attachment,
    Attachments,
    Block,
    Break,
    BriefingHead,
    Closing,
    Figure,
    Gap,
    Heading,
    Imprint,
    Label,
    LetterHead,
    Marks,
    Note,
    Pages,
    Paragraph,
    Receipt,
    RedHead,
    Remark,
    Roll,
    Subtitle,
    Table,
    Title,
)
from services.documents.flow import (
    ACROSS,
    BODY_GRID,
    CELL,
    MM,
    PITCH,
    SIZE,
    UPRIGHT,
    Box,
    Ink,
    Item,
    Layout,
    Picture,
    Sheet,
)
from services.documents.fonts import Fonts, Role
from services.documents.furniture import Footer, furnished
from services.documents.lines import Grid, Line, Span, clean
from services.documents.pagination import joined, paginate
from services.documents.paper import Paper
from services.documents.titles import pieces, shape
from services.documents.typeset import Setter, baseline, paragraphs

__all__ = ["Ink", "Look", "lay_out"]

TITLE_GRID = Grid(22, 22)
"""2号."""
_MOST_PART = 0.8
"""A part of a title wider than this share of the core is cut into words."""
NOTE_GRID = Grid(10.5, 10.5)
_TEXT = (Paragraph, Heading, Table, Figure, Roll)


@dataclass(frozen=True, slots=True)
class Look:
    """What does not belong to the text."""

    ink: Ink = Ink.COLOUR
    footer: Footer | None = None
    page_numbers: bool = True
    paper: Paper | None = None
    """Marks every page so that it can be checked on paper."""


def lay_out(blocks: Sequence[Block], fonts: Fonts, look: Look = Look()) -> Layout:
    """Place every block.

    Where the head, the title and a long list of addressees leave no room for text on page 1, the
    addressees go to the 版记 (GB/T 9704-2012 §7.3.2).

    Args:
        blocks: The document from top to bottom.
        fonts: Faces that hold all its characters.
        look: Colour of the head, small text in the margin.

    Returns:
        Items of each page, x and y from the core's top left.
    """
    setter = Setter(fonts)
    made = _made(blocks, setter, look)
    if _text_missing_on_page_1(blocks, made):
        made = _made(_addressees_moved(blocks), setter, look)
    parts = [paginate([box for _block, box in part], sheet) for sheet, part in _sections(made)]
    bare_first = any(isinstance(block, LetterHead) for block in blocks)
    layout = joined(parts)
    return furnished(
        layout, setter, look.footer, look.page_numbers, bare_first=bare_first, paper=look.paper
    )


_Made = tuple[Block, Sheet, tuple[Box, ...]]


def _made(blocks: Sequence[Block], setter: Setter, look: Look) -> list[_Made]:
    """Every block's boxes and the sheet they lie on."""
    maker = _Maker(setter, look)
    made: list[_Made] = []
    fresh = False
    for block in blocks:
        if isinstance(block, Pages):
            setter.sheet = ACROSS if block.across else UPRIGHT
        elif isinstance(block, Receipt):
            setter.sheet = UPRIGHT
        boxes = maker.boxes(block)
        if isinstance(block, Closing) or (isinstance(block, Table) and block.is_signed):
            _keep_last(made)
        if fresh and boxes:
            boxes[0] = replace(boxes[0], fresh=True)
        fresh = isinstance(block, Break) or (fresh and not boxes)
        made.append((block, setter.sheet, tuple(boxes)))
    return made


def _sections(made: Sequence[_Made]) -> list[tuple[Sheet, list[tuple[Block, Box]]]]:
    """Runs of boxes on one kind of sheet."""
    flat = [(sheet, block, box) for block, sheet, boxes in made for box in boxes]
    found = [
        (sheet, [(block, box) for _sheet, block, box in part])
        for sheet, part in groupby(flat, key=lambda one: one[0])
    ]
    return found or [(UPRIGHT, [])]


def _text_missing_on_page_1(blocks: Sequence[Block], made: Sequence[_Made]) -> bool:
    """Whether the addressees push the text off page 1."""
    if not any(isinstance(block, Addressee) for block in blocks):
        return False
    boxes: list[Box] = []
    for block, _sheet, some in made:
        boxes += some
        if isinstance(block, _TEXT) and some:
            end = next((at for at, box in enumerate(some) if not box.keep), len(some) - 1)
            boxes = boxes[: len(boxes) - len(some) + end + 1]
            if not boxes[-1].keep:
                return len(paginate(boxes).pages) > 1
    return False


def _addressees_moved(blocks: Sequence[Block]) -> list[Block]:
    """The document with its addressees as the first entry of the 版记."""
    moved = tuple(("主送", block.text) for block in blocks if isinstance(block, Addressee))
    rest: list[Block] = [block for block in blocks if not isinstance(block, Addressee)]
    for at, block in enumerate(rest):
        if isinstance(block, Imprint):
            rest[at] = replace(block, entries=(*moved, *block.entries))
            return rest
    end = next((at for at, block in enumerate(rest) if isinstance(block, Receipt)), len(rest))
    return [*rest[:end], Imprint(moved), *rest[end:]]


def _keep_last(made: list[_Made]) -> None:
    """Let the closing take the last two lines of the text along to a new page."""
    lines = 0
    for at in range(len(made) - 1, -1, -1):
        block, sheet, boxes = made[at]
        kept = list(boxes)
        for number in range(len(kept) - 1, -1, -1):
            if kept[number].fresh and lines:
                break
            kept[number] = replace(kept[number], keep=True)
            lines += not kept[number].blank
            if lines == 2:  # noqa: PLR2004 -- two lines
                _let_go(kept, number - 1)
                break
        made[at] = (block, sheet, tuple(kept))
        if lines == 2 or any(box.fresh for box in kept):  # noqa: PLR2004 -- two lines
            return


def _let_go(boxes: list[Box], number: int) -> None:
    """Let a short table, else never cut, give its last row to the closing."""
    if number >= 0 and boxes[number].head is not None:
        boxes[number] = replace(boxes[number], keep=False)


class _Maker:
    """Makes boxes of each kind of block."""

    def __init__(self, setter: Setter, look: Look) -> None:
        self.setter, self.look = setter, look

    def boxes(self, block: Block) -> list[Box]:
        makers: dict[type, Callable[..., list[Box]]] = {
            Label: lambda b: heads.label(b, self.setter),
            Marks: lambda b: heads.marks(b, self.setter),
            RedHead: lambda b: heads.red_head(b, self.setter, self.look.ink),
            LetterHead: lambda b: heads.letter_head(b, self.setter, self.look.ink),
            BriefingHead: lambda b: heads.briefing_head(b, self.setter, self.look.ink),
            Title: self._title,
            Subtitle: self._subtitle,
            Addressee: self._addressee,
            Heading: self._heading,
            Paragraph: self._paragraph,
            Roll: self._roll,
            Note: self._note,
            Table: lambda b: tables.boxes(b, self.setter),
            Figure: self._figure,
            Attachments: self._attachments,
            Closing: lambda b: closing.boxes(b, self.setter),
            Remark: lambda b: self._lines([Span(f"（{clean(b.text)}）")], 2),
            Attachment: self._attachment,
            Imprint: lambda b: imprints.boxes(b, self.setter),
            Receipt: lambda b: closing.receipt(b, self.setter),
            Gap: self._gap,
        }
        maker = makers.get(type(block))
        return maker(block) if maker is not None else []

    def _title(self, block: Title) -> list[Box]:
        return [*self._titled(block.parts, 0), self._blank(keep=True)]

    def _titled(self, given: Sequence[str], level: int) -> list[Box]:
        """A title's lines; its words go to the outline."""
        room = self.setter.room
        parts = [piece for part in given for piece in self._pieces(clean(part))]
        widths = [self.setter.width(part, Role.TITLE, TITLE_GRID) for part in parts]
        texts = ["".join(parts[i] for i in line) for line in shape(widths, room)]
        made = []
        for number, text in enumerate(texts):
            y = baseline(0, SIZE, TITLE_GRID.size)
            items = self.setter.at(text, Role.TITLE, TITLE_GRID, room / 2, y, align=0.5)
            outline = (level, "".join(texts)) if number == 0 else None
            made.append(Box(PITCH, items, need=SIZE, keep=True, outline=outline))
        return made

    def _pieces(self, part: str) -> list[str]:
        """A part as it is where it fits beside others, a longer one cut into words."""
        part = part.replace("\n", "")
        room = self.setter.room
        if self.setter.width(part, Role.TITLE, TITLE_GRID) <= _MOST_PART * room:
            return [part] if part else []
        found = []
        for piece in pieces(part):
            lines = self.setter.lines([Span(piece, Role.TITLE)], TITLE_GRID, room, room)
            found += [line.text for line in lines]
        return found

    def _subtitle(self, block: Subtitle) -> list[Box]:
        y = baseline(0, SIZE, SIZE)
        lines = self.setter.centred(block.text, Role.KAI, BODY_GRID, 0, self.setter.room)
        made = [
            Box(
                PITCH,
                tuple(self.setter.texts(line, x, y, line.width, BODY_GRID)),
                need=SIZE,
                keep=True,
            )
            for line, x in lines
        ]
        return [*made, self._blank(keep=True)]

    def _attachment(self, block: Attachment) -> list[Box]:
        number = "" if block.number is None else str(block.number)
        y = baseline(0, SIZE, SIZE)
        mark = self.setter.at(f"{block.of}附件{number}", Role.HEI, BODY_GRID, 0, y)
        first = Box(2 * PITCH, mark, fresh=True, keep=True)
        return [first, *self._titled(block.title, 1), self._blank(keep=True)]

    def _addressee(self, block: Addressee) -> list[Box]:
        return self._lines([Span(clean(block.text) + "：")], 0)

    def _heading(self, block: Heading) -> list[Box]:
        role = HEADING_ROLES[block.level]
        made = [replace(box, keep=True) for box in self._lines([Span(block.text, role)], 2)]
        if made:
            made[0] = replace(made[0], outline=(block.level, clean(block.text).replace("\n", "")))
        return made

    def _paragraph(self, block: Paragraph) -> list[Box]:
        return self._lines(block.spans, block.indent, block.left, block.right)

    def _roll(self, block: Roll) -> list[Box]:
        lead = f"{clean(block.label)}："
        x = 2 * CELL
        start = x + self.setter.width(lead, Role.HEI, BODY_GRID)
        return self._hung([(lead, Role.HEI, x)], block.text, start)

    def _lines(
        self, spans: Sequence[Span], indent: float, left: float = 0, right: float = 0
    ) -> list[Box]:
        made = []
        y = baseline(0, SIZE, SIZE)
        room = self.setter.room - right * CELL
        for part in paragraphs(spans):
            starts = ((indent or left) * CELL, left * CELL)
            rooms = (room - starts[0], room - starts[1])
            for number, line in enumerate(self.setter.lines(part, BODY_GRID, *rooms)):
                later = number > 0
                items = self.setter.texts(line, starts[later], y, rooms[later], BODY_GRID)
                made.append(Box(PITCH, tuple(items), need=SIZE))
        return made

    def _note(self, block: Note) -> list[Box]:
        made = []
        for part in paragraphs([Span(block.text, Role.KAI)]):
            for line in self.setter.lines(part, NOTE_GRID, self.setter.room, self.setter.room):
                y = baseline(0, 15.5, NOTE_GRID.size)
                items = self.setter.texts(line, 0, y, self.setter.room, NOTE_GRID)
                made.append(Box(15.5, tuple(items), grid=False, keep=True))
        return [*made[:-1], *(replace(box, keep=False) for box in made[-1:])]

    def _figure(self, block: Figure) -> list[Box]:
        width, height = block.width_mm * MM, block.height_mm * MM
        items: list[Item] = [Picture(block.key, (self.setter.room - width) / 2, 6, width, height)]
        below = 6 + height
        if block.caption:
            y = baseline(below, 22, tables.CAPTION_GRID.size)
            items += self.setter.at(
                block.caption, Role.HEI, tables.CAPTION_GRID, self.setter.room / 2, y, align=0.5
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
        x = 5 * CELL
        start = x + self.setter.width(mark, Role.BODY, BODY_GRID)
        leads = [(lead, Role.BODY, 2 * CELL), (mark, Role.BODY, x)]
        return self._hung(leads, name.rstrip("。；，"), start)

    def _hung(self, leads: Sequence[tuple[str, Role, float]], text: str, start: float) -> list[Box]:
        """Text whose lines all begin at `start`, with words before the first."""
        y = baseline(0, SIZE, SIZE)
        room = self.setter.room - start
        made = []
        lines: Sequence[Line] = self.setter.lines(
            [Span(clean(text).replace("\n", ""))], BODY_GRID, room, room
        )
        for at, line in enumerate(lines):
            items: list[Item] = [*self.setter.texts(line, start, y, room, BODY_GRID)]
            for words, role, x in leads if at == 0 else ():
                items += self.setter.at(words, role, BODY_GRID, x, y)
            made.append(Box(PITCH, tuple(items), need=SIZE))
        return made

    def _gap(self, block: Gap) -> list[Box]:
        return [self._blank() for _ in range(block.lines)]

    def _blank(self, keep: bool = False) -> Box:
        return Box(PITCH, need=0, keep=keep, blank=True)
