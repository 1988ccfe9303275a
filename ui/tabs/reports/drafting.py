"""拟制: what the document is about, its draft as it will be printed, and the step to issue it."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid
from services import reports, words
from services.core import Progress
from services.documents.frame import ExpectedSigner
from services.documents.leaks import Leak
from services.documents.orders import parse_period
from services.documents.rendering import Options, Rendered
from services.errors import AppError
from services.reports import Issued, Wanted
from services.words import _
from services.workspace import Workspace
from ui import theme
from ui.context import Context
from ui.naming import candidates
from ui.parts.dialogs import ChoiceRow
from ui.parts.pages import PagesView
from ui.tabs.reports.issuing import IssueDialog

_LEFT_WIDTH = 240
_RIGHT_WIDTH = 240


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it would be issued now."""

    rendered: Rendered
    signers: tuple[ExpectedSigner, ...]
    leaks: tuple[Leak, ...]


def make_draft(workspace: Workspace, wanted: Wanted, progress: Progress) -> Draft:
    """Make the draft on the worker thread; raises what `reports.draft` and `render` do."""
    made = reports.draft(workspace, wanted)
    progress.step(1, 2)
    rendered = made.render(Options(validate=False))
    return Draft(rendered, made.data.frame.signers, made.leaks)


class Drafting(QWidget):
    """Left what it is about, in the middle the pages, right the steps."""

    issued = Signal(str)
    """Uid of the new line in the register."""
    drafted = Signal()
    """The draft is shown."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the page; it fills with `reload`."""
        super().__init__(parent)
        self._context = context
        self._wanted: Wanted | None = None
        self._draft: Draft | None = None
        self._kind = ChoiceRow(_("文书"), {}, "")
        self._unit = ChoiceRow(_("单位"), {}, "")
        self._start = QLineEdit()
        self._end = QLineEdit()
        self._told = QLabel()
        self._make = QPushButton(_("出草稿"))
        self.issue_button = QPushButton(_("签发…"))
        self._steps = QLabel()
        self.view = PagesView(_("选好单位，按「出草稿」。看到的就是打印出来的。"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._left(), 1)
        layout.addWidget(self.view, 2)
        layout.addWidget(self._right(), 1)
        self._show_steps()

    def _left(self) -> QFrame:
        card = _card(_LEFT_WIDTH)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(_("文书"), self._kind)
        form.addRow(_("单位"), self._unit)
        for line, name in ((self._start, _("期间从")), (self._end, _("到"))):
            line.setPlaceholderText(_("年-月-日，空着就不限"))
            line.setAccessibleName(name)
            form.addRow(name, line)
        self._make.setProperty("kind", "primary")
        self._make.clicked.connect(self.draft)
        self._told.setProperty("role", "error")
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        body = QVBoxLayout(card)
        body.addLayout(form)
        body.addWidget(self._make)
        body.addWidget(self._told)
        body.addStretch(1)
        for choice in (self._kind, self._unit):
            choice.currentIndexChanged.connect(self._outdate)
        for line in (self._start, self._end):
            line.textEdited.connect(self._outdate)
            line.returnPressed.connect(self.draft)
        return card

    def _right(self) -> QFrame:
        card = _card(_RIGHT_WIDTH)
        head = QLabel(_("步骤"))
        head.setProperty("role", "head")
        self._steps.setWordWrap(True)
        self._steps.setTextFormat(Qt.TextFormat.PlainText)
        self._steps.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.issue_button.setProperty("kind", "primary")
        self.issue_button.clicked.connect(self.issue)
        body = QVBoxLayout(card)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._steps)
        body.addWidget(head)
        body.addWidget(area, 1)
        body.addWidget(self.issue_button)
        return card

    @Slot()
    def reload(self) -> None:
        """Offer the units there are now; the one chosen at the left of the window comes first."""
        if self._context.workspace is None:
            return
        units = candidates(self._context, ("unit",))
        chosen = next(iter(self._context.units)) if len(self._context.units) == 1 else None
        held = chosen or Uid(self._unit.text())
        kinds = {kind: words.document(kind) for kind in reports.KINDS_OF_DOCUMENT}
        self._kind.offer(kinds, self._kind.text())
        self._unit.offer(units, held)
        self._make.setEnabled(bool(units))

    def set_period(self, start: str, end: str) -> None:
        """Put days into the two lines, as a person would type them."""
        self._start.setText(start)
        self._end.setText(end)
        self._outdate()

    def wanted(self) -> Wanted | None:
        """Which document the draft shows; None while there is none."""
        return self._wanted

    def current(self) -> Draft | None:
        """The draft that is shown."""
        return self._draft

    def told(self) -> str:
        """Why the last draft was not made; empty when it was."""
        return self._told.text()

    def told_steps(self) -> str:
        """The steps as they are shown."""
        return self._steps.text()

    def focus_first(self) -> None:
        """To the choice of the unit."""
        self._unit.setFocus()

    @Slot()
    def draft(self) -> None:
        """Make the draft and show its pages."""
        try:
            period = parse_period(f"{self._start.text().strip()}..{self._end.text().strip()}")
        except AppError as failure:
            self._refused(failure)
            return
        self._told.clear()
        wanted = Wanted(self._kind.text(), Uid(self._unit.text()), period)
        self._make.setEnabled(False)
        work = partial(make_draft, self._context.here(), wanted)
        self._context.jobs.run(_("出草稿"), work, partial(self._made, wanted), self._refused)

    def _made(self, wanted: Wanted, draft: Draft) -> None:
        self._make.setEnabled(True)
        self._wanted, self._draft = wanted, draft
        self.view.show_pdf(draft.rendered.pdf)
        self._show_steps()
        self.drafted.emit()

    def _refused(self, failure: AppError) -> None:
        self._make.setEnabled(True)
        self._told.setText(words.error(failure))

    @Slot()
    def _outdate(self) -> None:
        """What is shown is no longer what is asked for."""
        if self._draft is not None:
            self._wanted = self._draft = None
            self.view.clear()
            self._show_steps()

    def _show_steps(self) -> None:
        draft = self._draft
        self.issue_button.setVisible(draft is not None and not draft.leaks)
        self._steps.setText("\n\n".join(steps(draft)))

    @Slot()
    def issue(self) -> None:
        """Ask who signs, then number, sign and register the document."""
        if self._draft is None or self._wanted is None:
            return
        dialog = IssueDialog(self._context, self._wanted, self._draft.signers, self)
        dialog.issued.connect(self.take_issued)
        dialog.exec()

    @Slot(object)
    def take_issued(self, issued: Issued) -> None:
        """A document was issued: tell everybody and lead to its line."""
        self._outdate()
        self._context.announce(issued.changes)
        self.issued.emit(issued.uid)


def steps(draft: Draft | None) -> list[str]:
    """The steps to an issued document and how far each is."""
    if draft is None:
        return [_("1 取数、排版　未做"), _("2 检查"), _("3 签发")]
    told = [_("1 取数、排版　✓ {pages} 页").format(pages=draft.rendered.pages)]
    if draft.leaks:
        found = "、".join(sorted({leak.text for leak in draft.leaks}))
        told.append(
            _("2 检查　✗ 对外文书里出现代号或时刻：{found}。请先改记录").format(found=found)
        )
    else:
        told.append(_("2 检查　✓ 不含代号、时刻"))
    swaps = draft.rendered.substitutions
    if swaps:
        each = "\n".join(f"{one.wanted} → {one.used}" for one in swaps)
        told.append(_("字体替代 {count} 处\n{each}").format(count=len(swaps), each=each))
    names = "、".join(f"{s.role} {s.name}".strip() for s in draft.signers)
    told.append(_("3 签发　签字人 {names}").format(names=names or "—"))
    return told


def _card(width: int) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    card.setMinimumWidth(width)
    card.setMaximumWidth(theme.px(width))
    return card
