"""Charts of documents as one-page vector PDFs in the document's fonts. The only home of matplotlib.

Everything is drawn in millimetres on a plain sheet. Greys and hatching only, so that a print in
black reads the same; nothing is transparent (PDF/A-1 forbids it); equal data gives equal bytes.
Import this module when a chart is wanted: matplotlib is slow to load.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import Rectangle

from services.shares import percent_text

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

_MM = 1 / 25.4
_SIZE = 10.5
_SHADES = ("#FFFFFF", "#DEDEDE", "#B5B5B5", "#7A7A7A", "#303030")
"""Heat map: 0 · 14 · 32 · 58 · 100 %."""
_WHITE_FROM = 3
"""Shade from which numbers are white."""
_DARK, _LIGHT, _EDGE = "#595959", "#FFFFFF", "#000000"
_HATCH = "////"


@dataclass(frozen=True, slots=True)
class Faces:
    """Font files for text; a character missing in the first is taken from the next."""

    files: tuple[Path, ...]
    names: tuple[str, ...]
    """Their family names, in the same order."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart."""

    pdf: bytes
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two parts set against each other, such as 工作问题 and 四风问题."""

    left: str
    right: str
    left_count: int
    right_count: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of ballots, such as 好 and 较好 among the valid ones."""

    label: str
    part: int
    whole: int
    """0 means no result."""


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Sequence[Sequence[int]],
    faces: Faces,
    width_mm: float = 156,
) -> Chart:
    """Counts of sub-kinds (rows) by unit (columns); a number stands in every cell but 0."""
    label, cell_height, head = 62.0, 6.4, 6.0 + 4.0 * max((len(c) for c in columns), default=0)
    cell = (width_mm - label) / max(len(columns), 1)
    cell = min(cell, 30.0)
    height = head + cell_height * len(rows) + 1
    greatest = max((count for row in counts for count in row), default=0)
    with _sheet(width_mm, height, faces) as (axes, out):
        for at, name in enumerate(columns):
            x = label + cell * (at + 0.5)
            axes.text(x, head - 2, name, size=9, rotation=90, ha="center", va="bottom")
        for down, (name, row) in enumerate(zip(rows, counts, strict=True)):
            y = head + cell_height * down
            axes.text(
                label - 2, y + cell_height / 2, name, size=9.5, ha="right", va="center_baseline"
            )
            for across, count in enumerate(row):
                shade = _shade(count, greatest)
                box = Rectangle(
                    (label + cell * across, y),
                    cell,
                    cell_height,
                    fc=_SHADES[shade],
                    ec=_EDGE,
                    lw=0.4,
                )
                axes.add_patch(box)
                colour = _LIGHT if shade >= _WHITE_FROM else _EDGE
                x = label + cell * (across + 0.5)
                if count:
                    axes.text(
                        x,
                        y + cell_height / 2,
                        str(count),
                        size=9.5,
                        color=colour,
                        ha="center",
                        va="center_baseline",
                    )
    return Chart(out.getvalue(), width_mm, height)


def _shade(count: int, greatest: int) -> int:
    if count <= 0:
        return 0
    steps = len(_SHADES) - 1
    return min(steps, 1 + (count * steps - 1) // max(greatest, steps))


def ratios(pairs: Sequence[Ratio], nothing: str, faces: Faces, width_mm: float = 140) -> Chart:
    """Pairs of counts as divided bars under their numbers; `nothing` names an empty one."""
    row, bar = 13.0, 5.0
    height = row * len(pairs) + 1
    with _sheet(width_mm, height, faces) as (axes, out):
        for down, pair in enumerate(pairs):
            y = row * down + 6
            total = pair.left_count + pair.right_count
            left, right = pair.left, pair.right
            if total:
                left += f" {pair.left_count}（{percent_text(pair.left_count, total)}）"
                right += f" {pair.right_count}（{percent_text(pair.right_count, total)}）"
            axes.text(0, y - 1.2, left, size=_SIZE, ha="left", va="baseline")
            axes.text(width_mm, y - 1.2, right, size=_SIZE, ha="right", va="baseline")
            axes.add_patch(Rectangle((0.2, y), width_mm - 0.4, bar, fc=_LIGHT, ec=_EDGE, lw=0.6))
            if not total:
                axes.text(
                    width_mm / 2, y + bar / 2, nothing, size=9, ha="center", va="center_baseline"
                )
                continue
            part = (width_mm - 0.4) * pair.left_count / total
            axes.add_patch(Rectangle((0.2, y), part, bar, fc=_DARK, ec=_EDGE, lw=0.6))
            rest = Rectangle(
                (0.2 + part, y),
                width_mm - 0.4 - part,
                bar,
                fc=_LIGHT,
                ec=_EDGE,
                lw=0.6,
                hatch=_HATCH,
            )
            axes.add_patch(rest)
    return Chart(out.getvalue(), width_mm, height)


def rates(
    bars: Sequence[Rate],
    line_percent: int,
    line: str,
    nothing: str,
    faces: Faces,
    width_mm: float = 140,
) -> Chart:
    """Shares as bars from 0 to 100 per cent with the line that must be reached, dashed.

    Args:
        bars: What was rated.
        line_percent: Where the line stands; bars below it are hatched.
        line: Words beside the line.
        nothing: Words where there is no result.
        faces: Fonts.
        width_mm: Width of the chart.
    """
    label, end, row, bar, top = 40.0, 16.0, 8.0, 5.0, 7.0
    room = width_mm - label - end
    height = top + row * len(bars) + 1
    with _sheet(width_mm, height, faces) as (axes, out):
        for down, rate in enumerate(bars):
            y = top + row * down + (row - bar) / 2
            middle = y + bar / 2
            axes.text(label - 2, middle, rate.label, size=_SIZE, ha="right", va="center_baseline")
            if rate.whole <= 0:
                axes.text(label + 2, middle, nothing, size=9, ha="left", va="center_baseline")
                continue
            below = 100 * rate.part < line_percent * rate.whole
            length = room * min(1.0, rate.part / rate.whole)
            fill, hatch = (_LIGHT, _HATCH) if below else (_DARK, None)
            axes.add_patch(
                Rectangle((label, y), length, bar, fc=fill, ec=_EDGE, lw=0.6, hatch=hatch)
            )
            words = percent_text(rate.part, rate.whole, line_percent)
            axes.text(label + room + 2, middle, words, size=_SIZE, ha="left", va="center_baseline")
        x = label + room * line_percent / 100
        axes.plot([label, label], [top, height - 1], color=_EDGE, lw=0.8, solid_capstyle="butt")
        axes.plot([x, x], [top - 1.5, height - 1], color=_EDGE, lw=0.9, dashes=(4, 2.5))
        axes.text(x, top - 2.5, line, size=9, ha="center", va="baseline")
    return Chart(out.getvalue(), width_mm, height)


@contextmanager
def _sheet(width_mm: float, height_mm: float, faces: Faces) -> Iterator[tuple[Axes, BytesIO]]:
    """A sheet to draw on, millimetres from its top left; the stream holds the PDF afterwards."""
    out = BytesIO()
    settings: dict[RcKeyType, object] = {
        "pdf.fonttype": 3,
        "font.family": list(faces.names),
        "axes.unicode_minus": False,
        "hatch.linewidth": 0.5,
        "pdf.compression": 6,
    }
    with mpl.rc_context(settings), _known(faces):
        figure = Figure(figsize=(width_mm * _MM, height_mm * _MM))
        FigureCanvasPdf(figure)
        figure.patch.set_visible(False)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.patch.set_visible(False)
        axes.set_xlim(0, width_mm)
        axes.set_ylim(height_mm, 0)
        yield axes, out
        nameless = {"Creator": None, "Producer": None, "CreationDate": None}
        figure.savefig(out, format="pdf", metadata=nameless)


@contextmanager
def _known(faces: Faces) -> Iterator[None]:
    """The font files known to the drawing library for the time of one chart."""
    before = list(fontManager.ttflist)
    for path in faces.files:
        fontManager.addfont(path)
    try:
        yield
    finally:
        fontManager.ttflist[:] = before
