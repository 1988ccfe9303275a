"""Numbers as prose tells them: 600多, 一个多月, 四成多. Tables tell them exactly.

Source: 银川 2014, 五之二: 接访群众600多人次, 收到信访件180多件, 接听电话400多条次.
"""

from datetime import date

from services.documents.wording import ordinal, wording

_EXACT_BELOW = 100
_TENS_BELOW, _HUNDREDS_BELOW = 200, 10_000
_MONTH, _TWO_MONTHS = 28, 60
_DAYS_A_MONTH = 30
_FULL_MONTH = 31


def rounded(count: int) -> str:
    """A count for running text.

    Below 100 it is told exactly, below 200 in full tens, below 10,000 in full hundreds, above in
    full thousands; 多 says that some were left off.
    """
    if count < _EXACT_BELOW:
        return str(count)
    step = 10 if count < _TENS_BELOW else 100 if count < _HUNDREDS_BELOW else 1000
    whole = count // step * step
    return str(whole) if whole == count else wording("briefing")("round.more", count=whole)


def share(part: int, whole: int) -> str:
    """A share in tenths, rounded down: 四成, 四成多. `whole` is at least 1."""
    say = wording("briefing")
    tenths, rest = divmod(10 * part, whole)
    words = say.several("round.tenths")[min(tenths, 10)]
    return say("round.tenths_more", tenths=words) if rest and tenths else words


def span(first: str, last: str) -> str:
    """How long from one ISO day to another, both included: 12天来, 一个多月."""
    say = wording("briefing")
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if days < _MONTH:
        return say("span.days", count=days)
    if days <= _FULL_MONTH:
        return say("span.month")
    if days < _TWO_MONTHS:
        return say("span.month_more")
    months, rest = divmod(days, _DAYS_A_MONTH)
    key = "span.months_more" if rest else "span.months"
    number = "两" if months == 2 else ordinal(months)  # noqa: PLR2004 -- 两 before a measure word
    return say(key, ordinal=number)
