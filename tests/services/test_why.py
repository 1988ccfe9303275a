"""Why a field has its value, and taking an earlier one back."""

from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from models.kinds import ReplicaId, Tier, Value
from services import conflicts, problems, records, why
from services.rules import Invalid
from services.why import Role
from tests.laptops import Laptop, tips

if TYPE_CHECKING:
    from tests.groups import Field


def test_every_value_is_told_with_what_its_author_had_in_view(field: "Field") -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    first = Laptop(field.ws, ReplicaId("b" * 32), field.handler)
    second = Laptop(field.ws, ReplicaId("c" * 32), field.recorder)
    seen = tips(field.ws, "problem", uid)
    first.set("problem", uid, {"title": "甲"}, seen)
    second.set("problem", uid, {"title": "乙"}, seen, reason="据记录")
    (found,) = why.explain(field.ws, uid, "title")
    assert found.verdict == "几个人同时改，待裁定；先显示最晚的一个"
    assert [s.role for s in found.settings] == [Role.REPLACED, Role.WAITING, Role.WAITING]
    assert [s.how for s in found.settings] == [
        "最初填写",
        "看过赵明填的值后改的，同时李芳也在改",
        "看过赵明填的值后改的，同时王建国也在改",
    ]
    assert found.settings[1].base == found.settings[0].change_id
    assert not found.can_take_back
    conflicts.take(field.ws, conflicts.queue(field.ws)[0], 1)
    (found,) = why.explain(field.ws, uid, "title")
    assert found.settings[-1].how == "看过 2 个不同的值后定的"
    assert (found.words, found.verdict) == ("甲", "最后改的人看过前面的值")
    why.take_back(field.ws, found, found.settings[2].change_id)
    (found,) = why.explain(field.ws, uid, "title")
    assert found.words == "乙"
    assert "李芳" in str(found.settings[-1].reason)


def test_members_answers_and_tallies_are_taken_back_whole(field: "Field") -> None:
    ws = field.ws
    uid = records.add(ws, "problem", [field.problem()]).uids[0]
    records.change(ws, "problem", uid, {"handlers": [field.handler], "evidence": []})
    found = {w.label: w for w in why.explain(ws, uid, "handlers")}
    one = found["承办人（李芳）"]
    assert [s.words for s in one.settings] == ["列入", "不列入"]
    why.take_back(ws, one, one.settings[0].change_id)
    assert records.get(ws, "problem", uid).values["handlers"] == sorted(
        (field.handler, field.recorder)
    )
    (paper,) = why.explain(ws, uid, "evidence")
    why.take_back(ws, paper, paper.settings[0].change_id)
    assert records.get(ws, "problem", uid).values["evidence"] == ["学习台账复印件"]
    tally: dict[str, Value] = {"unit": field.education, "n": 1, "issued": 40, "returned": 39}
    round_uid = records.add(ws, "solicitation", [tally], draft=True).uids[0]
    records.change(ws, "solicitation", round_uid, {"blank": 3, "returned": 30})
    (forms,) = why.explain(ws, round_uid, "returned")
    why.take_back(ws, forms, forms.settings[0].change_id)
    values = records.get(ws, "solicitation", round_uid).values
    assert (values["returned"], values["blank"]) == (39, None)


def test_a_value_with_faults_by_now_is_not_taken_back(field: "Field") -> None:
    row: dict[str, Value] = {"unit": field.education, "date": "2014-05-06"}
    uid = records.add(field.ws, "visit", [{**row, "start_at": "09:00"}], draft=True).uids[0]
    records.change(field.ws, "visit", uid, {"start_at": "08:00", "end_at": "08:30"})
    (found,) = why.explain(field.ws, uid, "start_at")
    with pytest.raises(Invalid):
        why.take_back(field.ws, found, found.settings[0].change_id)


def test_states_numbers_and_sealed_fields_are_not_taken_back(field: "Field") -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    problems.move(field.ws, uid, "submit")
    (found,) = why.explain(field.ws, uid, "state")
    assert [s.words for s in found.settings] == ["线索（5月6日）", "待审核（5月6日）"]
    with pytest.raises(Refused) as raised:
        why.take_back(field.ws, found, found.settings[0].change_id)
    assert raised.value.code == "value_not_takeable"
    records.add(field.ws, "interview", [field.talk(code_name="A417")])
    person = {"code_name": "A417", "real_name": "张三"}
    identity = records.add(field.ws, "identity", [person]).uids[0]
    with pytest.raises(Refused) as raised:
        why.explain(field.ws, identity, "real_name")
    assert raised.value.code == "field_sealed"


def test_a_talk_s_text_is_found_in_its_own_tier(field: "Field") -> None:
    uid = records.add(field.ws, "interview", [field.talk()]).uids[0]
    records.change(field.ws, "interview", uid, {"text": "改过"})
    (found,) = why.explain(field.ws, uid, "text")
    assert list(found.seen) == [Tier.TALK]
    why.take_back(field.ws, found, found.settings[0].change_id)
    assert "一半是看录像" in str(records.get(field.ws, "interview", uid).values["text"])
