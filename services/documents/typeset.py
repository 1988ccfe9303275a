"""Text set in the faces of one document: lines of runs with places."""

from collections.abc import Iterable, Sequence

from services.documents.flow import ASCENT, BLACK, UPRIGHT, Sheet, Text
from services.documents.fonts import Fonts, Role
from services.documents.lines import Grid, Line, Span, break_lines, clean, clusters
from services.documents.runs import runs, spread


def baseline(top: float, height: float, size: float) -> float:
    """The baseline of type centred in a strip."""
    return top + (height - size) / 2 + ASCENT * size


class Setter:
    """Sets text in the prepared fonts."""

    def __init__(self, fonts: Fonts) -> None:
        """Use these fonts for every measure."""
        self.fonts = fonts
        self.sheet: Sheet = UPRIGHT
        """The page that is being set."""
        self._inks: dict[tuple[int, str], tuple[float, float, float, float]] = {}

    @property
    def room(self) -> float:
        """Width of the core being set."""
        return self.sheet.core_width

    def ink(self, face: int, character: str) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of a glyph's ink, in em."""
        held = self._inks.get((face, character))
        if held is None:
            held = self._inks[face, character] = self.fonts.faces[face].ink(character)
        return held

    def lines(self, spans: Sequence[Span], grid: Grid, first: float, rest: float) -> list[Line]:
        """Spans broken into lines."""
        pieces = clusters(spans, grid, self.fonts.glyph)
        return break_lines(pieces, first, rest, grid, self.fonts.glyph)

    def texts(
        self, line: Line, x: float, y: float, room: float, grid: Grid, colour: str = BLACK
    ) -> Iterable[Text]:
        """A line from x on its baseline, filled to the room unless it is its paragraph's last."""
        extra = spread(line, room, grid)
        return (
            Text(y, run, colour) for run in runs(line, x, extra, grid, self.fonts.glyph, self.ink)
        )

    def width(self, text: str, role: Role, grid: Grid) -> float:
        """Points a text takes on one line."""
        return sum(c.width for c in clusters([Span(text, role)], grid, self.fonts.glyph))

    def at(
        self,
        text: str,
        role: Role,
        grid: Grid,
        x: float,
        y: float,
        *,
        align: float = 0.0,
        colour: str = BLACK,
    ) -> tuple[Text, ...]:
        """One line of text at x: from it (align 0), centred on it (0.5) or up to it (1)."""
        pieces = tuple(clusters([Span(clean(text), role)], grid, self.fonts.glyph))
        width = sum(c.width for c in pieces)
        line = Line(pieces, width, last=True)
        return tuple(self.texts(line, x - align * width, y, width, grid, colour))

    def centred(
        self, text: str, role: Role, grid: Grid, left: float, room: float
    ) -> list[tuple[Line, float]]:
        """Lines of a text with the x at which each stands centred in the room."""
        lines = self.lines([Span(clean(text), role)], grid, room, room)
        return [(line, left + (room - line.width) / 2) for line in lines]


def paragraphs(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Cleaned spans, cut at line feeds; empty paragraphs fall away."""
    made: list[list[Span]] = [[]]
    for span in spans:
        for number, part in enumerate(clean(span.text).split("\n")):
            if number:
                made.append([])
            if part:
                made[-1].append(Span(part, span.role))
    return [tuple(part) for part in made if any(s.text.strip() for s in part)]
