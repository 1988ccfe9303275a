"""Boxes onto pages."""

from hypothesis import given
from hypothesis import strategies as st

from services.documents.flow import CORE_HEIGHT, PITCH, Box, Head, Rule
from services.documents.pagination import paginate


def line(x: float, *, keep: bool = False, blank: bool = False) -> Box:
    items = () if blank else (Rule(x, 0, x, 1, 0.1),)
    return Box(PITCH, items, need=16, keep=keep, blank=blank)


def marks(pages: tuple[tuple[object, ...], ...]) -> list[list[float]]:
    return [[item.x1 for item in page if isinstance(item, Rule)] for page in pages]


def test_22_lines_fill_a_page() -> None:
    made = paginate([line(n) for n in range(45)])
    assert [len(page) for page in made.pages] == [22, 22, 1]


def test_the_22nd_line_ends_at_the_cores_edge() -> None:
    made = paginate([line(n) for n in range(22)])
    last = made.pages[0][-1]
    assert isinstance(last, Rule)
    assert abs(last.y1 + 16 - CORE_HEIGHT) < 0.01


def test_what_keeps_together_moves_together() -> None:
    boxes = [line(n) for n in range(20)] + [line(20 + n, keep=n < 3) for n in range(4)]
    assert marks(paginate(boxes).pages)[1] == [20, 21, 22, 23]


def test_a_group_longer_than_a_page_is_cut() -> None:
    made = paginate([line(n, keep=True) for n in range(50)])
    assert [len(page) for page in made.pages] == [22, 22, 6]


def test_a_blank_falls_away_at_the_top_of_a_page() -> None:
    boxes = [*(line(n) for n in range(22)), line(0, blank=True), line(22)]
    item = paginate(boxes).pages[1][0]
    assert isinstance(item, Rule)
    assert item.y1 == 0


def test_a_tables_head_stands_on_every_page() -> None:
    head = Head(20, (Rule(-1, 0, 5, 0, 1),))
    rows = [Box(100, (Rule(n, 0, n, 1, 0.1),), grid=False, head=head) for n in range(12)]
    pages = marks(paginate(rows).pages)
    assert all(page[0] == -1 for page in pages[1:])
    assert [x for page in pages for x in page if x >= 0] == list(range(12))


@given(st.lists(st.tuples(st.floats(1, 900), st.booleans(), st.booleans()), max_size=60))
def test_no_box_is_lost_and_none_reaches_below_the_core(
    sizes: list[tuple[float, bool, bool]],
) -> None:
    boxes = [Box(h, (Rule(n, 0, n, h, 0.1),), grid=g, keep=k) for n, (h, k, g) in enumerate(sizes)]
    pages = paginate(boxes).pages
    assert [x for page in marks(pages) for x in page] == list(range(len(sizes)))
    for page in pages:
        for item in page:
            assert isinstance(item, Rule)
            tall = sizes[int(item.x1)][0] > CORE_HEIGHT
            assert tall or item.y2 <= CORE_HEIGHT + 0.02
