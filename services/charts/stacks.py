"""Stacked columns over time: how many problems stood where at the end of each day."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.charts.chart import Chart
from services.charts.sheet import PAPER, Faces, Look, Sheet, cells

HEIGHT = 78.0
_TOP, _FOOT, _SIDE = 16.0, 8.0, 4.0
_LEAST_LABELLED = 4.2
"""A part lower than this (mm) bears no number."""
_SMALL = 9.0
_SWATCH = 4.5


@dataclass(frozen=True, slots=True)
class Stack:
    """One column."""

    label: str
    counts: tuple[int, ...]
    """From the bottom to the top, in the order of the series."""


def stacks(
    columns: Sequence[Stack],
    series: Sequence[str],
    nothing: str,
    faces: Faces,
    width_mm: float = 156,
    *,
    look: Look = PAPER,
) -> Chart:
    """Columns of up to four parts, their numbers in them and the sum above.

    Args:
        columns: From left to right.
        series: Names of the parts, from the bottom to the top.
        nothing: Words where there is no column.
        faces: Fonts.
        width_mm: Width of the chart.
        look: Colours.
    """
    greatest = max((sum(c.counts) for c in columns), default=0)
    floor = HEIGHT - _FOOT
    room = floor - _TOP - 5

    def draw(sheet: Sheet) -> None:
        _legend(sheet, series)
        sheet.line((0, floor), (width_mm, floor))
        if not columns:
            sheet.text(width_mm / 2, (_TOP + floor) / 2, nothing, across="center")
            return
        step = (width_mm - 2 * _SIDE) / len(columns)
        for at, column in enumerate(columns):
            middle = _SIDE + step * (at + 0.5)
            scale = room / greatest if greatest else 0.0
            _column(sheet, (middle, min(step * 0.62, 14.0)), floor, column, scale)

    return Chart(width_mm, HEIGHT, faces, look, draw)


def _fills(look: Look) -> tuple[tuple[str, bool, str], ...]:
    """Fill, hatched, colour of the number; from the bottom to the top."""
    return (
        (look.dark, False, look.ground),
        (look.middle, False, look.on_middle),
        (look.ground, True, look.text),
        (look.ground, False, look.text),
    )


def _legend(sheet: Sheet, series: Sequence[str]) -> None:
    x = 0.0
    for words, (fill, hatched, _on) in zip(series, _fills(sheet.look), strict=False):
        sheet.box(x + 0.3, 1.5, _SWATCH, 3.6, fill, hatched=hatched)
        sheet.text(x + _SWATCH + 1.8, 3.3, words, _SMALL)
        x += _SWATCH + 1.8 + cells(words) * _SMALL * 0.353 + 5


def _column(
    sheet: Sheet, place: tuple[float, float], floor: float, column: Stack, scale: float
) -> None:
    middle, width = place
    y = floor
    for count, (fill, hatched, on) in zip(column.counts, _fills(sheet.look), strict=False):
        height = count * scale
        if height <= 0:
            continue
        y -= height
        sheet.box(middle - width / 2, y, width, height, fill, hatched=hatched)
        if height >= _LEAST_LABELLED:
            if hatched:
                _plate(sheet, middle, y + height / 2, str(count))
            sheet.text(middle, y + height / 2, str(count), _SMALL, across="center", colour=on)
    sheet.text(middle, y - 2.6, str(sum(column.counts)), _SMALL, across="center")
    sheet.text(middle, floor + 4, column.label, _SMALL, across="center")


def _plate(sheet: Sheet, x: float, y: float, words: str) -> None:
    """Clear ground behind a number that stands on hatching."""
    width = cells(words) * _SMALL * 0.353 + 1.2
    sheet.box(x - width / 2, y - 1.9, width, 3.8, sheet.look.ground, line=0)
