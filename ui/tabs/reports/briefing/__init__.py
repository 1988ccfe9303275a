"""简报: the file's briefings, the one that is worked on, its preview and its issue."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from models.kinds import Uid, Value
from services import briefings
from services.briefings import Briefing, Genre, Line, Refreshed
from services.briefings.issuing import Issued, draft
from services.core import Changes, Progress
from services.documents.orders import Period
from services.documents.rendering import Options, Rendered
from services.errors import AppError
from services.words import _
from services.workspace import Workspace
from ui import theme
from ui.context import Context
from ui.parts.pages import PagesView
from ui.tabs.reports.briefing.desk import ORIGIN, Desk
from ui.tabs.reports.briefing.dialogs import BeginDialog, IssueBriefingDialog, NamesDialog
from ui.tabs.reports.briefing.head import Head
from ui.tabs.reports.briefing.output import Output

__all__ = ["BriefingPage"]

_MADE_OF = frozenset({"problem", "opinion", "evaluation", "reception", "case", "unit", "briefing"})
"""Kinds whose changes may change a draft."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read on the worker thread."""

    lines: tuple[Line, ...]
    briefing: Briefing | None


class BriefingPage(QWidget):
    """All briefings of the file, and the one that is worked on."""

    issued = Signal(str)
    """Uid of the new line in the register."""
    shown = Signal()
    """A briefing is shown as it is stored."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the page; it fills when it is looked at."""
        super().__init__(parent)
        self._context = context
        self._briefing: Briefing | None = None
        self._wanted: Uid | None = None
        self._is_loading = self._is_outdated = False
        self.head = Head()
        self.desk = Desk(context)
        self.preview = PagesView()
        self._output = Output(context, self, self._settled)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.desk)
        self._stack.addWidget(self.preview)
        layout = QVBoxLayout(self)
        margin = theme.px(12)
        layout.setContentsMargins(margin, theme.px(4), margin, margin)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.head)
        layout.addWidget(self.head.told)
        layout.addWidget(self._stack, 1)
        head = self.head
        head.picked.connect(self.open)
        head.typed.connect(self._keep)
        head.chosen.connect(self._sort)
        head.refresh.clicked.connect(self.refresh)
        head.new.clicked.connect(self.begin)
        head.look.clicked.connect(self.look)
        head.sign.clicked.connect(self.sign)
        self.desk.stored.connect(self.reload)
        self._output.refused.connect(head.tell)
        self.desk.export.clicked.connect(self._output.put_out)
        self.desk.refused.connect(head.tell)
        self._context.changed.connect(self._take_changes)
        self._context.opened.connect(self.reload)
        self._context.closed.connect(self._forget)
        keys = (("F10", self.look), ("Ctrl+I", self.desk.side.material.insert), ("Esc", self.leave))
        for key, slot in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def showEvent(self, event: QShowEvent) -> None:
        """What is stored is read when the page is looked at."""
        super().showEvent(event)
        self.reload()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is being typed is stored before the page is left."""
        if self._context.workspace is not None:
            self.desk.store()
        super().hideEvent(event)

    @Slot()
    def reload(self) -> None:
        """Read the briefings, and the one that is worked on, on the worker thread."""
        if self._context.workspace is None or not self.isVisible():
            return
        if self._is_loading:
            self._is_outdated = True
            return
        self._is_loading = True
        work = partial(_load, self._context.here(), self._wanted)
        self._context.jobs.run(_("读取简报"), work, self._show, self._not_loaded)

    def briefing(self) -> Briefing | None:
        """What is worked on, as it was last read."""
        return self._briefing

    def _settled(self) -> Briefing | None:
        if self._briefing is not None:
            self.desk.store()
        return self._briefing

    def _show(self, loaded: Loaded) -> None:
        self._is_loading = False
        self._briefing = loaded.briefing
        self._wanted = None if loaded.briefing is None else loaded.briefing.uid
        self.head.show_lines(loaded.lines, self._wanted)
        self.head.show_briefing(loaded.briefing)
        self.desk.setVisible(loaded.briefing is not None)
        if loaded.briefing is not None:
            self.desk.show_briefing(loaded.briefing)
        if self._is_outdated:
            self._is_outdated = False
            self.reload()
        else:
            self.shown.emit()

    def _not_loaded(self, failure: AppError) -> None:
        self._is_loading = self._is_outdated = False
        self.head.tell(failure)

    @Slot()
    def _forget(self) -> None:
        """The file is closed: what was being read of it never comes."""
        self._is_loading = self._is_outdated = False
        self._briefing = self._wanted = None
        self.desk.hide()

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if changes.origin != ORIGIN and changes.kinds & _MADE_OF:
            self.reload()

    @Slot(str)
    def open(self, uid: str) -> None:
        """Work on another briefing."""
        self.desk.store()
        self._wanted = Uid(uid)
        self.leave()
        self.reload()

    @Slot(dict)
    def _keep(self, values: dict[str, Value]) -> None:
        """Store the title or the 期."""
        if self._briefing is None:
            return
        try:
            changes = briefings.set_facts(self._context.here(), self._briefing.uid, values)
        except AppError as failure:
            self.head.tell(failure)
            return
        self._announce(changes)

    @Slot(str)
    def _sort(self, genre: str) -> None:
        """Store what the briefing is."""
        if self._briefing is None:
            return
        workspace, uid = self._context.here(), self._briefing.uid
        try:
            changes = briefings.set_genre(workspace, uid, Genre(genre))
        except AppError as failure:
            self.head.tell(failure)
            return
        self._announce(changes)

    def _announce(self, changes: Changes) -> None:
        self._context.announce(Changes(changes.kinds, changes.units, ORIGIN))
        self.reload()

    @Slot()
    def refresh(self) -> None:
        """Bring new records into the paragraphs nobody edited."""
        if self._briefing is not None:
            self.desk.store()
            work = partial(_refresh, self._context.here(), self._briefing.uid)
            self._context.jobs.run(_("更新草稿"), work, self._refreshed, self.head.tell)

    def _refreshed(self, done: Refreshed) -> None:
        self._announce(done.changes)

    @Slot()
    def begin(self) -> None:
        """Ask for the days and draft a briefing."""
        dialog = BeginDialog(self)
        if dialog.exec():
            self.draft(dialog.period(), dialog.title.text(), dialog.genre())

    def draft(self, period: Period, title: str = "", genre: Genre = Genre.GENERAL) -> None:
        """Draft a briefing about a period and work on it."""
        self.desk.store()
        work = partial(_new, self._context.here(), period, title, genre)
        self._context.jobs.run(_("起草简报"), work, self._begun, self.head.tell)

    def _begun(self, uid: Uid) -> None:
        self._wanted = uid
        self._announce(Changes(frozenset({"briefing"})))

    @Slot()
    def look(self) -> None:
        """Show the pages as they would be printed; again: back to the text."""
        if self._stack.currentIndex() == 1:
            self.leave()
        elif (briefing := self._settled()) is not None:
            work = partial(_draft, self._context.here(), briefing.uid)
            self._context.jobs.run(_("预览"), work, self._looked, self.head.tell)

    def _looked(self, rendered: Rendered) -> None:
        self.preview.show_pdf(rendered.pdf)
        self._stack.setCurrentIndex(1)
        self.head.look.setText(_("回到正文 Esc"))

    @Slot()
    def leave(self) -> None:
        """From the preview back to the text."""
        self._stack.setCurrentIndex(0)
        self.head.look.setText(_("预览 F10"))

    @Slot()
    def sign(self) -> None:
        """Names that may not stand in it first, then who signs."""
        if self._briefing is None:
            return
        self.desk.store()
        workspace, uid = self._context.here(), self._briefing.uid
        now = briefings.load(workspace, uid)
        found = briefings.named(workspace, now)
        if found:
            names = NamesDialog(now, found, self)
            if not names.exec():
                return
            self.allow(names.units())
            found = briefings.named(workspace, briefings.load(workspace, uid))
        if not found:
            warning = briefings.counted(now) if now.too_long else ""
            dialog = IssueBriefingDialog(self._context, uid, self, warning=warning)
            dialog.issued.connect(self.take_issued)
            dialog.exec()

    def allow(self, units: list[Uid]) -> None:
        """Let the briefing name these units too."""
        if self._briefing is not None:
            cleared = {*self._briefing.cleared, *units}
            workspace = self._context.here()
            self._announce(briefings.clear_units(workspace, self._briefing.uid, cleared))

    @Slot(object)
    def take_issued(self, issued: Issued) -> None:
        """A briefing was issued: tell everybody and lead to its line."""
        self._announce(issued.changes)
        self.issued.emit(issued.uid)


def _load(workspace: Workspace, wanted: Uid | None, _progress: Progress) -> Loaded:
    """The wanted briefing, or the newest one."""
    lines = briefings.briefings(workspace)
    known = [line.uid for line in lines]
    uid = wanted if wanted in known else next(iter(known), None)
    return Loaded(lines, None if uid is None else briefings.load(workspace, uid))


def _new(
    workspace: Workspace, period: Period, title: str, genre: Genre, _progress: Progress
) -> Uid:
    return briefings.new(workspace, period, title, genre)


def _refresh(workspace: Workspace, uid: Uid, _progress: Progress) -> Refreshed:
    return briefings.refresh(workspace, uid)


def _draft(workspace: Workspace, uid: Uid, _progress: Progress) -> Rendered:
    return draft(workspace, uid, Options(validate=False))
