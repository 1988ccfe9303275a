"""Problems by unit and sub-kind: a table whose cells are shaded by their numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from services.charts.chart import Chart
from services.charts.sheet import PAPER, Faces, Look, Sheet, folded

MOST_ROWS = 20
"""Units on one chart; more go on the next one."""
_LABEL, _TOTAL, _ROW = 32.0, 10.0, 6.2
_GROUP_SIZE, _NAME_SIZE, _SIZE = 8.0, 7.5, 9.5
_CHARACTER = 2.9
"""Millimetres from one character of a vertical name to the next."""
_GROUP_LINE = 3.4
_GROUP_LINES = 4
_LEAST_CELL, _MOST_CELL = 5.2, 12.0
_ONE_COLUMN = 6
"""Longest name that stands in one column."""
_PUNCTUATION = "，、。"
_ASIDE = 1.2
"""Punctuation of vertical lines stands at the upper right."""


@dataclass(frozen=True, slots=True)
class Head:
    """Head of a column."""

    group: str
    """Columns of one group stand beside each other."""
    title: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A named row of numbers."""

    name: str
    counts: tuple[int, ...]


def slices(rows: Sequence[HeatRow], most: int = MOST_ROWS) -> tuple[tuple[HeatRow, ...], ...]:
    """Rows for one chart each, as even as they can be; one empty slice when there are none."""
    count = max(1, math.ceil(len(rows) / most))
    edges = [len(rows) * n // count for n in range(count + 1)]
    return tuple(tuple(rows[a:b]) for a, b in pairwise(edges))


def heat_height(heads: Sequence[Head], rows: Sequence[HeatRow], *, totals: bool = True) -> float:
    """Height of the chart in millimetres."""
    return _top(heads) + _ROW * (len(rows) + totals) + 1


def _top(heads: Sequence[Head]) -> float:
    longest = max((_column_length(head.title) for head in heads), default=0)
    return _GROUP_LINES * _GROUP_LINE + 2 + longest * _CHARACTER + 2


def _column_length(title: str) -> int:
    """Characters of a name's longer column: long names stand in two."""
    if len(title) <= _ONE_COLUMN:
        return len(title)
    half = math.ceil(len(title) / 2)
    return half + 1 if title[half] in _PUNCTUATION else half


def heat_map(
    heads: Sequence[Head],
    rows: Sequence[HeatRow],
    total: str,
    faces: Faces,
    *,
    totals: Sequence[int] | None = None,
    greatest: int | None = None,
    look: Look = PAPER,
    width_mm: float = 156,
) -> Chart:
    """Numbers of units (rows) by sub-kind (columns), with the sum of each row at the right.

    Args:
        heads: Columns from left to right.
        rows: At most as many as fit a page; see `slices`.
        total: Word for the sums.
        faces: Fonts.
        totals: The last row, where it is wanted: sums of all rows, of other charts too.
        greatest: Number of the darkest shade; the greatest of these rows when None.
        look: Colours.
        width_mm: Width of the chart.
    """
    most = max((c for row in rows for c in row.counts), default=0) if greatest is None else greatest
    cell = (width_mm - _LABEL - _TOTAL) / max(len(heads), 1)
    cell = min(max(cell, _LEAST_CELL), _MOST_CELL)
    height = heat_height(heads, rows, totals=totals is not None)

    def draw(sheet: Sheet) -> None:
        _heads(sheet, heads, cell, total)
        y = _top(heads)
        for row in rows:
            _row(sheet, y, row, cell, most)
            y += _ROW
        if totals is not None:
            _sums(sheet, y, HeatRow(total, tuple(totals)), cell)

    return Chart(width_mm, height, faces, look, draw)


def _heads(sheet: Sheet, heads: Sequence[Head], cell: float, total: str) -> None:
    top = _top(heads)
    x = _LABEL
    for group, members in groupby(heads, key=lambda head: head.group):
        those = list(members)
        width = cell * len(those)
        lines = folded(group, width - 1, _GROUP_SIZE, _GROUP_LINES)
        first = _GROUP_LINES * _GROUP_LINE - _GROUP_LINE * len(lines) + _GROUP_LINE / 2
        for at, line in enumerate(lines):
            middle = first + at * _GROUP_LINE
            sheet.text(x + width / 2, middle, line, _GROUP_SIZE, across="center")
        edge = _GROUP_LINES * _GROUP_LINE + 1
        sheet.line((x + 0.6, edge), (x + width - 0.6, edge), 0.6)
        for at, head in enumerate(those):
            _vertical(sheet, x + cell * (at + 0.5), edge + 1, head.title)
        x += width
    sheet.text(x + _TOTAL / 2, top - 2 - _CHARACTER / 2, total, 9, across="center")


def _vertical(sheet: Sheet, x: float, top: float, title: str) -> None:
    """A name from top to bottom, a long one in two columns from right to left."""
    length = _column_length(title)
    columns = [title[:length], title[length:]] if length < len(title) else [title]
    step = 2.75
    for at, column in enumerate(columns):
        place = x + (len(columns) - 1) * step / 2 - at * step
        for down, character in enumerate(column):
            aside = _ASIDE if character in _PUNCTUATION else 0.0
            y = top + (down + 0.5) * _CHARACTER - aside
            sheet.text(place + aside, y, character, _NAME_SIZE, across="center")


def _row(sheet: Sheet, y: float, row: HeatRow, cell: float, most: int) -> None:
    look = sheet.look
    _name(sheet, y, row.name)
    middle = y + _ROW / 2
    empty = []
    for across, count in enumerate(row.counts):
        shade = _shade(count, most, len(look.shades))
        x = _LABEL + cell * across
        sheet.box(x, y, cell, _ROW, look.shades[shade], line=0.4)
        if count:
            colour = look.on_shades[shade]
            sheet.text(x + cell / 2, middle, str(count), _SIZE, across="center", colour=colour)
        else:
            empty.append((x + cell / 2, middle))
    sheet.dots(empty, look.faint)
    x = _LABEL + cell * len(row.counts) + _TOTAL / 2
    sheet.text(x, middle, str(sum(row.counts)), _SIZE, across="center")


def _sums(sheet: Sheet, y: float, row: HeatRow, cell: float) -> None:
    _name(sheet, y, row.name)
    numbers = (*row.counts, sum(row.counts))
    for across, count in enumerate(numbers):
        wide = cell if across < len(row.counts) else _TOTAL
        x = _LABEL + cell * across + wide / 2
        sheet.text(x, y + _ROW / 2, str(count), _SIZE, across="center")


def _name(sheet: Sheet, y: float, name: str) -> None:
    lines = folded(name, _LABEL - 3, 9.5, 1)
    if lines[0] == name:
        sheet.text(_LABEL - 2, y + _ROW / 2, name, 9.5, across="right")
        return
    lines = folded(name, _LABEL - 3, 7, 2)
    for at, line in enumerate(lines):
        sheet.text(_LABEL - 2, y + _ROW * (at + 0.5) / len(lines), line, 7, across="right")


def _shade(count: int, greatest: int, shades: int) -> int:
    if count <= 0:
        return 0
    steps = shades - 1
    return min(steps, 1 + (count * steps - 1) // max(greatest, steps))
