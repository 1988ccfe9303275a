"""撤销和重做 over what is stored, in every tab; inside a field its own steps come first."""

import contextlib
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QTextEdit, QWidget

from services import words
from services.errors import AppError
from services.undoing import Step, Undoing
from services.words import _
from ui import errors
from ui.context import Context

_UNDO, _REDO = "Ctrl+Z", "Ctrl+Y"
_NAMED = 3
"""Fields that are named."""


class TakeBack(QObject):
    """The two lines of the 编辑 menu."""

    def __init__(self, context: Context, window: QWidget, tell: Callable[[str], None]) -> None:
        """Begin with what is stored from now on.

        `tell` says what was taken back or done again: its record may be on another tab.
        """
        super().__init__(window)
        self._context = context
        self._window = window
        self._tell = tell
        self._undoing = Undoing(context.here())
        self._watched: QWidget | None = None
        self.undo = self._action(_("撤销"), _UNDO)
        self.redo = self._action(_("重做"), _REDO)
        self.undo.triggered.connect(partial(self._go, True))
        self.redo.triggered.connect(partial(self._go, False))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._watch)

    def add_to(self, menu: QMenu) -> None:
        """Put both at the menu's end; they say what they would take back when it opens."""
        menu.addAction(self.undo)
        menu.addAction(self.redo)
        menu.aboutToShow.connect(self._name)

    def _action(self, text: str, key: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        return action

    @Slot()
    def _name(self) -> None:
        for action, plain, named, step in (
            (self.undo, _("撤销"), _("撤销：{what}"), self._undoing.undoable()),
            (self.redo, _("重做"), _("重做：{what}"), self._undoing.redoable()),
        ):
            what = "" if step is None else _kinds(step)
            action.setText(named.format(what=what) if what else plain)

    @Slot(bool, bool)
    def _go(self, back: bool, _checked: bool = False) -> None:
        # What is still being typed is stored first: it is the newest action.
        focused = self._window.focusWidget()
        if focused is not None:
            focused.clearFocus()
        step = self._undoing.undoable() if back else self._undoing.redoable()
        try:
            changes = self._undoing.undo() if back else self._undoing.redo()
        except AppError as failure:
            errors.show(self._window, failure)
        else:
            self._context.announce(changes)
            if step is not None:
                done = _("✓ 已撤销：{what}") if back else _("✓ 已重做：{what}")
                self._tell(done.format(what=_in_words(step)))
        if focused is not None:
            focused.setFocus()

    @Slot(QWidget, QWidget)
    def _watch(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Watch only the focused field: a filter over the whole program would slow typing."""
        if self._watched is not None:
            # A dialog's field may be gone by now, and this is the first to hear of the focus.
            with contextlib.suppress(RuntimeError):
                self._watched.removeEventFilter(self)
        self._watched = now if isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit) else None
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field with nothing of its own to take back leaves the keys to the menu."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence(event.keyCombination())
            if (keys == QKeySequence(_UNDO) and not _has_steps(watched, back=True)) or (
                keys == QKeySequence(_REDO) and not _has_steps(watched, back=False)
            ):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


def _kinds(step: Step) -> str:
    return "、".join(words.kind(kind) for kind in step.kinds)


def _in_words(step: Step) -> str:
    """Which sort of record and which fields; never their content: others may look on."""
    stems = dict.fromkeys(f.partition(".")[0] for f in step.fields if f != "deleted")
    if len(step.kinds) > 1 or not stems:
        return _kinds(step)
    names = dict.fromkeys(words.field(step.kinds[0], stem) for stem in stems)
    shown = "、".join(list(names)[:_NAMED])
    return f"{_kinds(step)}（{shown}{'…' if len(names) > _NAMED else ''}）"


def _has_steps(field: QObject, *, back: bool) -> bool:
    if isinstance(field, QLineEdit):
        return field.isUndoAvailable() if back else field.isRedoAvailable()
    if isinstance(field, QPlainTextEdit | QTextEdit):
        document = field.document()
        return document.isUndoAvailable() if back else document.isRedoAvailable()
    return False
