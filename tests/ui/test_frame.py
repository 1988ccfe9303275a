"""The frame: what the bar at the bottom tells, finding everything, numbers on tabs, the look."""

import configparser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from services import backup, problems, records, search, versions
from services.core import Changes
from services.errors import Busy
from ui import placing, settings, theme
from ui.about import AboutDialog
from ui.context import Context
from ui.finding import FindDialog
from ui.parts.rows import RowsView
from ui.recent import Recent
from ui.remaining import Remaining, in_words
from ui.status import StatusBar
from ui.tabs.interviews import InterviewsTab
from ui.tabs.problems import ProblemsTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from tests.groups import Field

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def context(field: "Field", qtbot: QtBot) -> Iterator[Context]:
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


@pytest.fixture
def window(context: Context, qtbot: QtBot) -> MainWindow:
    shown = MainWindow(context)
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
    return shown


def bar_of(window: MainWindow) -> QTabBar:
    return next(b for b in window.findChildren(QTabBar) if b.count() == len(window.tab_names()))


def status_of(window: MainWindow) -> StatusBar:
    bar = window.statusBar()
    assert isinstance(bar, StatusBar)
    return bar


def test_time_left_is_told_from_the_pace_once_it_is_known() -> None:
    left = Remaining()
    assert left.seconds("备份", 0, 100, 10.0) is None
    assert left.seconds("备份", 1, 100, 10.5) is None
    assert left.seconds("备份", 20, 100, 14.0) == pytest.approx(16.0)
    assert left.seconds("备份", 100, 100, 20.0) is None
    assert left.seconds("接收", 5, 10, 21.0) is None
    assert left.seconds("接收", 0, 0, 30.0) is None
    assert [in_words(s) for s in (None, 0.2, 16.4, 61.0)] == [
        *("", "还要约 1 秒", "还要约 16 秒", "还要约 2 分"),
    ]


def test_the_bar_tells_group_person_and_the_last_backup(window: MainWindow, field: "Field") -> None:
    texts = status_of(window).texts()
    assert texts[0] == "第三督导组 · 赵明（组长）"
    assert "还没有备份" in texts
    status_of(window).tell_backup(datetime(2014, 5, 6, 12, 0, tzinfo=UTC))
    assert any(t.startswith("备份 05-06 ") for t in status_of(window).texts())


def test_work_that_no_backup_holds_is_backed_up_by_itself_and_told_quietly(
    window: MainWindow, context: Context, field: "Field", qtbot: QtBot
) -> None:
    records.add(field.ws, "problem", [field.problem()])
    with qtbot.waitSignal(window.upkeep.backed_up, timeout=20_000):
        window.upkeep.back_up_if_due()
    assert len(backup.backups(field.ws)) == 1
    assert any(t.startswith("备份 ") for t in status_of(window).texts())
    assert QApplication.activeModalWidget() is None
    window.upkeep.back_up_if_due()
    assert not context.jobs.running


def test_what_a_merge_left_to_be_indexed_is_indexed_by_itself_and_quietly(
    window: MainWindow,
    context: Context,
    field: "Field",
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records.add(field.ws, "problem", [field.problem(title="自学无人过问")])
    with field.ws.store.local() as connection:
        connection.exec_driver_sql("insert into unindexed select row_n from problem")
        connection.exec_driver_sql("delete from search")
    tries: list[None] = []

    def busy(*_given: object) -> None:
        tries.append(None)
        raise Busy("file_busy", path="", detail="")

    with monkeypatch.context() as patch:
        patch.setattr(search, "catch_up", busy)
        context.announce(Changes())
        qtbot.waitUntil(lambda: len(tries) == 1 and not context.jobs.running, timeout=20_000)
    assert QApplication.activeModalWidget() is None
    assert search.find(field.ws, "无人过问").total == 1
    context.announce(Changes())
    qtbot.waitUntil(lambda: not search.is_behind(field.ws), timeout=20_000)
    assert search.find(field.ws, "无人过问").total == 1
    assert len(tries) == 1


def test_everything_is_found_as_one_types_and_enter_opens_it(
    window: MainWindow, context: Context, field: "Field", qtbot: QtBot
) -> None:
    (uid, _other) = records.add(
        field.ws, "problem", [field.problem(), field.problem(title="意见箱无人开启", facts="无")]
    ).uids
    records.add(field.ws, "interview", [field.talk()])
    dialog = FindDialog(context, window.leading.open_hit, window)
    dialog.show()
    dialog.line.setText("集中学习")
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 2)
    found = {(kind, unit) for kind, unit, _text in dialog.texts()}
    assert found == {("问题", "市教育局"), ("谈话", "市教育局")}
    assert all("集中学习" in text for _kind, _unit, text in dialog.texts())
    place = next(n for n, line in enumerate(dialog.texts()) if line[0] == "问题")
    for _step in range(place):
        QTest.keyClick(dialog.line, Qt.Key.Key_Down)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    (tab,) = window.findChildren(ProblemsTab)
    assert tab.isVisible()
    qtbot.waitUntil(lambda: tab.detail.uid() == uid)
    assert not dialog.isVisible()


def test_what_was_typed_a_moment_ago_is_found_by_enter_at_once(
    window: MainWindow, context: Context, field: "Field"
) -> None:
    records.add(field.ws, "interview", [field.talk(text="下去调研都是提前一周通知。")])
    dialog = FindDialog(context, window.leading.open_hit, window)
    dialog.show()
    dialog.line.setText("提前一周")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    (tab,) = window.findChildren(InterviewsTab)
    assert tab.page.isVisible()
    assert "提前一周" in tab.page.text.toPlainText()


def test_nothing_found_says_what_to_do_and_opens_nothing(
    window: MainWindow, context: Context, qtbot: QtBot
) -> None:
    dialog = FindDialog(context, window.leading.open_hit, window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.line.setText("没有这句话")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert "没有找到" in dialog.told.text()
    assert dialog.isVisible()


def test_a_tab_bears_the_number_of_what_waits_for_me(
    window: MainWindow, context: Context, field: "Field", qtbot: QtBot
) -> None:
    bar = bar_of(window)
    uids = records.add(field.ws, "problem", [field.problem(), field.problem(title="二")]).uids
    moved = [problems.move(field.ws, uid, "submit") for uid in uids]
    assert bar.tabText(4) == "问题清单"
    context.announce(moved[-1].changes)
    qtbot.waitUntil(lambda: bar.tabText(4) == "问题清单 2")
    assert window.tab_names()[4] == "问题清单"
    for uid in uids:
        context.announce(problems.move(field.ws, uid, "confirm").changes)
    qtbot.waitUntil(lambda: bar.tabText(4) == "问题清单")


def test_untidied_talks_of_mine_are_counted_and_those_of_others_are_not(
    window: MainWindow, context: Context, field: "Field", qtbot: QtBot
) -> None:
    bar = bar_of(window)
    mine = field.talk(talkers=[field.leader, field.handler], state="untidied")
    other = field.talk(state="untidied")
    context.announce(records.add(field.ws, "interview", [mine, other], draft=True).changes)
    qtbot.waitUntil(lambda: bar.tabText(2) == "谈话记录 1")


def test_the_window_comes_back_as_it_was_left(
    window: MainWindow, context: Context, qtbot: QtBot
) -> None:
    window.resize(780, 600)
    window.show_tab(3)
    window.leave()
    again = MainWindow(context)
    qtbot.addWidget(again)
    again.show()
    assert (again.width(), again.height()) == (780, 600)
    assert bar_of(again).currentIndex() == 3


def test_splitters_keep_their_sizes_and_a_folded_part_the_size_it_had(qtbot: QtBot) -> None:
    def made() -> tuple[QMainWindow, QSplitter]:
        host, split = QMainWindow(), QSplitter()
        qtbot.addWidget(host)
        for _part in range(2):
            split.addWidget(QWidget())
        host.setCentralWidget(split)
        host.resize(700, 300)
        host.show()
        return host, split

    host, split = made()
    split.setSizes([200, 500])
    sizes = split.sizes()
    placing.keep(host, QTabBar())
    first = split.widget(0)
    assert first is not None
    first.hide()
    placing.keep(host, QTabBar())
    again, its = made()
    assert its.sizes() != sizes
    placing.put_back(again, QTabBar())
    assert its.sizes() == sizes


def test_a_window_with_little_room_scrolls_and_nothing_lies_on_another(
    field: "Field", context: Context, qapp: QApplication, qtbot: QtBot
) -> None:
    records.add(field.ws, "problem", [field.problem()])
    records.add(field.ws, "opinion", [{"unit": field.health, "text": "会多"}], draft=True)
    records.add(field.ws, "reception", [{"channel": "visit"}], draft=True)
    theme.apply(qapp, "light", 200)
    window = MainWindow(context)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.resize(700, 420)
    assert (window.width(), window.height()) == (700, 420)
    for place, name in enumerate(window.tab_names()):
        window.show_tab(place)
        for rows in window.findChildren(RowsView):
            rows.table.selectRow(0)
        for _pass in range(3):
            QApplication.processEvents()
        controls = (QLineEdit, QPushButton, QComboBox, QPlainTextEdit)
        shown = [
            w for w in window.findChildren(QWidget) if isinstance(w, controls) and w.isVisible()
        ]
        for one in shown:
            for other in shown:
                beside = one is not other and one.parentWidget() is other.parentWidget()
                over = one.geometry().intersected(other.geometry()) if beside else QRect()
                assert over.isEmpty(), f"{name}: {_way(one)} / {_way(other)}"
    window.close()
    theme.apply(qapp, "light", 100)


def test_what_somebody_wrote_into_the_settings_never_keeps_the_window_shut(
    context: Context, qtbot: QtBot
) -> None:
    for name in ("window/geometry", "window/main", "window/tab", "mode", "scale", "text"):
        settings.keep_bytes(name, b"\xff" * 40)
    settings.keep_number("scale", 99_999)
    assert settings.look() == ("system", 100, 100)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    assert bar_of(window).currentIndex() == 0


def test_the_size_of_text_is_chosen_apart_from_the_scale(qapp: QApplication) -> None:
    sheet = theme.style_sheet(theme.LIGHT, 200, 130)
    plain = theme.style_sheet(theme.LIGHT, 200)
    assert "font-size: 47px" in sheet
    assert "font-size: 36px" in plain
    assert sheet.count("min-height: 36px") == plain.count("min-height: 36px")
    theme.apply(qapp, "light", 100, 130)
    assert qapp.font().pixelSize() == 18
    theme.apply(qapp, "light", 100)


def test_recent_files_are_in_the_menu_without_the_open_one(
    window: MainWindow, field: "Field", tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "另一组.dudao"
    other.write_bytes(b"x")
    for path in (other, field.ws.store.path):
        settings.remember_file(path)
    recent = window.findChild(Recent)
    assert recent is not None
    recent.fill()
    (action,) = recent.menu.actions()
    assert "另一组.dudao" in action.text()
    with qtbot.waitSignal(window.file_wanted) as asked:
        action.trigger()
    assert asked.args == [other.resolve()]


def test_the_about_box_names_versions_and_the_warning(context: Context, qtbot: QtBot) -> None:
    dialog = AboutDialog(context)
    qtbot.addWidget(dialog)
    texts = {one.text() for one in dialog.findChildren(QLabel)}
    assert "本程序不得存储国家秘密。" in texts
    assert {"Python", "SQLCipher", "Qt", "PySide6", "reportlab"} <= texts
    dialog.copy()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"督导通 {versions.PROGRAM}\n")
    assert "SQLCipher 4" in copied


def test_the_version_is_the_one_of_the_package() -> None:
    known = configparser.ConfigParser()
    known.read(Path(__file__).resolve().parents[2] / "setup.cfg", encoding="utf-8")
    assert known["metadata"]["version"] == versions.PROGRAM


_TEXTLESS = (
    QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView
)  # fmt: skip


def nameless(root: QWidget) -> list[str]:
    """Controls that a screen reader could not name, each by its way from the window."""
    buddies = {label.buddy() for label in root.findChildren(QLabel)}
    found = []
    for one in root.findChildren(QWidget):
        if one.focusPolicy() == Qt.FocusPolicy.NoFocus or one in buddies:
            continue
        inner = isinstance(one.parent(), QComboBox | QAbstractSpinBox | QMenu) or (
            one.objectName().startswith("qt_") or one.window() is not root.window()
        )
        texts = isinstance(one, QPushButton | QToolButton) and (one.text() or one.toolTip())
        button = isinstance(one, QPushButton | QToolButton) and not texts and one.isVisible()
        if not inner and not one.accessibleName() and (isinstance(one, _TEXTLESS) or button):
            found.append(_way(one))
    return found


def _way(widget: QWidget) -> str:
    names: list[str] = []
    at: QWidget | None = widget
    while at is not None:
        names.append(type(at).__name__)
        at = at.parentWidget()
    return " < ".join(names)


def test_every_control_of_the_window_has_a_name(
    window: MainWindow, context: Context, field: "Field", qtbot: QtBot
) -> None:
    records.add(field.ws, "problem", [field.problem()])
    records.add(field.ws, "interview", [field.talk()])
    for place in range(len(window.tab_names())):
        window.show_tab(place)
    (tab,) = window.findChildren(InterviewsTab)
    tab.new_record()
    missing = nameless(window)
    for dialog in (FindDialog(context, window.leading.open_hit), AboutDialog(context)):
        qtbot.addWidget(dialog)
        missing += nameless(dialog)
    assert "\n".join(sorted(set(missing))) == ""
