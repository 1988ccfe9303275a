"""What was stored is taken back and done again, as new changes, and never over somebody's head."""

from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from models.kinds import ReplicaId, Uid, Value
from models.writer import Writer
from services import health, history, problems, records
from services.core import Changes
from services.undoing import Undoing

if TYPE_CHECKING:
    from tests.groups import Field


def value(field: "Field", uid: Uid, name: str) -> Value:
    return records.get(field.ws, "problem", uid).values[name]


def test_actions_are_taken_back_one_by_one_and_done_again(field: "Field") -> None:
    undoing = Undoing(field.ws)
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    records.change(field.ws, "problem", uid, {"title": "自学没有安排", "winds": ["formalism"]})
    records.change(field.ws, "problem", uid, {"title": "自学无人过问"})
    changed = undoing.undo()
    assert changed == Changes(frozenset({"problem"}), frozenset({field.education}))
    assert value(field, uid, "title") == "自学没有安排"
    undoing.undo()
    assert (value(field, uid, "title"), bool(value(field, uid, "winds"))) == (
        "自学无安排",
        False,
    )
    undoing.redo()
    undoing.redo()
    assert (value(field, uid, "title"), value(field, uid, "winds")) == (
        "自学无人过问",
        ["formalism"],
    )
    assert undoing.redoable() is None
    for _ in range(3):
        undoing.undo()
    with pytest.raises(Refused, match="record_unknown"):
        records.get(field.ws, "problem", uid)
    undoing.redo()
    assert value(field, uid, "title") == "自学无安排"
    titles = {e.after for e in history.of_record(field.ws, uid) if e.field == "title"}
    assert titles == {"自学无安排", "自学没有安排", "自学无人过问"}
    assert health.check(field.ws).ok


def test_a_deletion_is_taken_back_in_every_tier(field: "Field") -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    undoing = Undoing(field.ws)
    records.delete(field.ws, "interview", uid, "记重了")
    undoing.undo()
    assert records.get(field.ws, "interview", uid).values["text"] == field.talk()["text"]


def test_a_new_action_leaves_nothing_to_do_again(field: "Field") -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    undoing = Undoing(field.ws)
    assert undoing.undoable() is None
    records.change(field.ws, "problem", uid, {"title": "一"})
    undoing.undo()
    records.change(field.ws, "problem", uid, {"title": "二"})
    assert undoing.redoable() is None
    with pytest.raises(Refused, match="undo_nothing"):
        undoing.redo()
    step = undoing.undoable()
    assert step is not None
    assert (step.kinds, step.rows, step.fields) == (("problem",), 1, ("title",))


def test_what_was_set_again_since_stays(field: "Field") -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    undoing = Undoing(field.ws)
    records.change(field.ws, "problem", uid, {"title": "一"})
    with field.ws.store.local() as connection:
        other = Writer(connection, ReplicaId("f" * 32), field.handler, None)
        other.put("problem", uid, f"unit/{field.education}", {"title": "二"})
        other.flush()
    with pytest.raises(Refused, match="undo_overtaken"):
        undoing.undo()
    assert value(field, uid, "title") == "二"
    assert undoing.undoable() is not None


def test_a_step_of_a_problem_is_not_taken_back(field: "Field") -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    undoing = Undoing(field.ws)
    problems.move(field.ws, uid, "submit")
    assert undoing.undoable() is None
    with pytest.raises(Refused, match="undo_nothing"):
        undoing.undo()
