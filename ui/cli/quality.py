"""数据质量: what is incomplete or cannot be right in the records."""

import argparse

from services import quality, references, words
from services.words import _
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


def _quality(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        units = frozenset(references.resolve(ws, "unit", unit) for unit in taken.unit)
        found = quality.look(ws, units, said.progress())
        names = references.titles(ws, {case.unit for one in found for case in one.cases})
    told = [
        {
            "doubt": one.doubt.value,
            "count": one.count,
            "cases": [
                {"kind": c.kind, "uid": c.uid, "unit": c.unit, "title": c.title, "said": c.said}
                for c in one.cases
            ],
        }
        for one in found
    ]
    rows = [
        [names.get(case.unit, "—"), words.kind(case.kind), case.uid[:8], case.title, case.said]
        for one in found
        for case in one.cases
    ]
    left = sum(one.count - len(one.cases) for one in found)
    lines = table([_("单位"), _("记录"), "uid", _("题目"), _("怎么回事")], rows) if rows else []
    lines += [_("另有 {n} 件没有列出").format(n=left)] if left else []
    said.result({"findings": told}, lines or [_("✓ 没有发现缺漏和矛盾")])
    return 0


COMMANDS = {"quality": Command(_arguments, _quality)}
