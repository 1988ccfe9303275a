"""Numbers for problems that were confirmed on a laptop without the 编号本."""

from models.kinds import ReplicaId, Uid, Value
from services import numbering, problems, records
from tests.groups import Field
from tests.laptops import Laptop, tips


def _confirmed_elsewhere(field: Field, **values: str) -> Uid:
    """A problem whose confirmation came from another laptop, without a number."""
    (uid,) = records.add(field.ws, "problem", [field.problem(**values)]).uids
    state: dict[str, Value] = {"state": "confirmed", "round": 1, "confirmed_on": "2014-05-05"}
    laptop = Laptop(field.ws, ReplicaId("b" * 32), field.leader)
    laptop.set("problem", uid, {"state": state}, tips(field.ws, "problem", uid))
    return uid


def test_what_was_confirmed_without_the_book_is_numbered_where_it_is(field: Field) -> None:
    uids = [_confirmed_elsewhere(field, title=title) for title in ("甲", "乙")]
    records.add(field.ws, "problem", [field.problem(title="线索")])
    given = numbering.number_waiting(field.ws)
    assert given.numbers == ("03-001", "03-002")
    numbered = [records.get(field.ws, "problem", uid).values["number"] for uid in uids]
    assert numbered == ["03-001", "03-002"]
    assert given.changes.units == {field.education}
    assert numbering.number_waiting(field.ws).numbers == ()
    (later,) = records.add(field.ws, "problem", [field.problem(title="丙")]).uids
    assert problems.move(field.ws, later, "confirm").number == "03-003"


def test_without_the_book_or_for_another_group_nothing_is_numbered(field: Field) -> None:
    uid = _confirmed_elsewhere(field)
    seen = tips(field.ws, "problem", uid)
    laptop = Laptop(field.ws, ReplicaId("b" * 32), field.leader)
    laptop.set("problem", uid, {"provisional_number": "暂07B-01"}, seen)
    assert numbering.number_waiting(field.ws).numbers == ()
    _confirmed_elsewhere(field)
    group = Laptop(field.ws, ReplicaId("c" * 32), field.leader)
    group.set(
        "group", field.ws.group, {"number_book": "c" * 32}, tips(field.ws, "group", field.ws.group)
    )
    assert numbering.number_waiting(field.ws).numbers == ()
