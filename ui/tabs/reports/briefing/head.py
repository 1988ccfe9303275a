"""The line above a briefing: which one, its 期 and title, what has come since, and what to do."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from models.kinds import Uid, Value
from services import words
from services.briefings import Briefing, Genre, Line, counted, genre_name
from services.errors import AppError
from services.words import _
from ui import theme
from ui.parts.cards import give_role, label

_ISSUE_WIDTH = 52
_CHOICE_LENGTH = 14


class Head(QWidget):
    """Shows the briefing's particulars and hands on what is typed."""

    picked = Signal(str)
    """Uid of another briefing."""
    typed = Signal(dict)
    """Title or 期 as typed."""
    chosen = Signal(str)
    """`services.briefings.Genre`: what the briefing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build it empty."""
        super().__init__(parent)
        self._briefing: Briefing | None = None
        self._which = QComboBox()
        self._issue = QLineEdit()
        self._title = QLineEdit()
        self.genre = genre_box()
        self.told = label("", "hint")
        self.refresh = QPushButton(_("更新草稿"))
        self.new = QPushButton(_("新简报…"))
        self.look = QPushButton(_("预览 F10"))
        self.sign = QPushButton(_("签发…"))
        self._build()
        self._which.activated.connect(self._pick)
        self._issue.editingFinished.connect(self._keep_issue)
        self._title.editingFinished.connect(self._keep_title)
        self.genre.activated.connect(self._keep_genre)

    def _build(self) -> None:
        self._which.setAccessibleName(_("简报"))
        self._which.setMinimumContentsLength(_CHOICE_LENGTH)
        self._which.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._issue.setAccessibleName(_("期号"))
        self._issue.setFixedWidth(theme.px(_ISSUE_WIDTH))
        self._title.setAccessibleName(_("题目"))
        self._title.setPlaceholderText(_("题目"))
        self.sign.setProperty("kind", "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._which)
        row.addWidget(label(_("第")))
        row.addWidget(self._issue)
        row.addWidget(label(_("期")))
        row.addWidget(self.genre)
        row.addWidget(self._title, 1)
        for button in (self.refresh, self.new, self.look, self.sign):
            button.setAutoDefault(False)
            row.addWidget(button)

    def show_lines(self, lines: Sequence[Line], current: Uid | None) -> None:
        """Offer the file's briefings."""
        self._which.clear()
        for line in lines:
            number = _("第{issue}期").format(issue=line.issue) if line.issue else _("期号未定")
            state = _("已签发") if line.issued else _("草稿")
            self._which.addItem(f"{number} {state}　{line.title}", line.uid)
        self._which.setCurrentIndex(self._which.findData(current))

    def show_briefing(self, briefing: Briefing | None) -> None:
        """Show one, or that there is none."""
        self._briefing = briefing
        is_open = briefing is not None and not briefing.issued
        for widget in (self._issue, self._title, self.genre, self.sign):
            widget.setEnabled(is_open)
        self.look.setEnabled(briefing is not None)
        if not self._title.hasFocus():
            self._title.setText("" if briefing is None else briefing.title)
        if not self._issue.hasFocus():
            issue = None if briefing is None else briefing.issue
            self._issue.setText("" if issue is None else str(issue))
        genre = Genre.GENERAL if briefing is None else briefing.genre
        self.genre.setCurrentIndex(self.genre.findData(genre.value))
        newer = _newer(briefing)
        self.refresh.setEnabled(bool(newer) and is_open)
        give_role(self.told, "late" if is_open and briefing and briefing.too_long else "hint")
        self.told.setText(_told(briefing, newer))

    def tell(self, failure: AppError) -> None:
        """Say why something was refused."""
        give_role(self.told, "error")
        self.told.setText(words.error(failure))

    @Slot(int)
    def _pick(self, place: int) -> None:
        self.picked.emit(str(self._which.itemData(place)))

    @Slot()
    def _keep_issue(self) -> None:
        typed = self._issue.text().strip()
        now = None if self._briefing is None else self._briefing.issue
        if self._briefing is not None and typed != ("" if now is None else str(now)):
            self._tell_typed({"issue": typed or None})

    @Slot()
    def _keep_title(self) -> None:
        typed = self._title.text().strip()
        if self._briefing is not None and typed and typed != self._briefing.title:
            self._tell_typed({"title": typed})

    @Slot()
    def _keep_genre(self) -> None:
        chosen = str(self.genre.currentData())
        if self._briefing is not None and chosen != self._briefing.genre:
            self.chosen.emit(chosen)

    def _tell_typed(self, values: dict[str, Value]) -> None:
        self.typed.emit(values)


def genre_box() -> QComboBox:
    """A choice of what a briefing is."""
    made = QComboBox()
    made.setAccessibleName(_("简报种类"))
    made.setToolTip(_("综合简报不超过 5,000 字，专题简报（专报）不超过 4,000 字"))
    for genre in Genre:
        made.addItem(genre_name(genre), genre.value)
    return made


def _newer(briefing: Briefing | None) -> int:
    """Paragraphs that new records, and headings that a new template would change."""
    if briefing is None:
        return 0
    paragraphs = (p for s in briefing.sections for p in s.paragraphs)
    headings = sum(1 for s in briefing.sections if s.stale)
    return headings + sum(1 for p in paragraphs if p.outdated or p.stale)


def _told(briefing: Briefing | None, newer: int) -> str:
    if briefing is None:
        return _("还没有简报，按「新简报」起草。")
    period = briefing.period.in_words()
    if briefing.issued:
        return _("{period}　已签发，内容不再改动").format(period=period)
    told = [period]
    if newer:
        told.append(_("{count} 处有新记录或新标题").format(count=newer))
    if briefing.too_long:
        told.append(counted(briefing))
    return "　".join(told)
