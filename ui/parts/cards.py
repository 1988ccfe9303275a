"""Cards: a head and what belongs under it, on a surface of its own."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import theme

_PADDING = 12


class Card(QFrame):
    """A frame with a head; what it is about goes into `body`."""

    def __init__(self, head: str, parent: QWidget | None = None) -> None:
        """Build an empty card."""
        super().__init__(parent)
        self.setProperty("role", "card")
        self.head = label(head, "head")
        self.corner = QHBoxLayout()
        """Beside the head, at its right end."""
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(8))
        top = QHBoxLayout()
        top.addWidget(self.head)
        top.addStretch(1)
        top.addLayout(self.corner)
        padding = theme.px(_PADDING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(padding, padding, padding, padding)
        layout.setSpacing(theme.px(8))
        layout.addLayout(top)
        layout.addLayout(self.body, 1)


def label(text: str = "", role: str = "", *, wrapped: bool = False) -> QLabel:
    """Plain text in one of the roles of the style sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrapped)
    if role:
        made.setProperty("role", role)
    return made


def scrolled(inside: QWidget) -> QScrollArea:
    """The widget where there is room for it, else a part of it with bars beside."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def give_role(shown: QLabel, role: str) -> None:
    """Let a label look otherwise from now on."""
    _give(shown, "role", role)


def give_kind(shown: QPushButton, kind: str) -> None:
    """Let a button look otherwise from now on; an empty kind is a plain one."""
    _give(shown, "kind", kind)


def _give(shown: QWidget, name: str, value: str) -> None:
    if shown.property(name) != value:
        shown.setProperty(name, value)
        shown.style().unpolish(shown)
        shown.style().polish(shown)
