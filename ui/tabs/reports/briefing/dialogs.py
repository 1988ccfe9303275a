"""Small dialogs of the briefing: beginning one, names that stand in it, and issuing."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QPushButton, QWidget

from models.kinds import Uid
from services import words
from services.briefings import Briefing, Found, Genre
from services.briefings.issuing import Issued, issue
from services.certificates import MAX_FILE_BYTES, load_p12
from services.core import Progress
from services.documents.orders import Period, parse_period
from services.errors import AppError
from services.words import _
from services.workspace import Workspace
from ui.context import Context
from ui.parts.cards import label
from ui.parts.choosing import ask_to_open
from ui.parts.dialogs import Dialog, SecretLine
from ui.parts.files import read_limited
from ui.tabs.reports.briefing.head import genre_box

_MOST_NAMES = 12


class BeginDialog(Dialog):
    """Which days a new briefing is about, and its title."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Ask; the title may be left empty."""
        text = _("按期间取已认定的问题，起草编者按、各部分、下一步工作和附表。")
        super().__init__(parent, _("新简报"), text, _("起草"))
        self.start, self.end, self.title = QLineEdit(), QLineEdit(), QLineEdit()
        form = QFormLayout()
        for line, name in ((self.start, _("期间从")), (self.end, _("到"))):
            line.setPlaceholderText(_("年-月-日，空着就不限"))
            line.setAccessibleName(name)
            form.addRow(name, line)
        self.title.setPlaceholderText(_("可以以后再定"))
        self.title.setAccessibleName(_("题目"))
        form.addRow(_("题目"), self.title)
        self._genre = genre_box()
        form.addRow(_("种类"), self._genre)
        self.body.addLayout(form)

    def period(self) -> Period:
        """The days typed in.

        Raises:
            Refused: they are none.
        """
        return parse_period(f"{self.start.text().strip()}..{self.end.text().strip()}")

    def genre(self) -> Genre:
        """What it will be."""
        return Genre(str(self._genre.currentData()))

    def problem(self) -> str:
        """The days must exist."""
        try:
            self.period()
        except AppError as failure:
            return words.error(failure)
        return ""


class NamesDialog(Dialog):
    """Names that stand in the text: units can be cleared here, other names must be taken out."""

    def __init__(
        self, briefing: Briefing, found: Sequence[Found], parent: QWidget | None = None
    ) -> None:
        """List each name once with where it stands."""
        text = _("文中有这些名称。点名要经签发人同意：勾选允许点名的单位；其余请在文中改掉。")
        super().__init__(parent, _("点名"), text, _("允许点名"))
        self._units: list[tuple[Uid, QCheckBox]] = []
        told: dict[str, Found] = {}
        for one in found:
            told.setdefault(one.named.text, one)
        for name, one in list(told.items())[:_MOST_NAMES]:
            where = _where(briefing, one.paragraph)
            line = _("{name}　在「{where}」").format(name=name, where=where)
            if one.named.unit is None:
                self.body.addWidget(label(line, "late", wrapped=True))
                continue
            box = QCheckBox(line)
            self._units.append((one.named.unit, box))
            self.body.addWidget(box)
        self.act.setEnabled(bool(self._units))

    def units(self) -> list[Uid]:
        """Units that may be named."""
        return [unit for unit, box in self._units if box.isChecked()]

    def check(self, unit: Uid) -> None:
        """Tick a unit, as if a person had."""
        for one, box in self._units:
            if one == unit:
                box.setChecked(True)

    def problem(self) -> str:
        """Somebody must be chosen."""
        return "" if self.units() else _("没有勾选单位")


class IssueBriefingDialog(Dialog):
    """The office signs with its identity file; number, signature and register in one step."""

    issued = Signal(object)
    """`services.briefings.issuing.Issued`."""

    def __init__(
        self, context: Context, briefing: Uid, parent: QWidget | None = None, *, warning: str = ""
    ) -> None:
        """Ask for the identity file and its passphrase; a warning does not stop the issue."""
        text = _("签发后内容固定，期号不重用。用活动办公室的身份文件（.p12）签名。")
        super().__init__(parent, _("签发简报"), text, _("签发"))
        self._context, self._briefing = context, briefing
        self._file: Path | None = None
        self._place = label(_("未选"), "hint")
        self._secret = SecretLine(_("口令"))
        choose = QPushButton(_("选身份文件…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self._ask_file)
        if warning:
            self.body.addWidget(label(warning, "late", wrapped=True))
        form = QFormLayout()
        form.addRow(choose, self._place)
        form.addRow(_("口令"), self._secret)
        self.body.addLayout(form)

    def take(self, file: Path, passphrase: str = "") -> None:
        """Sign with this file, as if a person had chosen it."""
        self._file = file
        self._place.setText(file.name)
        if passphrase:
            self._secret.line.setText(passphrase)

    def problem(self) -> str:
        """A file and its passphrase are needed."""
        if self._file is None:
            return _("请选身份文件")
        return "" if self._secret.text() else _("请输入身份文件的口令")

    @Slot()
    def attempt(self) -> None:
        """Issue on the worker thread; a refusal is told here and nothing was written."""
        sentence = self.problem()
        self.tell(sentence)
        if sentence or self._file is None:
            return
        self.act.setEnabled(False)
        work = partial(
            _issue, self._context.here(), self._briefing, self._file, self._secret.text()
        )
        self._context.jobs.run(_("签发"), work, self._done, self._refused)

    def _done(self, issued: Issued) -> None:
        self.accept()
        self.issued.emit(issued)

    def _refused(self, failure: AppError) -> None:
        self.act.setEnabled(True)
        self.tell(words.error(failure))

    @Slot()
    def _ask_file(self) -> None:
        file = ask_to_open(self, _("选身份文件"), _("身份文件 (*.p12 *.pfx)"))
        if file is not None:
            self.take(file)


def _issue(
    workspace: Workspace, briefing: Uid, file: Path, passphrase: str, progress: Progress
) -> Issued:
    """On the worker thread: load the identity and issue; raises what both do."""
    identity = load_p12(read_limited(file, MAX_FILE_BYTES), passphrase)
    return issue(workspace, briefing, [identity], progress=progress)


def _where(briefing: Briefing, part: str) -> str:
    """What a paragraph, a heading or the title is called where a name was found in it."""
    paragraph, section = briefing.paragraph(part), briefing.section(part)
    if paragraph is not None:
        return paragraph.lead or paragraph.text[:10]
    return _("题目") if section is None else section.title
