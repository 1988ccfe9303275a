"""Glyphs as TrueType outlines: a growing union per font, kept on disk.

The PDF writer embeds TrueType outlines only and reads a whole font each time. So each source font
gets one small TrueType file that holds every glyph any document has needed so far; PostScript (CFF)
outlines are converted once. The file is a font any reader opens, with a trailer of ours behind it.
"""

import hashlib
import json
import re
import struct
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from services.documents.fonts.catalogue import Source, write_whole

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables._g_l_y_f import Glyph

_MAGIC = b"dudao-glyphs-3"
_TAIL = 4 + 32 + len(_MAGIC)
_EM = 1000
"""Units of every font made here: the drawing library writes wrong advances for any other."""
_MAX_ERROR = 1.0
"""Greatest distance, in units, between a cubic outline and its quadratic stand-in."""
_BASIC = frozenset(range(0x20, 0x7F)) | frozenset(
    map(ord, "，。、；：？！（）《》〈〉「」『』【】〔〕“”‘’—…·")
)
"""Always taken along, so that punctuation never makes a font grow."""


class FontUnusable(Exception):
    """A font file cannot be read; the next one of the chain is used."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is known of one source font."""

    source: Source
    weight: int
    """Place on the weight axis of a variable font."""
    ttf: bytes = field(default=b"", repr=False)
    """A TrueType font of the covered characters; empty while there are none."""
    covered: frozenset[int] = frozenset()
    missing: frozenset[int] = frozenset()
    """Characters asked for that the font does not have."""

    @property
    def key(self) -> str:
        """Names the source file, its version and the face in it."""
        weight = self.weight if self.source.variable else 0
        text = f"{self.source.path}|{self.source.stamp}|{self.source.index}|{weight}"
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]

    @property
    def name(self) -> str:
        """PostScript name; another set of glyphs has another name."""
        return _postscript(self.source, self.key, self.covered)


def load(source: Source, weight: int, folder: Path) -> Stock:
    """The stock of a font as the cache folder has it; empty when it has none or a damaged one."""
    stock = Stock(source, weight)
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = (folder / f"{stock.key}.ttf").read_bytes()
        if len(data) < _TAIL or not data.endswith(_MAGIC):
            return stock
        (size,) = struct.unpack_from(">I", data, len(data) - _TAIL)
        body = data[: len(data) - _TAIL]
        if data[len(data) - _TAIL + 4 : -len(_MAGIC)] != hashlib.sha256(body).digest():
            return stock
        facts = json.loads(body[len(body) - size :])
        return Stock(
            source,
            weight,
            body[: len(body) - size],
            frozenset(facts["covered"]),
            frozenset(facts["missing"]),
        )
    return stock


def grow(stock: Stock, characters: Iterable[int], folder: Path) -> Stock:
    """The stock with these characters looked up too; the cache file is replaced when it can be.

    Raises:
        FontUnusable: The font file is damaged or gone.
    """
    held = load(stock.source, stock.weight, folder)
    if held.covered > stock.covered:
        stock = held
    wanted = frozenset(characters) - stock.covered - stock.missing
    if not wanted:
        return stock
    try:
        grown = _extended(stock, wanted | (_BASIC - stock.covered - stock.missing))
    except Exception as error:
        raise FontUnusable(str(stock.source.path)) from error
    facts = json.dumps(
        {"covered": sorted(grown.covered), "missing": sorted(grown.missing)}
    ).encode()
    body = grown.ttf + facts
    tail = struct.pack(">I", len(facts)) + hashlib.sha256(body).digest() + _MAGIC
    with suppress(OSError):
        write_whole(folder / f"{grown.key}.ttf", body + tail)
    return grown


def _postscript(source: Source, key: str, covered: frozenset[int]) -> str:
    plain = [n for n in source.names if n.isascii() and re.fullmatch(r"[\w-]+", n)]
    digest = hashlib.sha256(f"{key}{sorted(covered)}".encode()).hexdigest()[:10]
    return f"{(plain or ['Font'])[-1][:40]}-{digest}"


def _extended(stock: Stock, wanted: frozenset[int]) -> Stock:
    from fontTools.ttLib import TTFont

    where = {"wght": float(stock.weight)} if stock.source.variable else None
    with TTFont(stock.source.path, fontNumber=stock.source.index, lazy=True) as font:
        new = _outlines(font, wanted, where)
        if not new and not stock.covered:
            return Stock(stock.source, stock.weight, b"", frozenset(), stock.missing | wanted)
        covered = stock.covered | new.keys()
        name = _postscript(stock.source, stock.key, covered)
        ttf = _built(font, stock.ttf, new, name) if new else stock.ttf
    return Stock(stock.source, stock.weight, ttf, covered, stock.missing | (wanted - new.keys()))


def _outlines(
    font: "TTFont", wanted: frozenset[int], where: dict[str, float] | None
) -> "dict[int, tuple[Glyph, int]]":
    """Glyph and advance of each wanted character the font really draws."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    scale = _EM / font["head"].unitsPerEm
    cmap = font.getBestCmap() or {}
    cubic = "glyf" not in font
    glyphs = font.getGlyphSet(location=where)
    found = {}
    for code in sorted(wanted & cmap.keys()):
        drawn = glyphs[cmap[code]]
        record = DecomposingRecordingPen(glyphs)
        drawn.draw(record)
        if not record.value and unicodedata.category(chr(code))[0] in "LNPS":
            continue
        pen = TTGlyphPen(None)
        quadratic = Cu2QuPen(pen, _MAX_ERROR, reverse_direction=True) if cubic else pen
        record.replay(TransformPen(quadratic, (scale, 0, 0, scale, 0, 0)))
        found[code] = (pen.glyph(), round(drawn.width * scale))
    return found


def _built(font: "TTFont", before: bytes, new: "dict[int, tuple[Glyph, int]]", name: str) -> bytes:
    """A TrueType font of the glyphs of `before` and the new ones."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    outlines = {".notdef": TTGlyphPen(None).glyph()}
    advances = {".notdef": _EM}
    codes: dict[int, str] = {}
    if before:
        old = TTFont(BytesIO(before))
        for code, glyph in (old.getBestCmap() or {}).items():
            codes[code], outlines[glyph], advances[glyph] = (
                glyph,
                old["glyf"][glyph],
                old["hmtx"][glyph][0],
            )
    for code, (outline, advance) in new.items():
        glyph = f"u{code:05X}"
        codes[code], outlines[glyph], advances[glyph] = glyph, outline, advance
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder(list(outlines))
    builder.setupCharacterMap(codes)
    builder.setupGlyf(outlines)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {g: (advances[g], getattr(table[g], "xMin", 0)) for g in outlines}
    )
    scale = _EM / font["head"].unitsPerEm
    up, down = (round(v * scale) for v in (font["hhea"].ascent, font["hhea"].descent))
    builder.setupHorizontalHeader(ascent=up, descent=down)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2(sTypoAscender=up, sTypoDescender=down, fsType=0)
    builder.setupPost(keepGlyphNames=False)
    out = BytesIO()
    builder.font["head"].created = builder.font["head"].modified = 0xC0000000
    builder.font.recalcTimestamp = False
    builder.save(out)
    return out.getvalue()
