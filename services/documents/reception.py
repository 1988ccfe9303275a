"""接待统计: visits in persons, letters in pieces, calls and messages in items; never added up."""

from collections import Counter
from dataclasses import dataclass

from services.core import Row
from services.documents import composing
from services.documents.blocks import Column, Note, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, number, records, text, units
from services.documents.wording import wording
from services.workspace import Workspace

_SIGNED = Addressing("nobody")
_WAYS = ("visit", "letter", "call")
_MESSAGES = {"sms": "call"}
"""Messages are counted with calls. Source: 银川 2014 (电话短信400多条次)."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way in which people came."""

    way: str
    """visit, letter or call."""
    items: int
    """Records."""
    amount: int
    """In the channel's own measure: persons for visits, otherwise the items."""
    done: int
    """Items with a result."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """What concerned one unit."""

    unit: str
    """Empty when none was named."""
    amounts: tuple[int, int, int]
    """Persons, letters, calls."""
    items: int


@dataclass(frozen=True, slots=True)
class Reception:
    """What the statistics print."""

    frame: Frame
    channels: tuple[Channel, ...]
    units: tuple[UnitLine, ...]
    repeated: int


def gather(workspace: Workspace, order: Order) -> Reception:
    """Receptions of the period; those that repeat an earlier one are counted apart."""
    names = units(workspace)
    found = [
        row
        for row in records(workspace, "reception", order.unit)
        if order.period.holds(row.values.get("date"))
    ]
    first = [row for row in found if not row.values.get("repeats")]
    channels = tuple(_channel(way, [r for r in first if _way(r) == way]) for way in _WAYS)
    by_unit: dict[str, list[Row]] = {}
    for row in first:
        by_unit.setdefault(names.get(text(row, "unit"), ""), []).append(row)
    lines = tuple(_unit_line(name, of) for name, of in sorted(by_unit.items()))
    lines = (*(line for line in lines if line.unit), *(line for line in lines if not line.unit))
    head = frame(workspace, order, _SIGNED)
    return Reception(head, channels, lines, len(found) - len(first))


def _way(row: Row) -> str:
    channel = text(row, "channel")
    return _MESSAGES.get(channel, channel)


def _amount(row: Row) -> int:
    return max(1, number(row, "persons")) if _way(row) == "visit" else 1


def _channel(way: str, of: list[Row]) -> Channel:
    done = sum(1 for row in of if text(row, "result"))
    return Channel(way, len(of), sum(_amount(row) for row in of), done)


def _unit_line(name: str, of: list[Row]) -> UnitLine:
    amounts: Counter[str] = Counter()
    for row in of:
        amounts[_way(row)] += _amount(row)
    return UnitLine(name, (amounts["visit"], amounts["letter"], amounts["call"]), len(of))


def compose(data: Reception) -> Composed:
    """The sentence with the three totals, then two tables."""
    say = wording("reception")
    head = data.frame
    unit = head.unit or head.group
    made = composing.sheet(head, say.several("title", unit=unit))
    visits, letters, calls = data.channels
    some = any(channel.items for channel in data.channels)
    told = say(
        "text" if some else "none",
        unit=unit,
        period=head.period,
        visits=visits.items,
        persons=visits.amount,
        letters=letters.amount,
        calls=calls.amount,
    )
    if data.repeated:
        told += say("repeated", count=data.repeated)
    made.blocks.append(body(told))
    if some:
        made.blocks += [_channels(data), _units(data), Note(say("note"))]
    made.blocks.append(composing.closing(head, seal=False))
    return made


def _channels(data: Reception) -> Table:
    say = wording("reception")
    columns = tuple(Column(title, 1) for title in say.several("channel_columns"))
    rows = tuple(
        (
            *(say(c.way), str(c.amount), say(f"measure_{c.way}")),
            *(str(c.done), str(c.items - c.done)),
        )
        for c in data.channels
    )
    return Table(columns, rows, say("by_channel"))


def _units(data: Reception) -> Table:
    say = wording("reception")
    titles = say.several("unit_columns")
    columns = tuple(Column(t, 48 if n == 0 else 27, left=n == 0) for n, t in enumerate(titles))
    rows = [
        (line.unit or say("unknown"), *map(str, line.amounts), str(line.items))
        for line in data.units
    ]
    sums = [sum(line.amounts[n] for line in data.units) for n in range(3)]
    total = sum(line.items for line in data.units)
    rows.append((say("sum"), *map(str, sums), str(total)))
    return Table(columns, tuple(rows), say("by_unit"))
