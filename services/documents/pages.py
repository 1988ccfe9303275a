"""Finished PDFs as pictures and as measured text; the only module that reads pages with PDFium."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2

from services.errors import Refused

_lock = threading.Lock()
"""PDFium is not safe for threads."""
_MAX_PIXELS = 60_000_000
MAX_BYTES = 64 << 20
MAX_PAGES = 500
_MAX_OBJECTS = 40_000
"""Characters or drawn objects a page may have to be measured; no document of ours comes near."""
_THIN_PT = 4.0
"""A filled box not higher than this is a rule, as other programs draw them."""


@dataclass(frozen=True, slots=True)
class Image:
    """A drawn page."""

    width: int
    height: int
    """Pixels."""
    data: bytes
    """RGBA, 4 bytes a pixel, rows from the top, opaque."""


@dataclass(frozen=True, slots=True)
class Char:
    """A character on a page, points from the page's top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    """Type size."""
    x: float
    """Where its cell begins."""
    baseline: float
    font: int = -1
    """Index into the document's fonts; -1 where unknown."""
    colour: str = "000000"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line, points from the page's top left, the first point left of or above."""

    x1: float
    y1: float
    x2: float
    y2: float
    thick: float
    colour: str

    @property
    def level(self) -> bool:
        """Runs from left to right."""
        return abs(self.y2 - self.y1) < abs(self.x2 - self.x1)


@dataclass(frozen=True, slots=True)
class Area:
    """The place of a picture or an embedded drawing, points from the page's top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything on a page that a layout can be judged by."""

    width: float
    height: float
    chars: tuple[Char, ...]
    strokes: tuple[Stroke, ...]
    pictures: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Font:
    """A font of a PDF."""

    name: str
    """Its PostScript name without the mark of a subset."""
    embedded: bool


def measured(pdf: bytes) -> tuple[tuple[Measured, ...], tuple[Font, ...]]:
    """All pages with characters, lines and pictures, and the fonts the characters name.

    Raises:
        Refused: `pdf_unreadable`; `pdf_too_large` (param limit_mb), `pdf_too_long` (params pages,
            limit), `pdf_page_too_full` (params page, limit): more than a document can be.
    """
    if len(pdf) > MAX_BYTES:
        raise Refused("pdf_too_large", limit_mb=MAX_BYTES >> 20)
    with _opened(pdf) as document:
        if len(document) > MAX_PAGES:
            raise Refused("pdf_too_long", pages=len(document), limit=MAX_PAGES)
        fonts = _Fonts()
        found = tuple(_measured(document, number, fonts) for number in range(len(document)))
        return found, tuple(fonts.known)


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has.

    Raises:
        Refused: `pdf_unreadable`.
    """
    with _opened(pdf) as document:
        return len(document)


def page_size(pdf: bytes, page: int) -> tuple[float, float]:
    """Width and height of a page (from 1) in points."""
    with _opened(pdf) as document:
        width, height = document[_index(document, page)].get_size()
        return float(width), float(height)


def render(pdf: bytes, page: int, scale: float) -> Image:
    """Draw a page.

    Args:
        pdf: The file.
        page: Number from 1.
        scale: Pixels per point; 1.0 is 72 dpi.

    Raises:
        Refused: `pdf_unreadable`, `page_missing` (param page).
    """
    with _opened(pdf) as document:
        sheet = document[_index(document, page)]
        width, height = sheet.get_size()
        scale = min(scale, (_MAX_PIXELS / max(width * height, 1)) ** 0.5)
        bitmap = sheet.render(
            scale=scale, rev_byteorder=True, prefer_bgrx=True, fill_color=(255, 255, 255, 255)
        )
        row = bitmap.width * 4
        data = bytes(bitmap.buffer)
        if bitmap.stride != row:
            data = b"".join(data[y * bitmap.stride :][:row] for y in range(bitmap.height))
        alpha = bytearray(data)
        alpha[3::4] = b"\xff" * (len(alpha) // 4)
        return Image(bitmap.width, bitmap.height, bytes(alpha))


def text(pdf: bytes, page: int) -> str:
    """The text of a page (from 1) in reading order."""
    with _opened(pdf) as document:
        return str(document[_index(document, page)].get_textpage().get_text_range())


def characters(pdf: bytes, page: int) -> tuple[Char, ...]:
    """Each visible character of a page (from 1) with its ink box, as PDFium sees it."""
    with _opened(pdf) as document:
        sheet = document[_index(document, page)]
        height = sheet.get_height()
        return tuple(_characters(sheet.get_textpage(), height))


class _Fonts:
    """The fonts met so far, by their handle in PDFium."""

    def __init__(self) -> None:
        self.known: list[Font] = []
        self._numbers: dict[int, int] = {}

    def number(self, page: pypdfium2.PdfTextPage, at: int) -> int:
        """Index of the font of a character; -1 when PDFium does not tell."""
        raw = pypdfium2.raw
        drawn = raw.FPDFText_GetTextObject(page, at)
        handle = raw.FPDFTextObj_GetFont(drawn) if drawn else None
        if not handle:
            return -1
        key = raw.cast(handle, raw.c_void_p).value or 0
        if key not in self._numbers:
            size = raw.FPDFFont_GetBaseFontName(handle, None, 0)
            name = raw.create_string_buffer(max(size, 1))
            raw.FPDFFont_GetBaseFontName(handle, name, size)
            plain = name.value.decode("utf-8", "replace")[:120]
            if plain[6:7] == "+":
                plain = plain[7:]
            font = Font(plain, raw.FPDFFont_GetIsEmbedded(handle) == 1)
            if font not in self.known:
                self.known.append(font)
            self._numbers[key] = self.known.index(font)
        return self._numbers[key]


def _measured(document: pypdfium2.PdfDocument, number: int, fonts: _Fonts) -> Measured:
    try:
        sheet = document[number]
        text = sheet.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise Refused("pdf_unreadable") from error
    objects = pypdfium2.raw.FPDFPage_CountObjects(sheet)
    if max(objects, text.count_chars()) > _MAX_OBJECTS:
        raise Refused("pdf_page_too_full", page=number + 1, limit=_MAX_OBJECTS)
    width, height = sheet.get_size()
    chars = tuple(_characters(text, height, fonts))
    strokes, pictures = _drawn(sheet, objects, height)
    return Measured(float(width), float(height), chars, tuple(strokes), tuple(pictures))


def _characters(
    page: pypdfium2.PdfTextPage, height: float, fonts: _Fonts | None = None
) -> Iterator[Char]:
    raw = pypdfium2.raw
    x, y, matrix = raw.c_double(), raw.c_double(), raw.FS_MATRIX()
    red, green, blue, alpha = (raw.c_uint() for _ in range(4))
    for at in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(page, at)
        if raw.FPDFText_IsGenerated(page, at) == 1 or code in (0, 0x20, 0x3000, 0x0D, 0x0A):
            continue
        left, bottom, right, top = page.get_charbox(at)
        raw.FPDFText_GetCharOrigin(page, at, x, y)
        raw.FPDFText_GetMatrix(page, at, matrix)
        # Other programs write type of 1 pt and enlarge it.
        size = float(raw.FPDFText_GetFontSize(page, at)) * math.hypot(matrix.c, matrix.d)
        number, colour = -1, "000000"
        if fonts is not None:
            number = fonts.number(page, at)
            if raw.FPDFText_GetFillColor(page, at, red, green, blue, alpha):
                colour = f"{red.value & 255:02X}{green.value & 255:02X}{blue.value & 255:02X}"
        yield Char(
            *(chr(code), left, height - top, right, height - bottom, size),
            *(x.value, height - y.value, number, colour),
        )


def _drawn(sheet: pypdfium2.PdfPage, count: int, height: float) -> tuple[list[Stroke], list[Area]]:
    """The lines a page draws itself, and where its pictures and embedded drawings lie."""
    raw = pypdfium2.raw
    strokes: list[Stroke] = []
    pictures: list[Area] = []
    for at in range(count):
        item = raw.FPDFPage_GetObject(sheet, at)
        kind = raw.FPDFPageObj_GetType(item)
        if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_SHADING):
            pictures.append(_bounds(item, height))
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            strokes += _strokes(item, height)
    return strokes, pictures


def _bounds(item: pypdfium2.raw.FPDF_PAGEOBJECT, height: float) -> Area:
    raw = pypdfium2.raw
    left, bottom, right, top = (raw.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return Area(left.value, height - top.value, right.value, height - bottom.value)


def _strokes(item: pypdfium2.raw.FPDF_PAGEOBJECT, height: float) -> Iterator[Stroke]:
    """The straight pieces of a path; a thin filled box is one rule."""
    raw = pypdfium2.raw
    mode, stroked = raw.c_int(), raw.c_int()
    raw.FPDFPath_GetDrawMode(item, mode, stroked)
    red, green, blue, alpha = (raw.c_uint() for _ in range(4))
    get = raw.FPDFPageObj_GetStrokeColor if stroked.value else raw.FPDFPageObj_GetFillColor
    get(item, red, green, blue, alpha)
    colour = f"{red.value & 255:02X}{green.value & 255:02X}{blue.value & 255:02X}"
    if not stroked.value:
        box = _bounds(item, height)
        if mode.value and min(box.right - box.left, box.bottom - box.top) <= _THIN_PT:
            thick = min(box.right - box.left, box.bottom - box.top)
            if box.right - box.left > box.bottom - box.top:
                middle = (box.top + box.bottom) / 2
                yield Stroke(box.left, middle, box.right, middle, thick, colour)
            else:
                middle = (box.left + box.right) / 2
                yield Stroke(middle, box.top, middle, box.bottom, thick, colour)
        return
    matrix, width = raw.FS_MATRIX(), raw.c_float()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    raw.FPDFPageObj_GetStrokeWidth(item, width)
    thick = width.value * math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
    before: tuple[float, float] | None = None
    for at in range(min(raw.FPDFPath_CountSegments(item), _MAX_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(item, at)
        px, py = raw.c_float(), raw.c_float()
        raw.FPDFPathSegment_GetPoint(segment, px, py)
        x = matrix.a * px.value + matrix.c * py.value + matrix.e
        y = height - (matrix.b * px.value + matrix.d * py.value + matrix.f)
        if before is not None and raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            first, second = sorted((before, (x, y)))
            yield Stroke(*first, *second, thick, colour)
        before = (x, y)


@contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _lock:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise Refused("pdf_unreadable") from error
        try:
            yield document
        finally:
            document.close()


def _index(document: pypdfium2.PdfDocument, page: int) -> int:
    if not 1 <= page <= len(document):
        raise Refused("page_missing", page=page)
    return page - 1
