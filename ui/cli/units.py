"""同一单位: joining two rows of one unit, and parting them again."""

import argparse

from services import linking, references
from services.words import _
from ui.cli.console import Console
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _join_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("unit", metavar="U", help=_("并过去的单位（标识号或其开头几位）"))
    parser.add_argument("into", metavar="INTO", help=_("留下名字的单位"))
    parser.add_argument("--reason", default="", metavar="R", help=_("为什么"))


def _join(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        unit = references.resolve(ws, "unit", taken.unit)
        into = references.resolve(ws, "unit", taken.into)
        linking.join(ws, unit, into, taken.reason)
        head = linking.leading(ws)[unit]
        name = references.titles(ws, {head}).get(head, "")
    value = {"unit": unit, "into": head}
    said.result(value, [_("已并到 {name}；以后可以拆开").format(name=name)])
    return 0


def _part_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("unit", metavar="U", help=_("要拆出来的单位（标识号或其开头几位）"))
    parser.add_argument("--reason", default="", metavar="R", help=_("为什么"))


def _part(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        unit = references.resolve(ws, "unit", taken.unit)
        linking.part(ws, unit, taken.reason)
    said.result({"unit": unit}, [_("已拆开")])
    return 0


COMMANDS = {
    "unit join": Command(_join_arguments, _join),
    "unit part": Command(_part_arguments, _part),
}
