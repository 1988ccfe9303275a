"""Values worked out when a record is read, never stored: overdue, approval, shares."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

import sqlalchemy as sa

from models.kinds import ProblemState, Value
from services.campaign import Denominator, Template, needs_remedy
from services.shares import percent_text

_OPEN = frozenset({ProblemState.CONFIRMED, ProblemState.ASSIGNED, ProblemState.RECTIFYING})


def values(
    kind: str, given: Mapping[str, Value], template: Template, today: date
) -> dict[str, Value]:
    """The derived values of one record of `kind`."""
    if kind == "problem":
        return {"overdue": is_overdue(given, today)}
    if kind == "evaluation":
        return approval(given, template)
    return {}


def is_overdue(problem: Mapping[str, Value], today: date) -> bool:
    """Whether the unit still owes the rectification after its deadline (逾期)."""
    deadline = problem.get("deadline")
    late = isinstance(deadline, str) and deadline < today.isoformat()
    return late and problem.get("state") in _OPEN


def overdue_conditions(
    today: date,
) -> dict[str, Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]]]:
    """What deadline and state of a problem that is overdue are, by column."""
    return {
        "deadline": lambda column: column < today.isoformat(),
        "state": lambda column: column.in_(sorted(_OPEN)),
    }


def overdue_condition(
    columns: Mapping[str, sa.Column[str]] | Mapping[str, sa.Column[object]],
    today: date,
    *,
    wanted: Value,
) -> sa.ColumnElement[bool]:
    """The same in SQL, for lists; `wanted` false asks for the others."""
    held = {name: sa.type_coerce(columns[name], sa.Text()) for name in overdue_conditions(today)}
    late = sa.and_(*(said(held[name]) for name, said in overdue_conditions(today).items()))
    return late if wanted else sa.not_(sa.func.coalesce(late, sa.false()))


def approval_share(
    columns: Mapping[str, sa.Column[object]], template: Template
) -> sa.ColumnElement[object]:
    """The share that `approval` tells in words, in SQL; NULL where there is none."""
    whole = columns["returned" if _by_returned(template) else "valid"]
    parts = (sa.func.coalesce(columns[part], 0) for part in ("good", "fairly_good"))
    share = sa.cast(sum(parts, sa.literal(0)), sa.Float) / sa.func.nullif(whole, 0)
    return cast("sa.ColumnElement[object]", share)


def _by_returned(template: Template) -> bool:
    return template.thresholds.approval_denominator is Denominator.RETURNED


def approval(evaluation: Mapping[str, Value], template: Template) -> dict[str, Value]:
    """Approval (好+较好), the blank share of the written part, and whether a remedy is due.

    Source: 银川 2014, 班子 "好"和"较好"低于60%的必须回炉; exactly 60 % passes, no valid
    ballot is no result. The denominator is the campaign's setting.
    """

    def number(name: str) -> int:
        value = evaluation.get(name)
        return value if isinstance(value, int) else 0

    valid, returned = number("valid"), number("returned")
    whole = returned if _by_returned(template) else valid
    good, fairly_good = number("good"), number("fairly_good")
    overall = evaluation.get("subject") == "team" and evaluation.get("item") == "overall"
    below = needs_remedy(good, fairly_good, valid, template, returned)
    line = template.thresholds.approval_percent
    unsaid = number("blank") + number("none_written")
    return {
        "approval_percent": percent_text(good + fairly_good, whole, line) if whole else None,
        "blank_percent": percent_text(unsaid, returned) if returned else None,
        "needs_remedy": below if overall else None,
    }
