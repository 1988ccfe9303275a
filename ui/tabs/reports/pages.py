"""The pages of 文书报告: 拟制, 简报, 登记簿, 验证."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from models.kinds import Uid
from services.core import Changes, Progress
from services.reports import Comparison, Period, Wanted, compare
from services.words import _
from ui.context import Context
from ui.naming import Names
from ui.parts.leaves import Leaves
from ui.parts.verdict import VerifyView
from ui.tabs.reports.briefing import BriefingPage
from ui.tabs.reports.drafting import Drafting
from ui.tabs.reports.identities import CertificatesDialog
from ui.tabs.reports.register import Register


class ReportPages(QWidget):
    """A row of three words, and the page of the chosen one."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the pages; they fill when a workspace is open."""
        super().__init__(parent)
        self._context = context
        names = Names(context, self)
        self.drafting = Drafting(context)
        self.briefing = BriefingPage(context)
        self.register = Register(context, names)
        self.verifying = VerifyView(context.jobs, self._compare)
        self._leaves = self._bound()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._leaves)
        self.drafting.issued.connect(self.show_line)
        self.register.correcting.connect(self._correct)
        self.briefing.issued.connect(self.show_line)
        context.opened.connect(self.reload)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self.reload)

    def _bound(self) -> Leaves:
        leaves = Leaves()
        pages: tuple[tuple[str, QWidget], ...] = (
            (_("拟制"), self.drafting),
            (_("简报"), self.briefing),
            (_("登记簿"), self.register),
            (_("验证"), self.verifying),
        )
        for text, page in pages:
            leaves.add(text, page)
        certificates = QPushButton(_("做签名身份…"))
        certificates.clicked.connect(self._make_certificates)
        leaves.row.addWidget(certificates)
        return leaves

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        if self._context.workspace is not None:
            self.drafting.reload()
            self.register.reload()

    def draft(self) -> None:
        """Begin a document: to the choice of its unit."""
        self._leaves.turn_to(self.drafting)
        self.drafting.focus_first()

    def draft_of(self, kind: str, unit: Uid | None) -> None:
        """Draft a document of a kind about a unit, over all days."""
        self._leaves.turn_to(self.drafting)
        self.drafting.draft_of(Wanted(kind, unit, Period()))

    def search(self) -> None:
        """To the register's search line."""
        self._leaves.turn_to(self.register)
        self.register.focus_search()

    @Slot(str)
    def show_line(self, uid: str) -> None:
        """Show a document's line in the register."""
        self._leaves.turn_to(self.register)
        self.register.select(uid)

    @Slot(object, str)
    def _correct(self, wanted: Wanted, uid: str) -> None:
        self._leaves.turn_to(self.drafting)
        self.drafting.correct(wanted, Uid(uid))

    @Slot()
    def verify(self) -> None:
        """To the page that verifies."""
        self._leaves.turn_to(self.verifying)

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if "report" in changes.kinds:
            self.register.reload()
        if "unit" in changes.kinds:
            self.drafting.reload()

    @Slot()
    def _make_certificates(self) -> None:
        CertificatesDialog(self._context, self).exec()

    def _compare(self, digest: str, _progress: Progress) -> Comparison:
        """On the worker thread: a document's data against the records of the open file."""
        return compare(self._context.here(), digest)
