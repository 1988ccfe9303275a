"""Search finds exactly what a substring search over the folded text finds."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import Refused
from models.search_index import normalise, pairs
from services import health, records
from services.core import Filter
from services.listing import page
from services.search import catch_up, find, is_behind

if TYPE_CHECKING:
    from models.kinds import Value
    from tests.groups import Field

TEXTS = (
    "自学无安排，以集中学习代替自学",
    "学习笔记本 Ｂ5 “空白”3本；ABC-def",
    "整改、整治、改正；整顿改进",
    "堃𬭎䶮😀 tab\t换行\n末尾",
    'quote "x" AND y* (z) near',
    "学",
)


@pytest.fixture(params=["indexed", "waiting", "followed"])
def noted(field: "Field", request: pytest.FixtureRequest) -> "Field":
    """A problem for each text; the index knows them, or does not yet, or has just followed."""
    problems: list[dict[str, Value]] = [
        field.problem(title=f"第{n}件", facts=text) for n, text in enumerate(TEXTS)
    ]
    records.add(field.ws, "problem", problems)
    if request.param != "indexed":
        leave_behind(field)
        assert is_behind(field.ws)
        assert health.check(field.ws).ok
    if request.param == "followed":
        catch_up(field.ws)
        assert not is_behind(field.ws)
        assert health.check(field.ws).ok
    return field


def leave_behind(field: "Field") -> None:
    """As after a large merge: of some problems the index holds nothing, of others what was."""
    with field.ws.store.local() as connection:
        connection.exec_driver_sql("insert into unindexed select row_n from problem")
        connection.exec_driver_sql("delete from search where rowid in unindexed")
        stale = pairs("学习整改，堃𬭎abc")
        query = "insert into search(rowid, t) select row_n, ? from unindexed where row_n % 2"
        connection.exec_driver_sql(query, (stale,))


def expected(query: str) -> int:
    """How many of the records a plain substring search finds."""
    needle = normalise(query)
    fields = ((f"第{n}件", text, f"暂03A-{n + 1:02d}") for n, text in enumerate(TEXTS))
    return sum(any(needle in normalise(text) for text in texts) for texts in fields)


@pytest.mark.parametrize(
    "query",
    ["学", "学习", "集中学习", "b5", "Ｂ５", "abc-DEF", "整改", "改整", "“空", "堃𬭎", "😀 t",
     '"x" and', "\t换", "本；", "安排，以", "不存在", "暂03", "(z)", "*", "AND"],
)  # fmt: skip
def test_words_of_any_length_and_kind(noted: "Field", query: str) -> None:
    assert find(noted.ws, query, kind="problem").total == expected(query)
    assert page(noted.ws, "problem", Filter(text=query)).total == expected(query)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_piece_of_any_text_is_found_and_nothing_else(
    noted: "Field", data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    start = data.draw(st.integers(0, len(text) - 1))
    query = text[start : start + data.draw(st.integers(1, 8))]
    if not query.strip():
        return
    assert find(noted.ws, query, kind="problem").total == expected(query)


def test_newest_first_with_the_hit_in_its_surroundings(noted: "Field") -> None:
    hits = find(noted.ws, "学习", kind="problem", limit=1)
    assert hits.total == 2
    assert hits.rows[0].field == "facts"
    assert hits.rows[0].snippet.startswith("学习笔记本")


def test_deleted_and_changed_texts_are_not_found_any_more(noted: "Field") -> None:
    uid = find(noted.ws, "集中学习", kind="problem").rows[0].uid
    records.change(noted.ws, "problem", uid, {"facts": "改写过的"})
    assert find(noted.ws, "集中学习").total == 0
    assert find(noted.ws, "改写过").total == 1
    records.delete(noted.ws, "problem", uid, "重复")
    assert find(noted.ws, "改写过").total == 0


@pytest.mark.parametrize("query", ["", "   ", "长" * 101])
def test_empty_and_endless_queries_are_refused(noted: "Field", query: str) -> None:
    with pytest.raises(Refused):
        find(noted.ws, query)
