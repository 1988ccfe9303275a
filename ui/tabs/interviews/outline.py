"""The outline of a talk at the side: what has been asked, what comes next."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from models.kinds import Value
from services.campaign.shapes import OutlineItem
from services.words import _
from ui import theme

_ID = Qt.ItemDataRole.UserRole


class Outline(QFrame):
    """Headings that are ticked when they have been spoken of."""

    ticked = Signal(str, bool)
    """Id of a heading, and whether it has been spoken of."""
    chosen = Signal(str)
    """Words of the heading that is to be inserted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty until `show_outline`."""
        super().__init__(parent)
        self.setProperty("role", "card")
        self._head = QLabel()
        self._head.setProperty("role", "head")
        self.list = QListWidget()
        self.list.setAccessibleName(_("谈话提纲"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.itemChanged.connect(self._tick)
        self._hint = QLabel(_("Alt+↓ 打勾并插入标题"))
        self._hint.setProperty("role", "hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(12),) * 4)
        layout.setSpacing(theme.px(4))
        for widget in (self._head, self.list, self._hint):
            layout.addWidget(widget)

    def show_outline(self, items: Sequence[OutlineItem], done: Mapping[str, Value]) -> None:
        """Show the campaign's headings, and which of them this talk has been through."""
        kept = self.list.currentRow() if self.list.count() == len(items) else -1
        self.list.blockSignals(True)
        self.list.clear()
        for item in items:
            line = QListWidgetItem(item.title)
            line.setData(_ID, item.id)
            line.setToolTip(item.hint)
            line.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            on = Qt.CheckState.Checked if done.get(item.id) else Qt.CheckState.Unchecked
            line.setCheckState(on)
            self.list.addItem(line)
        self.list.setCurrentRow(kept)
        self.list.blockSignals(False)
        self.list.setFixedHeight(max(1, self.list.sizeHintForRow(0)) * max(1, len(items)) + 4)
        self._count()
        self.setVisible(bool(items))

    def step(self, by: int) -> None:
        """To the next (1) or the previous (-1) heading: the next is ticked and put in the text."""
        place = self.current() + by
        if not 0 <= place < self.list.count():
            return
        self.list.setCurrentRow(place)
        line = self.list.item(place)
        if by > 0 and line.checkState() is Qt.CheckState.Unchecked:
            # Ticking is stored, and what is stored is shown anew: the line does not outlive it.
            self.chosen.emit(line.text())
            line.setCheckState(Qt.CheckState.Checked)

    def current(self) -> int:
        """The last heading that has been spoken of; -1 before the first."""
        if self.list.currentRow() >= 0:
            return self.list.currentRow()
        return max((n for n, on in enumerate(self._states()) if on), default=-1)

    @Slot(QListWidgetItem)
    def _tick(self, line: QListWidgetItem) -> None:
        self._count()
        self.ticked.emit(str(line.data(_ID)), line.checkState() is Qt.CheckState.Checked)

    def _count(self) -> None:
        states = self._states()
        text = _("谈话提纲　{done}/{total}").format(done=sum(states), total=len(states))
        self._head.setText(text)

    def _states(self) -> list[bool]:
        """Whether each heading is ticked."""
        lines = [self.list.item(n) for n in range(self.list.count())]
        return [line.checkState() is Qt.CheckState.Checked for line in lines]
