"""谈话记录, for the group itself: one page or more a talk, by code name.

Names stand here only where somebody has opened them for this paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import Refused
from models.kinds import Uid, Value
from services import records as stored
from services import words
from services.core import Row
from services.documents import composing, forms
from services.documents.blocks import Break, Note, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.lines import clean
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, named, people, records, text, units
from services.documents.wording import chinese_date, wording
from services.workspace import Workspace

_NOBODY = Addressing("nobody", ())


@dataclass(frozen=True, slots=True)
class Person:
    """Who spoke, opened for this paper."""

    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """One finished talk."""

    code: str
    category: str
    unit: str
    date: str
    start: str
    end: str
    place: str
    talkers: tuple[str, ...]
    recorder: str
    outcome: str
    text: str
    read_back: bool
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Talks:
    """What is printed."""

    frame: Frame
    talks: tuple[Talk, ...]


def gather(workspace: Workspace, order: Order, opened: Mapping[str, Person] | None = None) -> Talks:
    """The talk it is about, else the finished ones of the unit and days, by day and code.

    Args:
        workspace: Whose records.
        order: `about` may be a talk's uid.
        opened: Who spoke, by code name.

    Raises:
        Refused: no such talk.
    """
    if order.wanted.about:
        rows = [stored.get(workspace, "interview", Uid(order.wanted.about))]
    else:
        rows = [
            row
            for row in records(workspace, "interview", order.unit)
            if row.values.get("state") == "finished" and order.period.holds(row.values.get("date"))
        ]
    if not rows and opened:
        raise Refused("record_unknown", kind="interview", uid="")
    names, at = people(workspace), units(workspace)
    talks = [_talk(workspace, row, names, at, opened or {}) for row in rows]
    talks.sort(key=lambda talk: (talk.date, talk.code))
    return Talks(frame(workspace, order, _NOBODY), tuple(talks))


def _talk(
    workspace: Workspace,
    row: Row,
    names: Mapping[str, str],
    at: Mapping[str, str],
    opened: Mapping[str, Person],
) -> Talk:
    def word(list_name: str, value: Value) -> str:
        return words.choice(list_name, str(value), workspace.template) if value else ""

    code = text(row, "code_name")
    return Talk(
        code=code,
        category=word("categories", row.values.get("category")),
        unit=at.get(text(row, "unit"), ""),
        date=text(row, "date"),
        start=text(row, "start_at"),
        end=text(row, "end_at"),
        place=text(row, "place"),
        talkers=named(row.values.get("talkers"), names),
        recorder="".join(named(row.values.get("recorder"), names)),
        outcome=word("interview_outcome", row.values.get("outcome")),
        text=text(row, "text"),
        read_back=row.values.get("confirmation") == "read_back",
        person=opened.get(code),
    )


def compose(data: Talks) -> Composed:
    """Each talk on pages of its own."""
    say = wording("interview")
    made = composing.sheet(data.frame, say.several("title"))
    if not data.talks:
        made.blocks.append(body(say("none")))
    opening = list(made.blocks)
    for number, talk in enumerate(data.talks):
        if number:
            made.blocks += [Break(), *opening]
        made.blocks.append(forms.facts(say.several("rows"), _facts(talk), say("blank")))
        made.blocks += [body(part) for part in _parts(talk.text)]
        confirmed = say("read_back" if talk.read_back else "confirmed")
        made.blocks += [forms.places(say.several("signs"), (confirmed,)), Note(say("note"))]
    return made


def _facts(talk: Talk) -> tuple[str, ...]:
    say = wording("interview")
    when = "when" if talk.end else "when_open"
    person = talk.person
    return (
        *(talk.code, talk.category, person.name if person else say("sealed")),
        *(person.post if person else say("sealed"), talk.unit),
        say(when, date=chinese_date(talk.date), start=talk.start, end=talk.end),
        *(talk.place, "、".join(talk.talkers), talk.recorder, talk.outcome),
    )


def _parts(told: str) -> list[str]:
    """The text's paragraphs."""
    parts = [part.strip() for part in clean(told).split("\n") if part.strip()]
    return parts or [wording("interview")("empty")]
