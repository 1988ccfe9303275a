"""Several records at once: one field set for all of them, or all of them deleted."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QWidget

from models.kinds import Uid, Value
from services import listing, records, words
from services.core import Changes, Filter
from services.errors import AppError
from services.rules import Invalid
from services.shares import percent_text
from services.solicitations import SILENT, UNHELD
from services.words import _
from services.workspace import Workspace
from ui import errors
from ui.asking import Asking, place_of
from ui.context import Context
from ui.deleting import delete
from ui.editing import field_views
from ui.parts.dialogs import Dialog
from ui.parts.form import FormView
from ui.parts.rows import RowsView

MOST = 200
"""Records that are changed together."""


class Together:
    """Fills the menu over the selected rows of one list."""

    def __init__(
        self, context: Context, rows: RowsView, kind: str, fields: Sequence[str], title: str
    ) -> None:
        """Offer to set `fields` and to delete under `title`; empty: deleting is not offered."""
        self._context = context
        self._rows = rows
        self._kind = kind
        self._fields = tuple(fields)
        self._title = title
        rows.menu_wanted.connect(self._offer)

    def _offer(self, menu: QMenu) -> None:
        rows = self._rows.selected(MOST + 1)
        if len(rows) > MOST:
            menu.addAction(_("一次最多 {count} 条").format(count=MOST)).setEnabled(False)
            return
        if self._context.here().store.readonly:
            return
        uids = [row.uid for row in rows]
        if not menu.isEmpty():
            menu.addSeparator()
        for field in self._fields:
            text = _("改“{field}”…").format(field=words.field(self._kind, field))
            menu.addAction(text, partial(self.change, field, uids))
        if self._title:
            text = _("删除 {count} 条…").format(count=len(uids))
            menu.addAction(text, partial(self.delete, uids))

    def change(self, field: str, uids: Sequence[Uid]) -> None:
        """Ask for the value of a field and set it for all."""
        dialog = ValueDialog(self._context, self._kind, field, uids, self._rows)
        accepted = dialog.exec() == Dialog.DialogCode.Accepted
        value = dialog.value()
        dialog.deleteLater()
        if not accepted:
            return
        done, refused = set_together(self._context, self._kind, uids, field, value)
        if done is not None:
            self._context.announce(done)
        if refused:
            whys = "\n".join(dict.fromkeys(refused))
            told = _("改了 {done} 条，{refused} 条没有改：\n{whys}")
            count = len(uids) - len(refused)
            errors.tell(self._rows, told.format(done=count, refused=len(refused), whys=whys))

    def delete(self, uids: Sequence[Uid]) -> None:
        """Put them into the 回收站, after asking why."""
        changes = delete(self._context, self._kind, uids, self._title, self._rows)
        if changes is not None:
            self._context.announce(changes)


def set_together(
    context: Context, kind: str, uids: Sequence[Uid], field: str, value: Value
) -> tuple[Changes | None, list[str]]:
    """Set a field of several records; a refusal stops no other.

    Returns what changed (None: nothing), and a sentence a refused record.
    """
    kinds: frozenset[str] = frozenset()
    units: frozenset[Uid] = frozenset()
    refused: list[str] = []
    for uid in uids:
        try:
            changes = records.change(context.here(), kind, uid, {field: value}).changes
        except Invalid as failure:
            first = failure.findings[0]
            params = {"kind": kind, "field": first.field, **first.params}
            refused.append(
                f"{words.field(kind, first.field)}：{words.sentence(first.code, params)}"
            )
        except AppError as failure:
            refused.append(words.error(failure))
        else:
            kinds, units = kinds | changes.kinds, units | changes.units
    return (Changes(kinds, units) if kinds else None), refused


class ValueDialog(Dialog):
    """One field, drawn as the form draws it, to be set for several records."""

    def __init__(
        self, context: Context, kind: str, field: str, uids: Sequence[Uid], parent: QWidget
    ) -> None:
        """Ask for `field` of the records `uids`; what was typed and left stands there again."""
        name, count = words.field(kind, field), len(uids)
        title = _("改“{field}”").format(field=name)
        text = _("选中的 {count} 条都改成：").format(count=count)
        super().__init__(parent, title, text, _("改 {count} 条").format(count=count))
        self._field = field
        self._form = FormView([("", field_views(context, kind, [field]))])
        self.body.addWidget(self._form)
        Asking(context, place_of(f"together:{field}", uids), self, {field: self._form})
        self._form.focus_first()

    def value(self) -> Value:
        """What was entered; None empties the field."""
        return self._form.values().get(self._field) or None

    @Slot()
    def attempt(self) -> None:
        """Take what is being typed, then accept."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        super().attempt()


def about(context: Context, kind: str, date: str) -> Callable[[Filter, int], str]:
    """What the line below a list says beside the count: its days, and what is overdue."""
    return partial(_about, context, kind, date)


def _about(context: Context, kind: str, date: str, wanted: Filter, _total: int) -> str:
    if context.workspace is None:
        return ""
    parts = []
    if kind == "problem":
        late = Filter({**wanted.where, "overdue": True}, wanted.units, wanted.text)
        count = listing.page(context.workspace, kind, late, 0, 1).total
        parts += [_("逾期 {count}").format(count=count)] if count else []
    if kind == "interview":
        parts += _of_talks(context.workspace, wanted)
    first, last = listing.span(context.workspace, kind, wanted, date) if date else ("", "")
    if first:
        days = [words.date(day) for day in dict.fromkeys((first, last))]
        parts.append("—".join(days))
    return " · ".join(parts)


def _of_talks(workspace: Workspace, wanted: Filter) -> list[str]:
    """How many are still to be put in order; how many of those held brought no opinion."""
    untidied = silent = held = 0
    for (state, outcome), count in listing.tally(
        workspace, "interview", wanted, "state", "outcome"
    ).items():
        untidied += count * (state == "untidied")
        silent += count * (outcome in SILENT)
        held += count * (outcome not in (UNHELD, None))
    told = []
    if "state" not in wanted.where and untidied:
        told.append(_("待整理 {count}").format(count=untidied))
    # Narrowed to some outcomes, the list is no measure of this.
    if "outcome" not in wanted.where and silent:
        share = percent_text(silent, held)
        told.append(_("未谈出意见 {count}（{share}）").format(count=silent, share=share))
    return told
