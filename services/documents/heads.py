"""The top of page 1: marks, the red head, the heads of a letter and of a briefing.

Source: GB/T 9704-2012 §7.2 (版头), §10.1 (信函格式).
"""

import math
from collections.abc import Sequence

from services.documents.blocks import BriefingHead, Label, LetterHead, Marks, RedHead
from services.documents.flow import (
    ASCENT,
    BODY_GRID,
    CELL,
    CORE_LEFT,
    CORE_TOP,
    CORE_WIDTH,
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PITCH,
    SIZE,
    Box,
    Ink,
    Item,
    Rule,
)
from services.documents.fonts import Role
from services.documents.lines import Grid, clean
from services.documents.typeset import Setter, baseline

MARK_TOP = 35 * MM
MARK_SIZE, MARK_LEAST = 48.0, 26.0
"""A longer mark is set smaller, then on several lines."""
_MARK_LEADING = 1.25
AFTER_NUMBER = 4 * MM
RED_THICK = 1.5
_NAMES_A_ROW = 2

LETTER_TOP = 30 * MM
"""From the page's upper edge to the mark."""
LETTER_WIDTH = 170 * MM
LETTER_BOTTOM = 20 * MM
"""From the second double line to the page's lower edge."""
_LETTER_SIZE = 40.0
_AFTER_MARK = 4 * MM
_DOUBLE = (1.8, 1.4, 0.6)
"""Thick line, gap, thin line."""
_BELOW_DOUBLE = SIZE * 7 / 8

BRIEFING_LINE = PAGE_HEIGHT / 3 - CORE_TOP
"""The red line lies at a third of the page."""
NAME_SIZE, NAME_LEAST = 56.0, 30.0
ABOVE_GRID = Grid(20, 20)
SMALLER = (14.0, 12.0, 10.5, 9.0)
"""Points of the line of office and date when 3号 is too wide."""
BRIEFING_THICK = 2.0


def label(block: Label, setter: Setter) -> list[Box]:
    """Words at the top left."""
    return [Box(0, _at_left(block.text, 0, Role.HEI, setter), grid=False)]


def marks(block: Marks, setter: Setter) -> list[Box]:
    """份号, 密级 and 紧急程度 on lines 1, 2 and 3."""
    items = [
        *_at_left(block.copy, 0, Role.BODY, setter),
        *_at_left(block.secrecy, PITCH, Role.HEI, setter),
        *_at_left(block.urgency, 2 * PITCH, Role.HEI, setter),
    ]
    return [Box(0, tuple(items), grid=False)]


def red_head(block: RedHead, setter: Setter, ink: Ink) -> list[Box]:
    """The mark 35 mm below the core's top, the number 2 lines lower, the line 4 mm lower."""
    items, bottom = _mark(block.mark, MARK_TOP, (MARK_SIZE, MARK_LEAST), setter, ink)
    number_top = bottom + 2 * PITCH
    rows = max(1, math.ceil(len(block.approvers) / _NAMES_A_ROW))
    items += _approvers(block.approvers, number_top, setter)
    number_top += (rows - 1) * PITCH
    y = number_top + ASCENT * SIZE
    if block.approvers:
        items += setter.at(block.number, Role.BODY, BODY_GRID, CELL, y)
    else:
        items += setter.at(block.number, Role.BODY, BODY_GRID, CORE_WIDTH / 2, y, align=0.5)
    line_y = number_top + SIZE + AFTER_NUMBER
    if ink.red is not None:
        items.append(Rule(0, line_y, CORE_WIDTH, line_y, RED_THICK, ink.red))
    return [_head(line_y, items)]


def _head(bottom: float, items: Sequence[Item]) -> Box:
    """The head as a box: 2 lines stay free below it, to the nearest line of the grid."""
    return Box(round(bottom / PITCH + 2) * PITCH, tuple(items), grid=False, need=bottom)


def _approvers(names: Sequence[str], top: float, setter: Setter) -> list[Item]:
    """签发人：two names a row, the rows under each other, one character from the right edge."""
    if not names:
        return []
    shown = [clean(name) for name in names]
    rows = [shown[at : at + _NAMES_A_ROW] for at in range(0, len(shown), _NAMES_A_ROW)]
    widths = [
        max(setter.width(row[at], Role.KAI, BODY_GRID) for row in rows if len(row) > at)
        for at in range(len(rows[0]))
    ]
    x = CORE_WIDTH - CELL - sum(widths) - CELL * (len(widths) - 1)
    lead = "签发人："
    y = top + ASCENT * SIZE
    items: list[Item] = [*setter.at(lead, Role.BODY, BODY_GRID, x, y, align=1.0)]
    for number, row in enumerate(rows):
        left = x
        for name, width in zip(row, widths, strict=False):
            items += setter.at(name, Role.KAI, BODY_GRID, left, y + number * PITCH)
            left += width + CELL
    return items


def letter_head(block: LetterHead, setter: Setter, ink: Ink) -> list[Box]:
    """The organ 30 mm below the page's edge, double lines below it and at the foot."""
    top = LETTER_TOP - CORE_TOP
    items, bottom = _mark(block.mark, top, (_LETTER_SIZE, MARK_LEAST), setter, ink)
    line = bottom + _AFTER_MARK
    if ink.red is not None:
        items += _double(line, ink.red, thick_first=True)
        foot = PAGE_HEIGHT - CORE_TOP - LETTER_BOTTOM - sum(_DOUBLE)
        items += _double(foot, ink.red, thick_first=False)
    y = line + sum(_DOUBLE) + _BELOW_DOUBLE
    for number, text in enumerate(block.labels):
        items += _at_left(text, y + number * PITCH, Role.HEI, setter)
    base = y + ASCENT * SIZE
    items += setter.at(block.number, Role.BODY, BODY_GRID, CORE_WIDTH, base, align=1.0)
    bottom = y + SIZE + max(0, len(block.labels) - 1) * PITCH
    return [_head(bottom, items)]


def _double(top: float, colour: str, *, thick_first: bool) -> list[Item]:
    x = (PAGE_WIDTH - LETTER_WIDTH) / 2 - CORE_LEFT
    thick, gap, thin = _DOUBLE
    first, second = (thick, thin) if thick_first else (thin, thick)
    y1, y2 = top + first / 2, top + first + gap + second / 2
    return [
        Rule(x, y1, x + LETTER_WIDTH, y1, first, colour),
        Rule(x, y2, x + LETTER_WIDTH, y2, second, colour),
    ]


def briefing_head(block: BriefingHead, setter: Setter, ink: Ink) -> list[Box]:
    """What stands above the name, the name, the issue, office and date, the red line."""
    items: list[Item] = [*_at_left(block.label, 0, Role.HEI, setter)]
    right = CORE_WIDTH
    items += setter.at(block.copy, Role.HEI, BODY_GRID, right, baseline(0, SIZE, SIZE), align=1.0)
    foot = BRIEFING_LINE - 8 - SIZE
    issue = foot - 8 - SIZE
    top = SIZE + 6 if block.label or block.copy else 0.0
    for text in block.above:
        if ink.red is not None:
            lines = setter.centred(text, Role.TITLE, ABOVE_GRID, 0, CORE_WIDTH)[:1]
            for line, x in lines:
                y = top + ASCENT * ABOVE_GRID.size
                items += setter.texts(line, x, y, line.width, ABOVE_GRID, ink.red)
        top += ABOVE_GRID.size + 6
    room = issue - 8 - top
    size = max(NAME_LEAST, min(NAME_SIZE, room))
    name, _bottom = _mark(
        block.name, top + max(0.0, room - size) / 2, (size, NAME_LEAST), setter, ink
    )
    items += name
    y = issue + ASCENT * SIZE
    items += setter.at(block.issue, Role.BODY, BODY_GRID, CORE_WIDTH / 2, y, align=0.5)
    y = foot + ASCENT * SIZE
    grid = _grid_for(block.organ + block.date, setter)
    items += setter.at(block.organ, Role.BODY, grid, CELL, y)
    items += setter.at(block.date, Role.BODY, grid, CORE_WIDTH - CELL, y, align=1.0)
    if ink.red is not None:
        items.append(Rule(0, BRIEFING_LINE, CORE_WIDTH, BRIEFING_LINE, BRIEFING_THICK, ink.red))
    return [_head(BRIEFING_LINE - PITCH, items)]


def _grid_for(text: str, setter: Setter) -> Grid:
    """3号, or smaller where a long office and the date would touch each other."""
    room = CORE_WIDTH - 3 * CELL
    grids = (BODY_GRID, *(Grid(size, size) for size in SMALLER))
    fitting = (grid for grid in grids if setter.width(text, Role.BODY, grid) <= room)
    return next(fitting, grids[-1])


def mark_size(
    cells: float, sizes: tuple[float, float] = (MARK_SIZE, MARK_LEAST)
) -> tuple[float, int]:
    """Points and lines of a name of so many characters, between the greatest and least size."""
    greatest, least = sizes
    rows = max(1, math.ceil(cells * least / CORE_WIDTH))
    return min(greatest, CORE_WIDTH / max(1, math.ceil((cells or 1.0) / rows))), rows


def _mark(
    text: str, top: float, sizes: tuple[float, float], setter: Setter, ink: Ink
) -> tuple[list[Item], float]:
    """A large red centred name from `top` on, and its lower edge."""
    mark = clean(text)
    size, rows = mark_size(setter.width(mark, Role.TITLE, Grid(1, 1)), sizes)
    bottom = top + size + (rows - 1) * _MARK_LEADING * size
    items: list[Item] = []
    if ink.red is not None:
        grid = Grid(size, size)
        for row, (line, x) in enumerate(setter.centred(mark, Role.TITLE, grid, 0, CORE_WIDTH)):
            y = top + (ASCENT + row * _MARK_LEADING) * size
            items += setter.texts(line, x, y, line.width, grid, ink.red)
    return items, bottom


def _at_left(text: str, top: float, role: Role, setter: Setter) -> tuple[Item, ...]:
    return setter.at(text, role, BODY_GRID, 0, top + baseline(0, SIZE, SIZE))
