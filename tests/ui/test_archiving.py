"""归档移交… by its button: where to, who signs, what is told; the folder is whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from services import certificates, handover, package, problems, records, reports
from services.certificates import Identity
from services.package import SignatureState
from services.reports import Signature, Wanted
from ui.context import Context
from ui.tabs.reports import ReportsTab
from ui.tabs.reports.archiving import ArchiveDialog
from ui.tabs.reports.pages import ReportPages

if TYPE_CHECKING:
    from tests.groups import Field

LONG_MS = 60_000
SECRET = "身份口令 123"  # noqa: S105 - opens nothing but test files


@pytest.fixture(scope="module")
def leader() -> Identity:
    """Who signs."""
    return certificates.issue(certificates.make_root("活动办"), "赵明")


@pytest.fixture
def context(qtbot: QtBot, field: "Field", leader: Identity) -> Iterator[Context]:
    """The open workspace with one issued document."""
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    problems.move(field.ws, uid, "confirm", {"deadline": "2014-05-20"})
    wanted = Wanted("ledger", field.education)
    reports.issue(field.ws, wanted, [Signature("leader", leader)])
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


@pytest.fixture
def pages(qtbot: QtBot, context: Context) -> Iterator[ReportPages]:
    """The tab's pages, shown."""
    tab = ReportsTab(context)
    qtbot.addWidget(tab)
    tab.resize(1160, 600)
    tab.show()
    yield tab.pages()
    tab.close()


def press(dialog: ArchiveDialog, text: str) -> None:
    """The dialog's button of these words."""
    next(b for b in dialog.findChildren(QPushButton) if b.text() == text).click()


def test_the_button_makes_a_signed_folder(
    qtbot: QtBot,
    field: "Field",
    pages: ReportPages,
    leader: Identity,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target, p12 = tmp_path / "移交", tmp_path / "赵明.p12"
    target.mkdir()
    p12.write_bytes(certificates.save_p12(leader, SECRET))
    monkeypatch.setattr("ui.tabs.reports.archiving.ask_folder", lambda *_a: target)
    monkeypatch.setattr("ui.tabs.reports.archiving.ask_to_open", lambda *_a: p12)
    button = pages.register.archive
    button.click()
    dialog = button.dialog
    assert dialog is not None
    press(dialog, "建文件夹")
    assert dialog.told.text() == "请选存到哪个文件夹"
    press(dialog, "选文件夹…")
    press(dialog, "选身份文件…")
    press(dialog, "建文件夹")
    assert dialog.told.text() == "请输入身份文件的口令"
    dialog.secret.line.setText("不是它")
    press(dialog, "建文件夹")
    qtbot.waitUntil(
        lambda: "口令" in dialog.told.text() and dialog.act.isEnabled(), timeout=LONG_MS
    )
    assert not list(target.iterdir())
    dialog.secret.line.setText(SECRET)
    with qtbot.waitSignal(button.told, timeout=LONG_MS):
        press(dialog, "建文件夹")
    assert button.dialog is None
    (folder,) = target.iterdir()
    assert handover.verify_folder(folder) == ()
    told = pages.register.told()
    assert "文书 1 件" in told
    assert "数据包 1 个，由赵明签名" in told
    (path,) = (folder / "数据包").iterdir()
    with package.open_source(path, package.keys_of(field.ws)) as source:
        assert source.signature.signer == "赵明"
        assert source.signature.state is SignatureState.UNKNOWN_ROOT


def test_without_a_signature_it_says_so_and_a_second_one_is_refused(
    qtbot: QtBot, pages: ReportPages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.tabs.reports.archiving.ask_folder", lambda *_a: tmp_path / "移交")
    (tmp_path / "移交").mkdir()
    button = pages.register.archive
    button.click()
    assert button.dialog is not None
    press(button.dialog, "选文件夹…")
    with qtbot.waitSignal(button.told, timeout=LONG_MS):
        press(button.dialog, "建文件夹")
    assert "没有签名：交接时请当面核对校验和" in pages.register.told()
    button.click()
    dialog = button.dialog
    assert dialog is not None
    press(dialog, "选文件夹…")
    press(dialog, "建文件夹")
    qtbot.waitUntil(lambda: "已存在" in dialog.told.text(), timeout=LONG_MS)
    dialog.reject()
    assert button.isEnabled()
    assert button.dialog is None
