"""The sentences of a kind of document: data under resources/documents, filled with values."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from services.documents.lines import clean

RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources" / "documents"
_Tree: TypeAlias = "Mapping[str, str | list[str] | _Tree]"
_DIGITS = "零一二三四五六七八九"
_TEN = 10


class Wording:
    """Sentences by dotted key."""

    def __init__(self, tree: _Tree) -> None:
        """Take the parsed file."""
        self._tree = tree

    def __call__(self, key: str, **values: object) -> str:
        """The sentence with its places filled.

        Raises:
            KeyError: No such sentence, or a place was given no value: a fault of the file.
        """
        found = self._found(key)
        if not isinstance(found, str):
            raise KeyError(key)
        return found.format_map({name: clean(str(value)) for name, value in values.items()})

    def has(self, key: str) -> bool:
        """Whether there is such a sentence, or a list of them."""
        try:
            return not isinstance(self._found(key), Mapping)
        except KeyError:
            return False

    def several(self, key: str, **values: object) -> tuple[str, ...]:
        """A list of words with their places filled."""
        found = self._found(key)
        if not isinstance(found, list):
            raise KeyError(key)
        known = {name: clean(str(value)) for name, value in values.items()}
        return tuple(part.format_map(known) for part in found)

    def _found(self, key: str) -> "str | list[str] | _Tree":
        found: str | list[str] | _Tree = self._tree
        for part in key.split("."):
            if not isinstance(found, Mapping):
                raise KeyError(key)
            found = found[part]
        return found


@cache
def wording(kind: str) -> Wording:
    """The wording of a document kind, such as `inspection`."""
    return Wording(tomllib.loads((RESOURCES / f"{kind}.toml").read_text("utf-8")))


def ordinal(number: int) -> str:
    """A number from 1 to 99 in Chinese: 一, 十, 十一, 二十一."""
    tens, ones = divmod(number, _TEN)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def chinese_date(day: str) -> str:
    """An ISO date as 2014年5月7日; other text stays as it is."""
    parts = day.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):  # noqa: PLR2004 -- year, month, day
        return day
    year, month, date = (int(part) for part in parts)
    return f"{year}年{month}月{date}日"
