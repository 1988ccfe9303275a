"""Small pictures of attached files, drawn by Qt within limits; other files show their ending."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap

_MOST_BYTES = 24 * 1024 * 1024
_MOST_SIDE = 12_000
"""Pixels; a larger picture is not opened at all."""
_FORMATS = frozenset({b"png", b"jpeg", b"jpg", b"bmp", b"webp", b"gif", b"tiff"})


def thumbnail(content: bytes, side: int, ratio: float = 1.0) -> QPixmap | None:
    """A picture at most `side` logical pixels wide and high; None when it is none, or too large."""
    if len(content) > _MOST_BYTES:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()) not in _FORMATS:
        return None
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _MOST_SIDE:
        return None
    room = QSize(round(side * ratio), round(side * ratio))
    reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
