"""学习检查: the checks, the training of heads of units, and the papers that are read."""

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.kinds import Value
from services.words import _
from ui import placing
from ui.context import Context
from ui.parts.filters import FilterBar
from ui.parts.leaves import Leaves
from ui.parts.rows import RowsView
from ui.tabs.checks.checking import ChecksPage
from ui.tabs.checks.reviews import ReviewsPage
from ui.tabs.checks.training import TrainingPage

__all__ = ["ChecksTab"]


class ChecksTab(QWidget):
    """Three pages, one in view: 检查, 一把手轮训, 材料审阅. An open check has all the room."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the tab for the open workspace; the other two pages once they are wanted."""
        super().__init__(parent)
        self._context = context
        self.checks = ChecksPage(context)
        self._training: TrainingPage | None = None
        self._reviews: ReviewsPage | None = None
        self._leaves = Leaves()
        self._leaves.add(_("检查"), self.checks)
        self._frames = [QWidget(), QWidget()]
        for title, frame in zip((_("一把手轮训"), _("材料审阅")), self._frames, strict=True):
            QVBoxLayout(frame).setContentsMargins(0, 0, 0, 0)
            self._leaves.add(title, frame)
        self._leaves.turned.connect(self.reload)
        self.checks.turned.connect(self._leaves.hide_words)
        self.checks.surfaced.connect(self.show_checks)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._leaves)

    @property
    def training(self) -> TrainingPage:
        """一把手轮训."""
        if self._training is None:
            self._training = TrainingPage(self._context)
            self._put(0, self._training)
        return self._training

    @property
    def reviews(self) -> ReviewsPage:
        """材料审阅."""
        if self._reviews is None:
            self._reviews = ReviewsPage(self._context)
            self._put(1, self._reviews)
            self._reviews.surfaced.connect(self.show_reviews)
        return self._reviews

    def _put(self, place: int, page: QWidget) -> None:
        layout = self._frames[place].layout()
        if layout is not None:
            layout.addWidget(page)
        placing.put_back_splitters(page)

    @Slot()
    def show_checks(self) -> None:
        """Turn to the checks."""
        self._leaves.turn_to(self.checks)

    def show_training(self) -> None:
        """Turn to the roster."""
        self._leaves.turn_to(self._frames[0])

    @Slot()
    def show_reviews(self) -> None:
        """Turn to the papers."""
        self._leaves.turn_to(self._frames[1])

    def _list(self) -> ChecksPage | ReviewsPage:
        """The page in view that has a list of records; that of checks for the roster."""
        return self.reviews if self._leaves.current() is self._frames[1] else self.checks

    def page_of(self, kind: str) -> ChecksPage | ReviewsPage:
        """What lists a kind: checks, or papers."""
        return self.reviews if kind == "review" else self.checks

    @property
    def rows(self) -> RowsView:
        """The list in view."""
        return self._list().rows

    @property
    def filters(self) -> FilterBar:
        """What it is narrowed by."""
        return self._list().filters

    @Slot()
    def reload(self) -> None:
        """Show what is stored now, on the page in view."""
        if self._context.workspace is None:
            return
        if self._leaves.current() is self._frames[0]:
            self.training.reload()
        else:
            self._list().reload()

    def new_record(self) -> None:
        """Begin a record of the list in view."""
        self._list().new_record()

    def begin(self, form: str, given: Mapping[str, Value] | None = None) -> None:
        """Open an empty check of a form; see `ChecksPage.begin`."""
        self.show_checks()
        self.checks.begin(form, given)

    def known(self) -> dict[str, Value]:
        """What a clue noted now begins with: the check that is open."""
        return self.checks.known() if self._leaves.current() is self.checks else {}

    def focus_search(self) -> None:
        """To the search line of the list in view."""
        self._list().focus_search()
