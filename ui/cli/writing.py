"""Writing records: add, change, delete, attach a file."""

import argparse

from services import attachments, records, references
from services.words import _
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _takes_record(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("kind", metavar="KIND", help=_("记录种类"))
    parser.add_argument("uid", metavar="UID", help=_("标识号（或开头几位），或唯一的名称、编号"))


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("kind", metavar="KIND", help=_("记录种类"))
    parser.add_argument(
        "records",
        nargs="?",
        metavar="JSON",
        help=_("一个对象、一个数组或每行一个对象；- 为标准输入"),
    )
    parser.add_argument("--draft", action="store_true", help=_("不要求填齐必填字段"))


def _add(taken: argparse.Namespace, said: Console) -> int:
    records.kind_named(taken.kind)
    given = inputs.records(inputs.json_text(taken.records))
    with opened(taken, said) as ws:
        added = records.add(ws, taken.kind, given, draft=taken.draft)
    said.result({"uids": list(added.uids)}, added.uids)
    return 0


def _set_arguments(parser: argparse.ArgumentParser) -> None:
    _takes_record(parser)
    parser.add_argument("values", nargs="+", metavar="FIELD=VALUE", help=_("新的值；留空为清除"))
    parser.add_argument("--reason", metavar="R", help=_("为什么修改"))


def _set(taken: argparse.Namespace, said: Console) -> int:
    values = inputs.assignments(taken.values)
    with opened(taken, said) as ws:
        uid = references.resolve(ws, taken.kind, taken.uid)
        changed = records.change(ws, taken.kind, uid, values, reason=taken.reason)
    said.result({"uid": changed.uid}, [changed.uid])
    return 0


def _delete_arguments(parser: argparse.ArgumentParser) -> None:
    _takes_record(parser)
    parser.add_argument("--reason", required=True, metavar="R", help=_("为什么删除"))


def _delete(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        uid = references.resolve(ws, taken.kind, taken.uid)
        records.delete(ws, taken.kind, uid, taken.reason)
    said.result({"uid": uid}, [uid])
    return 0


def _attach_arguments(parser: argparse.ArgumentParser) -> None:
    _takes_record(parser)
    parser.add_argument("path", metavar="PATH", help=_("要附上的文件"))
    parser.add_argument("--caption", metavar="TEXT", help=_("说明"))


def _attach(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        uid = records.get(ws, taken.kind, references.resolve(ws, taken.kind, taken.uid)).uid
        record = {"belongs_to": uid, "file": taken.path, "caption": taken.caption}
        added = records.add(ws, attachments.kind_of(ws, uid), [record])
    said.result({"uid": added.uids[0]}, added.uids)
    return 0


COMMANDS = {
    "add": Command(_add_arguments, _add),
    "set": Command(_set_arguments, _set),
    "delete": Command(_delete_arguments, _delete),
    "attach": Command(_attach_arguments, _attach),
}
