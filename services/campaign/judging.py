"""What a template decides: words of its lists, the approval line, sub-kinds that fit a sentence."""

import unicodedata
from functools import lru_cache
from typing import Final

from services.campaign.shapes import Denominator, SubKind, Template

SUGGESTIONS: Final = 3

_WEIGHT: Final = 5040
"""Weight of a bigram that one sub-kind alone uses; divisible by 1…10, so weights stay exact."""


def choices(template: Template, list_name: str) -> tuple[tuple[str, str], ...]:
    """(id, word) of each member of one of models/kinds.TEMPLATE_LISTS, in the template's order."""
    return template.members(list_name)


def needs_remedy(
    good: int, fairly_good: int, valid: int, template: Template, returned: int | None = None
) -> bool | None:
    """Whether an evaluation lies below the approval line (回炉补火), in integers.

    Args:
        good: ballots 好.
        fairly_good: ballots 较好.
        valid: valid ballots.
        template: gives the line and the denominator.
        returned: ballots returned; needed where the campaign divides by them.

    Returns:
        True below the line, False on it or above, None when there is nothing to divide by.

    Source: founding text, “好”和“较好”低于60%的必须“回炉”、“补火”;
        line and denominator stand in the template.
    """
    lines = template.thresholds
    divisor = returned if lines.approval_denominator is Denominator.RETURNED else valid
    if divisor is None or divisor <= 0 or good < 0 or fairly_good < 0:
        return None
    return 100 * (good + fairly_good) < lines.approval_percent * divisor


def suggest(template: Template, text: str) -> tuple[str, ...]:
    """Up to three ids of sub-kinds whose title and guidance share most with a sentence, best first.

    Pairs of neighbouring characters are compared; a pair that many sub-kinds use weighs less.
    """
    sub_kinds = template.sub_kinds()
    wanted = _bigrams(text[:2000])
    scores: dict[str, int] = {}
    for bigram, users in _profile(sub_kinds).items():
        if bigram in wanted:
            for user in users:
                scores[user] = scores.get(user, 0) + _WEIGHT // len(users)
    order = {s.id: n for n, s in enumerate(sub_kinds)}
    best = sorted(scores, key=lambda s: (-scores[s], order[s]))
    return tuple(best[:SUGGESTIONS])


@lru_cache(maxsize=4)
def _profile(sub_kinds: tuple[SubKind, ...]) -> dict[str, tuple[str, ...]]:
    """Bigram → the sub-kinds that use it."""
    users: dict[str, tuple[str, ...]] = {}
    for sub_kind in sub_kinds:
        if not sub_kind.needs_reason:
            for bigram in sorted(_bigrams(f"{sub_kind.title}。{sub_kind.guidance}")):
                users[bigram] = (*users.get(bigram, ()), sub_kind.id)
    return users


def _bigrams(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    pairs = (folded[n : n + 2] for n in range(len(folded) - 1))
    return {p for p in pairs if p.isalnum()}
