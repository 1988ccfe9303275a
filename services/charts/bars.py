"""Bars: two parts of a whole, shares with the line that must be reached, amounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.charts.chart import Chart
from services.charts.sheet import PAPER, SIZE, Faces, Look, Sheet, folded
from services.shares import percent_text

_PAIR_ROW, _BAR = 13.0, 5.0
_RATE_ROW, _RATE_TOP, _RATE_LABEL, _RATE_END = 8.0, 7.0, 40.0, 16.0
_AMOUNT_ROW, _AMOUNT_LABEL, _AMOUNT_END = 10.0, 40.0, 30.0


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


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its own unit; lengths of bars with other units are not compared."""

    label: str
    count: int
    words: str
    """The number as it is written: 612人次."""


def ratios_height(pairs: Sequence[Ratio]) -> float:
    """Height of the chart in millimetres."""
    return _PAIR_ROW * len(pairs) + 1


def ratios(
    pairs: Sequence[Ratio],
    nothing: str,
    faces: Faces,
    width_mm: float = 140,
    *,
    look: Look = PAPER,
) -> Chart:
    """Pairs of counts as divided bars under their numbers; `nothing` names an empty one."""

    def draw(sheet: Sheet) -> None:
        for down, pair in enumerate(pairs):
            _pair(sheet, _PAIR_ROW * down + 6, pair, nothing, width_mm)

    return Chart(width_mm, ratios_height(pairs), faces, look, draw)


def _pair(sheet: Sheet, y: float, pair: Ratio, nothing: str, width: float) -> None:
    total = pair.left_count + pair.right_count
    left, right = pair.left, pair.right
    if total:
        left += f" {pair.left_count}（{percent_text(pair.left_count, total)}）"
        right += f" {pair.right_count}（{percent_text(pair.right_count, total)}）"
    sheet.text(0, y - 1.2, left, down="baseline")
    sheet.text(width, y - 1.2, right, across="right", down="baseline")
    room = width - 0.4
    sheet.box(0.2, y, room, _BAR, sheet.look.ground)
    if not total:
        sheet.text(width / 2, y + _BAR / 2, nothing, 9, across="center")
        return
    part = room * pair.left_count / total
    sheet.box(0.2, y, part, _BAR, sheet.look.dark)
    sheet.box(0.2 + part, y, room - part, _BAR, sheet.look.ground, hatched=True)


def rates_height(bars: Sequence[Rate]) -> float:
    """Height of the chart in millimetres."""
    return _RATE_TOP + _RATE_ROW * len(bars) + 1


def rates(
    bars: Sequence[Rate],
    line_percent: int,
    line: str,
    nothing: str,
    faces: Faces,
    width_mm: float = 140,
    *,
    look: Look = PAPER,
) -> Chart:
    """Shares as bars from 0 to 100 per cent with the line that must be reached, dashed.

    Args:
        bars: What was rated.
        line_percent: Where the line stands; bars below it are hatched.
        line: Words beside the line.
        nothing: Words where there is no result.
        faces: Fonts.
        width_mm: Width of the chart.
        look: Colours.
    """
    room = width_mm - _RATE_LABEL - _RATE_END
    height = rates_height(bars)

    def draw(sheet: Sheet) -> None:
        for down, rate in enumerate(bars):
            y = _RATE_TOP + _RATE_ROW * down + (_RATE_ROW - _BAR) / 2
            _rate(sheet, y, rate, (line_percent, nothing), room)
        x = _RATE_LABEL + room * line_percent / 100
        sheet.line((_RATE_LABEL, _RATE_TOP), (_RATE_LABEL, height - 1))
        late = sheet.look.late
        sheet.line((x, _RATE_TOP - 1.5), (x, height - 1), 0.9, dashed=True, colour=late)
        sheet.text(x, _RATE_TOP - 2.5, line, 9, across="center", down="baseline", colour=late)

    return Chart(width_mm, height, faces, look, draw)


def _rate(sheet: Sheet, y: float, rate: Rate, line: tuple[int, str], room: float) -> None:
    line_percent, nothing = line
    middle = y + _BAR / 2
    _label(sheet, middle, rate.label, _RATE_LABEL)
    if rate.whole <= 0:
        sheet.text(_RATE_LABEL + 2, middle, nothing, 9)
        return
    below = 100 * rate.part < line_percent * rate.whole
    length = room * min(1.0, rate.part / rate.whole)
    fill = sheet.look.ground if below else sheet.look.dark
    sheet.box(_RATE_LABEL, y, length, _BAR, fill, hatched=below)
    words = percent_text(rate.part, rate.whole, line_percent)
    sheet.text(_RATE_LABEL + room + 2, middle, words)


def amounts_height(bars: Sequence[Amount]) -> float:
    """Height of the chart in millimetres."""
    return _AMOUNT_ROW * len(bars) + 1


def amounts(
    bars: Sequence[Amount], faces: Faces, width_mm: float = 140, *, look: Look = PAPER
) -> Chart:
    """Numbers of several units as bars, the number behind each."""
    room = width_mm - _AMOUNT_LABEL - _AMOUNT_END
    greatest = max((bar.count for bar in bars), default=0)
    height = amounts_height(bars)

    def draw(sheet: Sheet) -> None:
        for down, bar in enumerate(bars):
            y = _AMOUNT_ROW * down + (_AMOUNT_ROW - _BAR) / 2
            middle = y + _BAR / 2
            _label(sheet, middle, bar.label, _AMOUNT_LABEL)
            length = room * bar.count / greatest if greatest else 0.0
            if length:
                sheet.box(_AMOUNT_LABEL, y, length, _BAR, sheet.look.dark)
            sheet.text(_AMOUNT_LABEL + length + 2, middle, bar.words)
        sheet.line((_AMOUNT_LABEL, 1), (_AMOUNT_LABEL, height - 1))

    return Chart(width_mm, height, faces, look, draw)


def _label(sheet: Sheet, middle: float, words: str, room: float) -> None:
    """Words before a bar: one line, or two smaller ones."""
    lines = folded(words, room - 2, SIZE, 1)
    if lines[0] == words:
        sheet.text(room - 2, middle, words, across="right")
        return
    lines = folded(words, room - 2, 8, 2)
    for at, line in enumerate(lines):
        sheet.text(room - 2, middle + (at - (len(lines) - 1) / 2) * 3.2, line, 8, across="right")
