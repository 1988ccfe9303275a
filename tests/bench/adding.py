"""Adding many records, beside a bare executemany of the very rows that this wrote."""

import json
import random
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models import tables
from models.base import table
from models.kinds import Tier, Value
from models.projection import searched_fields
from models.search_index import END, pairs
from services import records
from services.workspace import Workspace
from tests.bench import files, practice
from tests.bench.timing import Figure, Plan, Spent, against, in_turns, timed
from ui.cli import inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TARGET = 5
_Rows = list[tuple[object, ...]]


def figures(plan: Plan) -> list[Figure]:
    """`add` of problems from JSON text: check, journal, projection and index, to the commit."""
    count = 2_000 if plan.quick else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = files.new_workspace(folder / "source.dudao")
        chance = random.Random(2)  # noqa: S311 - nothing secret
        given = json.dumps(practice.problems(made, count, chance), ensure_ascii=False)
        before = _highest(made)
        records.add(made, "problem", inputs.records(given))
        rows = _written(made, before)
        made.close()
        works: dict[str, Callable[[], Spent]] = {
            "add": partial(_add, folder, given),
            "bare": partial(_insert, folder, rows),
        }
        spent = in_turns(works, plan.times(5))
    each = 1e6 / count
    what = f"add {count:,} problems"
    figure = against(what, spent["add"], spent["bare"], TARGET, "bare executemany")
    told = f"; {spent['add'].cpu * each:.0f} ∶ {spent['bare'].cpu * each:.0f} µs CPU each"
    return [Figure(figure.what, figure.value, figure.unit, figure.target, figure.told + told)]


def _fresh(folder: Path) -> Workspace:
    path = folder / "fresh.dudao"
    path.unlink(missing_ok=True)
    return files.new_workspace(path)


def _add(folder: Path, given: str) -> Spent:
    made = _fresh(folder)
    spent = timed(partial(_add_text, made, given))
    made.close()
    return spent


def _add_text(made: Workspace, given: str) -> None:
    values: list[dict[str, Value]] = inputs.records(given)
    records.add(made, "problem", values)


def _highest(made: Workspace) -> int:
    with made.store.read() as connection:
        return int(connection.scalar(sa.select(sa.func.max(tables.row.c.n))) or 0)


def _written(made: Workspace, before: int) -> dict[str, _Rows]:
    """The rows of every table that `add` wrote, by the statement that stores them."""
    problem = table("problem")
    wanted: Sequence[tuple[sa.Table, sa.ColumnElement[int]]] = (
        (tables.change, tables.change.c.row),
        (tables.row, tables.row.c.n),
        (problem, problem.c.row_n),
    )
    found: dict[str, _Rows] = {}
    with made.store.read() as connection:
        for target, number in wanted:
            chosen = connection.execute(target.select().where(number > before))
            places = ", ".join("?" * len(target.columns))
            statement = f'insert into "{target.name}" values ({places})'  # noqa: S608 - own tables
            found[statement] = [tuple(row) for row in chosen]
        fields = searched_fields("problem", Tier.WORK)
        searched = [problem.c.row_n, *(problem.c[f.name] for f in fields)]
        texts = connection.execute(sa.select(*searched).where(problem.c.row_n > before))
        found["insert into search(rowid, t) values (?, ?)"] = [
            (n, pairs(END.join(part for part in parts if part))) for n, *parts in texts
        ]
    return found


def _insert(folder: Path, rows: dict[str, _Rows]) -> Spent:
    made = _fresh(folder)
    spent = timed(partial(_insert_rows, made, rows))
    made.close()
    return spent


def _insert_rows(made: Workspace, rows: dict[str, _Rows]) -> None:
    with made.store.local() as connection:
        for statement, values in rows.items():
            connection.exec_driver_sql(statement, values)
