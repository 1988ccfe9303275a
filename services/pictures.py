"""The campaign's five charts: numbers from the records, words from the resources, one drawing.

A document takes the plans (it must know words and heights before it has fonts); the window and the
command line take finished charts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import Refused
from models.files import write_atomic
from services.documents.fonts import Role, prepare
from services.documents.lines import clean
from services.documents.wording import Wording, ordinal, wording
from services.stats import EVERYTHING, Counts, Scope
from services.workspace import Workspace

if TYPE_CHECKING:
    from services.charts import Chart, Faces, Look

KINDS = ("problems", "ratios", "approvals", "progress", "reception")
"""Charts in the order of 图表."""
FORMS = (".png", ".svg", ".pdf")
"""What a chart can be saved as."""
MOST_BARS = 20
"""Units on one chart of evaluations."""
_ALWAYS = "0123456789.%（） ·…"
_WIDE, _NARROW = 156.0, 140.0
_DOTS_PER_INCH = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """A chart before it is drawn."""

    caption: str
    words: tuple[str, ...]
    """Everything it prints, for the fonts."""
    width_mm: float
    height_mm: float
    draw: "Callable[[Faces, Look], Chart]"


def plans(workspace: Workspace, kind: str, scope: Scope = EVERYTHING) -> tuple[Plan, ...]:
    """The charts of a kind: one, or several where many units do not fit a page.

    Raises:
        Refused: no such chart.
    """
    return _plans(Counts(workspace, scope), kind)


def _plans(counts: Counts, kind: str) -> tuple[Plan, ...]:
    if kind not in _PLANNERS:
        raise Refused("chart_unknown", kind=kind[:40], kinds=" ".join(KINDS))
    return _PLANNERS[kind](counts, wording("charts"))


def drawn(counts: Counts, kind: str, look: "Look | None" = None) -> "tuple[Chart, ...]":
    """The charts of a kind: as documents print them, or with a look as a screen shows them.

    A look brings its colours, and the face without serifs that a window is set in.

    Raises:
        Refused: no such chart, or a character that no font has.
    """
    from services.charts import PAPER, Faces

    wanted = _plans(counts, kind)
    characters = sorted({c for plan in wanted for word in plan.words for c in word} | {*_ALWAYS})
    role = Role.BODY if look is None else Role.HEI
    fonts = prepare({role: ["".join(characters)]})
    names = tuple(fonts.faces[number].name for number in fonts.used(role))
    faces = Faces(fonts.files(role), names)
    return tuple(plan.draw(faces, look or PAPER) for plan in wanted)


def save(
    workspace: Workspace, kind: str, target: Path, scope: Scope = EVERYTHING
) -> tuple[Path, ...]:
    """Write a chart as .png, .svg or .pdf; further sheets as NAME-2.png and so on.

    Returns:
        The files written.

    Raises:
        Refused: another ending, a file that is there already, or anything `drawn` refuses.
    """
    form = target.suffix.lower()
    if form not in FORMS:
        raise Refused("chart_form", name=target.name[:60], forms=" ".join(FORMS))
    charts = drawn(Counts(workspace, scope), kind)
    names = [f"{target.stem}-{n}" if n > 1 else target.stem for n in range(1, len(charts) + 1)]
    files = tuple(target.with_name(f"{name}{target.suffix}") for name in names)
    for file in files:
        if file.exists():
            raise Refused("file_exists", path=str(file))
    for file, chart in zip(files, charts, strict=True):
        data = {".png": lambda c: c.png(_DOTS_PER_INCH), ".svg": lambda c: c.svg}
        write_atomic(file, data.get(form, lambda c: c.pdf)(chart))
    return files


def _plan(
    caption: str,
    words: list[str],
    size: tuple[float, float],
    draw: "Callable[[Faces, Look], Chart]",
) -> Plan:
    return Plan(caption, tuple(clean(word) for word in words), size[0], size[1], draw)


def _problems(counts: Counts, say: Wording) -> tuple[Plan, ...]:
    from services import charts
    from services.charts import Head, HeatRow

    told = counts.problems
    heads = tuple(
        Head(
            say("problems.group", ordinal=ordinal(c.group_number), group=c.group)
            if c.group_number
            else "",
            clean(c.title),
        )
        for c in told.columns
    )
    rows = [HeatRow(clean(row.name), row.counts) for row in told.rows]
    greatest = max((c for row in rows for c in row.counts), default=0)
    total = say("total")
    words = [total, *(h.group + h.title for h in heads)]
    parts = charts.slices(rows)
    made = []
    for n, part in enumerate(parts, 1):
        totals = told.totals if n == len(parts) else None
        several = len(parts) > 1
        caption = say("problems.part", n=n, of=len(parts)) if several else say("problems.title")
        height = charts.heat_height(heads, part, totals=totals is not None)

        def draw(
            faces: "Faces",
            look: "Look",
            part: tuple[HeatRow, ...] = part,
            totals: tuple[int, ...] | None = totals,
        ) -> "Chart":
            return charts.heat_map(
                heads, part, total, faces, totals=totals, greatest=greatest, look=look
            )

        made.append(_plan(caption, [*words, *(r.name for r in part)], (_WIDE, height), draw))
    return tuple(made)


def _ratios(counts: Counts, say: Wording) -> tuple[Plan, ...]:
    from services import charts
    from services.charts import Ratio

    pairs = [
        Ratio(clean(p.left), clean(p.right), p.left_count, p.right_count) for p in counts.ratios
    ]
    nothing = say("nothing")
    words = [nothing, *(p.left + p.right for p in pairs)]
    size = (_NARROW, charts.ratios_height(pairs))
    plan = _plan(
        say("ratios.title"),
        words,
        size,
        lambda faces, look: charts.ratios(pairs, nothing, faces, look=look),
    )
    return (plan,)


def _approvals(counts: Counts, say: Wording) -> tuple[Plan, ...]:
    from services import charts
    from services.charts import Rate

    line = counts.workspace.template.thresholds.approval_percent
    line_words, nothing = say("approvals.line", line=line), say("nothing")
    bars = [
        Rate(
            say("approvals.row", unit=a.name, ordinal=ordinal(a.round)) if a.round > 1 else a.name,
            a.part,
            a.whole,
        )
        for a in counts.approvals
    ]
    parts = [bars[at : at + MOST_BARS] for at in range(0, len(bars), MOST_BARS)] or [[]]
    made = []
    for n, part in enumerate(parts, 1):
        several = len(parts) > 1
        caption = say("approvals.part", n=n, of=len(parts)) if several else say("approvals.title")
        words = [line_words, nothing, *(bar.label for bar in part)]

        def draw(faces: "Faces", look: "Look", part: list[Rate] = part) -> "Chart":
            return charts.rates(part, line, line_words, nothing, faces, look=look)

        made.append(_plan(caption, words, (_NARROW, charts.rates_height(part)), draw))
    return tuple(made)


def _progress(counts: Counts, say: Wording) -> tuple[Plan, ...]:
    from services import charts
    from services.charts import Stack

    columns = []
    for point in counts.progress:
        _year, month, day = (int(part) for part in point.day.split("-"))
        stood = (point.closed, point.verifying, point.rectifying, point.confirmed)
        columns.append(Stack(say("day", month=month, day=day), stood))
    series, nothing = say.several("progress.series"), say("nothing")
    words = [nothing, *series, *(c.label for c in columns)]
    plan = _plan(
        say("progress.title"),
        words,
        (_WIDE, charts.STACKS_HEIGHT),
        lambda faces, look: charts.stacks(columns, series, nothing, faces, look=look),
    )
    return (plan,)


def _reception(counts: Counts, say: Wording) -> tuple[Plan, ...]:
    from services import charts
    from services.charts import Amount

    came = counts.received
    bars = [
        Amount(say("reception.visits"), came.persons, say("reception.persons", count=came.persons)),
        Amount(say("reception.letters"), came.letters, say("reception.items", count=came.letters)),
        Amount(say("reception.calls"), came.calls, say("reception.times", count=came.calls)),
    ]
    words = [bar.label + bar.words for bar in bars]
    size = (_NARROW, charts.amounts_height(bars))
    plan = _plan(
        say("reception.title"),
        words,
        size,
        lambda faces, look: charts.amounts(bars, faces, look=look),
    )
    return (plan,)


_PLANNERS: dict[str, Callable[[Counts, Wording], tuple[Plan, ...]]] = {
    "problems": _problems,
    "ratios": _ratios,
    "approvals": _approvals,
    "progress": _progress,
    "reception": _reception,
}
