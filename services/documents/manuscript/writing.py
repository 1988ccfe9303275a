"""Blocks of a document into paragraphs and tables that a person can edit in Word."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

from services.documents.blocks import (
    Addressee,
    Attachment,
    Attachments,
    Block,
    Break,
    BriefingHead,
    Closing,
    Figure,
    Gap,
    Heading,
    Imprint,
    Label,
    LetterHead,
    Marks,
    Note,
    Pages,
    Paragraph,
    Receipt,
    RedHead,
    Remark,
    Roll,
    Subtitle,
    Table,
    Title,
)
from services.documents.flow import ACROSS, CELL, UPRIGHT, Sheet
from services.documents.fonts import Role
from services.documents.lines import Span, clean
from services.documents.manuscript import closing, grids, heads, sections, styles
from services.documents.manuscript.grids import cells
from services.documents.manuscript.nodes import (
    Place,
    Type,
    keep,
    node,
    paragraph,
    printable,
    run,
    spans,
)
from services.documents.titles import pieces, shape
from services.documents.typeset import paragraphs

_TITLE_SIZE = 22.0
_MOST_PART = 0.8
"""A part of a title wider than this share of the core is cut into words."""


class Writer:
    """Writes one document from top to bottom."""

    def __init__(self, document: Document, pictures: Mapping[str, bytes]) -> None:
        """Write into an empty document; `pictures` are PNG files by the figures' keys."""
        self.document, self.pictures = document, pictures
        self.sheet: Sheet = UPRIGHT
        self.above = 0
        """Lines that label and marks take on page 1."""
        self.fresh = False
        self.is_empty = True

    def write(self, blocks: Sequence[Block]) -> None:
        """Write all blocks."""
        for block in blocks:
            if isinstance(block, Pages):
                self._turn(ACROSS if block.across else UPRIGHT)
            elif isinstance(block, Break):
                self.fresh = not self.is_empty
            else:
                if isinstance(block, Receipt):
                    self._turn(UPRIGHT)
                if isinstance(block, Closing):
                    self._keep_last()
                self._put(self._made(block))

    def _turn(self, sheet: Sheet) -> None:
        if sheet is self.sheet:
            return
        sections.turn(self.document, sheet, empty=self.is_empty)
        self.sheet, self.fresh = sheet, False

    def _put(self, made: Sequence[BaseOxmlElement]) -> None:
        body = self.document.element.body
        for element in made:
            if self.fresh:
                # A paragraph of no height carries the break: what follows may be a table.
                ending = paragraph(styles.SPACER.id, [], Place(fresh=True, line=1, keep=True))
                body.insert(len(body) - 1, ending)
                self.fresh = False
            body.insert(len(body) - 1, element)
            self.is_empty = False

    def _keep_last(self) -> None:
        """Let the closing take the end of the text along to a new page."""
        for element in list(self.document.element.body)[-4:-1]:
            rows = element.findall(qn("w:tr"))
            for one in (rows[-1] if rows else element).iter(qn("w:pPr")):
                keep(one)

    def _made(self, block: Block) -> list[BaseOxmlElement]:
        makers: dict[type, Callable[..., list[BaseOxmlElement]]] = {
            Label: self._label,
            Marks: self._marks,
            RedHead: lambda b: heads.red_head(b, self.above),
            LetterHead: heads.letter_head,
            BriefingHead: heads.briefing_head,
            Title: lambda b: [*self._titled(b.parts), *_blank()],
            Subtitle: lambda b: [paragraph(styles.SUBTITLE.id, [run(b.text)]), *_blank()],
            Addressee: lambda b: _text([Span(f"{clean(b.text)}：")], Place()),
            Heading: _heading,
            Paragraph: _paragraph,
            Roll: _roll,
            Note: lambda b: _text([Span(b.text)], Place(), styles.NOTE.id),
            Table: self._table,
            Figure: self._figure,
            Attachments: _attachments,
            Closing: self._closing,
            Remark: lambda b: _text([Span(f"（{clean(b.text)}）")], _INDENTED),
            Attachment: self._attachment,
            Imprint: self._imprint,
            Receipt: closing.receipt,
            Gap: lambda b: _blank(b.lines),
        }
        return makers[type(block)](block)

    def _label(self, block: Label) -> list[BaseOxmlElement]:
        self.above += 1
        return heads.label(block)

    def _marks(self, block: Marks) -> list[BaseOxmlElement]:
        made = heads.marks(block)
        self.above += len(made)
        return made

    def _titled(self, given: Sequence[str]) -> list[BaseOxmlElement]:
        """A title in lines of good shape."""
        room = self.sheet.core_width
        parts = [piece for part in given for piece in _pieces(clean(part).replace("\n", ""), room)]
        widths = [min(room, cells(part) * _TITLE_SIZE) for part in parts]
        lines = ["".join(parts[at] for at in line) for line in shape(widths, room)]
        return [paragraph(styles.TITLE.id, [run("\n".join(lines))])]

    def _attachment(self, block: Attachment) -> list[BaseOxmlElement]:
        self.fresh = not self.is_empty
        number = "" if block.number is None else str(block.number)
        mark = paragraph(styles.LABEL.id, [run(f"{block.of}附件{number}")], Place(keep=True))
        return [mark, *_blank(), *self._titled(block.title), *_blank()]

    def _closing(self, block: Closing) -> list[BaseOxmlElement]:
        return closing.closing(block, self.sheet.core_width)

    def _table(self, block: Table) -> list[BaseOxmlElement]:
        made = []
        if block.caption:
            made.append(paragraph(styles.CAPTION.id, [run(block.caption)], Place(before=6)))
        # Without a paragraph between them Word joins two tables.
        return [*made, grids.table(block, self.sheet.core_width), paragraph(styles.SPACER.id, [])]

    def _imprint(self, block: Imprint) -> list[BaseOxmlElement]:
        made = grids.imprint(block, self.sheet.core_width)
        return [*_blank(), made, paragraph(styles.SPACER.id, [])]

    def _figure(self, block: Figure) -> list[BaseOxmlElement]:
        made = []
        picture = self.pictures.get(block.key)
        if picture is not None:
            size = (Mm(block.width_mm), Mm(block.height_mm))
            inline = self.document.part.new_pic_inline(BytesIO(picture), *size)
            inline.docPr.set("descr", printable(block.caption))
            drawing = node("w:drawing", inline)
            place = Place(before=6, keep=bool(block.caption))
            made.append(paragraph(styles.FIGURE.id, [node("w:r", drawing)], place))
        if block.caption:
            made.append(paragraph(styles.CAPTION.id, [run(block.caption)]))
        return made


_INDENTED = Place(first_cells=2, first=2 * CELL)


def _blank(lines: int = 1) -> list[BaseOxmlElement]:
    return [paragraph(styles.BODY.id, []) for _line in range(lines)]


def _pieces(part: str, room: float) -> list[str]:
    """A part as it is where it fits beside others, a longer one cut into words."""
    if cells(part) * _TITLE_SIZE <= _MOST_PART * room:
        return [part] if part else []
    return pieces(part)


def _text(
    given: Sequence[Span], place: Place, style: str = styles.BODY.id
) -> list[BaseOxmlElement]:
    """Paragraphs of a text, cut where it has line ends."""
    return [paragraph(style, spans(part), place) for part in paragraphs(given)]


def _heading(block: Heading) -> list[BaseOxmlElement]:
    return _text([Span(block.text)], _INDENTED, styles.HEADINGS[block.level].id)


def _paragraph(block: Paragraph) -> list[BaseOxmlElement]:
    first = (block.indent or block.left) - block.left
    place = Place(
        left=block.left * CELL,
        right=block.right * CELL,
        first=first * CELL,
        first_cells=max(0.0, first),
    )
    return _text(block.spans, place)


def _roll(block: Roll) -> list[BaseOxmlElement]:
    lead = f"{clean(block.label)}："
    hang = cells(lead) * CELL
    place = Place(left=2 * CELL + hang, first=-hang)
    text = clean(block.text).replace("\n", "")
    return [paragraph(styles.BODY.id, [run(lead, Type(Role.HEI)), run(text)], place)]


def _attachments(block: Attachments) -> list[BaseOxmlElement]:
    """附件：1．… under each other, hanging behind the number."""
    made = _blank()
    many = len(block.names) > 1
    for number, name in enumerate(block.names, 1):
        mark = f"{number}．" if many else ""
        lead = "附件：" if number == 1 else ""
        start = 5 + cells(mark)
        place = Place(left=start * CELL, first=((2 if lead else 5) - start) * CELL)
        text = clean(name).replace("\n", "").rstrip("。；，")
        made.append(paragraph(styles.BODY.id, [run(f"{lead}{mark}{text}")], place))
    return made
