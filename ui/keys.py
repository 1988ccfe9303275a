"""F1: what the page one is on is for, its keys, and the keys that work everywhere."""

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services import helping
from services.words import _
from ui import theme
from ui.parts.cards import label, scrolled

_WIDTH = 600
_HEIGHT = 620
"""Pixels of a screen that the dialog leaves free: its own title and a task bar."""


@runtime_checkable
class _Telling(Protocol):
    """A tab that shows more than one page."""

    def help_page(self) -> str:
        """Name of the page in view, one of `helping.PAGES`."""


def page_of(tab: object, place: int) -> str:
    """Name of the page in view: of the tab `tab` in a place, from 0."""
    return tab.help_page() if isinstance(tab, _Telling) else helping.PAGES[place]


def show(parent: QWidget, page: str) -> None:
    """Show what a page is for and what the keys do."""
    dialog = KeysDialog(parent, page)
    dialog.exec()
    dialog.deleteLater()


class KeysDialog(QDialog):
    """Sentences, then one line a key; scrolls where the screen is small."""

    def __init__(self, parent: QWidget | None, page: str) -> None:
        """Tell of one of `helping.PAGES`."""
        super().__init__(parent)
        told = helping.of_page(page)
        self.setWindowTitle(_("帮助：{page}").format(page=told.title))
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, theme.px(8), 0)
        inside.setSpacing(theme.px(8))
        for line in told.lines:
            inside.addWidget(label(line, wrapped=True))
        for head, keys in ((_("这一页的按键"), told.keys), (_("到处可用的按键"), _everywhere())):
            inside.addSpacing(theme.px(8))
            inside.addWidget(label(head, "head"))
            inside.addLayout(_grid(keys))
        inside.addStretch(1)
        leave = QPushButton(_("知道了"))
        leave.setProperty("kind", "primary")
        leave.setDefault(True)
        leave.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*map(theme.px, (24, 16, 16, 16)))
        layout.setSpacing(theme.px(12))
        area = scrolled(body)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout.addWidget(area, 1)
        layout.addLayout(foot)
        self.resize(theme.fitting(_WIDTH, _HEIGHT))

    def texts(self) -> tuple[str, ...]:
        """All that is said, from above."""
        return tuple(one.text() for one in self.findChildren(QLabel))


def _grid(keys: tuple[tuple[str, str], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(16))
    grid.setVerticalSpacing(theme.px(4))
    grid.setColumnMinimumWidth(0, theme.px(130))
    grid.setColumnStretch(1, 1)
    for place, (key, meaning) in enumerate(keys):
        grid.addWidget(label(key, "hint"), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(meaning, wrapped=True), place, 1)
    return grid


def _everywhere() -> tuple[tuple[str, str], ...]:
    return (
        ("F1", _("这一页的帮助和按键")),
        ("Alt+1 … 8", _("换标签页")),
        ("Ctrl+N", _("新建一条")),
        ("F4", _("记一条线索：单位、承办人、证据取自正在看的")),
        ("Ctrl+K", _("在全部内容中查找")),
        ("Ctrl+F", _("在清单中查找")),
        ("Ctrl+G", _("查找单位")),
        ("Ctrl+B", _("收起或展开单位")),
        ("Ctrl+Z · Ctrl+Y", _("撤销、重做；栏内没有可撤的，就撤上一次保存")),
        ("Ctrl+H", _("这一条的历史")),
        ("Alt+Enter", _("这一栏为什么是这个值")),
        ("Alt+←", _("回到刚才那条（点来源跳走之后）")),
        ("Ctrl+Enter", _("对话框里写完多行文字，直接办")),
        ("Ctrl+S", _("不用按：离开一栏就已保存")),
        ("F9 · F11", _("遮屏、全屏")),
        ("F10 · Ctrl+I · Alt+↑↓", _("简报：预览、插入事例、移动一段")),
        ("Esc", _("回到清单")),
    )
