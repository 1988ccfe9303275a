"""How the page of a talk is laid out in its two modes; what happens on it is the page's matter."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from services.words import _
from ui import theme
from ui.context import Context
from ui.parts.form import FormView
from ui.tabs.interviews.outline import Outline
from ui.tabs.interviews.sealed import SealedName
from ui.tabs.interviews.sheet import TalkSheet
from ui.tabs.interviews.talking import key_line
from ui.tabs.interviews.tidying import Tidying

_SIDE_PX = 300
_MARKS_PX = 430


class TalkFrame(QWidget):
    """谈话中: side, text, a line of keys. 整理: text and marks, the side on demand."""

    left = Signal()
    history_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """An empty page."""
        super().__init__(parent)
        self.title, self.told, self.fault = QLabel(), QLabel(), QLabel()
        for label, role in ((self.title, "title"), (self.told, "hint"), (self.fault, "error")):
            label.setProperty("role", role)
        self.fault.setWordWrap(True)
        self.fault.hide()
        self.text = TalkSheet()
        self.state_button = QPushButton()
        self.state_button.setProperty("kind", "primary")
        self.side_button = QPushButton(_("谈话要素"))
        self.side_button.setCheckable(True)
        self.side_button.toggled.connect(self._show_side)
        self.again_button = QPushButton(_("继续记录"))
        self.sealed = SealedName(context)
        self.outline = Outline()
        self.files: QWidget | None = None
        """Scans of handwritten notes, under the sealed name."""
        self.tidying = Tidying(context)
        self.tidying.setFixedWidth(theme.px(_MARKS_PX))
        self._keys = key_line()
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFixedWidth(theme.px(_SIDE_PX))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 4, 12, 12))
        layout.setSpacing(theme.px(8))
        layout.addLayout(self._head())
        layout.addLayout(self._body(), 1)

    def _head(self) -> QHBoxLayout:
        back = QPushButton(_("‹ 谈话列表"))
        back.setProperty("kind", "link")
        back.setToolTip("Esc")
        back.clicked.connect(self.left)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        for label in (back, self.title, self.told):
            head.addWidget(label)
        head.addStretch(1)
        head.addWidget(self.side_button)
        for text, signal in ((_("历史"), self.history_wanted), (_("删除…"), self.delete_wanted)):
            button = QPushButton(text)
            button.clicked.connect(signal)
            head.addWidget(button)
        head.addWidget(self.again_button)
        head.addWidget(self.state_button)
        return head

    def _body(self) -> QHBoxLayout:
        middle = QVBoxLayout()
        middle.setSpacing(theme.px(4))
        middle.addWidget(self.text, 1)
        middle.addWidget(self.fault)
        middle.addWidget(self._keys)
        body = QHBoxLayout()
        body.setSpacing(theme.px(12))
        body.addWidget(self._side)
        body.addLayout(middle, 1)
        body.addWidget(self.tidying)
        return body

    def put_form(self, form: FormView) -> None:
        """Put a fresh form at the side, between the outline and the sealed name."""
        kept = [w for w in (self.sealed, self.outline, self.files) if w is not None]
        for widget in kept:
            widget.setParent(None)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        for shown in (self.outline, form, self.sealed, self.files):
            if shown is not None:
                column.addWidget(shown)
        column.addStretch(1)
        self._side.setWidget(side)

    def show_elements(self) -> None:
        """Open the side with the keyboard in the date: that is what is not known yet."""
        self.side_button.setChecked(True)
        form = self.findChild(FormView)
        if form is not None:
            form.input_of("date").setFocus(Qt.FocusReason.OtherFocusReason)
            self._side.ensureWidgetVisible(form.input_of("talkers"))

    def show_state(self, state: str, *, locked: bool) -> None:
        """Show what belongs to a talk that goes on, or to one that is put in order."""
        recording = state == "recording"
        after = {"untidied": _("整理完毕"), "finished": _("继续整理")}
        self.state_button.setText(after.get(state, _("结束谈话  F8")))
        self.text.setReadOnly(locked)
        for widget in (self.state_button, self.again_button):
            widget.setEnabled(not locked)
        self.side_button.setVisible(not recording)
        self.again_button.setVisible(state == "untidied")
        self._side.setVisible(recording or self.side_button.isChecked())
        self._keys.setVisible(recording)
        self.tidying.setVisible(not recording)

    def told_fault(self) -> str:
        """What is told under the text; empty when all is well."""
        return "" if self.fault.isHidden() else self.fault.text()

    def tell_fault(self, sentence: str) -> None:
        """Tell under the text what is wrong; nothing when all is well."""
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))

    @Slot(bool)
    def _show_side(self, shown: bool) -> None:
        self._side.setVisible(shown)
