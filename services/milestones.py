"""On which day a problem reached each stage of its way; kept with its state, for counting."""

from collections.abc import Mapping

from models.kinds import ProblemState, Value

MILESTONES: Mapping[ProblemState, str] = {
    ProblemState.CONFIRMED: "confirmed_on",
    ProblemState.ASSIGNED: "assigned_on",
    ProblemState.VERIFYING: "verifying_on",
    ProblemState.CLOSED: "closed_on",
}
"""State → field of its day; 整改中 goes on from the day of 交办."""
_BEHIND = {
    ProblemState.CLUE: 0,
    ProblemState.SUBMITTED: 0,
    ProblemState.CONFIRMED: 1,
    ProblemState.ASSIGNED: 2,
    ProblemState.RECTIFYING: 2,
    ProblemState.VERIFYING: 3,
    ProblemState.CLOSED: 4,
}
"""How many milestones a state has behind it; an ended problem keeps them all."""


def days(values: Mapping[str, Value], target: ProblemState, today: str) -> dict[str, Value]:
    """The days that stand with a state entered today; stages that lie ahead again fall away.

    Args:
        values: The problem as it was.
        target: The state it enters.
        today: ISO 8601.
    """
    names = list(MILESTONES.values())
    kept = names[: _BEHIND.get(target, len(names))]
    found = {name: values[name] for name in kept if values.get(name) is not None}
    reached = MILESTONES.get(target)
    if reached is not None and not (reached == "confirmed_on" and found.get(reached)):
        found[reached] = today
    return {"changed_on": today, **found}
