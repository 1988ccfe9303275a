"""Where the window stood: its size and place, its splitters, the tab that was shown."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QScrollArea, QSplitter, QTabBar, QWidget

from ui import settings, theme

_MOST_DIGITS = 5


def put_back(window: QMainWindow, bar: QTabBar) -> None:
    """Place the window, its splitters and its tab as they were left; nothing at the first start."""
    geometry = settings.kept_bytes("window/geometry")
    if geometry:
        window.restoreGeometry(geometry)
    put_back_splitters(window)
    tab = settings.kept_number("window/tab")
    if 0 <= tab < bar.count():
        bar.setCurrentIndex(tab)


def put_back_splitters(inside: QWidget) -> None:
    """Place the splitters of what was built since, as they were left."""
    for name, split in _splitters(inside):
        sizes = _sizes(settings.kept_bytes(f"window/{name}"))
        if len(sizes) == split.count():
            split.setSizes(sizes)


def keep(window: QMainWindow, bar: QTabBar) -> None:
    """Keep all that for the next start."""
    settings.keep_bytes("window/geometry", bytes(window.saveGeometry().data()))
    for name, split in _splitters(window):
        sizes = split.sizes()
        if all(sizes):
            # A part that is folded away keeps the size it had before.
            settings.keep_bytes(f"window/{name}", ",".join(map(str, sizes)).encode())
    settings.keep_number("window/tab", bar.currentIndex())


def _sizes(held: bytes) -> list[int]:
    parts = held.split(b",")
    whole = all(part.isdigit() and len(part) <= _MOST_DIGITS for part in parts)
    return [int(part) for part in parts] if whole else []


def _splitters(inside: QWidget) -> Iterator[tuple[str, QSplitter]]:
    """Each splitter under its name or that of the widget it stands in, the first of each."""
    seen = set()
    for split in inside.findChildren(QSplitter):
        name = split.objectName() or type(split.parentWidget()).__name__
        if name not in seen:
            seen.add(name)
            yield name, split


def scrolled(content: QWidget, room: tuple[int, int]) -> QScrollArea:
    """`content` never smaller than `room`: a screen that has less of it scrolls.

    `room` is in pixels at 100 %; on a small laptop at 150 % fields would else lie on each other.
    """
    content.setObjectName("main")
    content.setMinimumSize(*map(theme.px, room))
    area = QScrollArea()
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidgetResizable(True)
    # It scrolls to the field that has the focus and never takes the focus itself.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area
