"""Codes and numbers of talks, clues, problems and documents, and who may give them."""

import re
import secrets
from collections.abc import Iterable

import sqlalchemy as sa

from models import tables
from models.base import table
from models.errors import Refused
from models.kinds import ProblemState, Role, Tier, Value
from models.writer import Writer
from services.workspace import COMMON, Workspace

_DIGITS_AT_FIRST = 3
_TRIES = 50
_SPELT_OUT = 99


def new_code(workspace: Workspace, connection: sa.Connection) -> str:
    """A talk's code name, `B417`: the laptop's letter and random digits, which tell no order."""
    talks = table("interview", Tier.TALK)
    digits = _DIGITS_AT_FIRST
    while True:
        for _ in range(_TRIES):
            code = workspace.letter + str(secrets.randbelow(10**digits)).zfill(digits)
            taken = connection.scalar(sa.select(talks.c.uid).where(talks.c.code_name == code))
            if taken is None:
                return code
        digits += 1


def group_number(workspace: Workspace, connection: sa.Connection) -> int:
    """The acting group's number."""
    group = table("group")
    query = sa.select(group.c.number).where(group.c.uid == workspace.group)
    return int(connection.scalar(query) or 0)


def first_problem_fields(workspace: Workspace, writer: Writer) -> dict[str, Value]:
    """A new problem's state and provisional number, `暂03B-12`."""
    if "group" not in writer.memo:
        writer.memo["group"] = group_number(workspace, writer.connection)
    stem = f"暂{writer.memo['group']:02d}{workspace.letter}-"
    if stem not in writer.memo:
        writer.memo[stem] = _highest(writer.connection, "provisional_number", stem)
    serial = writer.next_number(stem, writer.memo[stem])
    today = workspace.today().isoformat()
    state: dict[str, Value] = {"state": ProblemState.CLUE.value, "round": 1, "changed_on": today}
    return {"state": state, "provisional_number": f"{stem}{serial:02d}"}


def _highest(connection: sa.Connection, column: str, stem: str) -> int:
    """The highest serial among the living problems' numbers; asked once a laptop, then counted."""
    counter = tables.counter
    if connection.scalar(sa.select(counter.c.last).where(counter.c.name == stem)) is not None:
        return 0
    problems = table("problem")
    query = sa.select(problems.c[column]).where(
        problems.c[column].startswith(stem, autoescape=True)
    )
    return highest_serial(connection.scalars(query), stem)


def highest_serial(numbers: Iterable[str], stem: str) -> int:
    """The greatest number after `stem`."""
    found = (re.fullmatch(rf"{re.escape(stem)}(\d{{1,9}})", n, re.ASCII) for n in numbers)
    return max((int(m[1]) for m in found if m), default=0)


def holds_book(workspace: Workspace, writer: Writer) -> bool:
    """Whether this laptop holds the group's 编号本."""
    group = table("group")
    query = sa.select(group.c.number_book).where(group.c.uid == workspace.group)
    return bool(writer.connection.scalar(query) == writer.replica)


def next_problem_number(workspace: Workspace, writer: Writer) -> str | None:
    """The next official number, `03-017`; None where the 编号本 is elsewhere (待编号)."""
    if not holds_book(workspace, writer):
        return None
    stem = f"{group_number(workspace, writer.connection):02d}-"
    serial = writer.next_number(stem, _highest(writer.connection, "number", stem))
    return f"{stem}{serial:03d}"


def next_document_number(workspace: Workspace, writer: Writer, year: int) -> str:
    """The next document number, `银督三〔2014〕12号`.

    Raises:
        Refused: the 编号本 is on another laptop.
    """
    if not holds_book(workspace, writer):
        raise Refused("number_book_elsewhere")
    prefix = workspace.template.number_prefix
    stem = f"{prefix}{chinese(group_number(workspace, writer.connection))}〔{year}〕"
    return f"{stem}{writer.next_number(stem)}号"


def chinese(number: int) -> str:
    """1–99 as Chinese numerals (三, 十二, 二十); others as digits."""
    digits = "零一二三四五六七八九"
    if not 0 < number <= _SPELT_OUT:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十"
    return head + (digits[ones] if ones else "")


def take_book(workspace: Workspace, *, last_problem: int, reason: str) -> None:
    """Take the group's 编号本 over to this laptop, going on after the highest number on paper.

    Raises:
        Refused: not the leader or the office, or no reason.
    """
    if workspace.role() not in {Role.LEADER, Role.OFFICE}:
        raise Refused("role_may_not", verb="numbers_take")
    if not reason.strip():
        raise Refused("reason_required")
    with workspace.store.write(workspace.actor, reason) as writer:
        fields: dict[str, Value] = {"number_book": writer.replica}
        writer.put("group", workspace.group, COMMON, fields)
        stem = f"{group_number(workspace, writer.connection):02d}-"
        known = _highest(writer.connection, "number", stem)
        counter = tables.counter
        last = max(known, last_problem)
        writer.connection.execute(counter.delete().where(counter.c.name == stem))
        writer.connection.execute(counter.insert().values(name=stem, last=last))
