"""相近: what two people wrote of one finding is told; what is another finding is not."""

from typing import TYPE_CHECKING

import pytest

from services import problems, records
from services.alike import LEAST_PERCENT, alike

if TYPE_CHECKING:
    from models.kinds import Uid
    from tests.groups import Field

ONE = {
    "title": "意见箱三周未开箱",
    "facts": "机关大门口意见箱4月1日设置，至4月22日未开箱，钥匙由门卫保管。",
}
SAME = {
    "title": "意见箱三周没有开",
    "facts": "4月1日在机关大门口设意见箱，到4月22日没有开过箱，钥匙在门卫手里。",
}
OTHER = {
    "title": "座谈会只找科级干部",
    "facts": "4月20日座谈会签到表12人均为科级以上干部，无群众代表。",
}


@pytest.fixture
def noted(field: "Field") -> "tuple[Uid, Uid, Uid]":
    """One finding noted twice and another one, all of one unit and sub-kind."""
    one, same, other = records.add(
        field.ws, "problem", [field.problem(**texts) for texts in (ONE, SAME, OTHER)]
    ).uids
    return one, same, other


def test_one_finding_noted_twice_is_told(field: "Field", noted: "tuple[Uid, Uid, Uid]") -> None:
    one, same, other = noted
    for ours, theirs in ((one, same), (same, one)):
        (found,) = alike(field.ws, ours)
        assert found.row.uid == theirs
        assert LEAST_PERCENT <= found.percent < 100
        assert found.number
    assert alike(field.ws, other) == ()


@pytest.mark.parametrize("values", [{"unit": "health"}, {"sub_kind": "1.1"}])
def test_another_unit_or_sub_kind_is_another_finding(
    field: "Field", noted: "tuple[Uid, Uid, Uid]", values: dict[str, str]
) -> None:
    given = {n: getattr(field, v) if n == "unit" else v for n, v in values.items()}
    (uid,) = records.add(field.ws, "problem", [field.problem(**ONE, **given)]).uids
    assert alike(field.ws, uid) == ()


@pytest.mark.parametrize(("verb", "given"), [("void", {}), ("merge-into", {"to": 2})])
def test_what_was_merged_or_given_up_is_not_told(
    field: "Field", noted: "tuple[Uid, Uid, Uid]", verb: str, given: dict[str, int]
) -> None:
    values = {name: noted[place] for name, place in given.items()}
    problems.move(field.ws, noted[1], verb, values, reason="不成立")
    assert alike(field.ws, noted[0]) == ()


def test_nothing_is_like_an_empty_record_and_stops_do_not_count(field: "Field") -> None:
    empty = field.problem(title="", facts="")
    plain = field.problem(title="党课代写", facts="４月１８日，照稿宣读。")
    spaced = field.problem(title="党课，代写", facts="4月18日 照稿宣读")
    uids = records.add(field.ws, "problem", [empty, plain, spaced], draft=True).uids
    assert alike(field.ws, uids[0]) == ()
    (found,) = alike(field.ws, uids[1])
    assert (found.row.uid, found.percent) == (uids[2], 100)
