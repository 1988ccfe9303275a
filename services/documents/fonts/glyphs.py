"""Glyphs as TrueType outlines: a growing union per font, kept on disk.

The PDF writer embeds TrueType outlines only and reads a whole font each time. So each source font
gets one small TrueType file that holds every glyph any document has needed so far; PostScript (CFF)
outlines are converted once. The file is a font any reader opens, with a trailer of ours behind it.
"""

import hashlib
import json
import re
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from services.documents.fonts.catalogue import Source, write_whole
from services.documents.fonts.outlines import Wish, in_a_process, name_of

_MAGIC = b"dudao-glyphs-3"
_TAIL = 4 + 32 + len(_MAGIC)
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
        return name_of(_stem(self.source), self.key, self.covered)


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


def _stem(source: Source) -> str:
    plain = [n for n in source.names if n.isascii() and re.fullmatch(r"[\w-]+", n)]
    return (plain or ["Font"])[-1][:40]


def _extended(stock: Stock, wanted: frozenset[int]) -> Stock:
    source = stock.source
    wish = Wish(
        path=str(source.path),
        index=source.index,
        weight=stock.weight if source.variable else None,
        stem=_stem(source),
        key=stock.key,
        codes=sorted(wanted),
        held=sorted(stock.covered),
    )
    new, ttf = in_a_process(wish, stock.ttf)
    return Stock(source, stock.weight, ttf, stock.covered | new, stock.missing | (wanted - new))
