"""Rounds of opinions: who was heard in each, the vote on its summary, and what follows."""

from typing import TYPE_CHECKING

import pytest

from models.kinds import Uid
from services import opinions, records, solicitations
from services.errors import Refused
from services.rules import Invalid
from services.solicitations import is_narrow

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def unit(field: "Field") -> Uid:
    return records.add(field.ws, "unit", [{"name": "市供热公司"}]).uids[0]


def test_each_voice_counts_once_and_the_public_is_told_apart(field: "Field", unit: Uid) -> None:
    sources = ("masses", "staff", "staff", "served", None)
    made = [
        {"unit": unit, "text": f"意见 {n}", "source": source, "round": 2 if n == 3 else None}
        for n, source in enumerate(sources)
    ]
    uids = records.add(field.ws, "opinion", made, draft=True).uids
    opinions.join(field.ws, [uids[1], uids[2]], "两条合一")
    talks = [
        {"unit": unit, "category": "staff", "date": "2014-04-18", "outcome": outcome}
        for outcome in ("hesitant", "four_winds", "not_held")
    ]
    records.add(field.ws, "interview", talks, draft=True)
    heard = solicitations.voices(field.ws, frozenset({unit}))
    assert (heard.opinions, heard.masters, heard.sourced, heard.public) == (5, 4, 4, 2)
    assert (heard.talks, heard.silent) == (2, 1)
    by_round = solicitations.voices_by_round(field.ws, frozenset({unit}))
    assert (by_round[1].opinions, by_round[2].public) == (4, 1)


def test_exactly_on_the_line_is_not_narrow(field: "Field") -> None:
    template = field.ws.template
    assert not is_narrow(3, 10, template)
    assert is_narrow(299, 1000, template)
    assert not is_narrow(0, 0, template)


def test_a_round_follows_only_a_verdict_or_a_cause(field: "Field", unit: Uid) -> None:
    with pytest.raises(Refused):
        solicitations.open_next(field.ws, unit)
    (first,) = records.add(field.ws, "solicitation", [{"unit": unit, "n": 1}]).uids
    votes = dict(zip(solicitations.VOTES, (96, 30, 42, 27, 34), strict=True))
    solicitations.vote(field.ws, first, votes, ["enough"])
    with pytest.raises(Refused):
        solicitations.open_next(field.ws, unit)
    solicitations.vote(field.ws, first, votes, ["not_enough", "not_focused"])
    second, changes = solicitations.open_next(field.ws, unit)
    assert changes.units == {unit}
    assert records.get(field.ws, "solicitation", second).values["n"] == 2
    third, _changes = solicitations.open_next(field.ws, unit, "评议低于线")
    assert records.get(field.ws, "solicitation", third).values["n"] == 3


def test_after_a_remedy_the_second_round_opens_though_the_first_was_not_noted(
    field: "Field", unit: Uid
) -> None:
    uid, _changes = solicitations.open_next(field.ws, unit, "评议低于线")
    assert records.get(field.ws, "solicitation", uid).values["n"] == 2


def test_a_vote_that_cannot_be_is_refused_and_nothing_is_stored(field: "Field", unit: Uid) -> None:
    (first,) = records.add(field.ws, "solicitation", [{"unit": unit, "n": 1}]).uids
    with pytest.raises(Invalid):
        solicitations.vote(field.ws, first, {"votes_cast": 5, "votes_enough": 6}, [])
    with pytest.raises(Refused):
        solicitations.vote(field.ws, first, {"votes_cast": 5}, ["enough", "not_enough"])
    assert records.get(field.ws, "solicitation", first).values.get("votes_cast") is None


def test_rounds_bring_their_outings_and_what_was_said_verbatim_is_found(
    field: "Field", unit: Uid
) -> None:
    records.add(field.ws, "solicitation", [{"unit": unit, "n": n} for n in (2, 1)])
    forum = {"unit": unit, "way": "forum", "date": "2014-04-15"}
    records.add(field.ws, "outreach", [forum, {**forum, "date": "2014-05-09", "round": 2}])
    said = "局长批示多、到现场少"
    records.add(
        field.ws,
        "opinion",
        [
            {"unit": unit, "text": said, "quote": said},
            {"unit": unit, "text": "改过", "quote": said},
        ],
        draft=True,
    )
    one, two = solicitations.rounds(field.ws, unit)
    assert (one.n, two.n) == (1, 2)
    assert [len(r.outreach) for r in (one, two)] == [1, 1]
    assert one.voices.opinions == 2
    (found,) = solicitations.verbatim(field.ws, unit)
    assert found.values["text"] == said
