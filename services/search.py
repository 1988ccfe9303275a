"""Finding text in everything that is not sealed: the newest hits first, exact to the character."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import orjson
import sqlalchemy as sa

from models import indexing, tables
from models.base import dump, table
from models.errors import Refused
from models.kinds import Tier, Uid
from models.projection import searched_fields, tier_of
from models.search_index import END, match_expression, normalise
from services.core import Progress
from services.workspace import Workspace

MAX_QUERY = 100
"""Longest query, in characters."""
_EXACT = 2
"""Up to so many characters the index's answer is exact; longer ones are looked up in the text."""
_MOST_AT_ONCE, _GROWTH = 20_000, 4
_INDEXED = "from search where search match :match"
_INDEXED_OF_KIND = (
    "from search cross join row on row.n = search.rowid "
    "where search match :match and row.entity = :kind"
)
_LATE = "select row_n as n from unindexed"
_LATE_OF_KIND = f"{_LATE} cross join row on row.n = row_n where row.entity = :kind"
"""Rows that wait for the index: what it may say of them is not what they say now."""
_NOT_LATE = "and search.rowid not in unindexed"
_MOST_SPELLINGS = 8
_WIDE_SPACE, _WIDE_FIRST, _WIDE_LAST = "\u3000", "\uff01", "\uff5e"
_WIDER = 0xFEE0
"""From a printing ASCII character to its full-width twin."""
_PRIVATE = 0x10FF00
"""Where folding moves control characters."""
_TELLING = 3
"""Pairs of a long text that the index is asked for, if these narrow it down."""
_NEWEST_ROWS = 4_000
_NEWEST_OF_PAIRS = sa.text(
    "select value, (select json_group_array(rowid) from search "
    "where search match '\"' || value || '\"' and rowid > (select max(n) from row) - :newest) "
    "from json_each(:pairs)"
)
_AROUND = 12
"""Characters of a snippet on each side of the hit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One field of one record that holds the text."""

    kind: str
    uid: Uid
    field: str
    snippet: str
    """The hit with a little text around it, on one line."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found."""

    rows: tuple[Hit, ...]
    total: int
    """Records that hold the text, all of them counted."""


def find(
    workspace: Workspace, text: str, *, kind: str | None = None, limit: int = 50, count: bool = True
) -> Hits:
    """Records whose text holds `text`: the same as a substring search with case and width folded.

    `count` False leaves `total` at the number of rows returned, which is quicker while typing.

    Raises:
        Refused: an empty or overlong query.
    """
    if not text.strip():
        raise Refused("query_empty")
    if len(text) > MAX_QUERY:
        raise Refused("text_too_long", size=len(text), limit=MAX_QUERY)
    needle = _Needle(text)
    hits: list[Hit] = []
    total = 0
    with workspace.store.read() as connection:
        params = {"match": _question(connection, needle.folded), "kind": kind}
        asked = _Asked(of_kind=kind is not None, waiting=indexing.are_waiting(connection))
        for numbers in _candidates(connection, asked.newest(), params, limit):
            if len(hits) < limit:
                found = _hits(connection, numbers, needle)
                hits += found[: limit - len(hits)]
                total += len(found)
            else:
                total += _count(connection, numbers, needle)
            if len(hits) >= limit and (needle.indexed or not count):
                break
        if needle.indexed and count:
            total = int(connection.scalar(asked.count(), params) or 0)
            late = list(connection.scalars(asked.late(), params)) if asked.waiting else []
            total += _count(connection, late, needle)
    return Hits(tuple(hits), total if count else len(hits))


def is_behind(workspace: Workspace) -> bool:
    """Whether the index is to follow with something yet: found it is, only not as quickly."""
    return not workspace.store.readonly and workspace.store.is_behind


def catch_up(workspace: Workspace, progress: Progress | None = None) -> None:
    """Let the index follow with what a large merge brought; others may write meanwhile.

    Raises:
        AppError: the workspace cannot be written, or the person stopped it: the rest is left.
    """
    progress = progress or Progress()
    workspace.store.catch_up(progress.step)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the index is asked for, and how."""

    of_kind: bool
    waiting: bool
    """Rows wait for it: these are looked at whatever it says."""

    def newest(self) -> sa.TextClause:
        """Rows that may hold what is sought, newest first."""
        query = f"select search.rowid as n {self._indexed()}"
        if self.waiting:
            query += f" union all {_LATE_OF_KIND if self.of_kind else _LATE}"
        return sa.text(f"{query} order by n desc")

    def count(self) -> sa.TextClause:
        """How many rows the index gives."""
        return sa.text(f"select count(*) {self._indexed()}")

    def late(self) -> sa.TextClause:
        """Rows that wait for it."""
        return sa.text(_LATE_OF_KIND if self.of_kind else _LATE)

    def _indexed(self) -> str:
        indexed = _INDEXED_OF_KIND if self.of_kind else _INDEXED
        return f"{indexed} {_NOT_LATE}" if self.waiting else indexed


class _Needle:
    """A text to be found, folded once."""

    def __init__(self, text: str) -> None:
        self.folded = normalise(text)
        self.indexed = len(self.folded) <= _EXACT and END not in self.folded
        """Whether the index alone tells exactly who holds it."""
        self.spellings = spellings(self.folded)

    def place(self, text: str) -> int:
        """Where the text holds it first; -1 when it does not."""
        if not self.spellings:
            return normalise(text).find(self.folded)
        places = (text.find(spelling) for spelling in self.spellings)
        return min((place for place in places if place >= 0), default=-1)

    def params(self, numbers: str) -> dict[str, str]:
        """What `_holding` asks for."""
        wanted = self.spellings or (self.folded,)
        return {"numbers": numbers} | {f"wanted{n}": text for n, text in enumerate(wanted)}


def spellings(folded: str) -> tuple[str, ...]:
    """Every text that folds to `folded`; empty when that is not known or they are too many.

    Looking for these in the texts as they stand is twenty times quicker than folding each text.
    """
    choices = [_unfolded(character) for character in folded]
    if not all(choices) or math.prod(map(len, choices)) > _MOST_SPELLINGS:
        return ()
    return tuple(map("".join, itertools.product(*choices)))


def _unfolded(character: str) -> str:
    """The characters that fold to one; empty where letters of other scripts may, too."""
    if character == _WIDE_SPACE:
        return f" {_WIDE_SPACE}"
    if not character.isascii() and _WIDE_FIRST <= character <= _WIDE_LAST:
        return chr(ord(character) - _WIDER) + character
    if character.isascii() and character.isdigit():
        return character + chr(ord(character) + _WIDER)
    cased = character.upper() != character or character.isascii() or ord(character) >= _PRIVATE
    return "" if cased else character


def _question(connection: sa.Connection, folded: str) -> str:
    """What to ask the index for: of a long text only the pairs that tell most.

    The index reads the whole list of every pair it is asked for. Which of them narrow the answer
    is seen on the newest rows; what the others would have excluded, the text itself excludes.
    """
    pairs = list(dict.fromkeys(map(str.__add__, folded, folded[1:])))
    if len(pairs) <= _TELLING:
        return match_expression(folded)
    held: dict[str, set[int]] = {
        pair: set(orjson.loads(numbers))
        for pair, numbers in connection.execute(
            _NEWEST_OF_PAIRS, {"pairs": dump(pairs), "newest": _NEWEST_ROWS}
        )
    }
    everything = set.intersection(*held.values())
    pairs.sort(key=lambda pair: len(held[pair]))
    chosen = [pairs.pop(0)]
    left = held[chosen[0]]
    while len(left) > len(everything):
        best = min(pairs, key=lambda pair: len(left & held[pair]))
        pairs.remove(best)
        chosen.append(best)
        left = left & held[best]
    chosen += pairs[: max(0, _TELLING - len(chosen))]
    return " AND ".join(f'"{pair}"' for pair in chosen)


def _candidates(
    connection: sa.Connection, query: sa.TextClause, params: dict[str, str | None], limit: int
) -> Iterator[list[int]]:
    """Numbers of the rows that may hold what is sought, newest first, in growing portions."""
    size = max(1, limit)
    with connection.execute(query, params) as result:
        while numbers := [int(n) for (n,) in result.fetchmany(size)]:
            yield numbers
            size = min(_MOST_AT_ONCE, _GROWTH * size)


def _listed() -> sa.Select[int]:
    """The numbers of the parameter `numbers`, a JSON array: one statement for any count of them."""
    each = sa.func.json_each(sa.bindparam("numbers")).table_valued("value")
    return sa.select(each.c.value)


def _by_table() -> sa.Select[str, str, str]:
    row, scope = tables.row, tables.scope
    tier = sa.func.substr(scope.c.name, 1, sa.func.instr(scope.c.name, "/"))
    return (
        sa.select(row.c.entity, sa.func.min(scope.c.name), sa.func.json_group_array(row.c.n))
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.n.in_(_listed()))
        .group_by(row.c.entity, tier)
    )


_BY_TABLE = _by_table()
_Place = tuple[str, Tier, str]
"""Kind and tier of a projection table, and numbers of rows of it as a JSON array."""


def _places(connection: sa.Connection, numbers: Sequence[int]) -> Iterator[_Place]:
    """The rows by the table that holds their text."""
    for entity, scope, those in connection.execute(_BY_TABLE, {"numbers": dump(numbers)}):
        tier = tier_of(scope)
        if searched_fields(entity, tier):
            yield entity, tier, those


@cache
def _holding(entity: str, tier: Tier, spelt: int) -> sa.Select[int, Uid, *tuple[str | None, ...]]:
    """Those of the rows `numbers` of a table that hold a wanted text: number, uid, texts.

    Args:
        entity: kind of the table.
        tier: tier of the table.
        spelt: number of spellings, `wanted0` and so on; 0 when `wanted0` is folded.
    """
    target = table(entity, tier)
    columns = [target.c[f.name] for f in searched_fields(entity, tier)]
    texts = columns if spelt else [sa.func.fold_text(c) for c in columns]
    wanted: list[sa.BindParameter[str]] = [sa.bindparam(f"wanted{n}") for n in range(max(1, spelt))]
    holds = (sa.func.instr(text, one) > 0 for text in texts for one in wanted)
    return sa.select(target.c.row_n, target.c.uid, *columns).where(
        target.c.row_n.in_(_listed()), sa.or_(*holds)
    )


@cache
def _counting(entity: str, tier: Tier, spelt: int) -> sa.Select[int]:
    """How many `_holding` gives."""
    query = _holding(entity, tier, spelt)
    return query.with_only_columns(sa.func.count(), maintain_column_froms=True)


def _hits(connection: sa.Connection, numbers: Sequence[int], needle: _Needle) -> list[Hit]:
    """The hits among some rows, in the order of their numbers."""
    found: dict[int, Hit] = {}
    for entity, tier, those in _places(connection, numbers):
        names = [f.name for f in searched_fields(entity, tier)]
        query = _holding(entity, tier, len(needle.spellings))
        for n, uid, *values in connection.execute(query, needle.params(those)):
            for name, value in zip(names, values, strict=True):
                place = -1 if value is None else needle.place(value)
                if value is not None and place >= 0:
                    found[n] = Hit(entity, uid, name, snippet(value, place, len(needle.folded)))
                    break
    return [found[n] for n in numbers if n in found]


def _count(connection: sa.Connection, numbers: Sequence[int], needle: _Needle) -> int:
    """How many of the rows hold the text."""
    found = 0
    for entity, tier, those in _places(connection, numbers):
        query = _counting(entity, tier, len(needle.spellings))
        found += int(connection.scalar(query, needle.params(those)) or 0)
    return found


def hits(text: str, sought: str) -> list[tuple[int, int]]:
    """Where `sought` stands in `text`, case and width folded, as (start, end) in characters."""
    folded, needle = normalise(text), normalise(sought.strip())
    found: list[tuple[int, int]] = []
    start = folded.find(needle) if needle else -1
    while start >= 0:
        found.append((start, start + len(needle)))
        start = folded.find(needle, start + len(needle))
    return found


def snippet(text: str, start: int, length: int) -> str:
    """The hit at `start` with a little text around it; line ends as spaces, cut ends as …."""
    left, right = max(0, start - _AROUND), min(len(text), start + length + _AROUND)
    middle = " ".join(text[left:right].split())
    return ("…" if left else "") + middle + ("…" if right < len(text) else "")
