"""A row of words and, below it, the page of the chosen one."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import theme


class Leaves(QWidget):
    """Pages of which one is in view; the row of their words stands above."""

    turned = Signal()
    """A person chose a page; it is in view by now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Hold no page yet."""
        super().__init__(parent)
        self._stack = QStackedWidget()
        self._buttons: list[QPushButton] = []
        self.row = QHBoxLayout()
        """What is added to it stands at the right end."""
        self.row.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), 0)
        self.row.setSpacing(theme.px(8))
        self.row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        self._words = QWidget()
        self._words.setLayout(self.row)
        # A page that wants more than there is must not squeeze the words above it.
        self._words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout.addWidget(self._words)
        layout.addWidget(self._stack, 1)

    def add(self, title: str, page: QWidget) -> QPushButton:
        """Add a page behind the others; the first one is in view. Returns its button."""
        button = QPushButton(title)
        button.setProperty("kind", "chip")
        button.setCheckable(True)
        button.setAutoExclusive(True)
        button.setChecked(not self._buttons)
        button.clicked.connect(self._turn)
        self.row.insertWidget(len(self._buttons), button)
        self._buttons.append(button)
        self._stack.addWidget(page)
        return button

    def current(self) -> QWidget | None:
        """The page in view; None before the first one is added."""
        return self._stack.currentWidget()

    def place(self) -> int:
        """The place of the page in view, from 0."""
        return self._stack.currentIndex()

    def turn_to(self, page: QWidget) -> None:
        """Bring a page into view, as a click on its word does."""
        self._buttons[self._stack.indexOf(page)].click()

    @Slot(bool)
    def hide_words(self, hidden: bool) -> None:
        """Give the page in view their room too."""
        self._words.setVisible(not hidden)

    @Slot()
    def _turn(self) -> None:
        chosen = next(n for n, button in enumerate(self._buttons) if button.isChecked())
        self._stack.setCurrentIndex(chosen)
        self.turned.emit()
