"""Ballots counted by keys, tallies stored in one go, the remedy that a low result opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import Value
from services import ballots, records
from services.ballots import Count
from services.core import Filter
from services.listing import page
from services.rules import Invalid
from tests.groups import Field

ITEMS = ("overall", "formalism")
one_ballot = st.tuples(st.text("01234", min_size=2, max_size=2), st.sampled_from("\r/*"))


@given(st.lists(one_ballot, max_size=20))
def test_sums_are_those_of_the_ballots(cast: list[tuple[str, str]]) -> None:
    count = Count(ITEMS)
    for digits, written in cast:
        assert all(count.press(key) for key in (*digits, written))
    for place, item in enumerate(ITEMS):
        sums = count.tallies()[item]
        assert sums["valid"] == len(cast) == sum(sums[name] for name in ballots.DIGITS)
        assert sums["good"] == sum(digits[place] == "1" for digits, _written in cast)
        assert sums["blank"] == sum(written == "/" for _digits, written in cast)


def test_keys_that_mean_nothing_are_left_alone_and_each_can_be_taken_back() -> None:
    count = Count(ITEMS)
    assert [count.press(key) for key in ("5", "x", "", "/", "1", "2", "3", "/")] == [
        False, False, False, False, True, True, False, True,
    ]  # fmt: skip
    assert count.back()
    assert not count.done
    assert not count.back()


def test_two_counts_tell_where_they_differ() -> None:
    one, other = Count(("overall",)), Count(("overall",))
    for key in "1\r2\r":
        one.press(key)
    for key in "1\r1\r":
        other.press(key)
    told = ballots.differences(one.tallies(), other.tallies())
    assert set(told) == {("overall", "good", 1), ("overall", "fairly_good", -1)}


def tally(good: int) -> dict[str, Value]:
    return {"issued": 100, "returned": 100, "valid": 100, "good": good, "fairly_good": 0,
            "average": 100 - good, "poor": 0, "abstained": 0}  # fmt: skip


def test_a_ballot_is_stored_whole_changed_in_place_and_opens_one_remedy(field: Field) -> None:
    (unit,) = records.add(field.ws, "unit", [{"name": "某局"}]).uids
    ballots.store(field.ws, unit, 1, "2014-04-24", {item: tally(60) for item in ITEMS})
    assert page(field.ws, "remedy", Filter(units=frozenset({unit}))).total == 0
    for good in (59, 58):
        ballots.store(field.ws, unit, 1, "2014-04-24", {"overall": tally(good)})
    assert page(field.ws, "evaluation", Filter(units=frozenset({unit}))).total == 2
    assert page(field.ws, "remedy", Filter(units=frozenset({unit}))).total == 1
    assert ballots.stored(field.ws, unit, 1)["overall"]["good"] == 58
    wrong = {**tally(60), "poor": 3}
    with pytest.raises(Invalid):
        ballots.store(field.ws, unit, 2, "", {"formalism": tally(60), "overall": wrong})
    assert not ballots.stored(field.ws, unit, 2)
