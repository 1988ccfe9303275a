"""意见评议: opinions, the rounds that asked for them, the ballots, and what follows from them."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.kinds import Value
from services.words import _
from ui.context import Context
from ui.listform import ListForm
from ui.parts.leaves import Leaves
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
        self._leaves = Leaves()
        self._unread = set(range(len(titles)))
        for place, (title, page) in enumerate(zip(titles, self.pages.values(), strict=True)):
            if place:
                page.add_new_button()
            button = self._leaves.add(title, page)
            page.surfaced.connect(button.click)
        self._leaves.turned.connect(self._turned)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._leaves)

    @property
    def rows(self) -> RowsView:
        """The list in view."""
        return self.page().rows

    def page(self) -> ListForm:
        """The page in view."""
        return list(self.pages.values())[self._leaves.place()]

    def show_page(self, kind: str) -> None:
        """Show the list of a kind."""
        self._leaves.turn_to(self.pages[kind])

    @Slot()
    def reload(self) -> None:
        """Show what is stored now, on the page in view."""
        if self._context.workspace is not None:
            self._unread.discard(self._leaves.place())
            self.page().reload()

    @Slot()
    def _turned(self) -> None:
        if self._leaves.place() in self._unread:
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
