"""The part of the 查看 menu that chooses light or dark and the size of text."""

from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu

from services.words import _
from ui import settings, theme


def add_to(menu: QMenu) -> None:
    """Add the choices to a menu, the ones in force ticked."""
    mode, scale, text = settings.look()
    modes = {"system": _("随系统"), "light": _("浅色"), "dark": _("深色")}
    group = QActionGroup(menu)
    for name, word in modes.items():
        _add(menu, group, word, ticked=name == mode).triggered.connect(partial(_choose, mode=name))
    menu.addSeparator()
    sizes = dict(zip(settings.TEXTS, (_("普通字"), _("大字"), _("特大字")), strict=True))
    group = QActionGroup(menu)
    for size, word in sizes.items():
        _add(menu, group, word, ticked=size == text).triggered.connect(partial(_choose, text=size))
    scales = menu.addMenu(_("缩放"))
    group = QActionGroup(menu)
    for size in settings.SCALES:
        _add(scales, group, f"{size}%", ticked=size == scale).triggered.connect(
            partial(_choose, scale=size)
        )


def _add(menu: QMenu, group: QActionGroup, word: str, *, ticked: bool) -> QAction:
    action = menu.addAction(word)
    action.setCheckable(True)
    action.setChecked(ticked)
    group.addAction(action)
    return action


def _choose(
    _checked: bool = True, *, mode: str | None = None, scale: int | None = None,
    text: int | None = None,
) -> None:  # fmt: skip
    held = settings.look()
    settings.remember_look(mode or held[0], scale or held[1], text or held[2])
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, *settings.look())
