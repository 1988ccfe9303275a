"""Counts over many records, worked out in SQL."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from models.base import table
from models.kinds import ProblemState, Uid
from services import linking
from services.workspace import Workspace

WAITING = (
    ProblemState.SUBMITTED,
    ProblemState.CONFIRMED,
    ProblemState.ASSIGNED,
    ProblemState.RECTIFYING,
    ProblemState.VERIFYING,
)
"""Open problems as the number beside a unit counts them: 待审核 up to 待验收."""


def open_problems(workspace: Workspace) -> Mapping[Uid, int]:
    """How many open problems each unit has; units without any are left out."""
    problem = table("problem")
    # All states, in the order of the index that holds both: quicker than some of them.
    by = (problem.c.unit, problem.c.state)
    query = sa.select(*by, sa.func.count()).where(problem.c.unit.is_not(None)).group_by(*by)
    waiting = {state.value for state in WAITING}
    with workspace.store.read() as connection:
        found = connection.execute(query).all()
        counts = ((Uid(unit), int(count)) for unit, state, count in found if state in waiting)
        return linking.joined(connection).summed(counts)


def days_between(start: str, end: date) -> int:
    """Days from an ISO day to `end`; negative before it."""
    return (end - date.fromisoformat(start)).days
