"""What stands outside the core: page numbers and the small line at the foot."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.documents.flow import (
    ACROSS,
    CELL,
    CORE_HEIGHT,
    CORE_WIDTH,
    MM,
    UPRIGHT,
    Item,
    Layout,
    Sheet,
    Squares,
    Text,
)
from services.documents.fonts import Role
from services.documents.lines import Grid
from services.documents.paper import CODE_ALPHABET, PageMark, Paper, seal_page, squares
from services.documents.typeset import Setter

NUMBER_GRID = Grid(14, 14)
"""4号."""
FOOT_GRID = Grid(9, 9)
NUMBER_GAP = 7 * MM
"""From the core's lower edge to the top of the dash."""
_FOOT_GAP, _LETTER_GAP = 17 * MM, 23 * MM
"""From the core's lower edge to the small line; on page 1 of a letter it is below the red lines."""
DASH = "—"
MARK_WIDTH = 18 * MM
_MARK_TOP = -27 * MM
"""From the core's upper edge to the QR's: it ends 9 mm above the core, 2 above a letter's head."""
_MARK_BASE = _MARK_TOP + MARK_WIDTH
CODE_WORD = "核验码"
FIXED = f"0123456789— -{CODE_ALPHABET}{CODE_WORD}"
"""Characters of the page number and the mark, whatever the text is."""


@dataclass(frozen=True, slots=True)
class Footer:
    """The small line at the foot of every page."""

    left: str
    right: str
    """With {page} and {pages}."""

    def characters(self) -> str:
        """Everything it may print."""
        return self.left + self.right + FIXED


def furnished(
    layout: Layout,
    setter: Setter,
    footer: Footer | None,
    numbers: bool,
    *,
    bare_first: bool = False,
    paper: Paper | None = None,
) -> Layout:
    """The layout with number, footer and mark on every page, page 1 of a letter unnumbered."""
    pages = []
    for at, items in enumerate(layout.pages, 1):
        sheet = layout.sheet(at)
        more: list[Item] = list(items)
        if numbers and not (bare_first and at == 1):
            more += _turned(_number(at, setter)) if sheet.across else _number(at, setter)
        if footer is not None:
            y = UPRIGHT.core_height + (_LETTER_GAP if bare_first and at == 1 else _FOOT_GAP)
            right = footer.right.format(page=at, pages=len(layout.pages))
            small = [
                *setter.at(footer.left, Role.SONG, FOOT_GRID, 0, y),
                *setter.at(right, Role.SONG, FOOT_GRID, CORE_WIDTH, y, align=1.0),
            ]
            more += _turned(small) if sheet.across else small
        if paper is not None:
            more += _mark(seal_page(paper, at, len(layout.pages)), setter, sheet)
        pages.append(tuple(more))
    return replace(layout, pages=tuple(pages))


def _mark(mark: PageMark, setter: Setter, sheet: Sheet) -> list[Item]:
    """QR and code at the paper's upper right, above the core."""
    rows = squares(mark.text)
    x = CORE_WIDTH - MARK_WIDTH
    words = setter.at(
        f"{CODE_WORD} {mark.code}", Role.SONG, FOOT_GRID, x - 6, _MARK_BASE, align=1.0
    )
    if not sheet.across:
        return [Squares(x, _MARK_TOP, MARK_WIDTH, rows), *words]
    across = UPRIGHT.height - UPRIGHT.top - _MARK_TOP - MARK_WIDTH - ACROSS.left
    down = UPRIGHT.left + x - ACROSS.top
    return [Squares(across, down, MARK_WIDTH, rows), *_turned(words)]


def _turned(texts: Iterable[Text]) -> tuple[Text, ...]:
    """What stands at the foot of an upright page, for one that lies across.

    The paper stays as it is, so the foot of the upright page is the left edge here, read from top
    to bottom (GB/T 9704-2012 §8: the number keeps its place).
    """
    left, top = ACROSS.left, ACROSS.top
    return tuple(
        replace(
            text,
            y=UPRIGHT.left + text.run.x - top,
            run=replace(text.run, x=UPRIGHT.height - UPRIGHT.top - text.y - left),
            turned=True,
        )
        for text in texts
    )


def _number(page: int, setter: Setter) -> tuple[Text, ...]:
    face, _width = setter.fonts.glyph(Role.SONG, DASH)
    top = setter.ink(face, DASH)[3] * NUMBER_GRID.size
    y = CORE_HEIGHT + NUMBER_GAP + top
    text = f"{DASH} {page} {DASH}"
    if page % 2:
        return setter.at(text, Role.SONG, NUMBER_GRID, CORE_WIDTH - CELL, y, align=1.0)
    return setter.at(text, Role.SONG, NUMBER_GRID, CELL, y)
