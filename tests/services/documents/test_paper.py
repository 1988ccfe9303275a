"""Marks of pages: read back, signed, hostile ones refused; in their place on the paper."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import certificates, page_keys
from services.documents import pages
from services.documents.archive import Facts, finish, violations
from services.documents.blocks import Block, LetterHead, Pages, RedHead, body
from services.documents.checking import check
from services.documents.flow import MM, Squares
from services.documents.layout import Look
from services.documents.paper import PageMark, Paper, page_code, read_page, seal_page, squares
from services.errors import Refused
from tests.groups import Field
from tests.services.documents.measured import find, laid

KEY = certificates.new_page_key()
DIGEST = "5e" * 32
PAPER = Paper("银督三〔2014〕12号", DIGEST, KEY.public, KEY.sign)


def genuine(text: str) -> bool:
    mark = read_page(text)
    return certificates.page_signed(mark.public, mark.signed, mark.signature)


def test_a_mark_is_read_back_with_its_signature() -> None:
    mark = seal_page(PAPER, 3, 7)
    assert read_page(mark.text) == mark
    assert (mark.number, mark.page, mark.pages, mark.digest) == (PAPER.number, 3, 7, DIGEST)
    assert genuine(mark.text)


def test_a_scanner_may_break_the_text_and_change_its_case() -> None:
    text = seal_page(PAPER, 1, 1).text
    assert genuine(f" {text[:40].lower()}\r\n{text[40:]} ")


MARK = seal_page(PAPER, 3, 7)


@pytest.mark.parametrize(
    "changed",
    [
        replace(MARK, number="银督三〔2014〕13号"),
        replace(MARK, page=4),
        replace(MARK, pages=8),
        replace(MARK, digest="5f" * 32),
    ],
)
def test_a_changed_mark_is_told_by_its_signature(changed: PageMark) -> None:
    assert not genuine(changed.text)
    assert changed.code != MARK.code


@given(
    st.text(max_size=300)
    | st.binary(max_size=250).map(lambda b: "DD1:" + base64.b32encode(b).decode())
)
def test_what_is_no_mark_is_refused_or_not_genuine(text: str) -> None:
    try:
        assert not genuine(text)
    except Refused as refused:
        assert refused.code == "page_mark_unreadable"  # noqa: PT017 -- the other outcome is above


def test_a_mark_holds_no_more_than_a_qr_takes() -> None:
    long = Paper("银" * 400, DIGEST, KEY.public, KEY.sign)
    mark = seal_page(long, 70000, 70000)
    assert genuine(mark.text)
    assert len(squares(mark.text)) <= 73
    assert len(squares(seal_page(PAPER, 1, 1).text)) == 53


def test_a_code_is_eight_characters_that_cannot_be_misread() -> None:
    codes = {page_code("1号", page, 500, DIGEST) for page in range(1, 501)}
    assert len(codes) == 500
    assert all(len(code) == 9 and not set(code) & set("ILOU") for code in codes)


HEADS: list[tuple[Block, ...]] = [
    (RedHead("市委督导组", PAPER.number),),
    (LetterHead("市委督导组", PAPER.number),),
    (Pages(across=True),),
]


@pytest.mark.parametrize("head", HEADS)
def test_every_page_bears_its_mark_at_the_papers_upper_right(
    head: tuple[Block, ...], font_cache: Path
) -> None:
    layout, pdf = laid((*head, body("督导检查" * 300)), font_cache, Look(paper=PAPER))
    assert len(layout.pages) > 1
    for number, items in enumerate(layout.pages, 1):
        (qr,) = (item for item in items if isinstance(item, Squares))
        mark = seal_page(PAPER, number, len(layout.pages))
        assert qr.rows == squares(mark.text)
        sheet = layout.sheet(number)
        left, top = sheet.left + qr.x, sheet.top + qr.y
        if sheet.across:  # the paper turned back
            left, top = top, sheet.width - left - qr.width
        assert left + qr.width == pytest.approx(184 * MM, abs=0.1)
        assert 8 * MM < top < top + qr.width < 30 * MM
        assert find(pdf, number, mark.code)
    assert [f.rule for f in check(pdf).deviations] == []


def test_the_qr_is_drawn_as_it_is_given(font_cache: Path) -> None:
    layout, pdf = laid((body("督导"),), font_cache, Look(paper=PAPER))
    (qr,) = (item for item in layout.pages[0] if isinstance(item, Squares))
    scale = 8.0
    image = pages.render(pdf, 1, scale)
    side = qr.width / len(qr.rows)
    for down, row in enumerate(qr.rows):
        for across, dark in enumerate(row):
            x = round((28 * MM + qr.x + (across + 0.5) * side) * scale)
            y = round((37 * MM + qr.y + (down + 0.5) * side) * scale)
            assert (image.data[4 * (y * image.width + x)] < 128) == (dark == "1")


def test_a_file_keeps_one_key(field: Field) -> None:
    ws = field.ws
    assert page_keys.own(ws) is None
    key = page_keys.own_or_new(ws)
    assert page_keys.own(ws) == key == page_keys.own_or_new(ws)
    assert certificates.page_signed(key.public, b"data", key.sign(b"data"))
    assert not certificates.page_signed(key.public, b"other", key.sign(b"data"))


def test_a_marked_document_is_archival(font_cache: Path) -> None:
    look = Look(paper=PAPER)
    layout, drawn = laid((Pages(across=True), body("督导𬭎检查")), font_cache, look)
    facts = Facts("标题", f"urn:sha256:{DIGEST}", datetime(2014, 5, 7, tzinfo=UTC))
    assert violations(finish(drawn, layout, {}, (), facts)) == ()
