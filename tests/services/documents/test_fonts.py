"""Fonts: the official face where it is installed, else a free one; each character from a font."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from services.documents.blocks import body
from services.documents.characters import wanted
from services.documents.drawing import draw
from services.documents.fonts import Fonts, Role, catalogue, glyphs, names, outlines, prepare
from services.documents.fonts.glyphs import FontUnusable
from services.documents.layout import lay_out
from services.errors import Refused

ROOT = Path(__file__).resolve().parents[3]
RARE = "堃喆垚犇䶮𬭎"


def square(pen: TTGlyphPen | T2CharStringPen) -> None:
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()


def make_font(
    path: Path,
    family: str,
    text: str,
    *,
    cff: bool = False,
    rights: int = 0,
    em: int = 1000,
    ps_name: str = "Squares",
) -> Path:
    """A font of squares, for these characters only."""
    codes = {ord(c): f"g{ord(c)}" for c in text}
    order = [".notdef", *codes.values()]
    builder = FontBuilder(em, isTTF=not cff)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(codes)
    if cff:
        pens = {name: T2CharStringPen(1000, None) for name in order}
        for pen in pens.values():
            square(pen)
        drawn = {name: pen.getCharString() for name, pen in pens.items()}
        builder.setupCFF("Squares", {}, drawn, {})
    else:
        outlines = {}
        for name in order:
            pen = TTGlyphPen(None)
            square(pen)
            outlines[name] = pen.glyph()
        builder.setupGlyf(outlines)
    builder.setupHorizontalMetrics(dict.fromkeys(order, (em, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": ps_name})
    builder.setupOS2(fsType=rights)
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)
    return path


def used(fonts: Fonts, role: Role, character: str) -> str:
    return fonts.faces[fonts.glyph(role, character)[0]].stock.source.path.name


def test_without_any_font_the_packaged_ones_are_used_and_told(tmp_path: Path) -> None:
    fonts = prepare({Role.BODY: ["督导"], Role.HEI: ["一"]}, (), tmp_path)
    assert used(fonts, Role.BODY, "督") == "NotoSerifSC-Regular.otf"
    assert used(fonts, Role.HEI, "一") == "NotoSansSC-Regular.otf"
    assert {(s.role, s.wanted) for s in fonts.substitutions} == {
        ("body", "仿宋_GB2312"),
        ("hei", "黑体"),
    }


def test_an_official_face_is_used_and_not_called_a_substitution(tmp_path: Path) -> None:
    make_font(tmp_path / "fonts/fang.ttf", "FangSong", "督导")
    fonts = prepare({Role.BODY: ["督导"]}, (tmp_path / "fonts",), tmp_path / "cache")
    assert used(fonts, Role.BODY, "督") == "fang.ttf"
    assert fonts.substitutions == ()


@pytest.mark.parametrize("cff", [False, True])
def test_each_character_comes_from_a_font_that_has_it(tmp_path: Path, cff: bool) -> None:
    make_font(tmp_path / "fonts/fang.otf", "仿宋_GB2312", "李王张刘陈杨赵黄", cff=cff)
    fonts = prepare(
        {Role.BODY: ["李王张刘陈杨赵黄" + RARE]}, (tmp_path / "fonts",), tmp_path / "cache"
    )
    assert used(fonts, Role.BODY, "李") == "fang.otf"
    assert {used(fonts, Role.BODY, c) for c in RARE} == {"NotoSerifSC-Regular.otf"}
    (told,) = fonts.substitutions
    assert set(told.characters) == set(RARE)


def test_a_character_no_font_has_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        prepare({Role.BODY: ["好\U0001f600"]}, (), tmp_path)
    assert refused.value.code == "glyph_missing"
    assert refused.value.params == {"char": "\U0001f600", "codepoint": "U+1F600"}


def test_half_a_surrogate_pair_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        prepare({Role.BODY: ["\ud800"]}, (), tmp_path)


def test_damaged_and_foreign_files_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    whole = make_font(folder / "fang.ttf", "FangSong", "督导").read_bytes()
    (folder / "cut.ttf").write_bytes(whole[: len(whole) // 2])
    (folder / "random.otf").write_bytes(b"OTTO\xff\xff" + bytes(range(256)) * 4)
    (folder / "empty.ttc").write_bytes(b"")
    (folder / "many.ttc").write_bytes(b"ttcf\0\1\0\0\xff\xff\xff\xff" + b"\xff" * 40)
    fonts = prepare({Role.BODY: ["督"]}, (folder,), tmp_path / "cache")
    assert used(fonts, Role.BODY, "督") == "fang.ttf"


def test_a_font_damaged_behind_its_names_is_passed_over(tmp_path: Path) -> None:
    path = make_font(tmp_path / "fonts/fang.ttf", "FangSong", "督导")
    data = bytearray(path.read_bytes())
    at = data.find(b"cmap", 12)
    offset = int.from_bytes(data[at + 8 : at + 12], "big")
    data[offset : offset + 24] = b"\xff" * 24
    path.write_bytes(data)
    assert names.read(path)
    fonts = prepare({Role.BODY: ["督"]}, (path.parent,), tmp_path / "cache")
    assert used(fonts, Role.BODY, "督") == "NotoSerifSC-Regular.otf"


def test_a_font_that_forbids_embedding_is_not_used(tmp_path: Path) -> None:
    path = make_font(tmp_path / "fonts/fang.ttf", "FangSong", "督", rights=2)
    assert names.read(path) == ()


def test_the_scan_is_kept_and_notices_a_changed_file(tmp_path: Path) -> None:
    path = make_font(tmp_path / "fonts/a.ttf", "FangSong", "督")
    cache = tmp_path / "catalogue.json"
    (first,) = catalogue.scan((path.parent,), cache)
    make_font(path, "KaiTi", "督导组")
    (second,) = catalogue.scan((path.parent,), cache)
    assert (first.family, second.family) == ("FangSong", "KaiTi")
    cache.write_text("{broken", "utf-8")
    assert catalogue.scan((path.parent,), cache) == (second,)


def test_converted_glyphs_are_kept_and_grow(tmp_path: Path) -> None:
    (source,) = catalogue.scan(
        (make_font(tmp_path / "f/a.otf", "X", "督导组", cff=True).parent,), tmp_path / "c"
    )
    first = glyphs.grow(glyphs.load(source, 400, tmp_path), {ord("督")}, tmp_path)
    second = glyphs.grow(glyphs.load(source, 400, tmp_path), {ord("导"), ord("缺")}, tmp_path)
    assert second.covered == {ord("督"), ord("导")}
    assert ord("缺") in second.missing
    assert first.name != second.name
    assert glyphs.load(source, 400, tmp_path) == second


def test_outlines_are_read_by_a_process_of_its_own(tmp_path: Path) -> None:
    path = make_font(tmp_path / "f/a.otf", "X", "督导组", cff=True)
    wish = outlines.Wish(str(path), 0, None, "X", "key", [ord("督"), ord("缺")], [])
    assert outlines.in_a_process(wish, b"") == outlines.extended(wish, b"")
    told = (
        "import sys; from pathlib import Path; from services.documents.fonts import Role, prepare; "
        "prepare({Role.BODY: ['督']}, (), Path(sys.argv[1])); print('fontTools' in sys.modules)"
    )
    command = [sys.executable, "-c", told, str(tmp_path / "cache")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "False\n"


@pytest.mark.parametrize("said", ["[1]\n", "督", "", "null\n"])
def test_what_the_other_process_says_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    program = tmp_path / "liar.py"
    program.write_text(f"print({said!r}, end='')", "utf-8")
    monkeypatch.setattr(outlines, "__file__", str(program))
    (source,) = catalogue.scan((make_font(tmp_path / "f/a.ttf", "X", "督").parent,), tmp_path / "c")
    with pytest.raises(FontUnusable):
        glyphs.grow(glyphs.load(source, 400, tmp_path), {ord("督")}, tmp_path)


def test_another_process_growing_the_same_font_loses_nothing(tmp_path: Path) -> None:
    (source,) = catalogue.scan(
        (make_font(tmp_path / "f/a.ttf", "X", "督导组").parent,), tmp_path / "c"
    )
    mine = glyphs.load(source, 400, tmp_path)
    glyphs.grow(mine, {ord("督")}, tmp_path)
    theirs = glyphs.grow(mine, {ord("导")}, tmp_path)
    assert theirs.covered == {ord("督"), ord("导")}


@pytest.mark.parametrize("damage", [b"", b"junk", b"\0" * 5000])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    (source,) = catalogue.scan((make_font(tmp_path / "f/a.ttf", "X", "督").parent,), tmp_path / "c")
    stock = glyphs.grow(glyphs.load(source, 400, tmp_path), {ord("督")}, tmp_path)
    file = tmp_path / f"{stock.key}.ttf"
    flipped = bytearray(file.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    file.write_bytes(damage or bytes(flipped))
    assert glyphs.load(source, 400, tmp_path).covered == frozenset()
    assert glyphs.grow(glyphs.load(source, 400, tmp_path), {ord("督")}, tmp_path).ttf == stock.ttf


def test_a_cache_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")
    fonts = prepare({Role.BODY: ["督"]}, (), blocked / "cache")
    assert all(path.exists() for path in fonts.files(Role.BODY))


@pytest.mark.parametrize("em", [256, 1000, 2048])
def test_embedded_advances_agree_with_the_pages_widths(tmp_path: Path, em: int) -> None:
    make_font(tmp_path / "fonts/fang.ttf", "FangSong", "督导组", em=em)
    blocks = (body("督导组"),)
    fonts = prepare(wanted(blocks), (tmp_path / "fonts",), tmp_path / "cache")
    checked = 0
    with pikepdf.open(BytesIO(draw(lay_out(blocks, fonts), fonts, "标题"))) as pdf:
        for font in dict(pdf.pages[0].Resources.Font).values():
            program = TTFont(BytesIO(font.FontDescriptor.FontFile2.read_bytes()))
            scale = 1000 / program["head"].unitsPerEm
            advances = [width * scale for width, _left in program["hmtx"].metrics.values()]
            assert max(advances) == pytest.approx(max(map(float, font.Widths)), abs=1)
            checked += "Squares" in str(font.BaseFont)
    assert checked == 1
