"""What a record may hold, what it needs, and where it files."""

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from models import tables
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import Role, Value
from services import health, history, records, rows, workspace
from services.core import Filter
from services.listing import page
from services.rules import Invalid

if TYPE_CHECKING:
    from tests.groups import Field


def faults(raised: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    """Field → code of what was refused."""
    return {f.field: f.code for f in raised.value.findings}


def test_names_words_and_ids_mean_the_same(field: "Field") -> None:
    said = field.problem(unit="市教育局", handlers=["王建国", "李芳"], found_how="督导发现")
    by_name = records.add(field.ws, "problem", [said]).uids[0]
    values = records.get(field.ws, "problem", by_name).values
    assert values["unit"] == field.education
    assert values["handlers"] == sorted([field.handler, field.recorder])
    assert values["found_how"] == "by_inspection"


def test_every_fault_is_told_and_nothing_is_written(field: "Field") -> None:
    before = workspace.info(field.ws)
    bad: dict[str, Value] = {
        "unit": "没有这个单位",
        "sub_kind": "9.9",
        "title": "带控制符\x07",
        "nonsense": 1,
        "state": "closed",
        "deadline": "2014-02-30",
    }
    with pytest.raises(Invalid) as raised:
        records.add(field.ws, "problem", [field.problem(), bad])
    assert faults(raised) == {
        "unit": "reference_unknown",
        "sub_kind": "choice_unknown",
        "title": "text_control",
        "nonsense": "field_unknown",
        "state": "field_computed",
        "deadline": "date_does_not_exist",
        "facts": "field_required",
    }
    assert raised.value.params["index"] == 2
    assert workspace.info(field.ws) == before


def test_required_fields_are_for_finishing_not_for_saving(field: "Field") -> None:
    with pytest.raises(Invalid) as raised:
        records.add(field.ws, "interview", [{"unit": field.education}])
    assert {"text", "talkers", "recorder", "place"} <= set(faults(raised))
    uid = records.add(field.ws, "interview", [{"unit": field.education}], draft=True).uids[0]
    row = records.get(field.ws, "interview", uid)
    assert "text" in row.missing
    assert row.values["code_name"]


def test_one_talker_is_not_enough_to_finish(field: "Field") -> None:
    with pytest.raises(Invalid) as raised:
        records.add(field.ws, "interview", [field.talk(talkers=[field.handler])])
    assert faults(raised) == {"talkers": "field_required"}


@pytest.mark.parametrize("text", ["堃𬭎䶮喆垚犇", "😀🏽 表情", "记" * 100_000, "一\n二\t三"])
def test_rare_characters_and_long_notes_come_back_as_typed(field: "Field", text: str) -> None:
    uid = records.add(field.ws, "interview", [field.talk(text=text)]).uids[0]
    assert records.get(field.ws, "interview", uid).values["text"] == text


def test_what_was_said_never_stands_in_the_work_scope(field: "Field") -> None:
    uid = records.add(field.ws, "interview", [field.talk()]).uids[0]
    with field.ws.store.read() as connection:
        query = (
            sa.select(tables.scope.c.name, tables.change.c.body)
            .join(tables.row, tables.row.c.n == tables.change.c.row)
            .join(tables.scope, tables.scope.c.n == tables.row.c.scope)
            .where(tables.row.c.uid == uid)
        )
        bodies = {scope: bytes(body).decode() for scope, body in connection.execute(query)}
    assert set(bodies) == {f"unit/{field.education}", f"talk/unit/{field.education}"}
    assert "录像" in bodies[f"talk/unit/{field.education}"]
    assert "录像" not in bodies[f"unit/{field.education}"]
    assert "09:02" not in bodies[f"unit/{field.education}"]


def test_a_set_keeps_who_was_not_taken_out(field: "Field") -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    changed: dict[str, Value] = {"handlers": [field.leader, field.handler], "evidence": []}
    records.change(field.ws, "problem", uid, changed)
    values = records.get(field.ws, "problem", uid).values
    assert values["handlers"] == sorted([field.leader, field.handler])
    assert not values["evidence"]
    assert health.check(field.ws).ok


def test_two_people_who_change_different_fields_both_keep_theirs(field: "Field") -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    seen = records.get(field.ws, "problem", uid).base
    records.change(field.ws, "problem", uid, {"title": "甲改的题目"}, base=seen)
    records.change(field.ws, "problem", uid, {"deadline": "2014-05-20"}, base=seen)
    row = records.get(field.ws, "problem", uid)
    assert (row.values["title"], row.values["deadline"]) == ("甲改的题目", "2014-05-20")
    assert not row.conflicts


def test_a_value_nobody_had_in_view_is_not_replaced(field: "Field") -> None:
    """A stale form and a newer one disagree: both values stay, and neither `set` may decide."""
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    seen = records.get(field.ws, "problem", uid).base
    records.change(field.ws, "problem", uid, {"title": "先写的"}, base=seen)
    scope = f"unit/{field.education}"
    with field.ws.store.write(field.recorder) as writer:
        writer.replica = type(writer.replica)("ab" * 16)
        writer.put("problem", uid, scope, {"title": "后写的"}, base=next(iter(seen.values())))
    row = records.get(field.ws, "problem", uid)
    assert row.conflicts == ("title",)
    assert row.values["title"] == "后写的"
    with pytest.raises(Refused) as raised:
        records.change(field.ws, "problem", uid, {"title": "第三个"})
    assert raised.value.code == "field_in_conflict"
    titles = [e.after for e in history.of_record(field.ws, uid) if e.field == "title"]
    assert titles == ["自学无安排", "先写的", "后写的"]
    assert health.check(field.ws).ok


def test_deleting_needs_a_reason_and_keeps_the_history(field: "Field") -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    with pytest.raises(Refused):
        records.delete(field.ws, "problem", uid, "  ")
    records.delete(field.ws, "problem", uid, "重复录入")
    with pytest.raises(Refused) as raised:
        records.get(field.ws, "problem", uid)
    assert raised.value.code == "record_unknown"
    assert page(field.ws, "problem", Filter()).total == 0
    last = history.of_record(field.ws, uid)[-1]
    assert (last.field, last.after, last.reason) == ("deleted", True, "重复录入")


def test_filing_under_another_unit_takes_the_children_along(field: "Field") -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    measure: dict[str, Value] = {
        "problem": uid,
        "what": "每周半天自学",
        "responsible": "局长",
        "standard": "有计划有检查",
        "deadline": "2014-05-20",
    }
    records.add(field.ws, "measure", [measure])
    moved = records.change(field.ws, "problem", uid, {"unit": "市卫生局"})
    assert moved.uid != uid
    assert moved.changes.units == {field.education, field.health}
    with field.ws.store.read() as connection:
        scope = rows.work_scope_of(connection, KINDS["problem"], moved.uid)
    assert scope == f"unit/{field.health}"
    measures = page(field.ws, "measure", Filter()).rows
    assert [m.values["problem"] for m in measures] == [moved.uid]
    gone = history.of_record(field.ws, uid)
    assert any(e.field == "moved_to" and e.after == moved.uid for e in gone)
    assert health.check(field.ws).ok


def test_a_finished_talk_is_changed_by_its_talkers_only(field: "Field") -> None:
    uid = records.add(field.ws, "interview", [field.talk(state="finished")]).uids[0]
    with pytest.raises(Refused) as raised:
        records.change(field.ws, "interview", uid, {"text": "别人改的"})
    assert raised.value.code == "interview_finished"
    workspace.act_as(field.ws, field.recorder)
    records.change(field.ws, "interview", uid, {"text": "记录员改的"})
    assert records.get(field.ws, "interview", uid).values["text"] == "记录员改的"


def test_no_is_an_answer(field: "Field") -> None:
    check: dict[str, Value] = {
        "unit": field.education,
        "form": "study_check",
        "date": "2014-05-06",
        "checkers": [field.handler],
        "answers": {"plan_exists": False, "hurried": True, "other_readings": 0},
    }
    uid = records.add(field.ws, "check", [check]).uids[0]
    answers = {"plan_exists": False, "hurried": True, "other_readings": 0}
    assert records.get(field.ws, "check", uid).values["answers"] == answers
    records.change(field.ws, "check", uid, {"answers": {"hurried": False, "other_readings": None}})
    values = records.get(field.ws, "check", uid).values
    assert values["answers"] == {"plan_exists": False, "hurried": False}
    assert health.check(field.ws).ok


def test_roles_come_from_the_group(field: "Field") -> None:
    assert field.ws.role() is Role.LEADER
    workspace.act_as(field.ws, field.recorder)
    assert field.ws.role() is Role.LIAISON
    workspace.act_as(field.ws, field.handler)
    assert field.ws.role() is Role.MEMBER


@pytest.mark.parametrize(
    ("values", "field_name", "code"),
    [
        ({"issued": 10, "returned": 11}, "returned", "more_than"),
        ({"issued": 10, "returned": 10, "valid": 9, "good": 5, "fairly_good": 5}, "valid",
         "tally_does_not_add_up"),
        ({"issued": -1}, "issued", "integer_out_of_range"),
        ({"issued": "十"}, "issued", "value_not_integer"),
    ],
)  # fmt: skip
def test_sums_that_do_not_fit_are_refused(
    field: "Field", values: dict[str, Value], field_name: str, code: str
) -> None:
    record: dict[str, Value] = {
        "unit": field.education, "round": 1, "subject": "team", "item": "overall", **values
    }  # fmt: skip
    with pytest.raises(Invalid) as raised:
        records.add(field.ws, "evaluation", [record])
    assert faults(raised) == {field_name: code}


@pytest.mark.parametrize(
    ("good", "fairly_good", "needs"), [(35, 40, False), (34, 40, True), (0, 0, True)]
)
def test_exactly_sixty_per_cent_passes(
    field: "Field", good: int, fairly_good: int, needs: bool
) -> None:
    rest = 125 - good - fairly_good
    record: dict[str, Value] = {
        "unit": field.education, "round": 1, "subject": "team", "item": "overall",
        "issued": 130, "returned": 127, "valid": 125, "good": good, "fairly_good": fairly_good,
        "average": rest, "poor": 0, "abstained": 0,
    }  # fmt: skip
    uid = records.add(field.ws, "evaluation", [record]).uids[0]
    assert records.get(field.ws, "evaluation", uid).values["needs_remedy"] is needs
    assert page(field.ws, "remedy", Filter()).total == (1 if needs else 0)
