"""意见汇总: condensed opinions for public comment, shuffled, without any source.

The order tells nothing of who said what or when, and is the same on every laptop.
"""

import hashlib
from dataclasses import dataclass

from services.documents import composing, forms
from services.documents.blocks import Column, Heading, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.lines import clean
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, records, text
from services.documents.wording import ordinal, wording
from services.workspace import Workspace

_NATURES = ("wind", "work")
_SIGNED = Addressing("nobody")


@dataclass(frozen=True, slots=True)
class Opinions:
    """What is printed for comment."""

    frame: Frame
    wind: tuple[str, ...]
    """About conduct (四风)."""
    work: tuple[str, ...]
    other: tuple[str, ...]


def gather(workspace: Workspace, order: Order) -> Opinions:
    """The opinions of a unit that were not merged into another, in an order that tells nothing."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in records(workspace, "opinion", order.unit):
        if not row.values.get("merged_into"):
            key = hashlib.sha256(row.uid.encode()).hexdigest()
            found.setdefault(text(row, "nature"), []).append((key, text(row, "text")))
    shuffled = {nature: _texts(of) for nature, of in found.items()}
    other = _texts([one for n, of in found.items() if n not in _NATURES for one in of])
    none: tuple[str, ...] = ()
    wind, work = (shuffled.get(nature, none) for nature in _NATURES)
    return Opinions(frame(workspace, order, _SIGNED), wind, work, other)


def _texts(of: list[tuple[str, str]]) -> tuple[str, ...]:
    """In shuffled order, each wording once."""
    return tuple(dict.fromkeys(clean(words).strip() for _key, words in sorted(of) if words))


def compose(data: Opinions) -> Composed:
    """Opinions by nature, then the vote on them."""
    say = wording("opinions")
    head = data.frame
    made = composing.sheet(head, say.several("title", unit=head.unit or head.group))
    parts = [(n, of) for n in ("wind", "work", "other") if (of := getattr(data, n))]
    count = sum(len(of) for _name, of in parts)
    unit = head.unit or head.group
    made.blocks.append(body(say("opening" if count else "none", unit=unit, count=count)))
    for number, (name, of) in enumerate(parts, 1):
        title = say("heading", ordinal=ordinal(number), name=say(name), count=len(of))
        made.blocks.append(Heading(1, title))
        made.blocks += [
            body(say("item", serial=n, text=_ended(words))) for n, words in enumerate(of, 1)
        ]
    if count:
        made.blocks.append(Heading(1, say("vote.heading", ordinal=ordinal(len(parts) + 1))))
        made.blocks += [body(say("vote.lead")), _vote(), forms.places((say("vote.more"),))]
    made.blocks.append(composing.closing(head, seal=False))
    return made


def _ended(words: str) -> str:
    return words if words[-1:] in "。！？" else words.rstrip("；，") + "。"


def _vote() -> Table:
    say = wording("opinions")
    titles = say.several("vote.columns")
    columns = (Column(titles[0], 78, left=True), Column(titles[1], 78))
    rows = zip(say.several("vote.rows"), say.several("vote.choices"), strict=True)
    return Table(columns, tuple(rows), least_lines=2)
