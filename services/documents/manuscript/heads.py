"""The top of a manuscript's page 1: marks, the red head, the heads of a letter and a briefing.

Measures are those of `services.documents.heads`, as far as Word's lines know them.
"""

from docx.oxml.xmlchemy import BaseOxmlElement

from services.documents.blocks import BriefingHead, Label, LetterHead, Marks, RedHead
from services.documents.flow import CELL, CORE_WIDTH, RED
from services.documents.fonts import Role
from services.documents.heads import (
    ABOVE_GRID,
    AFTER_NUMBER,
    BRIEFING_LINE,
    BRIEFING_THICK,
    MARK_TOP,
    NAME_LEAST,
    NAME_SIZE,
    RED_THICK,
    SMALLER,
    mark_size,
)
from services.documents.manuscript.grids import cells
from services.documents.manuscript.nodes import Border, Place, Tab, Type, paragraph, run
from services.documents.manuscript.styles import BODY, LABEL, MARK, PITCH, SIZE

_LEADING = 1.25


def label(block: Label) -> list[BaseOxmlElement]:
    """Words at the top left."""
    return [paragraph(LABEL.id, [run(block.text)])]


def marks(block: Marks) -> list[BaseOxmlElement]:
    """份号, 密级 and 紧急程度 on lines 1, 2 and 3; an empty one keeps its line."""
    number = run(block.copy, Type(Role.BODY))
    rest = [run(block.secrecy), run(block.urgency)]
    return [paragraph(LABEL.id, [one]) for one in (number, *rest)]


def red_head(block: RedHead, above: int) -> list[BaseOxmlElement]:
    """发文机关标志, number and red line.

    Args:
        block: What it says.
        above: Lines that stand above it on the page.
    """
    mark = _mark(block.mark, max(0.0, MARK_TOP - above * PITCH))
    line = Border("bottom", RED_THICK, RED, AFTER_NUMBER)
    place = Place(before=2 * PITCH, side="center", borders=(line,), keep=True)
    text = block.number
    if block.approvers:
        text = f"{text}\t签发人：{'　'.join(block.approvers)}"
        stop = Tab(CORE_WIDTH - CELL, "right")
        place = Place(before=2 * PITCH, side="left", first=CELL, tabs=(stop,), borders=(line,))
    return [mark, paragraph(BODY.id, [run(text)], place), *_blank(2)]


def letter_head(block: LetterHead) -> list[BaseOxmlElement]:
    """The organ above a double red line, the number at the right."""
    line = Border("bottom", 3, RED, 4, "thickThinSmallGap")
    made = [_mark(block.mark, 0, (line,))]
    made += [paragraph(LABEL.id, [run(text)]) for text in block.labels]
    return [*made, paragraph(BODY.id, [run(block.number)], Place(side="right")), *_blank(1)]


def briefing_head(block: BriefingHead) -> list[BaseOxmlElement]:
    """A third of the page: what stands above the name, the name, issue, office and date."""
    made = []
    right = Tab(CORE_WIDTH, "right")
    if block.label or block.copy:
        words = [run(f"{block.label}\t{block.copy}" if block.copy else block.label)]
        made.append(paragraph(LABEL.id, words, Place(tabs=(right,))))
    room = BRIEFING_LINE - (len(made) + 2) * PITCH
    for text in block.above:
        height = ABOVE_GRID.size * _LEADING
        room -= height
        look = Type(size=ABOVE_GRID.size, colour=RED)
        made.append(paragraph(MARK.id, [run(text, look)], Place(line=height)))
    size, rows = mark_size(cells(block.name), (NAME_SIZE, NAME_LEAST))
    size = max(NAME_LEAST, min(size, room / rows / 1.1))
    name = run(block.name, Type(size=size, colour=RED))
    made.append(paragraph(MARK.id, [name], Place(line=max(room / rows, size * 1.1))))
    made.append(paragraph(BODY.id, [run(block.issue)], Place(side="center", keep=True)))
    wanted = cells(block.organ + block.date)
    sizes = (SIZE, *SMALLER)
    fitting = next((one for one in sizes if wanted * one <= CORE_WIDTH - 3 * CELL), sizes[-1])
    line = Border("bottom", BRIEFING_THICK, RED, 4)
    place = Place(side="left", first=CELL, borders=(line,), tabs=(Tab(CORE_WIDTH - CELL, "right"),))
    look = Type(size=0 if fitting == SIZE else fitting)
    made.append(paragraph(BODY.id, [run(f"{block.organ}\t{block.date}", look)], place))
    return [*made, *_blank(1)]


def _mark(text: str, before: float, borders: tuple[Border, ...] = ()) -> BaseOxmlElement:
    """The issuing organ's name, large and red."""
    size, _rows = mark_size(cells(text))
    place = Place(before=before, line=size * _LEADING, borders=borders)
    return paragraph(MARK.id, [run(text, Type(size=size, colour=RED))], place)


def _blank(lines: int) -> list[BaseOxmlElement]:
    return [paragraph(BODY.id, []) for _line in range(lines)]
