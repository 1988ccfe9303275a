"""Reading a font file's own names without trusting the file.

Installed fonts come from anywhere; only a few bounded tables are read here, so that a damaged or
hostile file is passed over instead of stopping a document.

Source: OpenType 1.9, chapters "Font file", "name" and "OS/2".
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MAX_FACES = 64
_MAX_TABLES = 128
_MAX_NAME_BYTES = 1 << 20
_FAMILY, _FULL, _POSTSCRIPT, _TYPOGRAPHIC = 1, 4, 6, 16
_RESTRICTED = 0x0002


@dataclass(frozen=True, slots=True)
class FaceName:
    """One face of a font file."""

    index: int
    """Number inside a collection, else 0."""
    names: tuple[str, ...]
    """Every family, full and PostScript name, in all its languages."""
    weight: int
    """100–900; 400 is regular."""
    italic: bool
    variable: bool
    """Has a weight axis or another one."""


def read(path: Path) -> tuple[FaceName, ...]:
    """The usable faces of a file; empty for a damaged one or one that forbids embedding."""
    try:
        with path.open("rb") as file:
            faces = (_face(file, index, at) for index, at in enumerate(_offsets(file)))
            return tuple(face for face in faces if face is not None)
    except (OSError, struct.error, ValueError, OverflowError):
        return ()


def _offsets(file: BinaryIO) -> Iterator[int]:
    tag = file.read(4)
    if tag == b"ttcf":
        _version, count = struct.unpack(">II", file.read(8))
        data = file.read(4 * min(count, _MAX_FACES))
        yield from struct.unpack(f">{len(data) // 4}I", data[: len(data) // 4 * 4])
    elif tag in (b"\0\1\0\0", b"OTTO", b"true"):
        yield 0


def _face(file: BinaryIO, index: int, at: int) -> FaceName | None:
    file.seek(at + 4)
    (count,) = struct.unpack(">H6x", file.read(8))
    tables: dict[bytes, tuple[int, int]] = {}
    for _ in range(min(count, _MAX_TABLES)):
        tag, _sum, offset, length = struct.unpack(">4sIII", file.read(16))
        tables[tag] = (offset, length)
    outlines = tables.keys() & {b"glyf", b"CFF ", b"CFF2"}
    if not outlines or not {b"name", b"cmap", b"head", b"hmtx"} <= tables.keys():
        return None
    weight, italic = 400, False
    if b"OS/2" in tables:
        file.seek(tables[b"OS/2"][0])
        os2 = file.read(64)
        (weight,), (rights,), (selection,) = (
            struct.unpack_from(">H", os2, at) for at in (4, 8, 62)
        )
        italic = bool(selection & 1)
        if rights & 0x000F == _RESTRICTED:
            return None
    names = tuple(dict.fromkeys(_names(file, *tables[b"name"])))
    return FaceName(index, names, weight, italic, b"fvar" in tables) if names else None


def _names(file: BinaryIO, offset: int, length: int) -> Iterator[str]:
    file.seek(offset)
    data = file.read(min(length, _MAX_NAME_BYTES))
    _format, count, strings = struct.unpack_from(">HHH", data)
    for number in range(count):
        platform, encoding, _language, what, size, at = struct.unpack_from(
            ">6H", data, 6 + 12 * number
        )
        if what in (_FAMILY, _FULL, _POSTSCRIPT, _TYPOGRAPHIC):
            raw = data[strings + at : strings + at + size]
            name = _decode(platform, encoding, raw).strip("\0 ")
            if name:
                yield name


def _decode(platform: int, encoding: int, raw: bytes) -> str:
    if platform in (0, 3):
        return raw.decode("utf-16-be", "ignore")
    return raw.decode("gb18030" if encoding == 25 else "mac-roman", "ignore")  # noqa: PLR2004 -- 25 is Mac Simplified Chinese
