"""Tables: columns, repeated heads, rows that may go over pages. Pure computation."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.documents.blocks import Column, Table
from services.documents.columns import edges
from services.documents.flow import BLACK, CORE_HEIGHT, Box, Head, Item, Rule
from services.documents.fonts import Role
from services.documents.lines import Grid, Line, Span
from services.documents.typeset import Setter, baseline, paragraphs

GRID = Grid(10.5, 10.5)
"""五号, the size of tables."""
CAPTION_GRID = Grid(12, 12)
_PITCH = 15.5
_PAD_X, _PAD_Y = 3.5, 2.5
_OUTER, _INNER = 0.75, 0.5
_WHOLE_LINES = 12
"""Rows up to this many lines are never cut."""
_WHOLE_TABLE = CORE_HEIGHT * 0.3
"""Tables up to this height are never cut."""
_WHOLE_FORM = CORE_HEIGHT * 0.6
"""Places to sign up to this height stay on one page."""
_BEFORE, _AFTER = 6.0, 8.0


def boxes(table: Table, setter: Setter) -> list[Box]:
    """Caption, head and rows of a table."""
    frame = _Frame(table, setter)
    bare = not any(column.title.strip() for column in table.columns)
    head = _top(frame) if bare else _head(table.columns, frame, setter)
    made = [Box(_BEFORE, grid=False, blank=True, keep=True)]
    if table.caption:
        y = baseline(0, 18, CAPTION_GRID.size)
        text = setter.at(table.caption, Role.HEI, CAPTION_GRID, setter.room / 2, y, align=0.5)
        made.append(Box(18 + 4, text, grid=False, keep=True))
    made.append(Box(head.height, head.items, grid=False, keep=True))
    rows = [box for row in table.rows for box in _row(row, table, frame, head, setter)]
    most = _WHOLE_FORM if table.is_signed else _WHOLE_TABLE
    if sum(box.height for box in rows) <= most:
        rows = [*(replace(box, keep=True) for box in rows[:-1]), *rows[-1:]]
    made += rows
    made.append(Box(_AFTER, grid=False, blank=True, need=0))
    return made


class _Frame:
    """Columns' edges and the rules between them."""

    def __init__(self, table: Table, setter: Setter) -> None:
        self.edges = edges(table, setter.room, _PAD_X, GRID, setter)

    def room(self, column: int) -> float:
        return self.edges[column + 1] - self.edges[column] - 2 * _PAD_X

    def across(self, y: float, thick: float = _INNER) -> Rule:
        return Rule(0, y, self.edges[-1], y, thick)

    def sides(self, height: float) -> Iterable[Rule]:
        last = len(self.edges) - 1
        for number, x in enumerate(self.edges):
            yield Rule(x, 0, x, height, _OUTER if number in (0, last) else _INNER, BLACK)


def _cells(texts: Sequence[str], frame: _Frame, role: Role, setter: Setter) -> list[list[Line]]:
    made = []
    for column, text in enumerate(texts):
        room = frame.room(column)
        parts = paragraphs([Span(text, role)])
        made.append([line for part in parts for line in setter.lines(part, GRID, room, room)])
    return made


def _top(frame: _Frame) -> Head:
    """The upper rule of a table without a head."""
    return Head(0, (frame.across(0, _OUTER),))


def _head(columns: Sequence[Column], frame: _Frame, setter: Setter) -> Head:
    cells = _cells([c.title for c in columns], frame, Role.HEI, setter)
    height = max(len(lines) for lines in cells) * _PITCH + 2 * _PAD_Y
    items: list[Item] = [frame.across(0, _OUTER), frame.across(height), *frame.sides(height)]
    for column, lines in enumerate(cells):
        top = (height - len(lines) * _PITCH) / 2
        for number, line in enumerate(lines):
            items += _set(line, column, top + number * _PITCH, frame, setter, 0.5)
    return Head(height, tuple(items))


def _row(
    texts: Sequence[str], table: Table, frame: _Frame, head: Head, setter: Setter
) -> list[Box]:
    columns = table.columns
    cells = _cells(texts, frame, Role.BODY, setter)
    count = max(1, table.least_lines, *(len(lines) for lines in cells))
    if count > _WHOLE_LINES:
        return _long_row(cells, count, columns, frame, head, setter)
    height = count * _PITCH + 2 * _PAD_Y
    items: list[Item] = [frame.across(height), *frame.sides(height)]
    for column, lines in enumerate(cells):
        top = (height - len(lines) * _PITCH) / 2
        for number, line in enumerate(lines):
            place = columns[column].side
            items += _set(line, column, top + number * _PITCH, frame, setter, place)
    return [Box(height, tuple(items), grid=False, head=head)]


def _long_row(
    cells: Sequence[Sequence[Line]],
    count: int,
    columns: Sequence[Column],
    frame: _Frame,
    head: Head,
    setter: Setter,
) -> list[Box]:
    """One box a line: a page may end anywhere but behind the first or before the last."""
    made = []
    for number in range(count):
        top = _PAD_Y if number == 0 else 0.0
        height = top + _PITCH + (_PAD_Y if number == count - 1 else 0.0)
        items: list[Item] = list(frame.sides(height))
        if number == count - 1:
            items.append(frame.across(height))
        for column, lines in enumerate(cells):
            if number < len(lines):
                items += _set(lines[number], column, top, frame, setter, columns[column].side)
        keep = number in (0, count - 2)
        made.append(
            Box(height, tuple(items), grid=False, head=head, tail=(frame.across(0),), keep=keep)
        )
    return made


def _set(
    line: Line, column: int, top: float, frame: _Frame, setter: Setter, side: float
) -> Iterable[Item]:
    room = frame.room(column)
    x = frame.edges[column] + _PAD_X + side * (room - line.width)
    return setter.texts(line, x, baseline(top, _PITCH, GRID.size), line.width, GRID)
