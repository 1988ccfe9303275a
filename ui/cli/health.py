"""A workspace's health: checking it, making its tables anew, backups."""

import argparse
from pathlib import Path

from services import attachments, health
from services import backup as backups
from services.errors import Damaged
from services.words import _, detail, error
from ui.cli.console import Console, table
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("--deep", action="store_true", help=_("也核对附件和文书的内容"))


def _check(taken: argparse.Namespace, said: Console) -> int:
    contents = 0
    with opened(taken, said) as ws:
        report = health.check(ws, said.progress())
        findings = [{"code": f.code, "detail": f.detail} for f in report.findings]
        if taken.deep:
            spoilt, contents = attachments.damaged(ws, said.progress())
            findings += [{"code": "content", "detail": digest} for digest in spoilt]
    value = {"ok": not findings, "findings": findings}
    value |= {"changes": report.changes, "rows": report.rows, "contents": contents}
    if not findings:
        told = _("完好：流水 {changes} 条、记录 {rows} 条、内容 {contents} 个，逐一核对一致。")
        said.result(value, [told.format(**value)])
        return 0
    named = _named()
    lines = [f"{named.get(f['code'], f['code'])}  {detail(f['detail'])}" for f in findings]
    said.result(value, lines)
    damage = Damaged("check_failed", count=len(findings))
    said.fault(error(damage))
    return damage.exit_status


def _named() -> dict[str, str]:
    """Which check failed, in words."""
    return {
        "pages": _("页面"),
        "change": _("流水"),
        "chain": _("流水的次序"),
        "row": _("记录"),
        "projection": _("各表"),
        "search": _("查找用的索引"),
        "content": _("附件内容"),
    }


def _rebuild(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        rows = health.rebuild(ws, said.progress())
    said.result({"rows": rows}, [_("已重建 {rows} 条。").format(rows=rows)])
    return 0


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    help_out = _("新文件，或放备份的文件夹；不给则放在工作文件旁")
    parser.add_argument("out", nargs="?", metavar="OUT", help=help_out)


def _backup(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        target = None if taken.out is None else Path(taken.out)
        made = backups.backup(ws, target, said.progress())
    size = made.stat().st_size
    told = _("已备份并核对：{file}（{size} 字节）").format(file=made, size=size)
    said.result({"file": str(made), "size_bytes": size}, [told])
    return 0


def _backups(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        found = backups.backups(ws)
    rows = [
        {"file": str(b.path), "at": b.at.isoformat(), "size_bytes": b.size_bytes} for b in found
    ]
    cells = [(f"{b.at.astimezone():%Y-%m-%d %H:%M}", str(b.size_bytes), str(b.path)) for b in found]
    said.result({"backups": rows}, table((_("时间"), _("字节"), _("文件")), cells))
    return 0


COMMANDS = {
    "check": Command(_check_arguments, _check),
    "rebuild": Command(takes_file, _rebuild),
    "backup": Command(_backup_arguments, _backup),
    "backups": Command(takes_file, _backups),
}
