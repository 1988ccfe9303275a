"""同一单位: asking which of several rows of one unit stays, and joining the others to it."""

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QDialog, QWidget

from models.kinds import Uid
from services import linking, words
from services.core import Changes
from services.linking import Shape
from services.words import _
from ui.asking import Asking, ask_reason, place_of
from ui.context import Context
from ui.parts.dialogs import Entry, ValuesDialog


def told(shape: Shape) -> str:
    """A row of a unit, told so that one knows it from another of the same name."""
    code = _("编码 {code}，").format(code=shape.code) if shape.code else ""
    text = _("{name}（{code}{count} 条记录，{who} {day}记的）")
    day = words.date(shape.made_on.isoformat())
    return text.format(name=shape.name, code=code, count=shape.records, who=shape.made_by, day=day)


def dialog(context: Context, staying: Iterable[Uid], parent: QWidget | None) -> ValuesDialog:
    """Asks which of some rows stays, and why; the one with most records is proposed."""
    shapes = linking.shapes(context.here(), staying)
    choices = {str(shape.uid): told(shape) for shape in shapes}
    entries = [
        Entry("into", _("留下哪一条"), choices, text=next(iter(choices), "")),
        Entry("reason", _("理由"), required=False),
    ]
    text = _(
        "合为一个以后，两边的检查、谈话、意见、问题和统计都在留下的名下。"
        "原来的记录一条不动，以后可以拆开。"
    )
    asking = ValuesDialog(parent, _("是同一个单位"), _("合为一个"), entries, text=text)
    Asking(context, place_of("same_unit", choices), asking, asking.inputs())
    return asking


def join(
    context: Context, going: Sequence[Uid], staying: Iterable[Uid], parent: QWidget | None
) -> bool:
    """Ask which of the rows `staying` stays and let those `going` lead to it; whether done."""
    asking = dialog(context, staying, parent)
    if asking.exec() != QDialog.DialogCode.Accepted:
        return False
    into, reason = Uid(asking.values()["into"]), asking.values()["reason"]
    changes = Changes()
    for unit in going:
        if unit != into:
            changes = linking.join(context.here(), unit, into, reason)
    context.announce(changes)
    return True


def part(context: Context, unit: Uid, parent: QWidget | None) -> bool:
    """Ask why two rows are not one unit after all and part them; whether done."""
    reason = ask_reason(context, [unit], parent, _("不是同一个单位，拆开"), _("拆开"))
    if reason is None:
        return False
    context.announce(linking.part(context.here(), unit, reason))
    return True
