"""Which way a long list is found soonest: how many rows its filter lets through, by a sample."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import sqlalchemy as sa

from models.base import dump

SPARSE = 0.0012
"""Below this share all rows let through are put in order; the sample hardly sees them."""
_LOOKS, _TOGETHER = 60, 50
"""The sample: so many places, so many neighbouring row numbers at each."""
_LEADING = 0.4
"""Above this share of rows an index is slower than the whole table."""
_WHOLE, _LED, _MET, _MARKED = 0.25, 0.5, 0.4, 0.6
"""Microseconds a row costs: in the whole table, by an index that leads, met on a walk by value, and
on a walk along a text whose rows are marked. An index holds all columns that are asked for."""
_TEXT = 20.0
"""What a row costs that is looked up in another table, most of whose pages are not in memory."""
_STEPS = 40
"""Steps of the database for a row that is met on a walk."""
_MOST_STEPS = 2**31 - 1
"""More the database does not count."""
_PATIENCE, _AT_LEAST = 4, 20_000
"""A walk is broken off after so many times the rows to be expected, and so many microseconds."""


class Way(Enum):
    """How the beginning of a list is found."""

    MET = auto()
    """Along the index of what it is sorted by, each row looked at on the way."""
    MARKED = auto()
    """Along that index too, but which rows are let through was found before."""
    ALL = auto()
    """All rows let through are put in order."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What some rows of a narrow table say of all."""

    span: int
    """Row numbers from the least to the greatest."""
    share: float = 1.0
    """Share of rows let through."""
    alone: Mapping[str, float] | None = None
    """Share that each indexed column alone lets through, smallest first."""

    @property
    def led_by(self) -> str | None:
        """The column whose index finds the rows soonest; None where it takes the whole table."""
        name, share = next(iter((self.alone or {}).items()), (None, 1.0))
        return name if share < _LEADING else None

    @property
    def is_sparse(self) -> bool:
        """Whether so few rows are let through that the sample tells little."""
        return self.share < SPARSE

    def way(self, end: int, sort: str, *, by_text: bool, walked: bool = True) -> Way:
        """How the first `end` rows are found soonest; not along the list when not `walked`."""
        if self.is_sparse:
            return Way.ALL
        if not sort:
            return Way.MET if walked else Way.ALL
        led_by, met = self.led_by, end / self.share
        found = self.span * (_WHOLE if led_by is None else _LED * (self.alone or {})[led_by])
        costs = {Way.MET: (_TEXT if by_text else _MET) * met, Way.ALL: found}
        if by_text:
            costs[Way.MARKED] = found + _MARKED * met
            costs[Way.ALL] += _TEXT * self.share * self.span
        if not walked:
            del costs[Way.MET]
        return min(costs, key=costs.__getitem__)

    def patience(self, end: int, *, by_text: bool) -> int:
        """Steps of the database after which a walk to the first `end` rows is broken off.

        The sample tells how many rows are let through, not where they stand: what is new has no
        number, and the newest is never closed.
        """
        least = _AT_LEAST / (_TEXT if by_text else _MET)
        rows = least + _PATIENCE * end / max(self.share, SPARSE)
        return min(round(_STEPS * rows) + 1, _MOST_STEPS)


def taken(
    connection: sa.Connection,
    narrow: sa.Table,
    tests: Mapping[str, sa.ColumnElement[bool]],
    rest: Sequence[sa.ColumnElement[bool]],
) -> Sample:
    """Look at some rows, always the same: `tests` are those of one column each."""
    first = connection.scalar(sa.select(sa.func.min(narrow.c.n)))
    last = connection.scalar(sa.select(sa.func.max(narrow.c.n)))
    if first is None or last is None:
        return Sample(0)
    span = last - first + 1
    asked = [sa.func.coalesce(test, 0) for test in (*tests.values(), *rest)]
    if not asked:
        return Sample(span)
    chance = random.Random(last)  # noqa: S311 - which rows are looked at is no secret
    starts = dump([chance.randint(first, last) for _ in range(_LOOKS)])
    each = sa.func.json_each(starts).table_valued("value")
    near = narrow.c.n.between(each.c.value, each.c.value + _TOGETHER)
    rows = connection.execute(sa.select(*asked).select_from(each.join(narrow, near))).all()
    count = max(1, len(rows))
    indexed = {column.name for index in narrow.indexes for column in list(index.columns)[:1]}
    alone = {
        name: sum(bool(row[at]) for row in rows) / count
        for at, name in enumerate(tests)
        if name in indexed
    }
    share = sum(map(all, rows)) / count
    return Sample(span, share, dict(sorted(alone.items(), key=lambda one: one[1])))
