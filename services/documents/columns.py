"""How wide a table's columns are: their shares, but never so narrow that a number is cut."""

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

from services.documents.blocks import Table
from services.documents.fonts import Role
from services.documents.lines import Grid, clean

_WHOLE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|[!-~]+|^[^\x00-\x7f]{1,4}$", re.MULTILINE)
"""What ought to stay on one line: a date, a number or Latin word, a cell of four characters."""
_MOST = 0.25
"""Part of the table's width that a column may claim for it."""
_SLACK = 0.5
_TRIED = 40
"""Of the pieces of a column only the longest are measured."""


class Widths(Protocol):
    """Knows how wide text is."""

    def width(self, text: str, role: Role, grid: Grid, /) -> float:
        """Points a text takes on one line."""
        ...


def edges(table: Table, room: float, pad: float, grid: Grid, setter: Widths) -> list[float]:
    """Where the columns begin, and where the last one ends.

    Args:
        table: Its columns' shares divide the room.
        room: Width of the table.
        pad: Free space at each side of a cell.
        grid: The type of its cells.
        setter: Measures.
    """
    total = sum(column.share for column in table.columns)
    wanted = [room * column.share / total for column in table.columns]
    least = [
        min(_MOST * room, 2 * pad + _SLACK + _widest(table, at, grid, setter))
        for at in range(len(table.columns))
    ]
    return [0.0, *accumulate(_widened(wanted, least))]


def _widened(wanted: Sequence[float], least: Sequence[float]) -> list[float]:
    """Narrow columns as wide as they must be; the others give in proportion to what they have."""
    if sum(least) > sum(wanted):
        return list(wanted)
    widths = list(wanted)
    for _turn in widths:
        short = [at for at, width in enumerate(widths) if width < least[at] - 0.01]
        if not short:
            break
        lack = sum(least[at] - widths[at] for at in short)
        spare = [max(0.0, width - low) for width, low in zip(widths, least, strict=True)]
        part = lack / sum(spare)
        widths = [
            low if width < low else width - part * more
            for width, low, more in zip(widths, least, spare, strict=True)
        ]
    return widths


def _widest(table: Table, at: int, grid: Grid, setter: Widths) -> float:
    """Width of the widest piece of a column that ought to stay whole."""
    body = {
        piece for row in table.rows for piece in _WHOLE.findall(clean("".join(row[at : at + 1])))
    }
    head = _WHOLE.findall(clean(table.columns[at].title))
    longest = sorted(body, key=len)[-_TRIED:]
    widths = [setter.width(piece, Role.BODY, grid) for piece in longest]
    widths += [setter.width(piece, Role.HEI, grid) for piece in head]
    return max(widths, default=0.0)
