"""轮训名册: heads of units × rounds of training, and who has not made up."""

from dataclasses import dataclass

from services import training
from services.documents import composing
from services.documents.blocks import Column, Note, Subtitle, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, units
from services.documents.wording import chinese_date, ordinal, wording
from services.training import Attendance
from services.workspace import Workspace

_NOBODY = Addressing("nobody", ())
_MOST_UPRIGHT = 2
"""Rounds for which an upright page is wide enough."""


@dataclass(frozen=True, slots=True)
class Head:
    """One head of a unit."""

    unit: str
    name: str
    post: str
    rounds: tuple[Attendance, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """What the roster prints."""

    frame: Frame
    rounds: tuple[int, ...]
    heads: tuple[Head, ...]


def gather(workspace: Workspace, order: Order) -> Roster:
    """Heads, and whoever else has a training record, by unit and name."""
    known = units(workspace)
    told = training.roster(workspace, frozenset({order.unit} if order.unit else ()))
    heads = [
        Head(
            known.get(str(one.unit), ""),
            one.name,
            one.post,
            tuple(one.rounds.get(n, Attendance()) for n in told.rounds),
        )
        for one in told.heads
    ]
    heads.sort(key=lambda head: (head.unit, head.name, head.post))
    return Roster(frame(workspace, order, _NOBODY), told.rounds, tuple(heads))


def compose(data: Roster) -> Composed:
    """One table; across when there are many rounds."""
    say = wording("roster")
    head = data.frame
    across = len(data.rounds) > _MOST_UPRIGHT
    title = say.several("title", unit=head.unit or head.group)
    made = composing.sheet(head, title, across=across)
    made.blocks.append(Subtitle(say("subtitle", today=chinese_date(head.date))))
    made.blocks += [_table(data), Note(_note(data))] if data.heads else [body(say("none"))]
    return made


def _table(data: Roster) -> Table:
    say = wording("roster")
    titles = say.several("columns")
    columns = [
        Column(title, share, left=share > 25)  # noqa: PLR2004 -- the wide ones
        for title, share in zip(titles, (10, 40, 20, 30), strict=True)
    ]
    columns += [Column(say("round", ordinal=ordinal(n)), 28) for n in data.rounds]
    rows = tuple(
        (str(n), head.unit, head.name, head.post, *(_cell(one) for one in head.rounds))
        for n, head in enumerate(data.heads, 1)
    )
    return Table(tuple(columns), rows)


def _cell(one: Attendance) -> str:
    say = wording("roster")
    if one.status == "made_up" and one.made_up_on:
        return say("made_up_on", date=chinese_date(one.made_up_on))
    if one.status == "absent" and one.reason:
        return say("absent_why", reason=one.reason)
    return say(one.status or "unknown")


def _note(data: Roster) -> str:
    say = wording("roster")
    told = []
    for at, n in enumerate(data.rounds):
        held = [head.rounds[at].status for head in data.heads]
        counts = {status: held.count(status) for status in ("attended", "made_up", "absent")}
        if any(counts.values()):
            told.append(say("of_round", ordinal=ordinal(n), **counts))
    return say("note", count=len(data.heads), rounds="".join(told))
