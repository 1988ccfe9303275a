"""Two people's wordings of one long text: what differs, and a merge that never loses a character.

Texts are compared clause by clause (up to the next mark of punctuation or line end), and where both
changed the same clauses, character by character. What only one changed is taken over; what both
changed differently is left as a choice. Nothing is decided by guessing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

_CLAUSES: Final = re.compile(
    r"[^，。；：？！、,;:?!\n]*[，。；：？！、,;:?!\n]+[”’）》」』\s]*|.+", re.DOTALL
)
_MARK: Final = re.compile(r"[，。；：？！、,;:?!\n]")
_WORDS: Final = re.compile(r"[0-9A-Za-z]+|.", re.DOTALL)
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORK: Final = 200_000
"""Most pairs of equal pieces that a comparison looks at; texts of more are cut less finely."""
_LEAST_BETWEEN: Final = 4
"""Characters between two people's edits of one clause that keep them apart; less is a choice."""


class Origin(StrEnum):
    """Who a section of a merged text comes from."""

    SAME = "same"
    """Nobody changed it."""
    FIRST = "first"
    """Only the first did."""
    SECOND = "second"
    """Only the second did."""
    BOTH = "both"
    """Both did, and wrote the same."""
    CHOICE = "choice"
    """Both did, differently: somebody must choose."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """A section: what it was, and what it is with either."""

    origin: Origin
    base: str
    first: str
    second: str

    @property
    def text(self) -> str:
        """What stands in the merged text; of a choice nothing yet."""
        return {Origin.SECOND: self.second, Origin.CHOICE: ""}.get(self.origin, self.first)


@dataclass(frozen=True, slots=True)
class Merged:
    """A text in sections; those of each side joined are that side's whole text."""

    hunks: tuple[Hunk, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to choose."""
        return all(h.origin is not Origin.CHOICE for h in self.hunks)

    @property
    def choices(self) -> tuple[int, ...]:
        """Places of the sections that somebody must choose."""
        return tuple(n for n, h in enumerate(self.hunks) if h.origin is Origin.CHOICE)

    def text(self, chosen: Mapping[int, str] | None = None) -> str:
        """The whole text; `chosen` gives the wording of sections by place, choices or others."""
        given = chosen or {}
        return "".join(given.get(n, h.text) for n, h in enumerate(self.hunks))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether it differs from what it is compared with."""

    text: str
    changed: bool


def merge_texts(base: str, first: str, second: str) -> Merged:
    """Merge two texts that were both made from `base`.

    Swapping the texts swaps the sides and nothing else; a text merged with its own base is itself.
    """
    hunks: list[Hunk] = []
    for cut in (_clauses, _lines):
        pieces = [cut(text) for text in (base, first, second)]
        if _is_cheap(*pieces):
            regions = _regions(*pieces, apart=1)
            break
    else:
        regions = iter([(base, first, second)])
    for region in regions:
        refined = _refined(*region) if _origin(*region) is Origin.CHOICE else [region]
        hunks += (Hunk(_origin(*one), *one) for one in refined)
    return Merged(tuple(_joined(hunks)))


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """`new` in stretches, those marked that are not in `old`; a number is never cut."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if not _is_cheap(before, after, after):
        return (Piece(new, changed=old != new),) if new else ()
    compared = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return tuple(
        Piece("".join(after[start:end]), tag != "equal")
        for tag, _i, _j, start, end in compared
        if start < end
    )


def _clauses(text: str) -> list[str]:
    return _CLAUSES.findall(text)


def _lines(text: str) -> list[str]:
    return _LINES.findall(text)


def _is_cheap(base: Sequence[str], first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether comparing takes no longer than a person would wait, whoever wrote the texts."""
    counted = Counter(base)
    return all(
        sum(times * counted[piece] for piece, times in Counter(side).items()) <= _MOST_WORK
        for side in (first, second)
    )


_Region = tuple[str, str, str]
_Edit = tuple[int, int, int, int]
"""Part of the base (from, to) and of the side (from, to) that stands for it."""


def _regions(
    base: Sequence[str], first: Sequence[str], second: Sequence[str], *, apart: int
) -> Iterator[_Region]:
    """The three texts cut at the same places: unchanged stretches, and edits of either side.

    Edits with fewer than `apart` unchanged pieces of the base between them are one region.
    """
    sides = (first, second)
    edits = [_edits(base, side) for side in sides]
    done = [0, 0, 0]
    for start, end in _spans(edits, base, apart):
        ends = [_place(edits[n], start) for n in (0, 1)]
        yield _between(base, sides, done, [start, *ends])
        done = [start, *ends]
        ends = [_place(edits[n], end, after=True) for n in (0, 1)]
        yield _between(base, sides, done, [end, *ends])
        done = [end, *ends]
    yield _between(base, sides, done, [len(base), len(first), len(second)])


def _edits(base: Sequence[str], side: Sequence[str]) -> list[_Edit]:
    opcodes = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [(i, j, k, m) for tag, i, j, k, m in opcodes if tag != "equal"]


def _spans(
    edits: Sequence[Sequence[_Edit]], base: Sequence[str], apart: int
) -> list[tuple[int, int]]:
    """Stretches of the base that anybody touched, those too near each other joined."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((i, j) for side in edits for i, j, _k, _m in side):
        if spans and _is_near(spans[-1][1], start, base, apart):
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _is_near(end: int, start: int, base: Sequence[str], apart: int) -> bool:
    between = base[end:start]
    return len(between) < apart and not any(_MARK.fullmatch(piece) for piece in between)


def _place(edits: Sequence[_Edit], at: int, *, after: bool = False) -> int:
    """Where a place of the base lies in a side, before or after what is inserted there."""
    moved = at
    for start, end, _first, last in edits:
        if end < at or (end == at and (after or start < end)):
            moved = at + last - end
    return moved


def _between(
    base: Sequence[str], sides: Sequence[Sequence[str]], start: Sequence[int], end: Sequence[int]
) -> _Region:
    texts = ("".join(t[i:j]) for t, i, j in zip((base, *sides), start, end, strict=True))
    whole, first, second = texts
    return whole, first, second


def _refined(base: str, first: str, second: str) -> list[_Region]:
    """A region both changed, cut by characters where their edits lie well apart."""
    if not base or not _is_cheap(base, first, second):
        return [(base, first, second)]
    return list(_regions(base, first, second, apart=_LEAST_BETWEEN))


def _origin(base: str, first: str, second: str) -> Origin:
    if first == second:
        return Origin.SAME if first == base else Origin.BOTH
    if second == base:
        return Origin.FIRST
    return Origin.SECOND if first == base else Origin.CHOICE


def _joined(hunks: Sequence[Hunk]) -> Iterator[Hunk]:
    """Neighbours nobody changed as one, empty ones left out."""
    held: Hunk | None = None
    for hunk in hunks:
        if not (hunk.base or hunk.first or hunk.second):
            continue
        if held and held.origin is hunk.origin is Origin.SAME:
            text = held.base + hunk.base
            held = Hunk(Origin.SAME, text, text, text)
            continue
        if held:
            yield held
        held = hunk
    if held:
        yield held
