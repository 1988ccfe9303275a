"""The problem table with a million problems: first page, later pages, the whole list as numbers."""

import gc
import itertools
import random
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from services import listing, workspace
from services.core import Filter
from services.workspace import Workspace
from tests.bench import ledger
from tests.bench.files import PASSPHRASE
from tests.bench.timing import Figure, Plan, Spent, share, timed

if TYPE_CHECKING:
    from array import array

    from models.kinds import Uid, Value

PAGE_ROWS = 100
FIRST_MS, LATER_MS, WHOLE_S = 150, 30, 1.5
_COUNT, _FEWER = 1_000_000, 100_000
_LATER = 3
_SORTS = ("", "unit", "title", "number", "state", "sub_kind", "deadline")


def figures(plan: Plan) -> list[Figure]:
    """Every order, up and down, of every filter that the bar above the table offers."""
    count = _FEWER if plan.quick else _COUNT
    opened = workspace.open_file(ledger.file_with(count), PASSPHRASE)
    chance = random.Random(3)  # noqa: S311 - nothing secret
    first: dict[str, float] = {}
    busy: list[float] = []
    later: list[Spent] = []
    whole: list[Spent] = []
    gc.collect()
    gc.freeze()  # as the window does once its tabs are built
    try:
        for name, wanted in _wanted(opened):
            spent = timed(partial(listing.page, opened, "problem", wanted, 0, PAGE_ROWS, soon=True))
            first[name] = 1e3 * spent.wall
            busy.append(1e3 * spent.cpu)
            numbers, spent = _numbered(opened, wanted)
            whole.append(spent)
            for _ in range(_LATER if numbers else 0):
                start = chance.randrange(len(numbers))
                those = numbers[start : start + PAGE_ROWS]
                later.append(timed(partial(listing.rows_at, opened, "problem", those)))
    finally:
        gc.unfreeze()
        opened.close()
    every, slowest = list(first.values()), max(first, key=lambda name: first[name])
    told = (
        f"p50 {share(every, 50):.0f} ms, CPU p95 {share(busy, 95):.0f} ms; {len(every)} lists, "
        f"slowest: {slowest}, {first[slowest]:.0f} ms"
    )
    return [
        Figure(f"{count:,} problems, first page, p95", share(every, 95), "ms", FIRST_MS, told),
        Figure("… a later page, p95", 1e3 * share([s.wall for s in later], 95), "ms", LATER_MS,
               f"CPU p95 {1e3 * share([s.cpu for s in later], 95):.1f} ms, {len(later)} pages"),
        Figure("… the whole list as numbers, p95", share([s.wall for s in whole], 95), "s", WHOLE_S,
               f"CPU p95 {share([s.cpu for s in whole], 95):.2f} s, "
               f"longest {max(s.cpu for s in whole):.2f} s of CPU"),
    ]  # fmt: skip


def _numbered(opened: Workspace, wanted: Filter) -> "tuple[array[int], Spent]":
    wall, cpu = time.perf_counter(), time.process_time()
    numbers = listing.numbers(opened, "problem", wanted)
    return numbers, Spent(time.perf_counter() - wall, time.process_time() - cpu)


def _wanted(opened: Workspace) -> Iterator[tuple[str, Filter]]:
    units = ledger.units(opened)
    kinds = [name for name, _ in opened.template.members("sub_kinds")]
    winds = [name for name, _ in opened.template.members("winds")]
    wheres: dict[str, dict[str, Value]] = {
        "all": {},
        "closed": {"state": ["closed"]},
        "two states": {"state": ["void", "merged"]},
        "a sub-kind": {"sub_kind": [kinds[0]]},
        "a wind": {"winds": [winds[0]]},
        "a week": {"deadline": {"from": "2014-05-05", "to": "2014-05-11"}},
        "overdue": {"overdue": True},
        "mine": {"handlers": [opened.actor]},
        "void of a sub-kind": {"state": ["void"], "sub_kind": [kinds[0]]},
        "mine, overdue": {"handlers": [opened.actor], "overdue": True},
        "closed of a wind": {"state": ["closed"], "winds": [winds[0]]},
    }
    chosen: dict[str, frozenset[Uid]] = {"": frozenset(), " of a unit": frozenset(units[:1])}
    chosen[" of eight units"] = frozenset(units[4:12])
    ways = [f"{down}{sort}" for sort in _SORTS for down in (("", "-") if sort else ("",))]
    for (of, those), (name, where), sort in itertools.product(chosen.items(), wheres.items(), ways):
        yield f"{name}{of} by {sort or 'newest'}", Filter(where, those, "", sort)
