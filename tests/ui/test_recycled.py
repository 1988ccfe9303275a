"""The 回收站 dialog: what a person sees of deleted records and how they come back."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from services import records
from ui.context import Context
from ui.recycled import RecycledDialog

if TYPE_CHECKING:
    from services.core import Changes
    from tests.groups import Field


def test_deleted_records_are_seen_and_come_back(field: "Field", qtbot: QtBot) -> None:
    uids = records.add(field.ws, "problem", [field.problem(), field.problem(title="二")]).uids
    for uid in uids:
        records.delete(field.ws, "problem", uid, "记重了")
    context = Context()
    context.workspace = field.ws
    told: list[Changes] = []
    context.changed.connect(told.append)
    dialog = RecycledDialog(context)
    qtbot.addWidget(dialog)
    shown_cells = [dialog.table.item(0, column) for column in (0, 1, 2, 4, 5)]
    assert [cell.text() for cell in shown_cells if cell] == [
        *("问题", "二", "市教育局", "赵明", "记重了")
    ]
    dialog.table.selectAll()
    assert dialog.restore_button.text() == "恢复 2 条"
    dialog.restore()
    assert [records.get(field.ws, "problem", uid).uid for uid in uids] == list(uids)
    assert len(told) == 2
    assert not dialog.restore_button.isEnabled()
    shown = [label.text() for label in dialog.findChildren(QLabel) if not label.isHidden()]
    assert any("回收站是空的" in text for text in shown)
