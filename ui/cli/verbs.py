"""Which verbs there are, and which module of this package does each; nothing heavy is imported."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.words import _
from ui.cli.console import Console


@dataclass(frozen=True, slots=True)
class Command:
    """How a verb takes its arguments and what it does with them."""

    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Console], int]
    """Returns the exit status; refuses by raising."""


MODULES: Final = {
    "new": "workspaces",
    "info": "workspaces",
    "kinds": "kinds",
    "fields": "kinds",
    "add": "writing",
    "set": "writing",
    "delete": "writing",
    "attach": "writing",
    "list": "reading",
    "show": "reading",
    "search": "reading",
    "stats": "figures",
    "quality": "quality",
    "problem": "problem",
    "unit join": "units",
    "unit part": "units",
    "names list": "names",
    "names passphrase": "names",
    "names purge": "purging",
    "numbers take": "workspaces",
    "invite": "joining",
    "join": "joining",
    "pack": "packing",
    "receipt": "receipts",
    "received": "receipts",
    "conflicts": "conflicts",
    "resolve": "conflicts",
    "document": "documents",
    "document check": "layouts",
    "documents": "reading",
    "sign": "signatures",
    "verify": "signatures",
    "certificate root": "certificate",
    "certificate issue": "certificate",
    "certificate revoke": "certificate",
    "certificate crl": "certificate",
    "certificate trust": "trusting",
    "check": "health",
    "rebuild": "health",
    "backup": "health",
    "backups": "health",
    "restore": "restoring",
    "template list": "template",
    "template show": "template",
    "template check": "template",
    "template export": "template",
    "merge": "merging",
    "merges": "merging",
    "undo-merge": "merging",
    "archive": "archiving",
    "archive check": "archiving",
    "demo": "practice",
}
"""Verb → module of this package, which lists it in its `COMMANDS`."""


def seconds(first: str) -> list[str]:
    """What may follow the first word of a verb of two words; empty for any other."""
    return [verb.partition(" ")[2] for verb in MODULES if verb.startswith(f"{first} ")]


def summaries() -> dict[str, str]:
    """Verb → what it does, in the language in use."""
    return {
        "new": _("新建一个组（或活动办）的工作文件"),
        "info": _("工作文件的概况：活动、组、核对码、各类记录数"),
        "kinds": _("记录种类"),
        "fields": _("一类记录的字段"),
        "add": _("添加记录（JSON），要么全部写入，要么一条不写"),
        "set": _("修改一条记录的字段"),
        "delete": _("把一条记录放进回收站"),
        "attach": _("给一条记录附上文件"),
        "list": _("列出一类记录"),
        "show": _("查看一条记录"),
        "search": _("在全部文字中查找"),
        "stats": _("各张图后面的数字；也可把图存为文件"),
        "quality": _("缺漏和矛盾的记录"),
        "problem": _("问题的下一步：提交、认定、交办、销号等"),
        "unit join": _("两条记的是同一个单位：并到一个名下，记录都不动"),
        "unit part": _("拆开并错的单位"),
        "names list": _("打开实名（须说明理由，并留下记录）"),
        "names passphrase": _("更换实名口令"),
        "names purge": _("清除实名和谈话原文（两人在场，不可恢复）"),
        "numbers take": _("把本组的编号本接管到这台电脑"),
        **_of_packages(),
        "document": _("生成文书；签名即签发、编号、登记"),
        "document check": _("量一份 PDF 的版式：版心、行距、版头、页码、版记、字体"),
        "documents": _("文书登记簿"),
        "sign": _("在 PDF 的签名处签名"),
        "verify": _("验证已签名的 PDF 或数据包"),
        "certificate root": _("建立活动办的根证书"),
        "certificate issue": _("给一个人签发证书"),
        "certificate revoke": _("作废一张证书"),
        "certificate crl": _("生成作废名单"),
        "certificate trust": _("信任活动办的根证书（核对指纹后），或收下作废名单"),
        "check": _("检查工作文件是否完好"),
        "rebuild": _("从流水重建各表"),
        "backup": _("备份工作文件并核对"),
        "backups": _("已有的备份"),
        "restore": _("从备份恢复，原来的文件留在旁边"),
        "template list": _("随程序提供的活动模板"),
        "template show": _("查看一个模板"),
        "template check": _("检查一个模板，列出全部错误"),
        "template export": _("把一个模板导出成文件夹，供修改"),
        "merge": _("接收数据包或别人的工作文件，先自动备份"),
        "merges": _("合并记录"),
        "undo-merge": _("撤回一次合并"),
        "archive": _("归档移交：文书、目录、数据包、校验和，放在一个文件夹里"),
        "archive check": _("核对归档文件夹有没有缺少或者改动"),
        "demo": _("用练习数据把全部工作走一遍"),
    }


def _of_packages() -> dict[str, str]:
    """Verbs of joining, sending, receiving and deciding."""
    return {
        "invite": _("邀请组员：写一个入组包，给每人一个字母"),
        "join": _("加入一个组：用联络员的入组包建立本人的工作文件"),
        "pack": _("送出：写一个数据包，读回核对"),
        "receipt": _("写一个接收回执（先备份并核对）"),
        "received": _("办公室接收了多少；哪些还没收齐"),
        "conflicts": _("待裁定的各处：几个人写得不一样的"),
        "resolve": _("裁定一处：用其中一个，或另写一个"),
    }
