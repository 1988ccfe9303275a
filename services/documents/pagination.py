"""Boxes onto pages: grid lines, what stays together, heads repeated. Pure computation."""

from collections.abc import Sequence
from dataclasses import replace

from services.documents.flow import PITCH, UPRIGHT, Box, Entry, Item, Layout, Sheet, shifted

_EPSILON = 0.01


class _Pages:
    """The pages being filled."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.done: list[tuple[Item, ...]] = []
        self.items: list[Item] = []
        self.y = 0.0
        self.last: Box | None = None
        self.outline: list[Entry] = []

    def turn(self) -> None:
        """Close the page."""
        if self.last is not None:
            self.items += [shifted(item, 0, self.y) for item in self.last.tail]
        self.done.append(tuple(self.items))
        self.items, self.y, self.last = [], 0.0, None

    def put(self, box: Box) -> None:
        """Place a box at the next possible height."""
        if box.blank and self.last is None and self.done:
            return
        self.y = _start(self.y, box)
        if self.last is None and self.done and box.head is not None:
            self.items += [shifted(item, 0, self.y) for item in box.head.items]
            self.y += box.head.height
        if box.pinned:
            self.y = max(self.y, self.limit - box.height)
        self.items += [shifted(item, 0, self.y) for item in box.items]
        if box.outline is not None:
            self.outline.append(Entry(*box.outline, page=len(self.done) + 1, y=self.y))
        self.y += box.height
        self.last = box

    def fits(self, group: Sequence[Box]) -> bool:
        """Whether a group ends on this page."""
        whole = _end(self.y, group) <= self.limit + _EPSILON
        return whole or all(box.blank for box in group)


def _start(y: float, box: Box) -> float:
    if not box.grid:
        return y
    row = int((y - _EPSILON) // PITCH) + 1 if y > _EPSILON else 0
    return row * PITCH


def _end(y: float, group: Sequence[Box]) -> float:
    """The lowest point a group reaches when it starts at y."""
    lowest = y
    for box in group:
        if box.blank and y <= _EPSILON:
            continue
        y = _start(y, box)
        lowest = max(lowest, y + (box.height if box.need is None else box.need))
        y += box.height
    return lowest


def paginate(boxes: Sequence[Box], sheet: Sheet = UPRIGHT) -> Layout:
    """Fill pages of one sheet from top to bottom.

    A group of boxes that keep together moves as a whole when it fits on a page of its own; else it
    is cut where the page ends.
    """
    pages = _Pages(sheet.core_height)
    at = 0
    while at < len(boxes):
        end = at + 1
        while end < len(boxes) and boxes[end - 1].keep and not boxes[end].fresh:
            end += 1
        group = boxes[at:end]
        started = pages.last is not None
        head = group[0].head.height if group[0].head is not None else 0.0
        whole = _end(0.0, group) + head <= pages.limit + _EPSILON
        if started and (group[0].fresh or (whole and not pages.fits(group))):
            pages.turn()
        for box in group:
            if pages.last is not None and not pages.fits((box,)):
                pages.turn()
            pages.put(box)
        at = end
    pages.turn()
    return Layout(tuple(pages.done), tuple(pages.outline), (sheet,) * len(pages.done))


def joined(parts: Sequence[Layout]) -> Layout:
    """Layouts one behind the other."""
    pages: list[tuple[Item, ...]] = []
    sheets: list[Sheet] = []
    outline: list[Entry] = []
    for part in parts:
        outline += [replace(entry, page=entry.page + len(pages)) for entry in part.outline]
        pages += part.pages
        sheets += part.sheets
    return Layout(tuple(pages), tuple(outline), tuple(sheets))
