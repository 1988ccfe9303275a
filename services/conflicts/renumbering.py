"""Numbers and letters that exist twice: one bearer gets another, the old one stays findable."""

from collections.abc import Iterator, Mapping, Sequence
from string import ascii_uppercase

import orjson
import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import Role, Uid, Value
from models.writer import Writer
from services import numbers, records, rows
from services.core import Changes
from services.workspace import Workspace

_MAY_NUMBER = frozenset({Role.LEADER, Role.LIAISON, Role.OFFICE})
_BETWEEN = "、"


def renumber(workspace: Workspace, uid: Uid, field: str, reason: str) -> Changes:
    """Give a problem another `number` or `provisional_number`, freely chosen by the program.

    The old one stays in `former_numbers`, where a search finds it. A number comes from the 编号本.

    Raises:
        Refused: no reason, not a leader, liaison or the office, the 编号本 is elsewhere, the field
            is in conflict, or no such problem.
    """
    if field not in ("number", "provisional_number"):
        raise Refused("field_unknown", field=field, kind="problem")
    _need_reason(reason)
    if workspace.role() not in _MAY_NUMBER:
        raise Refused("role_may_not", verb="numbers_take")
    spec = KINDS["problem"]
    with workspace.store.write(workspace.actor, reason.strip()) as writer:
        row = rows.read(writer.connection, spec, uid, workspace)
        disputed = sorted({field, "former_numbers"} & set(row.conflicts))
        if disputed:
            raise Refused("field_in_conflict", kind="problem", fields=_BETWEEN.join(disputed))
        fresh = next(
            number
            for number in _candidates(workspace, writer, field)
            if not _is_taken(writer.connection, field, number)
        )
        held = (row.values.get("former_numbers"), row.values.get(field))
        former = _BETWEEN.join(str(one) for one in held if one)
        fields: dict[str, Value] = {field: fresh, "former_numbers": former or None}
        rows.write_row(writer, spec, uid, rows.work_scope_of(writer.connection, spec, uid), fields)
    return Changes(frozenset({"problem"}), rows.units_of(row.values))


def reletter(workspace: Workspace, person: Uid, reason: str) -> Changes:
    """Give a member of the group the next free letter; numbers already given keep the old one.

    The laptop goes by the new letter once this change reaches it.

    Raises:
        Refused: no reason, no such person, or all letters are taken.
    """
    _need_reason(reason)
    group, people = table("group"), table("person")
    with workspace.store.read() as connection:
        listed = sa.select(group.c.members).where(group.c.uid == workspace.group)
        members: Sequence[str] = list(orjson.loads(connection.scalar(listed) or "{}"))
        query = sa.select(people.c.letter).where(people.c.uid.in_(members))
        taken = {letter for letter in connection.scalars(query) if letter}
    free = next((letter for letter in ascii_uppercase if letter not in taken), None)
    if free is None:
        raise Refused("letters_all_taken")
    values: Mapping[str, Value] = {"letter": free}
    return records.change(workspace, "person", person, values, reason=reason.strip()).changes


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason_required")


def _candidates(workspace: Workspace, writer: Writer, field: str) -> Iterator[str]:
    """Numbers one after another; those given by another laptop may be among them."""
    while True:
        if field == "provisional_number":
            fields = numbers.first_problem_fields(workspace, writer)
            yield str(fields["provisional_number"])
            continue
        number = numbers.next_problem_number(workspace, writer)
        if number is None:
            raise Refused("number_book_elsewhere")
        yield number


def _is_taken(connection: sa.Connection, field: str, number: str) -> bool:
    problems = table("problem")
    query = sa.select(problems.c.uid).where(problems.c[field] == number).limit(1)
    return connection.scalar(query) is not None
