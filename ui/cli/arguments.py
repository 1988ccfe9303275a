"""Reading arguments: the standard parser in the interface's language, its faults as ours."""

import argparse
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from services.errors import UsageError
from services.words import _, language

COMMON_WITH_VALUE: Final = ("--passphrase-file", "--lang")
"""Options of every verb that take a value; they may stand before the verb."""

_CHINESE: Final = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "unrecognized arguments: %s": "认不出的参数：%s",
    "not allowed with argument %s": "不能与参数 %s 同用",
    "ignored explicit argument %r": "不带值的选项给了值 %r",
    "the following arguments are required: %s": "缺少参数：%s",
    "one of the arguments %s is required": "须给出其中一个参数：%s",
    "expected one argument": "须给一个值",
    "expected at most one argument": "至多给一个值",
    "expected at least one argument": "至少给一个值",
    "expected %s argument": "须给 %s 个值",
    "expected %s arguments": "须给 %s 个值",
    "ambiguous option: %(option)s could match %(matches)s": "选项 %(option)s 有歧义：%(matches)s",
    "invalid %(type)s value: %(value)r": "值 %(value)r 不对",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可选：%(choices)s",
}
"""The standard parser's own phrases."""


def _phrase(text: str) -> str:
    return _CHINESE.get(text, text) if language() == "zh" else text


def _phrase_of(one: str, many: str, n: int) -> str:
    return _phrase(one if n == 1 else many)


# argparse asks gettext's default domain, whose catalogues are compiled files in fixed folders of
# the system; it offers no other way to hand it translations than its two module functions.
vars(argparse).update(_=_phrase, ngettext=_phrase_of)


class Parser(argparse.ArgumentParser):
    """A parser of one verb whose faults are known errors."""

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError` instead of printing and leaving."""
        raise UsageError("usage", detail=message, program=self.prog)


def program() -> str:
    """What the program is called on this machine's command line."""
    return "dudao" if getattr(sys, "frozen", False) else "main.py"


def parser_of(verb: str, summary: str) -> Parser:
    """A parser with the options that all verbs share."""
    parser = Parser(f"{program()} {verb}", description=summary, add_help=False, allow_abbrev=False)
    parser.add_argument("--passphrase-file", metavar="F", help=_("口令在此文件的第一行"))
    parser.add_argument("--json", action="store_true", help=_("结果是一个 JSON 对象"))
    parser.add_argument("--quiet", action="store_true", help=_("只给结果和错误"))
    parser.add_argument("--lang", choices=("zh", "en"), help=_("界面语言"))
    parser.add_argument("-h", "--help", action="store_true", help=_("显示这段说明"))
    return parser


def parse(parser: Parser, arguments: Sequence[str]) -> argparse.Namespace | None:
    """The arguments; None when help was asked for and printed.

    Raises:
        UsageError: they are not what the verb takes.
    """
    parser.usage = parser.format_usage().removeprefix(_phrase("usage: ")).strip()
    if "--help" in arguments or "-h" in arguments:
        parser.print_help(sys.stdout)
        return None
    return parser.parse_intermixed_args(_joined(arguments))


def _joined(arguments: Sequence[str]) -> list[str]:
    """`--sort -date` as one argument: the parser would take `-date` for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--sort":
            joined[-1] = f"--sort={argument}"
        else:
            joined.append(argument)
    return joined


def first_word(arguments: Sequence[str], start: int = 0) -> int:
    """Place of the first argument from `start` on that is no common option nor its value.

    Returns:
        The number of arguments when there is none.
    """
    place = start
    while place < len(arguments) and arguments[place].startswith("-") and arguments[place] != "-":
        place += 2 if arguments[place] in COMMON_WITH_VALUE else 1
    return min(place, len(arguments))


def value_of(arguments: Sequence[str], option: str) -> str | None:
    """The value an option is given, read before any parser is made."""
    for place, argument in enumerate(arguments):
        if argument == option and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return None


def is_count(text: str) -> int:
    """A whole number from 0 on, for the parser's `type`."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(_("须是不小于 0 的整数"))
    return int(text[:18])
