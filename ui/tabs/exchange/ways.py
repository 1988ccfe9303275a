"""The ways out: each opens its dialog and tells in a sentence what lies where at its end."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from services.core import Changes
from services.distributing import Delivered
from services.exchange import Plugged
from services.inviting import Invitation
from services.package import Preset, Written
from services.words import _
from ui.context import Context
from ui.tabs.exchange.distribute_dialog import DistributeDialog
from ui.tabs.exchange.home import sent_sentence, spoken
from ui.tabs.exchange.invite_dialog import InviteDialog
from ui.tabs.exchange.paper import Papers
from ui.tabs.exchange.send_dialog import SendDialog


class Sending(QObject):
    """Opens the dialogs above one window."""

    done = Signal(str)
    """What was written, where, and the passphrase that opens it."""

    def __init__(self, context: Context, papers: Papers, window: QWidget) -> None:
        """Nothing is sent yet."""
        super().__init__(window)
        self._context = context
        self._window = window
        self._papers = papers

    def begin(self, way: str, plugged: Sequence[Plugged]) -> None:
        """Ask what to send that way; the sticks that are plugged in are offered as places."""
        sticks = [one.stick for one in plugged]
        if way == "join":
            inviting = InviteDialog(self._context, sticks, self._window)
            inviting.invited.connect(partial(self._tell_invited, inviting.passphrase))
            inviting.open()
        elif way == "issue":
            issuing = DistributeDialog(self._context, plugged, self._window)
            issuing.distributed.connect(self._tell_distributed)
            issuing.open()
        else:
            sending = SendDialog(self._context, Preset(way), sticks, self._window)
            sending.sent.connect(self.tell_sent)
            sending.slip_wanted.connect(self._papers.make_slip)
            sending.open()

    @Slot(object, object, str)
    def tell_sent(self, written: Written, folder: Path, passphrase: str) -> None:
        """Say that a package lies on its stick, and what opens it."""
        self._context.announce(Changes())
        self.done.emit(sent_sentence(written, folder, passphrase))

    def _tell_invited(self, passphrase: str, invitation: Invitation) -> None:
        names = "、".join(f"{guest.letter} {guest.name}" for guest in invitation.guests)
        told = _("✓ 入组包已写好：{file}（{names}）。")
        file = invitation.parcel.path.name
        self._context.announce(Changes(frozenset({"person", "group"})))
        self.done.emit(told.format(file=file, names=names) + spoken(passphrase))

    @Slot(object, str)
    def _tell_distributed(self, delivered: tuple[Delivered, ...], passphrase: str) -> None:
        made = [one for one in delivered if one.failure is None]
        told = _("✓ 已做 {count} 组的包，读回核对过。").format(count=len(made))
        self._context.announce(Changes())
        self.done.emit(told + spoken(passphrase) if made else "")
