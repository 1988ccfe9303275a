"""What a verb says: its result on standard output, remarks and progress on standard error."""

import json
import os
import sys
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from services import words
from services.words import _

if TYPE_CHECKING:
    from services.core import Progress

_PAUSE_S = 0.1
_BAR = 20
_BETWEEN = "  "


@dataclass(slots=True)
class Console:
    """The two streams of one command."""

    as_json: bool = False
    quiet: bool = False
    _last_bar_at: float = field(default=0.0)
    _bar_shown: bool = field(default=False)

    def result(self, value: Mapping[str, object], lines: Iterable[str]) -> None:
        """Print the result: `value` as one JSON object when that was asked for, else `lines`."""
        if self.as_json:
            lines = [json.dumps(value, ensure_ascii=False, default=str)]
        self._end_bar()
        for line in lines:
            _put(sys.stdout, line)

    def remark(self, text: str) -> None:
        """Tell something beside the result."""
        if not self.quiet:
            self.fault(text)

    def fault(self, text: str) -> None:
        """Tell what went wrong, on one line of standard error."""
        self._end_bar()
        _put(sys.stderr, text)

    def progress(self) -> "Progress":
        """Progress of long work: a bar on a terminal, nothing elsewhere."""
        from services.core import Progress

        if self.quiet or not sys.stderr.isatty():
            return Progress()
        return Progress(report=self._bar)

    def _bar(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now - self._last_bar_at < _PAUSE_S and done != total:
            return
        self._last_bar_at = now
        if total > 0:
            filled = _BAR * min(done, total) // total
            text = f"[{'#' * filled}{'-' * (_BAR - filled)}] {done}/{total} {words.doing(what)}"
        else:
            text = f"{done} {words.doing(what)}"
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
        self._bar_shown = True

    def _end_bar(self) -> None:
        if self._bar_shown:
            sys.stderr.write("\r\x1b[K")
            self._bar_shown = False


def _put(stream: TextIO, line: str) -> None:
    stream.write(f"{line}\n")


def speak_utf8() -> None:
    """Let both streams take any character, whatever the locale; half a pair is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def flush() -> None:
    """Hand over what was printed; raises `BrokenPipeError` when nobody reads it any more."""
    sys.stdout.flush()
    sys.stderr.flush()


def nobody_reads() -> None:
    """Let the interpreter end quietly although the reader of standard output has gone."""
    hole = os.open(os.devnull, os.O_WRONLY)
    os.dup2(hole, sys.stdout.fileno())


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table aligned by the width that characters take on a terminal."""
    if not rows:
        return [_("（没有）")]
    whole = [headings, *rows]
    widths = [max(width(row[n]) for row in whole) for n in range(len(headings))]
    return [_BETWEEN.join(map(_filled, row, widths)).rstrip() for row in whole]


def _filled(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def width(text: str) -> int:
    """Columns that a text takes: Chinese and emoji two, combining marks none."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """The text on one line, in at most so many columns, without control characters."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    if width(plain) <= columns:
        return plain
    taken, used = [], 1
    for character in plain:
        used += _columns(character)
        if used > columns:
            break
        taken.append(character)
    return "".join(taken) + "…"
