"""Ending a talk: three digits and Enter; who spoke is looked for in the text, then sealed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from models.kinds import Value
from services import directory, words
from services.core import Row
from services.words import _
from ui import theme
from ui.asking import Asking, Input
from ui.context import Context
from ui.parts.dialogs import Dialog
from ui.parts.digits import DigitRow

_is_time = re.compile(r"([01]?\d|2[0-3]):[0-5]\d").fullmatch
_WIDTH = 640
_LEAST_TALKERS = 2
_LEAST_NAME = 2
"""Characters of a name that is looked for in the text; one alone is a word of its own."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What the person said at the end of a talk."""

    values: Mapping[str, Value]
    """Fields of the talk that are to be stored."""
    identity: Mapping[str, Value] = field(default_factory=dict)
    """Who spoke, to be sealed; empty when no name was given."""
    text: str | None = None
    """The text with the code in the name's place; None when it stays."""
    goes_on: bool = False
    """The next talk begins at once."""


class EndDialog(Dialog):
    """Asks outcome, category, name and confirmation; Enter takes what is shown."""

    def __init__(
        self, context: Context, talk: Row, text: str, now: str, parent: QWidget | None = None
    ) -> None:
        """End `talk` of which `text` was written, at `now` (`09:46`)."""
        code = str(talk.values.get("code_name") or "")
        super().__init__(parent, _("结束谈话 {code}").format(code=code), "", _("结束  Enter"))
        self._code, self._text = code, text
        self._replaced: str | None = None
        self._goes_on = False
        self.start, self.end = QLineEdit(), QLineEdit()
        self.start.setText(str(talk.values.get("start_at") or ""))
        self.end.setText(str(talk.values.get("end_at") or now))
        self.rows = {
            name: DigitRow(
                directory.choices(context.here(), listed), words.field("interview", name)
            )
            for name, listed in (
                ("outcome", "interview_outcome"),
                ("category", "categories"),
                ("confirmation", "interview_confirmation"),
            )
        }
        for name, row in self.rows.items():
            row.show_value(talk.values.get(name))
        self.lines = {name: QLineEdit() for name in ("real_name", "post")}
        self.sex = DigitRow(
            directory.choices(context.here(), "sex"), words.field("identity", "sex")
        )
        self._found = QLabel()
        self.swap = QPushButton(_("换成代号"))
        self.setMinimumWidth(theme.px(_WIDTH))
        self._build(talk)
        self._chain()
        # Not who spoke: that is written sealed or not at all.
        inputs: dict[str, Input] = {"start_at": self.start, "end_at": self.end, **self.rows}
        Asking(context, f"end:{talk.uid}", self, inputs)

    def _build(self, talk: Row) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(10))
        grid.setColumnStretch(1, 1)
        sealed = QLabel(_("写入即封存：写不用口令，看要实名口令。"))
        sealed.setProperty("role", "hint")
        parts: tuple[tuple[str, QLayout | QWidget], ...] = (
            (_("时间"), self._times(talk)),
            (_("结果"), self.rows["outcome"]),
            (_("类别"), self.rows["category"]),
            (_("实名"), self._who()),
            ("", sealed),
            (_("核对"), self.rows["confirmation"]),
        )
        for place, (label, part) in enumerate(parts):
            grid.addWidget(QLabel(label), place, 0)
            if isinstance(part, QLayout):
                grid.addLayout(part, place, 1)
            else:
                grid.addWidget(part, place, 1)
        self.body.addLayout(grid)
        self._found.setProperty("role", "wait")
        self._found.setWordWrap(True)
        told = QHBoxLayout()
        told.addWidget(self._found, 1)
        told.addWidget(self.swap)
        self.body.addLayout(told)
        self.swap.setAutoDefault(False)
        self.swap.clicked.connect(self._put_code)
        self._look()
        self.next_button = QPushButton(_("结束，接着谈下一人  F2"))
        self.next_button.setAutoDefault(False)
        self.next_button.clicked.connect(self._go_on)
        self.buttons.insertWidget(0, self.next_button)
        QShortcut(QKeySequence("F2"), self, self._go_on)

    def _times(self, talk: Row) -> QHBoxLayout:
        times = QHBoxLayout()
        times.setSpacing(theme.px(8))
        for widget in (self.start, QLabel("—"), self.end):
            times.addWidget(widget)
        for line in (self.start, self.end):
            line.setFixedWidth(theme.px(72))
        talkers = talk.values.get("talkers")
        if len(talkers if isinstance(talkers, list) else []) < _LEAST_TALKERS:
            hint = QLabel(_("至少两人谈话，整理时补上"))
            hint.setProperty("role", "wait")
            times.addWidget(hint)
        times.addStretch(1)
        return times

    def _who(self) -> QHBoxLayout:
        who = QHBoxLayout()
        who.setSpacing(theme.px(8))
        who.addWidget(self.lines["real_name"], 1)
        who.addWidget(self.sex)
        self.lines["real_name"].setPlaceholderText(_("姓名，可不填"))
        self.lines["post"].setPlaceholderText(words.field("identity", "post"))
        who.addWidget(self.lines["post"], 1)
        return who

    def _chain(self) -> None:
        """A digit leads to the next row; the name is reached with Tab, for most leave it out."""
        self.rows["outcome"].chosen.connect(self._to_category)
        self.rows["category"].chosen.connect(self._to_confirmation)
        self.rows["confirmation"].chosen.connect(self._to_end)
        self.lines["real_name"].textChanged.connect(self._look)
        self.rows["outcome"].setFocus()

    @Slot(str)
    def _to_category(self, _choice: str) -> None:
        self.rows["category"].setFocus()

    @Slot(str)
    def _to_confirmation(self, _choice: str) -> None:
        self.rows["confirmation"].setFocus()

    @Slot(str)
    def _to_end(self, _choice: str) -> None:
        self.act.setFocus()

    @Slot()
    def _look(self) -> None:
        """Look for the name in the text while it is still in memory."""
        name = self.lines["real_name"].text().strip()
        count = self._text.count(name) if len(name) >= _LEAST_NAME else 0
        shown = bool(count) and self._replaced is None
        told = _("正文里有 {count} 处写着这个姓名。").format(count=count) if shown else ""
        self._found.setText(told)
        for widget in (self._found, self.swap):
            widget.setVisible(shown)

    @Slot()
    def _put_code(self) -> None:
        self._replaced = self._text.replace(self.lines["real_name"].text().strip(), self._code)
        self._look()

    @Slot()
    def _go_on(self) -> None:
        self._goes_on = True
        self.attempt()
        self._goes_on = self.result() == self.DialogCode.Accepted

    def problem(self) -> str:
        """Times that are none are refused here, while they can still be put right."""
        for line in (self.start, self.end):
            if line.text().strip() and not _is_time(line.text().strip()):
                line.setFocus()
                return _("时间写成 09:46 这样")
        return ""

    def ending(self) -> Ending:
        """What is to be stored; the name leaves the dialog with it."""
        values: dict[str, Value] = {name: row.value() for name, row in self.rows.items()}
        values |= {"start_at": self.start.text().strip(), "end_at": self.end.text().strip()}
        identity: dict[str, Value] = {}
        if self.lines["real_name"].text().strip():
            identity = {name: line.text().strip() for name, line in self.lines.items()}
            identity |= {"sex": self.sex.value(), "code_name": self._code}
        for line in self.lines.values():
            line.setText("")
        given = {name: value for name, value in values.items() if value}
        kept = {name: value for name, value in identity.items() if value}
        return Ending(given, kept, self._replaced, self._goes_on)


def _row(context: Context, listed: str, name: str) -> DigitRow:
    return DigitRow(directory.choices(context.here(), listed), name)
