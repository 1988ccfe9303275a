"""The charts as the window shows them: a picture in its colours, and the records behind numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models.kinds import Uid
from services import pictures, stats
from services.documents.wording import wording
from services.shares import percent_text
from services.stats import Behind, Scope
from services.words import _
from services.workspace import Workspace

if TYPE_CHECKING:
    from services.charts import Look

_MM_PER_INCH = 25.4
_LEAST_DPI, _MOST_DPI = 40, 400


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
    sheets: tuple[bytes, ...]
    """PNG pictures, one below the other."""
    lines: tuple[Line, ...]
    """Numbers that are not 0, in the chart's order; none when there is nothing to draw."""


def scope_of(units: frozenset[Uid]) -> Scope:
    """The whole campaign of these units; of all when there are none."""
    return Scope(units)


def look(colours: Colours) -> "Look":
    """A chart's colours from the window's.

    Heat map: the accent mixed into the surface at 0 · 14 · 32 · 58 (dark: 72) · 100 per cent.
    """
    from services.charts import Look

    shares = (0, 14, 32, 72 if colours.dark else 58, 100)
    dark_from = 3
    return Look(
        ground=colours.surface,
        text=colours.text,
        faint=colours.text2,
        edge=colours.text2,
        dark=colours.accent,
        middle=_mixed(colours.surface, colours.accent, 32),
        on_middle=colours.text,
        late=colours.late,
        shades=tuple(_mixed(colours.surface, colours.accent, share) for share in shares),
        on_shades=tuple(
            colours.on_accent if place >= dark_from else colours.text
            for place in range(len(shares))
        ),
    )


def _mixed(ground: str, colour: str, percent: int) -> str:
    """`percent` of a colour in a ground."""
    pairs = zip(bytes.fromhex(ground[1:]), bytes.fromhex(colour[1:]), strict=True)
    return "#" + "".join(f"{round(g + (c - g) * percent / 100):02X}" for g, c in pairs)


def draw(
    workspace: Workspace, kind: str, units: frozenset[Uid], look: "Look", width_px: int
) -> Drawn:
    """Count and draw a chart so wide; takes some tenths of a second.

    Raises:
        Refused: no such chart, or a character that no font has.
    """
    scope = scope_of(units)
    lines = tuple(_LINES[kind](workspace, scope)) if kind in _LINES else ()
    charts = pictures.drawn(workspace, kind, scope, look)
    sheets = []
    for chart in charts:
        dpi = round(width_px * _MM_PER_INCH / chart.width_mm)
        sheets.append(chart.png(min(max(dpi, _LEAST_DPI), _MOST_DPI)))
    return Drawn(wording("charts")(f"{kind}.title"), tuple(sheets), lines)


def _problems(workspace: Workspace, scope: Scope) -> Iterator[Line]:
    told = stats.problem_map(workspace, scope)
    for row in told.rows:
        if row.total:
            yield Line(row.name, str(row.total), told.behind(unit=row.unit))
    for column, total in zip(told.columns, told.totals, strict=True):
        if total:
            yield Line(column.title, str(total), told.behind(sub_kind=column.id))


def _ratios(workspace: Workspace, scope: Scope) -> Iterator[Line]:
    for pair in stats.four_ratios(workspace, scope):
        if pair.left_count + pair.right_count:
            yield Line(pair.left, str(pair.left_count), pair.behind(left=True, scope=scope))
            yield Line(pair.right, str(pair.right_count), pair.behind(left=False, scope=scope))


def _approvals(workspace: Workspace, scope: Scope) -> Iterator[Line]:
    line = workspace.template.thresholds.approval_percent
    for one in stats.approvals(workspace, scope):
        if one.whole:
            yield Line(one.name, percent_text(one.part, one.whole, line), one.behind())


def _progress(workspace: Workspace, scope: Scope) -> Iterator[Line]:
    points = stats.progress(workspace, scope)
    if points:
        last = points[-1]
        for words, count in (
            (_("已认定，未交办"), last.confirmed),
            (_("整改中"), last.rectifying),
            (_("待验收"), last.verifying),
            (_("已销号"), last.closed),
        ):
            yield Line(words, str(count))


def _reception(workspace: Workspace, scope: Scope) -> Iterator[Line]:
    came = stats.received(workspace, scope)
    for words, count, channels in (
        (_("来访（人次）"), came.persons, ("visit",)),
        (_("来信（件）"), came.letters, ("letter",)),
        (_("来电、短信（条次）"), came.calls, ("call", "sms")),
    ):
        if count:
            yield Line(words, str(count), came.behind(channels, scope))


_LINES: dict[str, Callable[[Workspace, Scope], Iterator[Line]]] = {
    "problems": _problems,
    "ratios": _ratios,
    "approvals": _approvals,
    "progress": _progress,
    "reception": _reception,
}
