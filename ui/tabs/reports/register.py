"""登记簿: what was issued, what became of it, and the file itself."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services import reports, words
from services.core import Filter, Progress, Row
from services.errors import AppError
from services.files import write_atomic
from services.reports import Comparison, Period, Wanted
from services.words import _
from services.workspace import Workspace
from ui import errors, theme
from ui.asking import ask_reason
from ui.context import Context
from ui.explaining import show_history
from ui.naming import KindSource, Names, day, word
from ui.parts.choosing import ask_to_save
from ui.parts.filters import FilterBar
from ui.parts.pages import PagesView
from ui.parts.rows import Column, RowsView
from ui.tabs.reports import printing, receipts
from ui.tabs.reports.archiving import ArchiveButton

_NEXT = {"issued": "delivered", "delivered": "receipted"}
"""State of a line → the one that its button sets."""
_IN_FORCE = ("issued", "delivered", "receipted")


class Register(QWidget):
    """The list at the left, the pages of the current line at the right."""

    correcting = Signal(object, str)
    """(Wanted, uid): the line is to be corrected by a new document."""

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        """Build the page; it fills with `reload`."""
        super().__init__(parent)
        self._context = context
        self._names = names
        self._row: Row | None = None
        self._filters = FilterBar()
        self._filters.changed.connect(self._narrow)
        self._wanted = Filter()
        self.rows = RowsView(
            self._columns(), KindSource(context, "report", names), empty_text=_("还没有签发文书")
        )
        self.rows.always = {"state": list(reports.ISSUED)}
        self.rows.current_changed.connect(self._show)
        self._pages = PagesView(_("选一份文书"))
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._move_on = QPushButton()
        self._buttons: dict[str, QPushButton] = {}
        self._build()

    def _columns(self) -> list[Column]:
        return [
            Column("number", _("文号"), 150, _number),
            Column("title", _("题名"), 0),
            Column("issued_on", _("签发"), 70, _issued_on),
            Column("state", _("状态"), 80, self._state),
            Column("pages", _("页"), 40),
            Column("copies", _("份"), 40),
        ]

    def _build(self) -> None:
        rows = (
            (
                ("print", _("打印…"), self._print),
                ("save", _("存为 PDF…"), self._save),
                ("scan", _("附签收联…"), self._ask_scan),
                ("compare", _("核对记录"), self.compare),
            ),
            (
                ("correct", _("更正…"), self._correct),
                ("void", _("作废…"), self._void),
                ("history", _("历史"), self._history),
            ),
        )
        right = QWidget()
        body = QVBoxLayout(right)
        body.setContentsMargins(0, 0, 0, 0)
        self._move_on.setProperty("kind", "primary")
        self._move_on.clicked.connect(self._advance)
        for number, actions in enumerate(rows):
            row = QHBoxLayout()
            row.setSpacing(theme.px(8))
            if number == 0:
                row.addWidget(self._move_on)
            for name, text, slot in actions:
                button = QPushButton(text)
                button.clicked.connect(slot)
                self._buttons[name] = button
                row.addWidget(button)
            row.addStretch(1)
            body.addLayout(row)
        self._buttons["history"].setShortcut("Ctrl+H")
        body.addWidget(self._told)
        body.addWidget(self._pages, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.rows)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setSizes([560, 580])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 4, 12, 12))
        layout.setSpacing(theme.px(4))
        self.archive = ArchiveButton(self._context)
        self.archive.told.connect(self._tell)
        above = QHBoxLayout()
        above.addWidget(self._filters, 1)
        above.addWidget(self.archive)
        layout.addLayout(above)
        layout.addWidget(split, 1)
        self._show(None)

    @Slot()
    def reload(self) -> None:
        """Show the lines there are now, of the chosen units."""
        if self._context.workspace is None:
            return
        choices = {s: word(self._context, "report_state", s) for s in reports.ISSUED}
        self._filters.set_choices("state", _("状态"), choices)
        kinds = {kind: words.document(kind) for kind in reports.KINDS_OF_DOCUMENT}
        self._filters.set_choices("kind", _("种类"), kinds)
        self._filters.set_dates("issued_on", _("签发"), self._context.here().today())
        self._narrow(self._wanted)
        self.rows.reload()

    def shown(self) -> Uid | None:
        """The line whose pages are shown."""
        return self._row.uid if self._row is not None else None

    def told(self) -> str:
        """What the last action said."""
        return self._told.text()

    def focus_search(self) -> None:
        """To the search line."""
        self._filters.focus_search()

    def select(self, uid: str) -> None:
        """Make a line the current one."""
        self.rows.select(Uid(uid))

    @Slot(object)
    def _narrow(self, wanted: Filter) -> None:
        self._wanted = wanted
        where: dict[str, Value] = {**self.rows.always, **wanted.where}
        if self._context.units:
            where["of"] = [str(uid) for uid in sorted(self._context.units)]
        self.rows.set_filter(Filter(where, frozenset(), wanted.text, wanted.sort))

    def _state(self, row: Row) -> str:
        state = word(self._context, "report_state", row.values.get("state"))
        missing = row.values.get("state") == "receipted" and not row.values.get("scan")
        return _("签收联待补") if missing else state

    @Slot(object)
    def _show(self, row: Row | None) -> None:
        self._row = row
        self._told.setText("")
        self._told.hide()
        state = str(row.values.get("state") or "") if row is not None else ""
        for name, button in self._buttons.items():
            in_force = name not in ("void", "correct", "scan") or state in _IN_FORCE
            button.setVisible(row is not None and in_force)
        self._move_on.setVisible(state in _NEXT)
        if row is None:
            self._pages.clear()
            return
        if state in _NEXT:
            after = word(self._context, "report_state", _NEXT[state])
            self._move_on.setText(_("登记：{state}").format(state=after))
        try:
            self._pages.show_pdf(reports.file_of(self._context.here(), row.uid))
        except AppError as failure:
            self._pages.clear(words.error(failure))

    @Slot()
    def _advance(self) -> None:
        if self._row is None:
            return
        state = _NEXT[str(self._row.values.get("state"))]
        if state == "receipted":
            receipt = receipts.ask_receipt(self, self._context, self._row.uid)
            if receipt is not None:
                receipts.take_receipt(self, self._context, self._row.uid, receipt)
        else:
            self._set_state(state, None)

    @Slot()
    def _ask_scan(self) -> None:
        path = receipts.ask_scan(self)
        if path is not None and self._row is not None:
            receipts.take_scan(self, self._context, self._row.uid, path)

    @Slot()
    def _correct(self) -> None:
        """Draft the document anew, to stand for this one."""
        if self._row is None:
            return
        values = self._row.values
        said = {n: str(values.get(n) or "") for n in ("kind", "of", "about")}
        period = Period(str(values.get("period_start") or ""), str(values.get("period_end") or ""))
        of = Uid(said["of"]) if said["of"] else None
        self.correcting.emit(Wanted(said["kind"], of, period, said["about"]), self._row.uid)

    @Slot()
    def _print(self) -> None:
        if self._row is None:
            return
        try:
            pdf = reports.file_of(self._context.here(), self._row.uid)
        except AppError as failure:
            errors.show(self, failure)
            return
        printing.ask_and_print(self, pdf, str(self._row.values.get("title") or ""))

    @Slot()
    def _void(self) -> None:
        if self._row is None:
            return
        title = _("作废这份文书（文号不重用）")
        reason = ask_reason(self._context, [self._row.uid], self, title, _("作废"))
        if reason is not None:
            self._set_state("void", reason)

    def _set_state(self, state: str, reason: str | None) -> None:
        if self._row is None:
            return
        try:
            changes = reports.set_state(self._context.here(), self._row.uid, state, reason=reason)
        except AppError as failure:
            errors.show(self, failure)
            return
        self._context.announce(changes)

    @Slot()
    def _save(self) -> None:
        if self._row is None:
            return
        name = f"{reports.file_name(str(self._row.values.get('title') or ''))}.pdf"
        path = ask_to_save(self, _("存为 PDF"), "PDF (*.pdf)", name)
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write the current line's file to `path`, whole or not at all."""
        if self._row is None:
            return
        try:
            pdf = reports.file_of(self._context.here(), self._row.uid)
            write_atomic(path, pdf, overwrite=True)
        except AppError as failure:
            errors.show(self, failure)
            return
        self._tell(_("已存为 {path}").format(path=path))

    @Slot()
    def compare(self) -> None:
        """Compare the current line's data with the records as they stand now."""
        if self._row is None:
            return
        digest = str(self._row.values.get("digest") or "")
        work = partial(_compared, self._context.here(), digest)
        self._context.jobs.run(_("核对记录"), work, self._tell_compared)

    def _tell_compared(self, compared: Comparison) -> None:
        told = {
            "match": _("✓ 与现在的记录一致"),
            "differ": _("签发之后记录有变动：{places}"),
            "unknown": _("登记簿中没有这份文书"),
        }
        self._tell(told[compared.verdict].format(places="、".join(compared.differing)))

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.show()

    @Slot()
    def _history(self) -> None:
        if self._row is None:
            return
        show_history(self._context, self._names, "report", self._row.uid, self)


def _compared(workspace: Workspace, digest: str, _progress: Progress) -> Comparison:
    return reports.compare(workspace, digest)


def _number(row: Row) -> str:
    return str(row.values.get("number") or _("待编号"))


def _issued_on(row: Row) -> str:
    return day(row.values.get("issued_on"))
