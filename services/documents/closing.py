"""The end of a document: signature places, organ and date with the seal's place, the receipt.

Source: GB/T 9704-2012 §7.3.5 (署名, 成文日期, 印章).
"""

from services.documents.blocks import Closing, Receipt
from services.documents.flow import (
    BODY_GRID,
    CELL,
    GREY,
    MM,
    PITCH,
    SIZE,
    Area,
    Box,
    Item,
    Rule,
)
from services.documents.fonts import Role
from services.documents.lines import Grid, Line, Span, clean
from services.documents.titles import pieces, shape
from services.documents.typeset import Setter, baseline, paragraphs

AREA_WIDTH, AREA_HEIGHT = 70 * MM, 17 * MM
_SEAL_GRID = Grid(12, 12)
_LABEL_PITCH = 20.0
_MOST_LABEL = 3
"""Lines of words beside a signature; the rest of an absurd name is cut."""
_DATE_INDENT = 4
_ORGAN_INDENT = 2
_MOST_ORGAN = 24
"""Cells of the organ's name on one line."""


def boxes(block: Closing, setter: Setter) -> list[Box]:
    """Places to sign, then organ and date; all of it stays together."""
    made = [Box(PITCH, need=0, blank=True, keep=True)]
    for signer in block.signers:
        made.append(_signer(signer.field, signer.label, setter))
    if block.signers:
        made.append(Box(PITCH, need=0, blank=True))
    made += _organ(block, setter)
    return [*(Box(b.height, b.items, b.need, b.grid, True, b.blank) for b in made[:-1]), made[-1]]


def _signer(field: str, label: str, setter: Setter) -> Box:
    height = 2 * PITCH
    top = (height - PITCH + SIZE - AREA_HEIGHT) / 2
    x = setter.room - CELL - AREA_WIDTH
    words = setter.centred(label, Role.BODY, BODY_GRID, 0, x - CELL / 2)[:_MOST_LABEL]
    first = top + AREA_HEIGHT / 2 - len(words) * _LABEL_PITCH / 2
    items: list[Item] = []
    for number, (line, _x) in enumerate(words):
        y = baseline(first + number * _LABEL_PITCH, _LABEL_PITCH, SIZE)
        items += setter.texts(line, x - CELL / 2 - line.width, y, line.width, BODY_GRID)
    items += [
        Area(field, x, top, AREA_WIDTH, AREA_HEIGHT),
        Rule(x, top + AREA_HEIGHT, x + AREA_WIDTH, top + AREA_HEIGHT, 0.5),
    ]
    return Box(height, tuple(items), need=height - PITCH + SIZE)


def _organ(block: Closing, setter: Setter) -> list[Box]:
    """Organ and date: under a seal centred on each other, without one staggered.

    Without a seal the lines of a long name begin under each other, the date two cells later.
    """
    lines = _balanced(block.organ, setter)
    widest = max((line.width for line in lines), default=0.0)
    date_width = setter.width(block.date, Role.BODY, BODY_GRID)
    if block.seal:
        middle = setter.room - _DATE_INDENT * CELL - date_width / 2
        middle = min(middle, setter.room - widest / 2)
        date_x = middle - date_width / 2
    else:
        middle = setter.room - _ORGAN_INDENT * CELL - widest / 2
        date_x = middle - widest / 2 + 2 * CELL
        if date_width > widest:  # the date then keeps the indent, the organ two more than it
            date_x = setter.room - _ORGAN_INDENT * CELL - date_width
            middle = date_x - 2 * CELL + widest / 2
        date_x = min(date_x, setter.room - date_width)
    y = baseline(0, SIZE, SIZE)
    made = []
    if block.seal:
        items = setter.at(block.seal, Role.KAI, _SEAL_GRID, middle, y, align=0.5, colour=GREY)
        made.append(Box(PITCH, items, need=SIZE))
    for line in lines:
        x = middle - (line.width if block.seal else widest) / 2
        texts = setter.texts(line, x, y, line.width, BODY_GRID)
        made.append(Box(PITCH, tuple(texts), need=SIZE))
    made.append(Box(PITCH, setter.at(block.date, Role.BODY, BODY_GRID, date_x, y), need=SIZE))
    return made


def _balanced(organ: str, setter: Setter) -> list[Line]:
    """The organ's name on as few lines as can be, ended between words, of a good figure."""
    room = _MOST_ORGAN * CELL
    whole = setter.width(clean(organ), Role.BODY, BODY_GRID)
    parts = pieces(clean(organ).replace("\n", "")) if whole > room else [organ]
    widths = [setter.width(part, Role.BODY, BODY_GRID) for part in parts]
    texts = ["".join(parts[at] for at in line) for line in shape(widths, room)]
    return [
        line for text in texts for line, _x in setter.centred(text, Role.BODY, BODY_GRID, 0, room)
    ]


def receipt(block: Receipt, setter: Setter) -> list[Box]:
    """The receipt on a page of its own, below a tear line with the number astride."""
    middle = setter.room / 2
    number = clean(block.number)
    half = setter.width(number, Role.BODY, BODY_GRID) / 2 + CELL / 2 if number else 0.0
    y = PITCH / 2
    tear: list[Item] = [
        Rule(0, y, middle - half, y, 0.75, dashed=True),
        Rule(middle + half, y, setter.room, y, 0.75, dashed=True),
        *setter.at(number, Role.BODY, BODY_GRID, middle, baseline(0, PITCH, SIZE), align=0.5),
    ]
    title = setter.at(
        block.title, Role.TITLE, Grid(22, 22), middle, baseline(0, SIZE, 22), align=0.5
    )
    made = [
        Box(2 * PITCH, tuple(tear), fresh=True),
        Box(2 * PITCH, title, outline=(1, clean(block.title))),
    ]
    for text in (*block.lines, block.view):
        for part in paragraphs([Span(text)]):
            rooms = (setter.room - 2 * CELL, setter.room)
            for at, line in enumerate(setter.lines(part, BODY_GRID, *rooms)):
                x = 0.0 if at else 2 * CELL
                items = setter.texts(line, x, baseline(0, SIZE, SIZE), rooms[at > 0], BODY_GRID)
                made.append(Box(PITCH, tuple(items), need=SIZE))
    made.append(Box(PITCH, need=0, blank=True))
    made += [_place(place, setter) for place in block.places]
    return made


def _place(label: str, setter: Setter) -> Box:
    x = 12 * CELL
    items: list[Item] = [
        *setter.at(label, Role.BODY, BODY_GRID, x - CELL / 2, baseline(0, SIZE, SIZE), align=1.0),
        Rule(x, SIZE + 3, setter.room - 2 * CELL, SIZE + 3, 0.5),
    ]
    return Box(1.5 * PITCH, tuple(items), need=SIZE + 4, grid=False)
