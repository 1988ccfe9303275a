"""备份: what there is, one more now, and going back to one."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import backup, restoring, words
from services.core import Progress
from services.errors import AppError, Cancelled, WrongPassphrase
from services.package import Keys, keys_of
from services.restoring import Contrast
from services.words import _
from services.workspace import Workspace
from ui import theme
from ui.context import Context
from ui.parts.cards import give_role, label
from ui.parts.dialogs import PassphraseDialog, confirm
from ui.parts.grid import Cell, Grid, Head
from ui.tabs.exchange.words import moment, size

if TYPE_CHECKING:
    from services.backup import Backup


class BackupsPage(QWidget):
    """The list, newest first."""

    done = Signal()
    """A backup was made."""
    restore_wanted = Signal(object, object)
    """Path of a backup to go back to, and the `Keys` that open it and the file."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the page; it fills with `reload`."""
        super().__init__(parent)
        self._context = context
        self._backups: tuple[Backup, ...] = ()
        self.grid = Grid(
            _("备份"),
            (Head(_("什么时候"), 160), Head(_("多久以前"), 120), Head(_("大小"), 90, "right"),
             Head(_("文件"))),
        )  # fmt: skip
        self._told = label("", "hint", wrapped=True)
        self.now = QPushButton(_("现在备份"))
        self.now.setProperty("kind", "primary")
        self.now.clicked.connect(self.back_up)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.back = QPushButton(_("恢复到这一份…"))
        self.back.clicked.connect(self.compare)
        row.addWidget(self._told, 1)
        row.addWidget(self.back)
        row.addWidget(self.now)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(12))
        layout.setSpacing(theme.px(8))
        layout.addLayout(row)
        layout.addWidget(self.grid, 1)

    @Slot()
    def reload(self) -> None:
        """Show the backups there are."""
        self._backups = backup.backups(self._context.here())
        now = self._context.here().store.path.name
        self.grid.fill(
            [
                [
                    Cell(moment(b.at, full=True)),
                    Cell(moment(b.at), "text2"),
                    Cell(size(b.size_bytes)),
                    Cell(b.path.name, "text2", str(b.path)),
                ]
                for b in self._backups
            ]
        )
        self.back.setVisible(bool(self._backups))
        if self._backups and self.grid.currentRow() < 0:
            self.grid.setCurrentCell(0, 0)
        if self._backups:
            text = _("{count} 份，每份都核对过。接收数据之前自动再备一份。")
            self._tell(text.format(count=len(self._backups)))
        else:
            self._tell(_("{file} 还没有备份").format(file=now))

    @Slot()
    def back_up(self) -> None:
        """Make one more."""
        self.now.setEnabled(False)
        work = partial(_back_up, self._context.here())
        self._context.jobs.run(_("备份"), work, self._backed_up, self._failed)

    def _backed_up(self, path: Path) -> None:
        self.now.setEnabled(True)
        self.reload()
        self._tell(_("✓ 已备份并核对：{file}").format(file=path.name), "good")
        self.done.emit()

    def _failed(self, failure: AppError) -> None:
        self.now.setEnabled(True)
        if not isinstance(failure, Cancelled):
            self._tell(words.error(failure), "late")

    @Slot()
    def compare(self) -> None:
        """Ask what going back to the current backup would mean, then whether to do it."""
        self._compare(keys_of(self._context.here()))

    def _compare(self, keys: Keys) -> None:
        place = self.grid.currentRow()
        if 0 <= place < len(self._backups):
            chosen = self._backups[place]
            self.back.setEnabled(False)
            work = partial(_contrast, self._context.here(), chosen.path, keys)
            done = partial(self._ask, chosen.path, keys)
            self._context.jobs.run(_("比较备份"), work, done, self._not_compared)

    def _ask(self, path: Path, keys: Keys, contrast: Contrast) -> None:
        self.back.setEnabled(True)
        if confirm(self, contrast_told(path, contrast), _("恢复")):
            self.restore_wanted.emit(path, keys)

    def _not_compared(self, failure: AppError) -> None:
        self.back.setEnabled(True)
        if isinstance(failure, WrongPassphrase):
            self._ask_passphrase()
        elif not isinstance(failure, Cancelled):
            self._tell(words.error(failure), "late")

    def _ask_passphrase(self) -> None:
        text = _("做这份备份时用的是另一个文件口令。")
        dialog = PassphraseDialog(self, _("备份的口令"), _("打开"), text=text)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._compare(keys_of(self._context.here(), dialog.passphrase()))

    def _tell(self, sentence: str, role: str = "hint") -> None:
        self._told.setText(sentence)
        give_role(self._told, role)

    def told(self) -> str:
        """What the page says above the list."""
        return self._told.text()


def contrast_told(path: Path, contrast: Contrast) -> str:
    """What going back to a backup means, line by line."""
    held, lost = contrast.backup, contrast.lost
    newest = moment(held.newest_at, full=True) if held.newest_at is not None else "—"
    lines = [
        _("恢复到 {file}").format(file=path.name),
        _("它有 {count} 条改动，最近一条写于 {when}。").format(
            count=f"{held.changes:,}", when=newest
        ),
        _("这以后的 {count} 条改动不再在文件里；现在的文件另存一份，可以再并回来。").format(
            count=f"{lost:,}"
        ),
        _("恢复要先关上这个文件，然后请您重新开锁。"),
    ]
    return "\n".join(lines)


def _contrast(workspace: Workspace, path: Path, keys: Keys, progress: Progress) -> Contrast:
    return restoring.contrast_open(workspace, path, keys, progress)


def _back_up(workspace: Workspace, progress: Progress) -> Path:
    return backup.backup(workspace, None, progress)
