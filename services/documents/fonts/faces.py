"""The faces of one document: who plays each role, and for each character the font that has it."""

import atexit
import functools
import shutil
import struct
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import platformdirs
import pylopdf_fonts_zh_cn as packaged
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from services.documents.fonts import glyphs
from services.documents.fonts.catalogue import Source, folders, plain, scan
from services.documents.fonts.glyphs import FontUnusable, Stock
from services.documents.fonts.names import read
from services.documents.fonts.roles import SPARE, WISHES, Role
from services.errors import Refused

_lock = threading.RLock()
_loaded: dict[str, "Face"] = {}
"""Faces of this process by PostScript name; a face is only read, so that documents share it."""


class Face:
    """A font ready to be embedded: its name in the PDF, widths and ink."""

    def __init__(self, stock: Stock) -> None:
        """Parse the stock's TrueType bytes."""
        self.stock = stock
        self.name = stock.name
        self.font = TTFont(self.name, BytesIO(stock.ttf), asciiReadable=False, shapable=False)

    def width(self, character: str) -> float:
        """Advance in em."""
        face = self.font.face
        return float(face.charWidths.get(ord(character), face.defaultWidth)) / 1000

    def ink(self, character: str) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of what is drawn, in em; zeros for a blank."""
        face = self.font.face
        glyph = face.charToGlyph[ord(character)]
        start, end = face.glyphPos[glyph : glyph + 2]
        if end - start < 10:  # noqa: PLR2004 -- bytes of a glyph header
            return (0.0, 0.0, 0.0, 0.0)
        at = face.table["glyf"]["offset"] + start
        data = self.stock.ttf[at : at + 10]
        left, bottom, right, top = (v / face.unitsPerEm for v in struct.unpack(">2x4h", data))
        return (left, bottom, right, top)


@dataclass(frozen=True, slots=True)
class Substitution:
    """A face that stands for another; told to the person instead of claiming what is not so."""

    role: str
    wanted: str
    """The prescribed family."""
    used: str
    """The family really embedded."""
    characters: str = ""
    """Only these characters; empty for the whole role."""


class Fonts:
    """The faces of one document and which of them draws which character."""

    def __init__(self, faces: Sequence[Face], chosen: Mapping[Role, Mapping[str, int]]) -> None:
        """Take the faces, and per role the face number of each prepared character."""
        self.faces = tuple(faces)
        self._chosen = chosen
        self._widths: dict[tuple[Role, str], tuple[int, float]] = {}
        self.substitutions: tuple[Substitution, ...] = ()

    def glyph(self, role: Role, character: str) -> tuple[int, float]:
        """Face number and advance in em of a prepared character.

        Raises:
            KeyError: The character was not prepared for this role; a bug of the caller.
        """
        held = self._widths.get((role, character))
        if held is None:
            number = self._chosen[role][character]
            held = self._widths[role, character] = (number, self.faces[number].width(character))
        return held

    def used(self, role: Role) -> tuple[int, ...]:
        """Numbers of the faces that draw this role, the one with most characters first."""
        numbers = list(self._chosen.get(role, {}).values())
        return tuple(sorted(set(numbers), key=lambda n: (-numbers.count(n), n)))

    def files(self, role: Role) -> tuple[Path, ...]:
        """Font files for another drawing library, in the order of `used`.

        Each file's family name is `faces[n].name`. That library remembers fonts by path for as
        long as the process lives, so another set of glyphs gets another path.
        """
        made = []
        for number in self.used(role):
            face = self.faces[number]
            path = _own_folder() / f"{face.name}.ttf"
            if not path.exists():
                path.write_bytes(face.stock.ttf)
            made.append(path)
        return tuple(made)

    @contextmanager
    def registered(self) -> Iterator[None]:
        """The faces known to the PDF writer while it draws one document.

        It keeps fonts in one table for the whole process and answers with the first one of a name,
        so the table is emptied of ours afterwards; documents are drawn one at a time.
        """
        with _lock:
            for face in self.faces:
                pdfmetrics.registerFont(face.font)
            try:
                yield
            finally:
                for face in self.faces:
                    face.font.unregister()


@functools.cache
def _own_folder() -> Path:
    """A folder of this process for fonts that another library reads; gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="dudao-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def prepare(
    texts: Mapping[Role, Iterable[str]],
    where: Sequence[Path] | None = None,
    cache: Path | None = None,
) -> Fonts:
    """Find a font for every character of every role.

    Args:
        texts: All text of the document by role.
        where: Font folders; the system's when None.
        cache: Folder for scanned names and converted glyphs; the user's cache folder when None.

    Returns:
        The faces, with a report of what stands for what.

    Raises:
        Refused: `glyph_missing` (params char, codepoint): no font has the character.
    """
    cache = cache or Path(platformdirs.user_cache_dir("dudao", appauthor=False)) / "fonts"
    with _lock:
        installed = scan(folders() if where is None else where, cache / "catalogue.json")
        return _Search(installed, cache).run(
            {role: frozenset("".join(t)) for role, t in texts.items()}
        )


class _Search:
    """One search for all characters of a document."""

    def __init__(self, installed: Sequence[Source], cache: Path) -> None:
        self.cache = cache
        self.by_name: dict[str, list[Source]] = {}
        for source in installed:
            for name in source.names:
                self.by_name.setdefault(plain(name), []).append(source)
        self.packaged = {
            serif: _packaged(packaged.serif_path() if serif else packaged.sans_path())
            for serif in (True, False)
        }
        self.stocks: dict[tuple[Source, int], Stock | None] = {}

    def run(self, needed: Mapping[Role, frozenset[str]]) -> Fonts:
        chains = {role: self._chain(role) for role in needed}
        left = {role: {ord(c) for c in chars} for role, chars in needed.items()}
        drawn: dict[Role, dict[str, tuple[Source, int]]] = {role: {} for role in needed}
        for step in range(max((len(chain) for chain in chains.values()), default=0)):
            asked: dict[tuple[Source, int], set[int]] = {}
            for role, chain in chains.items():
                if left[role] and step < len(chain):
                    asked.setdefault(chain[step], set()).update(left[role])
            for key, codes in asked.items():
                self._ask(key, codes)
            for role, chain in chains.items():
                stock = self.stocks.get(chain[step]) if left[role] and step < len(chain) else None
                if stock is not None:
                    drawn[role].update(
                        (chr(code), chain[step]) for code in left[role] & stock.covered
                    )
                    left[role] -= stock.covered
        for codes in left.values():
            if codes:
                code = min(codes)
                shown = "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)  # noqa: PLR2004 -- half a pair
                raise Refused("glyph_missing", char=shown, codepoint=f"U+{code:04X}")
        return self._fonts(drawn)

    def _chain(self, role: Role) -> list[tuple[Source, int]]:
        wish = WISHES[role]
        chain = [
            (source, wish.weight)
            for family in (*wish.official, *wish.free)
            if (source := self._best(family, wish.weight)) is not None
        ]
        chain += [(self.packaged[serif], wish.weight) for serif in (wish.serif, not wish.serif)]
        chain += [
            (s, wish.weight)
            for family in SPARE
            if (s := self._best(family, wish.weight)) is not None
        ]
        return list(dict.fromkeys((s, weight if s.variable else 0) for s, weight in chain))

    def _best(self, family: str, weight: int) -> Source | None:
        found = self.by_name.get(plain(family), ())
        return min(
            found,
            key=lambda s: (s.italic, abs(s.weight - weight), str(s.path), s.index),
            default=None,
        )

    def _ask(self, key: tuple[Source, int], codes: set[int]) -> None:
        if key not in self.stocks:
            self.stocks[key] = _held(key) or glyphs.load(*key, self.cache)
        stock = self.stocks[key]
        if stock is not None and not codes <= stock.covered | stock.missing:
            try:
                self.stocks[key] = glyphs.grow(stock, codes, self.cache)
            except FontUnusable:
                self.stocks[key] = None

    def _fonts(self, drawn: Mapping[Role, Mapping[str, tuple[Source, int]]]) -> Fonts:
        keys = sorted(
            {key for chosen in drawn.values() for key in chosen.values()},
            key=lambda k: (str(k[0].path), *k[1:]),
        )
        faces = []
        for key in keys:
            stock = self.stocks[key]
            if stock is None:
                raise FontUnusable(str(key[0].path))
            faces.append(_face(stock))
        number = {key: at for at, key in enumerate(keys)}
        fonts = Fonts(
            faces,
            {role: {c: number[key] for c, key in chosen.items()} for role, chosen in drawn.items()},
        )
        fonts.substitutions = tuple(_substitutions(drawn))
        return fonts


def _face(stock: Stock) -> Face:
    name = stock.name
    if name not in _loaded:
        for old in [n for n, f in _loaded.items() if f.stock.key == stock.key]:
            del _loaded[old]
        _loaded[name] = Face(stock)
    return _loaded[name]


def _held(key: tuple[Source, int]) -> Stock | None:
    wanted = Stock(*key).key
    return next((face.stock for face in _loaded.values() if face.stock.key == wanted), None)


def _packaged(path: Path) -> Source:
    status = path.stat()
    face = read(path)[0]
    return Source(path, 0, f"{status.st_size}", face.names, face.weight, face.italic, face.variable)


def _substitutions(
    drawn: Mapping[Role, Mapping[str, tuple[Source, int]]],
) -> Iterator[Substitution]:
    for role, chosen in drawn.items():
        wish = WISHES[role]
        official = {plain(name) for name in wish.official}
        by_source: dict[Source, list[str]] = {}
        for character, (source, _weight) in chosen.items():
            by_source.setdefault(source, []).append(character)
        ranked = sorted(by_source.items(), key=lambda pair: (-len(pair[1]), str(pair[0].path)))
        for rank, (source, characters) in enumerate(ranked):
            if not official & {plain(name) for name in source.names}:
                some = "".join(sorted(characters)) if rank else ""
                yield Substitution(role.value, wish.official[0], source.family, some)
