"""意见: the list, what was joined into each, and how the four ratios stand below it."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QWidget

from models.kinds import Uid, Value
from services import opinions, solicitations, stats
from services.core import Changes, Row
from services.errors import AppError
from services.shares import percent_text
from services.words import _
from ui import errors, theme
from ui.asking import Asking, place_of
from ui.columns import named, worded
from ui.context import Context
from ui.formside import Plan
from ui.listform import ListForm
from ui.naming import Names
from ui.parts.cards import Card, give_role, label
from ui.parts.dialogs import Dialog, LongText
from ui.parts.rows import Column
from ui.subkinds import choose_sub_kind
from ui.tabs.opinions.voices import public_share, silence

_ALONE: dict[str, Value] = {"merged_into": None}
"""Opinions that stand for themselves: what was joined into another is counted there."""


def _plan(context: Context, counted: "Counted") -> Plan:
    def columns(names: Names) -> list[Column]:
        return [
            Column("text", _("意见（归纳）"), 0),
            Column("unit", _("单位"), 120, named(names, "unit")),
            Column("channel", _("渠道"), 72, worded(context, "opinion_channel", "channel")),
            Column("source", _("来自"), 80, worded(context, "categories", "source")),
            Column("nature", _("性质"), 56, worded(context, "opinion_nature", "nature")),
            Column("subject", _("对象"), 56, worded(context, "opinion_subject", "subject")),
            Column("voices", _("条数"), 56, counted.text, right=True),
            Column("problem", "→", 40, _arrow),
        ]

    return Plan(
        "opinion",
        columns,
        (
            (_("意见"), ("unit", "text", "channel", "source", "round")),
            (_("是什么意见"), ("nature", "subject", "whom", "specificity", "winds", "sub_kind")),
            (_("来处和去处"), ("origin", "interview", "quote", "merged_into", "problem")),
        ),
        _("没有意见也是情况：发表、座谈、开箱的次数记在 征求轮次"),
        _("+ 意见"),
        _("删除这条意见"),
        (
            ("channel", _("渠道"), "opinion_channel"),
            ("source", _("来自"), "categories"),
            ("nature", _("性质"), "opinion_nature"),
            ("specificity", _("表述"), "opinion_specificity"),
        ),
        always=_ALONE,
        together=("round", "source", "nature", "subject", "specificity", "winds"),
        flags=(("unsorted", _("未分类"), "nature", None),),
        fixed={"channel": "talk"},
    )


def _arrow(row: Row) -> str:
    return _("问") if row.values.get("problem") else ""


class Counted:
    """How many opinions each one stands for; asked for a page's rows at a time."""

    def __init__(self, context: Context) -> None:
        """Know nothing yet."""
        self._context = context
        self._counts: dict[Uid, int] = {}

    def forget(self) -> None:
        """Ask again from now on."""
        self._counts.clear()

    def text(self, row: Row) -> str:
        """The number, as the cell says it."""
        if row.uid not in self._counts and self._context.workspace is not None:
            self._counts |= opinions.counts(self._context.here(), {row.uid})
        return str(self._counts.get(row.uid, 1))


class JoinDialog(Dialog):
    """Asks for the wording of the item that several opinions become."""

    def __init__(self, texts: Sequence[str], parent: QWidget | None = None) -> None:
        """Offer the first text; show them all."""
        act = _("归并 {count} 条").format(count=len(texts))
        shown = "\n".join(f"· {text}" for text in texts[:_MOST_SHOWN])
        if len(texts) > _MOST_SHOWN:
            shown += "\n" + _("……共 {count} 条").format(count=len(texts))
        super().__init__(parent, act, shown, act)
        self.wording = LongText(_("归并后的文字"), texts[0] if texts else "")
        self.body.addWidget(label(_("归并后的文字（各条原话都留着）")))
        self.body.addWidget(self.wording)
        self.wording.selectAll()
        self.wording.setFocus()

    def problem(self) -> str:
        """Some wording is needed."""
        return "" if self.wording.text().strip() else _("请先填写")


_MOST_SHOWN = 8
_LOW = 440
"""Below this height only the list is shown."""


class HeardPage(ListForm):
    """意见 with 归并, 成问题 and the ratios."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it for the open workspace."""
        self._counted = Counted(context)
        self._has_ratios = False
        super().__init__(context, _plan(context, self._counted), parent)
        self.add_button(_("归并…"), self.join, "Ctrl+M")
        self.add_button(_("成问题…"), self.make_problem, "Ctrl+Shift+Return")
        self.add_new_button()
        self._lines: list[tuple[QLabel, QProgressBar, QLabel]] = []
        self.ratios = self._card()
        self.foot.addWidget(self.ratios)

    def _card(self) -> Card:
        card = Card(_("四多四少"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(2))
        for place in range(len(stats.PAIRS)):
            told, bar = label(), QProgressBar()
            bar.setTextVisible(False)
            bar.setFixedHeight(theme.px(8))
            share = label("", "hint")
            grid.addWidget(told, place, 0)
            grid.addWidget(bar, place, 1)
            grid.addWidget(share, place, 2)
            self._lines.append((told, bar, share))
        grid.setColumnStretch(1, 1)
        card.body.addLayout(grid)
        self._shares = [label(), label()]
        row = QHBoxLayout()
        row.setSpacing(theme.px(24))
        for shown in self._shares:
            row.addWidget(shown)
        row.addStretch(1)
        card.body.addLayout(row)
        return card

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        self._counted.forget()
        super().reload()
        self._show_ratios()

    def _show_ratios(self) -> None:
        if self._context.workspace is None:
            return
        scope = stats.Scope(self._context.units)
        pairs = stats.four_ratios(self._context.here(), scope)
        unsaid = pairs[0].unclassified if pairs else 0
        head = _("四多四少")
        if unsaid:
            head = _("四多四少（未分类 {count} 条另计）").format(count=unsaid)
        self.ratios.head.setText(head)
        for line, pair in zip(self._lines, pairs, strict=False):
            told, bar, share = line
            whole = pair.left_count + pair.right_count
            names = f"{pair.left} {pair.left_count} : {pair.right} {pair.right_count}"
            told.setText(names)
            bar.setRange(0, max(whole, 1))
            bar.setValue(pair.left_count)
            bar.setAccessibleName(names)
            share.setText(percent_text(pair.left_count, whole) if whole else "—")
        for told, bar, share in self._lines[len(pairs) :]:
            for widget in (told, bar, share):
                widget.hide()
        self._show_voices()
        self._has_ratios = any(p.left_count + p.right_count for p in pairs)
        self._place_ratios()

    def _place_ratios(self) -> None:
        """On a low screen the list needs the room."""
        self.ratios.setVisible(self._has_ratios and self.height() >= theme.px(_LOW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the ratios their room or take it away."""
        super().resizeEvent(event)
        self._place_ratios()

    def _show_voices(self) -> None:
        here = self._context.here()
        voices = solicitations.voices(here, self._context.units)
        sentences = (public_share(here, voices), silence(voices))
        for shown, said in zip(self._shares, sentences, strict=True):
            shown.setVisible(said is not None)
            if said is not None:
                shown.setText(said[0])
                give_role(shown, said[1])

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if "opinion" in changes.kinds:
            self._counted.forget()
            if self.isVisible():
                self._show_ratios()
        super()._take_changes(changes)

    @Slot(object)
    def _take_units(self, units: frozenset[Uid]) -> None:
        super()._take_units(units)
        if self.isVisible():
            self._show_ratios()

    @Slot()
    def join(self) -> None:
        """Make one item of the selected opinions, after asking for its wording."""
        rows = self.rows.selected(opinions.MOST + 1)
        dialog = JoinDialog([str(row.values.get("text") or "") for row in rows], self)
        if len(rows) < opinions.LEAST:
            errors.tell(self, _("先在清单里按住 Ctrl 或 Shift 选中几条相近的意见"))
            return
        uids = [row.uid for row in rows]
        Asking(self._context, place_of("join", uids), dialog, {"text": dialog.wording})
        if dialog.exec() != Dialog.DialogCode.Accepted:
            return
        try:
            master = opinions.join(self._context.here(), uids, dialog.wording.text())
        except AppError as failure:
            errors.show(self, failure)
            return
        self._context.announce(opinions.changes_of(rows))
        self.rows.select(master)

    @Slot()
    def make_problem(self) -> None:
        """Make a clue of the opinion in view; both lead to each other."""
        row = self.rows.current()
        if row is None or row.values.get("problem"):
            return
        text = str(row.values.get("text") or "")
        chosen = choose_sub_kind(self._context, text, self)
        if chosen is None:
            return
        try:
            _uid, changes = opinions.to_problem(self._context.here(), row, *chosen)
        except AppError as failure:
            errors.show(self, failure)
            return
        self._context.announce(changes)
