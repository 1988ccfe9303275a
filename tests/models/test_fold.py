"""Folding a row: pure, independent of order, and nobody's unseen value is replaced."""

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.journal import Change, Folded, fold
from tests.models.histories import History, change, histories


def sees(changes: Iterable[Change]) -> set[tuple[str, str]]:
    """(later, earlier) by the definition: named, or earlier on the named one's own chain."""
    known = {c.id: c for c in changes}
    own = {
        (c.id, b)
        for c in known.values()
        for b in c.base
        if b in known and known[b].replica == c.replica and known[b].seq < c.seq
    }
    while more := {(a, d) for a, b in own for c, d in own if b == c} - own:
        own |= more
    named = {(c.id, b) for c in known.values() for b in c.base if b in known}
    return named | {(a, d) for a, b in named for c, d in own if b == c}


@given(histories(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(history: History, random: Random) -> None:
    expected = fold(history.changes)
    shuffled = [*history.changes, *history.changes[::2]]
    random.shuffle(shuffled)
    assert fold(shuffled) == expected


@given(histories())
def test_what_stands_is_what_no_other_setter_has_seen(history: History) -> None:
    folded = fold(history.changes)
    seen = sees(history.changes)
    for name in {n for c in history.changes for n in c.fields}:
        setters = [c for c in history.changes if name in c.fields]
        standing = {c.id for c in setters if not any((o.id, c.id) in seen for o in setters)}
        values = {repr(c.fields[name]) for c in setters if c.id in standing}
        if len(values) > 1:
            assert {c.id for c in folded.conflicts[name].candidates} == standing
        elif name != "deleted":
            assert name not in folded.conflicts
            assert repr(folded.values[name]) in values


@given(histories())
def test_no_value_is_replaced_by_someone_who_had_not_seen_it(history: History) -> None:
    folded = fold(history.changes)
    for name in {n for c in history.changes for n in c.fields} - {"deleted"}:
        setters = [c for c in history.changes if name in c.fields]
        for one in setters:
            really_seen = any(one.id in history.views[o.id] for o in setters if o.id != one.id)
            conflict = folded.conflicts.get(name)
            stands = repr(folded.values[name]) == repr(one.fields[name]) or (
                conflict is not None and one.id in {c.id for c in conflict.candidates}
            )
            assert stands or really_seen


@given(histories())
def test_whoever_has_seen_all_of_it_decides(history: History) -> None:
    folded = fold(history.changes)
    names = {*folded.values, *folded.conflicts, "title"} - {"deleted"}
    last = change(9, 1, {**dict.fromkeys(names, "定"), "deleted": False}, folded.tips)
    decided = fold([*history.changes, last])
    assert not decided.conflicts
    assert decided.values == dict.fromkeys(names, "定")


@given(histories())
def test_the_common_base_is_the_greatest_setter_that_all_standing_have_seen(
    history: History,
) -> None:
    folded, seen = fold(history.changes), sees(history.changes)
    for name, conflict in folded.conflicts.items():
        if len(conflict.candidates) < 2:
            continue
        common = [
            c
            for c in history.changes
            if name in c.fields and all((s.id, c.id) in seen for s in conflict.candidates)
        ]
        assert conflict.base == max(common, key=lambda c: (c.at, c.id), default=None)
        assert list(conflict.candidates) == sorted(
            conflict.candidates, key=lambda c: (c.at, c.id), reverse=True
        )


@given(histories())
def test_a_row_is_deleted_only_by_someone_who_saw_every_edit(history: History) -> None:
    folded = fold(history.changes)
    if not folded.deleted:
        return
    seen = sees(history.changes)
    setters = [c for c in history.changes if "deleted" in c.fields]
    standing = [c for c in setters if not any((o.id, c.id) in seen for o in setters)]
    assert all(c.fields["deleted"] is True for c in standing)
    for edit in history.changes:
        if set(edit.fields) - {"deleted"} and edit not in standing:
            assert any((c.id, edit.id) in seen for c in standing)


def test_different_fields_in_parallel_are_no_conflict() -> None:
    first = change(1, 1, {"title": "一", "note": "一"})
    one = change(1, 2, {"title": "二"}, (first.id,))
    other = change(2, 1, {"note": "二"}, (first.id,))
    folded = fold([first, one, other])
    assert folded.values == {"title": "二", "note": "二"}
    assert not folded.conflicts
    assert folded.tips == tuple(sorted((one.id, other.id)))


def test_a_third_change_hands_no_sight_on() -> None:
    first = change(1, 1, {"title": "一"})
    theirs = change(2, 1, {"title": "二"}, (first.id,))
    bridge = change(3, 1, {"note": "看过"}, (first.id, theirs.id))
    mine = change(4, 1, {"title": "三"}, (first.id, bridge.id))
    folded = fold([first, theirs, bridge, mine])
    assert {c.id for c in folded.conflicts["title"].candidates} == {theirs.id, mine.id}
    assert folded.conflicts["title"].base == first


def test_equal_values_meet_without_a_conflict() -> None:
    first = change(1, 1, {"title": "一"})
    both = [change(n, 1, {"title": "二"}, (first.id,), at=n) for n in (2, 3)]
    assert fold([first, *both]).values == {"title": "二"}
    assert not fold([first, *both]).conflicts


def test_true_and_one_are_different_values() -> None:
    both = [change(1, 1, {"note": True}), change(2, 1, {"note": 1})]
    assert "note" in fold(both).conflicts


def test_of_conflicting_texts_the_greatest_time_is_shown_of_states_the_earliest() -> None:
    late = change(1, 1, {"title": "早", "state": {"state": "closed"}}, at=9)
    early = change(2, 1, {"title": "晚", "state": {"state": "assigned"}}, at=3)
    odd = change(3, 1, {"title": "怪", "state": "closed"}, at=5)
    folded = fold([early, odd, late])
    assert folded.values == {"title": "早", "state": {"state": "assigned"}}
    assert folded.conflicts.keys() == {"title", "state"}


def test_of_equally_early_states_the_greatest_time_and_id_is_shown() -> None:
    those = [change(n, 1, {"state": {"state": "clue", "round": n}}, at=5) for n in (1, 2, 3, 4)]
    assert fold(those).values["state"] == max(those, key=lambda c: c.id).fields["state"]


def test_both_branches_of_a_fork_are_kept() -> None:
    first = change(1, 1, {"title": "一"})
    here, there = (change(1, 2, {"title": v}, (first.id,)) for v in ("二", "三"))
    later = change(1, 3, {"note": "只见一支"}, (here.id,))
    folded = fold([first, here, there, later])
    assert {c.id for c in folded.conflicts["title"].candidates} == {here.id, there.id}
    assert folded.tips == tuple(sorted((later.id, there.id)))
    settled = fold([first, here, there, later, change(2, 1, {"title": "四"}, folded.tips)])
    assert settled.values["title"] == "四"
    assert not settled.conflicts


def test_seeing_one_branch_is_not_seeing_the_other() -> None:
    first = change(1, 1, {"title": "一"})
    branches = [change(1, 2, {"title": v}, (first.id,)) for v in ("二", "三", "四")]
    for seen in branches:
        mine = change(2, 1, {"title": "五"}, (seen.id,))
        standing = fold([first, *branches, mine]).conflicts["title"].candidates
        assert {c.id for c in standing} == {c.id for c in (*branches, mine)} - {seen.id}


def test_a_form_saved_after_an_edit_in_another_window_has_not_seen_it() -> None:
    first = change(1, 1, {"title": "一"})
    window = change(1, 2, {"title": "二"}, (first.id,))
    form = change(1, 3, {"title": "三"}, (first.id,))
    folded = fold([first, window, form])
    assert {c.id for c in folded.conflicts["title"].candidates} == {window.id, form.id}
    assert folded.tips == tuple(sorted((window.id, form.id)))


def test_the_common_base_of_unequal_views_is_the_older_one() -> None:
    first = change(1, 1, {"title": "一"})
    second = change(1, 2, {"title": "二"}, (first.id,), at=1)
    third = change(1, 3, {"note": "三"}, (second.id,), at=2)
    early = change(2, 1, {"title": "早看的"}, (first.id,))
    late = change(3, 1, {"title": "晚看的"}, (third.id,))
    folded = fold([first, second, third, early, late])
    assert folded.conflicts["title"].base == first


def test_an_edit_the_deleter_had_not_seen_keeps_the_row_alive_and_asks() -> None:
    first = change(1, 1, {"title": "一"})
    gone = change(1, 2, {"deleted": True}, (first.id,))
    edit = change(2, 1, {"note": "补"}, (first.id,))
    assert fold([first, gone]).deleted
    folded = fold([first, gone, edit])
    assert not folded.deleted
    assert folded.conflicts["deleted"].candidates == (gone,)
    assert fold([first, gone, edit, change(1, 3, {"deleted": True}, folded.tips)]).deleted
    assert not fold([first, gone, change(1, 3, {"deleted": False}, (gone.id,))]).deleted


def test_filing_anew_deletes_with_its_own_field() -> None:
    first = change(1, 1, {"title": "一"})
    moved = change(1, 2, {"deleted": True, "moved_to": "u"}, (first.id,))
    assert fold([first, moved]).deleted


def test_a_base_that_is_not_here_marks_the_row() -> None:
    first = change(1, 1, {"title": "一"})
    later = change(1, 2, {"title": "二"}, (first.id,))
    assert fold([later]).incomplete
    assert not fold([later]).listed
    assert not fold([first, later]).incomplete
    assert fold([first, later]).listed


def test_nothing_folds_to_nothing() -> None:
    assert fold([]) == Folded()


@pytest.mark.timeout(20)
def test_a_hostile_row_of_many_strangers_is_folded_in_time() -> None:
    strangers = [change(n, 1, {f"f{i}": n for i in range(20)}) for n in range(1, 1000)]
    assert len(fold(strangers).conflicts) == 20


@pytest.mark.timeout(20)
def test_thousands_of_edits_of_one_note_are_folded_in_time() -> None:
    edits = [change(1, 1, {"text": 0})]
    for n in range(2, 5001):
        edits.append(change(1, n, {"text": n}, (edits[-1].id,)))
    folded = fold(edits)
    assert folded.values == {"text": 5000}
    assert folded.tips == (edits[-1].id,)
