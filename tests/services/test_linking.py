"""同一单位: rows of one unit, made apart on two laptops, are joined by a person and parted."""

from pathlib import Path

import pytest

from models.kinds import Uid, Value
from services import (
    agenda,
    conflicts,
    health,
    linking,
    listing,
    package,
    records,
    references,
    stats,
)
from services.conflicts import Found
from services.core import Filter
from services.errors import Refused
from services.package import Keys, Order, Preset
from services.stats import Scope
from services.workspace import Workspace
from tests.packs import proven
from tests.services.merging import Laptop, Laptops, laptops

__all__ = ["laptops"]

NAME = "市供热公司"


def found_unit(laptop: Laptop) -> Uid:
    """A laptop makes a row of the unit, and writes a problem there."""
    with laptop.at_work() as ws:
        unit = records.add(ws, "unit", [{"name": NAME}]).uids[0]
        values: dict[str, Value] = {"unit": unit, "sub_kind": "2.2", "title": laptop.name}
        records.add(ws, "problem", [values], draft=True)
    return unit


def titles(ws: Workspace, wanted: Filter) -> set[Value]:
    """Titles of a list of problems."""
    return {row.values["title"] for row in listing.page(ws, "problem", wanted, 0, 100).rows}


def doubles(ws: Workspace) -> list[set[Uid]]:
    """The units of which there seem to be several rows."""
    return [set(f.uids) for f in conflicts.findings(ws) if f.sort is Found.UNIT]


def test_two_rows_of_one_unit_are_told_joined_everywhere_and_parted(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    here, there = found_unit(a), found_unit(b)
    a.merge(b)
    with a.at_work() as ws:
        assert doubles(ws) == [{here, there}]
        with pytest.raises(Refused, match="reference_ambiguous"):
            references.resolve(ws, "unit", NAME)
        linking.join(ws, there, here, "同一家")
        assert doubles(ws) == []
        assert references.resolve(ws, "unit", NAME) == here
        for unit in (here, there):
            assert titles(ws, Filter(units=frozenset({unit}))) == {"a", "b"}
            assert titles(ws, Filter({"unit": unit})) == {"a", "b"}
        rows = [row for row in stats.problem_map(ws).rows if row.name == NAME]
        assert [row.unit for row in rows] == [here]
        assert [one.unit for one in agenda.standings(ws) if one.name == NAME] == [here]
        assert references.titles(ws, {there}) == {there: NAME}
        assert there not in references.newest(ws, ("unit",), 100)
        with pytest.raises(Refused, match="unit_joined_already"):
            linking.join(ws, here, there)
    b.merge(a)
    with b.at_work() as ws:
        assert linking.leading(ws) == {there: here}
        assert titles(ws, Filter(units=frozenset({there}))) == {"a", "b"}
        linking.part(ws, there, "是两家")
        assert titles(ws, Filter(units=frozenset({there}))) == {"b"}
        with pytest.raises(Refused, match="unit_not_joined"):
            linking.part(ws, there)
    a.merge(b)
    with a.at_work() as ws:
        assert linking.leading(ws) == {}
        assert health.check(ws).ok


def test_problems_of_joined_rows_are_counted_together(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    here, there = found_unit(a), found_unit(b)
    a.merge(b)
    with a.at_work() as ws:
        for row in listing.page(ws, "problem", Filter(), 0, 10).rows:
            with ws.store.write(ws.actor) as writer:
                scope = f"unit/{row.values['unit']}"
                writer.put("problem", row.uid, scope, {"state": {"state": "confirmed"}})
        assert stats.open_problems(ws) == {here: 1, there: 1}
        linking.join(ws, there, here)
        assert stats.open_problems(ws) == {here: 2}
        mapped = stats.problem_map(ws, Scope(frozenset({there})))
        assert [(row.unit, row.total) for row in mapped.rows] == [(here, 2)]


def test_two_who_join_one_row_differently_are_asked(laptops: Laptops) -> None:
    a, b, c = laptops("a"), laptops("b"), laptops("c")
    first, second, third = (found_unit(one) for one in (a, b, c))
    a.merge(b)
    a.merge(c)
    b.merge(a)
    with a.at_work() as ws:
        linking.join(ws, third, first)
    with b.at_work() as ws:
        linking.join(ws, third, second)
    a.merge(b)
    with a.at_work() as ws:
        (waiting,) = conflicts.queue(ws)
        assert (waiting.uid, waiting.label) == (third, "同一单位")
        with pytest.raises(Refused, match="field_in_conflict"):
            linking.part(ws, third)
        conflicts.take(ws, waiting, 2)
        assert linking.leading(ws) == {third: second}
        # Whoever joined the two others meanwhile makes all three one.
        linking.join(ws, second, first)
        assert linking.leading(ws) == {third: first, second: first}


def test_rows_joined_in_a_ring_stand_for_one_unit_on_every_laptop(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    here, there = found_unit(a), found_unit(b)
    a.merge(b)
    b.merge(a)
    with a.at_work() as ws:
        linking.join(ws, here, there)
    with b.at_work() as ws:
        linking.join(ws, there, here)
    a.merge(b)
    b.merge(a)
    for laptop in (a, b):
        with laptop.at_work() as ws:
            assert linking.leading(ws) == {max(here, there): min(here, there)}
            assert conflicts.queue(ws) == ()


def test_a_joined_unit_means_all_its_rows_whichever_is_named(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    here, there = found_unit(a), found_unit(b)
    a.merge(b)
    with a.at_work() as ws:
        assert linking.widened(ws, {there}) == {there}
        linking.join(ws, there, here)
        assert linking.widened(ws, {here}) == linking.widened(ws, {there}) == {here, there}
        assert linking.widened(ws, ()) == frozenset()


def test_a_package_of_a_joined_unit_holds_all_its_rows(laptops: Laptops, tmp_path: Path) -> None:
    a, b = laptops("a"), laptops("b")
    here, there = found_unit(a), found_unit(b)
    a.merge(b)
    with a.at_work() as ws:
        linking.join(ws, there, here)
        order = Order(Preset.ARCHIVE, units=frozenset({here}))
        (parcel,) = package.write(ws, tmp_path, order).parcels
        manifest = proven(parcel.path, Keys(files=(ws.store.key,)))
    scopes = {run.scope for run in manifest.runs}
    assert {f"unit/{here}", f"unit/{there}"} <= scopes
