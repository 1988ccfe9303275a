"""版记 and a briefing's tail: pinned to the foot of the last page.

Source: GB/T 9704-2012 §7.4 (rules 0.35 and 0.25 mm, 4号, one character in at both sides).
"""

from services.documents.blocks import Imprint
from services.documents.flow import MM, Box, Item, Rule, shifted
from services.documents.fonts import Role
from services.documents.lines import Grid, Span, clean
from services.documents.typeset import Setter, baseline

GRID = Grid(14, 14)
"""4号."""
THICK, THIN = 0.35 * MM, 0.25 * MM
_PITCH = 25.0
_PAD = 1.5
_BEFORE = 10.0
"""Stays free between the text and the first rule."""


def boxes(block: Imprint, setter: Setter) -> list[Box]:
    """One box whose last rule lies on the core's lower edge."""
    rows: list[list[Item]] = []
    for label, text in block.entries:
        rows += _entry(clean(label), clean(text), setter)
    middle = len(rows)
    if block.left or block.right:
        y = baseline(0, _PITCH, GRID.size)
        row: list[Item] = [
            *setter.at(block.left, Role.BODY, GRID, GRID.cell, y),
            *setter.at(block.right, Role.BODY, GRID, setter.room - GRID.cell, y, align=1.0),
        ]
        rows.append(row)
    items: list[Item] = []
    top = _BEFORE
    if block.ruled:
        items.append(_rule(top, THICK, setter))
    for number, one in enumerate(rows):
        if block.ruled and 0 < number == middle:
            items.append(_rule(top + 2 * _PAD, THIN, setter))
            top += 2 * _PAD
        items += _lowered(one, top + _PAD)
        top += _PITCH
    top += 2 * _PAD
    if block.ruled:
        items.append(_rule(top, THICK, setter))
    return [Box(top, tuple(items), grid=False, pinned=True)]


def _entry(label: str, text: str, setter: Setter) -> list[list[Item]]:
    """Rows of one entry: the label, then the text hanging behind the colon, ended by 。."""
    lead = f"{label}："
    start = GRID.cell + setter.width(lead, Role.BODY, GRID)
    room = setter.room - GRID.cell - start
    text = text.replace("\n", "").rstrip("。；，、 ") + "。"
    y = baseline(0, _PITCH, GRID.size)
    rows: list[list[Item]] = []
    for line in setter.lines([Span(text)], GRID, room, room):
        rows.append([*setter.texts(line, start, y, room, GRID)])
    rows[0] += setter.at(lead, Role.BODY, GRID, GRID.cell, y)
    return rows


def _rule(y: float, thick: float, setter: Setter) -> Rule:
    return Rule(0, y, setter.room, y, thick)


def _lowered(items: list[Item], dy: float) -> list[Item]:
    return [shifted(item, 0, dy) for item in items]
