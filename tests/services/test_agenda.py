"""今日: what waits and for whom, how units stand, what is planned."""

from typing import TYPE_CHECKING

import pytest

from models.kinds import Role, Uid
from services import agenda, problems, records
from services import workspace as workspaces
from services.agenda import Matter
from services.listing import page

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def busy(field: "Field") -> tuple[Uid, ...]:
    """Three problems (one overdue, one waiting), a talk to tidy, two planned visits."""
    late, waiting, _clue = records.add(
        field.ws,
        "problem",
        [
            field.problem(title="晚了", deadline="2014-04-30"),
            field.problem(title="等审核", unit=field.health),
            field.problem(title="线索"),
        ],
    ).uids
    problems.move(field.ws, late, "confirm")
    problems.move(field.ws, waiting, "submit")
    records.add(
        field.ws,
        "interview",
        [field.talk(state="untidied", talkers=[field.leader, field.recorder])],
    )
    records.add(
        field.ws,
        "visit",
        [
            {"unit": field.health, "date": "2014-05-07", "way": "covert", "start_at": "14:30"},
            {"unit": field.education, "date": "2014-05-06", "start_at": "09:00",
             "participants": [field.handler]},
            {"unit": field.education, "date": "2014-05-30"},
            {"unit": field.education, "date": "2014-05-06", "state": "done"},
        ],
    )  # fmt: skip
    return late, waiting


def test_what_waits_leads_to_the_records_behind_it(field: "Field", busy: tuple[Uid, ...]) -> None:
    found = {one.matter: one for one in agenda.due(field.ws)}
    assert {m: one.count for m, one in found.items()} == {
        Matter.OVERDUE: 1,
        Matter.SUBMITTED: 1,
        Matter.UNTIDIED: 1,
    }
    for one in found.values():
        if one.behind is not None:
            assert page(field.ws, one.behind.kind, one.behind.filter).total == one.count
    assert found[Matter.SUBMITTED].mine


def test_what_another_role_does_comes_last(field: "Field", busy: tuple[Uid, ...]) -> None:
    workspaces.act_as(field.ws, field.handler)
    found = agenda.due(field.ws)
    assert [one.matter for one in found] == [Matter.OVERDUE, Matter.SUBMITTED]
    assert (found[-1].mine, found[-1].role) == (False, Role.LEADER)


def test_units_stand_by_name_with_their_counts(field: "Field", busy: tuple[Uid, ...]) -> None:
    tally = {"valid": 100, "good": 40, "fairly_good": 19, "average": 30, "poor": 11}
    records.add(
        field.ws,
        "evaluation",
        [{"unit": field.health, "round": 1, "subject": "team", "item": "overall",
          "issued": 100, "returned": 100, **tally}],
    )  # fmt: skip
    education, health = agenda.standings(field.ws)
    assert (education.name, education.talks, education.open, education.overdue) == (
        *("市教育局", 1, 1, 1),
    )
    assert education.last == "2014-05-06"
    assert (health.open, health.overdue, health.last) == (1, 0, None)
    assert (health.approval, health.below) == ("59.0%", True)
    assert [one.matter for one in agenda.due(field.ws)][-1] is Matter.REMEDIES


def test_the_days_ahead_in_order_without_what_is_done(
    field: "Field", busy: tuple[Uid, ...]
) -> None:
    first, second = agenda.schedule(field.ws)
    assert (first.unit_name, first.start_at, first.participants) == (
        *("市教育局", "09:00", (field.handler,)),
    )
    assert (second.covert, second.date) == (True, "2014-05-07")
