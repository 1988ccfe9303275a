"""Lists are filtered, sorted and paged where the data are."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from models.kinds import Uid, Value
from services import problems, records
from services.core import Filter
from services.listing import numbers, page, rows_at
from services.ordering import by_name
from services.textual import has_text

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def listed(field: "Field") -> "Field":
    """Twelve problems, alternating between two units, with falling deadlines."""
    problems: list[dict[str, Value]] = [
        field.problem(
            unit=field.education if n % 2 else field.health,
            title=f"问题{n:02d}",
            deadline=f"2014-05-{30 - n:02d}",
            winds=["formalism"] if n % 3 == 0 else ["hedonism", "extravagance"],
        )
        for n in range(12)
    ]
    records.add(field.ws, "problem", problems)
    return field


def titles(field: "Field", wanted: Filter, offset: int = 0, limit: int = 100) -> list[Value]:
    """Titles of one page."""
    return [r.values["title"] for r in page(field.ws, "problem", wanted, offset, limit).rows]


def test_pages_follow_each_other_without_gap_or_overlap(listed: "Field") -> None:
    wanted = Filter(sort="title")
    together = [t for start in range(0, 12, 5) for t in titles(listed, wanted, start, 5)]
    assert together == [f"问题{n:02d}" for n in range(12)]
    assert page(listed.ws, "problem", wanted, 10, 5).total == 12


def test_newest_first_when_no_order_is_asked_for(listed: "Field") -> None:
    assert titles(listed, Filter(), 0, 2) == ["问题11", "问题10"]


def test_sorting_downwards(listed: "Field") -> None:
    assert titles(listed, Filter(sort="-deadline"), 0, 2) == ["问题00", "问题01"]


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ({"unit": "市教育局"}, 6),
        ({"winds": "formalism"}, 4),
        ({"winds": ["formalism", "hedonism"]}, 12),
        ({"deadline": "2014-05-30"}, 1),
        ({"state": "clue"}, 12),
        ({"state": ["confirmed", "closed"]}, 0),
        ({"number": None}, 12),
        ({"unit": "市卫生局", "winds": "formalism"}, 2),
    ],
)
def test_filters_combine(listed: "Field", where: dict[str, Value], count: int) -> None:
    assert page(listed.ws, "problem", Filter(where=where)).total == count


def test_units_and_text_narrow_a_list(listed: "Field") -> None:
    of_unit = Filter(units=frozenset({listed.education}), text="问题1")
    assert titles(listed, of_unit) == ["问题11"]


@pytest.mark.parametrize("text", ["市", "教育", "市教育局"])
def test_records_without_text_are_found_by_none(field: "Field", text: str) -> None:
    ballots: dict[str, Value] = {
        "unit": field.education, "round": 1, "subject": "team", "item": "overall",
        "issued": 130, "returned": 127, "valid": 125, "good": 31, "fairly_good": 42,
        "average": 38, "poor": 14,
    }  # fmt: skip
    records.add(field.ws, "evaluation", [ballots])
    assert page(field.ws, "evaluation", Filter()).total == 1
    assert page(field.ws, "evaluation", Filter(text=text)).total == 0
    assert [has_text(kind) for kind in ("evaluation", "outreach", "problem")] == [
        False,
        False,
        True,
    ]


def test_talks_are_listed_with_what_stands_in_the_talk_tier(field: "Field") -> None:
    records.add(field.ws, "interview", [field.talk(), field.talk(text="自学没有安排")])
    found = page(field.ws, "interview", Filter(text="自学没有"))
    assert found.total == 1
    assert found.rows[0].values["place"] == "三楼小会议室"
    assert found.rows[0].missing == ()


@pytest.mark.parametrize(
    ("kind", "wanted", "code"),
    [
        ("nothing", Filter(), "kind_unknown"),
        ("name_key", Filter(), "kind_unknown"),
        ("problem", Filter(where={"colour": "red"}), "field_unknown"),
        ("problem", Filter(sort="colour"), "field_unknown"),
        ("problem", Filter(sort="row_n"), "field_unknown"),
    ],
)
def test_what_does_not_exist_is_refused(
    field: "Field", kind: str, wanted: Filter, code: str
) -> None:
    with pytest.raises(Refused) as raised:
        page(field.ws, kind, wanted)
    assert raised.value.code == code


def test_the_whole_list_as_numbers_is_the_pages_put_together(listed: "Field") -> None:
    for sort in ("", "title", "-deadline", "unit", "-state", "sub_kind"):
        wanted = Filter(where={"winds": "hedonism"}, sort=sort)
        every = numbers(listed.ws, "problem", wanted)
        assert len(every) == 8
        paged = [r.uid for n in (0, 3, 6) for r in page(listed.ws, "problem", wanted, n, 3).rows]
        assert [r.uid for r in rows_at(listed.ws, "problem", every) if r] == paged


def test_a_row_deleted_since_is_told_apart(listed: "Field") -> None:
    every = numbers(listed.ws, "problem", Filter())
    (first, second) = page(listed.ws, "problem", Filter(), 0, 2).rows
    records.delete(listed.ws, "problem", first.uid, "记重了")
    gone, there = rows_at(listed.ws, "problem", every[:2])
    assert (gone, there and there.uid) == (None, second.uid)


def test_units_stand_in_the_order_of_their_names(field: "Field") -> None:
    names = ["西夏区", "贺兰县", "永宁县", "堃华公司", "ABC", "兴庆区"]
    uids = records.add(field.ws, "unit", [{"name": n} for n in names]).uids
    records.add(field.ws, "problem", [field.problem(unit=u) for u in uids])
    found = page(field.ws, "problem", Filter(sort="unit")).rows
    by_uid = dict(zip(uids, names, strict=True))
    ordered = ["ABC", "贺兰县", "西夏区", "兴庆区", "永宁县", "堃华公司"]
    assert [by_uid[Uid(str(r.values["unit"]))] for r in found] == ordered
    assert sorted(names, key=by_name) == ordered


def test_states_stand_in_the_order_of_their_table(listed: "Field") -> None:
    moved = page(listed.ws, "problem", Filter(sort="title"), 4, 1).rows[0]
    problems.move(listed.ws, moved.uid, "submit")
    assert titles(listed, Filter(sort="-state"), 0, 1) == ["问题04"]
    assert titles(listed, Filter(sort="state"), 11, 1) == ["问题04"]


def test_days_are_asked_for_by_their_first_and_last(listed: "Field") -> None:
    span: dict[str, Value] = {"from": "2014-05-20", "to": "2014-05-22"}
    found = titles(listed, Filter(where={"deadline": span}, sort="deadline"))
    assert found == ["问题10", "问题09", "问题08"]
    assert len(titles(listed, Filter(where={"deadline": {"from": "2014-05-20"}}))) == 11
    with pytest.raises(Refused, match="field_unknown"):
        titles(listed, Filter(where={"title": span}))


def test_what_is_overdue_is_asked_for_and_left_out(listed: "Field") -> None:
    late = page(listed.ws, "problem", Filter(sort="deadline"), 0, 3).rows
    for row in late[:2]:
        problems.move(listed.ws, row.uid, "confirm")
    listed.ws.day = date(2014, 5, 21)
    rows = page(listed.ws, "problem", Filter(where={"overdue": True})).rows
    assert {r.uid for r in rows} == {r.uid for r in late[:2]}
    assert all(r.values["overdue"] for r in rows)
    assert page(listed.ws, "problem", Filter(where={"overdue": False})).total == 10
