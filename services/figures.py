"""The charts as the window shows them: a picture in its colours, and the records behind numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from models.kinds import Uid
from services import pictures
from services.documents.wording import wording
from services.shares import percent_text
from services.stats import Behind, Counts, Scope
from services.words import _

if TYPE_CHECKING:
    from services.charts import Look, Picture

_MOST_PX = 4_000
"""Widest picture."""
_DARKEST = 0.04045
"""Up to here light grows evenly with a colour's number. Source: WCAG 2.2."""


class Colours(Protocol):
    """The window's tokens, as #RRGGBB."""

    @property
    def surface(self) -> str:
        """A colour."""

    @property
    def text(self) -> str:
        """A colour."""

    @property
    def text2(self) -> str:
        """A colour."""

    @property
    def accent(self) -> str:
        """A colour."""

    @property
    def on_accent(self) -> str:
        """A colour."""

    @property
    def late(self) -> str:
        """A colour."""

    @property
    def dark(self) -> bool:
        """Whether the window is dark."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a chart."""

    words: str
    value: str
    behind: Behind | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart ready to be shown."""

    caption: str
    sheets: "tuple[Picture, ...]"
    """One below the other."""
    lines: tuple[Line, ...]
    """Numbers that are not 0, in the chart's order; none when there is nothing to draw."""


def scope_of(units: frozenset[Uid], days: Mapping[str, str]) -> Scope:
    """These units, all when there are none, from one day to another (`from`, `to`; ISO 8601)."""
    return Scope(units, days.get("from", ""), days.get("to", ""))


def look(colours: Colours) -> "Look":
    """A chart's colours from the window's.

    Heat map: the accent mixed into the surface at 0 · 14 · 32 · 58 (dark: 72) · 100 per cent, and
    on it the one of two colours that stands out more.
    """
    from services.charts import Look

    shares = (0, 14, 32, 72 if colours.dark else 58, 100)
    shades = tuple(_mixed(colours.surface, colours.accent, share) for share in shares)
    return Look(
        ground=colours.surface,
        text=colours.text,
        faint=colours.text2,
        edge=colours.text2,
        dark=colours.accent,
        middle=_mixed(colours.surface, colours.accent, 32),
        on_middle=colours.text,
        late=colours.late,
        shades=shades,
        on_shades=tuple(
            max(colours.text, colours.on_accent, key=partial(_contrast, shade)) for shade in shades
        ),
    )


def _contrast(ground: str, colour: str) -> float:
    """How much a colour stands out, from 1 to 21. Source: WCAG 2.2, contrast ratio."""
    dark, light = sorted(map(_luminance, (ground, colour)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = (part / 255 for part in bytes.fromhex(colour[1:]))
    red, green, blue = (p / 12.92 if p <= _DARKEST else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(ground: str, colour: str, percent: int) -> str:
    """`percent` of a colour in a ground."""
    pairs = zip(bytes.fromhex(ground[1:]), bytes.fromhex(colour[1:]), strict=True)
    return "#" + "".join(f"{round(g + (c - g) * percent / 100):02X}" for g, c in pairs)


def draw(counts: Counts, kind: str, colours: Colours, width_px: int) -> Drawn:
    """Draw a chart so wide in the window's colours, and count what was not counted before.

    The first one loads the drawing library: nothing for the thread that a person waits for.

    Raises:
        Refused: no such chart, or a character that no font has.
    """
    charts = pictures.drawn(counts, kind, look(colours))
    sheets = tuple(chart.picture(min(max(1, width_px), _MOST_PX)) for chart in charts)
    lines = tuple(_LINES[kind](counts))
    return Drawn(wording("charts")(f"{kind}.title"), sheets, lines)


def _problems(counts: Counts) -> Iterator[Line]:
    told = counts.problems
    for row in told.rows:
        if row.total:
            yield Line(row.name, str(row.total), told.behind(unit=row.unit))
    for column, total in zip(told.columns, told.totals, strict=True):
        if total:
            yield Line(column.title, str(total), told.behind(sub_kind=column.id))


def _ratios(counts: Counts) -> Iterator[Line]:
    for pair in counts.ratios:
        if pair.left_count + pair.right_count:
            yield Line(pair.left, str(pair.left_count), pair.behind(left=True, scope=counts.scope))
            yield Line(
                pair.right, str(pair.right_count), pair.behind(left=False, scope=counts.scope)
            )


def _approvals(counts: Counts) -> Iterator[Line]:
    line = counts.workspace.template.thresholds.approval_percent
    for one in counts.approvals:
        if one.whole:
            yield Line(one.name, percent_text(one.part, one.whole, line), one.behind())


def _progress(counts: Counts) -> Iterator[Line]:
    points = counts.progress
    if points:
        last = points[-1]
        for words, count in (
            (_("已认定，未交办"), last.confirmed),
            (_("整改中"), last.rectifying),
            (_("待验收"), last.verifying),
            (_("已销号"), last.closed),
        ):
            yield Line(words, str(count))


def _reception(counts: Counts) -> Iterator[Line]:
    came = counts.received
    for words, count, channels in (
        (_("来访（人次）"), came.persons, ("visit",)),
        (_("来信（件）"), came.letters, ("letter",)),
        (_("来电、短信（条次）"), came.calls, ("call", "sms")),
    ):
        if count:
            yield Line(words, str(count), came.behind(channels, counts.scope))


_LINES: dict[str, Callable[[Counts], Iterator[Line]]] = {
    "problems": _problems,
    "ratios": _ratios,
    "approvals": _approvals,
    "progress": _progress,
    "reception": _reception,
}
