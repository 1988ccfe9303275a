"""来源与去向: a button a record that this one came from or that came from it."""

from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from services import origins
from services.core import Row
from services.origins import Origin
from services.words import _
from ui import theme
from ui.context import Context
from ui.parts.flow import FlowLayout

_MOST_CHARACTERS = 20


class Origins(QWidget):
    """Nothing at all where there are none; a click opens the record, Alt+← leads back."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Empty until `show_of`."""
        super().__init__(parent)
        self._context = context
        self._flow = FlowLayout(self, theme.px(6))
        self._shown: tuple[Origin, ...] = ()
        self.hide()

    def show_of(self, row: Row | None) -> None:
        """Show what a record leads to."""
        workspace = self._context.workspace
        found = origins.of_row(workspace, row) if row is not None and workspace is not None else ()
        self.setVisible(bool(found))
        if found == self._shown:
            return
        self._shown = found
        while (item := self._flow.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for one in found:
            self._flow.addWidget(self._button(one))

    def _button(self, one: Origin) -> QPushButton:
        whole = one.words
        short = whole if len(whole) <= _MOST_CHARACTERS else f"{whole[:_MOST_CHARACTERS]}…"
        button = QPushButton(f"{short} ›")
        button.setProperty("kind", "link")
        button.setAutoDefault(False)
        button.setToolTip(_("打开 {title}（Alt+← 回来）").format(title=whole))
        button.setAccessibleName(_("打开 {title}").format(title=whole))
        button.clicked.connect(partial(self._open, one))
        return button

    def links(self) -> tuple[QPushButton, ...]:
        """The buttons, in their order."""
        items = (self._flow.itemAt(n) for n in range(self._flow.count()))
        widgets = (item.widget() for item in items if item is not None)
        return tuple(w for w in widgets if isinstance(w, QPushButton))

    def _open(self, one: Origin, _on: bool = False) -> None:
        self._context.record_wanted.emit(one.kind, one.uid)
