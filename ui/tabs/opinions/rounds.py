"""征求轮次: the rounds of a unit as cards beside each other, and what was done to hear people."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QWidget

from models.kinds import Uid
from services import solicitations
from services.core import Changes, Row
from services.errors import AppError
from services.shares import percent_text
from services.solicitations import Round
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.listform import ListForm
from ui.naming import day, word
from ui.parts.cards import Card, label, scrolled
from ui.parts.dialogs import Dialog
from ui.tabs.opinions import plans
from ui.tabs.opinions.voices import public_share, silence
from ui.tabs.opinions.vote import VoteDialog

_SEEN = frozenset({"solicitation", "outreach", "opinion", "interview", "unit"})
_CARD_PX, _WIDEST_PX = 216, 320


class RoundsPage(ListForm):
    """All units: the list, and the cards of the current row's unit. One unit: its cards alone."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it for the open workspace."""
        super().__init__(context, plans.rounds(context), parent)
        self.cards: list[Card] = []
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(8))
        self._area = scrolled(inside)
        self._area.setMinimumHeight(theme.px(240))
        self.foot.addWidget(self._area, 2)
        self.add_button(_("印发意见汇总…"), self.print_summary)
        self.add_button(_("录群众评议…"), self.enter_votes)
        self.rows.current_changed.connect(self._show_cards)

    def unit(self) -> Uid | None:
        """The unit whose rounds are shown as cards."""
        units = self._context.units
        if len(units) == 1:
            return next(iter(units))
        row = self.rows.current() or self.rows.model.row(0)
        found = row.values.get("unit") if row is not None else None
        return Uid(found) if isinstance(found, str) else None

    @Slot()
    def reload(self) -> None:
        """Show what is stored now."""
        super().reload()
        self._show_cards()

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        super()._take_changes(changes)
        if changes.kinds & _SEEN and self._context.workspace is not None and self.isVisible():
            self._show_cards()

    @Slot(object)
    def _take_units(self, units: frozenset[Uid]) -> None:
        super()._take_units(units)
        if self.isVisible():
            self._show_cards()

    @Slot()
    def _show_cards(self) -> None:
        unit = self.unit() if self._context.workspace is not None else None
        found = solicitations.rounds(self._context.here(), unit) if unit is not None else ()
        _empty(self._row)
        self.cards = [self._card(one, last=one is found[-1]) for one in found]
        for card in self.cards:
            self._row.addWidget(card)
        if found:
            self._row.addWidget(self._outings([row for one in found for row in one.outreach]))
        self._row.addStretch(1)
        self._area.setVisible(bool(found))
        self.rows.setHidden(bool(found) and len(self._context.units) == 1)

    def _card(self, one: Round, *, last: bool) -> Card:
        card = _narrow(Card(_("第{n}轮").format(n=one.n)))
        card.corner.addWidget(_link(_("打开"), partial(self._open, one.row.uid)))
        for text, role in self._lines(one):
            card.body.addWidget(label(text, role, wrapped=True))
        card.body.addStretch(1)
        if last and one.lacking:
            text = _("开第{n}轮").format(n=one.n + 1)
            card.body.addWidget(_link(text, self.open_next, kind=""))
        return card

    def _lines(self, one: Round) -> Sequence[tuple[str, str]]:
        """What a card says: (sentence, role)."""
        values, voices = one.row.values, one.voices
        here = self._context.here()
        sent = _("发出 {issued}　收回 {returned}").format(
            issued=_shown(values.get("issued")), returned=_shown(values.get("returned"))
        )
        lines = [(sent, "")]
        returned = values.get("returned")
        if isinstance(returned, int) and returned:
            unsaid = sum(int(str(values.get(n) or 0)) for n in ("blank", "none_written"))
            told = _("白卷或写“无” {count}（{share}）")
            lines.append((told.format(count=unsaid, share=percent_text(unsaid, returned)), ""))
        ways = values.get("ways")
        if isinstance(ways, list) and ways:
            lines.append(("、".join(word(self._context, "outreach_way", w) for w in ways), "hint"))
        told = _("意见 {count} 条（归并后 {masters}）")
        lines.append((told.format(count=voices.opinions, masters=voices.masters), ""))
        lines += [line for line in (public_share(here, voices), silence(voices)) if line]
        return [*lines, ("", ""), *self._votes(one)]

    def _votes(self, one: Round) -> Sequence[tuple[str, str]]:
        values = one.row.values
        cast = values.get("votes_cast")
        if not isinstance(cast, int) or not cast:
            return [(_("群众评议　未做"), "hint")]
        names = {
            "votes_enough": _("够"), "votes_accurate": _("准"),
            "votes_focused": _("聚焦"), "votes_satisfied": _("满意"),
        }  # fmt: skip
        shares = [
            f"{title} {percent_text(count, cast)}"
            for name, title in names.items()
            if isinstance(count := values.get(name), int)
        ]
        verdict = values.get("verdict")
        said = verdict if isinstance(verdict, list) else []
        ends = "、".join(word(self._context, "solicitation_verdict", v) for v in said)
        role = "wait" if one.lacking else "good"
        head = _("群众评议　票 {count}").format(count=cast)
        return [
            (head, ""), ("　".join(shares), ""),
            *([(_("结论　{verdict}").format(verdict=ends), role)] if ends else []),
        ]  # fmt: skip

    def _outings(self, rows: Sequence[Row]) -> Card:
        card = _narrow(Card(_("听取意见活动")))
        for row in rows:
            values = row.values
            way = word(self._context, "outreach_way", values.get("way"))
            card.body.addWidget(label(f"{way}　{day(values.get('date'))}"))
            people, opinions = plans.of_people(row), values.get("opinions")
            told = _("意见 {count} 条").format(count=_shown(opinions))
            hollow = opinions == 0 or (values.get("people") and not values.get("public_people"))
            text = "　".join(part for part in (people, told) if part)
            card.body.addWidget(label(text, "wait" if hollow else "hint", wrapped=True))
        if not rows:
            text = _("还没有记。座谈、开箱、走访，一条没听到也记在 听取活动")
            card.body.addWidget(label(text, "hint", wrapped=True))
        card.body.addStretch(1)
        return card

    def _open(self, uid: Uid) -> None:
        """The form of a round beside the cards."""
        if not self.rows.select(uid):
            self.side.show_record(uid)
        row = self.rows.current()
        if row is not None:
            self.open_row(row)

    @Slot()
    def open_next(self) -> None:
        """Open the round that the verdict of the last one asks for."""
        unit = self.unit()
        if unit is None:
            return
        try:
            uid, changes = solicitations.open_next(self._context.here(), unit)
        except AppError as failure:
            errors.show(self, failure)
            return
        self._context.announce(changes)
        self._open(uid)

    def _chosen(self) -> Round | None:
        """The round in view, else the unit's last one."""
        unit = self.unit()
        found = solicitations.rounds(self._context.here(), unit) if unit is not None else ()
        row = self.side.editor.row
        shown = next((one for one in found if row is not None and one.row.uid == row.uid), None)
        return shown or (found[-1] if found else None)

    @Slot()
    def enter_votes(self) -> None:
        """Enter how the public voted on the summary of a round."""
        one = self._chosen()
        if one is None:
            errors.tell(self, _("先记一轮征求意见，再录群众评议"))
            return
        dialog = VoteDialog(self._context, one, self)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def print_summary(self) -> None:
        """Make the summary that is printed for comment, after what is still verbatim was told."""
        unit = self.unit()
        if unit is None:
            errors.tell(self, _("先在左边选一个单位"))
            return
        said = solicitations.verbatim(self._context.here(), unit)
        if said:
            dialog = VerbatimDialog(said, self)
            accepted = dialog.exec() == Dialog.DialogCode.Accepted
            anyway = dialog.anyway
            dialog.deleteLater()
            if accepted:
                self._context.record_wanted.emit("opinion", said[0].uid)
            if not anyway:
                return
        self._context.document_wanted.emit("opinions", unit)


class VerbatimDialog(Dialog):
    """Tells which opinions still stand in somebody's own words: a unit knows its people."""

    def __init__(self, rows: Sequence[Row], parent: QWidget | None = None) -> None:
        """List them; rewording comes first, printing anyway is possible."""
        text = _("有 {count} 条意见还是谈话原话。单位一看就可能知道是谁说的，先改写再印发：")
        super().__init__(parent, _("印发意见汇总"), text.format(count=len(rows)), _("先去改写"))
        self.anyway = False
        """Whether the summary is made with these words in it."""
        shown = [f"· {row.values.get('text')}" for row in rows[:_MOST_SHOWN]]
        if len(rows) > _MOST_SHOWN:
            shown.append(_("……共 {count} 条").format(count=len(rows)))
        self.body.addWidget(label("\n".join(shown), wrapped=True))
        other = QPushButton(_("照样做汇总"))
        other.setAutoDefault(False)
        other.clicked.connect(self._go_on)
        self.buttons.insertWidget(0, other)

    @Slot()
    def _go_on(self) -> None:
        self.anyway = True
        self.reject()


_MOST_SHOWN = 8


def _link(text: str, slot: Callable[[], None], kind: str = "link") -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    if kind:
        button.setProperty("kind", kind)
    button.clicked.connect(partial(_without_state, slot))
    return button


def _without_state(slot: Callable[[], None], _checked: bool = False) -> None:
    slot()


def _narrow(card: Card) -> Card:
    card.setMinimumWidth(theme.px(_CARD_PX))
    card.setMaximumWidth(theme.px(_WIDEST_PX))
    return card


def _shown(value: object) -> str:
    return str(value) if isinstance(value, int) else "—"


def _empty(row: QLayout) -> None:
    while (item := row.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
