"""The sheet a chart is drawn on: millimetres, the document's fonts, one set of colours.

Everything is opaque (PDF/A-1 forbids transparency) and equal data gives equal bytes. The same
drawing comes out as PDF, SVG or PNG.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import Rectangle

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

_MM = 1 / 25.4
_POINT_MM = 25.4 / 72
SIZE = 10.5
"""Points of running text in a chart."""
HATCH = "////"
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


class Chart:
    """A drawn chart."""

    def __init__(
        self, figure: Figure, faces: Faces, size_mm: tuple[float, float], ground: str
    ) -> None:
        """Keep what was drawn; a format is made when it is asked for."""
        self.width_mm, self.height_mm = size_mm
        self._figure, self._faces, self._ground = figure, faces, ground

    @property
    def pdf(self) -> bytes:
        """One page of the chart's size, nothing behind it."""
        nameless = {"Creator": None, "Producer": None, "CreationDate": None}
        return self._saved("pdf", metadata=nameless)

    @property
    def svg(self) -> bytes:
        """With text as outlines: it looks the same everywhere."""
        nameless = {"Creator": None, "Date": None, "Format": None, "Type": None}
        return self._saved("svg", metadata=nameless, facecolor=self._ground)

    def png(self, dots_per_inch: int = 200) -> bytes:
        """A picture of width_mm / 25.4 × dots_per_inch pixels."""
        return self._saved(
            "png", metadata={"Software": None}, facecolor=self._ground, dpi=dots_per_inch
        )

    def _saved(self, form: str, **options: object) -> bytes:
        out = BytesIO()
        figure = self._figure
        figure.patch.set_visible("facecolor" in options)
        with _settings(self._faces):
            save: Callable[..., None] = figure.savefig
            save(out, format=form, **options)
        return out.getvalue()


@contextmanager
def _settings(faces: Faces) -> Iterator[None]:
    """The drawing library set up for these fonts; afterwards as it was."""
    settings: dict[RcKeyType, object] = {
        "pdf.fonttype": 3,
        "svg.fonttype": "path",
        "svg.hashsalt": "dudao",
        "font.family": list(faces.names),
        "axes.unicode_minus": False,
        "hatch.linewidth": 0.5,
        "pdf.compression": 6,
    }
    before = list(fontManager.ttflist)
    with mpl.rc_context(settings):
        for path in faces.files:
            fontManager.addfont(path)
        try:
            yield
        finally:
            fontManager.ttflist[:] = before


class Sheet:
    """A sheet to draw on, millimetres from its top left; sizes of type in points."""

    def __init__(self, axes: Axes, look: Look) -> None:
        """Draw on these axes."""
        self._axes, self.look = axes, look

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
        """One line of text: x is its left, center or right, y its middle or what `down` says."""
        colour = colour or self.look.text
        self._axes.text(x, y, words, size=size, ha=across, va=down, color=colour)

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
        """A rectangle with an edge, its top left at x and y."""
        hatch = HATCH if hatched else None
        edge = self.look.edge
        made = Rectangle((x, y), width, height, fc=fill, ec=edge, lw=line, hatch=hatch)
        # Added as a patch it would move the limits, which stand: three times as slow.
        made.set_transform(self._axes.transData)
        made.set_clip_on(False)
        self._axes.add_artist(made)

    def dots(self, places: Sequence[tuple[float, float]], colour: str) -> None:
        """Small dots, all at once."""
        if places:
            xs, ys = zip(*places, strict=True)
            self._axes.plot(xs, ys, ".", color=colour, ms=1.6, mew=0, clip_on=False)

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
        colour = colour or self.look.edge
        xs, ys = [start[0], end[0]], [start[1], end[1]]
        if dashed:
            self._axes.plot(xs, ys, color=colour, lw=thick, dashes=(4, 2.5))
        else:
            self._axes.plot(xs, ys, color=colour, lw=thick, solid_capstyle="butt")


def drawn(
    width_mm: float, height_mm: float, faces: Faces, look: Look, draw: Callable[[Sheet], None]
) -> Chart:
    """A chart of this size, drawn by `draw`."""
    with _settings(faces):
        figure = Figure(figsize=(width_mm * _MM, height_mm * _MM))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.patch.set_visible(False)
        axes.set_xlim(0, width_mm)
        axes.set_ylim(height_mm, 0)
        draw(Sheet(axes, look))
    return Chart(figure, faces, (width_mm, height_mm), look.ground)


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
