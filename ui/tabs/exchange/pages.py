"""The pages of 数据交换, and the row of words above them."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from services import sending
from services import workspace as workspaces
from services.core import Changes
from services.distributing import Delivered
from services.errors import AppError
from services.inviting import Invitation
from services.package import Preset, Written
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.parts.cards import scrolled
from ui.tabs.exchange.backups import BackupsPage
from ui.tabs.exchange.codes import CodeLabel
from ui.tabs.exchange.conflicts_page import ConflictsPage
from ui.tabs.exchange.distribute_dialog import DistributeDialog
from ui.tabs.exchange.home import Home, sent_sentence
from ui.tabs.exchange.invite_dialog import InviteDialog
from ui.tabs.exchange.merges_page import MergesPage
from ui.tabs.exchange.reception import Reception
from ui.tabs.exchange.send_dialog import SendDialog
from ui.tabs.exchange.watching import Watcher


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
        self.backups = BackupsPage(context)
        self.reception = Reception(context)
        self.code = CodeLabel()
        self._stack = QStackedWidget()
        self._head = QWidget()
        self._places: dict[str, QWidget] = {
            "home": self.home,
            "conflicts": self.conflicts,
            "merges": self.merges,
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
        self.conflicts.counted.connect(self._tell_conflicts)
        self.reception.shown.connect(self._show_reception)
        self.reception.ended.connect(self._leave_reception)
        self.reception.conflicts_wanted.connect(self._decide)
        self.reception.undo_wanted.connect(self._undo)
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
        self.home.show_ways(sending.last_sent(here), here.role())
        self.conflicts.reload()
        self.merges.reload()
        self.backups.reload()

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
        """Ask what to send that way: group, office, archive, or join."""
        sticks = [plugged.stick for plugged in self.watcher.last.sticks]
        if way == "join":
            inviting = InviteDialog(self._context, sticks, self)
            inviting.invited.connect(partial(self._tell_invited, inviting.passphrase))
            inviting.open()
            return
        if way == "issue":
            issuing = DistributeDialog(self._context, self.watcher.last.sticks, self)
            issuing.distributed.connect(self._tell_distributed)
            issuing.open()
            return
        dialog = SendDialog(self._context, Preset(way), sticks, self)
        dialog.sent.connect(self.tell_sent)
        dialog.open()

    @Slot(object, object, str)
    def tell_sent(self, written: Written, folder: Path, passphrase: str) -> None:
        """Say that a package lies on its stick, and what opens it."""
        self.home.tell(sent_sentence(written, folder, passphrase))
        self._context.announce(Changes())
        self.watcher.look()

    def _tell_invited(self, passphrase: str, invitation: Invitation) -> None:
        names = "、".join(f"{guest.letter} {guest.name}" for guest in invitation.guests)
        told = _("✓ 入组包已写好：{file}（{names}）。口令 {passphrase}，在电话里告诉对方。")
        file = invitation.parcel.path.name
        self.home.tell(told.format(file=file, names=names, passphrase=passphrase))
        self._context.announce(Changes(frozenset({"person", "group"})))
        self.watcher.look()

    @Slot(object, str)
    def _tell_distributed(self, delivered: tuple[Delivered, ...], passphrase: str) -> None:
        made = [one for one in delivered if one.failure is None]
        told = _("✓ 已做 {count} 组的包，读回核对过。").format(count=len(made))
        if passphrase:
            spoken = _("口令 {passphrase}，在电话里告诉对方。")
            told += spoken.format(passphrase=passphrase)
        self.home.tell(told if made else "")
        self._context.announce(Changes())
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

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no stick is touched."""
        super().hideEvent(event)
        self.watcher.watch(False)
