"""The manuscript's styles, by the names that a person sees in Word; nothing of the template stays.

Source: GB/T 9704-2012 §7 (faces, sizes, 22 lines of 28 characters).
"""

from dataclasses import dataclass

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from services.documents.fonts import Role
from services.documents.manuscript.nodes import Type, looks, node, twips

PITCH = 28.95
"""Points. On paper 21 steps of 29.61 and one character fill the core; Word counts 22 whole lines,
and 22 × 29 would not fit in 225 mm."""
TIGHT = -0.25
"""Points added behind a 16 pt character, in twentieths: 28 of them take 441 of the core's 442.2."""
SIZE = 16.0
TABLE_PITCH = 15.5


@dataclass(frozen=True, slots=True)
class Style:
    """One style of paragraphs."""

    id: str
    name: str
    role: Role
    size: float = SIZE
    line: float = PITCH
    """Exact height of a line; 0: as high as what stands in it."""
    side: str = "both"
    level: int | None = None
    """Level in Word's outline, from 0."""
    keep: bool = False


BODY = Style("DudaoBody", "公文正文", Role.BODY)
TITLE = Style("DudaoTitle", "公文标题", Role.TITLE, 22, side="center", keep=True)
SUBTITLE = Style("DudaoSubtitle", "公文副题", Role.KAI, side="center", keep=True)
MARK = Style("DudaoMark", "发文机关标志", Role.TITLE, 48, 0, "center", keep=True)
LABEL = Style("DudaoLabel", "密级和标识", Role.HEI, side="left")
HEADINGS = {
    1: Style("DudaoHeading1", "公文一级标题", Role.HEI, level=0, keep=True),
    2: Style("DudaoHeading2", "公文二级标题", Role.KAI, level=1, keep=True),
    3: Style("DudaoHeading3", "公文三级标题", Role.BODY, level=2, keep=True),
    4: Style("DudaoHeading4", "公文四级标题", Role.BODY, level=3, keep=True),
}
CAPTION = Style("DudaoCaption", "图表题", Role.HEI, 12, 22, "center", keep=True)
CELL = Style("DudaoCell", "表格文字", Role.BODY, 10.5, TABLE_PITCH, "center")
HEAD = Style("DudaoHead", "表格栏目", Role.HEI, 10.5, TABLE_PITCH, "center", keep=True)
NOTE = Style("DudaoNote", "图表注", Role.KAI, 10.5, TABLE_PITCH)
FIGURE = Style("DudaoFigure", "图", Role.BODY, line=0, side="center", keep=True)
IMPRINT = Style("DudaoImprint", "版记", Role.BODY, 14, 25, "left")
NUMBER = Style("DudaoNumber", "页码", Role.SONG, 14, 0, "left")
WARNING = Style("DudaoWarning", "送审标记", Role.HEI, 14, 0, "center")
SPACER = Style("DudaoSpacer", "间隔", Role.BODY, 1, 8)

_ALL = (
    *(BODY, TITLE, SUBTITLE, MARK, LABEL, *HEADINGS.values(), CAPTION, CELL, HEAD, NOTE),
    *(FIGURE, IMPRINT, NUMBER, WARNING, SPACER),
)


def write(document: Document) -> None:
    """Put the styles in the place of all that the empty template has."""
    root = document.styles.element
    for child in list(root):
        root.remove(child)
    root.append(_defaults())
    normal = _style(Style("Normal", "Normal", Role.BODY, line=0, side="both"))
    normal.set(qn("w:default"), "1")
    root.append(normal)
    for style in _ALL:
        made = _style(style)
        made.set(qn("w:customStyle"), "1")
        root.append(made)


def _defaults() -> BaseOxmlElement:
    language = node("w:lang", val="zh-CN", eastAsia="zh-CN", bidi="ar-SA")
    runs = node("w:rPrDefault", node("w:rPr", *looks(Type(Role.BODY, SIZE)), language))
    spacing = node("w:spacing", before=0, after=0, line=240, lineRule="auto")
    return node("w:docDefaults", runs, node("w:pPrDefault", node("w:pPr", spacing)))


def _style(style: Style) -> BaseOxmlElement:
    place = [node("w:keepNext")] if style.keep else []
    # Without these Word adds a blank between Chinese and digits, and the grid is lost.
    place += [node("w:autoSpaceDE", val="0"), node("w:autoSpaceDN", val="0")]
    if style.line:
        place.append(node("w:spacing", line=twips(style.line), lineRule="exact"))
    place.append(node("w:jc", val=style.side))
    if style.level is not None:
        place.append(node("w:outlineLvl", val=style.level))
    tight = TIGHT if style.size == SIZE else 0
    return node(
        "w:style",
        node("w:name", val=style.name),
        *([] if style.id == "Normal" else [node("w:basedOn", val="Normal")]),
        node("w:qFormat"),
        node("w:pPr", *place),
        node("w:rPr", *looks(Type(style.role, style.size), spacing=tight)),
        type="paragraph",
        styleId=style.id,
    )
