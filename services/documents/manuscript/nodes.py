"""WordprocessingML from the bottom: elements, runs of text, paragraphs.

Source: ECMA-376 part 1, §17.3 (children of a `pPr` and an `rPr` stand in the schema's order).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from services.documents.fonts import Role
from services.documents.lines import Span, clean

FACES = {
    Role.TITLE: "方正小标宋简体",
    Role.BODY: "仿宋_GB2312",
    Role.KAI: "楷体_GB2312",
    Role.HEI: "黑体",
    Role.SONG: "宋体",
}
"""The faces under the names by which Word knows them."""
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Type:
    """How a run looks beyond its style."""

    role: Role | None = None
    """None: the style's."""
    size: float = 0
    """Points; 0: the style's."""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab stop."""

    at: float
    """Points from the paragraph's left edge."""
    side: str = "left"
    leader: str = ""
    """`underscore` draws a line to write on."""


@dataclass(frozen=True, slots=True)
class Border:
    """A rule above or below a paragraph or a row."""

    side: str
    """top or bottom."""
    thick: float
    """Points."""
    colour: str = "auto"
    gap: float = 1
    """Points between text and rule, at most 31."""
    line: str = "single"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paragraph stands, beyond its style. Points."""

    keep: bool = False
    """On one page with the next."""
    fresh: bool = False
    """Starts a page."""
    before: float = 0
    line: float = 0
    """Exact height of its lines; 0: the style's."""
    left: float = 0
    right: float = 0
    first: float = 0
    """Of the first line, against `left`."""
    first_cells: float = 0
    """Instead of `first`: characters, so that the indent follows the size of the type."""
    side: str = ""
    """left, center, right or both; empty: the style's."""
    tabs: tuple[Tab, ...] = ()
    borders: tuple[Border, ...] = ()


def node(tag: str, *children: BaseOxmlElement, **attributes: str | float | None) -> BaseOxmlElement:
    """An element; attributes of its own namespace, without those that are None."""
    prefix = tag.partition(":")[0]
    given = {qn(f"{prefix}:{name}"): str(v) for name, v in attributes.items() if v is not None}
    made = OxmlElement(tag, attrs=given)
    for child in children:
        made.append(child)
    return made


def twips(points: float) -> int:
    """Points in twentieths."""
    return round(points * 20)


def fonts(role: Role) -> BaseOxmlElement:
    """One face for every script: digits stand in the face of the words around them."""
    face = FACES[role]
    return node("w:rFonts", ascii=face, hAnsi=face, eastAsia=face, cs=face, hint="eastAsia")


def looks(look: Type, *, spacing: float = 0) -> list[BaseOxmlElement]:
    """Children of an `rPr`."""
    made = [] if look.role is None else [fonts(look.role)]
    if look.colour:
        made.append(node("w:color", val=look.colour))
    if spacing:
        made.append(node("w:spacing", val=twips(spacing)))
    if look.size:
        half = round(look.size * 2)
        made += [node("w:sz", val=half), node("w:szCs", val=half)]
    return made


def printable(text: str) -> str:
    """Text that XML can hold; what it cannot is shown as a replacement mark, never dropped."""
    return "".join(c if _is_character(c) else _REPLACEMENT for c in clean(text))


def _is_character(character: str) -> bool:
    code = ord(character)
    return not (0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE)  # noqa: PLR2004 -- surrogates


def run(text: str, look: Type = Type()) -> BaseOxmlElement:
    """A run of text; tabs and line feeds stay what they are."""
    made = node("w:r")
    inside = looks(look)
    if inside:
        made.append(node("w:rPr", *inside))
    for at, line in enumerate(text.split("\n")):
        if at:
            made.append(node("w:br"))
        for number, part in enumerate(line.split("\t")):
            if number:
                made.append(node("w:tab"))
            if part:
                made.append(_text(printable(part)))
    return made


def _text(text: str) -> BaseOxmlElement:
    made = node("w:t")
    made.text = text
    made.set(qn("xml:space"), "preserve")
    return made


def spans(given: Iterable[Span]) -> list[BaseOxmlElement]:
    """Runs of a text in several roles; the body's is the style's own."""
    return [run(s.text, Type(None if s.role is Role.BODY else s.role)) for s in given]


def field(instruction: str) -> BaseOxmlElement:
    """A field that Word fills in: PAGE."""
    return node("w:fldSimple", run("1"), instr=instruction)


def paragraph(
    style: str, runs: Iterable[BaseOxmlElement], place: Place = Place()
) -> BaseOxmlElement:
    """A paragraph of that style."""
    inside = [node("w:pStyle", val=style)]
    if place.keep:
        inside.append(node("w:keepNext"))
    if place.fresh:
        inside.append(node("w:pageBreakBefore"))
    if place.borders:
        inside.append(node("w:pBdr", *map(border, place.borders)))
    if place.tabs:
        inside.append(node("w:tabs", *map(_tab, place.tabs)))
    inside += _spaces(place)
    if place.side:
        inside.append(node("w:jc", val=place.side))
    return node("w:p", node("w:pPr", *inside), *runs)


def keep(properties: BaseOxmlElement) -> None:
    """Keep a paragraph that stands already on one page with the next; gets its `pPr`."""
    if properties.find(qn("w:keepNext")) is None:
        properties.insert(1, node("w:keepNext"))


def _spaces(place: Place) -> list[BaseOxmlElement]:
    """Spacing and indents, as far as they are not the style's."""
    made = []
    if place.before or place.line:
        made.append(
            node(
                "w:spacing",
                before=twips(place.before) if place.before else None,
                line=twips(place.line) if place.line else None,
                lineRule="exact" if place.line else None,
            )
        )
    if place.left or place.right or place.first or place.first_cells:
        hangs = place.first < 0
        made.append(
            node(
                "w:ind",
                left=twips(place.left),
                right=twips(place.right),
                hanging=twips(-place.first) if hangs else None,
                firstLineChars=round(place.first_cells * 100) if place.first_cells else None,
                firstLine=None if hangs else twips(place.first),
            )
        )
    return made


def border(one: Border) -> BaseOxmlElement:
    """A rule; its thickness is told in eighths of a point."""
    return node(
        f"w:{one.side}",
        val=one.line,
        sz=max(2, round(one.thick * 8)),
        space=round(one.gap),
        color=one.colour,
    )


def _tab(one: Tab) -> BaseOxmlElement:
    return node("w:tab", val=one.side, leader=one.leader or None, pos=twips(one.at))
