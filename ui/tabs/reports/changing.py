"""改字: the passages of a draft at the left, the words of the current one at the right."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services import reports, words
from services.documents.editing import Edit, Passage
from services.errors import AppError
from services.reports import Draft, Wanted
from services.words import _
from ui import theme
from ui.context import Context
from ui.parts.dialogs import Dialog

_SHOWN = 24
_SIZE = (720, 500)
_LEAST_HEIGHT = 340


class ChangeDialog(Dialog):
    """Each change is stored when it is taken over; closing loses nothing but the words at hand."""

    changed = Signal()
    """Something was stored: the draft has to be made anew."""

    def __init__(self, context: Context, draft: Draft, parent: QWidget | None = None) -> None:
        """Show the passages of `draft` and the changes that no longer fit."""
        text = _("改的是这份文书的措辞，数字请回到记录里改。留空则略去这一段。")
        super().__init__(parent, _("改字"), text, _("关闭"))
        self._context = context
        self._wanted: Wanted = draft.wanted
        self._edits: dict[str, Edit] = {edit.id: edit for edit in draft.edits}
        self._stale: list[Edit] = list(draft.stale)
        self._passages = draft.passages
        self.list = QListWidget()
        self.list.setAccessibleName(_("各段"))
        self.words = QPlainTextEdit()
        self.words.setAccessibleName(_("这一段的文字"))
        self.words.setTabChangesFocus(True)
        self.was = QLabel()
        self.was.setProperty("role", "hint")
        self.was.setWordWrap(True)
        self.was.setTextFormat(Qt.TextFormat.PlainText)
        self.take = QPushButton(_("用这段文字"))
        self.back = QPushButton(_("恢复原文"))
        self.drop = QPushButton(_("去掉对不上的改字"))
        self._build()
        self.resize(theme.fitting(*_SIZE))

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        right = QVBoxLayout()
        right.addWidget(self.words, 1)
        right.addWidget(self.was)
        buttons = QHBoxLayout()
        for button, slot in (
            (self.take, self.take_over),
            (self.back, self.restore),
            (self.drop, self.drop_stale),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            buttons.addWidget(button)
        buttons.addStretch(1)
        right.addLayout(buttons)
        self.list.setFixedWidth(theme.px(260))
        self.list.setMinimumHeight(theme.fitting(0, _LEAST_HEIGHT).height() // 2)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._leave_nothing_to_cancel()
        row.addWidget(self.list)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)
        self.list.currentRowChanged.connect(self._show)
        self._fill(0)

    def _leave_nothing_to_cancel(self) -> None:
        """Every change is stored at once: closing is all there is."""
        for button in self.findChildren(QPushButton):
            if button.text() == _("取消"):
                button.hide()

    def _fill(self, current: int) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for edit in self._stale:
            self.list.addItem(_("！对不上：{text}").format(text=_short(edit.now or edit.was)))
        for passage in self._passages:
            mark = "✎ " if passage.id in self._edits else ""
            item = QListWidgetItem(mark + _short(self._now(passage)))
            item.setToolTip(passage.text)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.drop.setVisible(bool(self._stale))
        self.list.setCurrentRow(max(0, min(current, self.list.count() - 1)))
        self._show(self.list.currentRow())

    def _now(self, passage: Passage) -> str:
        edit = self._edits.get(passage.id)
        return passage.text if edit is None else edit.now

    def passage(self) -> Passage | None:
        """The passage that is shown; None for a change that no longer fits."""
        row = self.list.currentRow() - len(self._stale)
        return self._passages[row] if 0 <= row < len(self._passages) else None

    @Slot(int)
    def _show(self, row: int) -> None:
        passage = self.passage()
        self.take.setEnabled(passage is not None)
        self.words.setReadOnly(passage is None)
        self.back.setEnabled(passage is not None and passage.id in self._edits)
        if passage is not None:
            self.words.setPlainText(self._now(passage))
            told = _("原文：{text}").format(text=passage.text)
            self.was.setText(told if passage.id in self._edits else "")
        elif 0 <= row < len(self._stale):
            edit = self._stale[row]
            self.words.setPlainText(edit.now)
            self.was.setText(_("记录变了，原来的这段话已不在文书里：{text}").format(text=edit.was))

    def choose(self, text: str) -> None:
        """Go to the first passage that holds these words."""
        for row, passage in enumerate(self._passages, len(self._stale)):
            if text in passage.text:
                self.list.setCurrentRow(row)
                return

    @Slot()
    def take_over(self) -> None:
        """Store the words at hand for the current passage."""
        self._store(self.words.toPlainText())

    @Slot()
    def restore(self) -> None:
        """Back to the program's own words."""
        passage = self.passage()
        if passage is not None:
            self._store(passage.text)

    def _store(self, now: str) -> None:
        passage = self.passage()
        if passage is None:
            return
        try:
            changes = reports.change(self._context.here(), self._wanted, passage, now)
        except AppError as failure:
            self.tell(words.error(failure))
            return
        self.tell("")
        self._context.announce(changes)
        self._edits.pop(passage.id, None)
        if now.strip() != passage.text:
            self._edits[passage.id] = Edit(passage.id, passage.text, now.strip())
        self.changed.emit()
        self._fill(self.list.currentRow())

    @Slot()
    def drop_stale(self) -> None:
        """Drop the changes that no longer fit."""
        ids = tuple(edit.id for edit in self._stale)
        try:
            changes = reports.take_back(self._context.here(), self._wanted, ids)
        except AppError as failure:
            self.tell(words.error(failure))
            return
        self._stale = []
        self._context.announce(changes)
        self.changed.emit()
        self._fill(0)


def _short(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        return _("（略去）")
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
