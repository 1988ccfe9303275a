"""记一条线索 from wherever one is: three values asked, the rest comes from the record at hand."""

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QDialog, QWidget

from models.kinds import Uid, Value
from services import records, words
from services.errors import AppError
from services.words import _
from ui.context import Context
from ui.keeping import Keeping
from ui.parts.dialogs import Entry, ValuesDialog

_ASKED = ("sub_kind", "title", "facts")


class ClueDialog(ValuesDialog):
    """Kind, title and facts of a clue; what is refused is told, the dialog stays."""

    def __init__(
        self, context: Context, parent: QWidget | None, known: Mapping[str, Value]
    ) -> None:
        """`known`: unit, handlers and evidence, from the record one works on."""
        kinds = dict(context.here().template.members("sub_kinds"))
        labels = {name: words.field("problem", name) for name in _ASKED}
        entries = [
            Entry("title", labels["title"]),
            Entry("sub_kind", labels["sub_kind"], {"": "", **kinds}, required=False),
            Entry("facts", labels["facts"], long=True, required=False),
        ]
        super().__init__(parent, _("记一条线索"), _("记下"), entries)
        self._context = context
        self._known = known
        unit = known.get("unit")
        self.keeping = Keeping(context, "problem", self, {"unit": str(unit or "")})
        for name, text in self.texts().items():
            self.keeping.watch(name, text)
        self.fill({n: t for n, t in self.keeping.found.items() if n in self.texts()})
        self.watch(self.keeping.touch)
        self.uid: Uid | None = None
        """The clue, once it is stored."""

    def problem(self) -> str:
        """Store it; the sentence of what was refused."""
        lacking = super().problem()
        if lacking:
            return lacking
        given = {name: value for name, value in self.values().items() if value}
        try:
            added = records.add(
                self._context.here(), "problem", [{**self._known, **given}], draft=True
            )
        except AppError as failure:
            return words.error(failure)
        self.uid = added.uids[0]
        self._context.announce(added.changes)
        return ""


@runtime_checkable
class _Knowing(Protocol):
    """A tab that has a record at hand."""

    def known(self) -> dict[str, Value]:
        """What a clue noted now begins with."""


def note(context: Context, parent: QWidget, tab: Callable[[], object]) -> None:
    """F4 wherever one is: unit, handlers and evidence come from what the tab has open."""
    shown = tab()
    known = shown.known() if isinstance(shown, _Knowing) else {}
    if not known.get("unit") and len(context.units) == 1:
        known["unit"] = next(iter(context.units))
    ask(context, parent, known)


def ask(context: Context, parent: QWidget, known: Mapping[str, Value]) -> Uid | None:
    """Ask for a clue and store it; None when the person left."""
    dialog = ClueDialog(context, parent, known)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return dialog.uid if accepted else None
