"""Lists read from narrow tables hold what the records say, in the order of what they say."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from models import coding, health
from models.kinds import Value
from services import narrow, problems, records, sampling
from services.core import Filter, Row
from services.listing import numbers, page, rows_at

if TYPE_CHECKING:
    from tests.groups import Field

Holds = Callable[[Mapping[str, Value]], bool]
_ALL = 500


@pytest.fixture
def listed(field: "Field") -> "Field":
    """Thirty problems of several units, states and days; of some a field is not known."""
    made: list[dict[str, Value]] = [
        field.problem(
            unit=(field.education, field.health)[n % 2],
            title=f"问题{n * 7 % 30:02d}",
            deadline=None if n % 5 == 0 else f"2014-05-{1 + n % 4:02d}",
            winds=["formalism"] if n % 3 else ["hedonism", "extravagance"],
            level=("team", "person")[n % 2],
        )
        for n in range(30)
    ]
    uids = records.add(field.ws, "problem", made).uids
    for uid in uids[::4]:
        problems.move(field.ws, uid, "submit")
    records.delete(field.ws, "problem", uids[3], "记重了")
    records.change(field.ws, "problem", uids[8], {"deadline": "2014-05-30", "level": None})
    return field


def _key(row: Row, sort: str) -> tuple[bool, str]:
    value = row.values[sort]
    if sort == "level":
        return False, str(("team", "person", None).index(value))
    return value is not None, str(value or "")


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ({}, lambda _v: True),
        ({"deadline": None}, lambda v: v["deadline"] is None),
        ({"deadline": {"to": "2014-05-02"}}, lambda v: (v["deadline"] or "~") <= "2014-05-02"),
        ({"winds": ["hedonism"], "level": "person"},
         lambda v: "hedonism" in v["winds"] and v["level"] == "person"),
        ({"state": ["submitted"], "overdue": False}, lambda v: v["state"] == "submitted"),
        ({"state": "closed"}, lambda _v: False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sort", ["deadline", "title", "level", "number"])
def test_a_list_is_filtered_and_sorted_as_its_values_are(
    listed: "Field", where: dict[str, Value], holds: Holds, sort: str
) -> None:
    every = page(listed.ws, "problem", Filter(), 0, _ALL).rows[::-1]
    meant = [row for row in every if holds(row.values)]
    up = sorted(meant, key=lambda row: _key(row, sort))
    for wanted, rows in ((sort, up), (f"-{sort}", up[::-1])):
        asked = Filter(where, frozenset(), "", wanted)
        found = page(listed.ws, "problem", asked, 0, _ALL)
        assert [r.uid for r in found.rows] == [r.uid for r in rows]
        assert (found.total, found.counted) == (len(rows), True)
        whole = rows_at(listed.ws, "problem", numbers(listed.ws, "problem", asked))
        assert [r and r.uid for r in whole] == [r.uid for r in rows]


def test_a_text_narrows_a_sorted_list(listed: "Field") -> None:
    asked = Filter({"level": "team"}, frozenset(), "问题2", "-title")
    titles = [r.values["title"] for r in page(listed.ws, "problem", asked).rows]
    assert titles == ["问题28", "问题24", "问题22", "问题20"]


def test_a_check_finds_a_narrow_row_that_says_something_else(listed: "Field") -> None:
    narrow = coding.NARROW["problem"]
    with listed.ws.store.local() as connection:
        assert coding.misfits(connection, "problem") == 0
        least = sa.select(sa.func.min(narrow.c.n)).scalar_subquery()
        connection.execute(narrow.update().where(narrow.c.n == least).values(state=None))
    with listed.ws.store.read() as connection:
        found = [f for f in health.projection(connection) if isinstance(f, health.Finding)]
    assert [f.code for f in found] == ["projection"]


@pytest.mark.parametrize("sort", ["", "-title", "number", "deadline", "-state"])
def test_a_list_that_is_not_met_soon_is_found_another_way(
    listed: "Field", sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Filter({"level": "team"}, frozenset(), "", sort)
    counted: list[int] = []

    def count(self: narrow.Narrow) -> int:
        counted.append(own(self))
        return counted[-1]

    own = narrow.Narrow.count
    monkeypatch.setattr(narrow.Narrow, "count", count)
    for cost in ("_MET", "_TEXT"):
        monkeypatch.setattr(sampling, cost, 1e-3)
    met = page(listed.ws, "problem", asked, 2, 5)
    for patience in ("_AT_LEAST", "_PATIENCE"):
        monkeypatch.setattr(sampling, patience, 0)
    found = page(listed.ws, "problem", asked, 2, 5)
    assert (found, len(found.rows)) == (met, 5)
    # What is found another way is known as a whole, and not counted.
    assert counted == [met.total]


def test_a_far_part_of_a_sparse_list_is_no_more_than_the_database_counts() -> None:
    sample = sampling.Sample(1_000_000, sampling.SPARSE)
    assert 0 < sample.patience(20_000, by_text=True) < 2**31
