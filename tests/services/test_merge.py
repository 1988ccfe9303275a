"""Merging whole files: what one wrote the other has, once, in whatever order."""

from models.kinds import Uid, Value
from services import listing, merge, records
from services.core import Filter
from services.merge import Verdict
from services.workspace import Workspace
from tests.services.merging import Laptops, laptops

__all__ = ["laptops"]


def a_problem(laptops: Laptops, **values: Value) -> dict[str, Value]:
    """A problem of the first unit."""
    education, _health, leader, *_people = laptops.prepared.uids
    return {
        "unit": education,
        "sub_kind": "2.2",
        "title": "自学无安排",
        "handlers": [leader],
    } | values


def add_problem(ws: Workspace, laptops: Laptops, **values: Value) -> Uid:
    """Add one as a draft; its uid."""
    return records.add(ws, "problem", [a_problem(laptops, **values)], draft=True).uids[0]


def titles(ws: Workspace) -> dict[Uid, Value]:
    """Every problem's title."""
    return {r.uid: r.values["title"] for r in listing.page(ws, "problem", Filter(), 0, 500).rows}


def test_what_another_laptop_wrote_comes_in(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    with b.at_work() as ws:
        uid = add_problem(ws, laptops, title="会风不实")
    outcome = a.merge(b)
    (report,) = outcome.sources
    assert report.verdict is Verdict.WARNING
    assert [r.code for r in report.figures.remarks] == ["merge_workspace_file"]
    assert (report.figures.applied, report.figures.held) == (1, 0)
    assert report.figures.tally.new == 1
    assert outcome.changes.kinds == {"problem"}
    with a.at_work() as ws:
        assert titles(ws) == {uid: "会风不实"}
        assert [line.uid for line in merge.merges(ws)] == [report.merge]
    assert a.findings() == []
    assert b.merge(a).total("applied") == 1
    assert a.code() == b.code()
