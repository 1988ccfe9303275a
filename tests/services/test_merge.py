"""Merging: what one wrote the other has, once, in whatever order; and it can be taken back."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from models import inforce
from models.kinds import Uid
from services import linking, listing, merge, records, search
from services.core import Filter
from services.errors import AppError, Refused
from services.merge import Verdict
from services.workspace import Workspace, info
from tests.services.merging import (
    Laptop,
    Laptops,
    add_problem,
    change,
    codes,
    laptops,
    only,
    retitle,
    titles,
)

__all__ = ["laptops"]


def test_what_another_laptop_wrote_comes_in(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    uid = add_problem(b, "会风不实")
    outcome = a.merge(b)
    report = only(outcome)
    assert report.verdict is Verdict.WARNING
    assert codes(report) == ["merge_workspace_file"]
    assert (report.figures.applied, report.figures.held) == (1, 0)
    assert report.figures.tally.new == 1
    assert outcome.changes.kinds == {"problem"}
    assert outcome.state_code == a.code()
    assert titles(a) == {uid: "会风不实"}
    assert a.findings() == []
    assert b.merge(a).total("applied") == 1
    assert a.code() == b.code()


def test_a_preview_tells_the_same_and_writes_nothing(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    add_problem(b)
    before = a.code()
    plan = a.plan(b)
    assert a.code() == before
    assert titles(a) == {}
    with a.at_work() as ws:
        assert merge.merges(ws) == ()
    outcome = a.merge(b)
    assert plan.sources[0].figures == only(outcome).figures
    assert plan.state_code == outcome.state_code


def test_the_order_of_merges_does_not_matter(laptops: Laptops) -> None:
    a, b, c, d = (laptops(name) for name in "abcd")
    uid = add_problem(b, "一")
    c.merge(b)
    retitle(c, uid, "二")
    retitle(b, uid, "三")
    add_problem(b, "另一条")
    a.merge(b)
    a.merge(c)
    d.merge(c, b)
    assert a.code() == d.code()
    assert titles(a) == titles(d)
    assert only(b.merge(c)).figures.tally.conflict == 1
    for one in (a, b, d):
        assert one.findings() == []
        with one.at_work() as ws:
            assert records.get(ws, "problem", uid).conflicts == ("title",)


def test_different_fields_changed_on_both_sides_are_merged_and_told(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    uid = add_problem(a)
    b.merge(a)
    retitle(a, uid, "自学没有安排")
    change(b, uid, facts="查了台账。")
    tally = only(a.merge(b)).figures.tally
    assert (tally.changed, tally.parallel, tally.conflict) == (1, 1, 0)
    with a.at_work() as ws:
        row = records.get(ws, "problem", uid)
        assert (row.values["title"], row.values["facts"]) == ("自学没有安排", "查了台账。")
    assert a.findings() == []


def test_undo_takes_back_what_the_merge_alone_brought(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    uid = add_problem(b)
    before = a.code()
    package = b.pack("b")
    merged = a.merge(package)
    after = a.code()
    outcome = a.undo(only(merged).merge)
    assert outcome.state_code == a.code() == before
    assert titles(a) == {}
    assert a.findings() == []
    with a.at_work() as ws:
        (line,) = merge.merges(ws)
        assert (line.undone_reason, line.undone_by) == ("弄错了", ws.actor)
        with pytest.raises(Refused, match="merge_undone_already"):
            merge.undo(ws, line.uid, "再来一次")
    again = a.merge(package)
    assert again.total("applied") == merged.total("applied")
    assert again.merges != merged.merges
    assert a.code() == after
    assert titles(a) == {uid: "自学无安排"}


def test_what_a_merge_brings_is_found_at_once_and_indexed_when_the_file_is_closed(
    laptops: Laptops,
) -> None:
    a, b = laptops("a"), laptops("b")
    uid = add_problem(a, "会风不实")
    b.merge(a)
    retitle(b, uid, "文风不实")
    add_problem(b, "作风不实")

    def found(ws: Workspace) -> list[int]:
        """How many hold each of these, by the search and by the list."""
        texts = ("会风", "文风不", "作风", "不实")
        return [search.find(ws, text, kind="problem").total for text in texts] + [
            listing.page(ws, "problem", Filter(text=text)).total for text in texts
        ]

    with a.at_work() as ws, a.sources(b) as sources:
        assert found(ws) == [1, 0, 0, 1] * 2
        outcome = merge.apply(ws, sources)
        assert search.is_behind(ws)
        assert found(ws) == [0, 1, 1, 2] * 2
    assert a.findings() == []
    with a.at_work() as ws:
        assert not search.is_behind(ws)
        assert found(ws) == [0, 1, 1, 2] * 2
        merge.undo(ws, only(outcome).merge, "弄错了")
        assert search.is_behind(ws)
        assert found(ws) == [1, 0, 0, 1] * 2
        search.catch_up(ws)
        assert not search.is_behind(ws)
        assert found(ws) == [1, 0, 0, 1] * 2
    assert a.findings() == []


def test_what_another_merge_carried_too_stays(laptops: Laptops) -> None:
    a, b, c = laptops("a"), laptops("b"), laptops("c")
    uid = add_problem(b)
    c.merge(b)
    first = a.merge(b)
    second = a.merge(c)
    a.undo(only(first).merge)
    assert titles(a) == {uid: "自学无安排"}
    retitle(a, uid, "改过")
    outcome = a.undo(only(second).merge)
    assert titles(a) == {}
    (standing,) = outcome.standing
    with a.at_work() as ws:
        assert merge.hidden(ws, {standing.uid}) == {uid}
    a.merge(c)
    assert titles(a) == {uid: "改过"}
    assert a.findings() == []


def test_own_edits_on_top_stay_and_are_told(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    uid = add_problem(a)
    b.merge(a)
    retitle(b, uid, "自学没有安排")
    merged = a.merge(b)
    change(a, uid, facts="查了台账。")
    outcome = a.undo(only(merged).merge)
    (standing,) = outcome.standing
    assert (standing.kind, standing.uid, standing.fields) == ("problem", uid, ("facts",))
    with a.at_work() as ws:
        assert not merge.hidden(ws, {uid})
        assert merge.fields_of(standing) == "查证事实"
        assert merge.fields_of(replace(standing, fields=("key", "sealed"))) == "封存的内容"
        row = records.get(ws, "problem", uid)
        assert (row.values["title"], row.values["facts"]) == ("自学无安排", "查了台账。")
    retitle(a, uid, "第三个题目")
    assert titles(a) == {uid: "第三个题目"}
    assert a.findings() == []


def with_a_gap(laptops: Laptops) -> tuple[Laptop, Path, Path]:
    """A laptop, a package that begins after what it has, and the one that fills the gap."""
    a, b, c = laptops("a"), laptops("b"), laptops("c")
    add_problem(b, "第一条")
    first = b.pack("第一个")
    c.merge(first)
    b.merge(c.pack("回"))
    add_problem(b, "第二条")
    return a, first, b.pack("第二个", c)


def test_a_gap_holds_its_stream_until_it_is_filled(laptops: Laptops) -> None:
    a, first, second = with_a_gap(laptops)
    before = a.code()
    report = only(a.merge(second))
    assert report.figures.applied == 0
    assert report.figures.held > 0
    assert {(gap.first, gap.last) for gap in report.figures.gaps} == {(1, 1)}
    assert "merge_gap" in codes(report)
    assert a.code() == before
    assert titles(a) == {}
    assert a.findings() == []
    filled = only(a.merge(first))
    assert filled.figures.gaps == ()
    assert sorted(map(str, titles(a).values())) == ["第一条", "第二条"]
    assert a.findings() == []
    assert a.code() == laptops.made["b"].code()


def test_rebuilding_keeps_the_rows_of_what_is_held(laptops: Laptops) -> None:
    a, first, second = with_a_gap(laptops)
    a.merge(second)
    with a.at_work() as ws:
        from services import health

        health.rebuild(ws)
    assert a.findings() == []
    add_problem(a, "自己的")
    a.merge(first)
    assert sorted(map(str, titles(a).values())) == ["第一条", "第二条", "自己的"]
    assert a.findings() == []


def test_what_waits_can_be_forced_after_it_was_taken_in(laptops: Laptops) -> None:
    a, first, second = with_a_gap(laptops)
    a.merge(second)
    with a.at_work() as ws:
        with pytest.raises(Refused, match="reason_required"):
            merge.force_waiting(ws, " ")
        assert merge.force_waiting(ws, "前一个盘丢了").rows == 1
        with pytest.raises(Refused, match="force_gaps_none"):
            merge.force_waiting(ws, "再来一次")
    assert list(titles(a).values()) == ["第二条"]
    a.merge(first)
    assert sorted(map(str, titles(a).values())) == ["第一条", "第二条"]
    assert a.findings() == []


def test_a_gap_can_be_forced_and_filled_later(laptops: Laptops) -> None:
    a, first, second = with_a_gap(laptops)
    with a.at_work() as ws, a.sources(second) as sources:
        outcome = merge.apply(ws, sources, force_gaps_reason="前一个盘丢了")
    assert outcome.forced == 1
    assert list(titles(a).values()) == ["第二条"]
    a.merge(first)
    assert sorted(map(str, titles(a).values())) == ["第一条", "第二条"]
    with a.at_work() as ws:
        assert info(ws).conflicts == 0
    assert a.findings() == []


def test_forcing_says_why(laptops: Laptops) -> None:
    a, _first, second = with_a_gap(laptops)
    with a.at_work() as ws, a.sources(second) as sources, pytest.raises(Refused, match="reason"):
        merge.apply(ws, sources, force_gaps_reason=" ")


def test_a_bad_source_stops_no_other(laptops: Laptops) -> None:
    a, b, c = laptops("a"), laptops("b"), laptops("c")
    uid = add_problem(b)
    add_problem(c)
    cut = c.path.with_name("截断.dudao")
    cut.write_bytes(c.path.read_bytes()[: -3 * 4096])
    outcome = a.merge(cut, b, c.folder / "没有.dudaopack")
    refused, taken, missing = outcome.sources
    assert (refused.verdict, taken.verdict) == (Verdict.REFUSED, Verdict.WARNING)
    assert refused.failure is not None
    assert refused.failure.exit_status == 5
    assert isinstance(missing.failure, AppError)
    assert titles(a) == {uid: "自学无安排"}


def test_a_copied_machine_is_noticed_and_both_branches_are_kept(laptops: Laptops) -> None:
    a = laptops("a")
    add_problem(a, "共同的")
    twin = laptops("twin", a)
    shutil.copytree(a.folder / "state", twin.folder / "state", dirs_exist_ok=True)
    # A machine's copy has the locks' and the witnesses' folders too: it goes on as the same one.
    mine = add_problem(a, "原机写的")
    other = add_problem(twin, "复制机写的")
    assert a.replica() == twin.replica()
    outcome = a.merge(twin)
    assert outcome.new_replica
    assert only(outcome).figures.forks
    assert {mine, other} <= titles(a).keys()
    assert a.findings() == []
    was = twin.replica()
    add_problem(a, "之后写的")
    assert a.replica() != was
    twin.merge(a)
    assert titles(twin) == titles(a)
    assert twin.code() == a.code()
    assert twin.findings() == []
    fresh = laptops("fresh")
    fresh.merge(twin.pack("双"))
    assert fresh.code() == a.code()
    assert fresh.findings() == []


def test_undo_of_a_branch_leaves_the_other(laptops: Laptops) -> None:
    a = laptops("a")
    add_problem(a, "共同的")
    twin = laptops("twin", a)
    shutil.copytree(a.folder / "state", twin.folder / "state", dirs_exist_ok=True)
    mine = add_problem(a, "原机写的")
    other = add_problem(twin, "复制机写的")
    add_problem(twin, "复制机又写的")
    before = a.code()
    merged = a.merge(twin)
    assert len(titles(a)) == 4
    a.undo(only(merged).merge)
    assert other not in titles(a)
    assert mine in titles(a)
    assert a.code() == before
    assert a.findings() == []
    with a.at_work() as ws, ws.store.read() as connection:
        assert inforce.gaps(connection) == []
    a.merge(twin)
    assert len(titles(a)) == 4
    assert a.findings() == []


def deleting(ws: Workspace, uids: list[Uid]) -> None:
    """Delete these problems."""
    for uid in uids:
        records.delete(ws, "problem", uid, "记重了")


def test_deleting_many_asks_first(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    uids = [add_problem(a, f"第{n}条") for n in range(4)]
    b.merge(a)
    with b.at_work() as ws:
        deleting(ws, uids[:2])
    c = laptops("c")
    other = add_problem(c, "别的")
    before = a.code()
    alone = a.merge(b)
    assert not alone.changes.kinds
    assert alone.state_code == a.code() == before
    plan = a.plan(b)
    assert [r.code for r in plan.sources[0].brakes] == ["merge_deletes_many"]
    outcome = a.merge(b, c)
    refused, taken = outcome.sources
    assert isinstance(refused.failure, Refused)
    assert refused.failure.code == "merge_braked"
    assert (taken.verdict, taken.figures.tally.new) == (Verdict.WARNING, 1)
    assert titles(a).keys() == {*uids, other}
    accepted = a.merge(b, accept=frozenset({"merge_deletes_many"}))
    assert only(accepted).figures.tally.deleted == 2
    assert titles(a).keys() == {*uids[2:], other}
    assert a.findings() == []


def test_another_campaign_is_refused(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    with b.at_work() as ws, ws.store.local() as connection:
        connection.exec_driver_sql("update meta set value = ? where key = 'campaign'", ("9" * 32,))
    with a.at_work() as ws, a.sources(b) as sources:
        report = only(merge.apply(ws, sources))
    assert report.failure is not None
    assert report.failure.code == "package_other_campaign"


def test_equal_numbers_that_meet_are_listed(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    for one in (a, b):
        with one.at_work() as ws:
            records.add(ws, "unit", [{"name": f"{one.name}局", "code": "017"}, {"name": "水务局"}])
    code, name = only(a.merge(b)).figures.collisions
    assert (code.kind, code.field, code.value) == ("unit", "code", "017")
    assert len(code.uids) == 2
    assert (name.value, name.is_same_unit) == ("水务局", True)
    with a.at_work() as ws:
        linking.join(ws, *name.uids)
    assert [c.field for c in only(b.merge(a)).figures.collisions] == ["code"]
