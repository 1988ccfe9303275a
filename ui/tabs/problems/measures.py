"""整改措施 and 销号 of a problem: one under the other, added and edited in a dialog."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Uid, Value
from services import listing, records, words
from services.core import Changes, Filter, Row
from services.errors import AppError
from services.rules import Invalid
from services.words import _
from ui.context import Context
from ui.editing import field_views
from ui.keeping import Keeping
from ui.naming import Names, day, word
from ui.parts.dialogs import Dialog
from ui.parts.form import FormView

_FIELDS = ("what", "responsible", "standard", "deadline", "progress")
_MOST = 200
_UID = Qt.ItemDataRole.UserRole


class Measures(QWidget):
    """The measures against one problem, and its closures."""

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        """Build it empty."""
        super().__init__(parent)
        self._context = context
        self._names = names
        self._problem: Row | None = None
        head = QLabel(_("整改措施"))
        head.setProperty("role", "head")
        self.add_button = QPushButton(_("+ 措施"))
        self.add_button.clicked.connect(self.add)
        self.list = QListWidget()
        self.list.setAccessibleName(_("整改措施"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._edit)
        self._closures = QLabel()
        self._closures.setWordWrap(True)
        self._closures.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout()
        row.addWidget(head, 1)
        row.addWidget(self.add_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.list)
        layout.addWidget(self._closures)

    def show_of(self, problem: Row | None) -> None:
        """Show those of a problem; nothing for one that is not stored yet."""
        self._problem = problem
        self.setVisible(problem is not None)
        self.list.clear()
        if problem is None:
            return
        for measure in reversed(self._children("measure", problem.uid)):
            item = QListWidgetItem(_measure_text(measure))
            item.setData(_UID, measure.uid)
            self.list.addItem(item)
        self.list.setVisible(self.list.count() > 0)
        self.list.setFixedHeight(
            min(4, max(1, self.list.count())) * self.fontMetrics().height() * 4
        )
        told = [self._closure_text(c) for c in reversed(self._children("closure", problem.uid))]
        self._closures.setText("\n".join(told))
        self._closures.setVisible(bool(told))

    def _children(self, kind: str, problem: Uid) -> tuple[Row, ...]:
        wanted = Filter({"problem": problem})
        return listing.page(self._context.here(), kind, wanted, 0, _MOST).rows

    def _closure_text(self, closure: Row) -> str:
        values = closure.values
        evidence = self._names.all_of(values.get("evidence"))
        lines = [
            _("销号申请　{done}　佐证：{evidence}").format(
                done=values.get("done"), evidence=evidence
            )
        ]
        if values.get("voided"):
            lines.append(_("（已退回）"))
        elif values.get("verifier"):
            told = _("验收　{who}　{when}　{satisfaction}")
            satisfaction = word(self._context, "satisfaction", values.get("satisfaction"))
            who, when = self._names.of(values.get("verifier")), day(values.get("date"))
            lines.append(told.format(who=who, when=when, satisfaction=satisfaction))
        return "\n".join(lines)

    @Slot()
    def add(self) -> None:
        """Ask for a new measure."""
        if self._problem is not None:
            deadline = self._problem.values.get("deadline")
            self._open(MeasureDialog(self._context, self._problem.uid, None, deadline, self))

    @Slot(QListWidgetItem)
    def _edit(self, item: QListWidgetItem) -> None:
        if self._problem is not None:
            measure = records.get(self._context.here(), "measure", Uid(item.data(_UID)))
            self._open(MeasureDialog(self._context, self._problem.uid, measure, None, self))

    def _open(self, dialog: "MeasureDialog") -> None:
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.changes is not None:
            self._context.announce(dialog.changes)


class MeasureDialog(Dialog):
    """The five 明确 but the problem itself."""

    def __init__(
        self,
        context: Context,
        problem: Uid,
        measure: Row | None,
        deadline: Value,
        parent: QWidget | None,
    ) -> None:
        """Ask for a new measure against `problem`, or show one for editing.

        Args:
            context: where the open workspace is.
            problem: what it is against.
            measure: the one to edit; None for a new one.
            deadline: taken at first for a new one.
            parent: the window it belongs to.
        """
        super().__init__(parent, _("整改措施"), "", _("完成"))
        self._context = context
        self._problem = problem
        self._measure = measure
        self.changes: Changes | None = None
        """What was stored; None while nothing was."""
        self.form = FormView([("", field_views(context, "measure", _FIELDS))])
        first: Mapping[str, Value] = {"deadline": deadline}
        if measure is not None:
            first = measure.values
        self.form.load(first)
        self.body.addWidget(self.form)
        record = measure.uid if measure is not None else None
        self.keeping = Keeping(context, "measure", self, {"problem": problem}, record=record)
        for name in _FIELDS:
            self.keeping.watch(name, partial(self.form.typed_text, name))
        self.form.typed.connect(self.keeping.touch)
        if self.keeping.found:
            # Typed before the dialog was left, or the program ended without warning.
            self.form.load({**first, **self.keeping.found})
        self.form.focus_first()

    def attempt(self) -> None:
        """Store it; faults are told at their fields."""
        values = {name: value for name, value in self.form.values().items() if name in _FIELDS}
        try:
            self.changes = self._store(values)
        except Invalid as refusal:
            self.form.show_errors(
                {
                    f.field: words.sentence(
                        f.code, {"kind": "measure", "field": f.field, **f.params}
                    )
                    for f in refusal.findings
                }
            )
            return
        except AppError as failure:
            self.tell(words.error(failure))
            return
        self.accept()

    def _store(self, values: Mapping[str, Value]) -> Changes:
        workspace, measure = self._context.here(), self._measure
        if measure is None:
            record = {"problem": self._problem, **values}
            return records.add(workspace, "measure", [record]).changes
        return records.change(workspace, "measure", measure.uid, values, base=measure.base).changes


def _measure_text(measure: Row) -> str:
    values = measure.values
    told = _("{what}\n责任主体 {who}　时限 {when}\n标准 {standard}")
    return told.format(
        what=values.get("what") or "",
        who=values.get("responsible") or "—",
        when=day(values.get("deadline")) or "—",
        standard=values.get("standard") or "—",
    )
