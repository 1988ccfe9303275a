"""A reception on the screen: its preview, and then what came of it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from services import conflicts, linking, package, words
from services.errors import AppError, Cancelled
from services.exchange import Look
from services.merge import Outcome
from services.numbering import Numbered
from services.receiving import Reading
from services.returning import Errand, Returned
from services.sticks import Stick
from services.words import _
from ui import errors
from ui.context import Context
from ui.parts.cards import scrolled
from ui.parts.dialogs import PassphraseDialog
from ui.tabs.exchange import telling, trusting
from ui.tabs.exchange.done import DonePage, ReturnLine
from ui.tabs.exchange.preview import Preview
from ui.tabs.exchange.taking import Taking
from ui.tabs.exchange.words import size


class Reception(QStackedWidget):
    """Shows itself from the preview to 完成."""

    shown = Signal()
    """The preview is there to be looked at."""
    ended = Signal()
    """Back to where one came from."""
    conflicts_wanted = Signal()
    undo_wanted = Signal(object)
    """tuple[str, …]: ids of the merges that are to be taken back."""
    minutes_wanted = Signal(object)
    """tuple[str, …]: ids of the merges whose minutes are wanted."""
    idle = Signal()
    """Nothing is read or written any more."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Nothing is taken in yet."""
        super().__init__(parent)
        self._context = context
        self.taking = Taking(context, self)
        self.preview = Preview()
        self.done = DonePage()
        self._sticks = 0
        self._merges: tuple[str, ...] = ()
        self.addWidget(self.preview)
        self.addWidget(scrolled(self.done))
        self.preview.accepted.connect(self.taking.accept)
        self.preview.refused.connect(self.leave)
        self.preview.passphrase_wanted.connect(self._ask_passphrase)
        self.preview.trust_wanted.connect(self._ask_trust)
        self.taking.planned.connect(self._show_plan)
        self.taking.taken.connect(self._show_outcome)
        self.taking.returned.connect(self._show_returns)
        self.taking.failed.connect(self._tell)
        self.taking.ended.connect(self.idle)
        self.done.finished.connect(self.ended)
        self.done.conflicts_wanted.connect(self.conflicts_wanted)
        self.done.undo_wanted.connect(self._ask_undo)
        self.done.minutes_wanted.connect(self._ask_minutes)
        self.done.retry_wanted.connect(self._retry)

    def begin(self, look: Look) -> None:
        """Read what is new and show what would come of it."""
        self._sticks = sum(bool(p.fresh) and p.stick.is_removable for p in look.sticks)
        self.taking.begin(look)

    @Slot()
    def leave(self) -> None:
        """Take nothing in."""
        self.taking.leave()
        self.ended.emit()

    def _show_plan(self, reading: Reading) -> None:
        page = telling.shown(self._context.here(), reading, self._sticks)
        self.setCurrentIndex(0)
        self.shown.emit()
        locked = any(entry.is_locked for entry in reading.entries)
        self.preview.show_plan(page, locked=locked, unknown=bool(trusting.unknown(reading)))

    @Slot()
    def _ask_passphrase(self) -> None:
        text = _("对方没有活动的传送密钥时，包用对方自己的口令锁着。请在电话里问。")
        dialog = PassphraseDialog(self, _("包的口令"), _("打开"), text=text)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.taking.unlock(dialog.passphrase())

    @Slot()
    def _ask_trust(self) -> None:
        """Have the fingerprints compared, one root after the other; then read once more."""
        reading = self.taking.reading
        trusted = False
        for one in trusting.unknown(reading) if reading is not None else ():
            dialog = trusting.TrustDialog(one, self)
            if dialog.exec() == QDialog.DialogCode.Accepted:
                package.trust_root(self._context.here(), one.root, dialog.reason())
                trusted = True
        if trusted:
            self.taking.read_again()

    def _show_outcome(self, outcome: Outcome, numbered: Numbered) -> None:
        reading = self.taking.reading
        entries = reading.entries if reading is not None else ()
        waiting = conflicts.count(self._context.here())
        twice = linking.twice(self._context.here())
        apart = conflicts.sealed_apart(self._context.here())
        self._merges = outcome.merges
        self.setCurrentIndex(1)
        self.done.show_outcome(
            [
                *telling.outcome(outcome, numbered, waiting),
                *telling.units_twice(twice),
                *telling.names_apart(apart),
            ],
            telling.left_out(outcome, entries),
            outcome.state_code,
            conflicts=waiting + twice + apart,
        )
        for button in (self.done.undo, self.done.minutes):
            button.setVisible(bool(outcome.merges))
        self.done.show_returns([waiting_line(errand) for errand in self.taking.errands])

    def _show_returns(self, results: tuple[Returned, ...]) -> None:
        self.done.show_returns([return_line(one) for one in results])

    def _retry(self, place: int) -> None:
        self.taking.retry(place)

    @Slot()
    def _ask_undo(self) -> None:
        self.undo_wanted.emit(self._merges)

    @Slot()
    def _ask_minutes(self) -> None:
        self.minutes_wanted.emit(self._merges)

    def _tell(self, failure: AppError) -> None:
        errors.show(self, failure)
        if self.currentIndex() == 0:
            self.ended.emit()


def waiting_line(errand: Errand) -> ReturnLine:
    """A stick that is about to be written to."""
    name = _place(errand.stick, errand.owner)
    return ReturnLine(name, _("正在回写，先别拔出…"), "wait")


def _place(stick: Stick, owner: str) -> str:
    name = _("U盘 {label}").format(label=stick.label) if stick.is_removable else stick.label
    return f"{name}  {owner}" if owner and owner not in name else name


def return_line(returned: Returned) -> ReturnLine:
    """What was written back to one stick, in words."""
    name = _place(returned.stick, returned.owner)
    if returned.written is not None:
        told = _("✓ 已回写 {size}，可安全拔出").format(size=size(returned.size_bytes))
        if returned.is_spoken:
            told = _("✓ 已回写 {size}，可安全拔出；用送来那个包的口令打开")
            told = told.format(size=size(returned.size_bytes))
        files = "\n".join(str(parcel.path) for parcel in returned.written.parcels)
        return ReturnLine(name, told, "good", tip=files)
    why = words.error(returned.failure) if returned.failure is not None else ""
    if isinstance(returned.failure, Cancelled):
        why = _("已取消，没有回写")
    # Another stick does not help where no key is shared.
    retry = returned.failure is None or returned.failure.code != "return_without_key"
    return ReturnLine(name, _("✗ {why}").format(why=why), "late", can_retry=retry)
