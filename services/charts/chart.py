"""A chart: its size, and every form in which it can be had."""

from dataclasses import dataclass

from services.charts import screen
from services.charts.screen import Picture
from services.charts.sheet import Draw, Faces, Look


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that is drawn whenever a form of it is asked for."""

    width_mm: float
    height_mm: float
    faces: Faces
    look: Look
    draw: Draw

    @property
    def pdf(self) -> bytes:
        """One page of the chart's size, nothing behind it."""
        nameless = {"Creator": None, "Producer": None, "CreationDate": None}
        return self._saved("pdf", metadata=nameless)

    @property
    def svg(self) -> bytes:
        """With text as outlines: it looks the same everywhere."""
        nameless = {"Creator": None, "Date": None, "Format": None, "Type": None}
        return self._saved("svg", metadata=nameless, facecolor=self.look.ground)

    def png(self, dots_per_inch: int = 200) -> bytes:
        """A picture of width_mm / 25.4 × dots_per_inch pixels."""
        nameless = {"Software": None}
        return self._saved("png", metadata=nameless, facecolor=self.look.ground, dpi=dots_per_inch)

    def picture(self, width_px: int) -> Picture:
        """What a window shows: quickly drawn pixels."""
        size = (self.width_mm, self.height_mm)
        return screen.picture(size, self.faces, self.look, self.draw, width_px)

    def _saved(self, form: str, **options: object) -> bytes:
        from services.charts import paper

        size = (self.width_mm, self.height_mm)
        return paper.saved(size, self.faces, self.look, self.draw, form, **options)
