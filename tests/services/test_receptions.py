"""Receptions get numbers of their laptop and are counted in three units."""

from services import receptions, records
from services.stats import Scope
from tests.groups import Field


def test_numbers_go_on_and_what_came_in_is_counted_apart(field: Field) -> None:
    (unit,) = records.add(field.ws, "unit", [{"name": "某局"}]).uids
    shared = {"gist": "供热温度不达标", "unit": unit}
    first = receptions.add(
        field.ws, {**shared, "channel": "visit", "date": "2014-04-10", "persons": 3}
    ).uids[0]
    for channel, day in (("visit", "2014-04-14"), ("letter", "2014-04-14"), ("sms", "2014-04-20")):
        receptions.add(field.ws, {**shared, "channel": channel, "date": day})
    again = {**shared, "channel": "visit", "date": "2014-04-14", "repeats": first}
    last = receptions.add(field.ws, again).uids[0]
    number = str(records.get(field.ws, "reception", last).values["number"])
    assert number == f"访{3:02d}{field.ws.letter}-0005"
    scope = Scope(frozenset({unit}))
    one, two = receptions.by_week(field.ws, scope)
    assert (one.name, one.visits, one.persons) == ("2014-04-07", 1, 3)
    assert (two.visits, two.persons, two.letters, two.calls) == (1, 1, 1, 1)
    (about,) = receptions.by_unit(field.ws, scope)
    assert (about.name, about.visits, about.persons) == (unit, 2, 4)
    (end,) = receptions.by_end(field.ws, scope)
    assert end.name == ""
    (within,) = receptions.by_week(field.ws, Scope(start="2014-04-14", end="2014-04-19"))
    assert (within.visits, within.letters, within.calls) == (1, 1, 0)
