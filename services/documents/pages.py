"""Finished PDFs as pictures and as measured text; the only module that reads pages with PDFium."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2

from services.errors import Refused

_lock = threading.Lock()
"""PDFium is not safe for threads."""
_MAX_PIXELS = 60_000_000


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


def _characters(page: pypdfium2.PdfTextPage, height: float) -> Iterator[Char]:
    raw = pypdfium2.raw
    for at in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(page, at)
        if raw.FPDFText_IsGenerated(page, at) == 1 or code in (0, 0x20, 0x0D, 0x0A):
            continue
        left, bottom, right, top = page.get_charbox(at)
        x, y = raw.c_double(), raw.c_double()
        raw.FPDFText_GetCharOrigin(page, at, x, y)
        size = float(raw.FPDFText_GetFontSize(page, at))
        yield Char(
            chr(code), left, height - top, right, height - bottom, size, x.value, height - y.value
        )


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
