"""What F1 says of a page: a few sentences and its keys, from resources/help."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from services import words

_FOLDER: Final = Path(__file__).resolve().parents[1] / "resources" / "help"
PAGES: Final = (
    *("overview", "checks", "interviews", "opinions", "problems", "reception", "reports"),
    *("exchange", "talk", "tidy"),
)
"""Names of the pages: the tabs in their order, then the two faces of a talk."""


@dataclass(frozen=True, slots=True)
class Help:
    """What is said of one page."""

    title: str
    lines: tuple[str, ...]
    """Sentences, each for itself."""
    keys: tuple[tuple[str, str], ...]
    """Key (or button) → what it does, where only this page has it."""


def of_page(name: str) -> Help:
    """The help of one of `PAGES`, in the language in use."""
    return _read(words.language())[name]


@cache
def _read(language: str) -> dict[str, Help]:
    told = tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
    return {
        name: Help(
            str(page["title"]),
            tuple(map(str, page["lines"])),
            tuple((str(key), str(meaning)) for key, meaning in page["keys"]),
        )
        for name, page in told.items()
    }
