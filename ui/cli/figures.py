"""Numbers behind every chart, and the charts as files."""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

from services import pictures, references, stats, words
from services.documents.orders import parse_period
from services.errors import UsageError
from services.stats import Approval, PairCount, Point, ProblemMap, Received, Scope
from services.words import _
from services.workspace import Workspace
from ui.cli.console import Console, table
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument(
        "--unit",
        action="append",
        default=[],
        metavar="U",
        help=_("哪个单位（可重复）；不写就是全部"),
    )
    parser.add_argument(
        "--period", default="..", metavar="A..B", help=_("起止日期，如 2014-04-01..2014-05-31")
    )
    parser.add_argument(
        "--chart",
        metavar="KIND",
        help=_("画哪张图：{kinds}").format(kinds=" ".join(pictures.KINDS)),
    )
    parser.add_argument("--out", metavar="X.png", help=_("图存为 .png、.svg 或 .pdf"))


def _stats(taken: argparse.Namespace, said: Console) -> int:
    if (taken.chart is None) != (taken.out is None):
        raise UsageError("usage_chart")
    period = parse_period(taken.period)
    with opened(taken, said) as ws:
        units = frozenset(references.resolve(ws, "unit", unit) for unit in taken.unit)
        scope = Scope(units, period.start, period.end)
        if taken.chart is not None:
            files = pictures.save(ws, taken.chart, Path(taken.out), scope)
            told = {"chart": taken.chart, "files": [str(file) for file in files]}
            said.result(told, [_("已存：{file}").format(file=file) for file in files])
            return 0
        counted = _counted(ws, scope)
    said.result(_told(counted), _lines(counted))
    return 0


@dataclass(frozen=True, slots=True)
class _Counted:
    """Everything that is counted."""

    problems: ProblemMap
    ratios: tuple[PairCount, ...]
    approvals: tuple[Approval, ...]
    progress: tuple[Point, ...]
    reception: Received


def _counted(workspace: Workspace, scope: Scope) -> _Counted:
    return _Counted(
        stats.problem_map(workspace, scope),
        stats.four_ratios(workspace, scope),
        stats.approvals(workspace, scope),
        stats.progress(workspace, scope),
        stats.received(workspace, scope),
    )


def _told(counted: _Counted) -> dict[str, object]:
    """For programs."""
    came = counted.reception
    return {
        "problems": {
            "sub_kinds": [column.id for column in counted.problems.columns],
            "units": [
                {"uid": row.unit, "name": row.name, "counts": list(row.counts)}
                for row in counted.problems.rows
            ],
            "total": sum(counted.problems.totals),
        },
        "ratios": [
            {
                "field": pair.field,
                "left": pair.left_count,
                "right": pair.right_count,
                "unclassified": pair.unclassified,
            }
            for pair in counted.ratios
        ],
        "approvals": [
            {"uid": a.unit, "name": a.name, "round": a.round, "part": a.part, "whole": a.whole}
            for a in counted.approvals
        ],
        "progress": [asdict(point) for point in counted.progress],
        "reception": {
            "persons": came.persons,
            "visits": came.visits,
            "letters": came.letters,
            "calls": came.calls,
        },
    }


def _lines(counted: _Counted) -> list[str]:
    """For people."""
    chart = counted.problems
    heads = [_("单位"), *(column.id for column in chart.columns), _("合计")]
    cells = [[row.name, *(str(c or "·") for c in row.counts), str(row.total)] for row in chart.rows]
    totals = [_("合计"), *map(str, chart.totals), str(sum(chart.totals))]
    lines = table(heads, [*cells, totals])
    lines += [f"{p.left} {p.left_count}  {p.right} {p.right_count}" for p in counted.ratios]
    rated = _("{name}  好+较好 {part} / {whole}")
    lines += [rated.format(name=a.name, part=a.part, whole=a.whole) for a in counted.approvals]
    stood = _("{day}  待交办 {a}，整改中 {b}，待验收 {c}，已销号 {d}")
    lines += [
        stood.format(
            day=words.date(p.day), a=p.confirmed, b=p.rectifying, c=p.verifying, d=p.closed
        )
        for p in counted.progress[-1:]
    ]
    came = counted.reception
    received = _("来访 {persons} 人次，来信 {letters} 件，电话（短信）{calls} 条次")
    lines.append(received.format(persons=came.persons, letters=came.letters, calls=came.calls))
    return lines


COMMANDS = {"stats": Command(_arguments, _stats)}
