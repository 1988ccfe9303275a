"""数据质量: what is incomplete or cannot be right; each line leads to its record."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import quality, references, words
from services.core import Progress
from services.errors import AppError, Cancelled
from services.quality import Case, Doubt, Finding
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.parts.cards import Card, label
from ui.parts.grid import Cell, Grid, Head

_LIST_PX = 330
_GRAVE = frozenset({Doubt.RULES, Doubt.TWICE, Doubt.SELF_VERIFIED, Doubt.UNIT_UNKNOWN})


class QualityPage(QWidget):
    """Left: what is in doubt, and how often. Right: the records."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Empty until `reload`."""
        super().__init__(parent)
        self._context = context
        self._found: tuple[Finding, ...] = ()
        self._names: dict[str, str] = {}
        heads = (Head("", 28), Head(_("可能有误的地方")), Head("", 80, "right"))
        self.doubts = Grid(_("可能有误的地方"), heads, framed=False)
        self.doubts.horizontalHeader().hide()
        self.cases = Grid(
            _("涉及的记录"),
            (Head(_("单位"), 150), Head(_("记录"), 90), Head(_("题目")), Head(_("怎么回事"))),
            framed=False,
        )
        self.again = QPushButton(_("再查一遍"))
        self.again.setProperty("kind", "link")
        self._told = label("", "hint", wrapped=True)
        self._more = label("", "hint", wrapped=True)
        self._build()
        self.doubts.currentCellChanged.connect(self._show_cases)
        self.cases.opened.connect(self._open)
        self.again.clicked.connect(self.reload)

    def _build(self) -> None:
        left, right = Card(_("数据质量")), Card(_("涉及的记录"))
        left.corner.addWidget(self.again)
        left.body.addWidget(self._told)
        left.body.addWidget(self.doubts, 1)
        left.setFixedWidth(theme.px(_LIST_PX))
        right.body.addWidget(self.cases, 1)
        right.body.addWidget(self._more)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 4, 12, 12))
        layout.setSpacing(theme.px(8))
        column = QVBoxLayout()
        column.addWidget(left)
        layout.addLayout(column)
        layout.addWidget(right, 1)

    @Slot()
    def reload(self) -> None:
        """Go through the records once more, beside the window's own work."""
        self.again.setEnabled(False)
        self._told.setText(_("正在核对…"))
        workspace, units = self._context.here(), self._context.units

        def work(progress: Progress) -> tuple[tuple[Finding, ...], dict[str, str]]:
            found = quality.look(workspace, units, progress)
            asked = {case.unit for one in found for case in one.cases if case.unit}
            return found, {str(k): v for k, v in references.titles(workspace, asked).items()}

        self._context.jobs.run(_("核对数据质量"), work, self._show, self._give_up)

    def _give_up(self, failure: AppError) -> None:
        self.again.setEnabled(True)
        self._told.setText(_("没有核对完"))
        if not isinstance(failure, Cancelled):
            errors.show(self, failure)

    def _show(self, told: tuple[tuple[Finding, ...], dict[str, str]]) -> None:
        self._found, self._names = told
        self.again.setEnabled(True)
        clean = _("✓ 没有发现缺漏和矛盾")
        self._told.setText(_("点一行看涉及的记录") if self._found else clean)
        count = _("{count} 件")
        self.doubts.fill(
            [
                [
                    Cell("!" if one.doubt in _GRAVE else "◷", _tone(one.doubt)),
                    Cell(_doubt(one.doubt)),
                    Cell(count.format(count=one.count), "text2"),
                ]
                for one in self._found
            ]
        )
        if self._found:
            self.doubts.setCurrentCell(0, 1)
        self._show_cases(self.doubts.currentRow())

    @Slot(int)
    def _show_cases(self, row: int, *_others: int) -> None:
        cases = self._cases(row)
        self.cases.fill([self._cells(case) for case in cases])
        left = self._found[row].count - len(cases) if cases else 0
        self._more.setText(_("另有 {n} 件没有列出").format(n=left) if left else "")
        self._more.setVisible(bool(left))

    def _cases(self, row: int) -> tuple[Case, ...]:
        return self._found[row].cases if 0 <= row < len(self._found) else ()

    def _cells(self, case: Case) -> list[Cell]:
        return [
            Cell(self._names.get(case.unit, "—")),
            Cell(words.kind(case.kind), "text2"),
            Cell(case.title or "—", tip=case.title),
            Cell(case.said, tip=case.said),
        ]

    @Slot(int)
    def _open(self, row: int) -> None:
        case = self._cases(self.doubts.currentRow())[row]
        self._context.record_wanted.emit(case.kind, case.uid)


def _tone(doubt: Doubt) -> str:
    return "late" if doubt in _GRAVE else "wait"


def _doubt(doubt: Doubt) -> str:
    return {
        Doubt.RULES: _("数字或时间对不上"),
        Doubt.TWICE: _("编号重复"),
        Doubt.SELF_VERIFIED: _("承办人自己验收"),
        Doubt.EARLIER_MISSING: _("前文未到"),
        Doubt.UNIT_UNKNOWN: _("单位不明"),
        Doubt.DATE_AHEAD: _("日期在今天以后"),
        Doubt.DATE_BEFORE: _("日期早于活动开始"),
        Doubt.NO_DEADLINE: _("没有整改时限"),
        Doubt.NO_MEASURE: _("逾期而没有措施"),
        Doubt.LACKING: _("必填项没有填全"),
    }[doubt]
