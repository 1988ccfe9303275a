"""Text for spreadsheets: what another program must not take for a formula or a new cell."""

from collections.abc import Iterable, Sequence
from io import BytesIO

_TITLE = 31
"""Characters of a sheet's name. Source: ECMA-376 part 1, §18.2.19."""
_MOST = 32_767
"""Characters of one cell."""
_WIDEST = 60
_FORMULA = ("=", "+", "-", "@")


def cell_text(text: str) -> str:
    """One cell's text: tabs and line ends become blanks, a leading formula sign is escaped."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(_FORMULA) and not _is_number(flat) else flat


def _is_number(text: str) -> bool:
    digits = text[1:].replace(".", "", 1)
    return text[:1] in "+-" and digits.isascii() and digits.isdecimal()


def workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An .xlsx file of one sheet: a bold head that stays in view, and text cells.

    Nothing in it is a formula, whatever the text begins with.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:_TITLE]
    widths = [len(name) for name in columns]
    sheet.append([_printable(name) for name in columns])
    for row in rows:
        cells = [_printable(cell_text(text)) for text in row]
        sheet.append(cells)
        widths = [max(width, len(cell)) for width, cell in zip(widths, cells, strict=True)]
    for cells_of in sheet.iter_rows():
        for cell in cells_of:
            cell.data_type = "s"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, width in enumerate(widths, 1):
        # A Chinese character is as wide as two of the digits that widths are counted in.
        sheet.column_dimensions[get_column_letter(number)].width = min(2 * width + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _printable(text: str) -> str:
    """Without the control characters that a sheet cannot hold."""
    return "".join(c for c in text if c >= " ")[:_MOST]
