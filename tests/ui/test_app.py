"""The way in: lock, welcome, founding, the frame; and what the window loads before it is open."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from models.health import Finding
from models.kinds import Uid
from services import backup, demo, listing, package, records, stats
from services import workspace as workspaces
from services.core import Filter, Progress
from services.errors import AppError, Cancelled, Refused
from services.health import Report
from services.workspace import NewGroup
from tests.groups import NAMES_PASSPHRASE, PASSPHRASE, Field
from ui import people, settings
from ui.app import Entrance
from ui.context import Context
from ui.founding import FoundingDialog
from ui.jobs import Jobs
from ui.parts.units import UnitRow, UnitTree
from ui.tabs.problems import ProblemsTab
from ui.unlock import UnlockDialog
from ui.upkeep import Upkeep, told
from ui.welcome import Welcome
from ui.window import MainWindow

ROOT = Path(__file__).resolve().parents[2]

_PAINT = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from PySide6.QtWidgets import QApplication
from ui import app as start, theme
painted = QApplication([])
theme.apply(painted)
entrance = start.Entrance()
dialog = start.UnlockDialog(Path("x.dudao"), entrance.context.jobs)
loaded = [name for name in sys.modules if name.split(".")[0] in {heavy!r}]
loaded += [n for n in sys.modules if n.startswith(("services.", "models."))]
print(" ".join(sorted(loaded)))
"""
_HEAVY = (
    "sqlalchemy", "sqlcipher3", "cryptography", "pyhanko", "reportlab", "matplotlib", "pikepdf",
    "fontTools", "openpyxl", "pypdfium2", "orjson",
)  # fmt: skip
_CHEAP = {"models.kinds", "models.errors", "services.words", "services.errors"}


def test_until_the_lock_is_painted_only_qt_and_the_words_are_loaded(tmp_path: Path) -> None:
    program = _PAINT.format(root=str(ROOT), heavy=_HEAVY)
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=dict(os.environ),
    )  # fmt: skip
    assert set(done.stdout.split()) == _CHEAP


def _type_and_unlock(qtbot: QtBot, dialog: UnlockDialog, passphrase: str) -> None:
    line = dialog.findChildren(QLineEdit)[0]
    line.setText(passphrase)
    QTest.keyClick(line, Qt.Key.Key_Return)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A new group's file, closed."""
    path = tmp_path / "第三督导组.dudao"
    new = NewGroup("general", "第三督导组", 3, "赵明")
    workspaces.create(path, PASSPHRASE, NAMES_PASSPHRASE, new).close()
    return path


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    """Long work, let go at the end."""
    made = Jobs()
    yield made
    made.finish()


@pytest.fixture
def entrance(qtbot: QtBot) -> Iterator[Entrance]:
    """The way in; whatever it opened is closed at the end."""
    made = Entrance()
    yield made
    made.leave()
    for widget in (made.window, made.dialog):
        if widget is not None:
            widget.deleteLater()


def test_a_wrong_passphrase_is_told_and_the_right_one_shows_the_tabs(
    qtbot: QtBot, file: Path, entrance: Entrance
) -> None:
    entrance.begin(file)
    dialog = entrance.dialog
    assert isinstance(dialog, UnlockDialog)
    _type_and_unlock(qtbot, dialog, "不是这个口令")
    qtbot.waitUntil(lambda: "口令不对" in dialog.told(), timeout=10_000)
    assert not dialog.is_ready()
    qtbot.waitUntil(dialog.is_ready, timeout=5_000)
    _type_and_unlock(qtbot, dialog, PASSPHRASE)
    qtbot.waitUntil(lambda: entrance.window is not None, timeout=10_000)
    window = entrance.window
    assert isinstance(window, MainWindow)
    assert window.isVisible()
    assert window.windowTitle().startswith(file.name)
    assert settings.recent_files() == (file.resolve(),)
    window.close()
    assert entrance.context.workspace is None


def test_without_a_file_one_is_welcomed_and_can_found_a_group(
    qtbot: QtBot, tmp_path: Path, entrance: Entrance
) -> None:
    entrance.begin(None)
    welcome = entrance.dialog
    assert isinstance(welcome, Welcome)
    words = [button.text() for button in welcome.findChildren(QPushButton)]
    assert [word[:2] for word in words] == ["加入", "新建", "打开", "练习", "验证"]
    path = tmp_path / "新组.dudao"
    founding = FoundingDialog()
    qtbot.addWidget(founding)
    founding.fill(path, "第五督导组", "马志强", ("足够长的口令 1", "足够长的口令 2"))
    assert founding.problem() == ""
    welcome.found(founding)
    qtbot.waitUntil(lambda: entrance.window is not None, timeout=20_000)
    assert path.is_file()
    assert entrance.context.here().letter == "A"


def test_founding_says_what_does_not_fit_before_anything_is_written(
    qtbot: QtBot, tmp_path: Path
) -> None:
    founding = FoundingDialog()
    qtbot.addWidget(founding)
    path = tmp_path / "组.dudao"
    founding.fill(path, "第五督导组", "马志强", ("短", "也短"))
    assert founding.problem() == "口令至少 8 个字符"
    founding.fill(path, "第五督导组", "马志强", ("同一个口令 1234", "同一个口令 1234"))
    assert founding.problem() == "实名口令要与文件口令不同"
    founding.fill(path, "", "马志强", ("足够长的口令 1", "足够长的口令 2"))
    assert founding.problem() == "还缺组名"
    assert not path.exists()


def test_the_tree_tells_the_chosen_units_and_keeps_them(qtbot: QtBot) -> None:
    tree = UnitTree()
    qtbot.addWidget(tree)
    rows = [UnitRow(Uid("a" * 32), "市教育局", 6), UnitRow(Uid("b" * 32), "市卫生局", 0)]
    tree.load(rows)
    told: list[frozenset[Uid]] = []
    tree.selected.connect(told.append)
    widget = tree.findChildren(QTreeWidget)[0]
    assert [widget.topLevelItem(n).text(1) for n in range(3)] == ["6", "6", ""]  # type: ignore[union-attr]  # there are three
    tree.focus_search()
    line = tree.findChildren(QLineEdit)[0]
    line.setText("卫生")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert told == [frozenset({rows[1].uid})]
    tree.load(rows[::-1])
    assert tree.chosen() == frozenset({rows[1].uid})
    assert told == [frozenset({rows[1].uid})]
    tree.load(rows[:1])
    assert told[-1] == frozenset()


def test_a_row_above_the_units_of_a_group_stands_for_them(qtbot: QtBot) -> None:
    tree = UnitTree()
    qtbot.addWidget(tree)
    a, b, c = (Uid(letter * 32) for letter in "abc")
    rows = [UnitRow(a, "市教育局", 6, "第三督导组"), UnitRow(b, "市卫生局", 1, "第三督导组")]
    rows.append(UnitRow(c, "贺兰县", 2))
    tree.load(rows)
    widget = tree.findChildren(QTreeWidget)[0]
    items = [item for n in range(widget.topLevelItemCount()) if (item := widget.topLevelItem(n))]
    assert [(item.text(0).strip(), item.text(1)) for item in items] == [
        *(("全部单位", "9"), ("第三督导组", "7"), ("市教育局", "6"), ("市卫生局", "1")),
        *(("未分组", "2"), ("贺兰县", "2")),
    ]
    widget.setCurrentItem(items[1])
    assert tree.chosen() == {a, b}
    tree.load([*rows[1::-1], rows[2]])
    assert tree.chosen() == {a, b}
    tree.choose(frozenset({c}))
    assert [item.text(0) for item in widget.selectedItems()] == ["\u3000贺兰县"]
    line = tree.findChildren(QLineEdit)[0]
    line.setText("第三")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert tree.chosen() == {a, b}
    tree.load(rows[:2])
    assert widget.topLevelItemCount() == len(rows)


def test_a_job_tells_its_result_its_refusal_and_its_progress(qtbot: QtBot, jobs: Jobs) -> None:
    results: list[int] = []
    refusals: list[AppError] = []
    steps: list[tuple[str, int, int]] = []

    def keep(title: str, done: int, total: int) -> None:
        steps.append((title, done, total))

    jobs.progress.connect(keep)

    def work(progress: Progress) -> int:
        progress.step(1, 2)
        return 7

    def refuse(_progress: Progress) -> int:
        raise Refused("name_empty")

    jobs.run("数", work, results.append)
    jobs.run("拒", refuse, results.append, refusals.append)
    qtbot.waitUntil(lambda: not jobs.running, timeout=5_000)
    assert results == [7]
    assert [refusal.code for refusal in refusals] == ["name_empty"]
    assert ("数", 1, 2) in steps


def test_the_result_for_a_widget_that_is_gone_is_dropped(qtbot: QtBot, jobs: Jobs) -> None:
    begun, go_on = threading.Event(), threading.Event()
    tree = UnitTree()
    tree.setObjectName("leaving")

    def work(_progress: Progress) -> list[UnitRow]:
        begun.set()
        go_on.wait(5)
        return []

    jobs.run("数", work, tree.load)
    assert begun.wait(5)
    with qtbot.waitSignal(tree.destroyed):
        tree.deleteLater()
    go_on.set()
    qtbot.waitUntil(lambda: not jobs.running, timeout=5_000)


def test_a_cancelled_job_ends_without_a_result(qtbot: QtBot, jobs: Jobs) -> None:
    begun, stop = threading.Event(), threading.Event()
    ended: list[object] = []

    def work(progress: Progress) -> int:
        begun.set()
        stop.wait(5)
        progress.step(1, 2)
        return 7

    jobs.run("长", work, ended.append, ended.append)
    assert begun.wait(5)
    jobs.cancel()
    stop.set()
    qtbot.waitUntil(lambda: not jobs.running, timeout=5_000)
    assert [type(end) for end in ended] == [Cancelled]


def test_units_added_in_the_dialog_stand_in_the_tree(qtbot: QtBot, field: Field) -> None:
    context = Context()
    context.open(field.ws)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    dialog = people.KindDialog(context, people.units(), window)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitActive(dialog)
    dialog.add()
    name = dialog.form.input_of("name")
    assert isinstance(name, QLineEdit)
    qtbot.waitUntil(name.hasFocus)
    QTest.keyClicks(name, "Hongsipu")
    dialog.form.input_of("short_name").setFocus()
    tree = window.findChildren(QTreeWidget)[0]
    shown = [tree.topLevelItem(n).text(0) for n in range(tree.topLevelItemCount())]  # type: ignore[union-attr]  # within the count
    assert "Hongsipu" in shown
    assert "已保存" in window.statusBar().saved_text()  # type: ignore[attr-defined]  # it is ours
    dialog.accept()
    assert not dialog.form.draws("group")
    records.add(field.ws, "group", [{"number": 5, "name": "第五督导组"}])
    assert people.KindDialog(context, people.units(), window).form.draws("group")
    context.jobs.finish()


def test_backing_up_from_the_menu_leaves_a_file_and_says_where(
    qtbot: QtBot, field: "Field"
) -> None:
    context = Context()
    context.open(field.ws)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    upkeep = Upkeep(context, window)
    upkeep.back_up()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=20_000)
    (box,) = window.findChildren(QMessageBox)
    (made,) = backup.backups(field.ws)
    assert str(made.path) in box.text()
    box.close()
    context.jobs.finish()


def test_a_check_that_finds_damage_says_so_and_never_that_all_is_well() -> None:
    sound, _icon = told(Report(ok=True, findings=(), changes=7, rows=5))
    assert "7" in sound
    broken = Report(ok=False, findings=(Finding("chain", "stream 3"),), changes=0, rows=0)
    sentence, icon = told(broken)
    assert icon is QMessageBox.Icon.Critical
    assert "流水的次序  stream 3" in sentence
    assert "完好" not in sentence


@pytest.mark.parametrize("way", ["close", "leave"])
def test_a_field_still_being_typed_is_stored_when_the_window_goes(
    qtbot: QtBot, file: Path, entrance: Entrance, way: str
) -> None:
    entrance.enter(workspaces.open_file(file, PASSPHRASE))
    window = entrance.window
    assert window is not None
    window.show_tab(window.tab_names().index("问题清单"))
    window.activateWindow()
    qtbot.waitActive(window)
    tab = window.findChildren(ProblemsTab)[0]
    tab.new_record()
    title = tab.detail.form.input_of("title")
    assert isinstance(title, QLineEdit)
    title.setFocus()
    qtbot.waitUntil(title.hasFocus)
    QTest.keyClicks(title, "Zixue")
    if way == "close":
        window.close()
    else:
        window.leave()
    again = workspaces.open_file(file, PASSPHRASE)
    (row,) = listing.page(again, "problem", Filter()).rows
    again.close()
    assert row.values["title"] == "Zixue"


@pytest.mark.slow
def test_practising_makes_the_sample_data_tells_the_passphrases_and_opens_it(
    qtbot: QtBot, tmp_path: Path, entrance: Entrance
) -> None:
    entrance.begin(None)
    welcome = entrance.dialog
    assert isinstance(welcome, Welcome)
    texts: list[str] = []

    def read_and_go_on() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            texts.append(box.text())
            box.buttons()[0].click()

    watch = QTimer(interval=100)
    watch.timeout.connect(read_and_go_on)
    watch.start()
    welcome.make_practice(tmp_path / "练习")
    qtbot.waitUntil(lambda: entrance.window is not None, timeout=90_000)
    watch.stop()
    assert demo.PASSPHRASE in texts[0]
    assert stats.open_problems(entrance.context.here())


def test_going_back_to_a_backup_closes_the_file_and_asks_for_the_passphrase(
    qtbot: QtBot, file: Path, entrance: Entrance
) -> None:
    entrance.enter(workspaces.open_file(file, PASSPHRASE))
    here = entrance.context.here()
    saved, keys = backup.backup(here), package.keys_of(here)
    records.add(here, "unit", [{"name": "后来的单位"}])
    entrance.restore(saved, keys)
    dialog = entrance.dialog
    assert isinstance(dialog, UnlockDialog)
    assert entrance.window is None
    qtbot.waitUntil(lambda: "已恢复" in dialog.told(), timeout=20_000)
    assert dialog.is_ready()
    again = workspaces.open_file(file, PASSPHRASE)
    assert listing.page(again, "unit", Filter(), 0, 1).total == 0
    again.close()
    assert len(list(file.parent.glob("*.dudao"))) == 2
