"""清除证明: which names and talks were destroyed, when, how, before whom."""

from dataclasses import dataclass

from services.documents import composing, forms
from services.documents.blocks import Column, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.wording import chinese_date, wording


@dataclass(frozen=True, slots=True)
class Purged:
    """One sort of content that was destroyed."""

    what: str
    """In words: 实名, 谈话原文."""
    count: int
    code: str
    """核对码 of it before."""


@dataclass(frozen=True, slots=True)
class Purge:
    """What the certificate prints."""

    frame: Frame
    time: str
    """Clock of the purge, HH:MM."""
    contents: tuple[Purged, ...]
    machine: str
    replica: str
    method: str
    left: str
    """What stays on this laptop."""
    receipt_date: str
    """ISO day of the office's receipt."""
    upto: int
    """The last change the office has."""
    witnesses: tuple[str, ...]
    """Two names."""


def compose(data: Purge) -> Composed:
    """The statement, the list, and places for the witnesses."""
    say = wording("purge")
    head = data.frame
    made = composing.sheet(head, say.several("title"))
    told = say(
        "text",
        group=head.group,
        campaign=head.campaign,
        date=chinese_date(head.date),
        time=data.time,
        receipt_date=chinese_date(data.receipt_date),
        upto=data.upto,
    )
    made.blocks.append(body(told))
    columns = tuple(Column(title, 1) for title in say.several("columns"))
    rows = tuple((one.what, str(one.count), one.code) for one in data.contents)
    made.blocks.append(Table(columns, rows, say("caption")))
    made.blocks.append(body(say("machine", machine=data.machine, replica=data.replica)))
    made.blocks.append(body(say("method", method=data.method)))
    made.blocks.append(body(say("left", left=data.left)))
    made.blocks.append(forms.places(say.several("signs"), data.witnesses))
    made.blocks.append(composing.closing(head))
    return made
