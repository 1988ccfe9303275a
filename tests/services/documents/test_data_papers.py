"""Papers about the data themselves: minutes of merges, transfer slips, the purge certificate."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from services import merge, purging, records, reports
from services.certificates import Identity
from services.documents import archive, canonical, checking, pages, purge, rendering
from services.documents.frame import ExpectedSigner, Frame
from services.documents.purge import Purge, Purged
from services.documents.rendering import Options, Rendered
from services.package import Order, Preset
from services.purging import Wish
from services.reports import Signature, Wanted
from tests.groups import NAMES_PASSPHRASE
from tests.packs import packed, work
from tests.services.merging import Laptops, laptops

if TYPE_CHECKING:
    from tests.groups import Field

__all__ = ["laptops"]


def words(rendered: Rendered) -> str:
    text = "".join(pages.text(rendered.pdf, n + 1) for n in range(rendered.pages))
    return "".join(text.split())


def test_minutes_tell_every_package_that_was_taken_in(laptops: Laptops, options: Options) -> None:
    a, b = laptops("a"), laptops("b")
    with b.at_work() as ws:
        unit = b.prepared.uids[0]
        records.add(ws, "opinion", [{"unit": unit, "text": f"意见{n}"} for n in range(3)])
        name = records.get(ws, "unit", unit).values["name"]
        records.add(ws, "unit", [{"name": name}])
    a.merge(b)
    with a.at_work() as ws:
        rendered = reports.draft(ws, Wanted("merge_minutes")).render(options)
        text = words(rendered)
        assert "共接收数据包1个，新增记录4条" in text
        assert f"可能是同一单位1个：{name}" in text
        assert "赵明" in text
        (line,) = merge.merges(ws)
        one = reports.draft(ws, Wanted("merge_minutes", about=line.uid))
        assert line.source in "".join(words(one.render(options)))
    assert archive.violations(rendered.pdf) == ()
    assert checking.check(rendered.pdf).deviations == ()


def test_minutes_of_no_merge_are_looked_at_but_not_issued(field: "Field", leader: Identity) -> None:
    wanted = Wanted("merge_minutes")
    assert reports.draft(field.ws, wanted).is_empty
    with pytest.raises(Refused) as refused:
        reports.issue(field.ws, wanted, [Signature("leader", leader)])
    assert refused.value.code == "document_nothing"


def test_a_slip_names_file_checksum_and_counts(
    field: "Field", tmp_path: Path, options: Options
) -> None:
    work(field, tmp_path)
    path = packed(field.ws, tmp_path)
    rendered = reports.draft(field.ws, Wanted("transfer_slip")).render(options)
    text = words(rendered)
    assert path.name in text
    for part in ("第三督导组", "SHA-256", "接收人", "问题1"):
        assert part in text
    assert archive.violations(rendered.pdf) == ()


def test_the_purge_certificate_names_what_when_and_before_whom(options: Options) -> None:
    frame = Frame(
        "第三督导组",
        "2014-10-12",
        group="第三督导组",
        campaign="教育实践活动",
        label="内部资料 注意保存",
        signers=(ExpectedSigner("leader", "组长", "赵明"),),
    )
    contents = (Purged("实名", 29, "7K3M-Q9TX"), Purged("谈话原文", 31, "9TX3-7K3M"))
    data = Purge(
        frame, "18:22", contents, "组机", "7f3a21c9", "覆写后删除，重建文件", "工作数据和文书",
        "2014-10-11", 1902, ("王𬭎", "李䶮"),
    )  # fmt: skip
    rendered = rendering.render(purge.compose(data), frame, canonical.digest(data), options)
    text = words(rendered)
    for part in ("实名29", "共1902条", "王𬭎", "李䶮", "2014年10月12日18:22", "不可恢复"):
        assert part in text
    assert archive.violations(rendered.pdf) == ()
    assert checking.check(rendered.pdf).deviations == ()


def test_the_certificate_says_what_the_journal_says(
    field: "Field", tmp_path: Path, options: Options
) -> None:
    work(field, tmp_path)
    ws = field.ws
    with pytest.raises(Refused) as caught:
        reports.draft(ws, Wanted("purge"))
    assert caught.value.code == "purge_unknown"
    sent = packed(ws, tmp_path, Order(preset=Preset.ARCHIVE))
    witnesses = ("王𬭎", "李䶮")
    done = purging.purge(
        ws, Wish("活动结束", witnesses, keep_talks=True, give_up=True), NAMES_PASSPHRASE
    )
    rendered = reports.draft(ws, Wanted("purge", about=done.uid)).render(options)
    text = "".join("".join(pages.text(rendered.pdf, n + 1) for n in range(rendered.pages)).split())
    for part in ("实名1", "活动结束", "王𬭎", "李䶮", sent.name, "本机送出", "经组长决定"):
        assert part in text
    assert "谈话原文、原话" not in text
    assert archive.violations(rendered.pdf) == ()
    assert checking.check(rendered.pdf).deviations == ()
