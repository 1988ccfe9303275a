"""Deleted records are listed with who and why, and come back whole."""

from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from services import health, records, recycled
from services.core import Changes

if TYPE_CHECKING:
    from tests.groups import Field


def test_a_deleted_record_is_listed_and_comes_back_in_every_tier(field: "Field") -> None:
    (problem,) = records.add(field.ws, "problem", [field.problem()]).uids
    (talk,) = records.add(field.ws, "interview", [field.talk()]).uids
    assert recycled.deleted(field.ws) == ()
    records.delete(field.ws, "problem", problem, "记重了")
    records.delete(field.ws, "interview", talk, "另有记录")
    last, first = recycled.deleted(field.ws)
    assert (first.kind, first.title, first.unit) == ("problem", "自学无安排", field.education)
    assert (first.actor_name, first.reason) == ("赵明", "记重了")
    assert (last.kind, last.title) == ("interview", "")
    changes = recycled.restore(field.ws, "interview", talk)
    assert changes == Changes(frozenset({"interview"}), frozenset({field.education}))
    assert records.get(field.ws, "interview", talk).values["text"] == field.talk()["text"]
    assert [gone.uid for gone in recycled.deleted(field.ws)] == [problem]
    assert health.check(field.ws).ok


def test_what_was_filed_under_another_unit_is_not_in_the_bin(field: "Field") -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    records.change(field.ws, "problem", uid, {"unit": field.health})
    assert recycled.deleted(field.ws) == ()


def test_what_is_not_deleted_is_not_taken_back(field: "Field") -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    with pytest.raises(Refused, match="record_unknown"):
        recycled.restore(field.ws, "problem", uid)


def test_only_so_many_are_listed(field: "Field") -> None:
    uids = records.add(field.ws, "problem", [field.problem(title=str(n)) for n in range(4)]).uids
    for uid in uids:
        records.delete(field.ws, "problem", uid, "清理")
    assert [gone.title for gone in recycled.deleted(field.ws, most=2)] == ["3", "2"]
