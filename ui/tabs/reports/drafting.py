"""拟制: which document of whom, its draft as it will be printed, and the steps to issue it."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid
from services import reports, words
from services.errors import AppError
from services.reports import Issued, Needs, Wanted, parse_period
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.naming import candidates
from ui.parts.dialogs import ChoiceRow, PassphraseDialog
from ui.parts.pages import PagesView
from ui.tabs.reports import printing
from ui.tabs.reports.changing import ChangeDialog
from ui.tabs.reports.issuing import IssueDialog
from ui.tabs.reports.kindlist import KindList
from ui.tabs.reports.making import BatchDialog, named_draft
from ui.tabs.reports.steps import Draft, Steps, make_draft

__all__ = ["Drafting", "make_draft"]

_LEFT_WIDTH = 220


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
        self._supersedes: Uid | None = None
        self.kinds = KindList()
        self._unit = ChoiceRow(_("单位"), {}, "")
        self._start = QLineEdit()
        self._end = QLineEdit()
        self._told = QLabel()
        self._make = QPushButton(_("出草稿"))
        self.steps = Steps()
        self.issue_button = self.steps.buttons["issue"]
        self.view = PagesView(_("选好单位，按「出草稿」。看到的就是打印出来的。"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._left(), 1)
        layout.addWidget(self.view, 3)
        layout.addWidget(self.steps, 1)
        self.steps.asked.connect(self._do)
        self._show_steps()

    def _left(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        card.setMinimumWidth(_LEFT_WIDTH)
        card.setMaximumWidth(theme.px(_LEFT_WIDTH))
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(4)
        form.addRow(_("单位"), self._unit)
        days = QHBoxLayout()
        days.setSpacing(4)
        for line, name in ((self._start, _("期间从")), (self._end, _("到"))):
            line.setPlaceholderText(_("年-月-日"))
            line.setToolTip(_("年-月-日，空着就不限"))
            line.setAccessibleName(name)
            days.addWidget(line)
        form.addRow(_("期间（起、止）"), days)
        self._make.setProperty("kind", "primary")
        self._make.clicked.connect(self.draft)
        self._told.setProperty("role", "error")
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        body = QVBoxLayout(card)
        body.addWidget(self.kinds, 1)
        body.addLayout(form)
        body.addWidget(self._make)
        body.addWidget(self._told)
        self.kinds.chosen.connect(self._take_kind)
        self._unit.currentIndexChanged.connect(self._outdate)
        for line in (self._start, self._end):
            line.textEdited.connect(self._outdate)
            line.returnPressed.connect(self.draft)
        return card

    @Slot()
    def reload(self) -> None:
        """Offer the units there are now; the one chosen at the left of the window comes first."""
        if self._context.workspace is None:
            return
        chosen = next(iter(self._context.units)) if len(self._context.units) == 1 else None
        self._offer_units(chosen or Uid(self._unit.text()))

    def _offer_units(self, held: str) -> None:
        entry = self.kinds.entry()
        units = {} if entry.whole else dict(candidates(self._context, ("unit",)))
        every = {"": _("全部单位")} if entry.whole is not False else {}
        self._unit.offer(every | units, held)
        self._unit.setEnabled(not entry.whole)
        self._make.setEnabled(bool(every or units))

    @Slot()
    def _take_kind(self) -> None:
        self._offer_units(self._unit.text())
        self._outdate()

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
        return self.steps.told()

    def focus_first(self) -> None:
        """To the list of kinds."""
        self.kinds.setFocus()

    def correct(self, wanted: Wanted, supersedes: Uid) -> None:
        """Draft a document again that will stand for an issued one (更正)."""
        self.kinds.choose(wanted.kind, whole=wanted.unit is None)
        self._offer_units(wanted.unit or "")
        self.set_period(wanted.period.start, wanted.period.end)
        self._supersedes = supersedes
        self._make_draft(wanted)

    @Slot()
    def draft(self) -> None:
        """Make the draft and show its pages."""
        try:
            period = parse_period(f"{self._start.text().strip()}..{self._end.text().strip()}")
        except AppError as failure:
            self._refused(failure)
            return
        unit = self._unit.text()
        self._make_draft(Wanted(self.kinds.entry().kind, Uid(unit) if unit else None, period))

    def _make_draft(self, wanted: Wanted) -> None:
        self._told.clear()
        self._make.setEnabled(False)
        work = partial(make_draft, self._context.here(), wanted)
        self._context.jobs.run(_("出草稿"), work, partial(self._made, wanted), self._refused)

    def _made(self, wanted: Wanted, draft: Draft) -> None:
        self._make.setEnabled(True)
        same = self._wanted == wanted
        self._wanted, self._draft = wanted, draft
        self.view.show_pdf(draft.rendered.pdf, keep_page=same)
        self._show_steps()
        self.drafted.emit()

    def _refused(self, failure: AppError) -> None:
        self._make.setEnabled(True)
        self._told.setText(words.error(failure))

    @Slot()
    def _outdate(self) -> None:
        """What is shown is no longer what is asked for."""
        self._supersedes = None
        self._wanted = self._draft = None
        self.view.clear()
        self._show_steps()

    def _show_steps(self) -> None:
        kind = reports.KINDS[self.kinds.entry().kind]
        many = kind.needs is not Needs.NOTHING and not self.kinds.entry().whole
        self.steps.show_draft(self._draft, many=many)

    @Slot(str)
    def _do(self, name: str) -> None:
        if name == "batch":
            self.make_many()
            return
        if self._draft is None or self._wanted is None:
            return
        acts = {"change": self.change, "issue": self.issue, "names": self._ask_names}
        if name in acts:
            acts[name]()
            return
        try:
            reports.log_print(self._context.here(), self._draft.made)
        except AppError as failure:
            errors.show(self, failure)
            return
        self._put_out(name, self._draft)

    def _put_out(self, name: str, draft: Draft) -> None:
        title = draft.rendered.title
        if name == "print":
            printing.ask_and_print(self, draft.rendered.pdf, title)
            return
        start = printing.stick() if name == "stick" else ""
        path = printing.ask_and_save(self, draft.rendered.pdf, title, start)
        if path is not None and name == "save":
            printing.open_folder(path)

    @Slot()
    def change(self) -> None:
        """Change words of the draft; it is made anew after each change."""
        if self._draft is not None and self._wanted is not None:
            dialog = ChangeDialog(self._context, self._draft.made, self)
            dialog.changed.connect(self._again)
            dialog.exec()

    @Slot()
    def _again(self) -> None:
        if self._wanted is not None:
            self._make_draft(self._wanted)

    @Slot()
    def issue(self) -> None:
        """Ask who signs, then number, sign and register the document."""
        if self._draft is None or self._wanted is None:
            return
        number = self.steps.number.text().strip()
        dialog = IssueDialog(self._context, self._wanted, self._draft.made.data.frame.signers, self)
        dialog.set_terms(number, self._supersedes)
        dialog.issued.connect(self.take_issued)
        dialog.exec()

    @Slot(object)
    def take_issued(self, issued: Issued) -> None:
        """A document was issued: tell everybody and lead to its line."""
        self.steps.number.clear()
        self._outdate()
        self._context.announce(issued.changes)
        self.issued.emit(issued.uid)

    def _ask_names(self) -> None:
        """Open the names for this paper, with a reason; what is shown then bears them."""
        text = _("谈话记录将带实名。打开实名、打印都记入日志。")
        dialog = PassphraseDialog(self, _("带实名"), _("打开"), text=text, with_reason=True)
        if dialog.exec() and self._wanted is not None:
            work = partial(
                named_draft,
                self._context.here(),
                self._wanted,
                dialog.passphrase(),
                dialog.reason(),
            )
            done = partial(self._made, self._wanted)
            self._context.jobs.run(_("出草稿"), work, done, self._refused)

    def make_many(self) -> None:
        """One document for every unit into a folder."""
        folder = QFileDialog.getExistingDirectory(self, _("存到哪个文件夹"))
        if not folder:
            return
        try:
            period = parse_period(f"{self._start.text().strip()}..{self._end.text().strip()}")
        except AppError as failure:
            self._refused(failure)
            return
        wanted = Wanted(self.kinds.entry().kind, None, period)
        BatchDialog(self._context, wanted, folder, self).exec()
