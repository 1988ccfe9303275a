"""The layout of a finished document, measured."""

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby

from services.documents import checking
from services.documents.checking import Finding, Report
from services.documents.pages import MAX_BYTES
from services.errors import Refused
from services.words import _
from ui.cli.console import Console
from ui.cli.inputs import read_file
from ui.cli.verbs import Command

_MOST_LINES = 200


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pdf", metavar="X.pdf", help=_("要检查的 PDF"))


def _check(taken: argparse.Namespace, said: Console) -> int:
    report = checking.check(read_file(taken.pdf, MAX_BYTES))
    said.result(_told(report), _lines(report))
    return Refused.exit_status if report.deviations else 0


def _told(report: Report) -> dict[str, object]:
    return {
        "pages": report.pages,
        "form": report.form,
        "fonts": report.fonts,
        "deviations": [_finding(f) for f in report.deviations],
        "substitutions": [_finding(f) for f in report.substitutions],
    }


def _finding(found: Finding) -> dict[str, object]:
    return {
        "page": found.page,
        "place": found.place,
        "rule": found.rule,
        "expected": found.expected,
        "found": found.found,
    }


def _lines(report: Report) -> Iterator[str]:
    """Deviations, what repeats from page to page on one line, then the substituted fonts."""
    same = sorted(report.deviations, key=lambda f: (f.rule, f.expected, f.page))
    groups = [list(part) for _key, part in groupby(same, key=lambda f: (f.rule, f.expected))]
    groups.sort(key=lambda part: part[0].page)
    head = _("{pages} 页，{count} 处偏差") if groups else _("{pages} 页，无偏差")
    yield head.format(pages=report.pages, count=len(report.deviations))
    for part in groups[:_MOST_LINES]:
        yield _line(part)
    for found in report.substitutions:
        told = _("字体替代：{place}，{wanted} → {used}")
        yield told.format(place=found.place, wanted=found.expected, used=found.found)


def _line(part: Sequence[Finding]) -> str:
    first = part[0]
    what = first.what if first.what == first.place else f"{first.what}（{first.place}）"
    text = _("第 {page} 页　{what}：应为 {expected}，实为 {found}").format(
        page=first.page, what=what, expected=first.expected, found=first.found
    )
    others = sorted({found.page for found in part} - {first.page})
    if not others:
        return text
    return text + _("；另有 {count} 页相同").format(count=len(others))


COMMANDS = {"document check": Command(_arguments, _check)}
