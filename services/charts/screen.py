"""Charts as pictures in a window: the same drawing, straight into the pixels.

A heat map has a thousand words and numbers, of which few differ. Here each is set once and put down
as often as it occurs, always on whole pixels, which is many times as fast as a file's picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform

from services.charts.paper import DASHES, DOT_POINTS, HATCH, HATCH_POINTS
from services.charts.sheet import SIZE, Draw, Faces, Look

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

_MM_PER_INCH = 25.4
_UNITS_PER_PIXEL = 64
"""In which a font tells sizes."""
_DOT = Path.unit_circle()
_DOT_RADIUS = 0.25
"""Of a dot's size: as small as a file's dots are."""
_BEFORE = {"left": 0.0, "center": 0.5, "right": 1.0}
"""How much of some words stands left of their place."""
_Stamp: TypeAlias = tuple[memoryview, float, int, float, int]
"""Pixels of some words from the bottom up. Then in pixels: how far they go, where the first stands
from there they begin, how far they rise, and how many rows are below their foot."""


class _Renderer(Protocol):
    """What is used of the drawing library's renderer, which bears no types itself."""

    def new_gc(self) -> GraphicsContextBase: ...

    def points_to_pixels(self, points: float) -> float: ...

    def draw_path(
        self,
        context: GraphicsContextBase,
        path: Path,
        place: Transform,
        fill: tuple[float, float, float] | None = None,
    ) -> None: ...

    def draw_markers(
        self,
        context: GraphicsContextBase,
        shape: Path,
        size: Transform,
        at: Path,
        place: Transform,
        fill: tuple[float, float, float],
    ) -> None: ...

    def draw_image(
        self, context: GraphicsContextBase, x: int, y: int, pixels: memoryview
    ) -> None: ...

    def buffer_rgba(self) -> memoryview: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels from the top left, opaque; four bytes each: red, green, blue, alpha."""

    width_px: int
    height_px: int
    rgba: bytes


def picture(
    size_mm: tuple[float, float], faces: Faces, look: Look, draw: Draw, width_px: int
) -> Picture:
    """A chart of this size, drawn `width_px` wide.

    Args:
        size_mm: Width and height.
        faces: Fonts.
        look: Colours.
        draw: Draws it.
        width_px: At least 1.
    """
    width, height = size_mm
    height_px = max(1, round(width_px * height / width))
    dpi = width_px / width * _MM_PER_INCH
    made = RendererAgg(width_px, height_px, dpi)  # type: ignore[no-untyped-call]
    renderer = cast("_Renderer", made)
    ground = renderer.new_gc()
    ground.set_linewidth(0)
    ground.set_antialiased(False)
    whole = Affine2D().scale(width_px, height_px)
    renderer.draw_path(ground, Path.unit_rectangle(), whole, to_rgb(look.ground))
    screen = _Screen(renderer, (height_px, dpi), faces, look)
    draw(screen)
    screen.put_words()
    return Picture(width_px, height_px, bytes(renderer.buffer_rgba()))


class _Screen:
    """A `Sheet` of pixels."""

    def __init__(
        self, renderer: _Renderer, size: tuple[int, float], faces: Faces, look: Look
    ) -> None:
        self.look = look
        self._renderer = renderer
        self._height_px, self._dpi = size
        self._font: FT2Font = get_font([str(path) for path in faces.files])
        table = self._font.get_sfnt_table("OS/2")
        ascent = table["sTypoAscender"] if table else self._font.ascender
        self._ascent = ascent / self._font.units_per_EM
        self._scale = self._dpi / _MM_PER_INCH
        self._words: list[tuple[float, float, str, float, str, str, str]] = []

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
        if words:
            self._words.append((x, y, words, size, across, down, colour or self.look.text))

    def put_words(self) -> None:
        """Put all words down, above everything else."""
        stamps: dict[tuple[str, float, str], _Stamp] = {}
        on_top = self._renderer.new_gc()
        for x, y, words, size, across, down, colour in self._words:
            stamp = stamps.get((words, size, colour))
            if stamp is None:
                stamp = stamps[words, size, colour] = self._stamp(words, size, colour)
            pixels, width, bearing, rise, below = stamp
            left = x * self._scale - width * _BEFORE[across]
            foot = self._height_px - y * self._scale
            if down == "center_baseline":
                ascent = self._ascent * self._renderer.points_to_pixels(size)
                foot -= max(ascent, rise) / 2
            place = (round(left) + bearing, round(foot) - below)
            self._renderer.draw_image(on_top, *place, pixels)

    def _stamp(self, words: str, size: float, colour: str) -> _Stamp:
        font = self._font
        font.clear()
        font.set_size(size, self._dpi)
        font.set_text(words, 0.0, flags=LoadFlags.DEFAULT)
        font.draw_glyphs_to_bitmap(antialiased=True)
        shape = font.get_image()
        pixels = bytearray(bytes.fromhex(colour[1:]) + b"\0") * shape.size
        pixels[3::4] = shape[::-1].tobytes()
        drawn = memoryview(pixels).cast("B", (*shape.shape, 4))
        width, height = font.get_width_height()
        rise = (height - font.get_descent()) / _UNITS_PER_PIXEL
        bearing, _up = font.get_bitmap_offset()
        # The font leaves one row free above the highest letter.
        below = len(shape) - 1 - math.floor(rise)
        return drawn, width / _UNITS_PER_PIXEL, bearing // _UNITS_PER_PIXEL, rise, below

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
        context = self._context(line, self.look.edge)
        context.set_joinstyle("miter")
        if hatched:
            context.set_hatch(HATCH)
            context.set_hatch_color(to_rgb(self.look.edge))
            context.set_hatch_linewidth(HATCH_POINTS)
        corner, size = self._place(x, y + height), (width * self._scale, height * self._scale)
        place = Affine2D().scale(*size).translate(*corner)
        self._renderer.draw_path(context, Path.unit_rectangle(), place, to_rgb(fill))

    def dots(self, places: Sequence[tuple[float, float]], colour: str) -> None:
        if not places:
            return
        context = self._context(0, colour)
        context.set_snap(False)
        radius = self._renderer.points_to_pixels(DOT_POINTS) * _DOT_RADIUS
        shape, stands = Affine2D().scale(radius), Affine2D()
        at = Path([self._place(*one) for one in places])
        self._renderer.draw_markers(context, _DOT, shape, at, stands, to_rgb(colour))

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        thick: float = 0.8,
        *,
        dashed: bool = False,
        colour: str | None = None,
    ) -> None:
        context = self._context(thick, colour or self.look.edge)
        if dashed:
            context.set_dashes(0, [thick * length for length in DASHES])
        way = Path([self._place(*start), self._place(*end)])
        self._renderer.draw_path(context, way, Affine2D())

    def _context(self, line: float, colour: str) -> GraphicsContextBase:
        context = self._renderer.new_gc()
        context.set_linewidth(line)
        context.set_foreground(colour)
        return context

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """In pixels from the bottom left."""
        return x * self._scale, self._height_px - y * self._scale
