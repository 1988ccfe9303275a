"""合并记录: what was taken in, by whom, what came of it, and taking one back days later."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import merge, references, words
from services.core import Progress
from services.errors import AppError, Cancelled
from services.merge import MergeLine, Outcome, Standing
from services.words import _
from services.workspace import Workspace
from ui import theme
from ui.asking import ask_reason
from ui.context import Context
from ui.parts.cards import give_role, label
from ui.parts.grid import Cell, Grid, Head
from ui.tabs.exchange.words import moment

_MOST_TOLD = 4
_SHORT = 8


class MergesPage(QWidget):
    """The list, newest first; the current one can be taken back."""

    undone = Signal()
    """What was asked to be taken back is."""
    minutes_wanted = Signal(str)
    """Id of the merge whose minutes are wanted."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the page; it fills with `reload`."""
        super().__init__(parent)
        self._context = context
        self._lines: tuple[MergeLine, ...] = ()
        self.grid = Grid(
            _("合并记录"),
            (
                Head(_("什么时候"), 132),
                Head(_("来自"), 170),
                Head(_("做于"), 132),
                Head(_("新"), 60, "right"),
                Head(_("改"), 60, "right"),
                Head(_("删"), 60, "right"),
                Head(_("待裁定"), 66, "right"),
                Head(_("接收人"), 80),
                Head(_("情况")),
            ),
        )
        self._empty = label(_("还没有接收过数据包"), "hint")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._told = label(_("撤回后，这一包单独带来的改动不再生效；再接收一次就回来。"), "hint")
        self._told.setWordWrap(True)
        self.undo = QPushButton(_("撤回这一包…"))
        self.undo.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self._told, 1)
        self.minutes = QPushButton(_("打印合并纪要…"))
        self.minutes.clicked.connect(self._ask_minutes)
        row.addWidget(self.minutes)
        row.addWidget(self.undo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(12))
        layout.setSpacing(theme.px(8))
        layout.addLayout(row)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self._empty, 1)
        self.grid.currentCellChanged.connect(self._enable)

    @Slot()
    def reload(self) -> None:
        """Show the merges there are."""
        here = self._context.here()
        self._lines = merge.merges(here)
        people = {line.actor for line in self._lines}
        people |= {line.undone_by for line in self._lines if line.undone_by}
        names = {str(uid): name for uid, name in references.titles(here, people).items()}
        self.grid.fill([_row(line, names) for line in self._lines])
        self.grid.setVisible(bool(self._lines))
        self._empty.setVisible(not self._lines)
        if self._lines and self.grid.currentRow() < 0:
            self.grid.setCurrentCell(0, 0)
        self._enable()

    def told(self) -> str:
        """What was done last."""
        return self._told.text()

    @Slot()
    def _enable(self) -> None:
        place = self.grid.currentRow()
        current = self._lines[place] if 0 <= place < len(self._lines) else None
        for button in (self.undo, self.minutes):
            button.setVisible(bool(self._lines))
        self.minutes.setEnabled(current is not None)
        self.undo.setEnabled(current is not None and current.undone_at is None)

    @Slot()
    def _ask_minutes(self) -> None:
        place = self.grid.currentRow()
        if 0 <= place < len(self._lines):
            self.minutes_wanted.emit(self._lines[place].uid)

    @Slot()
    def _ask(self) -> None:
        place = self.grid.currentRow()
        if 0 <= place < len(self._lines):
            self.ask_undo((self._lines[place].uid,))

    def ask_undo(self, merges: Sequence[str]) -> None:
        """Ask why, and take these merges back, the newest first."""
        title = _("撤回 {count} 包：它们单独带来的改动不再生效").format(count=len(merges))
        reason = ask_reason(self._context, merges, self, title, _("撤回"))
        if reason is not None:
            self.take_back(merges, reason)

    def take_back(self, merges: Sequence[str], reason: str) -> None:
        """Take merges back, the newest first."""
        self.undo.setEnabled(False)
        work = partial(_undo, self._context.here(), tuple(reversed(merges)), reason)
        self._context.jobs.run(_("撤回"), work, self._done, self._refused)

    def _done(self, outcomes: Sequence[Outcome]) -> None:
        lines = [_("✓ 已撤回 {count} 包；撤回前已备份。").format(count=len(outcomes))]
        if not any(outcome.total("held") for outcome in outcomes):
            lines.append(_("它带来的，别的包也带来了，所以都还有效。"))
        lines += self._standing([one for outcome in outcomes for one in outcome.standing])
        self._tell("\n".join(lines), "good")
        for outcome in outcomes:
            self._context.announce(outcome.changes)
        self.reload()
        self.undone.emit()

    def _standing(self, standing: Sequence[Standing]) -> list[str]:
        """What was written on top since, still to be seen or not."""
        uids = {uid for one in standing for uid in (one.uid, one.actor)}
        here = self._context.here()
        titles = {str(uid): title for uid, title in references.titles(here, uids).items()}
        hidden = merge.hidden(here, {one.uid for one in standing})
        seen = [one for one in standing if one.uid not in hidden]
        unseen = [one for one in standing if one.uid in hidden]
        lines: list[str] = []
        if seen:
            lines.append(_("之后在上面改过的 {count} 处照样有效：").format(count=len(seen)))
            lines += _some(seen, titles)
        if unseen:
            told = _("之后改过的 {count} 处还留着；记录是这包带来的，再接收时连同改动一起回来：")
            lines.append(told.format(count=len(unseen)))
            lines += _some(unseen, titles)
        return lines

    def _refused(self, failure: AppError) -> None:
        self._enable()
        if not isinstance(failure, Cancelled):
            self._tell(words.error(failure), "late")
        self.undone.emit()

    def _tell(self, sentence: str, role: str) -> None:
        self._told.setText(sentence)
        give_role(self._told, role)


def _some(standing: Sequence[Standing], titles: Mapping[str, str]) -> list[str]:
    """The first few, a line each."""
    lines = [
        _("{kind} {title} {fields}（{name}）").format(
            kind=words.kind(one.kind),
            title=titles.get(one.uid, one.uid[:_SHORT]),
            fields=merge.fields_of(one),
            name=titles.get(one.actor, ""),
        )
        for one in standing[:_MOST_TOLD]
    ]
    return [*lines, "…"] if len(standing) > _MOST_TOLD else lines


def _row(line: MergeLine, names: dict[str, str]) -> list[Cell]:
    sender, tally = line.manifest.sender, line.figures.tally
    state, tone = _("生效"), "done"
    if line.undone_at is not None:
        when = moment(_moment(line.undone_at))
        state = _("已撤回 {when} {name}：{reason}").format(
            when=when, name=names.get(str(line.undone_by), ""), reason=line.undone_reason
        )
        tone = "idle"
    elif line.figures.held:
        state = _("生效；{count} 条先收着，等缺的补来").format(count=f"{line.figures.held:,}")
        tone = "wait"
    counts = (tally.new, tally.changed, tally.deleted, tally.conflicts)
    return [
        Cell(moment(_moment(line.at), clock=True)),
        Cell(f"{sender.letter} {sender.name}".strip(), tip=line.source),
        Cell(moment(_moment(line.manifest.made_at), clock=True), "text2"),
        *(Cell(f"{count:,}") for count in counts),
        Cell(names.get(str(line.actor), ""), "text2"),
        Cell(state, tone),
    ]


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _undo(
    workspace: Workspace, merges: Sequence[str], reason: str, progress: Progress
) -> tuple[Outcome, ...]:
    return tuple(merge.undo(workspace, uid, reason, progress) for uid in merges)
