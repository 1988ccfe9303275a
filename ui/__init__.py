"""The top floor: what a person touches, the window and the command line."""

import linecache
from collections.abc import Callable
from typing import TypeAlias

_Lines: TypeAlias = tuple[Callable[[], str | None]] | tuple[int, float | None, list[str], str]


class _Nothing(dict[str, _Lines]):
    """Where source lines would be kept: whoever wants some reads them again."""

    def __setitem__(self, _name: str, _lines: _Lines) -> None:
        """Keep nothing."""


# PySide6 looks into the source of every module that is imported after it. All of these lines,
# 37 MB of them, would stay in memory for the sake of a traceback.
linecache.cache = _Nothing()
