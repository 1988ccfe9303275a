"""核对码: large, and to be selected and read out by phone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from services.words import _
from ui import theme
from ui.parts.cards import label


class CodeLabel(QWidget):
    """The eight characters with what they are for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build it empty."""
        super().__init__(parent)
        self._code = QLabel()
        self._code.setProperty("role", "code")
        self._code.setTextFormat(Qt.TextFormat.PlainText)
        self._code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._code.setAccessibleName(_("核对码"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(label(_("核对码"), "hint"))
        layout.addWidget(self._code)
        self._use = label(_("两人在电话里对"), "hint")
        layout.addWidget(self._use)

    def show_code(self, code: str) -> None:
        """Show the code there is now."""
        self._code.setText(code)
        # Whatever else has no room: no character of it is cut off.
        self._code.ensurePolished()
        self._code.setMinimumWidth(self._code.sizeHint().width())

    def tell_use(self, told: bool) -> None:
        """Whether there is room to say what it is for."""
        self._use.setVisible(told)

    def text(self) -> str:
        """The code shown."""
        return self._code.text()
