"""最近的文件: the part of the 文件 menu that leads to files opened before."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from services.words import _
from ui import settings
from ui.context import Context


class Recent(QObject):
    """Offers the other files that this machine opened last; asked anew whenever it opens."""

    wanted = Signal(object)
    """Path of the file to open instead."""

    def __init__(self, context: Context, window: QWidget) -> None:
        """Build an empty menu."""
        super().__init__(window)
        self._context = context
        self.menu = QMenu(_("最近的文件"), window)
        self.menu.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """Offer them, the last one first; the open one is none of them."""
        self.menu.clear()
        here = self._context.here().store.path.resolve()
        others = [path for path in settings.recent_files() if path != here]
        for number, path in enumerate(others, start=1):
            title = path.name.replace("&", "&&")
            action = self.menu.addAction(f"&{number}  {title}", partial(self.wanted.emit, path))
            action.setToolTip(str(path))
        self.menu.setToolTipsVisible(True)
        if not others:
            self.menu.addAction(_("还没有别的文件")).setEnabled(False)

    def offered(self) -> tuple[Path, ...]:
        """The files that would be offered now."""
        here = self._context.here().store.path.resolve()
        return tuple(path for path in settings.recent_files() if path != here)
