"""The program itself with somebody looking at its screen: it tells what is seen, and does nothing.

`python -m tests.ui.watched SOCKET [ARGUMENTS…]`: each line asked of the socket is a JSON array of a
question and its words, each answer a line of JSON. See `tests.ui.desk`.
"""

import json
import sys
from collections.abc import Callable, Iterator

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    Qt,
    Slot,
)
from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from ui import app

Seen = tuple[str, QWidget, QRect]
"""A text, the widget that shows it and where in it."""
_MOST_ROWS = 60


class Eyes(QObject):
    """Answers what stands where, of the window that has the keyboard."""

    def __init__(self, name: str) -> None:
        """Listen for questions."""
        super().__init__()
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._greet)
        if not self._server.listen(name):
            raise OSError(self._server.errorString())

    @Slot()
    def _greet(self) -> None:
        self._server.nextPendingConnection().readyRead.connect(self._answer)

    @Slot()
    def _answer(self) -> None:
        socket = self.sender()
        question, *words = json.loads(socket.readLine().data())  # type: ignore[attr-defined]
        known: dict[str, Callable[..., object]] = {
            "texts": texts, "place": place, "field": field, "focus": focus
        }  # fmt: skip
        told = known[question](*words)
        socket.write(json.dumps(told).encode() + b"\n")  # type: ignore[attr-defined]
        socket.flush()  # type: ignore[attr-defined]


def top() -> QWidget | None:
    """What lies above everything."""
    return (
        QApplication.activePopupWidget()
        or QApplication.activeModalWidget()
        or QApplication.activeWindow()
    )


def texts(part: QWidget | None = None) -> list[str]:
    """Everything that can be read in a part, or in what lies above everything, top to bottom."""
    shown = _seen(part or top())
    found = [(rect.translated(w.mapToGlobal(QPoint())), text) for text, w, rect in shown]
    return [text for rect, text in sorted(found, key=lambda f: (f[0].y(), f[0].x())) if text]


def place(text: str) -> list[int] | None:
    """The middle of what shows just this text, or bears this name, on the screen."""
    exact = [one for one in _seen(top()) if one[0] == text]
    found = exact or [one for one in _seen(top()) if text in one[0]]
    if not found:
        return None
    _text, widget, rect = found[0]
    middle = widget.mapToGlobal(rect.center())
    return [middle.x(), middle.y()]


def field(name: str) -> list[int] | None:
    """The middle of the field of this name, on the screen."""
    for text, widget, rect in _seen(top()):
        if text == name and not isinstance(widget, QLabel) and widget.accessibleName() == name:
            middle = widget.mapToGlobal(rect.center())
            return [middle.x(), middle.y()]
    return None


def focus() -> list[str]:
    """Kind, name and text of what has the keyboard."""
    one = QApplication.focusWidget()
    return ["", "", ""] if one is None else [type(one).__name__, one.accessibleName(), _held(one)]


def _held(one: QWidget) -> str:
    """What was typed there or chosen, as it is seen: a passphrase is not."""
    if isinstance(one, QLineEdit):
        return one.displayText()
    if isinstance(one, QPlainTextEdit):
        return one.toPlainText()
    if isinstance(one, QComboBox):
        return one.currentText()
    return one.text() if isinstance(one, QAbstractButton) else ""


def _seen(above: QWidget | None) -> Iterator[Seen]:
    for one in [above, *above.findChildren(QWidget)] if above else ():
        if one.isVisible() and not one.visibleRegion().isEmpty():
            shown = one.visibleRegion().boundingRect()
            for text, rect in _of(one, shown):
                if text and rect.intersects(shown):
                    yield text, one, rect.intersected(shown)


def _of(one: QWidget, whole: QRect) -> Iterator[tuple[str, QRect]]:
    if isinstance(one, QTabBar):
        for n in range(one.count()):
            yield one.tabText(n).replace("&", ""), one.tabRect(n)
    elif isinstance(one, QMenu | QMenuBar):
        for action in one.actions():
            yield action.text().replace("&", ""), one.actionGeometry(action)
    elif isinstance(one, QAbstractItemView):
        yield from _rows(one)
    elif isinstance(one, QAbstractButton | QLabel):
        yield one.text().replace("&", ""), whole
    else:
        yield _held(one), whole
    if one.accessibleName():
        yield one.accessibleName(), whole


def _rows(view: QAbstractItemView) -> Iterator[tuple[str, QRect]]:
    model = view.model()
    if model is None:
        return
    root = view.rootIndex()
    waiting = [model.index(n, 0, root) for n in range(min(_MOST_ROWS, model.rowCount(root)))]
    while waiting:
        row = waiting.pop(0)
        for column in range(_columns(model, root)):
            index = row.siblingAtColumn(column)
            rect = view.visualRect(index)
            if rect.isValid():
                text = index.data(Qt.ItemDataRole.DisplayRole)
                yield str(text or ""), rect.translated(view.viewport().mapTo(view, QPoint()))
        waiting += [model.index(n, 0, row) for n in range(min(_MOST_ROWS, model.rowCount(row)))]


def _columns(model: QAbstractItemModel, root: QModelIndex) -> int:
    # That of a list has one, and tells nobody.
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount(root)


def main() -> int:
    """Run the program and look on."""
    name, *arguments = sys.argv[1:]
    begun: list[Eyes] = []
    entrance = app.Entrance

    class Watched(entrance):  # type: ignore[misc, valid-type]
        """The way in; by then there is a loop that can answer."""

        def __init__(self) -> None:
            begun.append(Eyes(name))
            super().__init__()

    app.Entrance = Watched  # type: ignore[misc]
    return app.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
