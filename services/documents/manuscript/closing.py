"""The end of a manuscript: places to sign, organ and date with the seal's place, the receipt.

Measures are those of `services.documents.closing`.
"""

from docx.oxml.xmlchemy import BaseOxmlElement

from services.documents.blocks import Closing, Receipt
from services.documents.closing import AREA_WIDTH
from services.documents.flow import CELL, CORE_WIDTH, GREY
from services.documents.fonts import Role
from services.documents.manuscript.grids import cells
from services.documents.manuscript.nodes import Border, Place, Tab, Type, paragraph, run
from services.documents.manuscript.styles import BODY, PITCH, TITLE

_DATE_INDENT, _ORGAN_INDENT = 4, 2
_SEAL_SIZE = 12.0
_PLAIN = Type()


def closing(block: Closing, room: float) -> list[BaseOxmlElement]:
    """Places to sign, then organ and date; all of it stays together."""
    made = [paragraph(BODY.id, [], Place(keep=True))]
    for signer in block.signers:
        made.append(_signer(signer.label, room))
    if block.signers:
        made.append(paragraph(BODY.id, [], Place(keep=True)))
    organ, date = cells(block.organ), cells(block.date)
    if block.seal:
        date_right = float(_DATE_INDENT)
        organ_right = max(0.0, date_right + (date - organ) / 2)
        seal_right = max(0.0, date_right + date / 2 - cells(block.seal) * _SEAL_SIZE / CELL / 2)
        look = Type(Role.KAI, _SEAL_SIZE, GREY)
        made.append(_right(block.seal, seal_right, look))
    else:
        # The date starts two characters behind the organ's start; a longer one keeps the indent.
        organ_right = float(_ORGAN_INDENT) + max(0.0, date + 2 - organ)
        date_right = organ_right + organ - 2 - date
    made.append(_right(block.organ, organ_right))
    made.append(_right(block.date, max(0.0, date_right), last=True))
    return made


def _right(text: str, indent: float, look: Type = _PLAIN, *, last: bool = False) -> BaseOxmlElement:
    place = Place(side="right", right=indent * CELL, keep=not last)
    return paragraph(BODY.id, [run(text, look)], place)


def _signer(label: str, room: float) -> BaseOxmlElement:
    """Words before a line to sign on."""
    start = room - CELL - AREA_WIDTH
    stops = [Tab(start, "left"), Tab(start + AREA_WIDTH, "left", "underscore")]
    text = f"{label}\t\t"
    if cells(label) * CELL < start - CELL / 2:
        stops.insert(0, Tab(start - CELL / 2, "right"))
        text = f"\t{text}"
    else:
        text = f"{label}\t"
    return paragraph(
        BODY.id, [run(text)], Place(keep=True, before=PITCH, side="left", tabs=tuple(stops))
    )


def receipt(block: Receipt) -> list[BaseOxmlElement]:
    """送达回执 on a page of its own, below a tear line."""
    tear = Border("bottom", 0.75, line="dashed")
    made = [
        paragraph(BODY.id, [run(block.number)], Place(fresh=True, side="center", borders=(tear,))),
        paragraph(BODY.id, []),
        paragraph(TITLE.id, [run(block.title)]),
        paragraph(BODY.id, []),
    ]
    for text in (*block.lines, block.view):
        made.append(paragraph(BODY.id, [run(text)], Place(first_cells=2, first=2 * CELL)))
    made.append(paragraph(BODY.id, []))
    start, end = 12 * CELL, CORE_WIDTH - 2 * CELL
    stops = (Tab(start - CELL / 2, "right"), Tab(start), Tab(end, leader="underscore"))
    for text in block.places:
        place = Place(side="left", tabs=stops, line=1.5 * PITCH)
        made.append(paragraph(BODY.id, [run(f"\t{text}\t\t")], place))
    return made
