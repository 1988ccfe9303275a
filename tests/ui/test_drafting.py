"""拟制 and 登记簿: kinds, changed words, finding in the pages, printing, receipts, corrections."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from services import certificates, problems, records, reports
from services.certificates import Identity
from services.core import Progress
from services.documents import pages as sheets
from services.reports import KINDS, Receipt, Signature, Wanted
from ui import errors
from ui.context import Context
from ui.tabs.reports import ReportsTab, printing, receipts
from ui.tabs.reports.changing import ChangeDialog
from ui.tabs.reports.issuing import IssueDialog
from ui.tabs.reports.kindlist import groups
from ui.tabs.reports.making import BatchDialog, make_all
from ui.tabs.reports.pages import ReportPages

if TYPE_CHECKING:
    from tests.groups import Field

LONG_MS = 60_000


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The open workspace with a confirmed problem, its unit chosen."""
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    problems.move(field.ws, uid, "confirm", {"deadline": "2014-05-20"})
    made = Context()
    made.open(field.ws)
    made.choose_units(frozenset({field.education}))
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
def leader() -> Identity:
    """Who signs."""
    return certificates.issue(certificates.make_root("活动办"), "赵明")


def _draft(qtbot: QtBot, pages: ReportPages, kind: str, *, whole: bool = False) -> None:
    pages.drafting.subject.kinds.choose(kind, whole=whole)
    with qtbot.waitSignal(pages.drafting.drafted, timeout=LONG_MS):
        pages.drafting.draft()


def test_a_draft_goes_out_as_docx_and_never_over_another(
    qtbot: QtBot, pages: ReportPages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _draft(qtbot, pages, "rectification")
    target = tmp_path / "送审.docx"
    shown: list[str] = []
    monkeypatch.setattr(printing, "ask_to_save", lambda *_a, **_k: target)
    monkeypatch.setattr(printing, "open_folder", lambda path: shown.append(path.name))
    monkeypatch.setattr(errors, "show", lambda _parent, failure: shown.append(failure.code))
    button = pages.drafting.steps.buttons["docx"]
    for turn in (1, 2):
        button.click()
        qtbot.waitUntil(partial(_has_told, shown, turn), timeout=LONG_MS)
    assert shown == ["送审.docx", "file_exists"]
    assert (tmp_path / "送审.docx").read_bytes().startswith(b"PK")


def _has_told(shown: list[str], turn: int) -> bool:
    return len(shown) == turn


def test_every_kind_but_the_briefing_stands_in_the_list() -> None:
    listed = {entry.kind for _heading, entries in groups() for entry in entries}
    assert listed == set(KINDS) - {"briefing"}


def test_each_step_is_told(qtbot: QtBot, pages: ReportPages) -> None:
    _draft(qtbot, pages, "rectification")
    told = pages.drafting.steps.told()
    for part in (
        "1 取数　✓",
        "2 改字　没有改动",
        "✓ 不含代号",
        "✓ 版式无偏差",
        "5 签发　组长 赵明",
    ):
        assert part in told
    assert pages.drafting.steps.buttons["issue"].isVisible()
    assert pages.drafting.steps.number.isVisible()
    _draft(qtbot, pages, "urge")
    assert "没有可写的内容" in pages.drafting.steps.told()
    assert not pages.drafting.steps.buttons["issue"].isVisible()
    _draft(qtbot, pages, "interview")
    assert "只打印" in pages.drafting.steps.told()
    assert pages.drafting.steps.buttons["names"].isVisible()
    assert not pages.drafting.steps.buttons["change"].isVisible()
    _draft(qtbot, pages, "inspection", whole=True)
    wanted = pages.drafting.wanted()
    assert wanted is not None
    assert wanted.unit is None


def test_changed_words_are_shown_counted_and_taken_back(
    qtbot: QtBot, context: Context, pages: ReportPages
) -> None:
    _draft(qtbot, pages, "rectification")
    drafting = pages.drafting
    draft = drafting.current()
    assert draft is not None
    dialog = ChangeDialog(context, draft.made, pages)
    dialog.changed.connect(drafting.draft)
    qtbot.addWidget(dialog)
    dialog.choose("五个明确")
    dialog.words.setPlainText("（一）改过的话。")
    with qtbot.waitSignal(drafting.drafted, timeout=LONG_MS):
        dialog.take_over()
    assert "2 改字　✎ 1 处" in drafting.steps.told()
    assert "原文：" in dialog.was.text()
    now = drafting.current()
    assert now is not None
    assert "改过的话" in sheets.text(now.rendered.pdf, 2) + sheets.text(now.rendered.pdf, 1)
    with qtbot.waitSignal(drafting.drafted, timeout=LONG_MS):
        dialog.restore()
    assert "没有改动" in drafting.steps.told()


def test_overtaken_words_are_told_and_dropped(
    qtbot: QtBot, field: "Field", context: Context, pages: ReportPages
) -> None:
    wanted = Wanted("rectification", field.education)
    passage = next(p for p in reports.draft(field.ws, wanted).passages if "以下1个" in p.text)
    reports.change(field.ws, wanted, passage, "你单位有1个问题。")
    uid = records.add(field.ws, "problem", [field.problem(title="又一个")]).uids[0]
    problems.move(field.ws, uid, "confirm")
    _draft(qtbot, pages, "rectification")
    assert "1 处对不上" in pages.drafting.steps.told()
    assert not pages.drafting.steps.buttons["issue"].isVisible()
    dialog = ChangeDialog(context, reports.draft(field.ws, wanted), pages)
    qtbot.addWidget(dialog)
    assert "对不上" in dialog.list.item(0).text()
    dialog.drop_stale()
    assert not reports.draft(field.ws, wanted).stale


def test_words_are_found_in_the_pages(qtbot: QtBot, pages: ReportPages) -> None:
    _draft(qtbot, pages, "rectification")
    view = pages.drafting.view
    view.sought.setText("受检单位")
    view.find_next()
    page, count = view.page()
    assert page == count
    assert view.found() == (1, 1)
    view.sought.setText("没有这几个字")
    view.find_next()
    assert view.found() == (0, 0)


def test_printing_makes_a_page_of_a_page(qtbot: QtBot, pages: ReportPages, tmp_path: Path) -> None:
    _draft(qtbot, pages, "ledger")
    draft = pages.drafting.current()
    assert draft is not None
    to = printing.printer("台账")
    to.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    target = tmp_path / "印.pdf"
    to.setOutputFileName(str(target))
    printing.print_pages(to, draft.rendered.pdf)
    printed = target.read_bytes()
    assert sheets.page_count(printed) == draft.rendered.pages
    width, height = sheets.page_size(printed, 1)
    assert width > height
    assert (round(width), round(height)) == (842, 595)


def test_a_typed_number_and_copies_go_into_the_terms(
    qtbot: QtBot, field: "Field", context: Context
) -> None:
    wanted = Wanted("rectification", field.education)
    signers = reports.draft(field.ws, wanted).data.frame.signers
    dialog = IssueDialog(context, wanted, signers)
    qtbot.addWidget(dialog)
    dialog.set_terms("银活办〔2014〕7号", None)
    dialog.copies.setText("3")
    terms = dialog.terms()
    assert (terms.number, terms.copies) == ("银活办〔2014〕7号", 3)


def test_one_for_every_unit(qtbot: QtBot, context: Context, field: "Field", tmp_path: Path) -> None:
    dialog = BatchDialog(context, Wanted("self_check"), str(tmp_path))
    qtbot.addWidget(dialog)
    dialog.attempt()
    qtbot.waitUntil(lambda: dialog.list.count() == 2, timeout=LONG_MS)
    assert len(list(tmp_path.glob("*.pdf"))) == 2
    assert all(dialog.list.item(n).text().startswith("✓") for n in range(2))
    made = make_all(field.ws, Wanted("urge"), tmp_path, Progress())
    assert all(one.is_empty for one in made)


def test_the_register_takes_receipt_scan_and_correction(
    qtbot: QtBot, field: "Field", context: Context, pages: ReportPages, leader: Identity,
    tmp_path: Path,
) -> None:  # fmt: skip
    wanted = Wanted("rectification", field.education)
    issued = reports.issue(field.ws, wanted, [Signature("leader", leader)])
    passage = reports.draft(field.ws, wanted).passages[-1]
    reports.change(field.ws, wanted, passage, "改过的话")
    context.announce(issued.changes)
    register = pages.register
    pages.show_line(issued.uid)
    qtbot.waitUntil(lambda: register.shown() == issued.uid, timeout=LONG_MS)
    assert register.rows.total() == 1
    receipts.take_receipt(pages, context, issued.uid, Receipt("周局长", "2014-05-07", "agreed"))
    problem = reports.line(field.ws, issued.uid)
    assert problem.values["state"] == "receipted"
    scan = tmp_path / "签收联.jpg"
    scan.write_bytes(b"\xff\xd8\xff\xe0 a picture")
    qtbot.waitUntil(lambda: register.shown() == issued.uid, timeout=LONG_MS)
    receipts.take_scan(pages, context, issued.uid, scan)
    assert reports.line(field.ws, issued.uid).values["scan"]
    with qtbot.waitSignal(pages.drafting.drafted, timeout=LONG_MS):
        register.correcting.emit(wanted, issued.uid)
    assert pages.drafting.wanted() == wanted
