"""The main window: tabs above, units at the left, what is going on at the bottom."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QPushButton,
    QSplitter,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid
from services import conflicts, references, words
from services import workspace as workspaces
from services.core import Changes
from services.words import _
from ui import about, clue, finding, keys, look, people, placing, theme
from ui.blank import Blank, toggle_full_screen
from ui.context import Context
from ui.idle import IdleLock
from ui.leading import Leading, ListTab
from ui.parts.units import UnitTree
from ui.purging import Purging
from ui.recent import Recent
from ui.recycled import RecycledDialog
from ui.status import StatusBar
from ui.tabs.checks import ChecksTab
from ui.tabs.exchange import ExchangeTab
from ui.tabs.interviews import InterviewsTab
from ui.tabs.opinions import OpinionsTab
from ui.tabs.overview import OverviewTab
from ui.tabs.problems import ProblemsTab
from ui.tabs.reception import ReceptionTab
from ui.tabs.reports import ReportsTab
from ui.tabstack import Tab, TabStack
from ui.takeback import TakeBack
from ui.unitrows import unit_rows
from ui.upkeep import Upkeep
from ui.waiting import Waiting

_SIZE = (1366, 690)
_SMALLEST = (640, 400)
_ROOM = (980, 440)
_TREE_WIDTH = 204
_LEAST_TREE = 150
_LEAST_TAB = 600
_NARROW = 1200
"""Below this many logical pixels the tree folds itself."""
_NO_ROOM = 900
"""Below this many logical pixels the tabs need the room of the words beside them."""
_COUNTED = frozenset({"unit", "problem"})
"""Kinds whose changes the tree shows."""
_NAMED = frozenset({"person", "group"})
"""Kinds whose changes the status bar shows."""
_LISTED = {
    "check": 1, "review": 1, "interview": 2, "opinion": 3, "solicitation": 3, "outreach": 3,
    "evaluation": 3, "remedy": 3, "problem": 4, "reception": 5,
}  # fmt: skip
"""In which place of the tabs, from 0, a kind of records is listed."""
_REPORTS, _EXCHANGE = 6, 7
"""Place of 数据交换."""


def _blank(window: QMainWindow, context: Context, menu: QMenu) -> Blank:
    """遮屏, in a menu; what is open for a while only is shut with it."""
    blank = Blank(window, context.here().store.opens_with)
    blank.covered.connect(context.covered)
    menu.addSeparator()
    blank.add_to(menu)
    return blank


class MainWindow(QMainWindow):
    """Frame of an open workspace."""

    other_wanted = Signal()
    """The person closes this file to open another."""
    file_wanted = Signal(object)
    """Path of the file to open instead of this one."""
    restore_wanted = Signal(object, object)
    """Path of a backup to put in this file's place, and the `Keys` that open both."""

    def __init__(self, context: Context) -> None:
        """Build the frame around the open workspace of `context`."""
        super().__init__()
        self._context = context
        self._fold_chosen = False
        self._bar = QTabBar()
        self._find = QPushButton(_("⌕ 全部查找 Ctrl+K"))
        self._stack = TabStack()
        self._tree = UnitTree()
        self._status = StatusBar(context.jobs)
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_SIZE)
        self._build()
        self._exchange = ExchangeTab(context)
        self._exchange.tree_unwanted.connect(self._place_tree)
        self._exchange.restore_wanted.connect(self.restore_wanted)
        self._talks: InterviewsTab | None = None
        _add_tabs(context, self._bar, self._stack, self._make_talks, self._exchange)
        self._names = tuple(self._bar.tabText(n) for n in range(self._bar.count()))
        lists = {k: (at, partial(_listed, self._stack, at, k)) for k, at in _LISTED.items()}
        self.leading = Leading(context, self, self._bar, self._tree)
        self._head.insertWidget(1, self.leading.back_button)
        self.leading.set_tabs(lists, (_EXCHANGE, self._exchange))
        self.upkeep = Upkeep(context, self)
        self._build_menus()
        self.reload()
        placing.put_back(self, self._bar)
        self._waiting = Waiting(context, self._bar, {**_LISTED, "exchange": _EXCHANGE})
        self._stack.show_place(self._bar.currentIndex())
        self._bar.currentChanged.connect(self._stack.show_place)
        self._stack.seen.connect(self._waiting.count)
        context.closed.connect(self._stack.stop)
        context.changed.connect(self._take_changes)
        context.document_wanted.connect(self._draft_document)
        context.saved.connect(self._status.tell_saved)
        self._status.conflicts_wanted.connect(self.leading.show_conflicts)
        self.upkeep.backed_up.connect(self._tell_backup)

    def _build(self) -> None:
        self._find.setProperty("kind", "link")
        self._bar.setExpanding(False)
        self._bar.setDrawBase(False)
        self._bar.setDocumentMode(True)
        self._tree.selected.connect(self._context.choose_units)
        self._tree.add_wanted.connect(self._add_unit)
        self._tree.setMinimumWidth(theme.px(_LEAST_TREE))
        # The widest of the tabs, looked at or not, must not squeeze the tree beside the others.
        self._stack.setMinimumWidth(theme.px(_LEAST_TAB))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._tree)
        split.addWidget(self._stack)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.px(_TREE_WIDTH), theme.px(_SIZE[0] - _TREE_WIDTH)])
        split.setChildrenCollapsible(False)
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = self._head = QHBoxLayout()
        head.setContentsMargins(0, 0, theme.px(12), 0)
        head.addWidget(self._bar, 1)
        head.addWidget(self._find)
        layout.addLayout(head)
        layout.addWidget(placing.scrolled(split, _ROOM), 1)
        self.setCentralWidget(central)
        self.setStatusBar(self._status)

    def _make_talks(self) -> InterviewsTab:
        self._talks = InterviewsTab(self._context)
        self._talks.page.installEventFilter(self)
        return self._talks

    def _build_menus(self) -> None:
        files = self.menuBar().addMenu(_("文件"))
        self._act(files, _("打开其他文件…"), self.leave, "Ctrl+O")
        recent = Recent(self._context, self)
        recent.wanted.connect(self._open_other)
        files.addMenu(recent.menu)
        self._act(files, _("备份"), self.upkeep.back_up)
        self._act(files, _("检查文件"), self.upkeep.check)
        self._act(files, _("退出"), self.close, "Ctrl+Q")
        edit = self.menuBar().addMenu(_("编辑"))
        TakeBack(self._context, self, self._status.tell_done).add_to(edit)
        self._act(edit, _("回收站…"), partial(_show_recycled, self._context, self))
        edit.addSeparator()
        self._act(edit, _("新建一条"), partial(_new_record, self._stack), "Ctrl+N")
        find = partial(finding.show, self._context, self.leading.open_hit, self)
        self._find.clicked.connect(self._act(edit, _("全部查找…"), find, "Ctrl+K").trigger)
        self._act(edit, _("在清单中查找"), partial(_focus_search, self._stack), "Ctrl+F")
        self._act(edit, _("保存"), self._status.tell_saved, "Ctrl+S")
        view = self.menuBar().addMenu(_("查看"))
        for place, name in enumerate(self._names):
            show = partial(self._bar.setCurrentIndex, place)
            self._act(view, name, show, f"Alt+{place + 1}")
        view.addSeparator()
        self._act(view, _("查找单位"), self._find_unit, "Ctrl+G")
        self._act(view, _("收起或展开单位"), self._fold, "Ctrl+B")
        blank = _blank(self, self._context, view)
        self.idle = IdleLock(blank, self._talk_runs, self)
        self.idle.add_to(view)
        self._act(view, _("全屏"), partial(toggle_full_screen, self), "F11")
        view.addSeparator()
        look.add_to(view)
        work = self.menuBar().addMenu(_("督导"))
        self._act(
            work,
            _("记一条线索…"),
            partial(clue.note, self._context, self, self._stack.current),
            "F4",
        )
        work.addSeparator()
        for shown in (people.units(), people.people(), people.group()):
            text = _("{title}…").format(title=shown.title)
            self._act(work, text, partial(people.show, self._context, shown, self))
        self._act(work, _("换操作人…"), self._switch_person)
        work.addSeparator()
        self.purging = Purging(self._context, self)
        self._act(work, _("清除实名…"), self.purging.ask)
        self.purging.resume()
        hints = self.menuBar().addMenu(_("帮助"))
        self._act(hints, _("这一页的帮助和按键"), self._show_keys, "F1")
        self._act(hints, _("关于督导通…"), partial(about.show, self._context, self))

    def _act(self, menu: QMenu, text: str, slot: Callable[[], object], key: str = "") -> QAction:
        action = QAction(text, self)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(partial(_without_state, slot))
        menu.addAction(action)
        return action

    def _show_keys(self) -> None:
        keys.show(self, keys.page_of(self._stack.current(), self._bar.currentIndex()))

    @Slot()
    def reload(self) -> None:
        """Show whose file this is and its units."""
        workspace = self._context.here()
        group = workspaces.group_name(workspace)
        name = references.titles(workspace, {workspace.actor}).get(workspace.actor, "")
        role = words.choice("role", workspace.role().value, workspace.template)
        self._status.tell_person(f"{group} · {name}（{role}）")
        title = workspace.store.path.name
        if workspace.store.readonly:
            title = _("{file}（只读）").format(file=title)
        self.setWindowTitle(title)
        self._load_units()
        self._status.tell_conflicts(conflicts.count(workspace))
        self._tell_backup()

    def _load_units(self) -> None:
        self._tree.load(unit_rows(self._context.here()))

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if changes.kinds & _NAMED:
            self.reload()
            return
        if changes.kinds & _COUNTED:
            self._load_units()
        self._status.tell_conflicts(conflicts.count(self._context.here()))

    @Slot()
    def _tell_backup(self) -> None:
        self._status.tell_backup(self.upkeep.last_backup())

    @Slot(str, object)
    def _draft_document(self, kind: str, unit: Uid | None) -> None:
        self.show_tab(_REPORTS)
        reports = self._stack.at(_REPORTS)
        if isinstance(reports, ReportsTab):
            reports.draft_of(kind, unit)

    def tab_names(self) -> tuple[str, ...]:
        """The words on the tabs, in their order, without the numbers of what waits."""
        return self._names

    def show_tab(self, place: int) -> None:
        """Show one of the tabs, counted from 0."""
        self._bar.setCurrentIndex(place)

    def _find_unit(self) -> None:
        self._tree.show()
        self._tree.focus_search()

    def _talk_runs(self) -> bool:
        return self._talks is not None and self._talks.page.is_running

    def _fold(self) -> None:
        self._fold_chosen = True
        self._tree.setVisible(self._tree.isHidden())

    def _switch_person(self) -> None:
        if people.switch_person(self._context, self):
            self._context.announce(Changes(_NAMED | {"problem"}))

    @Slot()
    def _add_unit(self) -> None:
        people.show(self._context, people.units(), self)

    def leave(self) -> None:
        """Close this file and ask for another; a field that is being edited is stored first."""
        _store_focused(self)
        placing.keep(self, self._bar)
        self.other_wanted.emit()

    @Slot(object)
    def _open_other(self, path: Path) -> None:
        _store_focused(self)
        placing.keep(self, self._bar)
        self.file_wanted.emit(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the tree when the window becomes narrow, unless the person chose."""
        super().resizeEvent(event)
        self._place_tree()
        # The menu and Ctrl+K still find; the tabs need the room.
        self._find.setVisible(self.width() >= theme.px(_NO_ROOM))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever is talked to sees no other unit: a talk's page hides the tree."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._place_tree()
        return super().eventFilter(watched, event)

    def _place_tree(self) -> None:
        if not self._fold_chosen:
            talking = self._talks is not None and self._talks.page.isVisible()
            alone = talking or self._exchange.wants_room()
            self._tree.setVisible(self.width() >= theme.px(_NARROW) and not alone)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave the file whole; a field that is being edited is stored first."""
        _store_focused(self)
        placing.keep(self, self._bar)
        self._context.close()
        super().closeEvent(event)


def _add_tabs(
    context: Context,
    bar: QTabBar,
    stack: TabStack,
    talks: Callable[[], Tab],
    exchange: ExchangeTab,
) -> None:
    """Name all tabs; each is built when it is first wanted."""
    tabs: tuple[tuple[str, Callable[[], Tab]], ...] = (
        (_("总览"), partial(OverviewTab, context)),
        (_("学习检查"), partial(ChecksTab, context)),
        (_("谈话记录"), talks),
        (_("意见评议"), partial(OpinionsTab, context)),
        (_("问题清单"), partial(ProblemsTab, context)),
        (_("信访接待"), partial(ReceptionTab, context)),
        (_("文书报告"), partial(ReportsTab, context)),
        (_("数据交换"), partial(_same, exchange)),
    )
    for title, make in tabs:
        bar.addTab(title)
        stack.add(make)


def _same(tab: Tab) -> Tab:
    return tab


def _new_record(stack: TabStack) -> None:
    stack.current().new_record()


def _focus_search(stack: TabStack) -> None:
    stack.current().focus_search()


def _listed(stack: TabStack, place: int, kind: str) -> ListTab:
    """What lists a kind of records; its tab is built if need be."""
    tab = stack.at(place)
    if isinstance(tab, OpinionsTab | ChecksTab):
        return tab.page_of(kind)
    return tab.register if isinstance(tab, ReceptionTab) else cast("ListTab", tab)


def _without_state(slot: Callable[[], object], _checked: bool = False) -> None:
    slot()


def _show_recycled(context: Context, window: QWidget) -> None:
    RecycledDialog(context, window).exec()


def _store_focused(window: QWidget) -> None:
    """A field that is being edited is stored when it loses the focus."""
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()
