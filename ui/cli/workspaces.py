"""A workspace as a whole: making one, telling about it, taking its book of numbers over."""

import argparse
from dataclasses import asdict
from pathlib import Path

from models.kinds import Role
from services import linking, references, words, workspace
from services.words import _
from ui.cli import inputs
from ui.cli.arguments import is_count
from ui.cli.console import Console
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument(
        "--campaign", required=True, metavar="ID", help=_("活动模板，或模板所在的文件夹")
    )
    parser.add_argument("--group", required=True, metavar="NAME", help=_("组名"))
    parser.add_argument("--number", type=is_count, default=1, metavar="N", help=_("组号，默认 1"))
    parser.add_argument("--person", required=True, metavar="NAME", help=_("操作人"))
    parser.add_argument(
        "--role", choices=tuple(Role), default=Role.LEADER.value, help=_("操作人的身份，默认组长")
    )
    parser.add_argument("--letter", default="A", metavar="A", help=_("这台电脑的字母，默认 A"))
    parser.add_argument("--names-passphrase-file", metavar="F", help=_("实名口令在此文件的第一行"))


def _new(taken: argparse.Namespace, said: Console) -> int:
    secret = inputs.passphrase(taken.passphrase_file, _("新口令："), twice=True)
    names_secret = secret
    if taken.names_passphrase_file is not None:
        names_secret = inputs.passphrase(taken.names_passphrase_file, "")
    group = workspace.NewGroup(
        taken.campaign, taken.group, taken.number, taken.person, Role(taken.role), taken.letter
    )
    made = workspace.create(Path(taken.file), secret, names_secret, group)
    try:
        told = workspace.info(made)
    finally:
        made.close()
    if taken.names_passphrase_file is None:
        said.remark(
            _("没有单独给实名口令：知道工作口令的人就能打开实名。用 names passphrase 可另设。")
        )
    value = {"file": taken.file, "campaign": told.campaign, "group": told.group}
    said.result(value | {"state_code": told.state_code}, [_("已新建：{file}").format(**value)])
    return 0


def _info_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument(
        "--unit", action="append", default=[], metavar="U", help=_("核对码只算这个单位（可重复）")
    )


def _info(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        units = frozenset(references.resolve(ws, "unit", name) for name in taken.unit)
        told = workspace.info(ws, linking.widened(ws, units))
    counts = "，".join(f"{words.kind(k)} {n}" for k, n in told.counts.items())
    lines = (
        f"{_('活动')}  {told.campaign}",
        f"{_('督导组')}  {told.group}",
        f"{_('核对码')}  {told.state_code}",
        f"{_('记录')}  {counts}",
        f"{_('待裁定')}  {told.conflicts}",
        f"{_('流水')}  {told.changes}（{_('格式版本')} {told.journal_version}）",
        f"{_('本机编号')}  {told.replica}",
        f"{_('上次备份')}  {told.last_backup or _('还没有')}",
    )
    said.result(asdict(told), lines)
    return 0


def _take_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument(
        "--last",
        type=is_count,
        required=True,
        metavar="N",
        help=_("纸面上已用到的最后一个问题编号"),
    )
    parser.add_argument("--reason", required=True, metavar="R", help=_("为什么接管"))


def _take(taken: argparse.Namespace, said: Console) -> int:
    from services import numbers

    with opened(taken, said) as ws:
        numbers.take_book(ws, last_problem=taken.last, reason=taken.reason)
    said.result({"last": taken.last}, [_("编号本已在这台电脑上。")])
    return 0


COMMANDS = {
    "new": Command(_new_arguments, _new),
    "info": Command(_info_arguments, _info),
    "numbers take": Command(_take_arguments, _take),
}
