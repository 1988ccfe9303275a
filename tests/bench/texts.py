"""Chinese text in any amount: the same on every machine, common words common and rare ones rare."""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

_RESOURCES = Path(__file__).resolve().parents[2] / "resources"
_SOURCES = ("templates/yinchuan-2014", "demo")
_MADE_UP = 6_000
"""Words beside those of the campaign's own texts."""
_FIRST_COMMON, _LAST_COMMON = 0xB0, 0xD7
"""Lead bytes of GB 2312's first level, its 3,755 common characters."""
_NUMBERED, _NAMED, _PAUSES, _ENDS = 0.02, 0.04, 0.7, 0.94
_RARE_FIRST, _RARE_COUNT = 0x4E00, 0x51A6
SHORTEST, USUAL, LONGEST = 60, 120, 300
"""Characters of one text: at least, on average, at most."""


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _strings(one)


@cache
def _own_words() -> list[str]:
    """The pieces between punctuation of the shipped template and the practice data."""
    found: dict[str, None] = {}
    for folder in _SOURCES:
        for file in sorted((_RESOURCES / folder).rglob("*.toml")):
            for text in _strings(tomllib.loads(file.read_text(encoding="utf-8"))):
                found.update(dict.fromkeys(re.findall(r"[\u4e00-\u9fff]{2,12}", text)))
    return list(found)


def _common_characters() -> list[str]:
    codes = (bytes((lead, tail)) for lead in range(_FIRST_COMMON, _LAST_COMMON + 1)
             for tail in range(0xA1, 0xFF))  # fmt: skip
    return [c for c in (code.decode("gb2312", "ignore") for code in codes) if c]


@cache
def _words() -> tuple[list[str], list[float]]:
    """Words and their cumulated weights: the n-th is as frequent as 1 / n."""
    chosen = random.Random(2014)  # noqa: S311 - nothing secret, the same everywhere
    characters = _common_characters()
    chosen.shuffle(characters)
    weights = list(accumulate(1 / (n + 20) for n in range(len(characters))))
    made = (
        "".join(chosen.choices(characters, cum_weights=weights, k=chosen.choice((2, 2, 2, 3, 4))))
        for _ in range(_MADE_UP)
    )
    words = list(dict.fromkeys([*_own_words(), *made]))
    chosen.shuffle(words)
    return words, list(accumulate(1 / (n + 10) for n in range(len(words))))


def prose(chance: random.Random, length: int) -> str:
    """A paragraph in the campaign's own words, with as few different characters as they have."""
    words = chance.choices(_own_words(), k=length // 2)
    return "".join(f"{word}{'。' if n % 7 == 0 else '，'}" for n, word in enumerate(words, 1))[
        :length
    ]


def text(chance: random.Random, length: int | None = None) -> str:
    """One note: words, punctuation, now and then a number or a name of rare characters."""
    if length is None:
        length = min(LONGEST, SHORTEST + int(chance.expovariate(1 / (USUAL - SHORTEST))))
    words, weights = _words()
    drawn = chance.choices(words, cum_weights=weights, k=length // 2)
    return "".join(map(_set, drawn, (chance.random() for _ in drawn)))[:length]


def _set(word: str, turn: float) -> str:
    """A word with what stands around it; `turn` is a number from 0 to 1."""
    if turn < _NUMBERED:
        return f"{int(turn * 25_000)}人{word}"
    if turn < _NAMED:
        code = _RARE_FIRST + int(turn * 1e9) % _RARE_COUNT
        return f"{chr(code)}{chr(_RARE_FIRST + code * 7 % _RARE_COUNT)}{word}"
    if turn > _ENDS:
        return f"{word}。"
    return f"{word}，" if turn > _PAUSES else word
