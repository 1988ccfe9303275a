"""Lines into runs: where each glyph of a line stands. Pure computation."""

from collections.abc import Callable
from dataclasses import dataclass

from services.documents.lines import (
    HANGING,
    OPENING,
    Cluster,
    Grid,
    Line,
    Measure,
    advance,
    kind_of,
)

_MOST_SPREAD = 2.5
"""Cells a line may lack and still be spread; a raggeder one is left as it is."""
_MIDDLE = 0.38
"""Height of a Chinese dash above the baseline, em."""

Ink = Callable[[int, str], tuple[float, float, float, float]]
"""Left, bottom, right, top of a face's glyph in em."""


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


def spread(line: Line, room: float, grid: Grid) -> float:
    """Points to add between the clusters so that the line fills the room; 0 where it may not."""
    shown = line.shown
    lack = room - line.width
    gaps = len(shown) - 1 - line.hangs
    if line.last or gaps < 1 or lack > _MOST_SPREAD * grid.cell or lack < 0.01:  # noqa: PLR2004 -- rounding
        return 0.0
    return lack / gaps


def runs(line: Line, x: float, extra: float, grid: Grid, measure: Measure, ink: Ink) -> list[Run]:
    """The line's glyphs from `x` on, `extra` points wider between clusters."""
    placed = _Placer(grid, measure, ink)
    step = grid.cell + extra
    for cluster in line.shown:
        if cluster.kind == "wide" and placed.goes_on(cluster, x, step):
            x += step
            continue
        if cluster.kind == "western":
            placed.western(cluster, x)
        elif cluster.kind == "wide":
            placed.wide(cluster, x)
        else:
            placed.space(cluster, x)
        x += cluster.width + extra
    return placed.finished()


class _Placer:
    """Puts glyphs side by side and joins equal steps to runs."""

    def __init__(self, grid: Grid, measure: Measure, ink: Ink) -> None:
        self.grid, self.measure, self.ink = grid, measure, ink
        self.made: list[Run] = []
        self.text: list[str] = []
        self.face, self.natural, self.scale, self.rise = -1, 0.0, 1.0, 0.0
        self.start = self.at = self.step = 0.0

    def goes_on(self, cluster: Cluster, x: float, step: float) -> bool:
        """Add a full-width character that continues the run; False where it is not that plain."""
        character = cluster.text
        if len(self.text) < 2 or len(character) != 1 or self.rise or self.scale != 1.0:  # noqa: PLR2004 -- a run has a step from two on
            return False
        face, em = self.measure(cluster.role, character)
        plain = face == self.face and -1e-6 < em * self.grid.size - self.natural < 1e-6  # noqa: PLR2004 -- equal within rounding
        even = -1e-4 < step - self.step < 1e-4 and -1e-4 < x - self.at - step < 1e-4  # noqa: PLR2004 -- as above
        if not (plain and even and 0.995 < em < 1.005 and kind_of(character) == "wide"):  # noqa: PLR2004 -- rounding of font units
            return False
        self.text.append(character)
        self.at = x
        return True

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
                at = slack if character in OPENING else 0.0 if character in HANGING else slack / 2
                self._put(character, face, em, x + at)
            x += grid.cell

    def western(self, cluster: Cluster, x: float) -> None:
        grid, role = self.grid, cluster.role
        x += (cluster.width - sum(advance(c, role, grid, self.measure) for c in cluster.text)) / 2
        for character in cluster.text:
            face, em = self.measure(role, character)
            room = advance(character, role, grid, self.measure)
            scale = min(1.0, room / (em * grid.size)) if em and room else 1.0
            self._put(
                character, face, em, x + (room - em * grid.size * scale) / 2 if room else x, scale
            )
            x += room

    def space(self, cluster: Cluster, x: float) -> None:
        if cluster.kind == "space":
            self._put(" ", *self.measure(cluster.role, " "), x)

    def _dash(self, face: int, em: float, x: float) -> None:
        """A dash of a pair fills its cell at mid-height, so that two make one line."""
        left, bottom, right, top = self.ink(face, "—")
        scale = self.grid.cell / self.grid.size / (right - left) if right > left else 1.0
        rise = (_MIDDLE - (bottom + top) / 2) * self.grid.size
        self._put("—", face, em, x - left * scale * self.grid.size, scale, rise)

    def _put(
        self, character: str, face: int, em: float, x: float, scale: float = 1.0, rise: float = 0.0
    ) -> None:
        natural = em * self.grid.size * scale
        same = self.text and (face, scale, rise) == (self.face, self.scale, self.rise)
        step = x - self.at
        if same and -1e-6 < natural - self.natural < 1e-6:  # noqa: PLR2004 -- equal within rounding
            if len(self.text) == 1:
                self.step = step
            if -1e-4 < step - self.step < 1e-4:  # noqa: PLR2004 -- equal within rounding
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
                Run(
                    self.start,
                    self.rise,
                    "".join(self.text),
                    self.face,
                    self.grid.size,
                    spacing / self.scale,
                    self.scale,
                )
            )
        self.text = []

    def finished(self) -> list[Run]:
        self._flush()
        return self.made
