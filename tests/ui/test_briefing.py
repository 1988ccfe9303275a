"""The editor of briefings: structure, text, material, preview, names, issue."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from services import briefings, certificates, problems, records
from services.core import Changes, Filter
from services.documents.orders import Period
from services.files import write_atomic
from services.listing import page
from tests.services.documents.manuscripts import said
from ui.context import Context
from ui.tabs.reports import printing
from ui.tabs.reports.briefing import BriefingPage
from ui.tabs.reports.briefing.dialogs import BeginDialog, IssueBriefingDialog, NamesDialog

if TYPE_CHECKING:
    from models.kinds import Uid, Value
    from tests.groups import Field

SECRET = "身份口令 123"  # noqa: S105 - opens nothing but test files
LONG_MS = 60_000


def confirm(field: "Field", *found: "dict[str, Value]") -> None:
    """Confirmed problems."""
    for uid in records.add(field.ws, "problem", [field.problem(**one) for one in found]).uids:
        problems.move(field.ws, uid, "confirm")


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The open workspace with confirmed problems of two sub-kinds."""
    confirm(field, {"title": "甲"}, {"sub_kind": "2.1", "title": "乙"}, {"sub_kind": "1.1"})
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


@pytest.fixture
def editor(qtbot: QtBot, context: Context) -> Iterator[BriefingPage]:
    """The page with a fresh draft."""
    made = BriefingPage(context)
    qtbot.addWidget(made)
    made.resize(1160, 600)
    with qtbot.waitSignal(made.shown, timeout=LONG_MS):
        made.show()
    assert made.briefing() is None
    with qtbot.waitSignal(made.shown, timeout=LONG_MS):
        made.draft(Period("2014-05-01", "2014-05-31"), "题目")
    yield made
    made.close()


def uid_of(editor: BriefingPage) -> "Uid":
    """Which briefing is worked on."""
    briefing = editor.briefing()
    assert briefing is not None
    return briefing.uid


def stored(field: "Field", editor: BriefingPage, paragraph: str) -> str:
    """A paragraph as it is stored."""
    found = briefings.load(field.ws, uid_of(editor)).paragraph(paragraph)
    assert found is not None
    return found.text


def idle(qtbot: QtBot, context: Context) -> None:
    """Wait until nothing is under way."""
    qtbot.waitUntil(lambda: not context.jobs.running, timeout=LONG_MS)


def test_a_draft_shows_its_parts_with_counts(editor: BriefingPage) -> None:
    tree = editor.desk.structure
    names = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    told = [(item.text(0), item.text(1)) for item in names if item is not None]
    assert told[1:3] == [("一 思想认识不到位", "1 件"), ("二 学习教育不扎实", "2 件")]
    assert told[3] == ("问题意见上不来", "0 件")
    assert editor.desk.counter.text().endswith("/ 5,000")


def test_the_counter_follows_what_the_briefing_is(
    qtbot: QtBot, field: "Field", editor: BriefingPage
) -> None:
    briefings.edit(field.ws, uid_of(editor), "kind.2.2", "字" * 4_990)
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        editor.reload()
    assert "综合简报不超过 5,000" in editor.head.told.text()
    box = editor.head.genre
    box.setCurrentIndex(box.findText("专题简报"))
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        box.activated.emit(box.currentIndex())
    assert editor.desk.counter.text().endswith("专题简报不超过 4,000")
    assert briefings.load(field.ws, uid_of(editor)).genre is briefings.Genre.SPECIAL


def test_it_goes_out_as_docx_for_corrections(
    qtbot: QtBot, editor: BriefingPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "送审.docx"
    shown: list[Path] = []
    monkeypatch.setattr(printing, "ask_to_save", lambda *_a, **_k: target)
    monkeypatch.setattr(printing, "open_folder", shown.append)
    editor.desk.export.click()
    qtbot.waitUntil(lambda: shown == [target], timeout=LONG_MS)
    assert "有的单位甲。" in said(target.read_bytes())


def test_another_heading_of_the_template_is_told_and_taken(
    qtbot: QtBot, field: "Field", editor: BriefingPage
) -> None:
    briefings.edit_heading(field.ws, uid_of(editor), "group.2", "我的")
    template = field.ws.template
    groups = tuple(replace(g, heading="新标题") if g.id == "2" else g for g in template.groups)
    field.ws.template = replace(template, groups=groups)
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        editor.reload()
    assert "1 处有新记录或新标题" in editor.head.told.text()
    editor.desk.structure.choose("group.2")
    card = editor.desk.side.heading
    assert card.words() == "新标题"
    button = next(b for b in card.findChildren(QPushButton) if b.text() == "用新稿")
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        button.click()
    heading = editor.desk.text.heading
    assert heading is not None
    assert heading.text() == "新标题"
    assert card.isHidden()


def test_typing_is_stored_when_the_field_is_left(
    qtbot: QtBot, field: "Field", context: Context, editor: BriefingPage
) -> None:
    editor.desk.structure.choose("kind.2.2")
    edit = editor.desk.text.field("kind.2.2")
    assert edit is not None
    assert edit.toPlainText() == "有的单位甲。"
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "changed")
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        edit.store()
    assert stored(field, editor, "kind.2.2") == "changed"
    item = editor.desk.structure.currentItem()
    assert item is not None
    assert "✎" in item.text(0)
    edit = editor.desk.text.field("kind.2.2")
    assert edit is not None
    assert edit.toPlainText() == "changed"


def test_a_heading_is_stored_when_it_is_left(
    qtbot: QtBot, field: "Field", editor: BriefingPage
) -> None:
    editor.desk.structure.choose("group.2")
    heading = editor.desk.text.heading
    assert heading is not None
    assert heading.text() == "有的学习教育不扎实"
    heading.setFocus()
    heading.selectAll()
    QTest.keyClicks(heading, "other")
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        editor.desk.store()
    found = briefings.load(field.ws, uid_of(editor))
    assert [s.heading for s in found.sections if s.id == "group.2"] == ["other"]
    assert heading.text() == "other"
    editor.desk.structure.choose("note")
    assert editor.desk.text.heading is None


def test_what_is_being_typed_survives_new_records(
    qtbot: QtBot, field: "Field", context: Context, editor: BriefingPage
) -> None:
    editor.desk.structure.choose("kind.2.2")
    edit = editor.desk.text.field("kind.2.2")
    assert edit is not None
    edit.setPlainText("写到一半")
    confirm(field, {"title": "丙"})
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        context.announce(Changes(frozenset({"problem"})))
    assert edit.toPlainText() == "写到一半"
    edit.store()
    idle(qtbot, context)
    assert stored(field, editor, "kind.2.2") == "写到一半"
    qtbot.waitUntil(lambda: "有新记录" in editor.head.told.text(), timeout=LONG_MS)
    editor.desk.structure.choose("kind.2.2")
    assert not editor.desk.side.newer.isHidden()
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        editor.desk.side.newer.settled.emit(True)
    assert stored(field, editor, "kind.2.2") == "有的单位甲；有的单位丙。"
    assert editor.desk.side.newer.isHidden()


def test_new_records_come_in_by_refreshing(
    qtbot: QtBot, field: "Field", context: Context, editor: BriefingPage
) -> None:
    confirm(field, {"title": "丙"})
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        editor.reload()
    assert editor.head.refresh.isEnabled()
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        editor.head.refresh.click()
    assert stored(field, editor, "kind.2.2") == "有的单位甲；有的单位丙。"
    assert not editor.head.refresh.isEnabled()


def test_sections_move_with_the_keyboard_and_are_renumbered(
    qtbot: QtBot, field: "Field", context: Context, editor: BriefingPage
) -> None:
    tree = editor.desk.structure
    tree.setFocus()
    tree.choose("group.2")
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        QTest.keyClick(tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    order = [s.id for s in briefings.load(field.ws, uid_of(editor)).sections]
    assert order[:3] == ["note", "group.2", "group.1"]
    item = tree.topLevelItem(1)
    assert item is not None
    assert item.text(0) == "一 学习教育不扎实"
    assert tree.current() == "group.2"


def test_a_tick_taken_away_leaves_a_part_out(
    qtbot: QtBot, field: "Field", editor: BriefingPage
) -> None:
    item = editor.desk.structure.topLevelItem(1)
    assert item is not None
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        item.setCheckState(0, Qt.CheckState.Unchecked)
    section = briefings.load(field.ws, uid_of(editor)).section("group.1")
    assert section is not None
    assert not section.shown


def test_a_usable_sentence_is_inserted_where_the_cursor_is(
    qtbot: QtBot, field: "Field", context: Context, editor: BriefingPage
) -> None:
    editor.desk.structure.choose("kind.2.1")
    idle(qtbot, context)
    side = editor.desk.side.material
    qtbot.waitUntil(lambda: side.list.count() > 1, timeout=LONG_MS)
    first = side.list.item(0)
    assert first is not None
    assert first.text().startswith("✓ 有的单位乙")
    edit = editor.desk.text.field("kind.2.1")
    assert edit is not None
    cursor = edit.textCursor()
    cursor.setPosition(len(edit.toPlainText()))
    edit.setTextCursor(cursor)
    side.list.setCurrentRow(1)
    edit.setFocus()
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        QTest.keyClick(edit, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert stored(field, editor, "kind.2.1").startswith("有的单位乙。一般性号召多")


def test_the_preview_shows_pages_and_goes_back(
    qtbot: QtBot, context: Context, editor: BriefingPage
) -> None:
    editor.look()
    qtbot.waitUntil(lambda: editor.preview.page()[1] > 0, timeout=LONG_MS)
    assert editor.preview.isVisible()
    editor.leave()
    assert editor.desk.isVisible()


def test_names_are_told_before_issuing_and_units_can_be_cleared(
    qtbot: QtBot, field: "Field", editor: BriefingPage
) -> None:
    briefings.edit(field.ws, uid_of(editor), "kind.2.2", "市教育局也有，李芳知道。")
    now = briefings.load(field.ws, uid_of(editor))
    dialog = NamesDialog(now, briefings.named(field.ws, now), editor)
    qtbot.addWidget(dialog)
    assert dialog.problem() != ""
    dialog.check(field.education)
    assert dialog.units() == [field.education]
    with qtbot.waitSignal(editor.shown, timeout=LONG_MS):
        editor.allow(dialog.units())
    now = briefings.load(field.ws, uid_of(editor))
    assert [f.named.text for f in briefings.named(field.ws, now)] == ["李芳"]


def test_issuing_signs_numbers_and_locks(
    qtbot: QtBot, field: "Field", context: Context, editor: BriefingPage, tmp_path: Path
) -> None:
    root = certificates.make_root("活动办公室")
    p12 = certificates.save_p12(certificates.issue(root, "郭振华"), SECRET)
    write_atomic(tmp_path / "郭振华.p12", p12)
    dialog = IssueBriefingDialog(context, uid_of(editor), editor)
    dialog.issued.connect(editor.take_issued)
    dialog.attempt()
    assert dialog.told.text() == "请选身份文件"
    dialog.take(tmp_path / "郭振华.p12", SECRET)
    with qtbot.waitSignal(editor.issued, timeout=LONG_MS):
        dialog.attempt()
    (line,) = page(field.ws, "report", Filter()).rows
    assert (line.values["kind"], line.values["number"]) == ("briefing", "简报第1期")
    idle(qtbot, context)
    qtbot.waitUntil(lambda: "已签发" in editor.head.told.text(), timeout=LONG_MS)
    assert not editor.head.sign.isEnabled()
    editor.desk.structure.choose("kind.2.2")
    edit = editor.desk.text.field("kind.2.2")
    assert edit is not None
    assert edit.isReadOnly()


def test_days_that_are_none_are_told(qtbot: QtBot) -> None:
    dialog = BeginDialog()
    qtbot.addWidget(dialog)
    dialog.start.setText("2014-05-06")
    dialog.end.setText("2014-04-10")
    dialog.attempt()
    assert dialog.told.text() != ""
    assert not dialog.result()
