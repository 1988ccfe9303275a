"""Chinese line breaking: the rules hold for any text, and nothing is lost."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from services.documents.fonts import Role
from services.documents.lines import (
    NO_END,
    NO_START,
    Cluster,
    Grid,
    Line,
    Span,
    break_lines,
    clean,
    clusters,
)
from services.documents.runs import runs, spread

GRID = Grid(16, 15.793)
ROOM = 28 * GRID.cell
TEXTS = st.text(
    st.sampled_from(
        "一二三四教育督导检查李堃𬭎，。、；：？！（）《》“”——……0123456789abcWORD.,() %"
    ),
    max_size=200,
)


def measure(_role: Role, character: str) -> tuple[int, float]:
    return 0, 0.55 if character.isascii() else 1.0


def ink(_face: int, _character: str) -> tuple[float, float, float, float]:
    return (0.05, 0.25, 0.85, 0.3)


def broken(text: str, first: float = ROOM, rest: float = ROOM) -> list[Line]:
    return break_lines(clusters([Span(text)], GRID, measure), first, rest, GRID, measure)


def allowed(before: Cluster, after: Cluster) -> bool:
    good = after.text[0] not in NO_START and before.text[-1] not in NO_END
    return good and after.kind != "space"


@given(TEXTS)
def test_nothing_is_lost(text: str) -> None:
    assert "".join(line.text for line in broken(text)) == text


@given(TEXTS)
def test_lines_are_never_wider_than_the_core(text: str) -> None:
    for line in broken(text, ROOM - 2 * GRID.cell):
        assert line.width <= ROOM + 0.02


@given(TEXTS)
def test_forbidden_places_only_where_nothing_else_was_possible(text: str) -> None:
    lines = broken(text)
    for line, following in itertools.pairwise(lines):
        if not allowed(line.clusters[-1], following.clusters[0]):
            inner = zip(line.clusters, line.clusters[1:], strict=False)
            assert not any(allowed(a, b) for a, b in inner)


@given(TEXTS)
def test_runs_show_every_character_once(text: str) -> None:
    for line in broken(text):
        made = runs(line, 0, spread(line, ROOM, GRID), GRID, measure, ink)
        assert "".join(run.text for run in made) == "".join(c.text for c in line.shown)


def test_a_line_holds_28_characters() -> None:
    lines = broken("字" * 57)
    assert [len(line.text) for line in lines] == [28, 28, 1]


def test_the_29th_character_hangs_when_it_may_not_start_a_line() -> None:
    lines = broken("字" * 28 + "，" + "字" * 5)
    assert [line.text for line in lines] == ["字" * 28 + "，", "字" * 5]
    assert lines[0].hangs
    assert abs(lines[0].width - ROOM) < 0.01


def test_two_closing_marks_are_pulled_down_together() -> None:
    lines = broken("字" * 28 + "”。" + "字" * 5)
    assert lines[1].text.startswith("字”。")


def test_an_opening_mark_never_ends_a_line() -> None:
    assert broken("字" * 27 + "《" + "书》")[0].text == "字" * 27


def test_numbers_and_words_stay_whole() -> None:
    assert broken("字" * 27 + "2014年")[1].text == "2014年"
    assert broken("字" * 27 + "GB/T9704")[1].text == "GB/T9704"


def test_a_dash_is_not_cut() -> None:
    assert broken("字" * 27 + "——字")[1].text.startswith("——")


def test_digits_take_half_a_cell() -> None:
    (cluster,) = clusters([Span("2014")], GRID, measure)
    assert abs(cluster.width - 2 * GRID.cell) < 1e-9


def test_a_word_longer_than_a_line_is_cut() -> None:
    lines = broken("x" * 200)
    assert len(lines) > 1
    assert "".join(line.text for line in lines) == "x" * 200


def test_a_short_line_is_spread_to_the_edge() -> None:
    line = broken("字" * 27 + "GB/T9704")[0]
    extra = spread(line, ROOM, GRID)
    (run,) = runs(line, 0, extra, GRID, measure, ink)
    last = run.x + 26 * (16 + run.spacing)
    assert abs(last + GRID.cell - ROOM) < 0.01


def test_what_does_not_print_is_taken_out() -> None:
    dirty = "甲\u0000乙\u202e丙\ufe0f\r\n丁\t戊\u200b"
    assert clean(dirty) == "甲乙丙\n丁 戊"


def test_compatibility_characters_in_names_stay_as_typed() -> None:
    assert clean("\uf9dc隆") == "\uf9dc隆"
