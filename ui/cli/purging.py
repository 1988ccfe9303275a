"""Purging names: what would go, and taking it out of the file for good."""

import argparse
from typing import TYPE_CHECKING

from services.words import _
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command

if TYPE_CHECKING:
    from services.purging import Package, Survey


def _arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("--names-passphrase-file", metavar="F", help=_("实名口令在此文件的第一行"))
    parser.add_argument("--reason", required=True, metavar="R", help=_("为什么清除；会留下记录"))
    parser.add_argument(
        "--witness", action="append", default=[], metavar="NAME", help=_("在场人，要两个（可重复）")
    )
    parser.add_argument("--keep-talks", action="store_true", help=_("只清除实名，保留谈话原文"))
    parser.add_argument(
        "--give-up", action="store_true", help=_("活动办还没接收的也一并清除（组长决定）")
    )
    parser.add_argument("--dry-run", action="store_true", help=_("只看会清除什么，不写任何东西"))


def _purge(taken: argparse.Namespace, said: Console) -> int:
    from services import purging
    from services.purging import Wish

    named: list[str] = taken.witness
    witnesses = (named[0], named[1]) if len(named) == 2 else ("", "")  # noqa: PLR2004 - two people
    wish = Wish(taken.reason, witnesses, keep_talks=taken.keep_talks, give_up=taken.give_up)
    with opened(taken, said) as ws:
        if taken.dry_run:
            found = purging.survey(ws, wish.tiers)
            said.result(_told(found), _lines(found))
            return 0
        secret = ""
        if purging.survey(ws, wish.tiers).has_key:
            secret = inputs.passphrase(taken.names_passphrase_file, _("实名口令："))
        done = purging.purge(ws, wish, secret, said.progress())
    told = {"purge": done.uid, **_told(done.survey), "left": [str(path) for path in done.left]}
    lines = [_("已清除，不可恢复。"), *_lines(done.survey)]
    lines += [_("没有删掉，请自己删：{file}").format(file=path) for path in done.left]
    lines.append(_("清除证明：document FILE purge --out 清除证明.pdf"))
    said.result(told, lines)
    return 0


def _told(found: "Survey") -> dict[str, object]:
    at = found.received_at
    return {
        "records": {tier.value: count for tier, count in found.records.items()},
        "codes": {tier.value: code for tier, code in found.codes.items()},
        "changes": found.changes,
        "missing": found.missing,
        "received_at": None if at is None else at.isoformat(),
        "backups": [str(path) for path in found.backups],
        "packages": [_package(one) for one in found.packages],
    }


def _package(one: "Package") -> dict[str, object]:
    return {"file": one.file, "at": one.at.isoformat(), "by": one.sender, "sent": one.was_sent}


def _lines(found: "Survey") -> list[str]:
    words = {"sealed": _("实名"), "talk": _("谈话原文")}
    lines = [
        _("{what} {count} 条，核对码 {code}").format(
            what=words[tier.value], count=count, code=found.codes[tier]
        )
        for tier, count in found.records.items()
    ]
    if found.missing:
        lines.append(_("活动办还没接收：{count} 条改动").format(count=found.missing))
    lines.append(_("一并删除的备份：{count} 份").format(count=len(found.backups)))
    if found.packages:
        lines.append(_("下列数据包里还有，要另行销毁；存到别处的备份也是："))
        lines += [
            _("  {file}（{when}，{by}）").format(
                file=one.file, when=f"{one.at.astimezone():%Y-%m-%d}", by=one.sender
            )
            for one in found.packages
        ]
    return lines


COMMANDS = {"names purge": Command(_arguments, _purge)}
