"""Folding and cutting text for the search index, and turning a query into its terms.

FTS5's tokenizers miss two-character Chinese words. Every two neighbouring characters are one token
here, so that one, two and more characters are found exactly as a substring search over the folded
text would.
"""

import re
import sys
from array import array
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from models import bulk

END = "\U0010ff03"
"""Ends each text, so that the last character starts a pair too and no pair spans two fields."""
_PAIR = 2
_CODE_BYTES = 4
_CONTROLS = 0x10FF00
"""Control characters move here: the tokenizer would split at them."""
_DELETE = 0x7F
_SPACE, _WIDE_SPACE = ord(" "), ord("\u3000")
_WIDE_FIRST, _WIDE_LAST = ord("！"), ord("～")
_WIDER = _WIDE_FIRST - ord("!")
"""From a printing ASCII character to its full-width twin."""


_CODES = "I" if array("I").itemsize == _CODE_BYTES else "L"
_UTF_32 = f"utf-32-{sys.byteorder[0]}e"
_LAST = array(_CODES, (ord(END),))


_MERGING = {"automerge": 4, "crisismerge": 16, "deletemerge": 10, "hashsize": 1 << 20}
"""How FTS5 puts the parts of its index together by itself. Source: its documentation."""
_NO_MERGING = {"automerge": 0, "crisismerge": 1_000, "deletemerge": 0, "hashsize": 8 << 20}
_INSERT = "insert into search(rowid, t) values (?, ?)"
_AT_ONCE, _MOST_CHARACTERS = 1_000, 1_000_000
"""Rows, and characters of their text, that are cut into pairs before they are written."""


def put(connection: sa.Connection, texts: Mapping[int, str], known: Collection[int]) -> None:
    """Index rows by what they say now; one without text is not indexed at all.

    Args:
        connection: in its open transaction.
        texts: row number → text.
        known: those of all rows concerned that the index may hold by another text.
    """
    if known:
        bulk.run(connection, bulk.delete("search", "rowid", sorted(known)))
    # The index puts a part of itself down whenever a number comes after a greater one.
    added: list[tuple[int, str]] = []
    room = _MOST_CHARACTERS
    for n in sorted(n for n, text in texts.items() if text):
        added.append((n, pairs(texts[n])))
        room -= len(texts[n])
        if len(added) == _AT_ONCE or room < 0:
            connection.exec_driver_sql(_INSERT, added)
            added, room = [], _MOST_CHARACTERS
    if added:
        connection.exec_driver_sql(_INSERT, added)


def set_merging(connection: sa.Connection, *, on: bool) -> None:
    """Whether the index puts its parts together as it grows, which each later write does some of.

    With many rows to come that is what takes longest: parts are put together again and again.
    """
    for name, value in (_MERGING if on else _NO_MERGING).items():
        command = "insert into search(search, rank) values (?, ?)"
        connection.exec_driver_sql(command, (name, value))


class _Folding(dict[int, int]):
    """Code point → folded code point, worked out once each."""

    def __missing__(self, code: int) -> int:
        """Fold one code point: half width, lower case, then ASCII separators to full width."""
        folded = code - _WIDER if _WIDE_FIRST <= code <= _WIDE_LAST else code
        lower = chr(folded).lower()
        folded = ord(lower) if len(lower) == 1 else folded
        if folded < _SPACE or folded == _DELETE:
            folded += _CONTROLS
        elif folded == _SPACE:
            folded = _WIDE_SPACE
        elif folded < _DELETE and not chr(folded).isalnum():
            folded += _WIDER
        self[code] = folded
        return folded


_FOLDING = _Folding()
_odd = re.compile(
    r"[^0-9a-z\u3000-\u9fff\u2010-\u2027！-／：-＠［-｀｛-～\U00020000-\U0003ffff\U0010ff03]+"
)
"""What folding a text may change: the rest surely stays as it is."""


def _folded(found: re.Match[str]) -> str:
    return found[0].translate(_FOLDING)


def normalise(text: str) -> str:
    """Lower case, half-width letters and digits, full-width ASCII punctuation; lengths are kept.

    The index's tokenizer splits at ASCII punctuation only, so its full-width twin takes its place.
    """
    # Few characters of a text have to be folded, and asking every one takes far longer.
    return _odd.sub(_folded, text)


def pairs(text: str) -> str:
    """The tokens of one text: every two neighbouring characters of its normalised form."""
    # Every third place at once: a text's characters, those after them, and the spaces are there.
    folded = array(_CODES, normalise(text).encode(_UTF_32, "surrogatepass"))
    if not folded:
        return ""
    tokens = array(_CODES, (_SPACE,)) * (3 * len(folded) - 1)
    tokens[0::3] = folded
    tokens[1::3] = folded[1:] + _LAST
    return tokens.tobytes().decode(_UTF_32, "surrogatepass")


def match_expression(query: str) -> str:
    """The FTS5 expression whose hits hold every pair of the query (not yet in the right order).

    Empty for an empty query. One character is a prefix, two are one token.
    """
    folded = normalise(query)
    if not folded:
        return ""
    if len(folded) < _PAIR:
        return f'"{folded}"*'
    return " AND ".join(f'"{part}"' for part in _unique(folded))


def _unique(folded: str) -> list[str]:
    """Each pair once; none holds a quote, for punctuation is full-width by now."""
    return list(dict.fromkeys(map(str.__add__, folded, folded[1:])))
