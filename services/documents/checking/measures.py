"""Characters and strokes of a finished page as lines of text, rules and tables."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.documents.flow import ACROSS, CELL, MM, UPRIGHT, Sheet
from services.documents.lines import kind_of
from services.documents.pages import Area, Char, Measured, Stroke

ASCENT, DESCENT = 0.88, 0.12
_SAME_LINE = 1.5
_GAP = 2.6
"""Ems between two characters that begin another piece of a line: columns, number and signer."""
WIDE_RULE = 150 * MM
_FOOT = 16 * MM
"""Below the core: the page number's strip; the small line at the foot lies lower."""
_SMALL = 9.6
"""Type of the small line at the foot and of a page's mark."""
HEADING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)")
DAY = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$")


@dataclass(frozen=True, slots=True)
class TextLine:
    """Characters side by side on one baseline."""

    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        """Its characters without spaces."""
        return "".join(c.text for c in self.chars)

    @property
    def size(self) -> float:
        """The size most of its characters have."""
        return Counter(round(c.size, 1) for c in self.chars).most_common(1)[0][0]

    @property
    def font(self) -> int:
        """The font most of its characters have."""
        return Counter(c.font for c in self.chars).most_common(1)[0][0]

    @property
    def baseline(self) -> float:
        """Points below the page's top."""
        return statistics.median(c.baseline for c in self.chars)

    @property
    def left(self) -> float:
        """Where its first cell begins."""
        return self.chars[0].x

    @property
    def right(self) -> float:
        """Where its last cell ends, as far as that can be told from the ink."""
        last = self.chars[-1]
        wide = kind_of(last.text) == "wide"
        return max(last.right, last.x + last.size) if wide else last.right

    @property
    def top(self) -> float:
        """Upper edge of its type."""
        return self.baseline - ASCENT * self.size

    @property
    def bottom(self) -> float:
        """Lower edge of its type."""
        return self.baseline + DESCENT * self.size


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart."""

    number: int
    """From 1."""
    measured: Measured
    sheet: Sheet
    lines: tuple[TextLine, ...]
    """Text outside tables and pictures, in the core or above it, from top to bottom."""
    cells: tuple[TextLine, ...]
    """Text in tables and pictures."""
    foot: tuple[Char, ...]
    """Characters in the page number's strip."""
    small: tuple[Char, ...]
    """Characters outside of the core and of that strip."""
    level: tuple[Stroke, ...]
    """Rules at least nearly as wide as the core, from top to bottom."""
    start: float = 0.0
    """Where a head ends on page 1."""

    @property
    def left(self) -> float:
        """The core's left edge."""
        return self.sheet.left

    @property
    def right(self) -> float:
        """The core's right edge."""
        return self.sheet.left + self.sheet.core_width

    @property
    def top(self) -> float:
        """The core's upper edge."""
        return self.sheet.top

    @property
    def bottom(self) -> float:
        """The core's lower edge."""
        return self.sheet.top + self.sheet.core_height

    @property
    def text_lines(self) -> tuple[TextLine, ...]:
        """Running text: lines that begin at the core's edge or two characters in."""
        places = (self.left, self.left + 2 * CELL)
        return tuple(
            line
            for line in self.lines
            if any(abs(line.left - place) < CELL / 2 for place in places)
            and line.top > max(self.top, self.start) - 2
        )


def taken_apart(number: int, measured: Measured) -> Page:
    """Sort what is on a page by what it is."""
    sheet = ACROSS if measured.width > measured.height else UPRIGHT
    boxes = [*_tables(measured.strokes), *measured.pictures]
    core: list[Char] = []
    foot: list[Char] = []
    small: list[Char] = []
    for char in measured.chars:
        beyond = _beyond(char, sheet)
        (core if beyond <= 0 else foot if beyond <= _FOOT else small).append(char)
    inside = [char for char in core if _within(char, boxes)]
    outside = [char for char in core if not _within(char, boxes)]
    level = sorted(
        (s for s in measured.strokes if s.level and s.x2 - s.x1 >= WIDE_RULE), key=lambda s: s.y1
    )
    return Page(
        *(number, measured, sheet, tuple(_lines(outside)), tuple(_lines(inside))),
        *(tuple(foot), tuple(small), tuple(level)),
    )


def _beyond(char: Char, sheet: Sheet) -> float:
    """How far below the core on the paper a character's place is; not positive inside.

    Small words at the head of the paper, beside a page's mark, count as small ones at its foot.
    """
    edge = sheet.left + sheet.core_width if sheet.across else sheet.top
    over = char.left - edge if sheet.across else edge - char.bottom
    if over > 0 and char.size < _SMALL:
        return _FOOT + over
    if sheet.across:
        return sheet.left - char.right - 2 if char.right < sheet.left else 0.0
    return char.top - (sheet.top + sheet.core_height)


def _within(char: Char, boxes: Iterable[Area]) -> bool:
    x, y = (char.left + char.right) / 2, (char.top + char.bottom) / 2
    return any(b.left - 1 <= x <= b.right + 1 and b.top - 1 <= y <= b.bottom + 1 for b in boxes)


def _tables(strokes: Sequence[Stroke]) -> list[Area]:
    """Boxes around rules that stand upright: a table wherever some overlap in height."""
    upright = sorted((s for s in strokes if not s.level), key=lambda s: s.y1)
    found: list[Area] = []
    for stroke in upright:
        last = found[-1] if found else None
        if last is not None and stroke.y1 <= last.bottom + 1:
            found[-1] = Area(
                min(last.left, stroke.x1),
                last.top,
                max(last.right, stroke.x1),
                max(last.bottom, stroke.y2),
            )
        else:
            found.append(Area(stroke.x1, stroke.y1, stroke.x1, stroke.y2))
    return [box for box in found if box.right - box.left > CELL]


def _lines(chars: Sequence[Char]) -> list[TextLine]:
    """Pieces of lines from top to bottom and left to right."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: c.baseline):
        if rows and abs(char.baseline - rows[-1][0].baseline) <= _SAME_LINE:
            rows[-1].append(char)
        else:
            rows.append([char])
    return [TextLine(tuple(piece)) for row in rows for piece in _pieces(row)]


def _pieces(row: Sequence[Char]) -> list[list[Char]]:
    pieces: list[list[Char]] = []
    for char in sorted(row, key=lambda c: c.x):
        if pieces and char.x - pieces[-1][-1].x <= _GAP * max(char.size, pieces[-1][-1].size):
            pieces[-1].append(char)
        else:
            pieces.append([char])
    return pieces
