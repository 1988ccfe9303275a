"""One talk: what belongs to it at the left, the text in the middle, its marks at the right."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services import records, words
from services.core import Changes, Filter, Row
from services.errors import AppError
from services.listing import page
from services.words import _
from ui import errors
from ui.asking import ask_reason
from ui.attaching import Attachments
from ui.context import Context
from ui.editing import Editor, field_views
from ui.explaining import show_history
from ui.naming import Names, word
from ui.parts.form import FormView
from ui.tabs.interviews.ending import EndDialog, Ending
from ui.tabs.interviews.frame import TalkFrame
from ui.tabs.interviews.marking import Marking
from ui.tabs.interviews.talking import Keys
from ui.tabs.interviews.writing import Writing

ORIGIN = "interviews"
_TALK = ("unit", "category", "date", "start_at", "end_at", "place", "talkers", "recorder")
_RESULT = ("outcome", "confirmation", "post_level")


class TalkPage(QWidget):
    """谈话中: nothing but the talk. 整理: the same text with its marks beside it."""

    left = Signal()

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        """Empty until `begin` or `show_talk`."""
        super().__init__(parent)
        self._context = context
        self._names = names
        self.frame = TalkFrame(context)
        self.text, self.sealed = self.frame.text, self.frame.sealed
        self.tidying, self.outline = self.frame.tidying, self.frame.outline
        self.state_button = self.frame.state_button
        self.writing = Writing(context, self.text)
        self.keys = Keys(context, self, self.text, self.outline)
        self.marking = Marking(self.frame, self.store_text)
        self.files = Attachments(context, self, _("手写原件"))
        self.frame.files = self.files
        self.form: FormView | None = None
        self.editor: Editor | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)
        self._connect()

    def _connect(self) -> None:
        frame = self.frame
        frame.left.connect(self.leave)
        frame.history_wanted.connect(self._history)
        frame.delete_wanted.connect(self._delete)
        frame.state_button.clicked.connect(self._move_on)
        frame.again_button.clicked.connect(self._record_again)
        QShortcut(QKeySequence("Esc"), self, self._escape)
        QShortcut(QKeySequence("Ctrl+H"), self, self._history)
        for key, make in (
            ("Ctrl+Return", self.tidying.make_opinion),
            ("Ctrl+Shift+Return", self.tidying.make_problem),
        ):
            QShortcut(QKeySequence(key), self, partial(self.marking.use_sentence, make))
        self.outline.ticked.connect(self._tick)
        self.outline.chosen.connect(self.text.put_heading)
        self.keys.row = self.row
        self.keys.marking.connect(self.store_text)
        self.keys.ending.connect(self._end)
        self.writing.stored.connect(self._text_stored)
        for part in (self.keys, self.tidying, self.writing):
            part.refused.connect(self._refused)
        self._context.changed.connect(self._take_changes)

    def begin(self, *, later: bool = False) -> bool:
        """Make a talk of now, with the last place and talkers; False when that was refused.

        `later`: it took place before (补录); date and times are typed, and it waits to be tidied.

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
        if later:
            values = {"recorder": workspace.actor, "state": "untidied"}
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
        self.form = _form(self._context)
        self.frame.put_form(self.form)
        self.editor = Editor(self._context, "interview", self.form, ORIGIN)
        self.editor.stored.connect(self._tell)
        try:
            self.editor.show(uid)
        except AppError as failure:
            errors.show(self, failure)
            return False
        self.frame.tell_fault("")
        self.writing.bind(self.editor)
        self.frame.side_button.setChecked(False)
        self._tell()
        return True

    def row(self) -> Row | None:
        """The talk as it was read last."""
        return self.editor.row if self.editor is not None else None

    @property
    def is_running(self) -> bool:
        """Whether a talk is being held on this page now."""
        row = self.row()
        if row is None or not self.isVisible():
            return False
        return (row.values.get("state") or "recording") == "recording"

    def focus_text(self) -> None:
        """To the end of the text."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)

    def put_back(self, texts: Mapping[str, str]) -> None:
        """Put texts of fields back that were kept, and store them."""
        if self.editor is not None:
            self.editor.put_back({name: text for name, text in texts.items() if name != "text"})
        if "text" in texts:
            self.writing.put(texts["text"])

    def _tell(self) -> None:
        row = self.row()
        if row is None:
            return
        values = row.values
        category = word(self._context, "categories", values.get("category"))
        parts = [str(values.get("code_name") or ""), self._names.of(values.get("unit")), category]
        self.frame.title.setText(" · ".join(part for part in parts if part))
        state = str(values.get("state") or "recording")
        self.frame.told.setText(word(self._context, "interview_state", state))
        self.frame.show_state(state, locked=self.editor is None or bool(self.editor.closed()))
        self.files.show_of(row.uid, locked=bool(self.editor and self.editor.closed()))
        self.sealed.show_talk(str(values.get("code_name") or ""))
        done = values.get("outline")
        template = self._context.here().template
        self.outline.show_outline(template.outline, done if isinstance(done, dict) else {})
        self.marking.show_talk(self.row())

    @Slot()
    def _text_stored(self) -> None:
        self.frame.tell_fault("")
        self.marking.show_talk(self.row())

    def store_text(self) -> bool:
        """Store the text if it was changed; False when that was refused."""
        return self.writing.store()

    def _settle(self) -> bool:
        """Store all that was typed and not left yet; False when some of it was refused."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        return self.writing.settle() and self.sealed.settle()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another tab, or the window closes: store the text and shut the name."""
        self.store_text()
        if self._context.workspace is not None:
            self.sealed.settle()
        self.sealed.shut()
        super().hideEvent(event)

    @Slot(object)
    def _refused(self, failure: AppError) -> None:
        """Tell under the text why it was not stored; the text itself stays."""
        self.frame.tell_fault(words.error(failure))

    @Slot()
    def _escape(self) -> None:
        if not self.text.is_composing:
            self.leave()

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
        state = row.values.get("state") or "recording"
        if state == "recording":
            self._end()
            return
        if state == "untidied" and row.missing:
            lacking = "、".join(words.field("interview", name) for name in row.missing)
            self.frame.tell_fault(_("还缺 {fields}").format(fields=lacking))
            self.frame.side_button.setChecked(True)
            return
        self._store({"state": "finished" if state == "untidied" else "untidied"})

    @Slot()
    def _record_again(self) -> None:
        if self.store_text():
            self._store({"state": "recording"})
            self.focus_text()

    @Slot()
    def _end(self) -> None:
        """Ask how it went; then the text is put in order, or the next talk begins."""
        row = self.row()
        if row is None or not self.store_text():
            return
        dialog = EndDialog(self._context, row, self.text.toPlainText(), _now(), self)
        accepted = dialog.exec() == EndDialog.DialogCode.Accepted
        ending = dialog.ending()
        dialog.deleteLater()
        if accepted:
            self.take_ending(ending)

    def take_ending(self, ending: Ending) -> None:
        """Store how a talk ended; who spoke is sealed before anything else."""
        try:
            if ending.identity:
                record = dict(ending.identity)
                added = records.add(self._context.here(), "identity", [record])
                self._context.announce(added.changes)
        except AppError as failure:
            self._refused(failure)
            return
        if ending.text is not None:
            self.writing.put(ending.text)
        if not self._store({**ending.values, "state": "untidied"}):
            return
        if not ending.goes_on:
            self.tidying.take_keyboard()
        elif self.begin():
            self.focus_text()

    def _store(self, values: dict[str, Value]) -> bool:
        """Store fields in one go; False when that was refused."""
        row = self.row()
        if row is None or self.editor is None:
            return False
        try:
            changed = records.change(
                self._context.here(), "interview", row.uid, values, base=row.base
            )
            self.editor.show(changed.uid)
        except AppError as failure:
            self._refused(failure)
            return False
        self.frame.tell_fault("")
        self._context.announce(replace(changed.changes, origin=ORIGIN))
        self._tell()
        return True

    @Slot(str, bool)
    def _tick(self, item: str, on: bool) -> None:
        if self.editor is not None and self.row() is not None:
            self._store({"outline": {item: on}})

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        """Show marks that were set, or what an undo took back."""
        row = self.row()
        if row is None or self.editor is None or self._context.workspace is None:
            return
        if "interview" not in changes.kinds or changes.origin == ORIGIN:
            return
        try:
            self.editor.show(row.uid)
        except AppError:
            return
        now = str((self.editor.row or row).values.get("text") or "")
        if now != str(row.values.get("text") or "") and not self.text.hasFocus():
            self.writing.bind(self.editor)
        self._tell()

    @Slot()
    def _history(self) -> None:
        row = self.row()
        if row is not None and self.store_text():
            show_history(self._context, self._names, "interview", row.uid, self)

    @Slot()
    def _delete(self) -> None:
        row = self.row()
        if row is None:
            return
        title = _("删除这次谈话")
        reason = ask_reason(self._context, [row.uid], self, title, _("删除"))
        if reason is None:
            return
        try:
            changes = records.delete(self._context.here(), "interview", row.uid, reason)
            self.writing.forget()
        except AppError as failure:
            errors.show(self, failure)
            return
        self.editor = None
        self._context.announce(changes)
        self.left.emit()


def _form(context: Context) -> FormView:
    """A fresh form: the choices it offers are those of this moment."""
    titles = (_("谈话要素"), _("结果"))
    views = (field_views(context, "interview", names) for names in (_TALK, _RESULT))
    return FormView(list(zip(titles, views, strict=True)))


def _now() -> str:
    """The time of day by the laptop's clock, `09:02`."""
    return f"{datetime.now().astimezone():%H:%M}"
