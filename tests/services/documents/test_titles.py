"""Titles: trapezoid or diamond, never cut inside a part."""

from hypothesis import given
from hypothesis import strategies as st

from services.documents.titles import pieces, shape


def lengths(words: str, room: float) -> list[int]:
    parts = words.split("|")
    return [sum(len(parts[i]) for i in line) for line in shape([len(p) for p in parts], room)]


def test_one_line_when_it_fits() -> None:
    assert lengths("关于|市教育局|督导检查|情况的报告", 20) == [15]


def test_two_lines_of_different_length() -> None:
    made = lengths("关于|银川市教育局|学习教育|督导检查|情况的报告", 20)
    assert len(made) == 2
    assert made[0] != made[1]


def test_three_lines_make_no_hourglass() -> None:
    made = lengths("关于|银川市国有资产监督管理委员会|机关党委|学习教育|督导检查|情况的报告", 14)
    assert not made[0] > made[1] < made[2]


@given(st.lists(st.integers(1, 20), min_size=1, max_size=30))
def test_every_part_is_used_once_and_fits(widths: list[int]) -> None:
    lines = shape(widths, 20)
    assert [i for line in lines for i in line] == list(range(len(widths)))
    assert all(sum(widths[i] for i in line) <= 20.01 for line in lines)


def test_a_long_name_is_cut_where_its_words_end() -> None:
    assert pieces("关于市委管理局和市场监督管理局开展督导检查情况的通报") == [
        *("关于市委", "管理局", "和", "市场监督管理局", "开展", "督导检查", "情况的", "通报")
    ]
    assert "黄河东路街道办事处" in pieces("银川市金凤区黄河东路街道办事处")


@given(st.text("关于市委管理局的和、》”委员会督导", max_size=40))
def test_pieces_joined_are_the_title(text: str) -> None:
    made = pieces(text)
    assert "".join(made) == text
    assert all(0 < len(piece) <= 12 for piece in made)
