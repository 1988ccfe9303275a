"""为什么是这个值: every value a field was given, newest first, and one click to take one back."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from services import words
from services.why import Role, Setting, Why
from services.words import _
from ui import theme
from ui.parts.candidates import plain_label
from ui.parts.sections import marked, rich

_SIZE = (640, 480)
_MOST = 50
"""Values of one field that are drawn; the rest stand in the history."""


class WhyDialog(QDialog):
    """One part a journal field: a set or answers have one a member."""

    taken = Signal(object, str)
    """`services.why.Why` and the id of the setting that is to be taken back."""

    def __init__(self, reasons: Sequence[Why], parent: QWidget | None = None) -> None:
        """Show how fields came to their values."""
        super().__init__(parent)
        self.setWindowTitle(_("为什么是这个值"))
        self.resize(theme.fitting(*_SIZE))
        self._body = QWidget()
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(0, 0, theme.px(8), 0)
        inner.setSpacing(theme.px(12))
        for one in reasons:
            inner.addWidget(self._part(one))
        if not reasons:
            empty = plain_label("hint")
            empty.setText(_("这一栏还没有填过"))
            inner.addWidget(empty)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(_("为什么是这个值"))
        area.setWidget(self._body)
        self._fault = plain_label("error")
        self._fault.hide()
        leave = QPushButton(_("关闭"))
        leave.setDefault(True)
        leave.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(12),) * 4)
        layout.addWidget(area, 1)
        layout.addWidget(self._fault)
        layout.addWidget(leave, 0, Qt.AlignmentFlag.AlignRight)

    def tell(self, sentence: str) -> None:
        """Show why a value could not be taken back."""
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))

    def _part(self, why: Why) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(*(theme.px(12),) * 4)
        layout.setSpacing(theme.px(8))
        head = plain_label("head")
        head.setText(why.label)
        verdict = plain_label("hint")
        verdict.setText(why.verdict)
        layout.addWidget(head)
        layout.addWidget(verdict)
        by_id = {s.change_id: s for s in why.settings}
        newest = list(reversed(why.settings))
        for setting in newest[:_MOST]:
            before = by_id.get(setting.base) if setting.base else None
            layout.addWidget(self._line(why, setting, before))
        if len(newest) > _MOST:
            more = plain_label("hint")
            more.setText(_("更早的 {count} 次在历史里").format(count=len(newest) - _MOST))
            layout.addWidget(more)
        return card

    def _line(self, why: Why, setting: Setting, before: Setting | None) -> QWidget:
        line = QWidget()
        texts = QVBoxLayout()
        texts.setSpacing(theme.px(2))
        texts.addWidget(_head(setting))
        texts.addWidget(rich(marked(before.words if before else None, setting.words)))
        how = plain_label("hint")
        told = [setting.how]
        told += [_("理由：{reason}").format(reason=setting.reason)] if setting.reason else []
        told += [_("已签名")] if setting.signed else []
        how.setText("　".join(told))
        texts.addWidget(how)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(texts, 1)
        if why.can_take_back and setting.role is Role.REPLACED and setting.words != why.words:
            button = QPushButton(_("改回这个"))
            button.setAutoDefault(False)
            button.setAccessibleName(_("改回{value}").format(value=setting.words[:40]))
            button.clicked.connect(partial(self._take, why, setting))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _take(self, why: Why, setting: Setting, _checked: bool = False) -> None:
        self.taken.emit(why, setting.change_id)


def _head(setting: Setting) -> QLabel:
    moment = setting.at.astimezone()
    when = f"{words.date(f'{moment:%Y-%m-%d}', full=True)} {moment:%H:%M}"
    where = f"{setting.letter}，{when}" if setting.letter else when
    told = _("{name}（{where}）").format(name=setting.actor_name, where=where)
    mark = {Role.SHOWN: _("现在的值"), Role.WAITING: _("待裁定")}.get(setting.role, "")
    label = plain_label("head" if mark else "")
    label.setText(f"{told}　{mark}" if mark else told)
    return label
