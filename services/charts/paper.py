"""Charts as files: PDF, SVG and PNG, with the text of a PDF to be read out again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import Rectangle

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
    from matplotlib.typing import RcKeyType

_MM = 1 / 25.4


def saved(
    size_mm: tuple[float, float],
    faces: Faces,
    look: Look,
    draw: Draw,
    form: str,
    **options: object,
) -> bytes:
    """A chart of this size as a file: pdf, svg or png.

    Args:
        size_mm: Width and height.
        faces: Fonts.
        look: Colours.
        draw: Draws it.
        form: pdf, svg or png.
        options: For the drawing library; with `facecolor` there is a ground behind the chart.
    """
    width, height = size_mm
    out = BytesIO()
    with _settings(faces):
        figure = Figure(figsize=(width * _MM, height * _MM))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.patch.set_visible(False)
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        draw(_Paper(axes, look))
        figure.patch.set_visible("facecolor" in options)
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
        "hatch.linewidth": HATCH_POINTS,
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


class _Paper:
    """A `Sheet` of which a file is made."""

    def __init__(self, axes: Axes, look: Look) -> None:
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
        hatch = HATCH if hatched else None
        edge = self.look.edge
        made = Rectangle((x, y), width, height, fc=fill, ec=edge, lw=line, hatch=hatch)
        # Added as a patch it would move the limits, which stand: three times as slow.
        made.set_transform(self._axes.transData)
        made.set_clip_on(False)
        self._axes.add_artist(made)

    def dots(self, places: Sequence[tuple[float, float]], colour: str) -> None:
        if places:
            xs, ys = zip(*places, strict=True)
            self._axes.plot(xs, ys, ".", color=colour, ms=DOT_POINTS, mew=0, clip_on=False)

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        thick: float = 0.8,
        *,
        dashed: bool = False,
        colour: str | None = None,
    ) -> None:
        colour = colour or self.look.edge
        xs, ys = [start[0], end[0]], [start[1], end[1]]
        if dashed:
            self._axes.plot(xs, ys, color=colour, lw=thick, dashes=DASHES)
        else:
            self._axes.plot(xs, ys, color=colour, lw=thick, solid_capstyle="butt")
