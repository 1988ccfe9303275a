"""What comes in: bounded files, passphrases, records as JSON, `field=value`."""

import json
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path
from typing import Final, NoReturn, cast

from models.kinds import Value
from services.errors import Refused, UsageError
from services.words import _
from ui.cli.console import Console

MAX_PASSPHRASE_BYTES: Final = 4096
MAX_JSON_BYTES: Final = 256 * 1024 * 1024
"""About a million records; what is larger comes in portions."""
_STANDARD_INPUT: Final = "-"


def read_file(path: str, limit: int) -> bytes:
    """A whole file of at most `limit` bytes.

    Raises:
        Refused: it is missing, unreadable or larger.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise Refused("file_missing", path=path) from error
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or ""
        raise Refused("file_unreadable", path=path, detail=detail) from error
    if len(data) > limit:
        raise Refused("input_too_large", path=path, limit_kb=limit // 1024)
    return data


def passphrase(file: str | None, prompt: str, *, twice: bool = False) -> str:
    """A passphrase: the first line of `file`, else typed at the terminal without echo.

    Raises:
        Refused: the file cannot be read, or the two typed ones differ.
        UsageError: there is neither a file nor a terminal.
    """
    if file is not None:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise UsageError("passphrase_needed")
    typed = getpass(prompt, sys.stderr)
    if twice and getpass(_("再输一遍："), sys.stderr) != typed:
        raise Refused("passphrases_differ")
    return typed


def _first_line(file: str) -> str:
    if file == _STANDARD_INPUT:
        data = sys.stdin.buffer.readline(MAX_PASSPHRASE_BYTES)
    else:
        data = read_file(file, MAX_PASSPHRASE_BYTES)
    try:
        return data.decode("utf-8-sig").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError as error:
        raise Refused("passphrase_file_not_text", path=file) from error


def json_text(given: str | None) -> str:
    """JSON from the argument, or from standard input when it is `-` or absent.

    Raises:
        UsageError: nothing was given and standard input is a terminal.
        Refused: it is too large or not UTF-8.
    """
    if given is not None and given != _STANDARD_INPUT:
        return given
    if given is None and sys.stdin.isatty():
        raise UsageError("json_needed")
    data = sys.stdin.buffer.read(MAX_JSON_BYTES + 1)
    if len(data) > MAX_JSON_BYTES:
        raise Refused("input_too_large", path=_STANDARD_INPUT, limit_kb=MAX_JSON_BYTES // 1024)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused("input_not_utf8", line=line) from error


def records(text: str) -> list[dict[str, Value]]:
    """The records of one object, an array of objects, or JSON Lines.

    Raises:
        Refused: naming the line that is no JSON, or a record that is no object.
    """
    if not text.strip():
        raise Refused("json_empty")
    try:
        whole = _parsed(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            _refuse(error, error.lineno)
        whole = _lines(text)
    found = whole if isinstance(whole, list) else [whole]
    for index, record in enumerate(found, start=1):
        if not isinstance(record, dict):
            raise Refused("json_not_object", index=index)
    return cast("list[dict[str, Value]]", found)


def _lines(text: str) -> list[Value]:
    found: list[Value] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(_parsed(line))
        except json.JSONDecodeError as error:
            _refuse(error, number)
    return found


def _refuse(error: json.JSONDecodeError, line: int) -> NoReturn:
    raise Refused("json_invalid", line=line, column=error.colno) from error


def _parsed(text: str) -> Value:
    try:
        value: Value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except RecursionError as error:
        raise Refused("json_too_deep") from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise Refused("json_number") from error
    return value


def _no_number(name: str) -> NoReturn:
    raise Refused("json_number")


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [key for key, _value in pairs]
        twice = next(key for key in found if names.count(key) > 1)
        raise Refused("json_key_twice", key=twice[:60])
    return found


def assignments(given: Sequence[str]) -> dict[str, Value]:
    """`field=value` arguments by field; a value that is JSON (but a quoted text) is taken as such.

    Raises:
        UsageError: an argument without `=`, or a field given twice.
    """
    values: dict[str, Value] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise UsageError("usage_assignment", text=one)
        if name in values:
            raise UsageError("usage_assigned_twice", field=name)
        values[name] = _value(text)
    return values


def _value(text: str) -> Value:
    try:
        value = _parsed(text)
    except (Refused, ValueError):
        return text
    if isinstance(value, str | float) or (type(value) is int and str(value) != text):
        return text
    return value


def p12_secrets(files: Sequence[str], count: int, said: Console) -> list[str]:
    """Passphrases of `count` PKCS#12 files in order: from files, else typed at the terminal.

    Raises:
        UsageError: more passphrase files than identities, or no terminal to ask for a missing one.
    """
    if len(files) > count:
        raise UsageError("usage_p12_secrets", given=len(files), wanted=count)
    padded: list[str | None] = [*files, *[None] * (count - len(files))]
    if None in padded:
        said.remark(_("证书口令按证书文件的先后给出。"))
    return [
        passphrase(file, _("第 {n} 个证书的口令：").format(n=n))
        for n, file in enumerate(padded, start=1)
    ]
