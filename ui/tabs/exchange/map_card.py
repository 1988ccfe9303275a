"""收齐情况: whose day has come and whose has not."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from services.words import _
from ui import theme
from ui.parts.cards import Card, label
from ui.parts.grid import Cell, Grid, Head

_NAME_WIDTH, _WIDE_NAME, _DAY_WIDTH = 190, 330, 52
_MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class MapLine:
    """One laptop, or one unit of a group."""

    name: str
    marks: Sequence[Cell]
    """One a day."""
    last: str


class MapCard(Card):
    """The grid, and below it what is to be done about the holes."""

    force_wanted = Signal()
    """What waits behind a hole is to count although the hole is there."""

    def __init__(self, first: str, *, tall: bool = False, parent: QWidget | None = None) -> None:
        """Build an empty card.

        Args:
            first: head of the first column.
            tall: the grid takes all there is instead of its own height.
            parent: the widget it stands in.
        """
        super().__init__(_("收齐情况"), parent)
        self._first, self._width = first, _NAME_WIDTH
        self._tall = tall
        self.grid = Grid(_("收齐情况"), (), framed=False)
        self.grid.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._empty = label(_("第一次接收之后这里显示谁的哪天还没到"), "hint")
        self._told = label("", wrapped=True)
        self.body.addWidget(self._empty)
        self.body.addWidget(self.grid, 1 if tall else 0)
        self.force = QPushButton(_("强行生效…"))
        self.force.setToolTip(_("缺的实在找不回来时，先收着的内容以您的名义写入，要写理由"))
        self.force.clicked.connect(self.force_wanted)
        self.force.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self._told, 1)
        place = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight
        row.addWidget(self.force, 0, place)
        self.body.addLayout(row)
        if not tall:
            self.body.addStretch(1)
        self.show_map("", (), (), ())

    def show_map(
        self, period: str, days: Sequence[str], lines: Sequence[MapLine], told: Sequence[str]
    ) -> None:
        """Show the map of a period.

        Args:
            period: for the head: 4月28日—5月6日.
            days: heads of the day columns.
            lines: each with as many marks as there are days.
            told: sentences below, each on its line.
        """
        title = _("收齐情况")
        self.head.setText(f"{title}（{period}）" if period else title)
        heads = [Head(self._first, self._width)]
        heads += [Head(day, _DAY_WIDTH, "middle") for day in days]
        self.grid.set_heads([*heads, Head(_("最近一次"))])
        self.grid.fill([[Cell(line.name), *line.marks, Cell(line.last, "text2")] for line in lines])
        if not self._tall:
            self.grid.setFixedHeight(self.grid.whole_height(_MOST_ROWS))
        self.grid.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        self._told.setText("\n".join(told))
        self._told.setVisible(bool(told))
        self.body.setSpacing(theme.px(8))

    def name_first(self, first: str, *, wide: bool) -> None:
        """Call the first column so from the next map on; `wide` for groups with their units."""
        self._first, self._width = first, _WIDE_NAME if wide else _NAME_WIDTH

    def offer_force(self, offered: bool) -> None:
        """Whether the person may let count what waits behind a hole."""
        self.force.setVisible(offered)

    def told(self) -> str:
        """The sentences below the grid."""
        return self._told.text()
