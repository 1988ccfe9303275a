"""拟制: which document of whom, its draft as it will be printed, and the steps to issue it."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.kinds import Uid
from services import reports, words
from services.errors import AppError
from services.reports import Issued, Wanted
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.parts.choosing import ask_folder
from ui.parts.dialogs import PassphraseDialog
from ui.parts.pages import PagesView
from ui.tabs.reports import printing
from ui.tabs.reports.changing import ChangeDialog
from ui.tabs.reports.issuing import IssueDialog
from ui.tabs.reports.making import BatchDialog, make_manuscript, named_draft
from ui.tabs.reports.steps import Draft, Steps, make_draft
from ui.tabs.reports.subject import Subject


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
        self.subject = Subject(context)
        self.steps = Steps()
        self.issue_button = self.steps.buttons["issue"]
        self.view = PagesView(_("选好单位，按「出草稿」。看到的就是打印出来的。"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 4, 12, 12))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.subject, 1)
        layout.addWidget(self.view, 3)
        layout.addWidget(self.steps, 1)
        self.subject.changed.connect(self._outdate)
        self.subject.asked.connect(self.draft)
        self.steps.asked.connect(self._do)
        self._show_steps()

    @Slot()
    def reload(self) -> None:
        """Offer the units there are now."""
        if self._context.workspace is not None:
            self.subject.reload()

    def wanted(self) -> Wanted | None:
        """Which document the draft shows; None while there is none."""
        return self._wanted

    def current(self) -> Draft | None:
        """The draft that is shown."""
        return self._draft

    def told(self) -> str:
        """Why the last draft was not made; empty when it was."""
        return self.subject.told.text()

    def focus_first(self) -> None:
        """To the list of kinds."""
        self.subject.kinds.setFocus()

    def correct(self, wanted: Wanted, supersedes: Uid) -> None:
        """Draft a document again that will stand for an issued one (更正)."""
        self.subject.show_wanted(wanted)
        self._supersedes = supersedes
        self._make(wanted)

    def draft_of(self, wanted: Wanted) -> None:
        """Draft what another tab asks for."""
        self.subject.show_wanted(wanted)
        self._make(wanted)

    @Slot()
    def draft(self) -> None:
        """Make the draft and show its pages."""
        try:
            self._make(self.subject.wanted())
        except AppError as failure:
            self._refused(failure)

    @Slot()
    def _again(self) -> None:
        if self._wanted is not None:
            self._make(self._wanted)

    def _make(self, wanted: Wanted) -> None:
        self.subject.told.clear()
        self.subject.make.setEnabled(False)
        work = partial(make_draft, self._context.here(), wanted)
        self._context.jobs.run(_("出草稿"), work, partial(self._made, wanted), self._refused)

    def _made(self, wanted: Wanted, draft: Draft) -> None:
        self.subject.make.setEnabled(True)
        same = self._wanted == wanted
        self._wanted, self._draft = wanted, draft
        self.view.show_pdf(draft.rendered.pdf, keep_page=same)
        self._show_steps()
        self.drafted.emit()

    def _refused(self, failure: AppError) -> None:
        self.subject.make.setEnabled(True)
        self.subject.told.setText(words.error(failure))

    @Slot()
    def _outdate(self) -> None:
        """What is shown is no longer what is asked for."""
        self._supersedes = None
        self._wanted = self._draft = None
        self.view.clear()
        self._show_steps()

    def _show_steps(self) -> None:
        self.steps.show_draft(self._draft, many=self.subject.of_many())

    @Slot(str)
    def _do(self, name: str) -> None:
        if name == "batch":
            self.make_many()
            return
        if self._draft is None or self._wanted is None:
            return
        acts = {
            "change": self.change,
            "issue": self.issue,
            "names": self._ask_names,
            "docx": self.make_manuscript,
        }
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
    def make_manuscript(self) -> None:
        """The draft as .docx for corrections, then ask where it goes."""
        if self._draft is not None:
            draft = self._draft
            work = partial(make_manuscript, draft.made)
            done = partial(self._keep_manuscript, draft)
            self._context.jobs.run(_("送审稿"), work, done, self._refused)

    def _keep_manuscript(self, draft: Draft, file: bytes) -> None:
        try:
            reports.log_print(self._context.here(), draft.made)
        except AppError as failure:
            errors.show(self, failure)
            return
        path = printing.ask_and_save_manuscript(self, file, draft.rendered.title)
        if path is not None:
            printing.open_folder(path)

    @Slot()
    def change(self) -> None:
        """Change words of the draft; it is made anew after each change."""
        if self._draft is not None:
            dialog = ChangeDialog(self._context, self._draft.made, self)
            dialog.changed.connect(self._again)
            dialog.exec()

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
            secret, reason = dialog.passphrase(), dialog.reason()
            work = partial(named_draft, self._context.here(), self._wanted, secret, reason)
            done = partial(self._made, self._wanted)
            self._context.jobs.run(_("出草稿"), work, done, self._refused)

    def make_many(self) -> None:
        """One document for every unit into a folder."""
        try:
            wanted = Wanted(self.subject.kinds.entry().kind, None, self.subject.period())
        except AppError as failure:
            self._refused(failure)
            return
        folder = ask_folder(self, _("存到哪个文件夹"))
        if folder is not None:
            BatchDialog(self._context, wanted, str(folder), self).exec()
