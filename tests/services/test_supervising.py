"""Which group supervises which unit: told apart only where there are several groups."""

from typing import TYPE_CHECKING

from services import records, supervising

if TYPE_CHECKING:
    from tests.groups import Field


def test_one_group_and_the_office_are_not_told_apart(field: "Field") -> None:
    records.add(field.ws, "problem", [field.problem()])
    assert supervising.groups_of_units(field.ws) == {}
    records.add(field.ws, "group", [{"number": 99, "name": "活动办", "is_office": True}])
    assert not supervising.are_several(field.ws)
    assert supervising.groups_of_units(field.ws) == {}


def test_a_unit_names_its_group_or_is_of_the_one_that_works_on_it(field: "Field") -> None:
    records.add(field.ws, "problem", [field.problem()])
    (fifth,) = records.add(field.ws, "group", [{"number": 5, "name": "第五督导组"}]).uids
    assert supervising.are_several(field.ws)
    of = supervising.groups_of_units(field.ws)
    assert {unit: group.uid for unit, group in of.items()} == {field.education: field.ws.group}
    for unit in (field.education, field.health):
        records.change(field.ws, "unit", unit, {"group": fifth})
    of = supervising.groups_of_units(field.ws)
    assert {unit: group.name for unit, group in of.items()} == {
        field.education: "第五督导组",
        field.health: "第五督导组",
    }
