"""The parts of a briefing at the left: ticked or left out, moved by dragging or Alt+↑ and Alt+↓."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from services.briefings import Briefing, Paragraph, Part, Section
from services.documents.wording import ordinal
from services.words import _
from ui import theme

_ID = Qt.ItemDataRole.UserRole
_COUNT_WIDTH = 62
_EDITED, _NEWER = "✎", "●"
_SHORT = 14
"""Characters of a paragraph's name that are shown; the whole stands in its tooltip."""


class Structure(QTreeWidget):
    """Sections, and under them their paragraphs, with counts."""

    chosen = Signal(str)
    """Id of the section or paragraph the cursor came to."""
    switched = Signal(str, bool)
    """(id, shown): a tick was set or taken away."""
    ordered = Signal(list)
    """Ids of all sections and paragraphs in their new order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build an empty list."""
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setAccessibleName(_("结构"))
        self.setRootIsDecorated(False)
        self.setIndentation(theme.px(18))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, theme.px(_COUNT_WIDTH))
        for key, slot in (("Alt+Up", self.move_up), ("Alt+Down", self.move_down)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(slot)
        self.currentItemChanged.connect(self._tell_chosen)
        self.itemChanged.connect(self._tell_switched)

    def show_briefing(self, briefing: Briefing) -> None:
        """Show its parts; the cursor stays where it was."""
        kept = self.current()
        self.blockSignals(True)
        self.clear()
        number = 0
        for section in briefing.sections:
            name = section.title
            if section.part in {Part.GROUP, Part.CASES} and section.printed():
                number += 1
                name = f"{ordinal(number)} {name}"
            item = _item(section.id, name, _section_count(section), section.shown)
            self.addTopLevelItem(item)
            item.setToolTip(0, section.heading)
            for paragraph in _listed(section):
                item.addChild(_paragraph_item(paragraph))
            item.setExpanded(True)
        self.blockSignals(False)
        found = self._find(kept) or self.topLevelItem(0)
        if found is not None:
            self.setCurrentItem(found)

    def current(self) -> str:
        """Id the cursor is on; empty when there is none."""
        item = self.currentItem()
        return "" if item is None else str(item.data(0, _ID))

    def choose(self, part: str) -> None:
        """Put the cursor on a section or paragraph."""
        found = self._find(part)
        if found is not None:
            self.setCurrentItem(found)

    def follow(self, part: str) -> None:
        """The same without telling: the cursor of the text came there first."""
        self.blockSignals(True)
        self.choose(part)
        self.blockSignals(False)

    def order(self) -> list[str]:
        """Ids from top to bottom, each section before its paragraphs."""
        return [str(item.data(0, _ID)) for item in self._items()]

    def _items(self) -> list[QTreeWidgetItem]:
        found: list[QTreeWidgetItem | None] = []
        for n in range(self.topLevelItemCount()):
            top = self.topLevelItem(n)
            found.append(top)
            found += [top.child(k) for k in range(top.childCount())] if top is not None else []
        return [item for item in found if item is not None]

    def _find(self, part: str) -> QTreeWidgetItem | None:
        return next((item for item in self._items() if item.data(0, _ID) == part), None)

    @Slot()
    def move_up(self) -> None:
        """One place up, among its own kind."""
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        """One place down, among its own kind."""
        self._move(1)

    def _move(self, by: int) -> None:
        item = self.currentItem()
        if item is not None:
            self._place(item, self._siblings(item).index(item) + by)

    def _siblings(self, item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
        return [one for one in self._items() if one.parent() is item.parent()]

    def _place(self, item: QTreeWidgetItem, place: int) -> None:
        """Move an item to a place among its siblings and tell the new order."""
        siblings = self._siblings(item)
        if not 0 <= place < len(siblings) or siblings[place] is item:
            return
        above = item.parent()
        is_open = item.isExpanded()
        self.blockSignals(True)
        if above is None:
            self.takeTopLevelItem(siblings.index(item))
            self.insertTopLevelItem(place, item)
        else:
            above.takeChild(siblings.index(item))
            above.insertChild(place, item)
        item.setExpanded(is_open)
        self.setCurrentItem(item)
        self.blockSignals(False)
        self.ordered.emit(self.order())

    def dropEvent(self, event: QDropEvent) -> None:
        """Let an item be dropped among its own kind only; Qt itself moves nothing."""
        item = self.currentItem()
        target = self.itemAt(event.position().toPoint())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if item is None or target is None:
            return
        above = target.parent()
        if item.parent() is None and above is not None:
            target = above
        if target.parent() is item.parent():
            self._place(item, self._siblings(item).index(target))

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _tell_chosen(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(0, _ID)))

    @Slot(QTreeWidgetItem, int)
    def _tell_switched(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            shown = item.checkState(0) is Qt.CheckState.Checked
            self.switched.emit(str(item.data(0, _ID)), shown)


def _item(part: str, name: str, count: str, shown: bool) -> QTreeWidgetItem:
    item = QTreeWidgetItem([name, count])
    item.setData(0, _ID, part)
    item.setCheckState(0, Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _listed(section: Section) -> tuple[Paragraph, ...]:
    """Paragraphs that stand in the list: those one would move or leave out."""
    if section.part in {Part.GROUP, Part.DEMANDS, Part.CASES, Part.SCOPE}:
        return section.paragraphs
    return ()


def _section_count(section: Section) -> str:
    if section.part is Part.NOTE:
        return _("{count} 字").format(count=sum(len(p.text) for p in section.paragraphs))
    if section.part is Part.GROUP:
        return _("{count} 件").format(count=section.count)
    if section.part in {Part.DEMANDS, Part.CASES}:
        count = sum(1 for p in section.paragraphs if p.lead and p.text)
        return _("{count} 条").format(count=count)
    return ""


def _paragraph_item(paragraph: Paragraph) -> QTreeWidgetItem:
    name = paragraph.lead or paragraph.text
    short = name if len(name) <= _SHORT else f"{name[:_SHORT]}…"
    marks = (_EDITED if paragraph.edited else "") + (
        _NEWER if paragraph.stale or paragraph.outdated else ""
    )
    count = _("{count} 件").format(count=paragraph.count) if paragraph.count else ""
    item = _item(paragraph.id, f"{marks} {short}".strip(), count, paragraph.shown)
    told = [name]
    told += [_("已手工改过")] if paragraph.edited else []
    told += [_("有新记录")] if paragraph.stale or paragraph.outdated else []
    item.setToolTip(0, "\n".join(told))
    return item
