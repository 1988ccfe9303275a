"""Search in a million records: the first 50 hits, warm and cold, by length and kind of query."""

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from models.cipher import key_of
from models.search_index import match_expression
from models.store import Store
from services import workspace
from services.search import find
from services.workspace import Workspace
from tests.bench import files
from tests.bench.timing import Figure, Plan, said, share

TARGET_MS = 15
_RECORDS, _FEWER = 1_000_000, 100_000
_LENGTHS = range(1, 9)
_OF_EACH = 40
_COLD = 24
_CROSSING = 10
_SAMPLED = 4_000
_BARE = "select rowid from search where search match ? order by rowid desc limit 50"
_DROP = """
import os, sys
handle = os.open(sys.argv[1], os.O_RDONLY)
if hasattr(os, "posix_fadvise"):
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
"""

_Texts = Sequence[str]


def figures(plan: Plan) -> list[Figure]:
    """95 of 100 queries answer within so many milliseconds; worst classes told apart."""
    count = _FEWER if plan.quick else _RECORDS
    path = files.file_with(count)
    opened = workspace.open_file(path, files.PASSPHRASE)
    try:
        chance = random.Random(7)  # noqa: S311 - nothing secret
        texts = _sample(opened, count, chance)
        classes = _classes(texts, chance)
        crossing = _crossing(texts)
        spent = {name: _warm(opened, queries) for name, queries in classes.items()}
        apart = _warm(opened, crossing)
        every_query = [q for queries in classes.values() for q in queries]
        bare = _bare(opened, every_query)
    finally:
        opened.close()
    every = [ms for of_class in spent.values() for ms in of_class]
    worst = max(spent, key=lambda name: share(spent[name], 95))
    told = (
        f"p50 {share(every, 50):.1f} ms, index alone p95 {share(bare, 95):.1f} ms; "
        f"slowest class: {worst}, p95 {share(spent[worst], 95):.1f} ms; "
        f"{len(every)} queries, {path.stat().st_size / 1e9:.1f} GB"
    )
    cold = _cold(path, every_query, chance)
    return [
        Figure(f"search {count:,} records, warm, p95", share(every, 95), "ms", TARGET_MS, told),
        Figure("… pairs everywhere, never side by side, p95", share(apart, 95), "ms", None,
               f"p50 {share(apart, 50):.1f} ms; {len(apart)} queries, all candidates are read"),
        Figure("… cold (page cache dropped, file reopened), p95", share(cold, 95), "ms", None,
               f"p50 {share(cold, 50):.1f} ms; {len(cold)} queries"),
    ]  # fmt: skip


def _sample(opened: Workspace, count: int, chance: random.Random) -> _Texts:
    numbers = ", ".join(str(chance.randrange(count)) for _ in range(_SAMPLED))
    with opened.store.read() as connection:
        return [
            text
            for name, column in (("problem", "facts"), ("opinion", "text"))
            for text in connection.exec_driver_sql(
                f"select {column} from {name} where row_n in ({numbers})"  # noqa: S608 - own numbers
            ).scalars()
        ]


def _classes(texts: _Texts, chance: random.Random) -> Mapping[str, list[str]]:
    """Queries of 1–8 characters cut from texts, rare ones, and ones that nothing holds."""

    def cut(size: int) -> str:
        text = chance.choice(texts)
        start = chance.randrange(len(text) - size)
        return text[start : start + size]

    singles = Counter("".join(texts))
    rare = [c for c, seen in singles.items() if seen == 1]
    around = {text[n : n + 3] for text in texts for n, c in enumerate(text) if c in rare}
    names = {f"{n} characters": [cut(n) for _ in range(_OF_EACH)] for n in _LENGTHS}
    names["rare"] = chance.sample(sorted(around), _OF_EACH)
    names["absent"] = ["".join(chance.sample(rare, 2 + n % 3)) for n in range(_OF_EACH)]
    return names


def _crossing(texts: _Texts) -> list[str]:
    """Three characters of which both pairs are common and which hardly ever stand together."""
    pairs: Counter[str] = Counter()
    threes: Counter[str] = Counter()
    for text in texts:
        pairs.update({text[n : n + 2] for n in range(len(text) - 1)})
        threes.update({text[n : n + 3] for n in range(len(text) - 2)})
    common = [pair for pair, _ in pairs.most_common(400)]
    found = sorted(
        (-min(pairs[left], pairs[right]), left + right[1])
        for left in common
        for right in common
        if left[1] == right[0] and left + right[1] not in threes
    )
    return [query for _, query in found[:_CROSSING]]


def _find(opened: Workspace, query: str) -> float:
    start = time.perf_counter()
    find(opened, query, count=False)
    return 1e3 * (time.perf_counter() - start)


def _warm(opened: Workspace, queries: Sequence[str]) -> list[float]:
    """Milliseconds of each query: the median of three after a first one."""
    for query in queries:
        _find(opened, query)
    return [median(_find(opened, query) for _ in range(3)) for query in queries]


def _cold(path: Path, queries: Sequence[str], chance: random.Random) -> list[float]:
    """Milliseconds of queries that each meet a file of which nothing is in memory."""
    key = key_of(path, files.PASSPHRASE)
    spent = []
    for query in chance.sample(list(queries), _COLD):
        _forget(path)
        opened = workspace.attach(Store.open_with_key(path, key))
        _forget(path)
        try:
            spent.append(_find(opened, query))
        finally:
            opened.close()
    return spent


def _bare(opened: Workspace, queries: Sequence[str]) -> list[float]:
    """Milliseconds of the index alone: row numbers, nothing looked up, nothing verified."""
    spent = []
    with opened.store.read() as connection:
        for query in queries:
            start = time.perf_counter()
            connection.exec_driver_sql(_BARE, (match_expression(query),)).all()
            spent.append(1e3 * (time.perf_counter() - start))
    return spent


def _forget(path: Path) -> None:
    """Drop the file's pages from the system's cache, where it lets a program do that.

    In a process of its own: closing a handle here would drop the locks that the store holds.
    """
    said(("-S", "-c", _DROP, str(path)))
