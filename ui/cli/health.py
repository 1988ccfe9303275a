"""A workspace's health: checking it and making its tables anew."""

import argparse

from services import health
from services.errors import Damaged
from services.words import _, error
from ui.cli.console import Console
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _check(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        report = health.check(ws, said.progress())
    findings = [{"code": f.code, "detail": f.detail} for f in report.findings]
    value = {"ok": report.ok, "findings": findings}
    value |= {"changes": report.changes, "rows": report.rows}
    if report.ok:
        told = _("完好：流水 {changes} 条，记录 {rows} 条，逐条核对一致。")
        said.result(value, [told.format(changes=report.changes, rows=report.rows)])
        return 0
    said.result(value, [f"{f.code}: {f.detail}" for f in report.findings])
    damage = Damaged("check_failed", count=len(findings))
    said.fault(error(damage))
    return damage.exit_status


def _rebuild(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        rows = health.rebuild(ws, said.progress())
    said.result({"rows": rows}, [_("已重建 {rows} 条。").format(rows=rows)])
    return 0


COMMANDS = {
    "check": Command(takes_file, _check),
    "rebuild": Command(takes_file, _rebuild),
}
