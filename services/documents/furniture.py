"""What stands outside the core: page numbers and the small line at the foot."""

from dataclasses import dataclass

from services.documents.flow import CELL, CORE_HEIGHT, CORE_WIDTH, MM, Item, Layout
from services.documents.fonts import Role
from services.documents.lines import Grid
from services.documents.typeset import Setter

NUMBER_GRID = Grid(14, 14)
"""4号."""
FOOT_GRID = Grid(9, 9)
NUMBER_GAP = 7 * MM
"""From the core's lower edge to the top of the dash."""
_FOOT_GAP = 17 * MM
DASH = "—"
FIXED = "0123456789— "
"""Characters of the page number, whatever the text is."""


@dataclass(frozen=True, slots=True)
class Footer:
    """The small line at the foot of every page."""

    left: str
    right: str
    """With {page} and {pages}."""

    def characters(self) -> str:
        """Everything it may print."""
        return self.left + self.right + FIXED


def furnished(layout: Layout, setter: Setter, footer: Footer | None, numbers: bool) -> Layout:
    """The layout with page number and footer on every page."""
    pages = []
    for at, items in enumerate(layout.pages, 1):
        more: list[Item] = list(items)
        if numbers:
            more += _number(at, setter)
        if footer is not None:
            y = CORE_HEIGHT + _FOOT_GAP
            right = footer.right.format(page=at, pages=len(layout.pages))
            more += setter.at(footer.left, Role.SONG, FOOT_GRID, 0, y)
            more += setter.at(right, Role.SONG, FOOT_GRID, CORE_WIDTH, y, align=1.0)
        pages.append(tuple(more))
    return Layout(tuple(pages), layout.outline)


def _number(page: int, setter: Setter) -> tuple[Item, ...]:
    face, _width = setter.fonts.glyph(Role.SONG, DASH)
    top = setter.ink(face, DASH)[3] * NUMBER_GRID.size
    y = CORE_HEIGHT + NUMBER_GAP + top
    text = f"{DASH} {page} {DASH}"
    if page % 2:
        return setter.at(text, Role.SONG, NUMBER_GRID, CORE_WIDTH - CELL, y, align=1.0)
    return setter.at(text, Role.SONG, NUMBER_GRID, CELL, y)
