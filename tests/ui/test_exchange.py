"""数据交换: sticks in and out, sending, deciding, backups."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from models.kinds import ReplicaId, Role, Value
from models.store import Store
from services import backup, listing, merge, package, records, restoring
from services import workspace as workspaces
from services.core import Filter
from services.package import Keys, Order, Preset
from services.sticks import at
from services.workspace import NewGroup
from tests.laptops import Laptop, tips
from ui.context import Context
from ui.tabs.exchange import ExchangeTab
from ui.tabs.exchange.backups import contrast_told
from ui.tabs.exchange.distribute_dialog import DistributeDialog
from ui.tabs.exchange.pages import ExchangePages
from ui.tabs.exchange.send_dialog import SendDialog

if TYPE_CHECKING:
    from tests.groups import Field

LONG_MS = 60_000


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The open workspace as tabs see it."""
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


@pytest.fixture
def pages(qtbot: QtBot, context: Context) -> Iterator[ExchangePages]:
    """The tab's pages, shown."""
    tab = ExchangeTab(context)
    qtbot.addWidget(tab)
    tab.resize(1162, 600)
    tab.show()
    pages = tab.pages()
    settle(qtbot, context)
    yield pages
    context.jobs.finish()
    del tab


def settle(qtbot: QtBot, context: Context) -> None:
    """Wait until nothing works any more."""
    qtbot.waitUntil(lambda: not context.jobs.running, timeout=LONG_MS)


def folder(tmp_path: Path, name: str) -> Path:
    """An ordinary folder that stands for a stick."""
    made = tmp_path / "盘" / name
    made.mkdir(parents=True)
    return made


def member(field: "Field", tmp_path: Path, name: str, **change: Value) -> Path:
    """A member's stick: a package of their own laptop lies on it.

    Their laptop goes on from a copy of the group's file; they add a problem and change the first.
    """
    copy = backup.backup(field.ws, tmp_path / f"{name}.dudao")
    ws = workspaces.attach(Store.open_with_key(copy, field.ws.store.key))
    (person,) = records.add(ws, "person", [{"name": name}]).uids
    workspaces.act_as(ws, person)
    records.add(ws, "problem", [field.problem(title=f"{name}发现的")])
    if change:
        first = listing.page(ws, "problem", Filter({"title": "自学无安排"}), 0, 1).rows[0]
        records.change(ws, "problem", first.uid, change)
    stick = folder(tmp_path, name)
    package.write(ws, stick, Order(Preset.GROUP))
    ws.close()
    return stick


class Clicks:
    """A person who counts their clicks and keys."""

    def __init__(self) -> None:
        """None yet."""
        self.count = 0

    def on(self, widget: QWidget) -> None:
        """Click on something that can be seen."""
        assert widget.isVisible()
        assert widget.isEnabled()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.count += 1

    def key(self, widget: QWidget, key: Qt.Key) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(widget, key)
        self.count += 1


def test_three_sticks_in_and_out_take_no_more_than_ten_clicks(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    package.make_transfer_key(field.ws)
    records.add(field.ws, "problem", [field.problem()])
    changes: tuple[dict[str, Value], ...] = (
        {"title": "王建国改的"},
        {"deadline": "2014-06-01"},
        {"title": "陈静改的"},
    )
    names = ("王建国二", "马志强", "陈静")
    sticks = [
        member(field, tmp_path, n, **change) for n, change in zip(names, changes, strict=True)
    ]
    bad = sticks[0] / "第三督导组-送出-0430-ABCDEF.dudaopack"
    bad.write_bytes(next(sticks[0].glob("*.dudaopack")).read_bytes()[:20_000])
    before = pages.code.text()
    clicks = Clicks()
    pages.watcher.add(sticks)
    settle(qtbot, context)
    assert "✓ 新 1 包" in pages.home.taking.texts()
    clicks.on(pages.home.taking.take)
    preview = pages.reception.preview
    qtbot.waitUntil(preview.isVisible, timeout=LONG_MS)
    lines = preview.packages.texts()
    assert lines[0][0] == bad.name
    assert lines[0][-1].startswith("✗")
    assert [line[-1][0] for line in lines[1:]] == ["✓"] * 3
    assert preview.accept.text().startswith("接收 3 包")
    clicks.key(preview.packages, Qt.Key.Key_Return)
    done = pages.reception.done
    qtbot.waitUntil(done.isVisible, timeout=LONG_MS)
    settle(qtbot, context)
    assert sum("可安全拔出" in text for text in done.texts()) == 3
    assert any(bad.name in text for text in done.texts())
    assert done.code.text() != before
    clicks.on(done.finish)
    settle(qtbot, context)
    assert clicks.count <= 10 - 1  # one more brought the person to the tab
    titles = {row.values["title"] for row in listing.page(field.ws, "problem", Filter(), 0, 9).rows}
    assert {f"{name}发现的" for name in names} <= titles
    assert pages.conflicts.count() == 1
    assert not pages.home.taking.take.isEnabled()
    for stick in sticks:
        own = [p for p in stick.glob("*.dudaopack") if p != bad]
        assert len(own) == 2


def test_what_is_not_wanted_changes_nothing(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    package.make_transfer_key(field.ws)
    code = pages.code.text()
    pages.watcher.add([member(field, tmp_path, "马志强")])
    settle(qtbot, context)
    pages.take()
    qtbot.waitUntil(pages.reception.preview.isVisible, timeout=LONG_MS)
    pages.reception.leave()
    settle(qtbot, context)
    assert pages.home.isVisible()
    assert pages.code.text() == code
    assert merge.merges(field.ws) == ()
    assert pages.home.taking.take.isEnabled()


def test_a_stick_that_is_gone_when_it_is_written_back_is_told_and_can_be_tried_again(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    package.make_transfer_key(field.ws)
    stick = member(field, tmp_path, "马志强")
    pages.watcher.add([stick])
    settle(qtbot, context)
    pages.take()
    preview, done = pages.reception.preview, pages.reception.done
    qtbot.waitUntil(preview.isVisible, timeout=LONG_MS)
    away = stick.rename(stick.with_name("拔出"))
    preview.accept.click()
    qtbot.waitUntil(done.isVisible, timeout=LONG_MS)
    settle(qtbot, context)
    assert len(merge.merges(field.ws)) == 1
    assert any(text.startswith("✗") for text in done.texts())
    away.rename(stick)
    again = next(b for b in done.findChildren(QPushButton) if "再写" in b.text())
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    settle(qtbot, context)
    assert any("可安全拔出" in text for text in done.texts())


def test_a_merge_is_taken_back_with_a_reason_and_merged_again(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    package.make_transfer_key(field.ws)
    stick = member(field, tmp_path, "马志强")
    pages.watcher.add([stick])
    settle(qtbot, context)
    pages.take()
    qtbot.waitUntil(pages.reception.preview.isVisible, timeout=LONG_MS)
    pages.reception.preview.accept.click()
    qtbot.waitUntil(pages.reception.done.isVisible, timeout=LONG_MS)
    settle(qtbot, context)
    pages.reception.done.finish.click()
    pages.show_page("merges")
    (line,) = pages.merges.grid.texts()
    assert line[-1] == "生效"
    with qtbot.waitSignal(pages.papers.shown, timeout=LONG_MS):
        pages.merges.minutes.click()
    paper = pages.papers.dialog
    assert paper is not None
    assert paper.view.page()[1] >= 1
    paper.save_to(tmp_path / "纪要.pdf")
    assert (tmp_path / "纪要.pdf").read_bytes().startswith(b"%PDF")
    paper.accept()
    assert pages.merges.undo.isEnabled()
    with qtbot.waitSignal(pages.merges.undone, timeout=LONG_MS):
        pages.merges.take_back([one.uid for one in merge.merges(field.ws)], "收错了")
    settle(qtbot, context)
    assert "收错了" in pages.merges.grid.texts()[0][-1]
    assert not pages.merges.undo.isEnabled()
    wanted = Filter({"title": "马志强发现的"})
    assert listing.page(field.ws, "problem", wanted, 0, 1).total == 0
    pages.show_page("home")
    assert not pages.home.taking.take.isEnabled()
    sent = {parcel.file for parcel in package.sent(field.ws)}
    pages.watcher.add([path for path in stick.glob("*.dudaopack") if path.name not in sent])
    settle(qtbot, context)
    pages.take()
    qtbot.waitUntil(pages.reception.preview.isVisible, timeout=LONG_MS)
    pages.reception.preview.accept.click()
    qtbot.waitUntil(pages.reception.done.isVisible, timeout=LONG_MS)
    settle(qtbot, context)
    assert listing.page(field.ws, "problem", wanted, 0, 1).total == 1


def test_without_a_stick_the_page_says_what_to_do(pages: ExchangePages) -> None:
    assert "插上" in pages.home.taking.texts()[0]
    assert not pages.home.taking.take.isEnabled()
    assert len(pages.code.text()) == 9


def test_a_package_sent_to_a_stick_is_told_with_its_name_and_is_not_offered_back(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    records.add(field.ws, "problem", [field.problem()])
    stick = folder(tmp_path, "王建国")
    pages.watcher.add([stick])
    settle(qtbot, context)
    dialog = SendDialog(context, Preset.GROUP, [at(stick)], pages)
    dialog.sent.connect(pages.sending.tell_sent)
    qtbot.addWidget(dialog)
    settle(qtbot, context)
    assert dialog.target() == stick
    with qtbot.waitSignal(dialog.sent, timeout=LONG_MS):
        dialog.attempt()
    settle(qtbot, context)
    (made,) = stick.glob("*.dudaopack")
    assert made.name in pages.home.told()
    assert "可安全拔出" in pages.home.told()
    spoken = re.search(r"口令 (\d{4} \d{4} \d{4} \d{4})", pages.home.told())
    assert spoken is not None
    with package.open_source(made, Keys(passphrases=(spoken[1],))) as source:
        assert source.manifest.sender.name == "赵明"
    assert pages.home.taking.texts() == ["王建国", "只有本机送出的包"]


def test_suspected_names_must_be_looked_at_before_anything_leaves(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    records.add(field.ws, "problem", [field.problem(facts="据刘芳同志反映，集中学习六次。")])
    dialog = SendDialog(context, Preset.OFFICE, [at(folder(tmp_path, "盘"))], pages)
    qtbot.addWidget(dialog)
    dialog.show()
    settle(qtbot, context)
    assert any("刘芳" in text for text in dialog.checks())
    assert not dialog.act.isEnabled()
    dialog.looked.click()
    assert dialog.act.isEnabled()


def test_a_stick_that_is_pulled_out_is_told_and_nothing_is_lost(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    stick = folder(tmp_path, "盘")
    dialog = SendDialog(context, Preset.GROUP, [at(stick)], pages)
    qtbot.addWidget(dialog)
    dialog.show()
    settle(qtbot, context)
    stick.rmdir()
    dialog.attempt()
    qtbot.waitUntil(lambda: dialog.told.text() != "", timeout=LONG_MS)
    assert dialog.isVisible()
    assert dialog.act.isEnabled()


def test_what_waits_is_decided_by_a_digit_and_the_list_is_empty_then(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    seen = tips(field.ws, "problem", uid)
    for letter, person, title in (("b", field.handler, "甲"), ("c", field.recorder, "乙")):
        laptop = Laptop(field.ws, ReplicaId(letter * 32), person)
        laptop.set("problem", uid, {"title": title}, seen)
    pages.show_page("conflicts")
    pages.reload()
    assert [b.text() for b in pages.findChildren(QPushButton) if b.text().startswith("待裁定")] == [
        "待裁定 1"
    ]
    assert pages.conflicts.list.texts()[0][1] == "王建国 ⇄ 李芳"
    pages.activateWindow()
    pages.conflicts.list.setFocus()
    take = next(b for b in pages.conflicts.view.findChildren(QPushButton) if "李芳" in b.text())
    QTest.mouseClick(take, Qt.MouseButton.LeftButton)
    assert records.get(field.ws, "problem", uid).values["title"] == "乙"
    assert pages.conflicts.count() == 0
    assert "已裁定 1" in pages.conflicts.told()


def test_a_backup_is_made_and_listed(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages
) -> None:
    pages.show_page("backups")
    with qtbot.waitSignal(pages.backups.done, timeout=LONG_MS):
        QTest.mouseClick(pages.backups.now, Qt.MouseButton.LeftButton)
    (made,) = backup.backups(field.ws)
    assert pages.backups.grid.texts()[0][3] == made.path.name
    assert made.path.name in pages.backups.told()


def test_going_back_to_a_backup_tells_what_is_lost_and_keeps_the_file(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages
) -> None:
    made = backup.backup(field.ws)
    records.add(field.ws, "problem", [field.problem()])
    told = restoring.contrast_open(field.ws, made, package.keys_of(field.ws))
    text = contrast_told(made, told)
    assert f"这以后的 {told.lost} 条" in text
    assert told.lost > 0
    assert made.name in text


def test_the_office_makes_a_package_for_every_ticked_group(
    qtbot: QtBot, field: "Field", tmp_path: Path
) -> None:
    new = NewGroup("yinchuan-2014", "活动办", 99, "周主任", Role.OFFICE)
    office = workspaces.create(tmp_path / "活动办.dudao", "办公室口令 12", "办公室实名 12", new)
    for number, name in enumerate(("第一督导组", "第三督导组"), start=1):
        records.add(office, "group", [{"name": name, "number": number}])
    context = Context()
    context.open(office)
    dialog = DistributeDialog(context, ())
    qtbot.addWidget(dialog)
    dialog.put(tmp_path / "下发")
    assert [line[0] for line in dialog.groups.texts()] == ["第一督导组", "第三督导组"]
    dialog.groups.tick(0, False)
    assert dialog.act.text() == "做 1 包"
    with qtbot.waitSignal(dialog.distributed, timeout=LONG_MS):
        dialog.attempt()
    made = sorted(path.name for path in (tmp_path / "下发").glob("*.dudaopack"))
    assert [name[:9] for name in made] == ["第三督导组-下发-", "第三督导组-回执-"]
    context.close()
    context.jobs.finish()
