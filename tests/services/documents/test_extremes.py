"""Long names and full pages: what belongs together stays together, in the words' own pieces."""

from pathlib import Path

import pytest

from services.documents import forms, pages
from services.documents.blocks import Block, Closing, Column, Note, Table, body
from services.documents.checking import check
from services.documents.titles import pieces
from tests.services.documents.measured import find, laid

LONG_GROUP = "银川市委党的群众路线教育实践活动第三督导组驻国有企业工作协调组"
PLACES = ("移交人", "接收人", "接收时核对", "移交日期")


@pytest.mark.parametrize("seal", ["", "（印　章）"])
def test_an_organ_of_two_lines_is_broken_between_words(seal: str, font_cache: Path) -> None:
    blocks = (body("督导检查" * 30), Closing(LONG_GROUP, "2014年5月6日", seal=seal))
    _layout, pdf = laid(blocks, font_cache)
    assert check(pdf).deviations == ()
    first, second = (find(pdf, 1, words)[0] for words in ("银川市委党的", "第三督导组驻"))
    assert second.top > first.bottom
    assert (abs(second.x - first.x) < 0.1) == (not seal)


def test_a_long_organ_keeps_every_character() -> None:
    assert "".join(pieces(LONG_GROUP)) == LONG_GROUP
    assert "第三督导组" in pieces(LONG_GROUP)


@pytest.mark.parametrize("before", range(13, 18))
@pytest.mark.parametrize(
    ("block", "last"),
    [
        (forms.places(PLACES), PLACES[-1]),
        (Note("注：" + "占比＝前项÷后项，四舍五入到一位小数；" * 4 + "完"), "完"),
    ],
)
def test_places_to_sign_and_notes_are_never_cut(
    block: Block, last: str, before: int, font_cache: Path
) -> None:
    rows = tuple(("一", "二") for _row in range(before))
    table = Table((Column("甲", 1), Column("乙", 1)), rows, least_lines=2)
    layout, pdf = laid((table, block), font_cache)
    first = PLACES[0] if isinstance(block, Table) else "注："
    shown = [pages.text(pdf, number + 1) for number in range(len(layout.pages))]
    assert [first in text for text in shown] == [last in text for text in shown]
