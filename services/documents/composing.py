"""What all kinds of documents share in their wording: head, end, receipt, footer; charts to draw.

A kind composes blocks from its data; nothing here or there knows a font or a place on a page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.documents.blocks import (
    Addressee,
    Block,
    Closing,
    Figure,
    Gap,
    Label,
    Pages,
    Receipt,
    RedHead,
    Signer,
    Title,
)
from services.documents.fonts import Fonts, Role
from services.documents.frame import Frame
from services.documents.furniture import Footer
from services.documents.lines import clean
from services.documents.wording import chinese_date, wording

if TYPE_CHECKING:
    from services.charts import Chart, Faces

_CHART_CHARACTERS = "0123456789.% （）"
_CHART_WIDTH = 140.0
_BELOW_LABEL = 2
"""Lines that the label of a page without a red head takes."""


@dataclass(slots=True)
class Composed:
    """A document in blocks, its charts not yet drawn."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    charts: "dict[str, Callable[[Faces], Chart]]" = field(default_factory=dict)
    """Drawn when the fonts are known."""
    chart_characters: set[str] = field(default_factory=set)
    tables: int = 0
    figures: int = 0
    marks: set[str] = field(default_factory=set)
    """Codes, fingerprints and names of files it prints: drawn by lot, so that one of them may well
    look like the code name of a talk."""

    def chart(
        self, words: Sequence[str], height_mm: float, caption: str, make: "Callable[[Faces], Chart]"
    ) -> None:
        """Add a chart that prints these words."""
        key = f"chart{self.figures}"
        self.charts[key] = make
        self.chart_characters |= set(_CHART_CHARACTERS + "".join(clean(w) for w in words)) - {"\n"}
        self.blocks.append(Figure(key, _CHART_WIDTH, height_mm, caption))

    def draw(self, fonts: Fonts) -> dict[str, bytes]:
        """The charts in the document's fonts, by key."""
        return {key: chart.pdf for key, chart in self._drawn(fonts)}

    def pictures(self, fonts: Fonts) -> dict[str, bytes]:
        """The charts as PNG files, by key."""
        return {key: chart.png() for key, chart in self._drawn(fonts)}

    def _drawn(self, fonts: Fonts) -> "list[tuple[str, Chart]]":
        if not self.charts:
            return []
        from services.charts import Faces

        names = tuple(fonts.faces[number].name for number in fonts.used(Role.BODY))
        faces = Faces(fonts.files(Role.BODY), names)
        return [(key, make(faces)) for key, make in self.charts.items()]


def plain(parts: Sequence[str]) -> str:
    """A title's parts as one line of words."""
    return clean("".join(parts)).replace("\n", "")


def official(frame: Frame, title: Sequence[str]) -> Composed:
    """Begin a document with a red head: label, number, title, addressee."""
    say = wording("official")
    made = Composed(plain(title))
    if frame.label:
        made.blocks.append(Label(frame.label))
    made.blocks += [RedHead(frame.issuer, frame.number or say("number_blank")), Title(tuple(title))]
    made.blocks.append(Addressee(frame.addressee or say("addressee_blank")))
    return made


def sheet(frame: Frame, title: Sequence[str], *, across: bool = False) -> Composed:
    """Begin a document without a red head (a table, a minute): label and title."""
    made = Composed(plain(title), [Pages(True)] if across else [])
    if frame.label:
        made.blocks += [Label(frame.label), Gap(_BELOW_LABEL)]
    made.blocks.append(Title(tuple(title)))
    return made


def closing(frame: Frame, *, seal: bool = True) -> Closing:
    """Places to sign, the organ, the date and the seal's place."""
    say = wording("official")
    signers = tuple(
        Signer(
            s.field,
            say("closing.signer" if s.name else "closing.signer_unnamed", role=s.role, name=s.name),
        )
        for s in frame.signers
    )
    words = say("closing.seal") if seal else ""
    return Closing(frame.issuer, chinese_date(frame.date), signers, words)


def receipt(frame: Frame, title: str) -> Receipt:
    """送达回执: the page that the unit signs on paper and gives back."""
    say = wording("official")
    key = "receipt.line" if frame.number else "receipt.line_unnumbered"
    line = say(key, issuer=frame.issuer, title=title, number=frame.number)
    return Receipt(
        say("receipt.title"),
        frame.number,
        (line,),
        say("receipt.view"),
        say.several("receipt.places"),
    )


def footer(frame: Frame) -> Footer:
    """The small line at the foot: number, date, label; page of pages."""
    parts = (frame.number, chinese_date(frame.date), frame.label)
    left = clean("　".join(part for part in parts if part))
    return Footer(left, wording("official")("footer.right", page="{page}", pages="{pages}"))
