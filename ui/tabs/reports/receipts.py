"""送达回执: what the unit signed on paper, entered for a line of the register, and its scan."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from models.kinds import Uid
from services import reports
from services.core import Changes
from services.errors import AppError
from services.reports import Receipt
from services.words import _
from ui import errors
from ui.asking import Asking, place_of
from ui.context import Context
from ui.naming import word
from ui.parts.choosing import ask_to_open
from ui.parts.dialogs import Entry, ValuesDialog

_VIEWS = ("agreed", "disputed")


def ask_receipt(parent: QWidget, context: Context, uid: Uid) -> Receipt | None:
    """What the signed receipt of a document says; None when the person cancels."""
    views = {"": _("未填"), **{view: word(context, "unit_view", view) for view in _VIEWS}}
    entries = (
        Entry("received_by", _("签收人")),
        Entry("received_on", _("签收日期"), text=context.here().today().isoformat()),
        Entry("view", _("单位意见"), choices=views, required=False),
        Entry("reply", _("异议内容"), long=True, required=False),
    )
    text = _("照纸上的送达回执登记。通知书里待交办的问题随之转为已交办。")
    dialog = ValuesDialog(parent, _("登记签收"), _("登记签收"), entries, text=text)
    Asking(context, place_of("receipt", [uid]), dialog, dialog.inputs())
    return Receipt(**dialog.values()) if dialog.exec() else None


def ask_scan(parent: QWidget) -> Path | None:
    """The scan of the signed receipt; None when the person cancels."""
    kinds = _("图片和 PDF (*.jpg *.jpeg *.png *.pdf)")
    return ask_to_open(parent, _("选签收联的扫描件"), kinds)


def take_receipt(parent: QWidget, context: Context, uid: Uid, receipt: Receipt) -> None:
    """Enter a receipt; a refusal is shown."""
    try:
        _tell(context, reports.take_receipt(context.here(), uid, receipt))
    except AppError as failure:
        errors.show(parent, failure)


def take_scan(parent: QWidget, context: Context, uid: Uid, path: Path) -> None:
    """Attach a scan; a refusal is shown."""
    try:
        _tell(context, reports.attach_scan(context.here(), uid, path))
    except AppError as failure:
        errors.show(parent, failure)


def _tell(context: Context, changes: Changes) -> None:
    context.announce(changes)
