"""From arguments to an exit status: finds the verb, does it, words what went wrong."""

import errno
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from services import words
from services.errors import AppError, Cancelled, Refused, UsageError
from services.words import _
from ui.cli import arguments, console, verbs
from ui.cli.console import Console

BUG: Final = 1
"""Exit status of a fault of the program itself; no known error has it."""
_MAX_CAUSE: Final = 200
_NO_WAY_IN: Final = frozenset({errno.EACCES, errno.ENAMETOOLONG, errno.EPERM})


def is_for_the_command_line(argv: Sequence[str]) -> bool:
    """Whether these arguments name a verb (or nothing that the window could open)."""
    if "--help" in argv or "-h" in argv or "--version" in argv:
        return True
    place = arguments.first_word(argv)
    if place == len(argv):
        return any(a not in ("--lang", "zh", "en") and not a.startswith("--lang=") for a in argv)
    word = argv[place]
    return word in verbs.MODULES or bool(verbs.seconds(word)) or not Path(word).exists()


def run(argv: Sequence[str]) -> int:
    """Do one command; returns its exit status and never raises."""
    console.speak_utf8()
    words.use(_language(argv))
    said = Console(as_json="--json" in argv, quiet="--quiet" in argv)
    try:
        status = _worded(argv, said)
        console.flush()
    except BrokenPipeError:
        console.nobody_reads()
        return 0
    return status


def _language(argv: Sequence[str]) -> str:
    given = arguments.value_of(argv, "--lang")
    if given:
        return given
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((name for name in names if name), "zh")[:2]


def _worded(argv: Sequence[str], said: Console) -> int:
    """The command's status, with whatever went wrong told in one line."""
    try:
        return _done(argv, said)
    except AppError as failure:
        return _failed(failure, said)
    except KeyboardInterrupt:
        return _failed(Cancelled("cancelled"), said)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _of_system(error, said)
    except Exception as error:  # noqa: BLE001 - the last resort: a bug is one line, not a traceback
        return _bug(error, said)


def _done(argv: Sequence[str], said: Console) -> int:
    verb, rest = _split(argv)
    if not verb:
        return _overview(argv, said)
    module = importlib.import_module(f"ui.cli.{verbs.MODULES[verb]}")
    commands: dict[str, verbs.Command] = module.COMMANDS
    parser = arguments.parser_of(verb, verbs.summaries()[verb])
    commands[verb].arguments(parser)
    taken = arguments.parse(parser, rest)
    return 0 if taken is None else commands[verb].run(taken, said)


def _split(argv: Sequence[str]) -> tuple[str, list[str]]:
    """The verb and all other arguments in their order; no verb when only help was asked for.

    Raises:
        UsageError: the first word is no verb.
    """
    place = arguments.first_word(argv)
    if place == len(argv):
        return "", list(argv)
    first, rest = argv[place], [*argv[:place], *argv[place + 1 :]]
    seconds = verbs.seconds(first)
    at = arguments.first_word(rest, place)
    if at < len(rest) and rest[at] in seconds:
        return f"{first} {rest[at]}", [*rest[:at], *rest[at + 1 :]]
    if first in verbs.MODULES:
        return first, rest
    if not seconds:
        raise UsageError("usage_verb", verb=first, program=arguments.program())
    if "--help" in rest or "-h" in rest:
        return "", list(argv)
    raise UsageError("usage_second_word", verb=first, known=" ".join(seconds))


def _overview(argv: Sequence[str], said: Console) -> int:
    if "--version" in argv:
        said.result({"version": _version()}, [f"{_('督导通')} {_version()}"])
        return 0
    if "--help" not in argv and "-h" not in argv:
        raise UsageError("usage_verb", verb=" ".join(argv), program=arguments.program())
    told = verbs.summaries()
    heads = [
        _("用法：{program} 动词 …；只给工作文件则打开窗口").format(program=arguments.program()),
        "",
    ]
    tail = ["", _("某个动词的说明：{program} 动词 --help").format(program=arguments.program())]
    widest = max(map(len, told))
    lines = [f"  {verb:{widest}}  {summary}" for verb, summary in told.items()]
    said.result({"verbs": told}, [*heads, *lines, *tail])
    return 0


def _version() -> str:
    import configparser

    settings = configparser.ConfigParser()
    settings.read(Path(__file__).parents[2] / "setup.cfg", encoding="utf-8")
    return settings.get("metadata", "version", fallback="0")


def _of_system(error: OSError, said: Console) -> int:
    """A name the system does not take, or a place it lets nobody look into, is no bug of ours."""
    if error.errno not in _NO_WAY_IN or not isinstance(error.filename, str):
        return _bug(error, said)
    path, detail = error.filename[:_MAX_CAUSE], error.strerror or ""
    return _failed(Refused("file_unreadable", path=path, detail=detail), said)


def _failed(failure: AppError, said: Console) -> int:
    told = words.error(failure)
    if said.as_json:
        error = {"code": failure.code, "message": told, **_raw(failure), **_findings(failure)}
        said.result({"error": error}, ())
    said.fault(told)
    return failure.exit_status


def _raw(failure: AppError) -> dict[str, object]:
    """What the system or the database itself said, for who helps."""
    raw = failure.params.get("detail")
    return {"detail": raw[:_MAX_CAUSE]} if isinstance(raw, str) and raw else {}


def _findings(failure: AppError) -> dict[str, object]:
    """The faults of a refused record, all of them; nothing for other failures."""
    found = failure.params.get("findings")
    if not isinstance(found, tuple):
        return {}
    kind = str(failure.params.get("kind"))
    told = [{"field": f.field, "code": f.code, "message": words.finding(kind, f)} for f in found]
    return {"kind": kind, "index": failure.params.get("index"), "findings": told}


def _bug(error: Exception, said: Console) -> int:
    """Write the fault down and tell where; values from records stay out of the log."""
    from services import paths

    try:
        log = paths.log_file()
        cause = str(error).partition("\n")[0][:_MAX_CAUSE]
        frames = "".join(traceback.format_tb(error.__traceback__))
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {sys.version.split()[0]}\n")
            file.write(f"{frames}{type(error).__name__}: {cause}\n\n")
        place = str(log)
    except OSError:
        place = "-"
    told = words.sentence("bug", {"kind": type(error).__name__, "path": place})
    if said.as_json:
        said.result({"error": {"code": "bug", "message": told}}, ())
    said.fault(told)
    return BUG
