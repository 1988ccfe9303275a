"""收齐情况 in words: marks for days, and a sentence for each hole."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog

from models.kinds import Role
from services import collected, merge, receipts, words
from services.collected import Cell as Day
from services.collected import Collected, Laptop, Line, Missing, State, Why
from services.core import Progress
from services.errors import AppError, Cancelled
from services.merge import Forced
from services.receipts import Reception
from services.words import _
from services.workspace import Workspace
from ui import errors
from ui.asking import Asking
from ui.context import Context
from ui.parts.dialogs import Entry, ValuesDialog
from ui.parts.grid import Cell
from ui.tabs.exchange.map_card import MapCard, MapLine
from ui.tabs.exchange.words import moment, run

DAYS = 9
"""Days that the map shows, today included."""
_MOST_TOLD = 12
_MOST_IN_SHORT = 3


class Collecting(QObject):
    """Reads the map on the worker thread and shows it on cards."""

    read = Signal()
    """The map is there, or cannot be read."""
    received = Signal(object)
    """`services.receipts.Reception`: what the office has of this file; not in the office's own."""

    forced = Signal(str)
    """What was written although something is missing, in a sentence."""

    def __init__(self, context: Context, short: MapCard, whole: MapCard) -> None:
        """Show the map on `short` with the most pressing sentences, on `whole` with all."""
        super().__init__(whole)
        self._context = context
        self._short, self._whole = short, whole
        for card in (short, whole):
            card.force_wanted.connect(self.force)
        self._reading = False
        self._again = False

    @Slot()
    def reload(self) -> None:
        """Read the map anew."""
        if self._context.workspace is None:
            return
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        here = self._context.here()
        days = tuple(here.today() - timedelta(days=n) for n in reversed(range(DAYS)))
        work = partial(_collect, here, days)
        self._context.jobs.run(_("清点收齐情况"), work, self._show, self._failed)

    def _show(self, both: tuple[Collected, Reception | None]) -> None:
        found, reception = both
        self._reading = False
        if self._again:
            self.reload()
            return
        if reception is not None:
            self.received.emit(reception)
        lines = [map_line(line) for line in found.lines]
        told = list(sentences(found))
        may_force = self._context.here().role() is not Role.MEMBER and any(
            one.why is Why.GAP for one in found.missing
        )
        heard = any(line.laptop is None or not line.laptop.is_own for line in found.lines)
        # What waits may be all that came of a laptop: who it is waits with it.
        heard = heard or bool(found.missing) or bool(found.twins)
        is_office = self._context.here().role() is Role.OFFICE
        first = _("组 / 单位") if is_office else _("人员 / 电脑")
        for card, most in ((self._short, _MOST_IN_SHORT), (self._whole, _MOST_TOLD)):
            card.name_first(first, wide=is_office)
            days = [str(day.day) for day in found.days]
            rest = [_("等 {count} 条").format(count=len(told))] if len(told) > most else []
            if heard:
                card.show_map(_period(found.days), days, lines, [*told[:most], *rest])
            else:
                card.show_map("", (), (), ())
            card.offer_force(may_force)
        self.read.emit()

    @Slot()
    def force(self) -> None:
        """Ask why, then let count what waits behind the holes."""
        text = _(
            "请先请对方再送一次，缺的多半还在。实在找不回来时，先收着的内容以您的名义写入，"
            "立刻生效；缺的以后到了，一样的自己合上，不一样的进“待裁定”。"
        )
        entry = Entry("reason", _("为什么"), long=True)
        dialog = ValuesDialog(self._whole, _("强行生效"), _("强行生效"), [entry], text=text)
        Asking(self._context, "force", dialog, dialog.inputs())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            work = partial(_force, self._context.here(), dialog.values()["reason"])
            self._context.jobs.run(_("强行生效"), work, self._forced, self._not_forced)

    def _forced(self, forced: Forced) -> None:
        self._context.announce(forced.changes)
        self.forced.emit(_("✓ 已写入 {count} 条，记了理由").format(count=f"{forced.rows:,}"))
        self.reload()

    def _not_forced(self, failure: AppError) -> None:
        if not isinstance(failure, Cancelled):
            errors.show(self._whole, failure)

    def _failed(self, _failure: AppError) -> None:
        """A map that could not be read stays as it was; the next change reads it anew."""
        self._reading = False
        self.read.emit()


def _force(workspace: Workspace, reason: str, progress: Progress) -> Forced:
    return merge.force_waiting(workspace, reason, progress)


def _collect(
    workspace: Workspace, days: tuple[date, ...], _progress: Progress
) -> tuple[Collected, Reception | None]:
    if workspace.role() is Role.OFFICE:
        return collected.of_groups(workspace, days), None
    return collected.of_group(workspace, days), receipts.received(workspace)


def _period(days: tuple[date, ...]) -> str:
    return _("{first}—{last}").format(first=_day(days[0]), last=_day(days[-1]))


def _day(day: date) -> str:
    return words.date(day.isoformat())


def map_line(line: Line) -> MapLine:
    """One line of the map in words."""
    name = f"{line.group_name}  {line.unit_name}".strip()
    if line.laptop is not None:
        name = _who(line.laptop)
        if line.laptop.is_own:
            name = _("{name}（本机）").format(name=name)
    last = moment(line.heard_at) if line.heard_at is not None else "—"
    return MapLine(name, [_mark(cell) for cell in line.cells], last)


def _mark(cell: Day) -> Cell:
    if cell.state is State.ALL:
        return Cell("✓", "done", _("{count} 条").format(count=f"{cell.changes:,}"))
    if cell.state is State.MISSING:
        return Cell(_("缺"), "late", _("缺 {count} 条").format(count=f"{cell.missing:,}"))
    if cell.state is State.AWAITED:
        return Cell(_("未到"), "wait", _("这天以后还没有收到"))
    return Cell(_("休"), "text2", _("这天没有写"))


def _who(laptop: Laptop | None) -> str:
    if laptop is None:
        return _("不认识的电脑")
    return f"{laptop.letter} {laptop.name}".strip()


def sentences(found: Collected) -> Iterable[str]:
    """What is to be done about the map: missing ones first, then those not heard of."""
    together = _together(found.missing)
    for (laptop, why), some in together.items():
        # Whoever sends what makes the hole sends what else is theirs with it.
        is_theirs = laptop is not None and {one.told_by for one in some} == {laptop.name}
        if why is Why.GAP or not (is_theirs and (laptop, Why.GAP) in together):
            yield _missing(laptop, why, some)
    today = found.days[-1]
    for line in found.lines:
        if line.laptop is None or line.laptop.is_own:
            continue
        if line.heard_at is None:
            yield _("未到 {name}：还没有收到过。").format(name=_who(line.laptop))
        elif (since := line.heard_at.astimezone().date() + timedelta(days=1)) <= today:
            yield _("未到 {name} {day}起。").format(name=_who(line.laptop), day=_day(since))
    for twin in found.twins:
        text = _("{name} 的文件在两台电脑上写：两边都保留，请收起一份。")
        yield text.format(name=_who(twin))


def _together(missing: Iterable[Missing]) -> dict[tuple[Laptop | None, Why], list[Missing]]:
    found: dict[tuple[Laptop | None, Why], list[Missing]] = {}
    for one in missing:
        found.setdefault((one.laptop, one.why), []).append(one)
    return found


def _missing(laptop: Laptop | None, why: Why, some: list[Missing]) -> str:
    days = sorted(d for one in some for d in (one.from_day, one.to_day) if d is not None)
    when = ""
    if days:
        when = _day(days[0]) if days[0] == days[-1] else f"{_day(days[0])}—{_day(days[-1])}"
    count = _("{count} 条").format(count=f"{sum(one.changes for one in some):,}")
    if len(some) == 1:
        count = run(some[0].first, some[0].last)
    if why is Why.GAP:
        text = _("缺 {name} {when} {count}（后面的先收着，不生效；强行生效要写理由）。请再送一次。")
        return text.format(name=_who(laptop), when=when, count=count)
    tellers = "、".join(dict.fromkeys(one.told_by for one in some if one.told_by))
    if laptop is not None and tellers == laptop.name:
        text = _("缺 {name} {when} {count}：还没有送来。请再送一次。")
        return text.format(name=_who(laptop), when=when, count=count)
    text = _("缺 {name} {when} {count}：{teller}那里有。请再送一次。")
    return text.format(name=_who(laptop), when=when, count=count, teller=tellers)
