"""Charts as pictures in a window: the same drawing, straight into the pixels.

A heat map has a thousand words and numbers, of which few differ. Here each is set once and put down
as often as it occurs, always on whole pixels, which is many times as fast as a file's picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from matplotlib.backends import _backend_agg
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform

from services.charts.sheet import (
    DASHES,
    DOT_POINTS,
    HATCH,
    HATCH_POINTS,
    SIZE,
    Draw,
    Faces,
    Look,
)

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

_MM_PER_INCH = 25.4
_POINTS_PER_INCH = 72
_HATCH_DENSITY = 6.0
"""The drawing library's own."""
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


_Rgb: TypeAlias = tuple[float, float, float]


class _Context:
    """How a stroke or an area is drawn, under the names the renderer asks for.

    The library's own context, and its renderer around the compiled one, load all of its figures
    and axes, which are of no use here and take 20 MB.
    """

    def __init__(self, line: float, colour: _Rgb, *, snap: bool | None = None) -> None:
        self._linewidth, self._rgb, self._snap = line, (*colour, 1.0), snap
        self._alpha, self._forced_alpha = 1.0, False
        self._antialiased, self._capstyle, self._joinstyle = True, "butt", "miter"
        self._cliprect = None
        self.dashes: tuple[float, list[float] | None] = (0, None)
        self.hatch: str | None = None

    def get_clip_path(self) -> tuple[None, None]:
        return None, None

    def get_dashes(self) -> tuple[float, list[float] | None]:
        return self.dashes

    def get_hatch_color(self) -> _Rgb:
        red, green, blue, _opaque = self._rgb
        return red, green, blue

    def get_hatch_linewidth(self) -> float:
        return HATCH_POINTS

    def get_hatch_path(self) -> Path | None:
        return None if self.hatch is None else Path.hatch(self.hatch, _HATCH_DENSITY)

    def get_sketch_params(self) -> None:
        return None

    def get_snap(self) -> bool | None:
        return self._snap


class _Renderer(Protocol):
    """What is used of the drawing library's renderer, which bears no types itself."""

    def draw_path(
        self, context: _Context, path: Path, place: Transform, fill: _Rgb | None
    ) -> None: ...

    def draw_markers(
        self,
        context: _Context,
        shape: Path,
        size: Transform,
        at: Path,
        place: Transform,
        fill: _Rgb,
    ) -> None: ...

    def draw_image(self, context: _Context, x: int, y: int, pixels: memoryview) -> None: ...


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
    made = _backend_agg.RendererAgg(width_px, height_px, dpi)  # type: ignore[attr-defined]
    renderer = cast("_Renderer", made)
    ground = _rgb(look.ground)
    whole = Affine2D().scale(width_px, height_px)
    renderer.draw_path(_Context(0, ground, snap=True), Path.unit_rectangle(), whole, ground)
    screen = _Screen(renderer, (height_px, dpi), faces, look)
    draw(screen)
    screen.put_words()
    return Picture(width_px, height_px, bytes(memoryview(made)))


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
        on_top = _Context(0, _rgb(self.look.text))
        for x, y, words, size, across, down, colour in self._words:
            stamp = stamps.get((words, size, colour))
            if stamp is None:
                stamp = stamps[words, size, colour] = self._stamp(words, size, colour)
            pixels, width, bearing, rise, below = stamp
            left = x * self._scale - width * _BEFORE[across]
            foot = self._height_px - y * self._scale
            if down == "center_baseline":
                ascent = self._ascent * self._pixels(size)
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
        context = _Context(line, _rgb(self.look.edge))
        context.hatch = HATCH if hatched else None
        corner, size = self._place(x, y + height), (width * self._scale, height * self._scale)
        place = Affine2D().scale(*size).translate(*corner)
        self._renderer.draw_path(context, Path.unit_rectangle(), place, _rgb(fill))

    def dots(self, places: Sequence[tuple[float, float]], colour: str) -> None:
        if not places:
            return
        fill = _rgb(colour)
        context = _Context(0, fill, snap=False)
        radius = self._pixels(DOT_POINTS) * _DOT_RADIUS
        shape, stands = Affine2D().scale(radius), Affine2D()
        at = Path([self._place(*one) for one in places])
        self._renderer.draw_markers(context, _DOT, shape, at, stands, fill)

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        thick: float = 0.8,
        *,
        dashed: bool = False,
        colour: str | None = None,
    ) -> None:
        context = _Context(thick, _rgb(colour or self.look.edge))
        if dashed:
            context.dashes = (0, [thick * length for length in DASHES])
        way = Path([self._place(*start), self._place(*end)])
        self._renderer.draw_path(context, way, Affine2D(), None)

    def _pixels(self, points: float) -> float:
        return points * self._dpi / _POINTS_PER_INCH

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """In pixels from the bottom left."""
        return x * self._scale, self._height_px - y * self._scale


def _rgb(colour: str) -> _Rgb:
    red, green, blue = (part / 255 for part in bytes.fromhex(colour[1:]))
    return red, green, blue
