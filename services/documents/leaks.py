"""What a paper must not tell a unit or the public: who spoke, when, and in which words.

Source: product.md §6: time, order, category and a verbatim sentence are half a name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CODE_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{3,5}(?![A-Za-z0-9])")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：][0-5]\d(?!\d)|(?:上午|下午)\d{1,2}[时点]")
_SAID = r"(?:同志|干部|人员|代表)?(?:\d+人|[一二两三四]人|反映|谈到|提到|提出|说|认为|表示)"
LEAST_QUOTE = 8
"""Characters from which a sentence is known again as somebody's own words."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Something a unit must not read."""

    what: str
    """One of: code_name, clock, forbidden, category."""
    text: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the talks behind a document hold."""

    words: tuple[str, ...] = ()
    """Code names and verbatim quotes."""
    few: tuple[str, ...] = ()
    """Categories of which too few people were heard."""


def find(
    texts: Iterable[str], secrets: Secrets = Secrets(), marks: Iterable[str] = ()
) -> tuple[Leak, ...]:
    """What in a document's texts tells who spoke: to be settled before it is issued.

    `marks` are what the program itself drew by lot or computed: nobody is meant by `M393` in one.
    """
    found: dict[Leak, None] = {}
    drawn = sorted(filter(None, marks), key=len, reverse=True)
    by_lot = re.compile("|".join(map(_whole, drawn))) if drawn else None
    words = [word for word in secrets.words if word.strip()]
    few = [re.compile(re.escape(name) + _SAID) for name in secrets.few if name.strip()]
    for printed in texts:
        text = by_lot.sub(" ", printed) if by_lot else printed
        found.update((Leak("code_name", m.group()), None) for m in _CODE_NAME.finditer(text))
        found.update((Leak("clock", m.group()), None) for m in _CLOCK.finditer(text))
        found.update((Leak("forbidden", word), None) for word in words if word in text)
        found.update((Leak("category", m.group()), None) for one in few for m in one.finditer(text))
    return tuple(found)


def _whole(mark: str) -> str:
    """Where a mark stands by itself: a laptop called A must not hide the A of A417."""
    before = r"(?<![A-Za-z0-9])" if mark[0].isalnum() else ""
    return f"{before}{re.escape(mark)}(?![A-Za-z0-9])"


def strings(value: object) -> Iterable[str]:
    """Every text in nested tuples and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from strings(part)
