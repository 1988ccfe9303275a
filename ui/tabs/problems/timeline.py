"""经过: what happened to a problem, newest first, a line a change; a line leads to why."""

from functools import partial
from itertools import groupby
from operator import attrgetter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from models.kinds import Uid
from services import history, words
from services.history import Entry
from services.words import _
from ui import theme
from ui.context import Context
from ui.explaining import explain_field
from ui.naming import Names, describe
from ui.parts.cards import Card, label

_MOST = 12
"""Changes that are told; the rest stand in 历史."""
_MOST_FIELDS = 4
_TIME_PX = 116
_TOLD_WHOLE = frozenset({"state", "deadline"})
"""Fields whose new value is told, not only that they changed."""


class Timeline(Card):
    """Who did what and when, at the foot of a problem."""

    taken_back = Signal()
    """An earlier value was taken back from here."""

    def __init__(self, context: Context, names: Names) -> None:
        """Empty until `show_of`."""
        super().__init__(_("经过"))
        self._context = context
        self._names = names
        self._uid: Uid | None = None

    def show_of(self, uid: Uid | None) -> None:
        """Show what happened to a problem; nothing of one that is not stored."""
        self._uid = uid
        while (item := self.body.takeAt(0)) is not None:
            line = item.widget()
            if line is not None:
                line.deleteLater()
        self.setVisible(uid is not None)
        if uid is None:
            return
        entries = history.of_record(self._context.here(), uid)
        changes = [list(some) for _id, some in groupby(entries, attrgetter("change_id"))]
        for change in reversed(changes[-_MOST:]):
            self.body.addWidget(self._line(change, first=change is changes[0]))
        if len(changes) > _MOST:
            rest = _("更早的 {count} 次在“历史”里").format(count=len(changes) - _MOST)
            self.body.addWidget(label(rest, "hint"))

    def told(self) -> tuple[str, ...]:
        """The lines, newest first."""
        lines = (self.body.itemAt(n) for n in range(self.body.count()))
        widgets = (item.widget() for item in lines if item is not None)
        return tuple(
            " ".join(part.text() for part in w.findChildren(QLabel))
            for w in widgets
            if w is not None
        )

    def _line(self, change: list[Entry], *, first: bool) -> QWidget:
        told = [describe(self._context, self._names, "problem", entry) for entry in change]
        at, who = told[0][0], told[0][1]
        named: dict[str, str] = {}
        for entry, (_at, _who, label_, _before, after, _why) in zip(change, told, strict=True):
            stem = entry.field.partition(".")[0]
            name = label_ if stem == "deleted" else words.field("problem", stem)
            named[stem] = _value_in_words(entry, name, after)
        what = "、".join(list(named.values())[:_MOST_FIELDS])
        if first:
            what = _("记下这个问题")
        elif len(named) > _MOST_FIELDS:
            what = _("{fields} 等 {count} 栏").format(fields=what, count=len(named))
        reason = next((line[5] for line in told if line[5]), "")
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        when = label(at, "hint")
        when.setMinimumWidth(theme.px(_TIME_PX))
        row.addWidget(when)
        row.addWidget(label(who))
        row.addWidget(label(_("{what}（{reason}）").format(what=what, reason=reason)
                            if reason else what, wrapped=True), 1)  # fmt: skip
        ask = QPushButton(_("为什么"))
        ask.setProperty("kind", "link")
        ask.clicked.connect(partial(self._ask, change[0].field))
        row.addWidget(ask)
        return line

    def _ask(self, field: str, _on: bool = False) -> None:
        if self._uid is not None and explain_field(self._context, self, self._uid, field):
            self.taken_back.emit()


def _value_in_words(entry: Entry, field: str, after: str) -> str:
    if entry.field not in _TOLD_WHOLE:
        return field
    # A step sets the state together with its day and round: the state comes first.
    return after.partition("，")[0] if isinstance(entry.after, dict) else f"{field} {after}"
