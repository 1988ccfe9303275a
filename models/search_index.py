"""Folding and cutting text for the search index, and turning a query into its terms.

FTS5's tokenizers miss two-character Chinese words. Every two neighbouring characters are one token here,
so that one, two and more characters are found exactly as a substring search over the folded text would.
"""

END = "\U0010ff03"
"""Ends each text, so that the last character starts a pair too and no pair spans two fields."""
_CONTROLS = 0x10FF00
"""Control characters move here: the tokenizer would split at them."""


class _Folding(dict[int, int]):
    """Code point → folded code point, worked out once each."""

    def __missing__(self, code: int) -> int:
        """Fold one code point: half width, lower case, then ASCII separators to full width."""
        folded = code - 0xFEE0 if 0xFF01 <= code <= 0xFF5E else 0x20 if code == 0x3000 else code
        lower = chr(folded).lower()
        folded = ord(lower) if len(lower) == 1 else folded
        if folded < 0x20 or folded == 0x7F:
            folded += _CONTROLS
        elif folded == 0x20:
            folded = 0x3000
        elif folded < 0x7F and not chr(folded).isalnum():
            folded += 0xFEE0
        self[code] = folded
        return folded


_FOLDING = _Folding()


def normalise(text: str) -> str:
    """Lower case, half-width letters and digits, full-width ASCII punctuation; lengths are kept.

    The index's tokenizer splits at ASCII punctuation only, so its full-width twin takes its place.
    """
    return text.translate(_FOLDING)


def pairs(text: str) -> str:
    """The tokens of one text: every two neighbouring characters of its normalised form."""
    folded = normalise(text) + END
    return " ".join(map(str.__add__, folded, folded[1:]))


def match_expression(query: str) -> str:
    """The FTS5 expression whose hits hold every pair of the query (not yet in the right order).

    Empty for an empty query. One character is a prefix, two are one token.
    """
    folded = normalise(query)
    if not folded:
        return ""
    quoted = [
        part.replace('"', '""') for part in ([folded] if len(folded) < 3 else _unique(folded))
    ]
    if len(folded) == 1:
        return f'"{quoted[0]}"*'
    return " AND ".join(f'"{part}"' for part in quoted)


def _unique(folded: str) -> list[str]:
    return list(dict.fromkeys(map(str.__add__, folded, folded[1:])))
