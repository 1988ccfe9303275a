"""Tables of a manuscript: ruled, their heads on every page; and 版记 between its rules.

Source: ECMA-376 part 1, §17.4.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from docx.oxml.xmlchemy import BaseOxmlElement

from services.documents import imprints
from services.documents.blocks import Column, Imprint, Table
from services.documents.columns import edges
from services.documents.fonts import Role
from services.documents.lines import Grid, clean, kind_of
from services.documents.manuscript.nodes import (
    Border,
    Place,
    Tab,
    border,
    node,
    paragraph,
    run,
    twips,
)
from services.documents.manuscript.styles import CELL, HEAD, IMPRINT, TABLE_PITCH
from services.documents.tables import GRID

_PAD_X, _PAD_Y = 3.5, 2.5
_OUTER, _INNER = 0.75, 0.5
_WIDER = 1.06
"""Digits of a stand-in for 仿宋 are wider than half an em: a date is not to lose its 日."""
_WHOLE_LINES = 12
"""Rows up to about this many lines are never cut."""


class Nominal:
    """Widths of text in faces that are not known: Chinese a whole em, other scripts about half."""

    def width(self, text: str, _role: Role, grid: Grid) -> float:
        """Points a text takes on one line, at most in any usual face."""
        return cells(text) * grid.cell * _WIDER


def cells(text: str) -> float:
    """Characters a text is wide: a Chinese one counts 1, a digit or a letter a half."""
    return sum({"wide": 1.0, "mark": 0.0}.get(kind_of(c), 0.5) for c in clean(text) if c != "\n")


def table(block: Table, room: float) -> BaseOxmlElement:
    """A table as wide as the room, in points."""
    stops = edges(block, room, _PAD_X, GRID, Nominal())
    widths = [right - left for left, right in pairwise(stops)]
    made = _table(widths, _grid_borders(), _PAD_X, _PAD_Y)
    if any(column.title.strip() for column in block.columns):
        titles = [
            _cell(c.title, HEAD.id, Column("", 1), w)
            for c, w in zip(block.columns, widths, strict=True)
        ]
        made.append(node("w:tr", node("w:trPr", node("w:cantSplit"), node("w:tblHeader")), *titles))
    for row in block.rows:
        made.append(_row(row, block, widths))
    return made


def _row(texts: Sequence[str], block: Table, widths: Sequence[float]) -> BaseOxmlElement:
    lines = max(
        (_lines(text, width) for text, width in zip(texts, widths, strict=True)),
        default=1,
    )
    rules = [node("w:cantSplit")] if lines <= _WHOLE_LINES else []
    if block.least_lines > 1:
        height = block.least_lines * TABLE_PITCH + 2 * _PAD_Y
        rules.append(node("w:trHeight", val=twips(height), hRule="atLeast"))
    inside = [
        _cell(text, CELL.id, column, width)
        for text, column, width in zip(texts, block.columns, widths, strict=True)
    ]
    return node("w:tr", *([node("w:trPr", *rules)] if rules else []), *inside)


def _lines(text: str, width: float) -> int:
    """About how many lines a cell takes."""
    room = max(width - 2 * _PAD_X, GRID.cell)
    return sum(1 + int(cells(part) * GRID.cell / room) for part in clean(text).split("\n"))


def _cell(text: str, style: str, column: Column, width: float) -> BaseOxmlElement:
    side = "left" if column.left else "right" if column.right else "center"
    parts = [part for part in clean(text).split("\n") if part.strip()] or [""]
    inside = [paragraph(style, [run(part)] if part else [], Place(side=side)) for part in parts]
    properties = node(
        "w:tcPr", node("w:tcW", w=twips(width), type="dxa"), node("w:vAlign", val="center")
    )
    return node("w:tc", properties, *inside)


def _table(
    widths: Sequence[float], borders: Iterable[BaseOxmlElement], pad_x: float, pad_y: float
) -> BaseOxmlElement:
    """An empty table of fixed columns."""
    pads = {"top": pad_y, "left": pad_x, "bottom": pad_y, "right": pad_x}
    properties = node(
        "w:tblPr",
        node("w:tblW", w=twips(sum(widths)), type="dxa"),
        node("w:tblInd", w=0, type="dxa"),
        node("w:tblBorders", *borders),
        node("w:tblLayout", type="fixed"),
        node(
            "w:tblCellMar",
            *(node(f"w:{side}", w=twips(pad), type="dxa") for side, pad in pads.items()),
        ),
    )
    return node(
        "w:tbl",
        properties,
        node("w:tblGrid", *(node("w:gridCol", w=twips(width)) for width in widths)),
    )


def _grid_borders() -> list[BaseOxmlElement]:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return [
        border(Border(side, _INNER if side.startswith("inside") else _OUTER, gap=0))
        for side in sides
    ]


def imprint(block: Imprint, room: float) -> BaseOxmlElement:
    """版记: rows of one cell between rules."""
    thick = [border(Border(side, imprints.THICK, gap=0)) for side in ("top", "bottom")]
    made = _table([room], thick if block.ruled else [], imprints.GRID.cell, 1.5)
    inner = room - 2 * imprints.GRID.cell
    size = imprints.GRID.size
    for label, text in block.entries:
        lead = f"{clean(label)}："
        hang = cells(lead) * size
        ended = clean(text).replace("\n", "").rstrip("。；，、 ") + "。"
        place = Place(left=hang, first=-hang)
        made.append(_imprint_row(paragraph(IMPRINT.id, [run(lead + ended)], place), room))
    if block.left or block.right:
        place = Place(tabs=(Tab(inner, "right"),))
        line = paragraph(IMPRINT.id, [run(f"{block.left}\t{block.right}")], place)
        thin = [border(Border("top", imprints.THIN, gap=0))]
        ruled = block.ruled and bool(block.entries)
        made.append(_imprint_row(line, room, thin if ruled else []))
    return made


def _imprint_row(
    line: BaseOxmlElement, room: float, borders: Sequence[BaseOxmlElement] = ()
) -> BaseOxmlElement:
    properties = node("w:tcPr", node("w:tcW", w=twips(room), type="dxa"))
    if borders:
        properties.append(node("w:tcBorders", *borders))
    return node("w:tr", node("w:trPr", node("w:cantSplit")), node("w:tc", properties, line))
