"""待裁定: what waits for a decision at the left, the decision at the right."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSplitter, QVBoxLayout, QWidget

from services import conflicts, words
from services.conflicts import Decided, Settled, Waiting
from services.errors import AppError
from services.words import _
from ui import errors, theme
from ui.asking import ask_reason
from ui.context import Context
from ui.parts.cards import label
from ui.parts.deciding import DecidingView, Decision
from ui.parts.grid import Cell, Grid, Head
from ui.settling import views_for
from ui.tabs.exchange.findings_card import FindingsCard
from ui.tabs.exchange.sealed_bar import SealedBar
from ui.tabs.exchange.words import moment

_SIZES = (430, 710)


class ConflictsPage(QWidget):
    """Follows what is decided: the next one comes up by itself."""

    counted = Signal(int)
    """How many wait now."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build the page; it fills with `reload`."""
        super().__init__(parent)
        self._context = context
        self._waiting: tuple[Waiting, ...] = ()
        self._settled: tuple[Settled, ...] = ()
        self.list = Grid(_("待裁定"), (Head(_("哪一条")), Head(_("谁和谁"), 130), Head("", 80)))
        self.decided = Grid(
            _("已裁定"), (Head(_("已裁定")), Head(_("谁定的"), 80), Head(_("什么时候"), 90))
        )
        self.decided.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.view = DecidingView()
        self.findings = FindingsCard(context)
        self.sealed = SealedBar(context)
        self._told = label("", "hint", wrapped=True)
        self._show_decided = QPushButton()
        self._show_decided.setProperty("kind", "link")
        self._show_decided.setCheckable(True)
        self.hand_back = QPushButton(_("交还作者定…"))
        self.alike = QPushButton(_("同类一起定"))
        self._menu = QMenu(self.alike)
        self._build()

    def _build(self) -> None:
        self.alike.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.hand_back.clicked.connect(self._hand_back)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self._told, 1)
        row.addWidget(self.sealed, 2)
        row.addWidget(self.hand_back)
        row.addWidget(self.alike)
        self._left = left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(self.list, 2)
        column.addWidget(self._show_decided, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.decided, 1)
        self.decided.hide()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.view)
        split.setChildrenCollapsible(False)
        split.setSizes([theme.px(size) for size in _SIZES])
        split.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(12))
        layout.setSpacing(theme.px(8))
        layout.addLayout(row)
        layout.addWidget(split, 1)
        layout.addWidget(self.findings)
        self.list.currentCellChanged.connect(self._show_current)
        self.view.decided.connect(self._decide)
        self.view.postponed.connect(self._postpone)
        self.sealed.turned.connect(self._take_sealed)
        self._show_decided.toggled.connect(self.decided.setVisible)

    @Slot()
    def reload(self) -> None:
        """Show what waits now; the current one stays while it waits."""
        here = self._context.here()
        shown = self.view.waiting()
        self.sealed.reload()
        self._waiting = (*self.sealed.waiting(), *conflicts.queue(here))
        self._settled = conflicts.resolved(here)
        self.list.blockSignals(True)
        self.list.fill([_row(one) for one in self._waiting])
        ids = [one.id for one in self._waiting]
        place = ids.index(shown.id) if shown is not None and shown.id in ids else 0
        if ids:
            self.list.setCurrentCell(place, 0)
        self.list.blockSignals(False)
        self.decided.fill([_settled_row(one) for one in self._settled])
        count = len(self._settled)
        self._show_decided.setText(_("已裁定 {count}").format(count=count))
        self._show_decided.setVisible(bool(count))
        self.decided.setVisible(bool(count) and self._show_decided.isChecked())
        for button in (self.hand_back, self.alike):
            button.setVisible(bool(ids))
        self.list.setVisible(bool(ids))
        self._left.setVisible(bool(ids) or bool(count))
        self._show_waiting(self._waiting[place] if ids else None)
        if self.isVisible():
            self.findings.reload()
        self.counted.emit(len(ids))

    @Slot()
    def _take_sealed(self) -> None:
        """Names were opened, or are shut: then nothing of them stays on the screen."""
        if self._context.workspace is None:
            self.view.clear()
            self.list.fill([])
            return
        self.reload()
        if self.sealed.waiting():
            # Whoever opened them wants to see them first.
            self.list.setCurrentCell(0, 0)

    def showEvent(self, event: QShowEvent) -> None:
        """What else there is to look at is looked for when somebody can see it."""
        super().showEvent(event)
        self.findings.reload()

    def count(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def _show_waiting(self, waiting: Waiting | None) -> None:
        shown = self.view.waiting()
        if waiting is None:
            self.view.clear()
        elif shown is None or shown.seen != waiting.seen or shown.id != waiting.id:
            # The same one is left alone: something may have been typed into it.
            self.view.show_waiting(waiting, views_for(self._context, waiting))

    @Slot()
    def _show_current(self) -> None:
        place = self.list.currentRow()
        if 0 <= place < len(self._waiting):
            self._show_waiting(self._waiting[place])

    @Slot(object)
    def _decide(self, decision: Decision) -> None:
        here = self._context.here()
        if decision.take is None:
            act = partial(conflicts.write, here, decision.waiting, decision.value, decision.reason)
        else:
            act = partial(conflicts.take, here, decision.waiting, decision.take, decision.reason)
        self._settle(act)

    def _settle(self, act: Callable[[], Decided]) -> None:
        try:
            decided = act()
        except AppError as failure:
            self.view.tell(words.error(failure))
            return
        self._told.setText(
            _("✓ 已裁定 {count} 处。两份都留底，随时可改回。").format(count=len(decided.change_ids))
        )
        self._context.announce(decided.changes)
        self.reload()
        self.list.setFocus()

    @Slot()
    def _postpone(self) -> None:
        """To the next one; this one keeps waiting."""
        if self._waiting:
            self.list.setCurrentCell((self.list.currentRow() + 1) % len(self._waiting), 0)

    @Slot()
    def _fill_menu(self) -> None:
        """Whose values may stand in all conflicts like the current one."""
        self._menu.clear()
        waiting = self.view.waiting()
        if waiting is None:
            return
        same = conflicts.alike(self._waiting, waiting)
        for person in {c.actor: c for c in waiting.candidates}.values():
            text = _("{count} 处「{field}」都用{name}的").format(
                count=len(same), field=waiting.label, name=person.actor_name
            )
            action = self._menu.addAction(text)
            act = partial(conflicts.settle_alike, self._context.here(), same, person.actor)
            action.triggered.connect(partial(self._settle_alike, act))

    def _settle_alike(self, act: Callable[[], Decided], _checked: bool = False) -> None:
        self._settle(act)

    @Slot()
    def _hand_back(self) -> None:
        waiting = self.view.waiting()
        if waiting is None:
            return
        same = conflicts.alike(self._waiting, waiting)
        title = _("交还作者定：{count} 处，下次送出时带给他们").format(count=len(same))
        reason = ask_reason(self._context, [waiting.uid], self, title, _("交还"))
        if reason is None:
            return
        try:
            changes = conflicts.hand_back(self._context.here(), same, reason)
        except AppError as failure:
            errors.show(self, failure)
            return
        self._context.announce(changes)
        self.reload()
        self._told.setText(_("✓ 已交还 {count} 处，下次送出时带给作者").format(count=len(same)))

    def told(self) -> str:
        """What was done last."""
        return self._told.text()


def _row(waiting: Waiting) -> list[Cell]:
    people = " ⇄ ".join(dict.fromkeys(c.actor_name for c in waiting.candidates))
    newest = max(c.at for c in waiting.candidates)
    what = " · ".join(part for part in (waiting.name, waiting.label) if part)
    told = _("{kind} {what}").format(kind=words.kind(waiting.kind), what=what)
    tone = "" if waiting.is_asked else "text2"
    place = f"{told}\n{waiting.unit_name}".strip()
    return [Cell(told, tone, place), Cell(people, "text2"), Cell(moment(newest), "text2")]


def _settled_row(settled: Settled) -> list[Cell]:
    told = _("{kind} {what}").format(
        kind=words.kind(settled.kind), what=f"{settled.name} · {settled.label}：{settled.words}"
    )
    return [Cell(told), Cell(settled.actor_name, "text2"), Cell(moment(settled.at), "text2")]
