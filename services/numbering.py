"""Official numbers for problems that were confirmed where the group's 编号本 was not."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.kinds import Uid
from services import numbers, rows
from services.core import Changes
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Numbered:
    """What was numbered."""

    numbers: tuple[str, ...] = ()
    """In the order of confirmation."""
    changes: Changes = field(default_factory=Changes)


def number_waiting(workspace: Workspace) -> Numbered:
    """Number the group's confirmed problems that are 待编号; nothing where the book is elsewhere.

    Only problems recorded by this group, by their provisional numbers: an office that holds its own
    book leaves other groups' alone.

    Raises:
        Refused: the file cannot be written.
    """
    problem = table("problem")
    with workspace.store.read() as connection:
        group = numbers.group_number(workspace, connection)
        query = (
            sa.select(problem.c.uid)
            .where(
                problem.c.number.is_(None),
                problem.c.confirmed_on.is_not(None),
                problem.c.provisional_number.like(f"暂{group:02d}%"),
            )
            .order_by(problem.c.confirmed_on, problem.c.provisional_number, problem.c.uid)
        )
        waiting = [Uid(uid) for uid in connection.scalars(query)]
    return _number(workspace, waiting) if waiting else Numbered()


def _number(workspace: Workspace, waiting: list[Uid]) -> Numbered:
    spec = KINDS["problem"]
    given: list[str] = []
    units: set[Uid] = set()
    with workspace.store.write(workspace.actor) as writer:
        if not numbers.holds_book(workspace, writer):
            return Numbered()
        for uid in waiting:
            row = rows.read(writer.connection, spec, uid, workspace)
            if "number" in row.conflicts or row.values.get("number"):
                continue
            number = numbers.next_problem_number(workspace, writer)
            if number is None:
                break
            scope = rows.work_scope_of(writer.connection, spec, uid)
            rows.write_row(writer, spec, uid, scope, {"number": number})
            given.append(number)
            units |= rows.units_of(row.values)
    return Numbered(tuple(given), Changes(frozenset({"problem"}), frozenset(units)))
