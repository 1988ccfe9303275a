"""接收预览: one line per package with its own verdict, and what would come of taking them in."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services.words import _
from ui import theme
from ui.parts.cards import Card, label, scrolled
from ui.parts.grid import Cell, Grid, Head

_LEAST_LINES_IN_VIEW = 4
_LEAST_WIDTH = 900
_BELOW_PX = 190
"""What the two cards below need at least."""
_SAMPLES = 6
_CELL_PADDING = 18


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One package in words."""

    name: str
    """Whose, or the file's name."""
    made: str
    numbers: tuple[int, int, int, int, int] | None
    """Rows new, changed, deleted; fields changed in parallel, to be decided. None: not read."""
    verdict: str
    tone: str
    """done, wait (a tick is needed) or late (left out)."""
    tip: str = ""
    asks: bool = False
    """Stopped by the brakes: taken in only with a tick of its own."""
    is_taken: bool = True
    """Whether it can be taken in at all."""


@dataclass(frozen=True, slots=True)
class KindLine:
    """What would come of one kind of records."""

    kind: str
    new: int
    changed: int
    deleted: int
    units: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One change as an example."""

    word: str
    """新, 改, 删, 并, 定."""
    text: str
    person: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole page."""

    head: str
    packages: tuple[PackageLine, ...]
    kinds: tuple[KindLine, ...]
    samples: tuple[Sample, ...]
    notes: tuple[str, ...] = ()
    """Gaps, forks, and what will stand there twice, a sentence each."""


class Preview(QWidget):
    """Enter takes in what is ✓ or ticked, Esc takes in nothing."""

    accepted = Signal(object)
    """frozenset[int]: lines that were ticked."""
    refused = Signal()
    passphrase_wanted = Signal()
    trust_wanted = Signal()
    """A signer's root is to be compared by phone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the page empty."""
        super().__init__(parent)
        self._shown = Shown("", (), (), ())
        self._batch = 0
        self._head = label("", "hint")
        self._leave = QPushButton(_("不接收  Esc"))
        self._leave.clicked.connect(self.refused)
        self._passphrase = QPushButton(_("输入包的口令…"))
        self._passphrase.clicked.connect(self.passphrase_wanted)
        self.trust = QPushButton(_("核对签名人…"))
        self.trust.clicked.connect(self.trust_wanted)
        self.accept = QPushButton()
        self.accept.setProperty("kind", "primary")
        self.accept.clicked.connect(self._accept)
        self.packages = Grid(
            _("包"),
            (
                Head(_("来自"), 220),
                Head(_("做于"), 132),
                Head(_("新"), 64, "right"),
                Head(_("改"), 64, "right"),
                Head(_("删"), 64, "right"),
                Head(_("并行修改"), 84, "right"),
                Head(_("待裁定"), 72, "right"),
                Head(_("结论")),
            ),
        )
        self.kinds = Grid(
            _("按种类和单位"),
            (
                Head(_("种类"), 100),
                Head(_("新"), 56, "right"),
                Head(_("改"), 56, "right"),
                Head(_("删"), 56, "right"),
                Head(_("主要单位")),
            ),
            framed=False,
        )
        self.samples = Grid(_("挑几条看看"), (Head("", 40), Head(""), Head("", 90)), framed=False)
        self._notes = label("", "hint", wrapped=True)
        self.verdict = label("", wrapped=True)
        self.verdict.hide()
        self._build()

    def _build(self) -> None:
        title = label(_("接收预览"), "title")
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        top.addWidget(title)
        top.addWidget(self._head, 1)
        top.addWidget(self._passphrase)
        top.addWidget(self.trust)
        top.addWidget(self._leave)
        top.addWidget(self.accept)
        inside = QWidget()
        inside.setMinimumWidth(theme.px(_LEAST_WIDTH))
        body = QVBoxLayout(inside)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme.px(8))
        body.addWidget(self.packages, 3)
        body.addWidget(self.verdict)
        body.addLayout(self._below(), 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(12), theme.px(12), theme.px(12))
        layout.setSpacing(theme.px(8))
        layout.addLayout(top)
        layout.addWidget(scrolled(inside), 1)
        self.packages.opened.connect(self._accept)
        self.packages.spaced.connect(self._turn)
        self.packages.ticked.connect(self._count)
        self.packages.currentCellChanged.connect(self._tell_current)
        self.packages.horizontalHeader().sectionResized.connect(self._tell_current)
        for grid in (self.kinds, self.samples):
            grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.refused)

    def _below(self) -> QHBoxLayout:
        """What would come of it by kind, and some examples."""
        below = QHBoxLayout()
        below.setSpacing(theme.px(8))
        by_kind = Card(_("按种类和单位"))
        by_kind.body.addWidget(self.kinds, 1)
        samples = Card(_("挑几条看看"))
        for card in (by_kind, samples):
            card.setMinimumHeight(theme.px(_BELOW_PX))
        below.addWidget(by_kind, 1)
        self._other = QPushButton(_("换一批  空格"))
        self._other.setProperty("kind", "link")
        self._other.clicked.connect(self._turn)
        samples.corner.addWidget(self._other)
        self.samples.horizontalHeader().hide()
        samples.body.addWidget(self.samples, 1)
        samples.body.addWidget(self._notes)
        samples.body.addWidget(
            label(_("接收前自动备份；几天后也能整包撤回。"), "hint", wrapped=True)
        )
        below.addWidget(samples, 1)
        return below

    def show_plan(self, shown: Shown, *, locked: bool, unknown: bool = False) -> None:
        """Show what would be taken in.

        Args:
            shown: the page in words.
            locked: some package wants a passphrase.
            unknown: some signer's root was never compared.
        """
        self._shown, self._batch = shown, 0
        self._head.setText(shown.head)
        self._passphrase.setVisible(locked)
        self.trust.setVisible(unknown)
        self.packages.fill([_package_row(line) for line in shown.packages])
        self.packages.setMaximumHeight(self.packages.whole_height())
        self.packages.setMinimumHeight(self.packages.whole_height(_LEAST_LINES_IN_VIEW))
        self.kinds.fill([_kind_row(line) for line in shown.kinds])
        self._notes.setText("\n".join(shown.notes))
        self._notes.setVisible(bool(shown.notes))
        self._other.setVisible(len(shown.samples) > _SAMPLES)
        self._show_samples()
        self._count()
        if shown.packages:
            self.packages.setCurrentCell(0, 1)
        self._tell_current()
        self.packages.setFocus()

    def notes(self) -> str:
        """What is said of holes, forks, and of what stands there twice."""
        return self._notes.text()

    def ticked(self) -> frozenset[int]:
        """The lines that the person ticked."""
        lines = range(len(self._shown.packages))
        return frozenset(n for n in lines if self.packages.is_ticked(n))

    def count(self) -> int:
        """How many packages would be taken in now."""
        ticked = self.ticked()
        lines = enumerate(self._shown.packages)
        return sum(line.is_taken and (not line.asks or n in ticked) for n, line in lines)

    @Slot()
    def _count(self) -> None:
        count = self.count()
        self.accept.setText(
            _("接收 {count} 包并回写  Enter").format(count=count) if count else _("没有可接收的包")
        )
        self.accept.setEnabled(count > 0)

    @Slot()
    def _accept(self) -> None:
        if self.count():
            self.accepted.emit(self.ticked())

    @Slot()
    def _turn(self) -> None:
        self._batch += 1
        self._show_samples()

    @Slot()
    def _tell_current(self) -> None:
        """Say the current line's verdict below where its cell cuts it off."""
        place, last = self.packages.currentRow(), self.packages.columnCount() - 1
        item = self.packages.item(place, last) if place >= 0 else None
        text = item.text() if item is not None else ""
        room = self.packages.columnWidth(last) - theme.px(_CELL_PADDING)
        is_cut = self.packages.fontMetrics().horizontalAdvance(text) > room
        self.verdict.setText(text)
        self.verdict.setVisible(is_cut)

    def _show_samples(self) -> None:
        every = self._shown.samples
        first = self._batch * _SAMPLES % len(every) if every else 0
        some = every[first : first + _SAMPLES]
        tones = {_("新"): "done", _("删"): "late", _("定"): "wait"}
        self.samples.fill(
            [
                [Cell(s.word, tones.get(s.word, "accent")), Cell(s.text), Cell(s.person, "text2")]
                for s in some
            ]
        )


def _package_row(line: PackageLine) -> Sequence[Cell]:
    ticked = False if line.asks else None
    name = Cell(line.name, tip=line.tip or line.name, ticked=ticked)
    if line.numbers is None:
        numbers = [Cell("")] * 5
    else:
        tones = ("", "", "late" if line.numbers[2] else "", "", "wait" if line.numbers[4] else "")
        pairs = zip(line.numbers, tones, strict=True)
        numbers = [Cell(f"{n:,}", tone) for n, tone in pairs]
    return [name, Cell(line.made, "text2"), *numbers, Cell(line.verdict, line.tone, line.tip)]


def _kind_row(line: KindLine) -> Sequence[Cell]:
    numbers = [Cell(f"{n:,}") for n in (line.new, line.changed, line.deleted)]
    return [Cell(line.kind), *numbers, Cell(line.units, "text2")]
