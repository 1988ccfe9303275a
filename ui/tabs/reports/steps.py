"""The five steps at the right of 拟制, each with its state and what can be done there."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from services import reports, words
from services.core import Progress
from services.documents import checking
from services.documents.rendering import Options, Rendered
from services.reports import Reader, Wanted
from services.words import _
from services.workspace import Workspace
from ui import theme

_WIDTH = 240
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it would be issued now, and what checking it found."""

    rendered: Rendered
    made: reports.Draft
    checked: checking.Report


def make_draft(workspace: Workspace, wanted: Wanted, progress: Progress) -> Draft:
    """Make and check the draft on the worker thread; raises what `reports.draft` does."""
    made = reports.draft(workspace, wanted)
    progress.step(1, 3)
    rendered = made.render(Options(validate=False))
    progress.step(2, 3)
    return Draft(rendered, made, checking.check(rendered.pdf))


class Steps(QFrame):
    """取数, 改字, 检查, 文号, 签发, and what can be done with the paper."""

    asked = Signal(str)
    """Name of what the person wants: change, issue, print, save, stick, docx, batch, names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the card; nothing is drafted yet."""
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setMinimumWidth(theme.px(_WIDTH))
        self.setMaximumWidth(theme.px(_WIDTH))
        self._draft: Draft | None = None
        self._told = [QLabel() for _n in range(5)]
        self.number = QLineEdit()
        self.number.setPlaceholderText(_("签发时取号，或手填"))
        self.number.setAccessibleName(_("文号"))
        self.buttons: dict[str, QPushButton] = {}
        body = QVBoxLayout(self)
        body.setContentsMargins(*theme.around(10, 10, 10, 10))
        body.setSpacing(theme.px(4))
        head = QLabel(_("步骤"))
        head.setProperty("role", "head")
        body.addWidget(head)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._inner())
        body.addWidget(area, 1)
        self.show_draft(None)

    def _inner(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        for label in self._told:
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._told[0])
        column.addWidget(self._told[1])
        column.addWidget(self._button("change", _("改字…")))
        column.addWidget(self._told[2])
        column.addWidget(self._told[3])
        column.addWidget(self.number)
        column.addWidget(self._told[4])
        issue = self._button("issue", _("签发…"))
        issue.setProperty("kind", "primary")
        column.addWidget(issue)
        column.addStretch(1)
        for name, text in (
            ("print", _("打印…")),
            ("save", _("存为 PDF…")),
            ("stick", _("存到打印盘…")),
            ("docx", _("导出送审稿.docx")),
            ("names", _("带实名…")),
            ("batch", _("每个单位一份…")),
        ):
            column.addWidget(self._button(name, text))
        return inner

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.clicked.connect(self._ask)
        self.buttons[name] = button
        return button

    @Slot()
    def _ask(self) -> None:
        button = self.sender()
        if button is not None:
            self.asked.emit(button.objectName())

    def told(self) -> str:
        """The steps as they are shown."""
        return "\n\n".join(label.text() for label in self._told if not label.isHidden())

    def show_draft(self, draft: Draft | None, *, many: bool = False) -> None:
        """Tell how far a draft is.

        Args:
            draft: None while there is none.
            many: The kind can be made for every unit.
        """
        self._draft = draft
        lines = steps(draft)
        for label, text in zip(self._told, lines, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        swaps = draft.rendered.substitutions if draft else ()
        self._told[2].setToolTip("\n".join(f"{one.wanted} → {one.used}" for one in swaps))
        kind = draft.made.kind if draft else None
        can_issue = draft is not None and kind is not None and kind.issued
        self.buttons["change"].setVisible(can_issue)
        self.buttons["issue"].setVisible(
            can_issue
            and draft is not None
            and not (draft.made.leaks or draft.made.stale or draft.made.is_empty)
        )
        self.number.setVisible(can_issue and kind is not None and kind.numbered)
        for name in ("print", "save", "stick"):
            self.buttons[name].setVisible(draft is not None)
        self.buttons["docx"].setVisible(draft is not None and not draft.made.is_named)
        self.buttons["docx"].setToolTip(_("Word 文件，供改字；不编号，不作正式文件"))
        names = kind is not None and kind.reader is Reader.GROUP
        self.buttons["names"].setVisible(names)
        self.buttons["batch"].setVisible(many)


def steps(draft: Draft | None) -> list[str]:
    """The five steps in words; empty where a kind has no such step."""
    if draft is None:
        return [_("1 取数　未做"), _("2 改字"), _("3 检查"), _("4 文号"), _("5 签发")]
    made = draft.made
    day = words.date(made.data.frame.date)
    told = [_("1 取数　✓ {pages} 页，{day}").format(pages=draft.rendered.pages, day=day)]
    if made.is_empty:
        told[0] += "\n" + _("没有可写的内容，不能签发")
    if not made.kind.issued:
        printed = _("这种文书只打印，不签发、不登记")
        return [told[0], "", _checked(draft), "", printed]
    told.append(_changed(draft))
    told.append(_checked(draft))
    told.append(_("4 文号") if made.kind.numbered else _("4 文号　这种文书不编号"))
    names = "、".join(f"{s.role} {s.name}".strip() for s in made.data.frame.signers)
    told.append(_("5 签发　{names}").format(names=names or "—"))
    return told


def _changed(draft: Draft) -> str:
    told = _("2 改字　没有改动")
    if draft.made.edits:
        told = _("2 改字　✎ {count} 处").format(count=len(draft.made.edits))
    if draft.made.stale:
        count = len(draft.made.stale)
        told += "\n" + _("！{count} 处对不上：记录变了，请重新看一看").format(count=count)
    return told


def _checked(draft: Draft) -> str:
    lines = [_leaks(draft)] if draft.made.kind.reader is not Reader.GROUP else []
    found = draft.checked.deviations
    if found:
        lines.append(_("版式偏差 {count} 处").format(count=len(found)))
        lines += [
            _("第 {page} 页 {what}：应为 {expected}，实为 {found}").format(
                page=one.page, what=one.what, expected=one.expected, found=one.found
            )
            for one in found[:_MOST_TOLD]
        ]
    else:
        lines.append(_("✓ 版式无偏差"))
    swaps = draft.rendered.substitutions
    if swaps:
        lines.append(_("字体替代 {count} 处").format(count=len(swaps)))
    return _("3 检查") + "\n" + "\n".join(lines)


def _leaks(draft: Draft) -> str:
    leaks = draft.made.leaks
    if not leaks:
        return _("✓ 不含代号、时间、类别、原话")
    kinds = {
        "code_name": _("代号"),
        "clock": _("时间"),
        "forbidden": _("原话"),
        "category": _("人数少的类别"),
    }
    found = "、".join(f"{kinds[one.what]}「{one.text}」" for one in leaks[:_MOST_TOLD])
    return _("✗ 不得外泄：{found}。请改记录或改字").format(found=found)
