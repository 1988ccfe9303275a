"""Opinions that become one item, and what each stands for."""

import pytest

from models.kinds import Uid
from services import opinions, records
from services.errors import Refused
from services.rules import Invalid
from tests.groups import Field


def heard(field: Field, count: int, unit: str = "市教育局") -> list[Uid]:
    (place,) = records.add(field.ws, "unit", [{"name": unit}]).uids
    made = [{"unit": place, "text": f"意见 {n}"} for n in range(count)]
    return list(records.add(field.ws, "opinion", made, draft=True).uids)


def test_the_master_stands_for_all_and_each_keeps_its_words(field: Field) -> None:
    one, two, three = heard(field, 3, "甲局")
    assert opinions.join(field.ws, [one, two, three], " 归并的话 ") == one
    assert opinions.counts(field.ws, {one}) == {one: 3}
    assert records.get(field.ws, "opinion", one).values["text"] == "归并的话"
    assert records.get(field.ws, "opinion", two).values["text"] == "意见 1"
    assert records.get(field.ws, "opinion", two).values["merged_into"] == one


def test_what_was_joined_before_follows_its_master(field: Field) -> None:
    one, two, three, four = heard(field, 4, "乙局")
    opinions.join(field.ws, [three, four], "后两条")
    opinions.join(field.ws, [one, two, three], "全部")
    assert opinions.counts(field.ws, {one, three}) == {one: 4, three: 1}
    opinions.part(field.ws, four)
    assert opinions.counts(field.ws, {one}) == {one: 3}


def test_what_cannot_become_one_is_refused_whole(field: Field) -> None:
    one, two = heard(field, 2, "丙局")
    (other,) = heard(field, 1, "丁局")
    for uids, code in (
        ([one], "opinions_to_join"),
        ([one, one], "opinions_to_join"),
        ([one, other], "opinions_of_units"),
    ):
        with pytest.raises(Refused) as told:
            opinions.join(field.ws, uids, "话")
        assert told.value.code == code
    with pytest.raises(Invalid):
        opinions.join(field.ws, [one, two], "  ")
    assert opinions.counts(field.ws, {one}) == {one: 1}
    opinions.join(field.ws, [one, two], "话")
    with pytest.raises(Refused, match="opinion_joined"):
        opinions.join(field.ws, [two, one], "话")
    with pytest.raises(Refused, match="opinion_not_joined"):
        opinions.part(field.ws, one)


def test_a_problem_and_its_opinion_lead_to_each_other(field: Field) -> None:
    (one,) = heard(field, 1, "戊局")
    row = records.get(field.ws, "opinion", one)
    made, changes = opinions.to_problem(field.ws, row, "2.1")
    assert records.get(field.ws, "problem", made).values["evidence"] == [one]
    assert records.get(field.ws, "opinion", one).values["problem"] == made
    assert changes.kinds == {"problem", "opinion"}
