"""The form of every notice to a unit: reason, what it is about, what is demanded, receipt.

One kind of notice is its sentences (resources/documents/<kind>.toml) and what its module gathers.
"""

from dataclasses import dataclass

from services.core import Row
from services.documents import composing
from services.documents.blocks import Heading, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.lines import clean
from services.documents.sources import text
from services.documents.wording import Wording, chinese_date, ordinal, wording

_ENDS = "。！？”）"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the notice is about."""

    text: str
    detail: str = ""
    number: str = ""
    due: str = ""
    """ISO day."""
    note: str = ""
    """What is to be said behind the day: how long overdue, which round."""
    of: str = ""
    """Uid of the problem it is, if it is one."""


@dataclass(frozen=True, slots=True)
class Part:
    """Items of one sort."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice prints."""

    frame: Frame
    kind: str
    parts: tuple[Part, ...] = ()
    """Those without items are left out."""
    due: str = ""
    """ISO day until which the unit answers or has it done."""
    values: tuple[tuple[str, str], ...] = ()
    """Further words for the places in the kind's sentences."""
    delivered: bool = True
    """Ends with a receipt."""

    @property
    def count(self) -> int:
        """Items of all parts."""
        return sum(len(part.items) for part in self.parts)


def problem_item(row: Row, note: str = "", *, facts: bool = True) -> Item:
    """A problem as a notice names it."""
    return Item(
        text(row, "title"),
        text(row, "facts") if facts else "",
        text(row, "number"),
        text(row, "deadline"),
        note,
        row.uid,
    )


def compose(data: Notice) -> Composed:
    """All blocks of a notice."""
    say = wording(data.kind)
    values = _values(data)
    made = composing.official(data.frame, say.several("title", **values))
    parts = [part for part in data.parts if part.items]
    made.blocks.append(body(say("opening" if parts else "none", **values)))
    level = 0
    for part in parts:
        if len(parts) > 1 or say.has("demands_heading"):
            level += 1
            heading = say("part_heading", ordinal=ordinal(level), name=part.name, **values)
            made.blocks.append(Heading(1, heading))
        made.blocks += [body(_item(n, item, say)) for n, item in enumerate(part.items, 1)]
    if say.has("demands_heading"):
        made.blocks.append(Heading(1, say("demands_heading", ordinal=ordinal(level + 1))))
    if data.due and say.has("demands_due"):
        demands = say.several("demands_due", **values)
    else:
        demands = say.several("demands", **values)
    made.blocks += [body(one) for one in demands]
    made.blocks.append(composing.closing(data.frame))
    if data.delivered:
        made.blocks.append(composing.receipt(data.frame, made.title))
    return made


def _values(data: Notice) -> dict[str, str]:
    frame = data.frame
    own = {
        "unit": frame.unit,
        "group": frame.group,
        "campaign": frame.campaign,
        "period": frame.period,
        "count": str(data.count),
        "due": chinese_date(data.due),
    }
    return own | dict(data.values)


def _item(serial: int, item: Item, say: Wording) -> str:
    shared = wording("notice")
    words = clean(item.text).strip().rstrip("。")
    if item.number:
        words += shared("number", number=item.number)
    detail = clean(item.detail).strip()
    if detail and detail[-1] not in _ENDS:
        detail += "。"
    ends = [
        *([shared("due", date=chinese_date(item.due))] if item.due else []),
        *([item.note] if item.note else []),
    ]
    told = "，".join(ends)
    if not detail:
        return shared("item_short", serial=serial, text="，".join(p for p in (words, told) if p))
    tail = shared("tail", words=told) if told else ""
    return shared("item", serial=serial, text=words, detail=detail, tail=tail)
