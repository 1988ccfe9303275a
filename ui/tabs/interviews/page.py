"""One talk: what belongs to it at the left, the text in the middle, who spoke sealed at once."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services import drafts, history, records, words
from services.core import Filter, Row
from services.errors import AppError
from services.listing import page
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.editing import Editor, field_views
from ui.naming import Names, describe, word
from ui.parts.dialogs import ask_reason
from ui.parts.form import FormView
from ui.parts.history import HistoryDialog
from ui.tabs.interviews.sealed import SealedName
from ui.tabs.interviews.sheet import TalkSheet

ORIGIN = "interviews"
_SIDE_PX = 300
_DRAFT_MS = 2000
"""How long typed text may stay out of the file."""
_TALK = ("unit", "category", "date", "start_at", "end_at", "place", "talkers", "recorder")
_RESULT = ("outcome", "confirmation", "post_level")
_NEXT = {"recording": "untidied", "untidied": "finished", "finished": "untidied"}


class TalkPage(QWidget):
    """The text is stored when it is left, and kept as a draft every two seconds until then."""

    left = Signal()

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        """Empty until `begin` or `show_talk`."""
        super().__init__(parent)
        self._context = context
        self._names = names
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._told = QLabel()
        self._told.setProperty("role", "hint")
        self.text = TalkSheet()
        self.text.textChanged.connect(self._typed)
        self.text.installEventFilter(self)
        self.draft_ms = _DRAFT_MS
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._keep)
        self.state_button = QPushButton()
        self.state_button.setProperty("kind", "primary")
        self.state_button.clicked.connect(self._move_on)
        self._fault = QLabel()
        self._fault.setProperty("role", "error")
        self._fault.setWordWrap(True)
        self._fault.hide()
        self.sealed = SealedName(context)
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFixedWidth(theme.px(_SIDE_PX))
        self.form: FormView | None = None
        self.editor: Editor | None = None
        self._loading = False
        self._refused_text: str | None = None
        self._shown_text = ""
        self._kept = False
        self._build()

    def _build(self) -> None:
        back = QPushButton(_("‹ 谈话列表"))
        back.setProperty("kind", "link")
        back.setToolTip("Esc")
        back.clicked.connect(self.leave)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(back)
        head.addWidget(self._title)
        head.addWidget(self._told)
        head.addStretch(1)
        for text, slot in ((_("历史"), self._history), (_("删除…"), self._delete)):
            button = QPushButton(text)
            button.clicked.connect(slot)
            head.addWidget(button)
        head.addWidget(self.state_button)
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addWidget(self.text, 1)
        middle.addWidget(self._fault)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self._side)
        body.addLayout(middle, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(body, 1)
        QShortcut(QKeySequence("Esc"), self, self.leave)
        QShortcut(QKeySequence("Ctrl+H"), self, self._history)

    def _draw(self) -> Editor:
        """A fresh form: the choices it offers are those of this moment."""
        self.sealed.setParent(None)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.form = FormView(
            [
                (_("谈话要素"), field_views(self._context, "interview", _TALK)),
                (_("结果"), field_views(self._context, "interview", _RESULT)),
            ]
        )
        column.addWidget(self.form)
        column.addWidget(self.sealed)
        column.addStretch(1)
        self._side.setWidget(side)
        self.editor = Editor(self._context, "interview", self.form, ORIGIN)
        self.editor.stored.connect(self._stored)
        return self.editor

    def begin(self) -> bool:
        """Make a talk of now, with the last place and talkers; False when that was refused.

        A talk that is open is stored first; it stays open when that is refused.
        """
        if not self._settle():
            return False
        workspace = self._context.here()
        values: dict[str, Value] = {
            "date": workspace.today().isoformat(),
            "start_at": _now(),
            "recorder": workspace.actor,
        }
        last = page(workspace, "interview", Filter(), 0, 1).rows
        if last:
            values |= {n: last[0].values.get(n) for n in ("unit", "place", "talkers", "recorder")}
        if len(self._context.units) == 1:
            values["unit"] = next(iter(self._context.units))
        try:
            added = records.add(workspace, "interview", [values], draft=True)
        except AppError as failure:
            errors.show(self, failure)
            return False
        self._context.announce(replace(added.changes, origin=ORIGIN))
        return self.show_talk(added.uids[0])

    def show_talk(self, uid: Uid) -> bool:
        """Show a stored talk; False when it is not there."""
        try:
            self._draw().show(uid)
        except AppError as failure:
            errors.show(self, failure)
            return False
        self._show_text()
        self._tell()
        return True

    def row(self) -> Row | None:
        """The talk as it was read last."""
        return self.editor.row if self.editor is not None else None

    def heading(self) -> str:
        """The words above the talk: its code, unit and category."""
        return self._title.text()

    def told_fault(self) -> str:
        """What is told under the text; empty when all is well."""
        return "" if self._fault.isHidden() else self._fault.text()

    def focus_text(self) -> None:
        """To the end of the text."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)

    def put_text(self, text: str) -> None:
        """Put a kept text back and store it."""
        self.text.show_text(text)
        self._kept = True
        self.store_text()

    def _show_text(self) -> None:
        row = self.row()
        self._loading = True
        self.text.show_text(str(row.values.get("text") or "") if row else "")
        self._loading = False
        # Qt reads some blanks back as others: the text as shown is what an edit differs from.
        self._shown_text, self._kept = self.text.toPlainText(), False
        self._fault.hide()

    def _tell(self) -> None:
        row = self.row()
        if row is None:
            return
        values = row.values
        category = word(self._context, "categories", values.get("category"))
        parts = [str(values.get("code_name") or ""), self._names.of(values.get("unit")), category]
        self._title.setText(" · ".join(part for part in parts if part))
        state = str(values.get("state") or "recording")
        self._told.setText(word(self._context, "interview_state", state))
        after = {"untidied": _("整理完毕"), "finished": _("继续整理")}
        self.state_button.setText(after.get(state, _("结束谈话")))
        locked = self._context.here().store.readonly
        self.text.setReadOnly(locked)
        self.state_button.setEnabled(not locked)
        self.sealed.show_talk(str(values.get("code_name") or ""))

    @Slot()
    def _typed(self) -> None:
        if not self._loading and self.row() is not None and not self._pause.isActive():
            self._pause.start(self.draft_ms)

    @Slot()
    def _keep(self) -> None:
        row = self.row()
        if row is None or self._context.workspace is None:
            return
        try:
            drafts.keep(self._context.here(), "interview", row.uid, "text", self.text.toPlainText())
            self._kept = True
        except AppError as failure:
            self._refused(failure)

    def store_text(self) -> bool:
        """Store the text if it was changed; False when that was refused."""
        self._pause.stop()
        row, editor = self.row(), self.editor
        text = self.text.toPlainText()
        if row is None or editor is None or self._context.workspace is None:
            return True
        try:
            if text not in (self._shown_text, str(row.values.get("text") or "")):
                editor.store("text", text)
            self._forget_draft(row)
        except AppError as failure:
            self._keep()
            self._refused(failure)
            return False
        self._refused_text, self._shown_text = None, text
        self._fault.hide()
        return True

    def _forget_draft(self, row: Row) -> None:
        """What was kept of the text is stored, or not wanted any more."""
        if self._kept:
            drafts.drop(self._context.here(), "interview", row.uid, "text")
            self._kept = False

    def _settle(self) -> bool:
        """Store all that was typed and not left yet; False when some of it was refused.

        A text refused once more is let go: it is kept in the file, and the list offers it.
        """
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        text = self.text.toPlainText()
        if not self.store_text() and text != self._refused_text:
            self._refused_text = text
            return False
        return self.sealed.settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving the text stores it."""
        if watched is self.text and event.type() is QEvent.Type.FocusOut:
            self.store_text()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Another tab, or the window closes: store the text and shut the name."""
        self.store_text()
        if self._context.workspace is not None:
            self.sealed.settle()
        self.sealed.shut()
        super().hideEvent(event)

    def _refused(self, failure: AppError) -> None:
        """Tell under the text why it was not stored; the text itself stays."""
        self._fault.setText(words.error(failure))
        self._fault.show()

    @Slot(str)
    def _stored(self, _uid: str) -> None:
        self._tell()

    @Slot()
    def leave(self) -> None:
        """Store what was typed and go back to the list."""
        if self._settle():
            self.sealed.shut()
            self.left.emit()

    @Slot()
    def _move_on(self) -> None:
        """End, finish, or take up a talk again."""
        row, editor = self.row(), self.editor
        if row is None or editor is None or not self.store_text():
            return
        row = editor.row or row
        state = _NEXT[str(row.values.get("state") or "recording")]
        if state == "finished" and row.missing:
            lacking = "、".join(words.field("interview", name) for name in row.missing)
            self._fault.setText(_("还缺 {fields}").format(fields=lacking))
            self._fault.show()
            return
        self._fault.hide()
        try:
            editor.store("state", state)
            if state == "untidied" and not row.values.get("end_at"):
                editor.store("end_at", _now())
        except AppError as failure:
            self._refused(failure)

    @Slot()
    def _history(self) -> None:
        row = self.row()
        if row is not None and self.store_text():
            entries = history.of_record(self._context.here(), row.uid)
            told = partial(describe, self._context, self._names, "interview")
            HistoryDialog(entries, told, self).exec()

    @Slot()
    def _delete(self) -> None:
        row = self.row()
        if row is None:
            return
        reason = ask_reason(self, _("删除这次谈话"), _("删除"))
        if reason is None:
            return
        try:
            changes = records.delete(self._context.here(), "interview", row.uid, reason)
            drafts.drop(self._context.here(), "interview", row.uid, "text")
        except AppError as failure:
            errors.show(self, failure)
            return
        self._pause.stop()
        self.editor = None
        self._context.announce(changes)
        self.left.emit()


def _now() -> str:
    """The time of day by the laptop's clock, `09:02`."""
    return f"{datetime.now().astimezone():%H:%M}"
