"""文书报告: identities, drafts, issuing, the register, verifying."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from services import certificates, problems, records
from services.core import Progress
from services.files import write_atomic
from services.reports import Wanted, register
from services.verify import verify_pdf
from ui.context import Context
from ui.parts.verdict import VerifyView
from ui.tabs.reports import ReportsTab
from ui.tabs.reports.identities import CertificatesDialog, Order
from ui.tabs.reports.issuing import IssueDialog
from ui.tabs.reports.pages import ReportPages
from ui.tabs.reports.steps import make_draft

if TYPE_CHECKING:
    from tests.groups import Field

SECRET = "身份口令 123"  # noqa: S105 - opens nothing but test files
LONG_MS = 60_000


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The open workspace, with one problem to report on."""
    records.add(field.ws, "problem", [field.problem()])
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


@pytest.fixture(scope="session")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the root's certificate and two persons' identity files."""
    folder = tmp_path_factory.mktemp("身份")
    root = certificates.make_root("活动办公室")
    write_atomic(folder / "根证书.pem", certificates.pem(root))
    for name in ("赵明", "王建国"):
        p12 = certificates.save_p12(certificates.issue(root, name), SECRET)
        write_atomic(folder / f"{name}.p12", p12)
    return folder


def _draft(qtbot: QtBot, pages: ReportPages) -> None:
    with qtbot.waitSignal(pages.drafting.drafted, timeout=LONG_MS):
        pages.drafting.draft()


def test_a_draft_is_shown_page_by_page_and_its_steps_are_told(
    qtbot: QtBot, field: "Field", context: Context, pages: ReportPages
) -> None:
    context.choose_units(frozenset({field.education}))
    drafting = pages.drafting
    assert not drafting.steps.buttons["issue"].isVisible()
    _draft(qtbot, pages)
    page, count = drafting.view.page()
    assert page == 1
    assert count > 1
    drafting.view.next()
    assert drafting.view.page() == (2, count)
    drafting.view.previous()
    drafting.view.previous()
    assert drafting.view.page() == (1, count)
    assert f"✓ {count} 页" in drafting.steps.told()
    assert drafting.steps.buttons["issue"].isVisible()


def test_what_was_drafted_is_out_of_date_when_another_unit_is_chosen(
    qtbot: QtBot, field: "Field", context: Context, pages: ReportPages
) -> None:
    context.choose_units(frozenset({field.education}))
    _draft(qtbot, pages)
    context.choose_units(frozenset({field.health}))
    assert pages.drafting.view.page() == (1, 0)
    assert not pages.drafting.steps.buttons["issue"].isVisible()


def test_a_period_that_is_none_is_told_before_anything_is_made(
    qtbot: QtBot, context: Context, pages: ReportPages
) -> None:
    pages.drafting.subject.set_period("2014-05-06", "2014-04-10")
    pages.drafting.draft()
    assert pages.drafting.told() != ""
    assert not context.jobs.running


def test_issuing_signs_registers_and_verifies(
    qtbot: QtBot, field: "Field", context: Context, pages: ReportPages, identities: Path,
    tmp_path: Path,
) -> None:  # fmt: skip
    wanted = Wanted("inspection", field.education)
    draft = make_draft(field.ws, wanted, Progress())
    dialog = IssueDialog(context, wanted, draft.made.data.frame.signers, pages)
    dialog.issued.connect(pages.drafting.take_issued)
    dialog.attempt()
    assert dialog.told.text() == "至少一人选身份文件签字"
    dialog.take("leader", identities / "赵明.p12", "不对的口令")
    dialog.attempt()
    qtbot.waitUntil(lambda: dialog.told.text() == "身份文件的口令不对", timeout=LONG_MS)
    assert register(field.ws).total == 0
    dialog.take("leader", identities / "赵明.p12", SECRET)
    with qtbot.waitSignal(dialog.issued, timeout=LONG_MS):
        dialog.attempt()
    (line,) = register(field.ws).rows
    assert pages.register.rows.total() == 1
    qtbot.waitUntil(lambda: pages.register.shown() == line.uid, timeout=LONG_MS)
    target = tmp_path / "报告.pdf"
    pages.register.save_to(target)
    root = (identities / "根证书.pem").read_bytes()
    verdict = verify_pdf(target.read_bytes(), roots=[root], expected=("leader",))
    assert verdict.ok
    assert [s.name for s in verdict.signers] == ["赵明"]
    pages.verifying.choose(target, (identities / "根证书.pem",))
    pages.verifying.verify()
    qtbot.waitUntil(lambda: bool(pages.verifying.texts()), timeout=LONG_MS)
    assert pages.verifying.texts()[0] == "可信"
    assert "一致" in pages.verifying.texts()
    (later,) = records.add(field.ws, "problem", [field.problem(title="又一个")]).uids
    problems.move(field.ws, later, "confirm")
    pages.register.compare()
    qtbot.waitUntil(lambda: "记录有变动" in pages.register.told(), timeout=LONG_MS)


def test_a_changed_byte_is_told_and_never_called_trustworthy(
    qtbot: QtBot, field: "Field", context: Context, identities: Path, tmp_path: Path
) -> None:
    view = VerifyView(context.jobs)
    qtbot.addWidget(view)
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing else")
    view.choose(broken, (identities / "根证书.pem",))
    view.verify()
    qtbot.waitUntil(lambda: bool(view.texts()), timeout=LONG_MS)
    assert "可信" not in view.texts()
    assert view.findChildren(QLabel)


def test_identities_are_made_into_a_folder_and_the_root_is_used_again(
    qtbot: QtBot, context: Context, tmp_path: Path
) -> None:
    dialog = CertificatesDialog(context)
    qtbot.addWidget(dialog)
    dialog.fill(Order(tmp_path, "活动办公室", "短", "赵明", "第三督导组", SECRET))
    assert dialog.problem() == "口令至少 8 个字符"
    for name in ("赵明", "李芳"):
        dialog.fill(Order(tmp_path, "活动办公室", "根的口令 1234", name, "第三督导组", SECRET))
        dialog.attempt()
        qtbot.waitUntil(lambda n=name: n in dialog.made(), timeout=LONG_MS)  # type: ignore[misc]  # bound at once
    root = (tmp_path / "根证书.pem").read_bytes()
    for name in ("赵明", "李芳"):
        identity = certificates.load_p12((tmp_path / f"{name}.p12").read_bytes(), SECRET)
        assert identity.name == name
        assert identity.chain == (certificates.read_certificate(root),)
    dialog.fill(Order(tmp_path, "活动办公室", "根的口令 1234", "赵明", "", SECRET))
    dialog.attempt()
    qtbot.waitUntil(lambda: "赵明.p12" in dialog.told.text(), timeout=LONG_MS)
