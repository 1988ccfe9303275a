"""回炉补火: the cases, the notice to the unit, and the round that is opened again."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from models.kinds import Uid
from services import solicitations
from services.core import Row
from services.errors import AppError
from services.words import _
from ui import errors
from ui.context import Context
from ui.listform import ListForm
from ui.tabs.opinions import plans


class RemediesPage(ListForm):
    """The list and the form; two acts of the case that is chosen."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it for the open workspace."""
        super().__init__(context, plans.remedies(context), parent)
        self.add_button(_("做通知"), self.make_notice)
        self.add_button(_("再开一轮"), self.open_round)

    def _chosen(self) -> tuple[Row, Uid] | None:
        row = self.side.editor.row or self.rows.current()
        unit = row.values.get("unit") if row is not None else None
        if row is None or not isinstance(unit, str):
            errors.tell(self, _("先在清单里选一件"))
            return None
        return row, Uid(unit)

    @Slot()
    def make_notice(self) -> None:
        """Draft the notice of the case's unit."""
        chosen = self._chosen()
        if chosen is not None:
            self._context.document_wanted.emit("remedy", chosen[1])

    @Slot()
    def open_round(self) -> None:
        """Open the unit's next round; the cause of the case is its reason."""
        chosen = self._chosen()
        if chosen is None:
            return
        row, unit = chosen
        try:
            uid, changes = solicitations.open_next(
                self._context.here(), unit, str(row.values.get("cause") or _("回炉补火"))
            )
        except AppError as failure:
            errors.show(self, failure)
            return
        self._context.announce(changes)
        self._context.record_wanted.emit("solicitation", uid)
