"""What stands where a list has no rows: why, and what to do about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from services.words import _
from ui import theme


class Nothing(QWidget):
    """A sentence and a button; another sentence and 清除筛选 where a filter hides everything."""

    action_clicked = Signal()
    clear_clicked = Signal()

    def __init__(self, text: str, action: str | None, parent: QWidget | None = None) -> None:
        """Say `text`, with a button `action`, until `tell` says otherwise."""
        super().__init__(parent)
        self._text = text
        self._said = QLabel(text)
        self._said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said.setWordWrap(True)
        self._said.setProperty("role", "hint")
        self._clear = QPushButton(_("清除筛选"))
        self._clear.clicked.connect(self.clear_clicked)
        middle = QVBoxLayout(self)
        middle.setSpacing(theme.px(8))
        middle.addStretch(1)
        middle.addWidget(self._said)
        middle.addWidget(self._clear, alignment=Qt.AlignmentFlag.AlignCenter)
        self._action: QPushButton | None = None
        if action:
            self._action = QPushButton(action)
            self._action.clicked.connect(self.action_clicked)
            middle.addWidget(self._action, alignment=Qt.AlignmentFlag.AlignCenter)
        middle.addStretch(2)
        self.tell(filtered=False)

    def tell(self, *, filtered: bool) -> None:
        """Say whether there is nothing at all or a filter lets nothing through."""
        self._said.setText(_("没有符合条件的记录") if filtered else self._text)
        self._clear.setVisible(filtered)
        if self._action is not None:
            self._action.setVisible(not filtered)
