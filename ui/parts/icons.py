"""Small marks drawn on the spot, sharp at every scale: states of problems, talks and units."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from models.kinds import ProblemState
from ui import theme

SIZE = 14
"""Side of a mark at 100 %, in logical pixels."""

_COLOURS = {
    ProblemState.CLUE: "idle",
    ProblemState.SUBMITTED: "wait",
    ProblemState.CONFIRMED: "accent",
    ProblemState.ASSIGNED: "accent",
    ProblemState.RECTIFYING: "accent",
    ProblemState.VERIFYING: "wait",
    ProblemState.CLOSED: "done",
    ProblemState.VOID: "idle",
    ProblemState.HANDED_OVER: "idle",
    ProblemState.MERGED: "idle",
    "overdue": "late",
    "recording": "accent",
    "untidied": "wait",
    "finished": "done",
    "not_held": "idle",
    "unvisited": "idle",
    "under_way": "accent",
    "waiting": "wait",
    "late": "late",
    "clear": "done",
    "formality": "late",
    "basic": "wait",
    "solid": "done",
}
_QUARTERS = {
    ProblemState.CONFIRMED: 1,
    ProblemState.ASSIGNED: 2,
    ProblemState.RECTIFYING: 3,
    "recording": 2,
}


def state_colour(state: str) -> QColor:
    """The colour that says who must move."""
    return QColor(getattr(theme.tokens(), _COLOURS.get(state, "idle")))


def state_pixmap(state: str, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """The mark of a state: of a problem, `overdue`, of a talk, of a unit, or of a check.

    Args:
        state: its id; an unknown one is an empty ring.
        size: side in logical pixels.
        ratio: device pixels of a logical pixel.
    """
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / SIZE, size / SIZE)
    colour = state_colour(state)
    painter.setPen(QPen(colour, 1.6, c=Qt.PenCapStyle.RoundCap))
    if state in _QUARTERS:
        _pie(painter, colour, _QUARTERS[state])
    else:
        _DRAWN.get(state, _ring)(painter, colour)
    painter.end()
    return pixmap


def _circle() -> QRectF:
    return QRectF(1.5, 1.5, 11, 11)


def _ring(painter: QPainter, _colour: QColor) -> None:
    painter.drawEllipse(_circle())


def _dotted(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.6, Qt.PenStyle.DotLine))
    painter.drawEllipse(_circle())


def _clock(painter: QPainter, _colour: QColor) -> None:
    painter.drawEllipse(_circle())
    painter.drawPolyline([QPointF(7, 3.8), QPointF(7, 7), QPointF(9.4, 8.2)])


def _pie(painter: QPainter, colour: QColor, quarters: int) -> None:
    painter.drawEllipse(_circle())
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPie(QRectF(2.5, 2.5, 9, 9), 90 * 16, -90 * 16 * quarters)


def _dot(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(_circle())
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(7, 7), 2.8, 2.8)


def _disc(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawEllipse(_circle())


def _ticked(painter: QPainter, colour: QColor) -> None:
    _disc(painter, colour)
    painter.setPen(QPen(QColor(theme.tokens().surface), 1.8, c=Qt.PenCapStyle.RoundCap))
    painter.drawPolyline([QPointF(4.2, 7.2), QPointF(6.3, 9.3), QPointF(9.8, 4.9)])


def _tick(painter: QPainter, _colour: QColor) -> None:
    painter.drawPolyline([QPointF(2.5, 7.5), QPointF(5.6, 10.8), QPointF(11.5, 3.6)])


def _struck(painter: QPainter, _colour: QColor) -> None:
    painter.drawEllipse(_circle())
    painter.drawLine(QPointF(3.4, 10.6), QPointF(10.6, 3.4))


def _arrow(painter: QPainter, _colour: QColor) -> None:
    painter.drawLine(QPointF(3, 11), QPointF(11, 3))
    painter.drawPolyline([QPointF(5.5, 3), QPointF(11, 3), QPointF(11, 8.5)])


def _merged(painter: QPainter, _colour: QColor) -> None:
    painter.drawArc(QRectF(2, 2.5, 9, 9), 60 * 16, 240 * 16)
    painter.drawLine(QPointF(6, 7), QPointF(12, 7))


def _exclamation(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 2.2, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(7, 2.5), QPointF(7, 8))
    painter.drawPoint(QPointF(7, 11.4))


def _pencil(painter: QPainter, _colour: QColor) -> None:
    painter.drawPolyline(
        [QPointF(2.5, 11.5), QPointF(3.2, 8.6), QPointF(9.6, 2.4), QPointF(11.6, 4.4),
         QPointF(5.4, 10.8), QPointF(2.5, 11.5)]
    )  # fmt: skip


_DRAWN: dict[str, Callable[[QPainter, QColor], None]] = {
    ProblemState.CLUE: _dotted,
    ProblemState.SUBMITTED: _clock,
    ProblemState.VERIFYING: _dot,
    ProblemState.CLOSED: _ticked,
    ProblemState.VOID: _struck,
    ProblemState.HANDED_OVER: _arrow,
    ProblemState.MERGED: _merged,
    "overdue": _exclamation,
    "untidied": _pencil,
    "finished": _tick,
    "not_held": _ring,
    "unvisited": _ring,
    "under_way": _disc,
    "waiting": _clock,
    "late": _exclamation,
    "clear": _tick,
    "formality": _exclamation,
    "basic": _dot,
    "solid": _tick,
}
