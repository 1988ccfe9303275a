"""What else is told once rows of several laptops have met."""

from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from models.kinds import ChangeId, ReplicaId, Tier, Uid, Value
from models.writer import new_uid
from services import problems, records
from services.conflicts.renumbering import reletter, renumber
from services.conflicts.review import Finding, Found, findings
from services.search import find
from tests.laptops import Laptop, tips

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def other(field: "Field") -> Laptop:
    """B of the handler."""
    return Laptop(field.ws, ReplicaId("b" * 32), field.handler)


def problem(field: "Field") -> Uid:
    """A whole clue."""
    return records.add(field.ws, "problem", [field.problem()]).uids[0]


def one(field: "Field", sort: Found) -> Finding:
    """The only finding of that sort."""
    (found,) = [f for f in findings(field.ws) if f.sort is sort]
    return found


def test_a_file_of_one_laptop_has_nothing_to_tell(field: "Field") -> None:
    problem(field)
    records.add(field.ws, "interview", [field.talk()])
    assert findings(field.ws) == ()


def test_numbers_codes_and_letters_that_exist_twice_are_told(field: "Field", other: Laptop) -> None:
    first, second = problem(field), problem(field)
    problems.move(field.ws, first, "confirm")
    other.set("problem", second, {"number": "03-001"}, tips(field.ws, "problem", second))
    found = one(field, Found.NUMBER)
    assert set(found.uids) == {first, second}
    assert found.words == "2 条问题的编号都是“03-001”"
    other.set("problem", second, {"number": None}, tips(field.ws, "problem", second))
    records.change(field.ws, "unit", field.education, {"code": "X"})
    records.change(field.ws, "unit", field.health, {"code": "X"})
    assert set(one(field, Found.NUMBER).uids) == {field.education, field.health}
    records.change(field.ws, "unit", field.health, {"code": "Y"})
    records.change(field.ws, "person", field.handler, {"letter": "A"})
    assert "赵明、王建国" in one(field, Found.NUMBER).words


def test_two_rows_for_one_unit_are_told(field: "Field") -> None:
    again = records.add(field.ws, "unit", [{"name": "市教育局"}]).uids[0]
    assert set(one(field, Found.UNIT).uids) == {field.education, again}


def test_rules_over_several_fields_are_checked_after_folding(field: "Field", other: Laptop) -> None:
    row: dict[str, Value] = {"unit": field.education, "date": "2014-05-06", "start_at": "09:00"}
    uid = records.add(field.ws, "visit", [row], draft=True).uids[0]
    other.set("visit", uid, {"end_at": "08:00"}, tips(field.ws, "visit", uid))
    assert one(field, Found.RULE).uids == (uid,)


def test_who_verified_what_he_handled_is_told(field: "Field", other: Laptop) -> None:
    uid = problem(field)
    problems.move(field.ws, uid, "confirm")
    problems.move(field.ws, uid, "apply-closure", {"done": "已改", "evidence": ["照片"]})
    problems.move(field.ws, uid, "close", {"verifier": field.leader})
    seen = tips(field.ws, "problem", uid)
    other.set("problem", uid, {f"handlers.{field.leader}": True}, seen)
    found = one(field, Found.RULE)
    assert (found.uids, found.words) == ((uid,), "验收人赵明也是承办人")


def test_a_record_filed_under_two_units_at_once_is_told(field: "Field", other: Laptop) -> None:
    uid = problem(field)
    seen = tips(field.ws, "problem", uid)
    moved = records.change(field.ws, "problem", uid, {"unit": field.health}).uid
    copy = new_uid()
    with other.writing() as writer:
        fields: dict[str, Value] = {"title": "另一份", "provisional_number": "暂03B-01"}
        writer.put("problem", copy, f"unit/{field.education}", fields, new=True)
    other.set("problem", uid, {"deleted": True, "moved_to": copy}, seen)
    assert set(one(field, Found.MOVED_TWICE).uids) == {uid, copy, moved}


def test_dangling_references_and_children_of_deleted_parents_are_told(
    field: "Field", other: Laptop
) -> None:
    ws = field.ws
    uid = problem(field)
    measure: dict[str, Value] = {"problem": uid, "what": "自学"}
    child = records.add(ws, "measure", [measure], draft=True).uids[0]
    records.delete(ws, "problem", uid, "重复")
    found = one(field, Found.ORPHAN)
    assert (found.uids, found.words) == ((child,), "所属的问题已删除")
    opinion: dict[str, Value] = {"unit": field.education, "text": "会多"}
    referring = records.add(ws, "opinion", [opinion], draft=True).uids[0]
    seen = tips(ws, "opinion", referring)
    other.set("opinion", referring, {"problem": uid, "merged_into": "f" * 32}, seen)
    told = sorted(f.words for f in findings(ws) if f.sort is Found.DANGLING)
    assert told == ["“归并到”所指的记录尚未收到", "“转成的问题”所指的问题已删除"]
    links = problem(field)
    other.set("problem", links, {f"handlers.{'e' * 32}": True}, tips(ws, "problem", links))
    assert any(f.uids == (links,) for f in findings(ws) if f.sort is Found.DANGLING)


def test_what_stands_on_missing_changes_is_told(field: "Field", other: Laptop) -> None:
    uid = records.add(field.ws, "interview", [field.talk()]).uids[0]
    seen = (*tips(field.ws, "interview", uid, Tier.TALK), ChangeId("1" * 64))
    other.set("interview", uid, {"text": "续"}, seen, tier=Tier.TALK)
    assert one(field, Found.INCOMPLETE).uids == (uid,)


def test_hostile_values_break_nothing(field: "Field", other: Laptop) -> None:
    uid = problem(field)
    with other.writing() as writer:
        closure: dict[str, Value] = {"problem": uid, "verifier": "\"'$[", "evidence.x": "词"}
        writer.put("closure", new_uid(), f"unit/{field.education}", closure, new=True)
        writer.put("later", new_uid(), "common", {"x": {"y": [1]}}, base=[ChangeId("2" * 64)])
        odd: dict[str, Value] = {"unit": ["x"], "handlers.%": True, "master": "'; drop"}
        writer.put("problem", new_uid(), "common", odd, new=True)
    assert findings(field.ws)


def test_one_of_two_equal_numbers_is_changed_and_the_old_one_is_found(
    field: "Field", other: Laptop
) -> None:
    first, second = problem(field), problem(field)
    third = problem(field)
    problems.move(field.ws, first, "confirm")
    for uid, number in ((second, "03-001"), (third, "03-002")):
        other.set("problem", uid, {"number": number}, tips(field.ws, "problem", uid))
    renumber(field.ws, second, "number", "与 03-001 重号")
    values = records.get(field.ws, "problem", second).values
    assert (values["number"], values["former_numbers"]) == ("03-003", "03-001")
    assert findings(field.ws) == ()
    assert {hit.uid for hit in find(field.ws, "03-001").rows} == {first, second}
    renumber(field.ws, second, "provisional_number", "重号")
    values = records.get(field.ws, "problem", second).values
    assert values["former_numbers"] == "03-001、暂03A-02"
    for arguments in (("number", " "), ("title", "x")):
        with pytest.raises(Refused):
            renumber(field.ws, second, *arguments)


def test_one_of_two_equal_letters_gives_way(field: "Field") -> None:
    records.change(field.ws, "person", field.handler, {"letter": "A"})
    reletter(field.ws, field.handler, "字母重了")
    assert records.get(field.ws, "person", field.handler).values["letter"] == "B"
    assert findings(field.ws) == ()
