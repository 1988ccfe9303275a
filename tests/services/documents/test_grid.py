"""The finished PDF measured against GB/T 9704-2012: characters as another program sees them."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.documents import pages
from services.documents.archive import Facts, finish
from services.documents.blocks import (
    Addressee,
    Attachments,
    Block,
    Closing,
    Column,
    Figure,
    Heading,
    Label,
    RedHead,
    Signer,
    Table,
    Title,
    body,
)
from services.documents.flow import MM, PITCH, RED, Area, Rule
from services.documents.layout import Ink, Look
from tests.services.documents.measured import find, laid

HEAD: tuple[Block, ...] = (
    Label("内部资料"),
    RedHead("市委督导组", "银督三〔2014〕12号"),
    Title(("关于市教育局", "督导检查的报告")),
    Addressee("市委办公室"),
)
TEXT = "督导检查" * 7


@pytest.fixture
def cache(font_cache: Path) -> Path:
    return font_cache


def test_a_full_line_has_28_characters_in_156_mm(cache: Path) -> None:
    _layout, pdf = laid((body(TEXT * 3),), cache)
    chars = pages.characters(pdf, 1)
    second = [c for c in chars if abs(c.baseline - chars[26].baseline) < 0.1]
    assert len(second) == 28
    assert second[0].x == pytest.approx(28 * MM, abs=0.05)
    steps = [b.x - a.x for a, b in itertools.pairwise(second)]
    assert steps == pytest.approx([156 * MM / 28] * 27, abs=0.01)
    assert {round(c.size, 2) for c in second} == {16}


def test_22_lines_stand_in_225_mm(cache: Path) -> None:
    _layout, pdf = laid((body(TEXT * 30),), cache)
    lines = sorted({round(c.baseline, 2) for c in pages.characters(pdf, 1) if c.size > 15})
    assert len(lines) == 22
    steps = [b - a for a, b in itertools.pairwise(lines)]
    assert steps == pytest.approx([PITCH] * 21, abs=0.03)
    assert pytest.approx(29.61, abs=0.005) == PITCH
    assert lines[0] - 0.88 * 16 == pytest.approx(37 * MM, abs=0.05)
    assert lines[-1] + 0.12 * 16 == pytest.approx(297 * MM - 35 * MM, abs=0.05)


def test_the_first_line_is_indented_by_two_characters(cache: Path) -> None:
    _layout, pdf = laid((body("督导"),), cache)
    assert find(pdf, 1, "督")[0].x == pytest.approx(28 * MM + 2 * 15.793, abs=0.05)


def test_the_head_stands_where_the_standard_says(cache: Path) -> None:
    layout, pdf = laid((*HEAD, body(TEXT)), cache)
    label, mark, number = find(pdf, 1, "内")[0], find(pdf, 1, "市委督导组"), find(pdf, 1, "银督三")
    assert label.x == pytest.approx(28 * MM, abs=0.05)
    assert mark[0].baseline - 0.88 * mark[0].size == pytest.approx((37 + 35) * MM, abs=0.1)
    assert (mark[0].x + mark[-1].x + mark[-1].size) / 2 == pytest.approx((28 + 78) * MM, abs=0.5)
    number_top = number[0].baseline - 0.88 * 16
    assert number_top == pytest.approx(mark[0].baseline + 0.12 * mark[0].size + 2 * PITCH, abs=0.1)
    (line,) = (i for i in layout.pages[0] if isinstance(i, Rule) and i.colour == RED)
    assert 37 * MM + line.y1 == pytest.approx(number_top + 16 + 4 * MM, abs=0.1)


def test_the_title_is_centred_2_below_the_line_and_the_text_begins_on_page_1(cache: Path) -> None:
    _layout, pdf = laid((*HEAD, body(TEXT)), cache)
    title = find(pdf, 1, "关于市教育局")
    assert title[0].size == pytest.approx(22, abs=0.01)
    line = find(pdf, 1, "号")[0].baseline + 0.12 * 16 + 4 * MM
    assert title[0].baseline - 0.88 * 22 - line > 2 * PITCH - 5
    to = find(pdf, 1, "市委办公室")[0]
    assert to.x == pytest.approx(28 * MM, abs=0.05)
    assert find(pdf, 1, TEXT[:20])


def test_red_parts_are_left_out_for_preprinted_paper(cache: Path) -> None:
    coloured, pdf = laid((*HEAD, body(TEXT)), cache)
    plain, white = laid((*HEAD, body(TEXT)), cache, Look(Ink.PREPRINTED))
    _layout, black = laid((*HEAD, body(TEXT)), cache, Look(Ink.BLACK))
    assert any(getattr(i, "colour", "") == RED for i in coloured.pages[0])
    assert not any(getattr(i, "colour", "") == RED for i in plain.pages[0])
    assert "市委督导组" not in pages.text(white, 1)
    assert "市委督导组" in pages.text(black, 1)
    assert find(pdf, 1, "关于")[0].baseline == find(white, 1, "关于")[0].baseline


def test_page_numbers_stand_7_mm_below_the_core_odd_right_even_left(cache: Path) -> None:
    _layout, pdf = laid((body(TEXT * 40),), cache)
    for page, side in ((1, "right"), (2, "left")):
        dash, digit, other = find(pdf, page, f"—{page}—")
        assert dash.top == pytest.approx((37 + 225 + 7) * MM, abs=0.1)
        assert digit.size == pytest.approx(14, abs=0.01)
        if side == "left":
            assert dash.x == pytest.approx(28 * MM + 15.793, abs=1)
        else:
            assert other.x + 14 == pytest.approx(184 * MM - 15.793, abs=1)


def test_headings_have_their_faces_and_never_end_a_page(cache: Path) -> None:
    blocks = (body(TEXT * 20 + "字" * 26), Heading(1, "一、标题"), body(TEXT))
    layout, pdf = laid(blocks, cache)
    assert len(layout.pages) == 2
    assert layout.outline[0].page == 2
    assert find(pdf, 2, "一、标题")[0].x == pytest.approx(28 * MM + 2 * 15.793, abs=0.05)


def test_organ_and_date_are_never_alone_on_a_page(cache: Path) -> None:
    for lines in range(8, 24):
        end = Closing(
            "市委第三督导组", "2014年5月7日", (Signer("leader", "组长（签字）："),), "（印　章）"
        )
        layout, pdf = laid((body("字" * (28 * lines)), end), cache)
        last = len(layout.pages)
        assert "字" in pages.text(pdf, last), lines
        assert "2014年5月7日" in pages.text(pdf, last)


def test_the_date_is_four_characters_from_the_edge_and_the_organ_centred_above(cache: Path) -> None:
    _layout, pdf = laid(
        (body(TEXT), Closing("市委第三督导组", "2014年5月7日", (), "（印章）")), cache
    )
    date, organ = find(pdf, 1, "2014年5月7日"), find(pdf, 1, "市委第三督导组")
    assert date[-1].x + 15.793 == pytest.approx(184 * MM - 4 * 15.793, abs=0.5)
    middle = (date[0].x + date[-1].x + 15.793) / 2
    assert (organ[0].x + organ[-1].x + 15.793) / 2 == pytest.approx(middle, abs=1)


def test_attachment_names_hang_under_their_first_character(cache: Path) -> None:
    _layout, pdf = laid((body(TEXT), Attachments(("测评表" + "字" * 40, "清单"))), cache)
    first = find(pdf, 1, "测")[0]
    wrapped = next(
        c for c in pages.characters(pdf, 1) if c.text == "字" and c.baseline > first.baseline + 1
    )
    assert wrapped.x == pytest.approx(first.x, abs=0.1)


def test_signature_areas_lie_beside_their_words(cache: Path) -> None:
    end = Closing("督导组", "2014年5月7日", (Signer("leader", "组长　赵明（签字）："),))
    layout, pdf = laid((body(TEXT), end), cache)
    (area,) = (item for item in layout.pages[0] if isinstance(item, Area))
    words = find(pdf, 1, "组长")[0]
    assert 37 * MM + area.y < words.top < words.bottom < 37 * MM + area.y + area.height
    assert words.x < 28 * MM + area.x


def test_a_row_longer_than_a_page_goes_over_pages_under_a_repeated_head(cache: Path) -> None:
    table = Table(
        (Column("序号", 1), Column("事实", 9, left=True)), (("1", "长" * 4000), ("2", "完"))
    )
    layout, pdf = laid((body(TEXT), table), cache)
    texts = [pages.text(pdf, n + 1) for n in range(len(layout.pages))]
    assert len(texts) >= 3
    assert sum(text.count("长") for text in texts) == 4000
    assert all("事实" in text for text in texts)
    for number in range(len(texts)):
        inside = [c for c in pages.characters(pdf, number + 1) if c.text in "长完"]
        assert all(c.bottom <= (37 + 225) * MM for c in inside)


def test_rare_characters_extract_as_typed(cache: Path) -> None:
    layout, drawn = laid((body("李堃、𬭎、䶮"),), cache)
    facts = Facts("标题", "urn:sha256:00", datetime(2014, 5, 7, tzinfo=UTC))
    assert "李堃、𬭎、䶮" in pages.text(finish(drawn, layout, {}, (), facts), 1)


def test_a_second_document_of_the_process_keeps_all_characters(cache: Path) -> None:
    laid((body("李堃"),), cache)
    _layout, pdf = laid((body("王喆与赵垚"),), cache)
    assert "王喆与赵垚" in pages.text(pdf, 1)
    assert all(c.right > c.left for c in find(pdf, 1, "王喆与赵垚"))


def test_a_figure_never_leaves_the_core(cache: Path) -> None:
    layout, _pdf = laid((body(TEXT * 18), Figure("a", 140, 60, "图1")), cache)
    assert len(layout.pages) == 2
