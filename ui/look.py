"""The part of the 查看 menu that chooses light or dark and the size of text."""

from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu

from services.words import _
from ui import settings, theme


def add_to(menu: QMenu) -> None:
    """Add the choices to a menu, the ones in force ticked."""
    mode, scale = settings.look()
    modes = {"system": _("随系统"), "light": _("浅色"), "dark": _("深色")}
    first, second = QActionGroup(menu), QActionGroup(menu)
    for name, word in modes.items():
        _add(menu, first, word, ticked=name == mode).triggered.connect(partial(_choose, name, None))
    menu.addSeparator()
    for size in settings.SCALES:
        word = _("字号 {scale}%").format(scale=size)
        action = _add(menu, second, word, ticked=size == scale)
        action.triggered.connect(partial(_choose, None, size))


def _add(menu: QMenu, group: QActionGroup, word: str, *, ticked: bool) -> QAction:
    action = menu.addAction(word)
    action.setCheckable(True)
    action.setChecked(ticked)
    group.addAction(action)
    return action


def _choose(mode: str | None, scale: int | None, _checked: bool = True) -> None:
    held_mode, held_scale = settings.look()
    settings.remember_look(mode or held_mode, scale or held_scale)
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, *settings.look())
