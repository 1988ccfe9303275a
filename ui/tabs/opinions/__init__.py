"""意见评议: opinions, the rounds that asked for them, the ballots, and what follows from them."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from models.kinds import Value
from services.words import _
from ui import placing
from ui.context import Context
from ui.listform import ListForm
from ui.parts.leaves import Leaves
from ui.parts.rows import RowsView
from ui.tabs.opinions.evaluations import EvaluationsPage
from ui.tabs.opinions.heard import HeardPage
from ui.tabs.opinions.plans import outreach
from ui.tabs.opinions.remedies import RemediesPage
from ui.tabs.opinions.rounds import RoundsPage

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OpinionsTab"]


class OpinionsTab(QWidget):
    """Five lists, one in view: 意见, 征求轮次, 听取活动, 民主评议, 回炉补火."""

    KINDS = ("opinion", "solicitation", "outreach", "evaluation", "remedy")
    """What they list, in their order."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the tab for the open workspace; each list is read when it is looked at."""
        super().__init__(parent)
        self._context = context
        self._makers: dict[str, Callable[[], ListForm]] = {
            "opinion": partial(HeardPage, context),
            "solicitation": partial(RoundsPage, context),
            "outreach": partial(ListForm, context, outreach(context)),
            "evaluation": partial(EvaluationsPage, context),
            "remedy": partial(RemediesPage, context),
        }
        titles = (_("意见"), _("征求轮次"), _("听取活动"), _("民主评议"), _("回炉补火"))
        self._leaves = Leaves()
        self._places: dict[str, tuple[QVBoxLayout, QPushButton]] = {}
        self._built: dict[str, ListForm] = {}
        self._unread = set(range(len(titles)))
        for title, kind in zip(titles, self._makers, strict=True):
            frame = QWidget()
            inside = QVBoxLayout(frame)
            inside.setContentsMargins(0, 0, 0, 0)
            self._places[kind] = (inside, self._leaves.add(title, frame))
        self.page()
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
        return self.page_of(list(self._makers)[self._leaves.place()])

    def page_of(self, kind: str) -> ListForm:
        """The list of a kind, built when it is first wanted."""
        page = self._built.get(kind)
        if page is None:
            page = self._built[kind] = self._makers[kind]()
            if kind != "opinion":
                page.add_new_button()
            inside, button = self._places[kind]
            page.surfaced.connect(button.click)
            inside.addWidget(page)
            placing.put_back_splitters(page)
        return page

    def show_page(self, kind: str) -> None:
        """Show the list of a kind."""
        _inside, button = self._places[kind]
        button.click()

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
