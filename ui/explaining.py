"""From a field or a history to why it has its value, and an earlier value taken back."""

from functools import partial

from PySide6.QtWidgets import QWidget

from models.kinds import ChangeId, Uid
from services import history, why, words
from services.core import Changes
from services.errors import AppError
from services.why import Why
from ui import errors
from ui.context import Context
from ui.naming import Names, describe
from ui.parts.history import HistoryDialog
from ui.parts.why import WhyDialog


def explain_field(
    context: Context, parent: QWidget, uid: Uid, field: str, origin: str = ""
) -> bool:
    """Show why a record's field has its value; returns whether an earlier one was taken back."""
    try:
        reasons = why.explain(context.here(), uid, field)
    except AppError as failure:
        errors.show(parent, failure)
        return False
    dialog = WhyDialog(reasons, parent)
    dialog.taken.connect(partial(_take_back, context, dialog, origin))
    accepted = dialog.exec() == WhyDialog.DialogCode.Accepted
    dialog.deleteLater()
    return accepted


def _take_back(
    context: Context, dialog: WhyDialog, origin: str, found: Why, change_id: str
) -> None:
    """Take a value back and leave; what is refused is told in the dialog."""
    try:
        changed = why.take_back(context.here(), found, ChangeId(change_id))
    except AppError as failure:
        dialog.tell(words.error(failure))
        return
    dialog.accept()
    context.announce(Changes(changed.changes.kinds, changed.changes.units, origin))


def show_history(context: Context, names: Names, kind: str, uid: Uid, parent: QWidget) -> None:
    """Show a record's history; a line that is opened tells why its field has its value."""
    entries = history.of_record(context.here(), uid)
    told = partial(describe, context, names, kind)
    dialog = HistoryDialog(entries, told, parent, explained=True)
    dialog.asked.connect(partial(_explain, context, dialog, uid))
    dialog.exec()
    dialog.deleteLater()


def _explain(context: Context, dialog: HistoryDialog, uid: Uid, field: str) -> None:
    """The history is of yesterday once a value was taken back: leave it."""
    if explain_field(context, dialog, uid, field):
        dialog.accept()
