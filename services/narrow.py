"""A long list answered from its kind's narrow table: what it counts, begins with and consists of.

Which way is quickest depends on how many rows the filter lets through, and on which of its columns
lets through fewest: a sample tells both.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias, cast

import sqlalchemy as sa

from models.base import dump, table
from models.coding import NARROW, word
from models.kinds import RecordKind
from services.sampling import Sample, Way, taken

if TYPE_CHECKING:
    import sqlite3

Condition: TypeAlias = Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]]
"""What a value has to be, said of the column that holds it."""
Places: TypeAlias = Callable[[str | None], object]
"""The sort key of a value; rows of one key stand by their numbers."""
_FURTHEST = 20_000
"""Places of a list up to which it is walked from its beginning."""
_SHORT = 100_000
"""Row numbers from the first to the last of which any part is counted at once."""
_SHARE_COUNTED = 0.3
"""Share of a long list that one index counts at once."""
_FEW = 10_000
"""Rows whose texts are looked up one by one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list holds, and in which order."""

    conditions: Mapping[str, Sequence[Condition]]
    """By coded column; all of them have to be fulfilled."""
    also: tuple[sa.ColumnElement[bool], ...] = ()
    """Further conditions, over the narrow table itself."""
    few: bool = False
    """These let through few rows, and are not for a sample."""
    sort: str = ""
    """A coded column, or a text field that lists are walked by; empty: by number."""
    down: bool = True
    places: Places | None = None
    """Sort keys of the coded column's values."""


class Narrow:
    """One list that was asked for."""

    def __init__(self, connection: sa.Connection, spec: RecordKind, wanted: Wanted) -> None:
        """Ask for rows of a kind that has a narrow table."""
        self._connection = connection
        self._spec = spec
        self._narrow = NARROW[spec.name]
        self._wanted = wanted
        self._allowed = {n: self._codes(said) for n, said in wanted.conditions.items() if said}

    def _codes(self, conditions: Sequence[Condition]) -> list[int | None]:
        """Numbers of the values that fulfil all conditions; None among them if no value does."""
        wanted = [said(word.c.value) for said in conditions]
        found: list[int | None] = list(self._connection.scalars(sa.select(word.c.n).where(*wanted)))
        nothing = sa.cast(sa.null(), sa.Text)
        empty = sa.select(sa.and_(*(said(nothing) for said in conditions)))
        return [*found, None] if self._connection.scalar(empty) else found

    @cached_property
    def _sample(self) -> Sample:
        """What some rows say of all; of a text they would say nothing."""
        tests = {name: _among(self._narrow.c[name], codes) for name, codes in self._allowed.items()}
        rest = [] if self._wanted.few else self._wanted.also
        return taken(self._connection, self._narrow, tests, rest)

    @property
    def _is_by_text(self) -> bool:
        return bool(self._wanted.sort) and self._wanted.sort not in self._narrow.c

    def _way(self, end: int, *, walked: bool = True) -> Way:
        if self._wanted.few:
            return Way.ALL
        sort = self._wanted.sort
        return self._sample.way(end, sort, by_text=self._is_by_text, walked=walked)

    def _where(
        self, led_by: str | None = None, *, but: str | None = None
    ) -> list[sa.ColumnElement[bool]]:
        """The filter, all `but` one column; only the index of the one that leads may be used."""
        found = []
        for name, codes in self._allowed.items():
            column: sa.ColumnElement[int] = self._narrow.c[name]
            if name != led_by:
                column = sa.literal_column(f'+"{self._narrow.name}"."{name}"', sa.Integer)
            if name != but:
                found.append(_among(column, codes))
        return [*found, *self._wanted.also]

    @property
    def is_counted_soon(self) -> bool:
        """Whether `count` is quick: in a long list it is not for every filter."""
        said = self._sample
        sole = len(self._allowed) == 1 and bool(said.alone) and not self._wanted.also
        few = said.span < _SHORT or not (self._allowed or self._wanted.also)
        return few or said.is_sparse or (sole and said.share < _SHARE_COUNTED)

    def count(self) -> int:
        """How many rows the list has."""
        led_by = self._sample.led_by
        if len(self._allowed) == 1 and not self._wanted.also:
            # An index that holds all that is asked about is read alone.
            (led_by,) = self._allowed
        query = sa.select(sa.func.count()).select_from(self._narrow).where(*self._where(led_by))
        return int(self._connection.scalar(query) or 0)

    def page(self, offset: int, limit: int) -> tuple[Sequence[int], int | None]:
        """Row numbers of a part of the list; and how long all of it is, where that is known."""
        end, sort = offset + limit, self._wanted.sort
        is_walked = end <= _FURTHEST and (not sort or sort in self._spec.walked_by)
        way = self._way(end) if is_walked else Way.ALL
        if way is Way.MET:
            with self._patient(end):
                return self._met(offset, limit), None
            way = self._way(end, walked=False)
        if way is Way.MARKED:
            meant = self._meant()
            return list(islice(self._marked(sort, meant), end))[offset:], len(meant)
        every = self.numbers()
        return every[offset:end], len(every)

    def _met(self, offset: int, limit: int) -> Sequence[int]:
        """A part of the list, met on a walk in its order."""
        sort = self._wanted.sort
        if sort in self._narrow.c:
            return self._by_value(offset + limit)[offset:]
        if sort:
            query = self._along(sort)
        else:
            by = self._narrow.c.n.desc() if self._wanted.down else self._narrow.c.n
            query = sa.select(self._narrow.c.n).where(*self._where()).order_by(by)
        return self._connection.scalars(query.limit(limit).offset(offset)).all()

    @contextmanager
    def _patient(self, end: int) -> Iterator[None]:
        """Break a walk off that meets far fewer rows than the sample lets expect."""
        tired: list[bool] = []

        def stop() -> int:
            tired.append(True)
            return 1

        raw = cast("sqlite3.Connection", self._connection.connection.dbapi_connection)
        raw.set_progress_handler(stop, self._sample.patience(end, by_text=self._is_by_text))
        try:
            yield
        except sa.exc.OperationalError:
            if not tired:
                raise
        finally:
            raw.set_progress_handler(None, 0)

    def numbers(self) -> "array[int]":
        """The whole list as row numbers, 8 bytes each."""
        narrow, sort = self._narrow, self._wanted.sort
        if not sort:
            query = sa.select(narrow.c.n).where(*self._where(self._sample.led_by))
            by = narrow.c.n.desc() if self._wanted.down else narrow.c.n
            return self._array(query.order_by(by))
        if sort not in narrow.c:
            return self._all_along(sort)
        if not self._allowed and not self._wanted.also and sort in self._spec.walked_by:
            return self._by_value(None)
        led_by = self._sample.led_by
        query = sa.select(narrow.c[sort], narrow.c.n).where(*self._where(led_by))
        held: dict[int | None, array[int]] = {}
        for code, number in self._raw(query):
            held.setdefault(code, array("q")).append(number)
        every = array("q")
        for group in self._groups(held):
            parts = [held.pop(code) for code in group]
            if led_by is None and len(parts) == 1:
                every.extend(parts[0])
            else:
                every.extend(sorted(chain.from_iterable(parts)))
        if self._wanted.down:
            every.reverse()
        return every

    def _groups(self, codes: Iterable[int | None]) -> list[list[int | None]]:
        """Values of the column that is sorted by, upwards, those of one key together."""
        known = dump([code for code in codes if code is not None])
        query = sa.select(word.c.n, word.c.value).where(word.c.n.in_(_listed(known)))
        values: dict[int | None, str | None] = dict(self._connection.execute(query).all())
        key = self._wanted.places or _plain
        found: dict[object, list[int | None]] = {}
        for code in codes:
            found.setdefault(key(values.get(code)), []).append(code)
        return [found[place] for place in sorted(found)]  # type: ignore[type-var]

    def _by_value(self, limit: int | None) -> "array[int]":
        """The beginning of the list, value by value of the column it is sorted by."""
        sort, down = self._wanted.sort, self._wanted.down
        column = self._narrow.c[sort]
        allowed = self._allowed.get(sort)
        groups = self._groups(self._held(sort) if allowed is None else allowed)
        by = self._narrow.c.n.desc() if down else self._narrow.c.n
        others = self._where(but=sort)
        found = array("q")
        for group in reversed(groups) if down else groups:
            query = sa.select(self._narrow.c.n).where(_among(column, group), *others).order_by(by)
            left = None if limit is None else limit - len(found)
            found.extend(self._array(query.limit(left)))
            if limit is not None and len(found) >= limit:
                break
        return found

    def _held(self, name: str) -> list[int | None]:
        """The values that stand in an indexed column, without reading all of its index."""
        column = self._narrow.c[name]
        least = sa.select(sa.func.min(column).label("code")).cte("held", recursive=True)
        above = sa.select(sa.func.min(column)).where(column > least.c.code).scalar_subquery()
        held = least.union_all(sa.select(above).where(least.c.code.is_not(None)))
        found: list[int | None] = [
            c for c in self._connection.scalars(sa.select(held)) if c is not None
        ]
        is_empty = sa.select(self._narrow.c.n).where(column.is_(None)).limit(1)
        return found if self._connection.scalar(is_empty) is None else [*found, None]

    def _along(self, name: str) -> sa.Select[int]:
        """The list in the order of a text's index, each row looked at on the way."""
        wide, narrow = table(self._spec.name), self._narrow
        order = (wide.c[name], wide.c.row_n)
        query = sa.select(wide.c.row_n).order_by(
            *((one.desc() for one in order) if self._wanted.down else order)
        )
        if not self._allowed and not self._wanted.also:
            return query
        # Of a single value, not a join: so the order of the text's index is kept.
        here = sa.select(narrow.c.n).where(narrow.c.n == wide.c.row_n, *self._where())
        return query.where(here.correlate(wide).scalar_subquery().is_not(None))

    def _all_along(self, name: str) -> "array[int]":
        """The whole list in the order of a text."""
        if not self._allowed and not self._wanted.also:
            return self._array(self._along(name))
        meant = self._meant()
        wide = table(self._spec.name)
        if len(meant) < _FEW:
            these = sa.select(wide.c.row_n, wide.c[name]).where(
                wide.c.row_n.in_(_listed(dump(meant.tolist())))
            )
            held = sorted(
                (_plain(text), number) for number, text in self._connection.execute(these)
            )
            every = array("q", (number for _, number in held))
            if self._wanted.down:
                every.reverse()
            return every
        return array("q", self._marked(name, meant))

    def _meant(self) -> "array[int]":
        """The rows let through, in no order."""
        return self._array(sa.select(self._narrow.c.n).where(*self._where(self._sample.led_by)))

    def _marked(self, name: str, meant: "array[int]") -> Iterator[int]:
        """These rows in the order of a text, met on a walk along its index alone."""
        wide = table(self._spec.name)
        greatest = self._connection.scalar(sa.select(sa.func.max(wide.c.row_n))) or 0
        marked = bytearray(max(greatest, max(meant, default=0)) + 1)
        for number in meant:
            marked[number] = 1
        order = (wide.c[name], wide.c.row_n)
        walk = sa.select(wide.c.row_n).order_by(
            *((one.desc() for one in order) if self._wanted.down else order)
        )
        return filter(marked.__getitem__, map(_FIRST, self._raw(walk)))

    def _array(self, query: sa.Select[int]) -> "array[int]":
        return array("q", map(_FIRST, self._raw(query)))

    def _raw(self, query: sa.Select[*tuple[object, ...]]) -> Iterator[tuple[int, ...]]:
        """Rows as the database's own cursor gives them: a million of them count."""
        return cast("Iterator[tuple[int, ...]]", self._connection.execute(query).cursor)


_FIRST = itemgetter(0)


def holds(kind: str, column: str, said: Condition) -> sa.ColumnElement[bool]:
    """The same as a condition on the values, over a column of the kind's narrow table."""
    return NARROW[kind].c[column].in_(sa.select(word.c.n).where(said(word.c.value)))


def _plain(value: str | None) -> tuple[bool, str]:
    """The order of the values themselves, none first."""
    return value is not None, value or ""


def _listed(numbers: str) -> sa.Select[int]:
    """The members of a JSON array of numbers."""
    each = sa.func.json_each(numbers).table_valued("value")
    return sa.select(each.c.value)


def _among(column: sa.ColumnElement[int], codes: Sequence[int | None]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of some numbers, or none where None is among them."""
    known = [code for code in codes if code is not None]
    held = column == known[0] if len(known) == 1 else column.in_(_listed(dump(known)))
    if len(known) == len(codes):
        return held
    return sa.or_(column.is_(None), held) if known else column.is_(None)
