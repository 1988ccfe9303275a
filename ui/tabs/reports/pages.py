"""The pages of 文书报告: 拟制, 简报, 登记簿, 验证."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from models.kinds import Uid
from services.core import Changes, Progress
from services.reports import Comparison, Wanted, compare
from services.words import _
from ui.context import Context
from ui.naming import Names
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
        self._stack = QStackedWidget()
        self._buttons: list[QPushButton] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._row())
        layout.addWidget(self._stack, 1)
        self.drafting.issued.connect(self.show_line)
        self.register.correcting.connect(self._correct)
        self.briefing.issued.connect(self.show_line)
        context.opened.connect(self.reload)
        context.changed.connect(self._take_changes)
        context.units_changed.connect(self.reload)

    def _row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 0)
        row.setSpacing(8)
        pages: tuple[tuple[str, QWidget], ...] = (
            (_("拟制"), self.drafting),
            (_("简报"), self.briefing),
            (_("登记簿"), self.register),
            (_("验证"), self.verifying),
        )
        for text, page in pages:
            button = QPushButton(text)
            button.setProperty("kind", "chip")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(self._choose)
            self._buttons.append(button)
            row.addWidget(button)
            self._stack.addWidget(page)
        self._buttons[0].setChecked(True)
        certificates = QPushButton(_("做签名身份…"))
        certificates.clicked.connect(self._make_certificates)
        row.addStretch(1)
        row.addWidget(certificates)
        return row

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        if self._context.workspace is not None:
            self.drafting.reload()
            self.register.reload()

    def draft(self) -> None:
        """Begin a document: to the choice of its unit."""
        self._show(self.drafting)
        self.drafting.focus_first()

    def search(self) -> None:
        """To the register's search line."""
        self._show(self.register)
        self.register.focus_search()

    @Slot(str)
    def show_line(self, uid: str) -> None:
        """Show a document's line in the register."""
        self._show(self.register)
        self.register.select(uid)

    @Slot(object, str)
    def _correct(self, wanted: Wanted, uid: str) -> None:
        self._show(self.drafting)
        self.drafting.correct(wanted, Uid(uid))

    @Slot()
    def verify(self) -> None:
        """To the page that verifies."""
        self._show(self.verifying)

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if "report" in changes.kinds:
            self.register.reload()
        if "unit" in changes.kinds:
            self.drafting.reload()

    def _show(self, page: QWidget) -> None:
        place = self._stack.indexOf(page)
        self._buttons[place].setChecked(True)
        self._stack.setCurrentIndex(place)

    @Slot()
    def _choose(self) -> None:
        chosen = next(n for n, button in enumerate(self._buttons) if button.isChecked())
        self._stack.setCurrentIndex(chosen)

    @Slot()
    def _make_certificates(self) -> None:
        CertificatesDialog(self._context, self).exec()

    def _compare(self, digest: str, _progress: Progress) -> Comparison:
        """On the worker thread: a document's data against the records of the open file."""
        return compare(self._context.here(), digest)
