"""Placed items into PDF pages; the only module that draws with reportlab."""

import re
from io import BytesIO

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from services.documents.flow import (
    BLACK,
    UPRIGHT,
    Item,
    Layout,
    Rule,
    Sheet,
    Squares,
    Text,
)
from services.documents.fonts import Fonts

rl_config.useA85 = 0  # ASCII armour around each stream is slow and a quarter larger


def draw(layout: Layout, fonts: Fonts, title: str) -> bytes:
    """The pages as PDF 1.4 with every font embedded; charts and fields are put in later.

    The same layout and fonts give the same bytes.
    """
    out = BytesIO()
    with fonts.registered():
        canvas = Canvas(
            out,
            pagesize=(UPRIGHT.width, UPRIGHT.height),
            initialFontName=fonts.faces[0].name,  # type: ignore[arg-type]  # the stubs say float
            pdfVersion=(1, 4),
            lang="zh-CN",
            invariant=1,
            pageCompression=1,
        )
        canvas.setTitle(title)
        for number, items in enumerate(layout.pages, 1):
            sheet = layout.sheet(number)
            canvas.setPageSize((sheet.width, sheet.height))
            _outline(canvas, layout, number)
            _page(canvas, items, fonts, sheet)
            canvas.showPage()
        canvas.save()
    return out.getvalue()


def _outline(canvas: Canvas, layout: Layout, page: int) -> None:
    for number, (entry, level) in enumerate(zip(layout.outline, _levels(layout), strict=True)):
        if entry.page == page:
            key = f"entry{number}"
            sheet = layout.sheet(page)
            top = sheet.height - sheet.top - entry.y + 8
            canvas.bookmarkPage(key, fit="XYZ", left=0, top=top, zoom=0)
            canvas.addOutlineEntry(entry.text, key, level=level, closed=False)


def _levels(layout: Layout) -> list[int]:
    """The level of each entry, none more than one deeper than the one before."""
    levels: list[int] = []
    for entry in layout.outline:
        levels.append(min(entry.level, levels[-1] + 1 if levels else 0))
    return levels


def _page(canvas: Canvas, items: tuple[Item, ...], fonts: Fonts, sheet: Sheet) -> None:
    for item in items:
        if isinstance(item, Rule):
            _rule(canvas, item, sheet)
        elif isinstance(item, Squares):
            _squares(canvas, item, sheet)
    pen = canvas.beginText()
    pen.setFillColor(HexColor(f"#{BLACK}"))
    colour, spacing, scale = BLACK, 0.0, 1.0
    font: tuple[int, float] = (-1, 0.0)
    for item in items:
        if not isinstance(item, Text):
            continue
        run = item.run
        if item.colour != colour:
            colour = item.colour
            pen.setFillColor(HexColor(f"#{colour}"))
        if (run.face, run.size) != font:
            font = (run.face, run.size)
            pen.setFont(fonts.faces[run.face].name, run.size)
        if run.spacing != spacing:
            spacing = run.spacing
            pen.setCharSpace(spacing)
        if run.scale != scale:
            scale = run.scale
            pen.setHorizScale(scale * 100)
        _show(pen, item, sheet)
    canvas.drawText(pen)


def _show(pen: PDFTextObject, item: Text, sheet: Sheet) -> None:
    x, y = sheet.left + item.run.x, sheet.height - sheet.top - item.y
    if item.turned:
        pen.setTextTransform(0, -1, 1, 0, x + item.run.rise, y)
    else:
        pen.setTextOrigin(x, y + item.run.rise)
    pen.textOut(item.run.text)


def _rule(canvas: Canvas, rule: Rule, sheet: Sheet) -> None:
    canvas.setStrokeColor(HexColor(f"#{rule.colour}"))
    canvas.setLineWidth(rule.thick)
    canvas.setDash([4, 3] if rule.dashed else [])
    left, top = sheet.left, sheet.height - sheet.top
    canvas.line(left + rule.x1, top - rule.y1, left + rule.x2, top - rule.y2)


def _squares(canvas: Canvas, item: Squares, sheet: Sheet) -> None:
    """All dark squares as one path, neighbours in a row as one box."""
    side = item.width / len(item.rows)
    left, top = sheet.left + item.x, sheet.height - sheet.top - item.y
    path = canvas.beginPath()
    for down, row in enumerate(item.rows):
        for dark in re.finditer("1+", row):
            x, width = left + dark.start() * side, len(dark.group()) * side
            path.rect(x, top - (down + 1) * side, width, side)
    canvas.setFillColor(HexColor(f"#{BLACK}"))
    canvas.drawPath(path, stroke=0, fill=1)
