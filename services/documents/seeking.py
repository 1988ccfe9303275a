"""Finding words in a finished PDF: on which pages, and where on them."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.documents import pages

MOST_HITS = 1000


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle on a page, in points from its top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where the words stand."""

    page: int
    """From 1."""
    spots: tuple[Spot, ...]
    """One a line."""


def seek(pdf: bytes, text: str) -> tuple[Hit, ...]:
    """Every place of some words, over line ends too, without regard to blanks and case.

    Raises:
        Refused: no readable PDF.
    """
    wanted = "".join(text.split()).casefold()
    if not wanted:
        return ()
    found: list[Hit] = []
    for page in range(1, pages.page_count(pdf) + 1):
        found += _on_page(pdf, page, wanted)
        if len(found) >= MOST_HITS:
            break
    return tuple(found[:MOST_HITS])


def _on_page(pdf: bytes, page: int, wanted: str) -> Iterator[Hit]:
    chars = [
        (one, folded)
        for one in pages.characters(pdf, page)
        for folded in one.text.casefold()
        if folded.strip()
    ]
    held = "".join(folded for _char, folded in chars)
    at = held.find(wanted)
    while at >= 0:
        boxes = [char for char, _folded in chars[at : at + len(wanted)]]
        yield Hit(page, tuple(_lines(boxes)))
        at = held.find(wanted, at + len(wanted))


def _lines(boxes: list[pages.Char]) -> Iterator[Spot]:
    """The boxes joined along each line."""
    spot: Spot | None = None
    for box in boxes:
        if spot is not None and box.left >= spot.right - 1 and box.top < spot.bottom:
            top, bottom = min(spot.top, box.top), max(spot.bottom, box.bottom)
            spot = Spot(spot.left, top, box.right, bottom)
            continue
        if spot is not None:
            yield spot
        spot = Spot(box.left, box.top, box.right, box.bottom)
    if spot is not None:
        yield spot
