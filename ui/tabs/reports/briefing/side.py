"""At the right: what can be inserted, and what has come since a paragraph was edited."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services.briefings import Paragraph, Usable
from services.words import _
from ui import theme
from ui.parts.cards import Card, label

_TEXT = Qt.ItemDataRole.UserRole


class Material(Card):
    """Usable sentences of the paragraph the cursor is in; Ctrl+I inserts the chosen one."""

    wanted = Signal(str)
    """A sentence to insert."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build it empty."""
        super().__init__(_("可用事例（已认定）"), parent)
        self._told = label("", "hint", wrapped=True)
        self.list = QListWidget()
        self.list.setAccessibleName(_("可用事例"))
        self.list.setWordWrap(True)
        self.list.setSpacing(theme.px(4))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._insert)
        self._button = QPushButton(_("插入 Ctrl+I"))
        self._button.clicked.connect(self.insert)
        self.body.addWidget(self._told)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._button)

    def show_usable(self, found: Sequence[Usable], paragraph: Paragraph | None) -> None:
        """Show what there is for a paragraph."""
        self.list.clear()
        for one in found:
            told = one.text
            if one.is_guidance:
                told = _("{text}\n（模板用语）").format(text=one.text)
            elif one.units > 1:
                told = _("{text}\n（{count} 个单位）").format(text=one.text, count=one.units)
            item = QListWidgetItem(f"✓ {told}" if one.used else told)
            item.setData(_TEXT, one.text)
            if one.used:
                item.setToolTip(_("文中已有"))
            self.list.addItem(item)
        if found:
            self.list.setCurrentRow(next((n for n, one in enumerate(found) if not one.used), 0))
        self._button.setEnabled(bool(found))
        self._told.setText(_told(paragraph))

    @Slot()
    def insert(self) -> None:
        """Hand on the chosen sentence."""
        item = self.list.currentItem()
        if item is not None:
            self._insert(item)

    @Slot(QListWidgetItem)
    def _insert(self, item: QListWidgetItem) -> None:
        self.wanted.emit(str(item.data(_TEXT)))


def _told(paragraph: Paragraph | None) -> str:
    if paragraph is None or not paragraph.count:
        return _("默认写「有的单位」，不写单位名、人名。")
    return _("{count} 件 · {units} 个单位。默认写「有的单位」，不写单位名、人名。").format(
        count=paragraph.count, units=paragraph.units
    )


class Newer(Card):
    """Something edited for which there is another draft now."""

    settled = Signal(bool)
    """True: take the new words; False: keep one's own."""

    def __init__(self, title: str, told: str, parent: QWidget | None = None) -> None:
        """Build it hidden; `told` stands before the new words."""
        super().__init__(title, parent)
        self._text = label("", "", wrapped=True)
        self.body.addWidget(label(told, "hint", wrapped=True))
        self.body.addWidget(self._text)
        row = QHBoxLayout()
        take, keep = QPushButton(_("用新稿")), QPushButton(_("保留我的"))
        take.clicked.connect(self._take)
        keep.clicked.connect(self._keep)
        row.addWidget(take)
        row.addWidget(keep)
        row.addStretch(1)
        self.body.addLayout(row)
        self.hide()

    def show_words(self, words: str | None) -> None:
        """Show the new words; hide where there are none to decide on."""
        if words is not None:
            self._text.setText(words or _("（没有可写的）"))
        self.setVisible(words is not None)

    def words(self) -> str:
        """The new words, while they are shown."""
        return "" if self.isHidden() else self._text.text()

    @Slot()
    def _take(self) -> None:
        self.settled.emit(True)

    @Slot()
    def _keep(self) -> None:
        self.settled.emit(False)


class Side(QWidget):
    """All of it, one above the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build them."""
        super().__init__(parent)
        self.newer = Newer(_("有新记录"), _("这一段已手工改过。按新记录会写成："))
        self.heading = Newer(_("模板标题变了"), _("这个标题已手工改过。模板现在写："))
        self.material = Material()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.heading)
        layout.addWidget(self.newer)
        layout.addWidget(self.material, 1)
