"""Where the window stood: its size and place, its splitters, the tab that was shown."""

from collections.abc import Iterator

from PySide6.QtWidgets import QMainWindow, QSplitter, QTabBar

from ui import settings

_MOST_DIGITS = 5


def put_back(window: QMainWindow, bar: QTabBar) -> None:
    """Place the window, its splitters and its tab as they were left; nothing at the first start."""
    geometry = settings.kept_bytes("window/geometry")
    if geometry:
        window.restoreGeometry(geometry)
    for name, split in _splitters(window):
        sizes = _sizes(settings.kept_bytes(f"window/{name}"))
        if len(sizes) == split.count():
            split.setSizes(sizes)
    tab = settings.kept_number("window/tab")
    if 0 <= tab < bar.count():
        bar.setCurrentIndex(tab)


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


def _splitters(window: QMainWindow) -> Iterator[tuple[str, QSplitter]]:
    """Each splitter under the name of the widget it stands in, the first of each."""
    seen = set()
    for split in window.findChildren(QSplitter):
        parent = split.parentWidget()
        name = "main" if parent is window.centralWidget() else type(parent).__name__
        if name not in seen:
            seen.add(name)
            yield name, split
