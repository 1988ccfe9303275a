"""What a newer program writes goes through an old one's file untouched, and comes out whole."""

import sqlalchemy as sa

from models import tables
from models.kinds import Uid, Value
from services import conflicts, records
from tests.services.merging import Laptop, Laptops, add_problem, laptops, only, retitle

__all__ = ["laptops"]

NEW_KIND = Uid("5" * 32)
NEW_TIER = Uid("6" * 32)


def write(laptop: Laptop, problem: Uid, fields: dict[str, Value]) -> None:
    """A newer program's work: another field, another kind of record, another tier."""
    with laptop.at_work() as ws, ws.store.write(ws.actor, "新版本") as writer:
        scope = f"unit/{laptop.prepared.uids[0]}"
        writer.put("problem", problem, scope, fields)
        if "drone.height" in fields:
            words: dict[str, Value] = {"height": 12, "tags.a": True, "answers.q1": "字"}
            writer.put("drone_flight", NEW_KIND, scope, words, new=True)
            writer.put("drone_flight", NEW_TIER, f"orbit/{scope}", words, new=True)


def bodies(laptop: Laptop) -> set[bytes]:
    """Every change in force, to the byte, but for logs."""
    change, row, scope = tables.change, tables.row, tables.scope
    query = (
        sa.select(change.c.body)
        .join(row, row.c.n == change.c.row)
        .join(scope, scope.c.n == row.c.scope)
        .where(scope.c.name != "log")
    )
    with laptop.at_work() as ws, ws.store.read() as connection:
        return {bytes(body) for body in connection.scalars(query)}


def test_an_old_program_passes_a_newer_ones_data_on(laptops: Laptops) -> None:
    new, old, third = laptops("new"), laptops("old"), laptops("third")
    problem = add_problem(new)
    write(new, problem, {"drone.height": 7, "colour": "红"})
    only(old.merge(new.pack("来")))
    retitle(old, problem, "老版本改的题目")
    only(third.merge(old.pack("去")))
    assert bodies(new) < bodies(old) == bodies(third)
    assert old.code() == third.code()
    assert [old.findings(), third.findings()] == [[], []]
    new.merge(third.pack("回"))
    assert bodies(new) == bodies(third)
    with new.at_work() as ws:
        assert records.get(ws, "problem", problem).values["title"] == "老版本改的题目"


def test_what_two_newer_programs_wrote_apart_waits_in_an_old_ones_queue(laptops: Laptops) -> None:
    first, second, old = laptops("first"), laptops("second"), laptops("old")
    problem = add_problem(first)
    second.merge(first)
    write(first, problem, {"colour": "红"})
    write(second, problem, {"colour": "蓝"})
    old.merge(first, second)
    with old.at_work() as ws:
        (waiting,) = conflicts.queue(ws)
        assert (waiting.field, {c.value for c in waiting.candidates}) == ("colour", {"红", "蓝"})
