"""What the tree at the left shows: the units by name, those of one group together."""

from services import linking, listing, stats, supervising
from services.core import Filter
from services.ordering import by_name
from services.workspace import Workspace
from ui.parts.units import UnitRow

_MOST_UNITS = 10_000


def unit_rows(workspace: Workspace) -> list[UnitRow]:
    """The units, group by group where the file knows several; those of no group last."""
    open_problems = stats.open_problems(workspace)
    same = linking.leading(workspace)
    of = supervising.groups_of_units(workspace)
    rows = []
    for unit in listing.page(workspace, "unit", Filter(), 0, _MOST_UNITS).rows:
        if unit.uid in same:
            continue
        name = str(unit.values.get("short_name") or unit.values.get("name") or "")
        group = of.get(unit.uid)
        place = (group is None, group.number if group else 0, group.name if group else "")
        count = open_problems.get(unit.uid, 0)
        rows.append((place, by_name(name), UnitRow(unit.uid, name, count, place[2])))
    return [row for *_, row in sorted(rows, key=lambda one: one[:2])]
