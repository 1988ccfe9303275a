"""The spellings that search looks for are exactly the texts that fold to the query."""

import itertools
from collections import defaultdict

import pytest

from models.search_index import normalise
from services.search import spellings


def test_a_character_has_just_those_spellings_that_fold_to_it() -> None:
    every = "".join(map(chr, itertools.chain(range(0xD800), range(0xE000, 0x110000))))
    unfolded: defaultdict[str, set[str]] = defaultdict(set)
    for character, folded in zip(every, normalise(every), strict=True):
        if character != folded:
            unfolded[folded].add(character)
    wrong = {
        folded: told
        for folded, others in unfolded.items()
        if (told := set(spellings(folded))) and told - {folded} != others - {folded}
    }
    assert wrong == {}
    assert set(spellings("　")) == {" ", "　"}
    assert [spellings(c) for c in "中𬭎。；"] == [("中",), ("𬭎",), ("。",), (";", "；")]


@pytest.mark.parametrize("query", ["3月，查阅", "Ｂ超", "a b", "1234"])
def test_what_has_many_spellings_or_letters_is_left_to_folding(query: str) -> None:
    folded = normalise(query)
    found = spellings(folded)
    assert all(normalise(one) == folded for one in found)
    assert bool(found) == (query == "3月，查阅")
