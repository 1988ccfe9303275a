"""The sheet a chart is drawn on: millimetres, the document's fonts, one set of colours.

Everything is opaque (PDF/A-1 forbids transparency) and equal data gives equal bytes. A chart knows
how it is drawn; each form of it (PDF, SVG, PNG, the picture in a window) is drawn when it is asked
for, and nothing of the drawing is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_POINT_MM = 25.4 / 72
SIZE = 10.5
"""Points of running text in a chart."""
HATCH = "////"
HATCH_POINTS = 0.5
DASHES = (4, 2.5)
"""Of a dashed line, in its thicknesses."""
DOT_POINTS = 1.6
_DOTS = "…"
_BEFORE_CHINESE = 0x2E7F


@dataclass(frozen=True, slots=True)
class Faces:
    """Font files for text; a character missing in the first is taken from the next."""

    files: tuple[Path, ...]
    names: tuple[str, ...]
    """Their family names, in the same order."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as #RRGGBB."""

    ground: str = "#FFFFFF"
    text: str = "#000000"
    faint: str = "#595959"
    """Second text: axes, empty cells. Never lighter than 4.5 : 1 on the ground."""
    edge: str = "#000000"
    dark: str = "#595959"
    """Filled bars; on them nothing is written."""
    middle: str = "#BFBFBF"
    on_middle: str = "#000000"
    """A number on it."""
    late: str = "#000000"
    """The line that must be reached."""
    shades: tuple[str, ...] = ("#FFFFFF", "#DEDEDE", "#B5B5B5", "#7A7A7A", "#303030")
    """Heat map from 0 to the greatest: 0 · 14 · 32 · 58 · 100 %."""
    on_shades: tuple[str, ...] = ("#000000", "#000000", "#000000", "#FFFFFF", "#FFFFFF")
    """The number on each shade."""


PAPER = Look()
"""Greys and hatching: a print in black reads the same."""


class Sheet(Protocol):
    """A sheet to draw on, millimetres from its top left; sizes of type in points."""

    @property
    def look(self) -> Look:
        """Its colours."""

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = SIZE,
        *,
        across: str = "left",
        down: str = "center_baseline",
        colour: str | None = None,
    ) -> None:
        """One line of text.

        Args:
            x: Its left, center or right, as `across` says.
            y: Its middle (center_baseline) or the foot of its letters (baseline), as `down` says.
            words: What is written.
            size: Points.
            across: left, center or right.
            down: center_baseline or baseline.
            colour: The look's text when None.
        """

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        hatched: bool = False,
        line: float = 0.6,
    ) -> None:
        """A rectangle with an edge of `line` points, its top left at x and y."""

    def dots(self, places: Sequence[tuple[float, float]], colour: str) -> None:
        """Small dots, all at once."""

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        thick: float = 0.8,
        *,
        dashed: bool = False,
        colour: str | None = None,
    ) -> None:
        """A straight line; `thick` in points."""


Draw = Callable[[Sheet], None]
"""Draws a chart on any sheet."""


def cells(words: str) -> float:
    """Width of words in characters: a Chinese one is 1, others about a half."""
    return sum(1.0 if c == _DOTS or ord(c) > _BEFORE_CHINESE else 0.55 for c in words)


def folded(words: str, room_mm: float, size: float, most: int) -> list[str]:
    """Words on up to `most` lines of about equal length; what is too long ends in ….

    Args:
        words: One line.
        room_mm: Width of the lines.
        size: Points.
        most: At least 1.
    """
    fits = max(1.0, room_mm / (size * _POINT_MM))
    lines = _filled(words, fits)
    if len(lines) > most:
        last = lines[most - 1]
        while last and cells(last + _DOTS) > fits:
            last = last[:-1]
        return [*lines[: most - 1], last + _DOTS]
    even = cells(words) / len(lines)
    while even < fits:
        evened = _filled(words, even)
        if len(evened) == len(lines):
            return evened
        even += 0.5
    return lines


def _filled(words: str, fits: float) -> list[str]:
    lines = [""]
    for character in words:
        if lines[-1] and cells(lines[-1] + character) > fits:
            lines.append("")
        lines[-1] += character
    return lines
