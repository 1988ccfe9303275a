"""The text of one section: its heading, and each paragraph in a field of its own."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from services.briefings import Paragraph, Part, Section
from services.documents.wording import ordinal
from services.words import _
from ui import theme
from ui.parts.cards import label

_STORE_AFTER_MS = 1_500
_LEAST_LINES = 2


class ParagraphEdit(QPlainTextEdit):
    """One paragraph; what is typed is handed on after a moment, and when it is left."""

    edited = Signal(str)
    entered = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """An empty field called `name` for screen readers."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stored = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STORE_AFTER_MS)
        self._timer.timeout.connect(self.store)
        self.textChanged.connect(self._wait)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)

    def show_text(self, text: str) -> None:
        """Show what is stored; what is being typed is never overwritten."""
        is_dirty = self.toPlainText() != self._stored
        self._stored = text
        if not is_dirty and self.toPlainText() != text:
            at = self.textCursor().position()
            self.setPlainText(text)
            cursor = self.textCursor()
            cursor.setPosition(min(at, len(text)))
            self.setTextCursor(cursor)
        self._grow()

    def insert(self, text: str) -> None:
        """Put a sentence where the cursor is."""
        self.textCursor().insertText(text)
        self.store()

    @Slot()
    def store(self) -> None:
        """Hand on what was typed, if anything was."""
        self._timer.stop()
        text = self.toPlainText()
        if text != self._stored:
            self._stored = text
            self.edited.emit(text)

    @Slot()
    def _wait(self) -> None:
        if self.toPlainText() != self._stored:
            self._timer.start()

    @Slot()
    def _grow(self) -> None:
        """As high as its text."""
        lines = max(_LEAST_LINES, round(self.document().size().height()))
        margins = self.contentsMargins()
        around = margins.top() + margins.bottom() + 2 * round(self.document().documentMargin())
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + around + theme.px(6))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs another height."""
        super().resizeEvent(event)
        self._grow()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the cursor is here."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving stores."""
        super().focusOutEvent(event)
        self.store()


class SectionText(QScrollArea):
    """The paragraphs of the section that is worked on."""

    edited = Signal(str, str)
    """(paragraph, text)."""
    headed = Signal(str, str)
    """(section, heading); an empty heading asks for the template's own."""
    entered = Signal(str)
    """The cursor came into this paragraph."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build it empty."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self._section: Section | None = None
        self.heading: QLineEdit | None = None
        """The section's heading; None where it has none on paper."""
        self._fields: dict[str, ParagraphEdit] = {}
        self._leads: dict[str, QLabel] = {}
        self._current = ""
        self._locked = False

    def show_section(self, section: Section, *, locked: bool) -> None:
        """Show a section; its fields are kept while it is the same one."""
        known = self._section
        same = (
            known is not None
            and known.id == section.id
            and locked == self._locked
            and [p.id for p in known.paragraphs] == [p.id for p in section.paragraphs]
        )
        if not same:
            self.store()
        self._section, self._locked = section, locked
        if not same:
            self._build(section)
        if self.heading is not None and not (same and self.heading.isModified()):
            self.heading.setText(section.heading)
        number = 0
        for paragraph in section.paragraphs:
            number += 1 if paragraph.shown and paragraph.text else 0
            self._fields[paragraph.id].show_text(paragraph.text)
            lead = _lead(section.part, paragraph, number)
            self._leads[paragraph.id].setText(lead)
            self._leads[paragraph.id].setVisible(bool(lead))

    def _build(self, section: Section) -> None:
        self._fields, self._leads = {}, {}
        self._current = ""
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, theme.px(8), 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self._heading(section))
        if section.part is Part.TABLE:
            told = _("各种问题的个数和单位数，由程序按期间准确统计，签发时写进附表。不要就去掉勾。")
            layout.addWidget(label(told, "hint", wrapped=True))
        for paragraph in section.paragraphs:
            lead = label("", "head", wrapped=True)
            field = ParagraphEdit(paragraph.lead or section.heading)
            field.setReadOnly(self._locked)
            field.edited.connect(partial(self.edited.emit, paragraph.id))
            field.entered.connect(partial(self._enter, paragraph.id))
            self._leads[paragraph.id], self._fields[paragraph.id] = lead, field
            layout.addWidget(lead)
            layout.addWidget(field)
        layout.addStretch(1)
        self.setWidget(page)

    def _heading(self, section: Section) -> QWidget:
        """The heading: a field where it is printed, else words."""
        self.heading = None
        if not section.has_heading:
            return label(section.heading, "title", wrapped=True)
        self.heading = QLineEdit(section.heading)
        self.heading.setAccessibleName(_("标题"))
        self.heading.setToolTip(_("原标题：{text}。清空则恢复").format(text=section.drafted))
        self.heading.setReadOnly(self._locked)
        self.heading.editingFinished.connect(self._head)
        return self.heading

    @Slot()
    def _head(self) -> None:
        """Hand on a changed heading."""
        if self.heading is not None and self._section is not None and self.heading.isModified():
            self.heading.setModified(False)
            self.headed.emit(self._section.id, self.heading.text())

    def store(self) -> None:
        """Hand on what is being typed."""
        self._head()
        for field in self._fields.values():
            field.store()

    def section(self) -> str:
        """Id of the section that is shown; empty when there is none."""
        return "" if self._section is None else self._section.id

    def field(self, paragraph: str) -> ParagraphEdit | None:
        """The field of a paragraph."""
        return self._fields.get(paragraph)

    def current(self) -> str:
        """Id of the paragraph the cursor is in; else the first one's, or empty."""
        return self._current or next(iter(self._fields), "")

    def go_to(self, paragraph: str) -> None:
        """Bring a paragraph into view and make it the current one."""
        field = self._fields.get(paragraph)
        if field is not None and paragraph != self._current:
            self._current = paragraph
            self.ensureWidgetVisible(field)

    def _enter(self, paragraph: str) -> None:
        self._current = paragraph
        self.entered.emit(paragraph)


def _lead(part: Part, paragraph: Paragraph, number: int) -> str:
    """What stands before a paragraph on paper."""
    if not paragraph.lead:
        return ""
    if part is Part.GROUP and paragraph.shown and paragraph.text:
        return _("{ordinal}是{title}。").format(ordinal=ordinal(number), title=paragraph.lead)
    return paragraph.lead
