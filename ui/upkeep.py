"""Keeping the file well: a verified backup, and the proof that it is whole."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from services import backup, health, search, words
from services.core import Progress
from services.errors import AppError
from services.health import Report
from services.words import _
from services.workspace import Workspace
from ui.context import Context

_MOST_FINDINGS = 10


_LOOK_EVERY_MS = 60 * 1000


class Upkeep(QObject):
    """The two actions of the 文件 menu that work on the whole file, and what is done by itself.

    That is the half-hourly backup, and letting the search index follow a large merge.
    """

    backed_up = Signal()
    """A backup was made, asked for or not."""

    def __init__(self, context: Context, window: QWidget) -> None:
        """Results are told above `window`."""
        super().__init__(window)
        self._context = context
        self._window = window
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.back_up_if_due)
        self._timer.start()
        self._following = False
        # Whoever announces a merge may want the worker for something else first.
        for sign in (context.changed, context.opened):
            sign.connect(self.follow, Qt.ConnectionType.QueuedConnection)
        context.closed.connect(self._followed)

    @Slot()
    def back_up(self) -> None:
        """Make a backup in the file's own folder of backups."""
        work = partial(_back_up, self._context.here())
        self._context.jobs.run(_("备份"), work, self._backed_up)

    @Slot()
    def back_up_if_due(self) -> None:
        """Make the half-hourly backup when it is time and nothing else runs; it is quiet."""
        workspace = self._context.workspace
        if workspace is None or self._context.jobs.running or not _is_due(workspace):
            return
        work = partial(backup.backup_if_due, workspace)
        # A backup that nobody asked for must not put a dialog over a talk: the bar shows its age.
        self._context.jobs.run(_("备份"), partial(_quietly, work), self._kept)

    @Slot()
    def follow(self) -> None:
        """Let the search index follow with what it lacks; it is quiet."""
        workspace = self._context.workspace
        if workspace is None or self._following or not search.is_behind(workspace):
            return
        self._following = True
        work = partial(search.catch_up, workspace)
        self._context.jobs.run(_("整理查找索引"), work, self._followed, self._followed)

    @Slot()
    def _followed(self, _end: object = None) -> None:
        # What is left of it, after a failure too, is done at the next change or on closing.
        self._following = False

    def last_backup(self) -> datetime | None:
        """When the newest backup in the file's own folder was made; None when there is none."""
        workspace = self._context.workspace
        found = backup.backups(workspace) if workspace is not None else ()
        return found[0].at if found else None

    def _kept(self, _path: Path | None) -> None:
        self.backed_up.emit()

    @Slot()
    def check(self) -> None:
        """Prove the open file whole."""
        self._context.jobs.run(_("检查文件"), partial(_check, self._context.here()), self._checked)

    def _backed_up(self, path: Path) -> None:
        self.backed_up.emit()
        told = _("已备份并核对：\n{path}\n请把它另存一份到别的盘上。")
        self._tell(told.format(path=path), QMessageBox.Icon.Information)

    def _checked(self, report: Report) -> None:
        self._tell(*told(report))

    def _tell(self, sentence: str, icon: QMessageBox.Icon) -> None:
        box = QMessageBox(icon, _("督导通"), sentence, parent=self._window)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.addButton(_("知道了"), QMessageBox.ButtonRole.AcceptRole)
        box.open()


def told(report: Report) -> tuple[str, QMessageBox.Icon]:
    """What a check says, and how serious that is."""
    if report.ok:
        sentence = _("文件完好：{changes} 条改动、{rows} 条记录都验过。")
        text = sentence.format(changes=report.changes, rows=report.rows)
        return text, QMessageBox.Icon.Information
    named = {
        "pages": _("页面"),
        "change": _("流水"),
        "chain": _("流水的次序"),
        "row": _("记录"),
        "projection": _("各表"),
        "search": _("查找用的索引"),
    }
    some = report.findings[:_MOST_FINDINGS]
    lines = [f"{named.get(one.code, one.code)}  {words.detail(one.detail)}" for one in some]
    head = _("文件有损坏，先别再写，用备份：")
    return "\n".join([head, *lines]), QMessageBox.Icon.Critical


def _is_due(workspace: Workspace) -> bool:
    return not workspace.store.readonly and backup.is_due(workspace)


def _quietly(work: Callable[[Progress], Path | None], progress: Progress) -> Path | None:
    """Do it; a known failure is left for the next time, and for the age that the bar shows."""
    try:
        return work(progress)
    except AppError:
        return None


def _back_up(workspace: Workspace, progress: Progress) -> Path:
    return backup.backup(workspace, None, progress)


def _check(workspace: Workspace, progress: Progress) -> Report:
    return health.check(workspace, progress)
