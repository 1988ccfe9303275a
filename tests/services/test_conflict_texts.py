"""Merging two wordings of a long text."""

import time

from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.conflicts.texts import Merged, Origin, differences, merge_texts

CLAUSES = st.sampled_from(
    [
        "动员会后没有下文，",
        "录像三次。",
        "笔记抽五本，",
        "三本空白。",
        "\n",
        "无自学计划；",
        "甲",
        "。",
        "，",
    ]
)
TEXTS = st.one_of(
    st.lists(CLAUSES, max_size=8).map("".join),
    st.text("甲乙丙，。\n", max_size=12),
    st.text(max_size=8),
)


def whole(merged: Merged, side: str) -> str:
    """One side's text, put together from the sections."""
    return "".join(getattr(hunk, side) for hunk in merged.hunks)


@given(TEXTS, TEXTS, TEXTS)
def test_no_character_of_anybody_is_lost(base: str, first: str, second: str) -> None:
    merged = merge_texts(base, first, second)
    assert whole(merged, "base") == base
    assert whole(merged, "first") == first
    assert whole(merged, "second") == second
    for hunk in merged.hunks:
        if hunk.origin is not Origin.CHOICE:
            assert hunk.text in (hunk.first, hunk.second)


@given(TEXTS, TEXTS)
@example("甲。", "甲。乙。")
def test_what_only_one_changed_is_that_ones_text(base: str, changed: str) -> None:
    for merged in (merge_texts(base, changed, base), merge_texts(base, base, changed)):
        assert merged.is_clean
        assert merged.text() == changed
    same = merge_texts(base, changed, changed)
    assert same.text() == changed


@given(TEXTS, TEXTS, TEXTS)
def test_swapping_the_texts_swaps_the_sides_and_nothing_else(
    base: str, first: str, second: str
) -> None:
    one, other = merge_texts(base, first, second), merge_texts(base, second, first)
    swapped = {Origin.FIRST: Origin.SECOND, Origin.SECOND: Origin.FIRST}
    assert [(swapped.get(h.origin, h.origin), h.base, h.second, h.first) for h in one.hunks] == [
        (h.origin, h.base, h.first, h.second) for h in other.hunks
    ]
    assert one.is_clean == other.is_clean
    if one.is_clean:
        assert one.text() == other.text()


@given(TEXTS, TEXTS, TEXTS)
def test_choosing_one_side_everywhere_leaves_out_only_what_the_other_wrote_there(
    base: str, first: str, second: str
) -> None:
    merged = merge_texts(base, first, second)
    chosen = {n: merged.hunks[n].first for n in merged.choices}
    expected = "".join(
        hunk.second if hunk.origin is Origin.SECOND else hunk.first for hunk in merged.hunks
    )
    assert merged.text(chosen) == expected


def test_edits_of_different_clauses_are_both_taken_over() -> None:
    base = "集中学习六次，录像三次；无自学计划。"
    first = "集中学习六次，其中录像三次；无自学计划。"
    second = "集中学习六次，录像三次；无自学计划，笔记三本空白。"
    merged = merge_texts(base, first, second)
    assert merged.is_clean
    assert merged.text() == "集中学习六次，其中录像三次；无自学计划，笔记三本空白。"


def test_edits_of_neighbouring_clauses_do_not_disturb_each_other() -> None:
    merged = merge_texts(
        "学了六次，看了三次。", "学习了七次，看了三次。", "学了六次，看了录像三次。"
    )
    assert merged.text() == "学习了七次，看了录像三次。"


def test_different_wordings_of_one_clause_are_a_choice() -> None:
    merged = merge_texts(
        "4月1日开会。动员会后没有下文。",
        "4月1日开会。动员会后二十三天无后续活动。",
        "4月1日开会。动员会后一直没有开展活动。",
    )
    (place,) = merged.choices
    assert merged.hunks[place].first == "二十三天无后续活动"
    assert merged.hunks[place].second == "一直没有开展活动"
    assert merged.text({place: "二十三天没有活动"}) == "4月1日开会。动员会后二十三天没有活动。"


def test_without_a_common_base_everything_is_a_choice_but_nothing_is_lost() -> None:
    merged = merge_texts("", "甲", "乙")
    assert [h.origin for h in merged.hunks] == [Origin.CHOICE]


@given(TEXTS, TEXTS)
def test_marked_differences_make_up_the_text(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(p.text for p in pieces) == new
    if old == new:
        assert not any(p.changed for p in pieces)


@settings(deadline=None, max_examples=1)
@given(st.just("，" * 100_000))
def test_hostile_texts_take_no_longer_than_a_person_would_wait(text: str) -> None:
    began = time.monotonic()
    other = ("甲" * 999 + "。") * 100
    assert whole(merge_texts(text, "乙" + text, text[1:] + "丙"), "first") == "乙" + text
    merge_texts(other, other[5:], "丁" + other)
    merge_texts("甲乙" * 50_000, "乙甲" * 50_000, "甲甲" * 50_000)
    differences(text, text[:-1])
    assert time.monotonic() - began < 10
