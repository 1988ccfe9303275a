"""每个单位一份: a document for every unit into a folder; and talks with their names opened."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QListWidget, QPushButton, QWidget

from services import reports, words
from services.core import Progress
from services.documents import checking
from services.documents.rendering import Options
from services.errors import AppError
from services.reports import Made, Wanted
from services.words import _
from services.workspace import Workspace
from ui.context import Context
from ui.parts.dialogs import Dialog
from ui.tabs.reports import printing
from ui.tabs.reports.steps import Draft


def named_draft(
    workspace: Workspace, wanted: Wanted, passphrase: str, reason: str, progress: Progress
) -> Draft:
    """The draft of talks with who spoke, on the worker thread; raises what `with_names` does."""
    made = reports.with_names(workspace, wanted, passphrase, reason)
    progress.step(1, 2)
    rendered = made.render(Options(validate=False))
    return Draft(rendered, made, checking.check(rendered.pdf))


def make_manuscript(draft: reports.Draft, progress: Progress) -> bytes:
    """A draft as .docx, on the worker thread; raises what `reports.manuscript` does."""
    progress.step(0, 1)
    return reports.manuscript(draft)


def make_all(
    workspace: Workspace, wanted: Wanted, folder: Path, progress: Progress
) -> tuple[Made, ...]:
    """A draft for every unit, on the worker thread; raises what `reports.batch` does."""
    return reports.batch(workspace, wanted, folder, progress=progress)


class BatchDialog(Dialog):
    """Makes the drafts with progress and cancel; then tells what became of each unit's."""

    def __init__(
        self, context: Context, wanted: Wanted, folder: str, parent: QWidget | None = None
    ) -> None:
        """Ask once more what goes where."""
        name = words.document(wanted.kind)
        text = _(
            "给每个单位做一份「{name}」草稿，存到 {folder}。可随时在状态栏取消，已做好的留下。"
        )
        super().__init__(
            parent, _("每个单位一份"), text.format(name=name, folder=folder), _("开始做")
        )
        self._context = context
        self._wanted = wanted
        self._folder = Path(folder)
        self.list = QListWidget()
        self.list.setAccessibleName(_("各单位"))
        self.list.hide()
        self._open = QPushButton(_("打开文件夹"))
        self._open.setAutoDefault(False)
        self._open.hide()
        self._open.clicked.connect(self._show_folder)
        self.body.addWidget(self.list)
        self.body.addWidget(self._open)

    @Slot()
    def attempt(self) -> None:
        """Make them on the worker thread."""
        self.act.setEnabled(False)
        self.tell("")
        work = partial(make_all, self._context.here(), self._wanted, self._folder)
        self._context.jobs.run(_("每个单位一份"), work, self._done, self._refused)

    def _done(self, made: Sequence[Made]) -> None:
        self.list.clear()
        for one in made:
            self.list.addItem(_line(one))
        self.list.show()
        self._open.show()
        self.act.hide()

    def _refused(self, failure: AppError) -> None:
        self.act.setEnabled(True)
        self.tell(words.error(failure))

    @Slot()
    def _show_folder(self) -> None:
        printing.open_folder(self._folder / "x")


def _line(one: Made) -> str:
    if one.failure is not None:
        return f"✗ {one.name}：{words.error(one.failure)}"
    if one.leaks:
        told = _("！{name}：{pages} 页，有 {count} 处不得外泄的内容")
        return told.format(name=one.name, pages=one.pages, count=one.leaks)
    if one.is_empty:
        return _("○ {name}：没有可写的内容").format(name=one.name)
    return _("✓ {name}：{pages} 页").format(name=one.name, pages=one.pages)
