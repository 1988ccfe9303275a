"""Inspection reports of 100 units in one go, in a process of its own: time and greatest memory.

`python -m tests.bench.batch FOLDER UNITS` makes the file, then the reports, and prints both.
"""

import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from models.kinds import Uid, Value
from services import problems, records, reports
from services import workspace as workspaces
from services.reports import Wanted
from services.workspace import NewGroup, Workspace
from tests.bench.timing import Figure, Plan, peak_mib, said

UNITS, TARGET_S, TARGET_MB = 100, 60, 400
_PROBLEMS = 12
_FACTS = "4月15日查阅学习台账发现，学习计划只列到3月底；抽查8本学习笔记，有5本停在第一次集中学习。"
_KINDS = ("1.1", "2.2", "3.1", "4.2", "5.1")


def figures(plan: Plan) -> list[Figure]:
    """Seconds and megabytes of the batch."""
    units = 10 if plan.quick else UNITS
    with tempfile.TemporaryDirectory() as name:
        told = json.loads(said(("-m", __name__, name, str(units)), {"XDG_STATE_HOME": name}))
    what = f"batch of {units} inspection reports with charts, validated"
    behind = f"{told['pages']} pages, CPU {told['cpu']:.1f} s"
    target = TARGET_S * units / UNITS
    return [
        Figure(what, told["wall"], "s", target, behind),
        Figure(f"{what}: memory", told["mb"], "MB", TARGET_MB),
    ]


def _group(folder: Path, count: int) -> Workspace:
    """A file with so many units, each with problems, an evaluation, opinions and talks."""
    new = NewGroup("yinchuan-2014", "第三督导组", 3, "赵明")
    ws = workspaces.create(folder / "a.dudao", "测试口令 1234", "测试实名 1234", new)
    ws.day = date(2014, 5, 26)
    units = records.add(ws, "unit", [{"name": f"市第{n}局"} for n in range(count)]).uids
    people = records.add(ws, "person", [{"name": "王建国"}, {"name": "李芳"}]).uids
    for unit in units:
        _fill(ws, unit, people)
    return ws


def _fill(ws: Workspace, unit: Uid, people: tuple[Uid, ...]) -> None:
    found: list[dict[str, Value]] = [
        {
            "unit": unit, "sub_kind": _KINDS[n % 5], "title": f"第{n}次集中学习没有按计划进行",
            "facts": _FACTS, "handlers": list(people), "evidence": ["学习台账复印件"],
        }
        for n in range(_PROBLEMS)
    ]  # fmt: skip
    uids = records.add(ws, "problem", found).uids
    problems.move_many(ws, uids, "confirm", {"deadline": "2014-05-30"})
    tallies: list[dict[str, Value]] = [
        {
            "unit": unit, "round": 1, "subject": "team", "item": item, "issued": 130,
            "returned": 127, "valid": 125, "good": 31, "fairly_good": 42, "average": 38, "poor": 12,
        }
        for item in ("overall", "formalism", "hedonism")
    ]  # fmt: skip
    records.add(ws, "evaluation", tallies)
    said_there: list[dict[str, Value]] = [
        {"unit": unit, "text": f"意见{n}", "nature": "wind", "subject": "team"} for n in range(20)
    ]
    records.add(ws, "opinion", said_there)


def main(arguments: list[str]) -> int:
    """Make the file and the reports; print what they took as JSON."""
    folder = Path(arguments[0])
    ws = _group(folder, int(arguments[1]))
    out = folder / "out"
    out.mkdir()
    wall, cpu = time.perf_counter(), time.process_time()
    made = reports.batch(ws, Wanted("inspection"), out)
    told = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "pages": sum(one.pages for one in made),
        "mb": peak_mib(),
    }
    ws.close()
    if any(one.failure for one in made):
        return 1
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
