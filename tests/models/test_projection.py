"""The stored projection is at any time what a full fold of the journal gives."""

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import health, tables
from models.base import project, unproject
from models.catalogue import KINDS
from models.kinds import ChangeId, Tier, Uid, Value
from models.projection import tier_of
from models.schema import derived_tables
from models.store import Store
from models.writer import Writer, new_uid
from tests.models.conftest import ACTOR, Bench

TEXTS = st.sampled_from(["会风不实", "整改", "", "A", "😀", '"', "x" * 300])
HOSTILE: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS.filter(str.isascii), inner),
    max_leaves=4,
)
STATE_FIELD: st.SearchStrategy[Value] = st.fixed_dictionaries(
    {"state": st.sampled_from(["clue", "closed"]), "round": st.integers(0, 3)}
)
NAMES = st.sampled_from(
    [
        *(
            "title",
            "facts",
            "unit",
            "winds.formalism",
            "winds.",
            "winds",
            "handlers.x",
            "evidence.y",
        ),
        *("state", "state.x", "round", "more", "uid", "row_n", "deleted", "title.x", "zzz", ""),
    ]
)
FIELDS: st.SearchStrategy[dict[str, Value]] = st.dictionaries(
    NAMES, TEXTS | HOSTILE | STATE_FIELD, max_size=4
)
ROWS = [
    ("problem", "unit/1"),
    ("interview", "talk/unit/1"),
    ("interview", "unit/1"),
    ("identity", "sealed/unit/1"),
    ("identity", "unit/1"),
    ("yaks", "common"),
    ("row", "common"),
    ("unit", "sealed/common"),
]
UIDS = [Uid(f"{n:032x}") for n in range(2)]


def differences(store: Store) -> list[object]:
    """What a check finds."""
    with store.read() as connection:
        walks = [*health.chains(connection), *health.projection(connection)]
        return [f for f in walks if isinstance(f, health.Finding)]


def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every derived table, and which rows the search index holds."""
    with store.read() as connection:
        found = {
            t.name: [tuple(r) for r in connection.execute(t.select().order_by(*t.primary_key))]
            for t in derived_tables()
        }
        rowids = connection.exec_driver_sql("select rowid from search order by rowid").all()
        return found | {"search": [tuple(r) for r in rowids]}


Bases = dict[tuple[str, str, Uid], list[tuple[ChangeId, ...]]]


def sealed(info: bytes) -> dict[str, Value]:
    """In the place of sealed fields."""
    return {"key": "0" * 32, "sealed": info.hex()[:8]}


def act(writer: Writer, data: st.DataObject, bases: Bases) -> None:
    """One random change, seen from now or from some earlier look at the row."""
    entity, scope = data.draw(st.sampled_from(ROWS))
    uid = data.draw(st.sampled_from(UIDS))
    looks = bases.setdefault((entity, scope, uid), [()])
    looks.append(writer.tips(entity, uid, scope))
    base = data.draw(st.none() | st.sampled_from(looks) | st.just((ChangeId("f" * 64),)))
    fields = data.draw(FIELDS)
    if scope.startswith("sealed/"):
        writer.put(entity, uid, scope, {}, base=base, seal=sealed)
    else:
        writer.put(entity, uid, scope, fields, base=base)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_writes_by_any_laptops_leave_the_projection_a_full_fold_gives(
    bench: Bench, data: st.DataObject
) -> None:
    bases: Bases = {}
    name = new_uid()
    store = bench.new(name)
    for machine in data.draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3)):
        bench.on_machine(machine)
        store.close()
        store = bench.open(name)
        for _ in range(data.draw(st.integers(1, 3))):
            with store.write(ACTOR) as writer:
                for _ in range(data.draw(st.integers(1, 4))):
                    act(writer, data, bases)
                    if data.draw(st.booleans()):
                        writer.flush()
        assert differences(store) == []
    store.close()


def test_a_rebuilt_projection_is_the_same(bench: Bench) -> None:
    store = bench.new()
    with store.write(ACTOR) as writer:
        unit = new_uid()
        writer.put("unit", unit, "common", {"name": "市教育局", "headcount": 12}, new=True)
        for n in range(30):
            fields: dict[str, Value] = {"unit": unit, "title": f"问题{n}", "winds.formalism": True}
            problem = new_uid()
            writer.put("problem", problem, f"unit/{unit}", fields, new=True)
            if n % 3 == 0:
                writer.put("problem", problem, f"unit/{unit}", {"deleted": True})
        writer.put("yaks", unit, "common", {"horns": 2})
    before = dump(store)
    assert len(before["problem"]) == 20
    with store.local() as connection:
        assert list(health.rebuild(connection))[-1] == 32
    assert dump(store) == before
    assert differences(store) == []


def test_an_edit_on_another_laptop_leaves_the_first_ones_tip_in_view(bench: Bench) -> None:
    store = bench.new()
    problem = new_uid()
    with store.write(ACTOR) as writer:
        first = writer.put("problem", problem, "unit/1", {"title": "一"}, new=True)
    store.close()
    bench.on_machine("other")
    store = bench.open()
    with store.write(ACTOR) as writer:
        second = writer.put("problem", problem, "unit/1", {"title": "二"})
        assert writer.tips("problem", problem, "unit/1") == tuple(sorted((first, second)))
        third = writer.put("problem", problem, "unit/1", {"facts": "三"})
        assert writer.tips("problem", problem, "unit/1") == tuple(sorted((first, third)))
    assert differences(store) == []


def test_a_sealed_row_can_be_written_again_and_has_no_values_anywhere(bench: Bench) -> None:
    store = bench.new()
    uid = new_uid()
    for _ in range(2):
        with store.write(ACTOR) as writer:
            writer.put("identity", uid, "sealed/unit/1", {}, seal=sealed)
    assert differences(store) == []
    with store.read() as connection:
        assert connection.execute(tables.foreign.select()).first() is None


def test_an_unchanged_text_is_not_indexed_anew(bench: Bench) -> None:
    store = bench.new()
    uid = new_uid()
    with store.write(ACTOR) as writer:
        writer.put("problem", uid, "unit/1", {"title": "会风不实"}, new=True)
    statements: list[str] = []
    with store.write(ACTOR) as writer:
        writer.put("problem", uid, "unit/1", {"deadline": "2014-05-06"})
        sa.event.listen(
            *(writer.connection, "before_cursor_execute"),
            lambda *given: statements.append(given[2]),
        )
    assert not [s for s in statements if "search" in s]
    assert [s for s in statements if 'update "problem"' in s]
    assert differences(store) == []


def test_numbers_of_a_counter_are_never_given_twice(bench: Bench) -> None:
    store = bench.new()
    with store.write(ACTOR) as writer:
        assert [writer.next_number("x"), writer.next_number("x", 7)] == [1, 8]
        writer.flush()
        assert writer.next_number("x") == 9
    with store.write(ACTOR) as writer:
        assert writer.next_number("x", 3) == 10
        assert writer.next_number("y") == 1


@given(st.sampled_from(["problem", "check", "campaign", "interview"]), FIELDS)
def test_columns_hold_all_that_was_folded(kind: str, fields: dict[str, Value]) -> None:
    spec = KINDS[kind]
    columns = project(spec, Tier.WORK, fields)
    again = project(spec, Tier.WORK, unproject(spec, Tier.WORK, columns))
    assert again == columns


def test_tiers_are_read_from_scopes() -> None:
    assert [tier_of(s) for s in ("common", "unit/talk", "talk/unit/1", "sealed/x", "log")] == [
        *(Tier.WORK, Tier.WORK, Tier.TALK, Tier.SEALED, Tier.WORK)
    ]
