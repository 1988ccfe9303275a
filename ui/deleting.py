"""Records put into the 回收站: the reason is asked once, a refusal stops no other record."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from models.kinds import Uid
from services import records, words
from services.core import Changes
from services.errors import AppError
from services.words import _
from ui import errors
from ui.asking import ask_reason
from ui.context import Context


def delete(
    context: Context, kind: str, uids: Sequence[Uid], title: str, parent: QWidget
) -> Changes | None:
    """Ask why under `title` and delete; what was refused is told.

    Returns what changed, to be announced by the caller, or None: nothing was deleted.
    """
    reason = ask_reason(context, uids, parent, title, _("删除")) if uids else None
    if reason is None:
        return None
    done: list[Changes] = []
    refused: list[AppError] = []
    for uid in uids:
        try:
            done.append(records.delete(context.here(), kind, uid, reason))
        except AppError as failure:
            refused.append(failure)
    if len(refused) == 1 == len(uids):
        errors.show(parent, refused[0])
    elif refused:
        whys = "\n".join(dict.fromkeys(words.error(failure) for failure in refused))
        told = _("删除了 {done} 条，{refused} 条没有删：\n{whys}")
        errors.tell(parent, told.format(done=len(done), refused=len(refused), whys=whys))
    if not done:
        return None
    kinds = frozenset[str]().union(*(one.kinds for one in done))
    units = frozenset[Uid]().union(*(one.units for one in done))
    return Changes(kinds, units)
