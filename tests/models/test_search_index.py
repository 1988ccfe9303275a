"""The index finds what a substring search over the folded text finds."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from models import tables
from models.search_index import END, match_expression, normalise, pairs

PIECES = st.sampled_from(
    [
        *("整改", "改不", "不实", "银川市", "李堃", "𬭎䶮", "Ａ级", "a", "B2", "的", "。", "，"),
        *(" ", "\t", "\n", "　", '"', "'", "''", "“", "-", "*", "^", ":", "(", ")", "AND", "NEAR"),
        *("😀", "é", "ß", "İ", "K", "\x01", "\x7f", "～", "％", "%", "_", "\\", "ﬁ", END, "1/2"),
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)
ANY = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)


@pytest.fixture(scope="module")
def index() -> Iterator[dbapi2.Connection]:
    """A real index, outside any file."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute(tables.SEARCH)
    yield connection
    connection.close()


def found(index: dbapi2.Connection, texts: list[str], query: str) -> set[int]:
    """Rows that the index hands out for a query, verified as the search service does."""
    index.execute("delete from search")
    rows = [(n, pairs(text)) for n, text in enumerate(texts) if text]
    index.executemany("insert into search(rowid, t) values (?, ?)", rows)
    matching = "select rowid from search where search match ?"
    hits = index.execute(matching, (match_expression(query),))
    return {n for (n,) in hits if normalise(query) in normalise(texts[n])}


def expected(texts: list[str], query: str) -> set[int]:
    """Rows that a plain substring search finds."""
    return {n for n, text in enumerate(texts) if text and normalise(query) in normalise(text)}


@given(st.data(), st.lists(TEXTS | ANY, min_size=1, max_size=6))
def test_a_piece_of_a_text_is_found(
    index: dbapi2.Connection, data: st.DataObject, texts: list[str]
) -> None:
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    query = text[start : start + data.draw(st.integers(1, 8))]
    if query:
        assert found(index, texts, query) == expected(texts, query)


@given(st.lists(TEXTS, min_size=1, max_size=6), TEXTS.filter(bool))
@example(["NEAR(整改, 不实)"], "NEAR(")
@example(['他说："好"'], '"')
@example(["a\tb"], "\t")
@example(["ＡＢＣ　１２"], "abc 12")
def test_any_query_finds_what_a_substring_search_finds(
    index: dbapi2.Connection, texts: list[str], query: str
) -> None:
    assert found(index, texts, query) == expected(texts, query)


@given(ANY | TEXTS)
def test_folding_keeps_lengths_and_leaves_nothing_to_split_at(text: str) -> None:
    folded = normalise(text)
    assert len(folded) == len(text)
    assert normalise(folded) == folded
    assert not [c for c in folded if ord(c) < 128 and not c.isalnum()]
    assert len(pairs(text).split(" ")) == max(1, len(text))


def test_case_and_width_are_folded() -> None:
    assert normalise("ＡｂＣ，１　％") == normalise("aBc,1 %")
    assert normalise("堃𬭎䶮") == "堃𬭎䶮"


def test_an_empty_query_matches_nothing() -> None:
    assert match_expression("") == ""
