"""Choosing by digit: the sub-kind of a problem, the winds of an opinion."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QMenu, QWidget

from services import directory, marks
from services.words import _
from ui import theme
from ui.context import Context
from ui.parts.dialogs import Dialog

if TYPE_CHECKING:
    from services.campaign.shapes import SubKind

_ID = Qt.ItemDataRole.UserRole
_GUIDANCE_CHARACTERS = 40
_WIDTH = 640


class SubKindDialog(Dialog):
    """The likeliest three first, by digit; then all, with the campaign's own wording."""

    def __init__(self, context: Context, text: str, parent: QWidget | None = None) -> None:
        """Ask of which kind `text` is."""
        super().__init__(parent, _("成问题"), text, _("成问题  Enter"))
        template = context.here().template
        self._known: dict[str, SubKind] = {k.id: k for k in template.sub_kinds()}
        first = [name for name in marks.suggest(template, text) if name in self._known]
        order = [*first, *(name for name in self._known if name not in first)]
        self._likely = len(first)
        self.list = QListWidget()
        self.list.installEventFilter(self)
        self.list.setWordWrap(True)
        self.list.setAccessibleName(_("问题类别"))
        self.list.setMinimumHeight(theme.px(320))
        self.setMinimumWidth(theme.fitting(_WIDTH, 0).width())
        for place, name in enumerate(order):
            kind = self._known[name]
            digit = f"{place + 1}  " if place < len(first) else "　"
            item = QListWidgetItem(f"{digit}{kind.id}  {kind.title}\n　　{_short(kind.guidance)}")
            item.setData(_ID, name)
            item.setToolTip(kind.guidance)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.currentRowChanged.connect(self._move)
        self.list.itemDoubleClicked.connect(self.attempt)
        self._why_label = QLabel(_("属于哪一种、为什么（必填）"))
        self.why = QLineEdit()
        for widget in (self.list, self._why_label, self.why):
            self.body.addWidget(widget)
        self._move(0)
        self.list.setFocus()

    @Slot(int)
    def _move(self, _place: int) -> None:
        for widget in (self._why_label, self.why):
            widget.setVisible(self._needs_reason())

    def sub_kind(self) -> str:
        """Id of the chosen sub-kind."""
        return str(self.list.currentIndex().data(_ID) or "")

    def _needs_reason(self) -> bool:
        kind = self._known.get(self.sub_kind())
        return kind is not None and kind.needs_reason

    def problem(self) -> str:
        """其他 needs its reason."""
        lacks = self._needs_reason() and not self.why.text().strip()
        return _("选“其他”要写明是什么") if lacks else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A digit takes one of the likeliest at once; the list would search for it."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            text = event.text()
            if text.isdecimal() and text.isascii() and 1 <= int(text) <= self._likely:
                self.list.setCurrentRow(int(text) - 1)
                self.attempt()
                return True
        return super().eventFilter(watched, event)


def _short(text: str) -> str:
    return text if len(text) <= _GUIDANCE_CHARACTERS else f"{text[:_GUIDANCE_CHARACTERS]}…"


def choose_sub_kind(context: Context, text: str, parent: QWidget) -> tuple[str, str] | None:
    """The sub-kind a person chooses, and why when it is 其他; None when they cancel."""
    dialog = SubKindDialog(context, text, parent)
    if dialog.exec() != Dialog.DialogCode.Accepted:
        return None
    return dialog.sub_kind(), dialog.why.text().strip()


def choose_winds(context: Context, beside: QWidget) -> list[str]:
    """The winds a person toggles, by digit; empty when they leave."""
    chosen: list[str] = []
    menu = QMenu(beside)
    for place, (wind, word) in enumerate(directory.choices(context.here(), "winds").items()):
        menu.addAction(f"&{place + 1}  {word}", partial(chosen.append, wind))
    menu.exec(beside.mapToGlobal(QPoint(beside.width() // 4, beside.height() // 4)))
    menu.deleteLater()
    return chosen
