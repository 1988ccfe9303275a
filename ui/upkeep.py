"""Keeping the file well: a verified backup, and the proof that it is whole."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from services import backup, health
from services.core import Progress
from services.health import Report
from services.words import _
from services.workspace import Workspace
from ui.context import Context

_MOST_FINDINGS = 10


class Upkeep(QObject):
    """The two actions of the 文件 menu that work on the whole file."""

    def __init__(self, context: Context, window: QWidget) -> None:
        """Results are told above `window`."""
        super().__init__(window)
        self._context = context
        self._window = window

    @Slot()
    def back_up(self) -> None:
        """Make a backup in the file's own folder of backups."""
        work = partial(_back_up, self._context.here())
        self._context.jobs.run(_("备份"), work, self._backed_up)

    @Slot()
    def check(self) -> None:
        """Prove the open file whole."""
        self._context.jobs.run(_("检查文件"), partial(_check, self._context.here()), self._checked)

    def _backed_up(self, path: Path) -> None:
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
    lines = [f"{named.get(f.code, f.code)}  {f.detail}" for f in report.findings[:_MOST_FINDINGS]]
    head = _("文件有损坏，先别再写，用备份：")
    return "\n".join([head, *lines]), QMessageBox.Icon.Critical


def _back_up(workspace: Workspace, progress: Progress) -> Path:
    return backup.backup(workspace, None, progress)


def _check(workspace: Workspace, progress: Progress) -> Report:
    return health.check(workspace, progress)
