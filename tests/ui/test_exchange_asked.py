"""数据交换 asks: rows of one unit, holes that are forced, signers whose root nobody compared."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from models.kinds import ReplicaId, Uid, Value
from models.store import Store
from services import backup, certificates, history, linking, listing, merge, package, records
from services import workspace as workspaces
from services.core import Filter
from services.package import Means, Order, Preset
from services.workspace import Workspace
from tests.ui.test_exchange import LONG_MS, context, folder, pages, settle
from ui.context import Context
from ui.parts.dialogs import Dialog, ReasonDialog, ValuesDialog
from ui.people import KindDialog, units
from ui.tabs.exchange.pages import ExchangePages
from ui.tabs.exchange.trusting import TrustDialog

if TYPE_CHECKING:
    from tests.groups import Field

__all__ = ["context", "pages"]


class Answer:
    """Answers the next dialog as a person would: types into its lines, presses its button."""

    def __init__(self, text: str) -> None:
        """Wait for it."""
        self._text = text
        self.said = ""
        QTimer.singleShot(0, self._act)

    def _act(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, Dialog):
            QTimer.singleShot(20, self._act)
            return
        self.said = dialog.windowTitle()
        if isinstance(dialog, ValuesDialog):
            dialog.fill({"reason": self._text})
        elif isinstance(dialog, ReasonDialog):
            dialog.text.setPlainText(self._text)
        else:
            dialog.findChildren(QLineEdit)[0].setText(self._text)
        if isinstance(dialog, TrustDialog):
            self.said = dialog.fingerprint.text()
        dialog.attempt()


@pytest.fixture
def twice(field: "Field") -> set[Uid]:
    """Two rows of one unit."""
    again = records.add(field.ws, "unit", [{"name": "市教育局"}]).uids[0]
    return {field.education, again}


def test_two_rows_of_one_unit_are_joined_and_parted_by_buttons(
    qtbot: QtBot,
    field: "Field",
    context: Context,
    pages: ExchangePages,
    twice: set[Uid],
) -> None:
    records.add(field.ws, "problem", [field.problem()])
    pages.show_page("conflicts")
    settle(qtbot, context)
    card = pages.conflicts.findings
    assert card.grid.texts()[0] == ["单位 市教育局", "记了 2 条，可能是同一单位"]
    answer = Answer("同一家")
    QTest.mouseClick(card.join, Qt.MouseButton.LeftButton)
    settle(qtbot, context)
    assert answer.said == "是同一个单位"
    # The row with the work stays unless somebody chooses the other.
    (gone,) = twice - {field.education}
    assert linking.leading(field.ws) == {gone: field.education}
    assert not card.isVisible()
    dialog = KindDialog(context, units())
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.rows.select(gone)
    row = records.get(field.ws, "unit", gone)
    dialog.rows.current_changed.emit(row)
    assert dialog.same_button.text() == "从“市教育局”拆开…"
    Answer("是两家")
    QTest.mouseClick(dialog.same_button, Qt.MouseButton.LeftButton)
    assert linking.leading(field.ws) == {}
    assert dialog.same_button.text() == "和另一条是同一个单位…"


def test_what_else_wants_a_look_leads_to_its_record(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages
) -> None:
    doubled = [{"name": name, "code": "X01"} for name in ("市供热公司", "市城管局")]
    uids = records.add(field.ws, "unit", doubled).uids
    pages.show_page("conflicts")
    settle(qtbot, context)
    card = pages.conflicts.findings
    assert not card.join.isVisible()
    with qtbot.waitSignal(context.record_wanted) as wanted:
        QTest.mouseClick(card.go, Qt.MouseButton.LeftButton)
    kind, uid = wanted.args
    assert kind == "unit"
    assert uid in uids


def titles(field: "Field") -> dict[Value, Uid]:
    """The problems of the leader's file."""
    rows = listing.page(field.ws, "problem", Filter(), 0, 9).rows
    return {row.values["title"]: row.uid for row in rows}


def laptop(field: "Field", tmp_path: Path, name: str) -> Workspace:
    """A member's own laptop, that went on from a copy of the group's file."""
    copy = backup.backup(field.ws, tmp_path / f"{name}.dudao")
    ws = workspaces.attach(Store.open_with_key(copy, field.ws.store.key))
    workspaces.act_as(ws, records.add(ws, "person", [{"name": name}]).uids[0])
    return ws


def handed(giver: Workspace, taker: Workspace, stick: Path, *, only: bool = False) -> Path:
    """A package for the group on a stick, all of it or `only` what the taker lacks; not merged."""
    known = frozenset({ReplicaId(workspaces.info(taker).replica)})
    receivers = known if only else frozenset[ReplicaId]()
    (parcel,) = package.write(giver, stick, Order(Preset.GROUP, receivers=receivers)).parcels
    return parcel.path


def test_what_waits_behind_a_hole_is_forced_by_a_button_and_asks_why(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    """The stick that was made for another member is the only one that comes back."""
    writer, other = (laptop(field, tmp_path, name) for name in ("马志强", "陈静"))
    records.add(writer, "problem", [field.problem(title="在丢了的盘上")])
    with package.open_source(
        handed(writer, other, folder(tmp_path, "一")), package.keys_of(other)
    ) as source:
        merge.apply(other, [source])
    with package.open_source(
        handed(other, writer, folder(tmp_path, "二")), package.keys_of(writer)
    ) as source:
        merge.apply(writer, [source])
    records.add(writer, "problem", [field.problem(title="在后一个盘上")])
    handed(writer, other, stick := folder(tmp_path, "三"), only=True)
    writer.close()
    other.close()
    pages.watcher.add([stick])
    settle(qtbot, context)
    pages.take()
    preview = pages.reception.preview
    qtbot.waitUntil(preview.isVisible, timeout=LONG_MS)
    assert "先收着" in preview.packages.texts()[0][-1]
    assert "马志强 第 1 条：后面的先收着" in preview.notes()
    QTest.keyClick(preview.packages, Qt.Key.Key_Return)
    done = pages.reception.done
    qtbot.waitUntil(done.isVisible, timeout=LONG_MS)
    settle(qtbot, context)
    QTest.mouseClick(done.finish, Qt.MouseButton.LeftButton)
    settle(qtbot, context)
    card = pages.home.map
    assert "马志强" in card.told()
    assert card.force.isVisible()
    assert titles(field) == {}
    answer = Answer("盘丢了，他的电脑也坏了")
    QTest.mouseClick(card.force, Qt.MouseButton.LeftButton)
    settle(qtbot, context)
    assert answer.said == "强行生效"
    assert "已写入" in pages.home.told()
    ((title, uid),) = titles(field).items()
    assert title == "在后一个盘上"
    written = history.of_record(field.ws, uid)
    assert {one.reason for one in written} == {"盘丢了，他的电脑也坏了"}


def test_an_unknown_signer_is_compared_by_phone_and_then_believed(
    qtbot: QtBot, field: "Field", context: Context, pages: ExchangePages, tmp_path: Path
) -> None:
    root = certificates.make_root("活动办根证书")
    signer = certificates.issue(root, "马志强", group="第三督导组")
    copy = backup.backup(field.ws, tmp_path / "马志强.dudao")
    ws = workspaces.attach(Store.open_with_key(copy, field.ws.store.key))
    records.add(ws, "unit", [{"name": "市教育局"}])
    stick = folder(tmp_path, "马志强")
    package.write(ws, stick, Order(Preset.GROUP), Means(signer=signer))
    ws.close()
    pages.watcher.add([stick])
    settle(qtbot, context)
    pages.take()
    preview = pages.reception.preview
    qtbot.waitUntil(preview.isVisible, timeout=LONG_MS)
    assert "根证书没有核对过" in preview.packages.texts()[0][-1]
    told = "有 1 个单位可能是同一单位记了两条：市教育局。接收后在“待裁定”里合为一个"
    assert told in preview.notes()
    answer = Answer("周主任 0951-1234567")
    QTest.mouseClick(preview.trust, Qt.MouseButton.LeftButton)
    settle(qtbot, context)
    assert answer.said.split() == certificates.fingerprint(root.certificate).split()
    assert package.trusted_roots(field.ws) == (root.certificate,)
    assert not preview.trust.isVisible()
    assert "根证书" not in preview.packages.texts()[0][-1]
