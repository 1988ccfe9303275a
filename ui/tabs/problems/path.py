"""The way of a problem from 线索 to 已销号, with the place where it stands."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.kinds import ProblemState
from services import words
from ui import theme
from ui.parts.icons import state_colour, state_pixmap

_WAY = (
    ProblemState.CLUE,
    ProblemState.SUBMITTED,
    ProblemState.CONFIRMED,
    ProblemState.ASSIGNED,
    ProblemState.RECTIFYING,
    ProblemState.VERIFYING,
    ProblemState.CLOSED,
)
_ICON = 14
_LEAST_STEP = 60
_HEIGHT = 44


class StatePath(QWidget):
    """Seven places on a line; ended otherwise, the end alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin at the first place."""
        super().__init__(parent)
        self._state = ProblemState.CLUE
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_state(self, state: str) -> None:
        """Mark this state's place."""
        self._state = ProblemState(state)
        self.setAccessibleName(words.state(self._state))
        self.setToolTip(words.state(self._state))
        self.update()

    def sizeHint(self) -> QSize:
        """Seven steps beside each other."""
        return QSize(theme.px(_LEAST_STEP) * len(_WAY), theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The same: no word is cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line, the places and their words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = _WAY if self._state in _WAY else (ProblemState.CLUE, self._state)
        step = self.width() / len(_WAY)
        reached = shown.index(self._state)
        for place, state in enumerate(shown):
            self._draw_place(painter, place, state, step, reached)

    def _draw_place(
        self, painter: QPainter, place: int, state: ProblemState, step: float, reached: int
    ) -> None:
        colours = theme.tokens()
        icon = theme.px(_ICON)
        middle = step * (place + 0.5)
        top = theme.px(4)
        if place:
            colour = colours.accent if place <= reached else colours.border
            painter.setPen(QPen(QColor(colour), 1.5 if place <= reached else 1))
            left = middle - step + icon * 0.8
            painter.drawLine(
                int(left), int(top + icon / 2), int(middle - icon * 0.8), int(top + icon / 2)
            )
        ratio = self.devicePixelRatioF()
        drawn = state if place == reached else ProblemState.CLOSED
        if place <= reached:
            pixmap = state_pixmap(drawn.value, icon, ratio)
            painter.drawPixmap(int(middle - icon / 2), top, pixmap)
        else:
            painter.setPen(QPen(QColor(colours.border), 1.2))
            painter.drawEllipse(QRectF(middle - icon / 2 + 1, top + 1, icon - 2, icon - 2))
        font = painter.font()
        font.setPixelSize(theme.text_px(12))
        font.setBold(place == reached)
        painter.setFont(font)
        here = place == reached
        painter.setPen(state_colour(state.value) if here else QColor(colours.text2))
        words_at = QRectF(middle - step / 2, top + icon + 2, step, self.height() - icon - top)
        painter.drawText(words_at, Qt.AlignmentFlag.AlignHCenter, words.state(state))
