"""Chinese line breaking: text into lines on the grid, lines into runs. Pure computation.

Every wide character takes one cell, a digit half a cell; a number or a Latin word stays whole and is
padded to half cells, so that the grid holds. A punctuation mark that may not start a line hangs behind
the line's end. What a line lacks is spread between its characters.

Source: GB/T 9704-2012 §7.3 (28 characters a line), GB/T 15834-2011 §5.1 (places of punctuation).
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from services.documents.fonts.roles import Role

NO_START = frozenset("。，、；：？！）》〉」』】〕〗”’％‰℃·～,.;:?!)]}%")
NO_END = frozenset("（《〈「『【〔〖“‘([{")
HANGING = frozenset("。，、；：？！）》〉」』】〕〗”’")
_OPENING = frozenset("（《〈「『【〔〖“‘")
_PAIRED = frozenset("—…")
_WORD_SPACE = 0.3
"""Cells between two western words, at least."""
_MOST_SPREAD = 2.5
"""Cells a line may lack and still be spread; a raggeder one is left as it is."""

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


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one face in a row, at equal distances."""

    x: float
    rise: float
    """Above the baseline, points."""
    text: str
    face: int
    size: float
    spacing: float
    """Added behind each glyph, points."""
    scale: float = 1.0
    """Horizontal stretch of the glyphs."""


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
    selector = 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF
    return selector or unicodedata.category(character) in ("Cc", "Cf")


def clean(text: str) -> str:
    """Text without what does not print: control and direction characters, variation selectors.

    Line ends become line feeds, tabs spaces. Letters are never normalised: names stay as typed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.replace("\t", " ")
    return "".join(c for c in text if c == "\n" or not _dropped(c))


def clusters(spans: Sequence[Span], grid: Grid, measure: Measure) -> list[Cluster]:
    """Cut spans into what stays together, with widths on the grid."""
    found: list[Cluster] = []
    for span in spans:
        text, at = span.text, 0
        while at < len(text):
            kind, end = kind_of(text[at]), at + 1
            if kind == "western":
                while end < len(text) and kind_of(text[end]) in ("western", "mark"):
                    end += 1
            elif text[at] in _PAIRED:
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
    """Words beside a space take their natural width; the spaces alone bring a phrase back to the grid."""
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
    return sum(_advance(c, cluster.role, grid, measure) for c in cluster.text)


def _width(piece: str, kind: str, role: Role, grid: Grid, measure: Measure) -> float:
    half = grid.cell / 2
    if kind == "wide":
        return grid.cell * sum(kind_of(c) != "mark" for c in piece) or grid.cell
    if kind == "space":
        return half
    natural = sum(_advance(c, role, grid, measure) for c in piece)
    return half * -(-(natural - 0.01) // half)


def _advance(character: str, role: Role, grid: Grid, measure: Measure) -> float:
    if character.isascii() and character.isdigit():
        return grid.cell / 2
    return 0.0 if kind_of(character) == "mark" else measure(role, character)[1] * grid.size


def break_lines(pieces: Sequence[Cluster], first: float, rest: float, grid: Grid, measure: Measure) -> list[Line]:
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
        shown = _shown(line)
        width = sum(c.width for c in (shown[:-1] if hangs else shown))
        lines.append(Line(line.clusters, width, hangs, line.last))
        at = end
    return lines


def _cut_long(pieces: Sequence[Cluster], room: float, grid: Grid, measure: Measure) -> list[Cluster]:
    queue: list[Cluster] = []
    for piece in pieces:
        if piece.width <= room:
            queue.append(piece)
            continue
        for character in piece.text:
            kind = kind_of(character)
            if kind == "mark" and queue:
                before = queue.pop()
                queue.append(Cluster(before.text + character, before.role, before.kind, before.width))
            else:
                width = _width(character, kind, piece.role, grid, measure) if kind != "western" else 0.0
                width = width or _advance(character, piece.role, grid, measure)
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
    return queue[at].kind != "space" and queue[at].text[0] not in NO_START and queue[at - 1].text[-1] not in NO_END


def spread(line: Line, room: float, grid: Grid) -> float:
    """Points to add between the line's clusters so that it fills the room; 0 where it should not."""
    shown = _shown(line)
    lack = room - line.width
    gaps = len(shown) - 1 - line.hangs
    if line.last or gaps < 1 or lack > _MOST_SPREAD * grid.cell or lack < 0.01:  # noqa: PLR2004 -- rounding
        return 0.0
    return lack / gaps


def _shown(line: Line) -> tuple[Cluster, ...]:
    shown = line.clusters
    while shown and shown[-1].kind == "space":
        shown = shown[:-1]
    return shown


def runs(line: Line, x: float, extra: float, grid: Grid, measure: Measure, ink: "Ink") -> list[Run]:
    """The line's glyphs from `x` on, `extra` points wider between clusters."""
    placed = _Placer(grid, measure, ink)
    for cluster in _shown(line):
        if cluster.kind == "western":
            placed.western(cluster, x)
        elif cluster.kind == "wide":
            placed.wide(cluster, x)
        else:
            placed.space(cluster, x)
        x += cluster.width + extra
    return placed.finished()


Ink = Callable[[int, str], tuple[float, float, float, float]]
"""Left, bottom, right, top of a face's glyph in em."""


class _Placer:
    """Puts glyphs side by side and joins equal steps to runs."""

    def __init__(self, grid: Grid, measure: Measure, ink: Ink) -> None:
        self.grid, self.measure, self.ink = grid, measure, ink
        self.made: list[Run] = []
        self.text: list[str] = []
        self.face, self.natural, self.scale, self.rise = -1, 0.0, 1.0, 0.0
        self.start = self.at = self.step = 0.0

    def wide(self, cluster: Cluster, x: float) -> None:
        grid = self.grid
        for character in cluster.text:
            face, em = self.measure(cluster.role, character)
            if kind_of(character) == "mark":
                self._put(character, face, em, x - grid.cell / 2 - em * grid.size / 2)
                continue
            if character == "—" and len(cluster.text) > 1:
                self._dash(face, em, x)
            elif abs(em - 1) < 0.005:  # noqa: PLR2004 -- rounding of font units
                self._put(character, face, em, x)
            else:
                slack = grid.size * (1 - em)
                at = slack if character in _OPENING else 0.0 if character in HANGING else slack / 2
                self._put(character, face, em, x + at)
            x += grid.cell

    def western(self, cluster: Cluster, x: float) -> None:
        grid, role = self.grid, cluster.role
        x += (cluster.width - sum(_advance(c, role, grid, self.measure) for c in cluster.text)) / 2
        for character in cluster.text:
            face, em = self.measure(role, character)
            room = _advance(character, role, grid, self.measure)
            scale = min(1.0, room / (em * grid.size)) if em and room else 1.0
            self._put(character, face, em, x + (room - em * grid.size * scale) / 2 if room else x, scale)
            x += room

    def space(self, cluster: Cluster, x: float) -> None:
        if cluster.kind == "space":
            self._put(" ", *self.measure(cluster.role, " "), x)

    def _dash(self, face: int, em: float, x: float) -> None:
        """A dash of a pair fills its cell at mid-height, so that two make one line."""
        left, bottom, right, top = self.ink(face, "—")
        scale = self.grid.cell / self.grid.size / (right - left) if right > left else 1.0
        rise = (0.38 - (bottom + top) / 2) * self.grid.size
        self._put("—", face, em, x - left * scale * self.grid.size, scale, rise)

    def _put(self, character: str, face: int, em: float, x: float, scale: float = 1.0, rise: float = 0.0) -> None:
        natural = em * self.grid.size * scale
        same = self.text and (face, scale, rise) == (self.face, self.scale, self.rise)
        step = x - self.at
        if same and abs(natural - self.natural) < 1e-6:  # noqa: PLR2004 -- equal within rounding
            if len(self.text) == 1:
                self.step = step
            if abs(step - self.step) < 1e-4:  # noqa: PLR2004 -- equal within rounding
                self.text.append(character)
                self.at = x
                return
        self._flush()
        self.text = [character]
        self.face, self.natural, self.scale, self.rise = face, natural, scale, rise
        self.start = self.at = x

    def _flush(self) -> None:
        if self.text:
            spacing = self.step - self.natural if len(self.text) > 1 else 0.0
            self.made.append(
                Run(self.start, self.rise, "".join(self.text), self.face, self.grid.size, spacing / self.scale, self.scale)
            )
        self.text = []

    def finished(self) -> list[Run]:
        self._flush()
        return self.made
