"""The queue of conflicts, and how each kind of them is settled."""

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings

from models.errors import Refused
from models.journal import fold
from models.kinds import ChangeId, ProblemState, ReplicaId, Tier, Uid, Value
from models.writer import new_uid
from services import conflicts, problems, records, signed_steps, workspace
from services.conflicts import Sort, Wanted
from services.rules import Invalid
from tests.laptops import Laptop, changes_of, folded, tips
from tests.models.histories import History, change, histories

if TYPE_CHECKING:
    from tests.groups import Field


def laptops(field: "Field") -> tuple[Laptop, Laptop]:
    """B of the handler, C of the recorder."""
    return (
        Laptop(field.ws, ReplicaId("b" * 32), field.handler),
        Laptop(field.ws, ReplicaId("c" * 32), field.recorder),
    )


def disputed(field: "Field", kind: str, uid: Uid, name: str, *values: Value) -> None:
    """Two laptops that see the same set one field each their own way."""
    seen = tips(field.ws, kind, uid)
    for laptop, value in zip(laptops(field), values, strict=True):
        laptop.set(kind, uid, {name: value}, seen, reason=f"据{value}")


def problem(field: "Field", **values: Value) -> Uid:
    """A whole clue."""
    return records.add(field.ws, "problem", [field.problem(**values)]).uids[0]


def titled(field: "Field") -> Uid:
    """A problem whose title is in conflict: 甲 by the handler, 乙 by the recorder."""
    uid = problem(field)
    disputed(field, "problem", uid, "title", "甲", "乙")
    return uid


def test_a_conflict_is_told_with_all_that_is_needed_to_decide(field: "Field") -> None:
    uid = titled(field)
    (waiting,) = conflicts.queue(field.ws)
    assert (waiting.kind, waiting.uid, waiting.field) == ("problem", uid, "title")
    assert (waiting.name, waiting.unit_name, waiting.label) == ("暂03A-01", "市教育局", "题目")
    assert waiting.base is not None
    assert waiting.base.words == "自学无安排"
    assert [c.words for c in waiting.candidates] == ["甲", "乙"]
    assert [c.actor_name for c in waiting.candidates] == ["王建国", "李芳"]
    assert [c.reason for c in waiting.candidates] == ["据甲", "据乙"]
    shown = records.get(field.ws, "problem", uid).values["title"]
    assert [c.value for c in waiting.candidates if c.shown] == [shown]
    assert conflicts.count(field.ws) == 1
    assert conflicts.find(field.ws, waiting.id[:6]) == waiting
    assert len(waiting.id) == 12


def test_a_value_taken_ends_the_conflict_and_the_other_stays_in_the_history(
    field: "Field",
) -> None:
    uid = titled(field)
    conflicts.take(field.ws, conflicts.queue(field.ws)[0], 1, "以会议记录为准")
    assert conflicts.queue(field.ws) == ()
    assert records.get(field.ws, "problem", uid).values["title"] == "甲"
    assert "乙" in [c.fields.get("title") for c in changes_of(field.ws, uid)]
    assert not folded(field.ws, uid).conflicts
    (settled,) = conflicts.resolved(field.ws)
    assert (settled.name, settled.label, settled.words) == ("暂03A-01", "题目", "甲")
    assert (settled.actor_name, settled.reason) == ("赵明", "以会议记录为准")


def test_another_value_is_checked_like_any_other(field: "Field") -> None:
    uid = titled(field)
    waiting = conflicts.queue(field.ws)[0]
    with pytest.raises(Invalid):
        conflicts.write(field.ws, waiting, "长" * 3000)
    conflicts.write(field.ws, waiting, "第三种写法")
    assert records.get(field.ws, "problem", uid).values["title"] == "第三种写法"
    assert conflicts.queue(field.ws) == ()


def test_nothing_is_written_over_a_value_that_came_in_meanwhile(field: "Field") -> None:
    uid = problem(field)
    seen = tips(field.ws, "problem", uid)
    disputed(field, "problem", uid, "title", "甲", "乙")
    waiting = conflicts.queue(field.ws)[0]
    Laptop(field.ws, ReplicaId("d" * 32), field.leader).set("problem", uid, {"title": "丙"}, seen)
    with pytest.raises(Refused) as raised:
        conflicts.take(field.ws, waiting, 1)
    assert raised.value.code == "conflict_changed"
    assert len(conflicts.queue(field.ws)[0].candidates) == 3
    conflicts.take(field.ws, conflicts.queue(field.ws)[0], 3)
    with pytest.raises(Refused) as raised:
        conflicts.take(field.ws, waiting, 1)
    assert raised.value.code == "conflict_unknown"


def test_what_stands_on_missing_changes_is_shown_and_not_asked(field: "Field") -> None:
    uid = problem(field)
    seen = tips(field.ws, "problem", uid)
    first, second = laptops(field)
    first.set("problem", uid, {"title": "甲"}, [*seen, ChangeId("0" * 63 + "1")])
    second.set("problem", uid, {"title": "乙"}, seen)
    waiting = conflicts.queue(field.ws)[0]
    assert not waiting.is_asked
    with pytest.raises(Refused) as raised:
        conflicts.take(field.ws, waiting, 1)
    assert raised.value.code == "conflict_incomplete"


def test_what_is_right_only_together_is_settled_together(field: "Field") -> None:
    tally: dict[str, Value] = {"issued": 40, "returned": 40, "valid": 38}
    record: dict[str, Value] = {"unit": field.education, "round": 1, "subject": "team"}
    record["item"] = "overall"
    uid = records.add(field.ws, "evaluation", [{**record, **tally}]).uids[0]
    disputed(
        field, "evaluation", uid, "tally", {**tally, "returned": 39}, {**tally, "returned": 37}
    )
    waiting = conflicts.queue(field.ws)[0]
    assert "收回" in waiting.candidates[0].words
    with pytest.raises(Refused) as raised:
        records.change(field.ws, "evaluation", uid, {"returned": 36})
    assert raised.value.code == "field_in_conflict"
    with pytest.raises(Invalid):  # more valid ballots than came back
        conflicts.take(field.ws, waiting, 2)
    with pytest.raises(Refused):
        conflicts.write(field.ws, waiting, 38)
    with pytest.raises(Refused):
        conflicts.write(field.ws, waiting, {"round": 2})
    conflicts.write(field.ws, waiting, {**tally, "returned": 38})
    assert records.get(field.ws, "evaluation", uid).values["returned"] == 38
    assert conflicts.queue(field.ws) == ()


def test_members_of_a_set_are_taken_in_or_left_out(field: "Field") -> None:
    uid = problem(field)
    disputed(field, "problem", uid, f"handlers.{field.leader}", True, None)
    waiting = conflicts.queue(field.ws)[0]
    assert waiting.label == "承办人（赵明）"
    assert [c.words for c in waiting.candidates] == ["列入", "不列入"]
    conflicts.write(field.ws, waiting, value=True)
    assert field.leader in str(records.get(field.ws, "problem", uid).values["handlers"])


def test_a_deletion_against_an_edit_is_decided_either_way(field: "Field") -> None:
    for gone in (True, False):
        uid = problem(field)
        seen = tips(field.ws, "problem", uid)
        first, second = laptops(field)
        first.set("problem", uid, {"deleted": True}, seen, reason="重复")
        second.set("problem", uid, {"deadline": "2014-05-30", "title": "改题"}, seen)
        (waiting,) = conflicts.queue(field.ws)
        assert waiting.sort is Sort.DELETED
        assert [c.value for c in waiting.candidates] == [True, False]
        assert [c.words for c in waiting.candidates] == ["删除", "保留，改了 时限、题目"]
        assert [c.shown for c in waiting.candidates] == [False, True]
        conflicts.take(field.ws, waiting, 1 if gone else 2)
        assert conflicts.queue(field.ws) == ()
        assert folded(field.ws, uid).deleted is gone
        if not gone:
            assert records.get(field.ws, "problem", uid).values["title"] == "改题"


def test_keeping_a_talk_brings_all_its_tiers_back(field: "Field") -> None:
    uid = records.add(field.ws, "interview", [field.talk()]).uids[0]
    first, second = laptops(field)
    for tier in (Tier.WORK, Tier.TALK):
        seen = tips(field.ws, "interview", uid, tier)
        first.set("interview", uid, {"deleted": True}, seen, tier=tier)
        if tier is Tier.TALK:
            second.set("interview", uid, {"text": "续记"}, seen, tier=tier)
    (waiting,) = conflicts.queue(field.ws)
    conflicts.take(field.ws, waiting, 2)
    values = records.get(field.ws, "interview", uid).values
    assert (values["text"], values["unit"]) == ("续记", field.education)


def stated(field: "Field") -> Uid:
    """A problem the leader closed while the recorder sent it back; both since 待验收."""
    uid = problem(field)
    problems.move(field.ws, uid, "confirm")
    problems.move(field.ws, uid, "apply-closure", {"done": "已改", "evidence": ["照片"]})
    seen = tips(field.ws, "problem", uid)
    first, second = laptops(field)
    again: dict[str, Value] = {"state": "rectifying", "round": 2, "changed_on": "2014-05-05"}
    back = first.set("problem", uid, {"state": again}, seen, reason="只改了一半")
    once_more: dict[str, Value] = {"state": "verifying", "round": 2, "changed_on": "2014-05-06"}
    first.set("problem", uid, {"state": once_more}, [*seen, back])
    closed: dict[str, Value] = {"state": "closed", "round": 1, "changed_on": "2014-05-06"}
    second.set("problem", uid, {"state": closed}, seen)
    return uid


def test_states_are_told_as_two_paths_and_one_is_taken_whole(field: "Field") -> None:
    uid = stated(field)
    (waiting,) = conflicts.queue(field.ws)
    assert waiting.sort is Sort.STATES
    assert [[s.state for s in c.path] for c in waiting.candidates] == [
        ["rectifying", "verifying"],
        ["closed"],
    ]
    assert waiting.candidates[0].path[0].reason == "只改了一半"
    assert waiting.candidates[0].words == "待验收（第 2 轮，5月6日）"
    with pytest.raises(Refused) as raised:
        conflicts.write(field.ws, waiting, {"state": "void"})
    assert raised.value.code == "conflict_state_only_taken"
    conflicts.take(field.ws, waiting, 2, sign=lambda body: "YWJj" if body else "")
    values = records.get(field.ws, "problem", uid).values
    assert (values["state"], values["round"]) == (ProblemState.CLOSED, 1)
    signed = signed_steps.signature_of(field.ws, uid, ProblemState.CLOSED)
    assert signed is not None
    assert signed[1] == b"abc"
    problems.move(field.ws, uid, "reopen", reason="反弹")


def test_a_closure_follows_the_state_that_was_taken(field: "Field") -> None:
    uid = problem(field)
    problems.move(field.ws, uid, "confirm")
    seen = tips(field.ws, "problem", uid)
    problems.move(field.ws, uid, "apply-closure", {"done": "已改", "evidence": ["照片"]})
    other: dict[str, Value] = {"state": "void", "round": 1, "changed_on": "2014-05-06"}
    assigned: dict[str, Value] = {"state": "assigned", "round": 1, "changed_on": "2014-05-06"}
    first, second = laptops(field)
    first.set("problem", uid, {"state": other}, seen)
    second.set("problem", uid, {"state": assigned}, seen)
    waiting = conflicts.queue(field.ws)[0]
    place = [c.actor for c in waiting.candidates].index(field.recorder) + 1
    conflicts.take(field.ws, waiting, place)
    with field.ws.store.read() as connection:
        assert problems.closure_in_force(connection, uid) is None


def test_a_member_takes_no_state_for_the_leader_but_may_give_way(field: "Field") -> None:
    stated(field)
    (waiting,) = conflicts.queue(field.ws)
    stranger = records.add(field.ws, "person", [{"name": "陈静"}]).uids[0]
    workspace.act_as(field.ws, stranger)
    with pytest.raises(Refused) as raised:
        conflicts.take(field.ws, waiting, 2)
    assert raised.value.code == "role_may_not"
    workspace.act_as(field.ws, field.handler)
    conflicts.take(field.ws, waiting, 2)
    assert conflicts.queue(field.ws) == ()


def test_many_alike_are_settled_at_once_or_not_at_all(field: "Field") -> None:
    uids = [titled(field) for _ in range(3)]
    other = problem(field)
    disputed(field, "problem", other, "deadline", "2014-05-20", "2014-05-30")
    waitings = conflicts.queue(field.ws)
    some = conflicts.alike(waitings, next(w for w in waitings if w.field == "title"))
    assert {w.uid for w in some} == set(uids)
    with pytest.raises(Refused) as raised:
        conflicts.settle_alike(field.ws, waitings, 1)
    assert raised.value.code == "conflicts_not_alike"
    conflicts.take(field.ws, some[0], 1)
    with pytest.raises(Refused):
        conflicts.settle_alike(field.ws, some, field.recorder)
    assert len(conflicts.queue(field.ws)) == 3
    conflicts.settle_alike(field.ws, some[1:], field.recorder)
    titles = sorted(str(records.get(field.ws, "problem", u).values["title"]) for u in uids)
    assert titles == ["乙", "乙", "甲"]
    assert [w.uid for w in conflicts.queue(field.ws)] == [other]


def test_what_is_handed_back_stands_first_with_its_authors(field: "Field") -> None:
    titled(field)
    other = problem(field)
    third = Laptop(field.ws, ReplicaId("d" * 32), field.leader)
    seen = tips(field.ws, "problem", other)
    third.set("problem", other, {"deadline": "2014-05-20"}, seen)
    laptops(field)[1].set("problem", other, {"deadline": "2014-05-30"}, seen)
    assert conflicts.queue(field.ws)[0].uid == other  # the leader's own
    chosen = [w for w in conflicts.queue(field.ws) if w.uid != other]
    conflicts.hand_back(field.ws, chosen)
    conflicts.hand_back(field.ws, chosen)
    workspace.act_as(field.ws, field.handler)
    first = conflicts.queue(field.ws)[0]
    assert first.handed_to == tuple(sorted((field.handler, field.recorder)))
    assert len(conflicts.listed(conflicts.queue(field.ws))) == 1
    conflicts.take(field.ws, first, 1)
    assert [w.uid for w in conflicts.queue(field.ws)] == [other]


def test_marks_of_a_receipt_are_taken_in_and_lapse_with_a_new_value(field: "Field") -> None:
    uid = problem(field)
    seen = tips(field.ws, "problem", uid)
    disputed(field, "problem", uid, "title", "甲", "乙")
    waiting = conflicts.queue(field.ws)[0]
    conflicts.hand_back(field.ws, [waiting])
    (entry,) = conflicts.listed(conflicts.queue(field.ws))
    assert isinstance(entry, dict)
    assert "甲" not in str(entry)
    with field.ws.store.local() as connection:
        conflicts.take_listed(connection, [entry, "x", {"key": 1}, {"key": "y" * 999}])
    assert conflicts.queue(field.ws)[0].handed_to
    Laptop(field.ws, ReplicaId("d" * 32), field.leader).set("problem", uid, {"title": "丙"}, seen)
    assert not conflicts.queue(field.ws)[0].handed_to


def test_a_queue_is_narrowed_by_unit_kind_and_record(field: "Field") -> None:
    uid = titled(field)
    assert conflicts.queue(field.ws, Wanted(units=frozenset({field.health}))) == ()
    assert conflicts.queue(field.ws, Wanted(kind="opinion")) == ()
    assert len(conflicts.queue(field.ws, Wanted(frozenset({field.education}), "problem", uid))) == 1


def test_rows_of_an_unknown_kind_can_be_settled(field: "Field") -> None:
    uid = new_uid()
    first, second = laptops(field)
    with first.writing() as writer:
        begun = writer.put("later", uid, "common", {"colour": "红"}, base=())
    for laptop, colour in ((first, "蓝"), (second, "绿")):
        with laptop.writing() as writer:
            writer.put("later", uid, "common", {"colour": colour}, base=[begun])
    (waiting,) = conflicts.queue(field.ws)
    assert [c.words for c in waiting.candidates] == ["蓝", "绿"]
    conflicts.take(field.ws, waiting, 2)
    assert folded(field.ws, uid).values == {"colour": "绿"}


@settings(max_examples=300, deadline=None)
@given(histories())
def test_a_decision_ends_every_conflict_in_whatever_order_changes_arrive(
    history: History,
) -> None:
    before = fold(history.changes)
    assume(not before.deleted)  # what was deleted by who had seen all of it waits for nobody
    fields: dict[str, Value] = {
        name: one.candidates[-1].fields[name] for name, one in before.conflicts.items()
    }
    decision = change(9, 1, fields, before.tips, at=0)
    orders = list(permutations([*history.changes, decision])) if len(history.changes) < 4 else []
    for order in [[decision, *history.changes], [*history.changes, decision], *orders]:
        after = fold(order)
        assert not after.conflicts
        for name in before.conflicts:
            if name == "deleted":
                assert after.deleted is (fields[name] is True)
            else:
                assert after.values[name] == fields[name]
