"""Verifying a signed PDF: the file, the trusted roots, and what can be said of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from services import words
from services.core import Progress
from services.errors import AppError
from services.verdicts import Verdict
from services.words import _
from ui import theme
from ui.jobs import Jobs
from ui.parts.choosing import ask_to_open, ask_to_open_some
from ui.parts.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.reports import Comparison

Compare: TypeAlias = "Callable[[str, Progress], Comparison]"
"""Compares a document's digest with the records of the open file, on the worker thread."""
_MAX_PDF_BYTES = 200 * 1024 * 1024
_MAX_ROOT_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result."""

    head: str
    good: bool | None
    """None: a fact that is neither good nor bad."""
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was found out about one file."""

    verdict: Verdict
    compared: "Comparison | None"


def check(
    pdf: Path, roots: tuple[Path, ...], compare: "Compare | None", progress: Progress
) -> Told:
    """Verify a file on the worker thread; raises what reading and `verify_pdf` do."""
    from services.verify import verify_pdf

    content = read_limited(pdf, _MAX_PDF_BYTES)
    trusted = [read_limited(root, _MAX_ROOT_BYTES) for root in roots]
    verdict = verify_pdf(content, roots=trusted)
    progress.step(1, 2)
    compared = compare(verdict.digest or "", progress) if compare is not None else None
    if compared is not None and compared.expected_fields:
        verdict = verify_pdf(content, roots=trusted, expected=compared.expected_fields)
    return Told(verdict, compared)


def lines(told: Told) -> tuple[Line, ...]:
    """The result line by line, the verdict first."""
    verdict = told.verdict
    found = [Line(_("结论"), verdict.ok, _("可信") if verdict.ok else _("不可信"))]
    found += [Line("", False, words.sentence(r.code, r.params)) for r in verdict.reasons]
    whole = _("文件完好，签字之后没有改动") if verdict.whole else _("签字之后有改动")
    found.append(Line(_("完整"), verdict.intact and verdict.whole, whole))
    for signer in verdict.signers:
        when = f"{signer.at.astimezone():%Y-%m-%d %H:%M}" if signer.at else "—"
        text = _("{name}（{field}）  {when}  本机时间，未经权威时间源").format(
            name=signer.name, field=field_word(signer.field), when=when
        )
        found.append(Line(_("签字人"), verdict.intact, text))
        found.append(Line("", None, _("证书指纹 {text}").format(text=signer.fingerprint)))
    missing = "、".join(field_word(name) for name in verdict.missing_signers)
    found.append(Line(_("应签未签"), not missing, missing or _("无")))
    trusted = _("证书出自所选的根证书") if verdict.trusted else _("证书不出自所选的根证书")
    found.append(Line(_("证书"), verdict.trusted and not verdict.revoked, trusted))
    found.append(_compared(told.compared))
    found += [Line(_("附注"), None, words.sentence(n.code, n.params)) for n in verdict.notes]
    return tuple(found)


def _compared(compared: "Comparison | None") -> Line:
    head = _("与本机登记")
    if compared is None:
        return Line(head, None, _("未核对登记簿"))
    if compared.verdict == "match":
        return Line(head, True, _("一致"))
    if compared.verdict == "unknown":
        return Line(head, None, _("登记簿中没有这份文书"))
    places = "、".join(compared.differing)
    return Line(head, None, _("签发之后记录有变动：{places}").format(places=places))


def field_word(name: str) -> str:
    """The word for a signature field; its name when it has none."""
    known = {"leader": _("组长"), "member": _("组员"), "office": _("办公室")}
    return known.get(name, name)


class VerifyView(QWidget):
    """Two choices, a button, and the verdict."""

    def __init__(
        self, jobs: Jobs, compare: "Compare | None" = None, parent: QWidget | None = None
    ) -> None:
        """Verify on `jobs`; with `compare` the records of the open file are looked at too."""
        super().__init__(parent)
        self._jobs = jobs
        self._compare = compare
        self._pdf: Path | None = None
        self._roots: tuple[Path, ...] = ()
        self._pdf_told = QLabel(_("还没有选文件"))
        self._roots_told = QLabel(_("没有选根证书时，签字人不会被认作可信"))
        self._result = QGridLayout()
        self._verify = QPushButton(_("验证"))
        self._build()

    def _build(self) -> None:
        choose_pdf = QPushButton(_("选 PDF…"))
        choose_pdf.clicked.connect(self._ask_pdf)
        choose_root = QPushButton(_("选根证书…"))
        choose_root.clicked.connect(self._ask_roots)
        self._verify.setProperty("kind", "primary")
        self._verify.setEnabled(False)
        self._verify.clicked.connect(self.verify)
        for label in (self._pdf_told, self._roots_told):
            label.setProperty("role", "hint")
            label.setTextFormat(Qt.TextFormat.PlainText)
        choices = QGridLayout()
        choices.addWidget(choose_pdf, 0, 0)
        choices.addWidget(self._pdf_told, 0, 1)
        choices.addWidget(choose_root, 1, 0)
        choices.addWidget(self._roots_told, 1, 1)
        choices.addWidget(self._verify, 2, 0)
        choices.setColumnStretch(1, 1)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(self._result)
        inner.addStretch(1)
        self._result.setColumnStretch(2, 1)
        self._result.setVerticalSpacing(theme.px(8))
        self._result.setHorizontalSpacing(theme.px(12))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 12, 12, 12))
        layout.setSpacing(theme.px(12))
        layout.addLayout(choices)
        layout.addWidget(area, 1)

    def choose(self, pdf: Path | None, roots: tuple[Path, ...] = ()) -> None:
        """Take these files; None or nothing leaves what is chosen."""
        if pdf is not None:
            self._pdf = pdf
            self._pdf_told.setText(str(pdf))
        if roots:
            self._roots = roots
            self._roots_told.setText("、".join(str(root) for root in roots))
        self._verify.setEnabled(self._pdf is not None)

    @Slot()
    def verify(self) -> None:
        """Verify the chosen file and show the result."""
        if self._pdf is None:
            return
        self._verify.setEnabled(False)
        pdf, roots, compare = self._pdf, self._roots, self._compare

        def work(progress: Progress) -> Told:
            return check(pdf, roots, compare, progress)

        self._jobs.run(_("验证"), work, self._told, self._refused)

    def texts(self) -> tuple[str, ...]:
        """What the result says, line by line."""
        return tuple(
            label.text()
            for row in range(self._result.rowCount())
            if (item := self._result.itemAtPosition(row, 2)) is not None
            and isinstance(label := item.widget(), QLabel)
        )

    def _told(self, told: Told) -> None:
        self._show(lines(told))

    def _refused(self, failure: AppError) -> None:
        self._show((Line(_("结论"), False, words.error(failure)),))

    def _show(self, shown: tuple[Line, ...]) -> None:
        self._verify.setEnabled(True)
        while (item := self._result.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, line in enumerate(shown):
            mark = QLabel({True: "✓", False: "✗", None: "—"}[line.good])
            mark.setProperty("role", {True: "good", False: "error", None: "hint"}[line.good])
            text = QLabel(line.text)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if row == 0:
                text.setProperty("role", "title")
            self._result.addWidget(QLabel(line.head), row, 0)
            self._result.addWidget(mark, row, 1)
            self._result.addWidget(text, row, 2)

    @Slot()
    def _ask_pdf(self) -> None:
        self.choose(ask_to_open(self, _("选 PDF"), "PDF (*.pdf)"))

    @Slot()
    def _ask_roots(self) -> None:
        kinds = _("证书 (*.pem *.cer *.crt *.der)")
        self.choose(None, tuple(ask_to_open_some(self, _("选根证书"), kinds)))
