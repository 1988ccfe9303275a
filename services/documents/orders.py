"""What a person asks for: which document, about whom or what, over which days."""

from dataclasses import dataclass
from datetime import date

from models.errors import Refused
from models.kinds import Uid, Value
from services import words
from services.documents.wording import wording


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included; an empty one is open."""

    start: str = ""
    end: str = ""

    def holds(self, day: Value) -> bool:
        """Whether an ISO day lies within; an unknown day does."""
        if not isinstance(day, str):
            return True
        return (not self.start or self.start <= day) and (not self.end or day <= self.end)

    def in_words(self) -> str:
        """As a document says it: 2014年4月10日至2014年5月6日."""
        say = wording("gathering")
        names = {
            side: words.date(day, full=True) if day else ""
            for side, day in (("start", self.start), ("end", self.end))
        }
        if self.start and self.end:
            return say("period", **names)
        if self.start:
            return say("period_open_end", **names)
        return say("period_open_start", **names) if self.end else say("period_all")


EVERYTHING = Period()
"""The whole campaign."""


def parse_period(text: str) -> Period:
    """A period from `2014-04-10..2014-05-06`; either side may be empty.

    Raises:
        Refused: not of that form, a day that does not exist, or an end before the start.
    """
    start, dots, end = text.partition("..")
    if not dots:
        raise Refused("period_bad", text=text[:40])
    for day in (start, end):
        try:
            if day:
                date.fromisoformat(day)
        except ValueError:
            raise Refused("date_does_not_exist", text=day[:40]) from None
    if start and end and end < start:
        raise Refused("ends_before_it_starts")
    return Period(start, end)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which document of what."""

    kind: str
    unit: Uid | None = None
    """None: the whole group (or the office's whole campaign)."""
    period: Period = EVERYTHING
    about: str = ""
    """The one record it is about, where a kind asks for one: a talk, a problem, a merge."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted, on which day and under which number."""

    wanted: Wanted
    day: str
    """ISO day of the document."""
    number: str = ""
    """Empty before it is taken."""

    @property
    def unit(self) -> Uid | None:
        """Whose document."""
        return self.wanted.unit

    @property
    def period(self) -> Period:
        """Over which days."""
        return self.wanted.period
