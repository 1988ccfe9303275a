"""打印: the pages of a PDF onto A4 paper as they are; saving to a stick; opening the folder."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from services import sticks
from services.documents import pages
from services.errors import AppError, Refused
from services.files import write_atomic
from services.reports import file_name
from services.words import _
from ui import errors
from ui.parts.choosing import ask_to_save

DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72


def printer(name: str) -> QPrinter:
    """A printer set to A4 without margins of its own; the document is called `name`."""
    made = QPrinter(QPrinter.PrinterMode.HighResolution)
    made.setDocName(name)
    made.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    made.setPageMargins(QMarginsF(0, 0, 0, 0))
    made.setFullPage(True)
    made.setDuplex(QPrinter.DuplexMode.DuplexLongSide)
    return made


def ask_and_print(parent: QWidget, pdf: bytes, name: str) -> bool:
    """Let the person choose printer, pages and copies, then print; whether it was printed."""
    chosen = printer(name)
    dialog = QPrintDialog(chosen, parent)
    dialog.setWindowTitle(_("打印 — {name}").format(name=name))
    dialog.setMinMax(1, pages.page_count(pdf))
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return False
    try:
        print_pages(chosen, pdf)
    except AppError as failure:
        errors.show(parent, failure)
        return False
    return True


def print_pages(to: QPrinter, pdf: bytes) -> None:
    """Print a PDF, the pages that the printer was asked for, each as large as its paper.

    Raises:
        Refused: no readable PDF, or the printer takes nothing.
    """
    count = pages.page_count(pdf)
    first, last = to.fromPage() or 1, min(to.toPage() or count, count)
    painter = QPainter()
    for number in range(first, last + 1):
        width, height = pages.page_size(pdf, number)
        across = width > height
        orientation = QPageLayout.Orientation
        to.setPageOrientation(orientation.Landscape if across else orientation.Portrait)
        started = painter.begin(to) if number == first else to.newPage()
        if not started:
            raise Refused("printer_refuses", name=to.printerName())
        _draw(painter, to, pdf, number)
    painter.end()


def _draw(painter: QPainter, to: QPrinter, pdf: bytes, number: int) -> None:
    drawn = pages.render(pdf, number, DOTS_PER_INCH / _POINTS_PER_INCH)
    image = QImage(
        drawn.data, drawn.width, drawn.height, drawn.width * 4, QImage.Format.Format_RGBX8888
    )
    paper = to.pageLayout().fullRectPixels(to.resolution())
    painter.drawImage(QRectF(0, 0, paper.width(), paper.height()), image)


def ask_and_save(parent: QWidget, pdf: bytes, name: str, start: str = "") -> Path | None:
    """Write a PDF where the person says, whole or not at all; None when they cancel."""
    proposed = Path(start) / f"{file_name(name)}.pdf"
    path = ask_to_save(parent, _("存为 PDF"), "PDF (*.pdf)", proposed)
    if path is None:
        return None
    try:
        write_atomic(path, pdf, overwrite=True)
    except AppError as failure:
        errors.show(parent, failure)
        return None
    return path


def ask_and_save_manuscript(parent: QWidget, file: bytes, name: str) -> Path | None:
    """Write a 送审稿 where the person says; None when they cancel or it was not written.

    Never over another file: somebody's corrections may stand in it.
    """
    proposed = f"{file_name(_('送审稿-{name}').format(name=name))}.docx"
    title, kinds = _("导出送审稿"), "Word (*.docx)"
    path = ask_to_save(parent, title, kinds, proposed, replaces=False)
    if path is None:
        return None
    try:
        write_atomic(path, file)
    except AppError as failure:
        errors.show(parent, failure)
        return None
    return path


def stick() -> str:
    """The folder of a plugged-in stick (打印盘); empty when there is none."""
    found = sticks.plugged()
    return str(found[0].path) if found else ""


def open_folder(path: Path) -> None:
    """Show the folder that holds a file."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
