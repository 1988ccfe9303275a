"""A filter on a date: a usual span by its name, or from one day to another."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from models.kinds import Value
from services import words
from services.words import _
from ui.parts.dialogs import Dialog

_WEEK = 7


class DateChoice(QToolButton):
    """A button that says which days it holds."""

    changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        """Hold no days yet; `title` is the field's word."""
        super().__init__(parent)
        self._title = title
        self.today = date.min
        """The day from which this week and this month are counted."""
        self.span: dict[str, str] = {}
        """`from` and `to`, ISO dates, both included; empty for all."""
        self.setProperty("kind", "filter")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for word, name in (
            (_("今天"), "day"),
            (_("本周"), "week"),
            (_("上周"), "last_week"),
            (_("本月"), "month"),
            (_("今天以前"), "before"),
        ):
            menu.addAction(word, partial(self._take, name))
        menu.addAction(_("从哪天到哪天…"), self._ask)
        menu.addSeparator()
        menu.addAction(_("全部"), partial(self._hold, {}))
        self.setMenu(menu)
        self._tell()

    def choose(self, span: Mapping[str, Value]) -> None:
        """Hold these days; nobody is told."""
        self.span = {k: str(v) for k, v in span.items() if k in ("from", "to") and v}
        self._tell()

    def usual(self, name: str) -> dict[str, str]:
        """First and last day of a usual span."""
        monday = self.today - timedelta(days=self.today.weekday())
        first = self.today.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        spans = {
            "day": (self.today, self.today),
            "week": (monday, monday + timedelta(days=_WEEK - 1)),
            "last_week": (monday - timedelta(days=_WEEK), monday - timedelta(days=1)),
            "month": (first, following - timedelta(days=1)),
        }
        if name == "before":
            return {"to": (self.today - timedelta(days=1)).isoformat()}
        start, end = spans[name]
        return {"from": start.isoformat(), "to": end.isoformat()}

    def _take(self, name: str) -> None:
        self._hold(self.usual(name))

    def _hold(self, span: Mapping[str, str]) -> None:
        self.choose(span)
        self.changed.emit()

    def _ask(self) -> None:
        dialog = SpanDialog(self, self._title, self.span, self.today)
        if dialog.exec() == Dialog.DialogCode.Accepted:
            self._hold(dialog.span())
        dialog.deleteLater()

    def _tell(self) -> None:
        first, last = self.span.get("from"), self.span.get("to")
        said = ""
        if first or last:
            said = f"{words.date(first) if first else ''}—{words.date(last) if last else ''}"
        if first and first == last:
            said = words.date(first)
        self.setText(f"{self._title}：{said}" if said else self._title)
        self.setProperty("filled", bool(said))
        self.style().polish(self)


class SpanDialog(Dialog):
    """From one day to another, both included."""

    def __init__(self, parent: QWidget, title: str, span: Mapping[str, str], today: date) -> None:
        """Begin with `span`, or with today."""
        super().__init__(parent, title, "", _("筛选"))
        self._edits = {name: QDateEdit() for name in ("from", "to")}
        row = QHBoxLayout()
        for name, word in (("from", _("从")), ("to", _("到"))):
            edit = self._edits[name]
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setDate(QDate.fromString(span.get(name) or today.isoformat(), "yyyy-MM-dd"))
            row.addWidget(QLabel(word))
            row.addWidget(edit)
        row.addStretch(1)
        self.body.addLayout(row)

    def span(self) -> dict[str, str]:
        """First and last day."""
        return {name: edit.date().toString("yyyy-MM-dd") for name, edit in self._edits.items()}

    def problem(self) -> str:
        """The first day cannot come after the last."""
        span = self.span()
        return _("先后倒了") if span["from"] > span["to"] else ""
