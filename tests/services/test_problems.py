"""The state table: who may do what, what each step needs, and what it leaves behind."""

from functools import partial
from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from models.kinds import ProblemState, Uid, Value
from services import history, numbers, records, signed_steps, workspace
from services.certificates import Identity
from services.core import Filter
from services.listing import page
from services.problems import TRANSITIONS, move, steps
from services.rules import Invalid
from services.signing import sign_change

if TYPE_CHECKING:
    from tests.groups import Field

RECEIPT: dict[str, Value] = {"received_by": "周局长", "received_on": "2014-04-21"}


def new(field: "Field", **values: Value) -> Uid:
    """A whole clue."""
    return records.add(field.ws, "problem", [field.problem(**values)]).uids[0]


def measure(field: "Field", problem: Uid, **values: Value) -> None:
    """A measure with all of the five 明确."""
    whole: dict[str, Value] = {
        "problem": problem, "what": "每周半天自学", "responsible": "局长",
        "standard": "有计划有检查", "deadline": "2014-05-20",
    }  # fmt: skip
    records.add(field.ws, "measure", [whole | values], draft=True)


def to_verifying(field: "Field", uid: Uid) -> None:
    """From clue to 待验收."""
    move(field.ws, uid, "submit")
    move(field.ws, uid, "confirm")
    move(field.ws, uid, "assign", RECEIPT)
    measure(field, uid)
    move(field.ws, uid, "start")
    move(field.ws, uid, "apply-closure", {"done": "已列计划", "evidence": ["照片两张"]})


def test_a_problem_goes_all_the_way_and_back(field: "Field") -> None:
    uid = new(field)
    to_verifying(field, uid)
    move(field.ws, uid, "close", {"verifier": field.leader, "satisfaction": "satisfied"})
    assert records.get(field.ws, "problem", uid).values["state"] == ProblemState.CLOSED
    move(field.ws, uid, "reopen", reason="回访发现反弹")
    values = records.get(field.ws, "problem", uid).values
    assert (values["state"], values["round"]) == (ProblemState.RECTIFYING, 2)
    closure = page(field.ws, "closure", Filter()).rows[0]
    assert closure.values["voided"] is True
    assert closure.values["done"] == "已列计划"


def test_numbers_are_issued_once_and_never_again(field: "Field") -> None:
    first, second = new(field), new(field)
    assert move(field.ws, first, "confirm").number == "03-001"
    move(field.ws, first, "void", reason="查无此事")
    assert move(field.ws, second, "confirm").number == "03-002"
    provisional = [
        records.get(field.ws, "problem", u).values["provisional_number"] for u in (first, second)
    ]
    assert provisional == ["暂03A-01", "暂03A-02"]
    records.delete(field.ws, "problem", second, "重复")
    third = new(field)
    assert records.get(field.ws, "problem", third).values["provisional_number"] == "暂03A-03"


def test_a_laptop_without_the_book_confirms_without_a_number(field: "Field") -> None:
    with field.ws.store.write(field.leader) as writer:
        writer.put("group", field.ws.group, "common", {"number_book": "cd" * 16})
    uid = new(field)
    moved = move(field.ws, uid, "confirm")
    assert (moved.state, moved.number) == (ProblemState.CONFIRMED, None)
    numbers.take_book(field.ws, last_problem=41, reason="组机损坏")
    assert move(field.ws, new(field), "confirm").number == "03-042"


def test_submitting_needs_two_handlers_and_evidence(field: "Field") -> None:
    uid = new(field, handlers=[field.handler], evidence=[])
    step = next(s for s in steps(field.ws, uid) if s.transition.verb == "submit")
    assert step.missing == ("handlers", "evidence")
    with pytest.raises(Invalid) as raised:
        move(field.ws, uid, "submit")
    assert [f.field for f in raised.value.findings] == ["handlers", "evidence"]
    assert records.get(field.ws, "problem", uid).values["state"] == ProblemState.CLUE


def test_rectification_starts_when_the_five_are_clear(field: "Field") -> None:
    uid = new(field)
    move(field.ws, uid, "confirm")
    move(field.ws, uid, "assign", RECEIPT)
    measure(field, uid, standard="")
    with pytest.raises(Invalid) as raised:
        move(field.ws, uid, "start")
    assert [f.field for f in raised.value.findings] == ["measure.standard"]


def test_who_handled_it_cannot_verify_it(field: "Field") -> None:
    uid = new(field)
    to_verifying(field, uid)
    with pytest.raises(Invalid) as raised:
        move(field.ws, uid, "close", {"verifier": field.handler})
    assert raised.value.findings[0].code == "verifier_is_handler"
    assert records.get(field.ws, "problem", uid).values["state"] == ProblemState.VERIFYING


def test_a_member_may_submit_but_not_confirm(field: "Field") -> None:
    uid = new(field)
    workspace.act_as(field.ws, field.handler)
    move(field.ws, uid, "submit")
    with pytest.raises(Refused) as raised:
        move(field.ws, uid, "confirm")
    assert raised.value.code == "role_may_not"


def test_a_member_may_void_an_own_clue_only_while_it_is_one(field: "Field") -> None:
    uid = new(field)
    workspace.act_as(field.ws, field.handler)
    allowed = {s.transition.verb for s in steps(field.ws, uid) if s.allowed}
    assert {"submit", "void", "hand-over", "merge-into"} <= allowed
    move(field.ws, uid, "submit")
    assert not any(s.allowed for s in steps(field.ws, uid))


@pytest.mark.parametrize("verb", [t.verb for t in TRANSITIONS if t.needs_reason])
def test_taking_something_back_needs_a_reason(field: "Field", verb: str) -> None:
    uid = new(field)
    if verb in {"rework", "reopen"}:
        to_verifying(field, uid)
    if verb == "reopen":
        move(field.ws, uid, "close", {"verifier": field.leader})
    if verb == "return":
        move(field.ws, uid, "submit")
    given: dict[str, Value] = {"deadline": "2014-06-01"} if verb == "rework" else {}
    with pytest.raises(Refused) as raised:
        move(field.ws, uid, verb, given)
    assert raised.value.code == "reason_required"
    move(field.ws, uid, verb, given, reason="有原因")


def test_illegal_steps_and_parameters_are_refused(field: "Field") -> None:
    uid = new(field)
    for verb, given, code in (
        ("close", {}, "transition_not_from_here"),
        ("fly", {}, "verb_unknown"),
        ("confirm", {"colour": "red"}, "parameter_unknown"),
    ):
        with pytest.raises(Refused) as raised:
            move(field.ws, uid, verb, given)
        assert raised.value.code == code


def test_merged_into_a_master_both_numbers_stay(field: "Field") -> None:
    master, double = new(field), new(field)
    move(field.ws, master, "confirm")
    move(field.ws, double, "confirm")
    move(field.ws, double, "merge-into", {"to": master})
    values = records.get(field.ws, "problem", double).values
    assert (values["state"], values["master"], values["number"]) == ("merged", master, "03-002")
    with pytest.raises(Refused):
        move(field.ws, master, "merge-into", {"to": master})


def test_confirmation_carries_the_leaders_signature(field: "Field", leader: Identity) -> None:
    signed, plain = new(field), new(field)
    assert move(field.ws, signed, "confirm", sign=partial(sign_change, signer=leader)).signed
    assert not move(field.ws, plain, "confirm").signed
    assert signed_steps.signature_of(field.ws, plain, ProblemState.CONFIRMED) is None
    found = signed_steps.signature_of(field.ws, signed, ProblemState.CONFIRMED)
    assert found is not None
    from services.verify import check_data

    good = check_data(*found, roots=[leader.chain[-1]])
    assert good.ok
    assert good.signer is not None
    assert good.signer.name == leader.name
    assert not check_data(found[0] + b" ", found[1], roots=[leader.chain[-1]]).ok


def test_history_tells_who_before_after_and_why(field: "Field") -> None:
    uid = new(field)
    move(field.ws, uid, "submit")
    move(field.ws, uid, "return", reason="事实不清")
    last = history.of_record(field.ws, uid)[-1]
    assert last.actor_name == "赵明"
    assert isinstance(last.before, dict)
    assert isinstance(last.after, dict)
    assert (last.before["state"], last.after["state"]) == ("submitted", "clue")
    assert last.reason == "事实不清"


def test_overdue_is_computed_and_ends_with_the_work(field: "Field") -> None:
    uid = new(field, deadline="2014-05-05")
    assert records.get(field.ws, "problem", uid).values["overdue"] is False
    to_verifying(field, uid)
    assert records.get(field.ws, "problem", uid).values["overdue"] is False
    move(field.ws, uid, "rework", {"deadline": "2014-05-05"}, reason="没有落实")
    assert records.get(field.ws, "problem", uid).values["overdue"] is True


def test_an_ended_problem_stands_with_all_its_parts_until_it_is_opened_again(
    field: "Field",
) -> None:
    uid = new(field)
    to_verifying(field, uid)
    move(field.ws, uid, "close", {"verifier": field.leader})
    whole = Filter({"problem": uid})
    (held,) = page(field.ws, "measure", whole).rows
    (closure,) = page(field.ws, "closure", whole).rows
    refused = (
        partial(records.change, field.ws, "problem", uid, {"facts": "改"}),
        partial(records.change, field.ws, "problem", uid, {"facts": "改", "recheck_on": None}),
        partial(records.delete, field.ws, "problem", uid, "不要了"),
        partial(records.change, field.ws, "measure", held.uid, {"what": "改"}),
        partial(records.delete, field.ws, "measure", held.uid, "不要了"),
        partial(records.change, field.ws, "closure", closure.uid, {"done": "改"}),
        partial(measure, field, uid),
    )
    for act in refused:
        with pytest.raises(Refused) as told:
            act()
        assert told.value.code == "problem_ended"
    records.change(field.ws, "problem", uid, {"recheck_on": "2014-08-31"})
    move(field.ws, uid, "reopen", {"deadline": "2014-06-01"}, reason="反弹")
    records.change(field.ws, "problem", uid, {"facts": "回访：又空白了。"})
    records.change(field.ws, "measure", held.uid, {"what": "每周一次"})
