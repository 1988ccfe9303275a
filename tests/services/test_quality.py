"""数据质量: what forms would refuse and merges bring all the same is found and told."""

from typing import TYPE_CHECKING

import pytest

from models.catalogue import KINDS
from models.kinds import Uid, Value
from models.writer import new_uid
from services import problems, quality, records, rows
from services.core import Progress
from services.errors import Cancelled
from services.quality import Doubt

if TYPE_CHECKING:
    from tests.groups import Field


def put(field: "Field", kind: str, **values: Value) -> Uid:
    """Store a record as another laptop's package would bring it: past the forms."""
    uid, home = new_uid(), values.pop("unit", field.education)
    with field.ws.store.write(field.ws.actor) as writer:
        given = {"unit": home, **values}
        rows.write_row(writer, KINDS[kind], uid, f"unit/{home}", given, new=True)
    return uid


def told(field: "Field", *units: Uid) -> dict[Doubt, list[str]]:
    """What is found: the sentences, by doubt."""
    found = quality.look(field.ws, frozenset(units))
    return {one.doubt: [case.said for case in one.cases] for one in found}


def test_whole_records_raise_no_doubt(field: "Field") -> None:
    records.add(field.ws, "problem", [field.problem(), field.problem(title="另一个")])
    records.add(field.ws, "interview", [field.talk()], draft=True)
    assert told(field) == {}


def test_what_cannot_be_right_is_told_by_record(field: "Field") -> None:
    counted: dict[str, Value] = {
        "issued": 100,
        "returned": 120,
        "valid": 90,
        "good": 30,
        "fairly_good": 10,
        **dict.fromkeys(("average", "poor", "abstained"), 0),
    }
    put(
        *(field, "evaluation"), round=1, subject="班子", item="总体评价",
        date="2014-05-05", tally=counted,
    )  # fmt: skip
    put(field, "check", form="study", date="2031-01-01", **{f"checkers.{field.leader}": True})
    put(field, "check", form="study", date="2010-01-01")
    put(field, "reception", unit=new_uid(), date="2014-05-05")
    found = told(field)
    assert list(found) == [
        *(Doubt.RULES, Doubt.UNIT_UNKNOWN, Doubt.DATE_AHEAD, Doubt.DATE_BEFORE, Doubt.LACKING)
    ]
    assert len(found[Doubt.RULES]) == 2
    assert "收回：比“发出”多 20" in found[Doubt.RULES]
    assert found[Doubt.DATE_AHEAD] == ["日期 2031-01-01 在今天以后"]
    assert found[Doubt.DATE_BEFORE] == ["日期 2010-01-01 早于活动开始（2014-02-10）"]
    assert "还缺 检查人" in found[Doubt.LACKING]


def test_problems_that_nobody_follows_up_are_told(field: "Field") -> None:
    late = field.problem(title="晚了", deadline="2014-04-30")
    open_end = field.problem(title="没有时限", deadline="2014-06-30", unit=field.health)
    uids = records.add(field.ws, "problem", [late, open_end]).uids
    for uid in uids:
        problems.move(field.ws, uid, "confirm")
    receipt: dict[str, Value] = {"received_by": "王五", "received_on": "2014-05-06"}
    problems.move(field.ws, uids[1], "assign", receipt)
    records.change(field.ws, "problem", uids[1], {"deadline": None})
    put(field, "problem", title="同号", sub_kind="2.2", facts="x", number="03-001")
    found = told(field)
    assert found[Doubt.TWICE] == ["编号 03-001 用在 2 个问题上"] * 2
    assert found[Doubt.NO_MEASURE] == ["已过时限，没有一条整改措施"]
    assert found[Doubt.NO_DEADLINE] == ["已交办，没有整改时限"]
    assert Doubt.NO_MEASURE not in told(field, field.health)
    closure: dict[str, Value] = {"problem": uids[0], "done": "整改了"}
    with field.ws.store.write(field.ws.actor) as writer:
        home = f"unit/{field.education}"
        fields = {**closure, "verifier": field.handler}
        rows.write_row(writer, KINDS["closure"], new_uid(), home, fields, new=True)
    assert told(field)[Doubt.SELF_VERIFIED] == ["验收人就是承办人"]


def test_many_are_counted_and_some_are_told(
    field: "Field", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "MOST", 3)
    for _ in range(5):
        put(field, "check", form="study", date="2031-01-01", **{f"checkers.{field.leader}": True})
    (found,) = quality.look(field.ws)
    assert (found.count, len(found.cases)) == (5, 3)


def test_it_can_be_stopped(field: "Field") -> None:
    records.add(field.ws, "problem", [field.problem()])
    with pytest.raises(Cancelled):
        quality.look(field.ws, progress=Progress(cancelled=lambda: True))
