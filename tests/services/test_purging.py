"""Names and talks leave a file for good, and nothing brings them back."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from models import health, tables
from models.errors import AppError, Busy, Refused, WrongPassphrase
from models.kinds import Tier
from models.projection import tier_of
from models.store import Store
from services import backup, merge, names, purging, records, search, words
from services.core import Filter
from services.listing import page
from services.package import keys_of, open_source
from services.purging import Wish
from services.workspace import Workspace, purge_is_unfinished
from tests.groups import NAMES_PASSPHRASE
from tests.packs import packed, work
from tests.services.merging import Laptop, Laptops, laptops

if TYPE_CHECKING:
    from models.kinds import Value
    from tests.groups import Field

__all__ = ["laptops"]

WISH = Wish("活动结束", ("王𬭎", "李䶮"), give_up=True)


def refusal(ws: Workspace, wish: Wish, secret: str = NAMES_PASSPHRASE) -> str:
    with pytest.raises(AppError) as caught:
        purging.purge(ws, wish, secret)
    return caught.value.code


def sealed_changes(ws: Workspace) -> int:
    change, stream, scope = tables.change, tables.stream, tables.scope
    query = (
        sa.select(scope.c.name)
        .join(stream, stream.c.scope == scope.c.n)
        .join(change, change.c.stream == stream.c.n)
    )
    with ws.store.read() as connection:
        return sum(tier_of(name) != "work" for name in connection.scalars(query))


def contents(ws: Workspace) -> int:
    """Attached files that are stored."""
    with ws.store.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(tables.blob)) or 0


def free_pages(ws: Workspace) -> int:
    """Pages of the file that hold what was deleted."""
    with ws.store.read() as connection:
        return int(connection.exec_driver_sql("pragma freelist_count").scalar_one())


def test_what_is_purged_is_nowhere_in_file_and_backups(field: "Field", tmp_path: Path) -> None:
    made = work(field, tmp_path)
    ws = field.ws
    backup.backup(ws)
    before = purging.survey(ws)
    assert {tier.value: n for tier, n in before.records.items()} == {"sealed": 1, "talk": 2}
    assert before.missing > 0
    done = purging.purge(ws, WISH, NAMES_PASSPHRASE)
    assert done.left == ()
    assert len(backup.backups(ws)) == 1
    assert not purge_is_unfinished(ws)
    assert sealed_changes(ws) == 0
    assert purging.survey(ws).changes == 0
    assert free_pages(ws) == 0
    assert search.find(ws, "看录像").total == 0
    with ws.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.blob)) == 1
        assert connection.scalar(
            sa.select(tables.secret.c.value).where(tables.secret.c.kind == "name_key")
        ) is None  # fmt: skip
        findings = [*health.chains(connection), *health.projection(connection)]
    assert [f for f in findings if not isinstance(f, int)] == []
    talk = records.get(ws, "interview", made["talk"]).values
    assert talk["category"]
    assert not talk.get("text")
    with pytest.raises(Refused) as caught:
        names.open_names(ws, NAMES_PASSPHRASE, "核实")
    assert caught.value.code == "name_key_not_here"
    with pytest.raises(Refused) as caught:
        records.add(ws, "interview", [field.talk()])
    assert caught.value.code == "scope_purged"


def test_talks_kept_at_first_go_later_and_then_nothing_is_left_to_purge(
    field: "Field", tmp_path: Path
) -> None:
    assert refusal(field.ws, WISH) == "purge_nothing"
    made = work(field, tmp_path)
    ws = field.ws
    purging.purge(ws, replace(WISH, keep_talks=True), NAMES_PASSPHRASE)
    assert records.get(ws, "interview", made["talk"]).values.get("text")
    assert refusal(ws, replace(WISH, keep_talks=True)) == "purge_nothing"
    found = purging.survey(ws)
    assert ({tier.value for tier in found.records}, found.has_key) == ({"talk"}, False)
    done = purging.purge(ws, WISH, "")
    assert not records.get(ws, "interview", made["talk"]).values.get("text")
    assert [{t.value for t in one.tiers} for one in purging.lines(ws)] == [{"talk"}, {"sealed"}]
    assert done.survey.records[Tier.TALK] == 2
    assert refusal(ws, WISH, "") == "purge_nothing"


def test_no_package_brings_names_back(field: "Field", tmp_path: Path) -> None:
    work(field, tmp_path)
    ws = field.ws
    whole = packed(ws, tmp_path)
    purging.purge(ws, WISH, NAMES_PASSPHRASE)
    with open_source(whole, keys_of(ws)) as source:
        outcome = merge.apply(ws, [source])
    assert outcome.merges
    assert sealed_changes(ws) == 0
    assert contents(ws) == 1
    with pytest.raises(Refused):
        names.private_key(ws, NAMES_PASSPHRASE)
    with ws.store.read() as connection:
        findings = [*health.chains(connection), *health.projection(connection)]
    assert [f for f in findings if not isinstance(f, int)] == []


def test_names_noted_elsewhere_since_stay_out_and_are_told(
    laptops: Laptops, tmp_path: Path
) -> None:
    a, b = laptops("a"), laptops("b")
    scan = tmp_path / "手记.jpg"
    scan.write_bytes(b"\xff\xd8" + b"handwriting" * 2000)
    with b.at_work() as ws:
        noted(ws, b, scan)
        early = packed(ws, tmp_path)
    a.merge(early)
    with a.at_work() as ws:
        assert sealed_changes(ws) > 0
        purging.purge(ws, WISH, NAMES_PASSPHRASE)
    told = a.plan(early).sources[0]
    assert [r.code for r in told.figures.remarks if r.code.startswith("merge_purged")] == [
        "merge_purged"
    ]
    late = tmp_path / "后来"
    late.mkdir()
    with b.at_work() as ws:
        noted(ws, b, scan)
        records.add(ws, "opinion", [{"unit": b.prepared.uids[0], "text": "会议太多"}])
        later = packed(ws, late)
    outcome = a.merge(later)
    (remark,) = (r for r in outcome.sources[0].figures.remarks if r.code.startswith("merge_purged"))
    assert remark.code == "merge_purged_new"
    assert int(remark.params["count"]) > int(remark.params["new"]) > 0
    assert "要另行销毁" in words.sentence(remark.code, remark.params)
    with a.at_work() as ws:
        assert sealed_changes(ws) == contents(ws) == 0
        assert search.find(ws, "看录像").total == 0
        assert search.find(ws, "会议太多").total == 1
        assert page(ws, "interview", Filter(), 0, 10).total == 2
    assert a.findings() == []


def noted(ws: Workspace, laptop: Laptop, scan: Path) -> None:
    """A talk with a scan of its notes, and who it was with."""
    unit, _other, handler, recorder = laptop.prepared.uids[:4]
    talk: dict[str, Value] = {
        "unit": unit, "category": "middle", "date": "2014-05-06", "start_at": "09:02",
        "place": "三楼", "talkers": [handler, recorder], "recorder": recorder, "text": "看录像。",
    }  # fmt: skip
    uid = records.add(ws, "interview", [talk]).uids[0]
    code = records.get(ws, "interview", uid).values["code_name"]
    records.add(ws, "identity", [{"code_name": code, "real_name": "张建军"}])
    records.add(ws, "talk_attachment", [{"belongs_to": uid, "file": str(scan)}])


def test_a_purge_that_was_cut_short_is_done_again_from_where_it_stopped(
    field: "Field", tmp_path: Path
) -> None:
    work(field, tmp_path)
    ws = field.ws
    old = backup.backup(ws)
    # A reader keeps the file from being written anew.
    with (
        closing(Store.open_with_key(ws.store.path, ws.store.key)) as other,
        other.read() as reading,
    ):
        reading.execute(sa.select(tables.meta)).first()
        with pytest.raises(Busy):
            purging.purge(ws, WISH, NAMES_PASSPHRASE)
    assert purge_is_unfinished(ws)
    assert old.exists()
    assert sealed_changes(ws) == 0
    assert purging.finish(ws) == ()
    assert not purge_is_unfinished(ws)
    assert not old.exists()
    assert free_pages(ws) == 0


def test_who_may_purge_and_when(field: "Field", tmp_path: Path) -> None:
    work(field, tmp_path)
    ws = field.ws
    assert refusal(ws, Wish("", WISH.witnesses, give_up=True)) == "reason_required"
    assert refusal(ws, Wish("结束", ("王𬭎", " 王𬭎 "), give_up=True)) == "purge_two_witnesses"
    assert refusal(ws, Wish("结束", ("王𬭎", ""), give_up=True)) == "purge_two_witnesses"
    assert refusal(ws, Wish("结束", WISH.witnesses)) == "purge_not_received"
    with pytest.raises(WrongPassphrase):
        purging.purge(ws, WISH, "不是它")
    ws.actor = field.handler
    assert refusal(ws, WISH) == "purge_by_leader"
    assert sealed_changes(ws) > 0
