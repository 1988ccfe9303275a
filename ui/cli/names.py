"""Sealed names: opening them, and changing the passphrase that opens them."""

import argparse

from services import names, words
from services.words import _
from ui.cli import inputs
from ui.cli.console import Console, table
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _takes_secret(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("--names-passphrase-file", metavar="F", help=_("实名口令在此文件的第一行"))


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    _takes_secret(parser)
    parser.add_argument("--reason", required=True, metavar="R", help=_("为什么打开；会留下记录"))
    parser.add_argument(
        "--code", action="append", default=[], metavar="C", help=_("只打开这个代号（可重复）")
    )


def _list(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        secret = inputs.passphrase(taken.names_passphrase_file, _("实名口令："))
        found = names.open_names(ws, secret, taken.reason, frozenset(taken.code))
    told = [
        {
            "uid": one.uid,
            "kind": one.kind,
            **one.values,
            "conflicts": list(one.conflicts),
            "closed": one.closed,
        }
        for one in found
    ]
    fields = ("code_name", "real_name", "post", "unit", "phone", "sex", "identity")
    shown = [f for f in fields if any(name.values.get(f) for name in found)]
    cells = [[str(name.values.get(f) or "") for f in shown] for name in found]
    heads = [words.field("identity", f) for f in shown]
    if any(name.conflicts for name in found):
        heads.append(_("待裁定"))
        for row, name in zip(cells, found, strict=True):
            row.append("、".join(words.field(name.kind, f) for f in name.conflicts))
    lines = table(heads, cells)
    closed = sum(name.closed for name in found)
    if closed:
        unopened = _("另有 {count} 条改动打不开：封给别的组的，或被人改动过")
        lines.append(unopened.format(count=closed))
    said.result({"names": told}, lines)
    return 0


def _passphrase_arguments(parser: argparse.ArgumentParser) -> None:
    _takes_secret(parser)
    parser.add_argument(
        "--new-passphrase-file", metavar="F", help=_("新的实名口令在此文件的第一行")
    )


def _passphrase(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        old = inputs.passphrase(taken.names_passphrase_file, _("实名口令："))
        new = inputs.passphrase(taken.new_passphrase_file, _("新的实名口令："), twice=True)
        names.change_passphrase(ws, old, new)
    said.result({"changed": True}, [_("实名口令已更换。")])
    return 0


COMMANDS = {
    "names list": Command(_list_arguments, _list),
    "names passphrase": Command(_passphrase_arguments, _passphrase),
}
