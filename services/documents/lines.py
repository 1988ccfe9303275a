"""Chinese line breaking: text into lines on the grid, lines into runs. Pure computation.

Every wide character takes one cell, a digit half a cell; a number or a Latin word stays whole and
is padded to half cells, so that the grid holds. A punctuation mark that may not start a line hangs
behind the line's end.

Source: GB/T 9704-2012 §7.3 (28 characters a line), GB/T 15834-2011 §5.1 (places of punctuation).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from services.documents.fonts.roles import Role

NO_START = frozenset("。，、；：？！）》〉」』】〕〗”’％‰℃·～,.;:?!)]}%")
NO_END = frozenset("（《〈「『【〔〖“‘([{")
HANGING = frozenset("。，、；：？！）》〉」』】〕〗”’")
OPENING = frozenset("（《〈「『【〔〖“‘")
_PAIRED = frozenset("—…")
_SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_SELECTING = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_WORD_SPACE = 0.3
"""Cells between two western words, at least."""


Measure = Callable[[Role, str], tuple[int, float]]
"""Face number and natural advance in em of a character."""


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one role."""

    text: str
    role: Role = Role.BODY


@dataclass(frozen=True, slots=True)
class Grid:
    """Size of the type and of its cell, in points."""

    size: float
    cell: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a line break may not cut."""

    text: str
    role: Role
    kind: str
    """One of: wide, western (a number or a word), space."""
    width: float
    """Points, a multiple of half a cell."""


@dataclass(frozen=True, slots=True)
class Line:
    """Consecutive clusters of a paragraph on one line."""

    clusters: tuple[Cluster, ...]
    width: float
    """Points taken by the clusters without a hanging one and without spaces at the end."""
    hangs: bool = False
    last: bool = False
    """Ends its paragraph."""

    @property
    def text(self) -> str:
        """All characters of the line."""
        return "".join(c.text for c in self.clusters)

    @property
    def shown(self) -> tuple[Cluster, ...]:
        """The clusters without spaces at the end."""
        end = len(self.clusters)
        while end and self.clusters[end - 1].kind == "space":
            end -= 1
        return self.clusters[:end]


@lru_cache(maxsize=8192)
def kind_of(character: str) -> str:
    """How a character is set: wide, western, space or mark (joins the one before)."""
    if character in " \u00a0\n":
        return "space"
    if unicodedata.category(character) in ("Mn", "Me", "Mc"):
        return "mark"
    return "wide" if unicodedata.east_asian_width(character) in "WFA" else "western"


@lru_cache(maxsize=4096)
def _dropped(character: str) -> bool:
    return ord(character) in _SELECTORS or unicodedata.category(character) in ("Cc", "Cf")


def clean(text: str) -> str:
    """Text without what does not print: control and direction characters, variation selectors.

    Line ends become line feeds, tabs spaces. Letters are never normalised: names stay as typed.
    """
    if text.isprintable() and not _SELECTING.search(text):
        return text
    text = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
    )
    text = text.replace("\t", " ")
    return "".join(c for c in text if c == "\n" or not _dropped(c))


def clusters(spans: Sequence[Span], grid: Grid, measure: Measure) -> list[Cluster]:
    """Cut spans into what stays together, with widths on the grid."""
    found: list[Cluster] = []
    known: dict[tuple[str, Role], Cluster] = {}
    for span in spans:
        text, role, at = span.text, span.role, 0
        while at < len(text):
            character = text[at]
            kind, end = kind_of(character), at + 1
            if (
                kind == "wide"
                and character not in _PAIRED
                and (end == len(text) or kind_of(text[end]) != "mark")
            ):
                single = known.get((character, role))
                if single is None:
                    single = known[character, role] = Cluster(character, role, kind, grid.cell)
                found.append(single)
                at = end
                continue
            if kind == "western":
                while end < len(text) and kind_of(text[end]) in ("western", "mark"):
                    end += 1
            elif character in _PAIRED:
                while end < len(text) and text[end] == text[at]:
                    end += 1
            while end < len(text) and kind_of(text[end]) == "mark":
                end += 1
            piece = text[at:end]
            width = _width(piece, "wide" if kind == "mark" else kind, span.role, grid, measure)
            found.append(Cluster(piece, span.role, "wide" if kind == "mark" else kind, width))
            at = end
    return _words_eased(found, grid, measure) if any(c.kind == "space" for c in found) else found


def _words_eased(found: list[Cluster], grid: Grid, measure: Measure) -> list[Cluster]:
    """Words beside a space keep their own width; the spaces bring a phrase back to the grid."""
    eased: list[Cluster] = []
    for kind, group in groupby(found, key=lambda c: c.kind in ("western", "space")):
        phrase = list(group)
        spaces = sum(c.kind == "space" for c in phrase)
        if not kind or not spaces or spaces == len(phrase):
            eased += phrase
            continue
        naturals = [_natural(c, grid, measure) for c in phrase]
        half = grid.cell / 2
        lack = half * -(-(sum(naturals) - 0.01) // half) - sum(naturals)
        for cluster, natural in zip(phrase, naturals, strict=True):
            width = natural + (lack / spaces if cluster.kind == "space" else 0.0)
            eased.append(Cluster(cluster.text, cluster.role, cluster.kind, width))
    return eased


def _natural(cluster: Cluster, grid: Grid, measure: Measure) -> float:
    if cluster.kind == "space":
        return _WORD_SPACE * grid.cell
    return sum(advance(c, cluster.role, grid, measure) for c in cluster.text)


def _width(piece: str, kind: str, role: Role, grid: Grid, measure: Measure) -> float:
    half = grid.cell / 2
    if kind == "wide":
        return grid.cell * sum(kind_of(c) != "mark" for c in piece) or grid.cell
    if kind == "space":
        return half
    natural = sum(advance(c, role, grid, measure) for c in piece)
    return half * -(-(natural - 0.01) // half)


def advance(character: str, role: Role, grid: Grid, measure: Measure) -> float:
    """Points a western character takes: a digit half a cell, others their own width."""
    if character.isascii() and character.isdigit():
        return grid.cell / 2
    return 0.0 if kind_of(character) == "mark" else measure(role, character)[1] * grid.size


def break_lines(
    pieces: Sequence[Cluster], first: float, rest: float, grid: Grid, measure: Measure
) -> list[Line]:
    """Lines of a paragraph, at most `first` points wide for line one and `rest` for the others.

    Nothing is lost: the lines' texts joined are the clusters' texts joined.
    """
    queue = _cut_long(pieces, min(first, rest), grid, measure)
    lines: list[Line] = []
    at = 0
    while at < len(queue):
        room = rest if lines else first
        end, hangs = _line_end(queue, at, room + 0.01)
        line = Line(tuple(queue[at:end]), 0.0, hangs, last=end == len(queue))
        shown = line.shown
        width = sum(c.width for c in (shown[:-1] if hangs else shown))
        lines.append(Line(line.clusters, width, hangs, line.last))
        at = end
    return lines


def _cut_long(
    pieces: Sequence[Cluster], room: float, grid: Grid, measure: Measure
) -> list[Cluster]:
    queue: list[Cluster] = []
    for piece in pieces:
        if piece.width <= room:
            queue.append(piece)
            continue
        for character in piece.text:
            kind = kind_of(character)
            if kind == "mark" and queue:
                before = queue.pop()
                queue.append(
                    Cluster(before.text + character, before.role, before.kind, before.width)
                )
            else:
                width = (
                    _width(character, kind, piece.role, grid, measure) if kind != "western" else 0.0
                )
                width = width or advance(character, piece.role, grid, measure)
                queue.append(Cluster(character, piece.role, kind, width))
    return queue


def _line_end(queue: Sequence[Cluster], start: int, room: float) -> tuple[int, bool]:
    """Index behind the line's last cluster, and whether that one hangs."""
    used, at = 0.0, start
    while at < len(queue):
        cluster = queue[at]
        if cluster.kind != "space" and used + cluster.width > room:
            break
        used += cluster.width
        at += 1
    else:
        return at, False
    if queue[at].text in HANGING and at > start:
        behind = at + 1
        while behind < len(queue) and queue[behind].kind == "space":
            behind += 1
        if _may_break(queue, behind):
            return behind, True
    end = at
    while end > start + 1 and not _may_break(queue, end):
        end -= 1
    if not _may_break(queue, end):
        end = at
    return max(end, start + 1), False


def _may_break(queue: Sequence[Cluster], at: int) -> bool:
    if at >= len(queue):
        return True
    return (
        queue[at].kind != "space"
        and queue[at].text[0] not in NO_START
        and queue[at - 1].text[-1] not in NO_END
    )
