"""The three panes of the editor: structure, text, usable material; every change is stored."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QWidget

from models.kinds import Uid
from services import briefings
from services.briefings import Briefing, Paragraph, Section, Usable
from services.core import Changes, Progress
from services.errors import AppError
from services.words import _
from services.workspace import Workspace
from ui import theme
from ui.context import Context
from ui.parts.cards import Card, give_role, label
from ui.tabs.reports.briefing.side import Side
from ui.tabs.reports.briefing.structure import Structure
from ui.tabs.reports.briefing.text import SectionText

_WIDTHS = (270, 560, 280)
ORIGIN = "briefing"


class Desk(QWidget):
    """Shows one briefing part by part."""

    stored = Signal()
    """Something was stored: what is shown is to be read again."""
    refused = Signal(object)
    """`AppError`: a change was not stored."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it empty."""
        super().__init__(parent)
        self._context = context
        self._briefing: Briefing | None = None
        self.structure = Structure()
        self.text = SectionText()
        self.side = Side()
        self.counter = label("", "hint", wrapped=True)
        self.export = QPushButton(_("导出送审稿.docx"))
        self.export.setToolTip(_("Word 文件，供改字；不编号，不作正式文件"))
        split = QSplitter(Qt.Orientation.Horizontal)
        left, middle = Card(_("结构（拖动或 Alt+↑↓ 排序）")), Card(_("正文"))
        left.body.addWidget(self.structure, 1)
        left.body.addWidget(self.counter)
        left.body.addWidget(self.export)
        middle.body.addWidget(self.text, 1)
        for part, width in zip((left, middle, self.side), _WIDTHS, strict=True):
            split.addWidget(part)
            part.setMinimumWidth(theme.px(width * 2 // 3))
        split.setSizes([theme.px(width) for width in _WIDTHS])
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self._connect()

    def _connect(self) -> None:
        self.structure.chosen.connect(self._choose)
        self.structure.switched.connect(self._switch)
        self.structure.ordered.connect(self._arrange)
        self.text.edited.connect(self._edit)
        self.text.headed.connect(self._head)
        self.text.entered.connect(self._enter)
        self.side.material.wanted.connect(self.insert)
        self.side.newer.settled.connect(self._settle)
        self.side.heading.settled.connect(self._settle_heading)

    def show_briefing(self, briefing: Briefing) -> None:
        """Show it; the cursor and what is being typed stay."""
        self._briefing = briefing
        self.structure.setEnabled(not briefing.issued)
        self.export.setEnabled(not briefing.issued)
        self.structure.show_briefing(briefing)
        give_role(self.counter, "late" if briefing.too_long else "hint")
        self.counter.setText(briefings.counted(briefing))

    def store(self) -> None:
        """Store what is being typed."""
        self.text.store()

    @Slot(str)
    def insert(self, text: str) -> None:
        """Put a sentence into the current paragraph, where its cursor is."""
        field = self.text.field(self.text.current())
        if field is not None and self._briefing is not None and not self._briefing.issued:
            field.insert(text)

    @Slot(str)
    def _choose(self, part: str) -> None:
        """Show the section of what the cursor came to."""
        found = None if self._briefing is None else _section_of(self._briefing, part)
        if self._briefing is None or found is None:
            return
        self.text.show_section(found, locked=self._briefing.issued)
        self.text.go_to(part)
        self._show_side(self.text.current())

    @Slot(str)
    def _enter(self, paragraph: str) -> None:
        self.structure.follow(paragraph)
        self._show_side(paragraph)

    def _show_side(self, paragraph: str) -> None:
        if self._briefing is None or self._context.workspace is None:
            return
        one = self._briefing.paragraph(paragraph)
        self.side.newer.show_words(one.fresh if one is not None and one.stale else None)
        section = self._briefing.section(self.text.section())
        stale = section is not None and section.stale
        self.side.heading.show_words(section.drafted if section is not None and stale else None)
        work = partial(_usable, self._context.here(), self._briefing, paragraph)
        self._context.jobs.run(
            _("可用事例"), work, partial(self._show_usable, paragraph, one), self._give_up
        )

    def _show_usable(
        self, paragraph: str, one: Paragraph | None, found: tuple[Usable, ...]
    ) -> None:
        if paragraph == self.text.current():
            self.side.material.show_usable(found, one)

    def _give_up(self, failure: AppError) -> None:
        self.refused.emit(failure)

    def _write(self, act: Callable[[Workspace, Uid], Changes]) -> None:
        """Store something of the briefing and tell everybody."""
        if self._briefing is None or self._context.workspace is None:
            return
        try:
            changes = act(self._context.here(), self._briefing.uid)
        except AppError as failure:
            self.refused.emit(failure)
            return
        self._context.announce(Changes(changes.kinds, changes.units, ORIGIN))
        self.stored.emit()

    @Slot(str, str)
    def _edit(self, paragraph: str, text: str) -> None:
        self._write(lambda ws, uid: briefings.edit(ws, uid, paragraph, text))

    @Slot(str, str)
    def _head(self, section: str, text: str) -> None:
        self._write(lambda ws, uid: briefings.edit_heading(ws, uid, section, text))

    @Slot(str, bool)
    def _switch(self, part: str, shown: bool) -> None:
        self._write(lambda ws, uid: briefings.switch(ws, uid, part, shown=shown))

    @Slot(list)
    def _arrange(self, order: list[str]) -> None:
        self._write(lambda ws, uid: briefings.arrange(ws, uid, order))

    @Slot(bool)
    def _settle(self, take_new: bool) -> None:
        paragraph = self.text.current()
        self._write(lambda ws, uid: briefings.settle(ws, uid, paragraph, take_new=take_new))

    @Slot(bool)
    def _settle_heading(self, take_new: bool) -> None:
        key = briefings.heading_key(self.text.section())
        self._write(lambda ws, uid: briefings.settle(ws, uid, key, take_new=take_new))


def _section_of(briefing: Briefing, part: str) -> Section | None:
    return next(
        (s for s in briefing.sections if s.id == part or any(p.id == part for p in s.paragraphs)),
        None,
    )


def _usable(
    workspace: Workspace, briefing: Briefing, paragraph: str, _progress: Progress
) -> tuple[Usable, ...]:
    return briefings.usable(workspace, briefing, paragraph)
