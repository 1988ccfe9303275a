"""The numbers behind the charts agree with the lists they lead to."""

from datetime import date

import pytest

from models.kinds import ProblemState, Uid, Value
from services import listing, milestones, problems, records, stats
from services.stats import Behind, Scope
from tests.groups import Field

RECEIVED: dict[str, Value] = {"received_by": "周局长", "received_on": "2014-05-06"}


def count(field: Field, behind: Behind) -> int:
    """Records of the list behind a number."""
    return listing.page(field.ws, behind.kind, behind.filter).total


def confirmed(field: Field, day: str, *verbs: str, **values: Value) -> Uid:
    """A problem confirmed on a day and then moved on."""
    field.ws.day = date.fromisoformat(day)
    (uid,) = records.add(field.ws, "problem", [field.problem(**values)]).uids
    for verb in ("confirm", *verbs):
        problems.move(field.ws, uid, verb, RECEIVED if verb == "assign" else {})
    return uid


def test_every_cell_leads_to_as_many_records(field: Field) -> None:
    confirmed(field, "2014-04-20")
    confirmed(field, "2014-04-25", sub_kind="1.1")
    confirmed(field, "2014-05-02", "assign", unit=field.health)
    records.add(field.ws, "problem", [field.problem()])
    for scope in (Scope(), Scope(start="2014-04-22"), Scope(end="2014-04-30"),
                  Scope(frozenset({field.health}))):  # fmt: skip
        told = stats.problem_map(field.ws, scope)
        assert len(told.columns) == 16
        assert count(field, told.behind()) == sum(told.totals)
        for row in told.rows:
            assert count(field, told.behind(row.unit)) == row.total
            for column, number in zip(told.columns, row.counts, strict=True):
                assert count(field, told.behind(row.unit, column.id)) == number
    whole = stats.problem_map(field.ws)
    assert {row.name: row.total for row in whole.rows} == {"市教育局": 2, "市卫生局": 1}
    place = [c.id for c in whole.columns].index("2.2")
    assert whole.totals[place] == 2
    assert whole.units_of(place) == 2


def test_ratios_count_each_side_and_what_is_not_classified(field: Field) -> None:
    said: list[dict[str, Value]] = [
        {"nature": "work", "winds": []},
        {"nature": "wind", "winds": ["formalism", "hedonism"]},
        {"nature": "wind", "winds": ["bureaucracy", "formalism"]},
        {},
    ]
    records.add(
        field.ws, "opinion", [{"unit": field.education, "text": "意见", **one} for one in said]
    )
    nature, subject, _specificity, winds = stats.four_ratios(field.ws)
    assert (nature.left_count, nature.right_count, nature.unclassified) == (1, 2, 1)
    assert (subject.left_count, subject.right_count, subject.unclassified) == (0, 0, 4)
    assert (winds.left_count, winds.right_count, winds.unclassified) == (3, 1, 2)
    assert (winds.left, winds.right) == ("形式、官僚", "享乐、奢靡")
    assert count(field, nature.behind(left=False)) == 2
    assert stats.four_ratios(field.ws, Scope(frozenset({field.health})))[0].left_count == 0


def test_the_last_round_of_each_unit_is_told(field: Field) -> None:
    first: dict[str, Value] = {
        "unit": field.education, "round": 1, "subject": "team", "item": "overall",
        "issued": 100, "returned": 100, "valid": 100,
        "good": 30, "fairly_good": 29, "average": 30, "poor": 11, "abstained": 0,
    }  # fmt: skip
    second = {**first, "round": 2, "fairly_good": 30, "average": 29}
    records.add(field.ws, "evaluation", [first])
    records.add(field.ws, "evaluation", [second, {**first, "item": "formalism"}])
    (told,) = stats.approvals(field.ws)
    assert (told.round, told.part, told.whole) == (2, 60, 100)
    assert count(field, told.behind()) == 2


def test_progress_follows_each_problem_day_by_day(field: Field) -> None:
    done = confirmed(field, "2014-04-10")
    confirmed(field, "2014-04-12")
    field.ws.day = date(2014, 4, 14)
    problems.move(field.ws, done, "assign", RECEIVED)
    field.ws.day = date(2014, 4, 16)
    problems.move(
        field.ws, done, "apply-closure", {"done": "已整改", "evidence": ["整改记录复印件"]}
    )
    field.ws.day = date(2014, 4, 18)
    problems.move(field.ws, done, "close", {"verifier": field.leader})
    field.ws.day = date(2014, 4, 20)
    told = {p.day: (p.confirmed, p.rectifying, p.verifying, p.closed)
            for p in stats.progress(field.ws)}  # fmt: skip
    assert told["2014-04-10"] == (1, 0, 0, 0)
    assert told["2014-04-14"] == (1, 1, 0, 0)
    assert told["2014-04-20"] == (1, 0, 0, 1)
    assert len(told) == 11
    problems.move(field.ws, done, "reopen", {"deadline": "2014-06-01"}, reason="反弹")
    last = stats.progress(field.ws)[-1]
    assert (last.confirmed, last.rectifying, last.closed) == (1, 1, 0)


def test_no_problem_no_points(field: Field) -> None:
    assert stats.progress(field.ws) == ()
    assert stats.received(field.ws) == stats.Received(0, 0, 0, 0)
    assert stats.approvals(field.ws) == ()


def test_receptions_count_in_their_own_units_and_repeats_once(field: Field) -> None:
    def came(channel: str, day: str, **values: Value) -> dict[str, Value]:
        return {"channel": channel, "date": day, "gist": "反映供热", **values}

    (first,) = records.add(field.ws, "reception", [came("visit", "2014-04-20", persons=12)]).uids
    more = [
        came("visit", "2014-04-21"),
        came("letter", "2014-04-22"),
        came("call", "2014-04-23"),
        came("sms", "2014-05-01"),
        came("visit", "2014-05-02", persons=12, repeats=first),
    ]
    records.add(field.ws, "reception", more)
    told = stats.received(field.ws)
    assert (told.persons, told.visits, told.letters, told.calls) == (13, 2, 1, 2)
    assert (told.first, told.last) == ("2014-04-20", "2014-05-01")
    assert stats.received(field.ws, Scope(start="2014-04-21", end="2014-04-30")).calls == 1


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        (ProblemState.CLUE, []),
        (ProblemState.RECTIFYING, ["confirmed_on", "assigned_on"]),
        (ProblemState.CLOSED, ["confirmed_on", "assigned_on", "verifying_on", "closed_on"]),
        (ProblemState.VOID, ["confirmed_on", "assigned_on", "verifying_on"]),
    ],
)
def test_stages_that_lie_ahead_again_lose_their_day(target: ProblemState, kept: list[str]) -> None:
    before: dict[str, Value] = {
        "confirmed_on": "2014-04-01", "assigned_on": "2014-04-02", "verifying_on": "2014-04-03",
    }  # fmt: skip
    now = milestones.days(before, target, "2014-05-01")
    assert now.pop("changed_on") == "2014-05-01"
    assert list(now) == kept
