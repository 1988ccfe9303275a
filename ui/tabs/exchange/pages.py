"""The pages of 数据交换, and the row of words above them."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from services import sending
from services import workspace as workspaces
from services.core import Changes
from services.errors import AppError
from services.receipts import Reception as Received
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.parts.cards import scrolled
from ui.tabs.exchange.backups import BackupsPage
from ui.tabs.exchange.codes import CodeLabel
from ui.tabs.exchange.collecting import Collecting
from ui.tabs.exchange.conflicts_page import ConflictsPage
from ui.tabs.exchange.home import Home
from ui.tabs.exchange.map_card import MapCard
from ui.tabs.exchange.merges_page import MergesPage
from ui.tabs.exchange.paper import Papers
from ui.tabs.exchange.reception import Reception
from ui.tabs.exchange.watching import Watcher
from ui.tabs.exchange.ways import Sending

_ROOMY = 820
"""From this width on, in pixels at 100 %, the code's use is told beside it."""


class ExchangePages(QWidget):
    """A row of words, the page of the chosen one, and the pages of a reception in their place."""

    tree_unwanted = Signal()
    """Another page is shown: ask `wants_room` again."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the pages; they fill when a workspace is open."""
        super().__init__(parent)
        self._context = context
        self.watcher = Watcher(context, self)
        self.home = Home()
        self.conflicts = ConflictsPage(context)
        self.merges = MergesPage(context)
        self.map = MapCard(_("人员 / 电脑"), tall=True)
        self.collecting = Collecting(context, self.home.map, self.map)
        self.backups = BackupsPage(context)
        self.reception = Reception(context)
        self.papers = Papers(context, self)
        self.sending = Sending(context, self.papers, self)
        self.code = CodeLabel()
        self._stack = QStackedWidget()
        self._head = QWidget()
        self._places: dict[str, QWidget] = {
            "home": self.home,
            "conflicts": self.conflicts,
            "merges": self.merges,
            "map": _page(self.map),
            "backups": self.backups,
        }
        self._frames: dict[str, QWidget] = {}
        self._buttons: dict[str, QPushButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        self._build_head()
        layout.addWidget(self._head)
        layout.addWidget(self._stack, 1)
        self._connect()

    def _build_head(self) -> None:
        row = QHBoxLayout(self._head)
        row.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), 0)
        row.setSpacing(theme.px(8))
        words = {
            "home": _("送与收"),
            "conflicts": _("待裁定"),
            "merges": _("合并记录"),
            "map": _("收齐情况"),
            "backups": _("备份"),
        }
        for name, page in self._places.items():
            button = QPushButton(words[name])
            button.setProperty("kind", "chip")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(self._choose)
            self._buttons[name] = button
            row.addWidget(button)
            self._frames[name] = scrolled(page)
            self._stack.addWidget(self._frames[name])
        self._stack.addWidget(self.reception)
        row.addStretch(1)
        row.addWidget(self.code)
        self._buttons["home"].setChecked(True)

    def _connect(self) -> None:
        card = self.home.taking
        card.files_given.connect(self.watcher.add)
        card.files_forgotten.connect(self.watcher.forget)
        card.take_wanted.connect(self.take)
        self.home.sending.wanted.connect(self.send)
        self.sending.done.connect(self._tell_sent)
        self.conflicts.counted.connect(self._tell_conflicts)
        self.collecting.received.connect(self._show_received)
        self.collecting.forced.connect(self.home.tell)
        self.reception.shown.connect(self._show_reception)
        self.reception.ended.connect(self._leave_reception)
        self.reception.conflicts_wanted.connect(self._decide)
        self.reception.undo_wanted.connect(self._undo)
        self.reception.minutes_wanted.connect(self.papers.make_minutes)
        self.merges.minutes_wanted.connect(self.papers.make_minutes_of)
        self.merges.undone.connect(self.watcher.look)
        self.watcher.looked.connect(self._show_look)
        self.watcher.failed.connect(self._tell)
        take = QShortcut(QKeySequence("Ctrl+R"), self)
        take.activated.connect(self.take)
        self._context.changed.connect(self._take_changes)

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        if self._context.workspace is None:
            return
        here = self._context.here()
        with here.store.read() as connection:
            self.code.show_code(workspaces.state_code(connection))
        self._show_ways()
        self.conflicts.reload()
        self.merges.reload()
        self.backups.reload()
        self.collecting.reload()

    def _show_ways(self) -> None:
        here = self._context.here()
        self.home.show_ways(sending.last_sent(here), here.role())

    @Slot(object)
    def _show_received(self, reception: Received) -> None:
        self.home.show_reception(reception)
        self._show_ways()

    @Slot(int)
    def _tell_conflicts(self, count: int) -> None:
        text = _("待裁定 {count}").format(count=count) if count else _("待裁定")
        self._buttons["conflicts"].setText(text)

    def names(self) -> tuple[str, ...]:
        """The names of the pages, in the order of their words."""
        return tuple(self._places)

    def show_page(self, name: str) -> None:
        """Show one of the pages: home, conflicts, merges, map, backups."""
        self._buttons[name].setChecked(True)
        self._show(self._frames[name])

    def _show(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self._head.setVisible(page is not self.reception)
        self.tree_unwanted.emit()

    def wants_room(self) -> bool:
        """Whether the page in view needs the whole width."""
        return self.isVisible() and self._stack.currentWidget() is self.reception

    @Slot()
    def _show_reception(self) -> None:
        self._show(self.reception)

    @Slot()
    def _leave_reception(self) -> None:
        self.reload()
        self.show_page("home")
        self.watcher.look()

    @Slot(object)
    def _undo(self, merges: tuple[str, ...]) -> None:
        self.show_page("merges")
        self.merges.ask_undo(merges)

    @Slot()
    def _decide(self) -> None:
        self.show_page("conflicts")

    @Slot()
    def _choose(self) -> None:
        name = next(name for name, button in self._buttons.items() if button.isChecked())
        self.show_page(name)

    @Slot()
    def take(self) -> None:
        """Read all that is new and show what would come of taking it in."""
        if self._stack.currentWidget() is not self.reception:
            self.home.tell("")
            self.reception.begin(self.watcher.last)

    @Slot(str)
    def send(self, way: str) -> None:
        """Ask what to send that way: group, office, archive, join or issue."""
        self.sending.begin(way, self.watcher.last.sticks)

    @Slot(str)
    def _tell_sent(self, sentence: str) -> None:
        self.home.tell(sentence)
        self.watcher.look()

    def _show_look(self, _look: object) -> None:
        self.home.show_look(self.watcher.last, others=self.watcher.others)

    @Slot(object)
    def _take_changes(self, _changes: Changes) -> None:
        if self.isVisible():
            self.reload()

    @Slot(object)
    def _tell(self, failure: AppError) -> None:
        errors.show(self, failure)

    def showEvent(self, event: QShowEvent) -> None:
        """Watch for sticks while the page is in view."""
        super().showEvent(event)
        self.reload()
        self.watcher.watch(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it gets narrow the code keeps its room."""
        super().resizeEvent(event)
        self.code.tell_use(self.width() >= theme.px(_ROOMY))

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no stick is touched."""
        super().hideEvent(event)
        self.watcher.watch(False)


def _page(card: QWidget) -> QWidget:
    """A card as a page of its own."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(12))
    layout.addWidget(card)
    return page
