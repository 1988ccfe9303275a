"""Values worked out when a record is read, never stored: overdue, approval, shares."""

from collections.abc import Mapping
from datetime import date

from models.kinds import ProblemState, Value
from services.campaign import Template

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


def percent_text(part: int, whole: int) -> str | None:
    """`58.4%`, rounded half up to one decimal in integers; None when there is no whole."""
    if whole <= 0:
        return None
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def approval(evaluation: Mapping[str, Value], template: Template) -> dict[str, Value]:
    """Approval (好+较好), the blank share of the written part, and whether a remedy is due.

    Source: 银川 2014, 班子 "好"和"较好"低于60%的必须回炉; exactly 60 % passes, no valid
    ballot is no result. The denominator is the campaign's setting.
    """

    def number(name: str) -> int:
        value = evaluation.get(name)
        return value if isinstance(value, int) else 0

    line = template.thresholds
    whole = number(str(line.approval_denominator))
    liked = number("good") + number("fairly_good")
    blank = number("blank") + number("none_written")
    overall = evaluation.get("subject") == "team" and evaluation.get("item") == "overall"
    below = whole > 0 and 100 * liked < line.approval_percent * whole
    return {
        "approval_percent": percent_text(liked, whole),
        "blank_percent": percent_text(blank, number("returned")),
        "needs_remedy": below if overall and whole else None,
    }
