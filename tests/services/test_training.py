"""一把手轮训: the roster of heads, what is registered, and what the documents make of it."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

from services import records, training
from services.documents import roster as printed
from services.documents.orders import Order, Period, Wanted
from services.training import ABSENT, ATTENDED, MADE_UP, Head

if TYPE_CHECKING:
    from models.kinds import Value
    from tests.groups import Field


@pytest.fixture
def heads(field: "Field") -> "Field":
    """Two heads of units and a deputy who counts only where something is recorded of him."""
    people: tuple[tuple[Value, ...], ...] = (
        ("周志强", field.education, True),
        ("何建军", field.health, True),
    )
    made: list[dict[str, Value]] = [
        {"name": n, "post": "局长", "unit": u, "is_head": h} for n, u, h in people
    ]
    records.add(field.ws, "person", made)
    records.add(field.ws, "person", [{"name": "高原", "unit": field.health}])
    return field


def head(field: "Field", name: str) -> Head:
    return next(one for one in training.roster(field.ws).heads if one.name == name)


def test_heads_stand_in_the_roster_and_what_is_registered_is_counted(heads: "Field") -> None:
    field = heads
    assert {one.name for one in training.roster(field.ws).heads} == {"周志强", "何建军"}
    training.register(field.ws, head(field, "周志强"), 2, ATTENDED)
    training.register(field.ws, head(field, "何建军"), 2, ABSENT)
    told = training.roster(field.ws)
    assert 2 in told.rounds
    assert told.counts(2) == {ATTENDED: 1, ABSENT: 1, MADE_UP: 0, "": 0}
    assert training.roster(field.ws, frozenset({field.health})).counts(2)[ATTENDED] == 0


def test_what_is_registered_again_changes_the_same_record(heads: "Field") -> None:
    field = heads
    field.ws.day = date(2014, 4, 28)
    training.register(field.ws, head(field, "何建军"), 2, ABSENT)
    record = head(field, "何建军").rounds[2]
    assert record.uid is not None
    records.change(field.ws, "training", record.uid, {"reason": "出差"})
    training.register(field.ws, head(field, "何建军"), 2, MADE_UP)
    after = head(field, "何建军").rounds[2]
    assert (after.uid, after.status, after.reason) == (record.uid, MADE_UP, "出差")
    assert after.made_up_on == "2014-04-28"
    training.register(field.ws, head(field, "何建军"), 2, ATTENDED)
    after = head(field, "何建军").rounds[2]
    assert (after.status, after.reason, after.made_up_on) == (ATTENDED, "", "")


def test_the_printed_roster_says_the_same(heads: "Field") -> None:
    field = heads
    training.register(field.ws, head(field, "周志强"), 2, ATTENDED)
    data = printed.gather(field.ws, Order(Wanted("roster", None, Period()), "2014-05-06"))
    place = data.rounds.index(2)
    said = {(one.unit, one.name): one.rounds[place].status for one in data.heads}
    assert said == {("市教育局", "周志强"): ATTENDED, ("市卫生局", "何建军"): ""}
