"""意见评议: opinions, the rounds that asked for them, the ballots, and what follows from them."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from models.kinds import Value
from services.words import _
from ui import theme
from ui.context import Context
from ui.listform import ListForm
from ui.parts.rows import RowsView
from ui.tabs.opinions.evaluations import EvaluationsPage
from ui.tabs.opinions.heard import HeardPage
from ui.tabs.opinions.plans import outreach, remedies, rounds

__all__ = ["OpinionsTab"]


class OpinionsTab(QWidget):
    """Five lists, one in view: 意见, 征求轮次, 听取活动, 民主评议, 回炉补火."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the tab for the open workspace; each list is read when it is looked at."""
        super().__init__(parent)
        self._context = context
        self.heard = HeardPage(context)
        self.evaluations = EvaluationsPage(context)
        self.pages: dict[str, ListForm] = {
            "opinion": self.heard,
            "solicitation": ListForm(context, rounds(context)),
            "outreach": ListForm(context, outreach(context)),
            "evaluation": self.evaluations,
            "remedy": ListForm(context, remedies(context)),
        }
        titles = (_("意见"), _("征求轮次"), _("听取活动"), _("民主评议"), _("回炉补火"))
        self._stack = QStackedWidget()
        self._buttons: list[QPushButton] = []
        self._unread = set(range(len(titles)))
        row = QHBoxLayout()
        row.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), 0)
        row.setSpacing(theme.px(8))
        for place, (title, page) in enumerate(zip(titles, self.pages.values(), strict=True)):
            if place:
                page.add_new_button()
            button = QPushButton(title)
            button.setProperty("kind", "chip")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(self._choose)
            page.surfaced.connect(button.click)
            self._buttons.append(button)
            self._stack.addWidget(page)
            row.addWidget(button)
        row.addStretch(1)
        self._buttons[0].setChecked(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)

    @property
    def rows(self) -> RowsView:
        """The list in view."""
        return self.page().rows

    def page(self) -> ListForm:
        """The page in view."""
        return list(self.pages.values())[self._stack.currentIndex()]

    def show_page(self, kind: str) -> None:
        """Show the list of a kind."""
        self._buttons[list(self.pages).index(kind)].click()

    @Slot()
    def reload(self) -> None:
        """Show what is stored now, on the page in view."""
        if self._context.workspace is not None:
            self._unread.discard(self._stack.currentIndex())
            self.page().reload()

    @Slot()
    def _choose(self) -> None:
        place = next(n for n, button in enumerate(self._buttons) if button.isChecked())
        self._stack.setCurrentIndex(place)
        if place in self._unread:
            self.reload()

    def known(self) -> dict[str, Value]:
        """What a clue noted now begins with: the opinion in view."""
        return self.page().side.known()

    def new_record(self) -> None:
        """Begin a record of the list in view."""
        self.page().new_record()

    def focus_search(self) -> None:
        """To the search line of the list in view."""
        self.page().focus_search()
