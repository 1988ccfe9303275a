"""清除实名: what goes and what stays elsewhere is told; then a reason and two witnesses."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

from services import purging, words
from services.core import Progress
from services.errors import AppError, Cancelled
from services.purging import Done, Survey, Wish
from services.words import _
from services.workspace import Workspace, purge_is_unfinished
from ui import errors, theme
from ui.context import Context
from ui.parts.dialogs import Entry, ValuesDialog

_WIDTH = 560
_SHOWN = 6
"""Packages that are told one by one."""


class PurgeDialog(ValuesDialog):
    """Asks for everything a purge needs, and stays until it is done; nothing can be undone."""

    asked = Signal()
    """Everything was given: purge."""

    def __init__(self, found: Survey, parent: QWidget | None = None) -> None:
        """Tell what `found` says."""
        entries = [
            Entry("reason", _("理由（必填）")),
            Entry("first", _("在场人（一）")),
            Entry("second", _("在场人（二）")),
        ]
        if found.has_key:
            entries.append(Entry("secret", _("实名口令"), secret=True))
        super().__init__(parent, _("清除实名"), _("清除，不可恢复"), entries, text=told(found))
        self.keep_talks = QCheckBox(_("只清除实名，保留谈话原文"))
        self.give_up = QCheckBox(_("活动办还没接收的也一并清除（组长决定）"))
        self.give_up.setVisible(bool(found.missing))
        self.keep_talks.setVisible(len(found.records) > 1)
        self.body.addWidget(self.keep_talks)
        self.body.addWidget(self.give_up)
        # Wrapped text has no height of its own until its width is known.
        width = theme.px(_WIDTH)
        self.resize(width, self.layout().totalHeightForWidth(width))  # type: ignore[union-attr]
        self.act.setDefault(False)
        self.act.setAutoDefault(False)
        self.act.setEnabled(bool(found.changes))

    def wish(self) -> Wish:
        """What was asked for."""
        given = self.values()
        return Wish(
            given["reason"],
            (given["first"], given["second"]),
            keep_talks=self.keep_talks.isChecked(),
            give_up=self.give_up.isChecked(),
        )

    @Slot()
    def attempt(self) -> None:
        """Hand on what was given; what was typed stays until it is done."""
        sentence = self.problem()
        self.tell(sentence)
        if not sentence:
            self.act.setEnabled(False)
            self.asked.emit()

    def refuse(self, failure: AppError) -> None:
        """Tell why nothing was purged."""
        self.act.setEnabled(True)
        self.tell(words.error(failure))

    def problem(self) -> str:
        """All lines, and two people."""
        given = self.values()
        if given["first"] and given["first"] == given["second"]:
            return _("要写两个在场人，不能是同一个人")
        return super().problem()


def told(found: Survey) -> str:
    """What goes, and where it stays, line by line."""
    if not found.changes:
        return _("这台电脑没有可清除的实名和谈话原文。")
    titles = {"sealed": _("实名"), "talk": _("谈话原文")}
    counts = "，".join(
        _("{what} {count} 条").format(what=titles[tier.value], count=count)
        for tier, count in found.records.items()
    )
    lines = [
        _("从这台电脑清除 {counts}。文件重写，{backups} 份旧备份一并删除，谁也不能恢复。").format(
            counts=counts, backups=len(found.backups)
        )
    ]
    if found.missing:
        lines.append(_("活动办还有 {count} 条改动没有接收。").format(count=found.missing))
    elif found.received_at is not None:
        when = words.date(found.received_at.astimezone().date().isoformat(), full=True)
        lines.append(_("活动办 {when} 的接收回执已全部确认。").format(when=when))
    if found.packages:
        named = "、".join(one.file for one in found.packages[:_SHOWN])
        lines.append(
            _("这些数据包里还有，要另行销毁（共 {count} 个）：{names}").format(
                count=len(found.packages), names=named
            )
        )
    lines.append(_("存到别处的备份也要自己销毁。组内别的电脑各自清除。"))
    return "\n".join(lines)


class Purging(QObject):
    """The menu's act: look, ask, purge, and say what is left to be done."""

    def __init__(self, context: Context, window: QWidget) -> None:
        """Nothing is looked at yet."""
        super().__init__(window)
        self._context = context
        self._window = window
        self.dialog: PurgeDialog | None = None

    def ask(self) -> None:
        """Look at what would go, then ask."""
        work = partial(_survey, self._context.here())
        self._context.jobs.run(_("清除实名"), work, self._show, self._failed)

    def resume(self) -> None:
        """Do the rest of a purge that was cut short, if there is one."""
        workspace = self._context.here()
        if not workspace.store.readonly and purge_is_unfinished(workspace):
            title = _("做完上次的清除实名")
            self._context.jobs.run(title, partial(_finish, workspace), self._tell, self._failed)

    def _show(self, found: Survey) -> None:
        self.dialog = PurgeDialog(found, self._window)
        self.dialog.asked.connect(self._begin)
        self.dialog.finished.connect(self._forget)
        self.dialog.open()

    @Slot()
    def _begin(self) -> None:
        if self.dialog is None:
            return
        wish, secret = self.dialog.wish(), self.dialog.values().get("secret", "")
        work = partial(_purge, self._context.here(), wish, secret)
        self._context.jobs.run(_("清除实名"), work, self._done, self._not_purged)

    @Slot()
    def _forget(self) -> None:
        """Nothing of what was typed into the dialog may stay."""
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _not_purged(self, failure: AppError) -> None:
        """Refused: the dialog says why; a purge that is done but for its end closes it."""
        if self.dialog is not None and not purge_is_unfinished(self._context.here()):
            self.dialog.refuse(failure)
            return
        if self.dialog is not None:
            self.dialog.accept()
        self._failed(failure)

    def _done(self, done: Done) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._context.announce(done.changes)
        self._tell(done.left)

    def _tell(self, left: tuple[Path, ...]) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle(_("清除实名"))
        box.setText(_("已清除，不可恢复。清除证明在 文书报告 → 移交 → 清除证明。"))
        if left:
            names = "\n".join(str(path) for path in left)
            box.setInformativeText(_("这些旧文件没有删掉，请自己删：\n{names}").format(names=names))
        box.setModal(True)
        box.show()

    def _failed(self, failure: AppError) -> None:
        if not isinstance(failure, Cancelled):
            errors.show(self._window, failure)


def _survey(workspace: Workspace, _progress: Progress) -> Survey:
    return purging.survey(workspace)


def _finish(workspace: Workspace, progress: Progress) -> tuple[Path, ...]:
    return purging.finish(workspace, progress)


def _purge(workspace: Workspace, wish: Wish, secret: str, progress: Progress) -> Done:
    return purging.purge(workspace, wish, secret, progress)
