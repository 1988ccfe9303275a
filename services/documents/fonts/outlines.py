"""Reading outlines out of a font, and writing them as a TrueType font of their own.

A Chinese font has tens of thousands of glyphs, and reading a few of them takes 130 MB that a
process hardly gives back. So this file is also a program, which a process of its own runs: nothing
of it stays in the window's, a font that does harm harms only that process, and nobody waits for the
interpreter meanwhile. It loads nothing else of ours.
"""

import hashlib
import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables._g_l_y_f import Glyph

_EM = 1000
"""Units of every font made here: the drawing library writes wrong advances for any other."""
_MAX_ERROR = 1.0
"""Greatest distance, in units, between a cubic outline and its quadratic stand-in."""
_PATIENCE_S = 120
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Where a process would else show a window of its own."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which glyphs of which font, to be put together with those held already."""

    path: str
    index: int
    """Place in a collection of fonts."""
    weight: int | None
    """Place on the weight axis of a variable font; None for any other."""
    stem: str
    key: str
    """What the font is named by; see `name_of`."""
    codes: Sequence[int]
    """Characters wanted."""
    held: Sequence[int]
    """Characters that the font before has."""


def name_of(stem: str, key: str, covered: Iterable[int]) -> str:
    """PostScript name of a font made here: another font or set of glyphs has another name."""
    digest = hashlib.sha256(f"{key}{sorted(covered)}".encode()).hexdigest()[:10]
    return f"{stem}-{digest}"


def in_a_process(wish: Wish, before: bytes) -> tuple[frozenset[int], bytes]:
    """The wanted characters that the font draws, and a font of them and those of `before`.

    Raises:
        subprocess.SubprocessError: the font cannot be read, or it takes too long.
        ValueError: what came back makes no sense.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter and this very file
        [sys.executable, "-I", __file__],
        input=json.dumps(asdict(wish)).encode() + b"\n" + before,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_PATIENCE_S,
        check=True,
        creationflags=_NO_WINDOW,
    )
    told, _, ttf = done.stdout.partition(b"\n")
    found = frozenset(map(int, json.loads(told)))
    if not found <= frozenset(wish.codes):
        raise ValueError
    return found, ttf if found else before


def extended(wish: Wish, before: bytes) -> tuple[frozenset[int], bytes]:
    """What `in_a_process` gives, worked out here."""
    from fontTools.ttLib import TTFont

    where = None if wish.weight is None else {"wght": float(wish.weight)}
    with TTFont(Path(wish.path), fontNumber=wish.index, lazy=True) as font:
        new = _outlines(font, frozenset(wish.codes), where)
        if not new:
            return frozenset(), before
        name = name_of(wish.stem, wish.key, frozenset(wish.held) | new.keys())
        return frozenset(new), _built(font, before, new, name)


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


def main() -> None:
    """Read a wish and the font before; write what was found and the font after."""
    wish = Wish(**json.loads(sys.stdin.buffer.readline()))
    found, ttf = extended(wish, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(sorted(found)).encode() + b"\n" + ttf)


if __name__ == "__main__":
    main()
