"""The note page in its two modes, driven by keys as a recorder does."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from models.kinds import Uid, Value
from services import marks, names, records
from services.core import Filter
from services.listing import page
from tests.groups import NAMES_PASSPHRASE
from ui.context import Context
from ui.subkinds import SubKindDialog
from ui.tabs.interviews import InterviewsTab
from ui.tabs.interviews.ending import EndDialog

if TYPE_CHECKING:
    from tests.groups import Field

TEXT = "集中学习一共搞了六次，一半是看录像。自学基本没有安排！"
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def tab(qtbot: QtBot, field: "Field") -> Iterator[InterviewsTab]:
    """The tab, with a talk begun by F2."""
    context = Context()
    context.open(field.ws)
    made = InterviewsTab(context)
    qtbot.addWidget(made)
    made.reload()
    made.resize(1366, 640)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    made.new_record()
    yield made
    context.jobs.finish()


def talk(tab: InterviewsTab) -> dict[str, Value]:
    row = tab.page.row()
    assert row is not None
    return dict(row.values)


def write(tab: InterviewsTab, text: str) -> None:
    tab.page.text.insertPlainText(text)


def within(dialog: type[EndDialog | SubKindDialog], act: Callable[[], None]) -> None:
    """Act once the modal dialog is up."""

    def look() -> None:
        shown = QApplication.activeModalWidget()
        if isinstance(shown, dialog):
            act()
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def press(*keys: Qt.Key) -> None:
    for key in keys:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        focused: QWidget | None = dialog.focusWidget()
        QTest.keyClick(dialog if focused is None else focused, key)


def test_f6_marks_the_sentence_under_the_cursor_with_a_thin_line(tab: InterviewsTab) -> None:
    write(tab, TEXT)
    QTest.keyClick(tab.page.text, Qt.Key.Key_F6)
    (line,) = tab.page.text.extraSelections()
    assert line.cursor.selectedText() == "自学基本没有安排！"
    assert line.format.fontUnderline()
    assert line.format.background().style() is Qt.BrushStyle.NoBrush
    QTest.keyClick(tab.page.text, Qt.Key.Key_F6)
    assert tab.page.text.extraSelections() == []


def test_no_key_acts_while_an_input_method_composes(tab: InterviewsTab) -> None:
    write(tab, TEXT)
    QApplication.sendEvent(tab.page.text, QInputMethodEvent("zhong'wen", []))
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F8, Qt.Key.Key_Escape):
        QTest.keyClick(tab.page.text, key)
    assert tab.page.text.toPlainText() == TEXT
    assert tab.page.text.extraSelections() == []
    assert tab.page.isVisible()
    done = QInputMethodEvent()
    done.setCommitString("中文")
    QApplication.sendEvent(tab.page.text, done)
    assert tab.page.text.toPlainText() == TEXT + "中文"
    QTest.keyClick(tab.page.text, Qt.Key.Key_F6)
    assert len(tab.page.text.extraSelections()) == 1


def test_f5_writes_the_time_and_alt_down_the_next_heading(tab: InterviewsTab) -> None:
    write(tab, "开头")
    QTest.keyClick(tab.page.text, Qt.Key.Key_F5)
    text = tab.page.text.toPlainText()
    assert text[0] == "["
    assert text[6:] == "] 开头"
    QTest.keyClick(tab.page.text, Qt.Key.Key_Down, ALT)
    assert tab.page.text.toPlainText().endswith("开头\n【学习教育情况】\n")
    assert talk(tab)["outline"] == {"study": True}
    QTest.keyClicks(tab.page.text, "x")
    assert tab.page.text.toPlainText().endswith("】\nx")


def test_three_digits_and_enter_end_an_ordinary_talk(field: "Field", tab: InterviewsTab) -> None:
    write(tab, TEXT)
    keys = (Qt.Key.Key_4, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Return)
    within(EndDialog, lambda: press(*keys))
    QTest.keyClick(tab.page.text, Qt.Key.Key_F8)
    ended = talk(tab)
    assert (ended["outcome"], ended["category"], ended["confirmation"]) == (
        *("four_winds", "middle", "none"),
    )
    assert ended["state"] == "untidied"
    assert str(ended["end_at"])[2] == ":"
    assert ended["text"] == TEXT
    assert tab.page.tidying.isVisible()


def test_a_name_is_sealed_and_its_place_in_the_text_takes_the_code(
    field: "Field", tab: InterviewsTab
) -> None:
    write(tab, "张大山说，张大山自己也没学。")
    code = str(talk(tab)["code_name"])

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, EndDialog)
        dialog.lines["real_name"].setText("张大山")
        found = [x.text() for x in dialog.findChildren(QLabel) if not x.isHidden()]
        assert "正文里有 2 处写着这个姓名。" in found
        dialog.swap.click()
        dialog.next_button.click()

    within(EndDialog, fill)
    before = talk(tab)
    QTest.keyClick(tab.page.text, Qt.Key.Key_F8)
    assert talk(tab)["code_name"] != before["code_name"]
    assert tab.page.text.toPlainText() == ""
    first = page(field.ws, "interview", Filter(sort="code_name")).rows
    texts = {row.values["code_name"]: row.values["text"] for row in first}
    assert texts[code] == f"{code}说，{code}自己也没学。"
    (opened,) = names.open_names(field.ws, NAMES_PASSPHRASE, "核对")
    assert opened.values["real_name"] == "张大山"


def test_a_marked_sentence_becomes_an_opinion_and_a_problem_by_keys(
    field: "Field", tab: InterviewsTab
) -> None:
    values = field.talk(text=TEXT, state="untidied")
    (uid,) = records.add(field.ws, "interview", [values]).uids
    row = records.get(field.ws, "interview", uid)
    for words in ("集中", "自学"):
        marks.toggle(field.ws, row, TEXT.index(words))
        row = records.get(field.ws, "interview", uid)
    tab.page.show_talk(uid)
    tidying = tab.page.tidying
    assert [tidying.list.item(n).text() for n in range(2)] == [
        *("① 集中学习一共搞了六次，一半是看录像。", "② 自学基本没有安排！"),
    ]
    tidying.list.setFocus()
    keys = (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_3)
    for key in (*keys, Qt.Key.Key_Return):
        QTest.keyClick(tidying.list, key)
    (opinion,) = page(field.ws, "opinion", Filter()).rows
    assert (opinion.values["nature"], opinion.values["subject"], opinion.values["specificity"]) == (
        *("wind", "team", "concrete"),
    )
    assert opinion.values["quote"] == "集中学习一共搞了六次，一半是看录像。"
    assert tidying.list.currentRow() == 1
    within(SubKindDialog, lambda: press(Qt.Key.Key_1))
    QTest.keyClick(tidying.list, Qt.Key.Key_Return, SHIFT)
    (problem,) = page(field.ws, "problem", Filter()).rows
    assert problem.values["title"] == "自学基本没有安排"
    assert problem.values["evidence"] == [uid]
    assert "✓ 意见" in tidying.list.item(0).text()
    assert "✓ 问题" in tidying.list.item(1).text()


def test_a_sentence_not_marked_yet_becomes_an_opinion_from_the_text(
    field: "Field", tab: InterviewsTab
) -> None:
    values = field.talk(text=TEXT, state="untidied")
    (uid,) = records.add(field.ws, "interview", [values]).uids
    tab.page.show_talk(Uid(uid))
    tab.page.focus_text()
    QTest.keyClick(tab.page.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (opinion,) = page(field.ws, "opinion", Filter()).rows
    assert opinion.values["text"] == "自学基本没有安排！"
    assert tab.page.text.toPlainText() == TEXT


def test_the_line_below_the_talks_tells_how_many_brought_no_opinion(
    field: "Field", qtbot: QtBot
) -> None:
    for outcome in ("none", "four_winds", "not_held", "hesitant"):
        records.add(field.ws, "interview", [field.talk(outcome=outcome)], draft=True)
    context = Context()
    context.open(field.ws)
    tab = InterviewsTab(context)
    qtbot.addWidget(tab)
    tab.reload()
    # One was not held: it is none of those that brought nothing.
    assert "未谈出意见 2（66.7%）" in tab.rows.numbers()
    tab.filters.changed.emit(Filter({"outcome": ["none"]}))
    assert "未谈出意见" not in tab.rows.numbers()
    assert tab.rows.numbers().startswith("1 条")
    context.jobs.finish()
