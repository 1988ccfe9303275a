"""送与收: sticks at the left, receivers at the right, below them whose days have come."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import Role
from services import words
from services.exchange import Found, Look, Plugged, Standing
from services.package import Preset, Written
from services.receipts import Reception
from services.words import _
from ui import theme
from ui.parts.cards import label
from ui.tabs.exchange.map_card import MapCard
from ui.tabs.exchange.sending_card import SendingCard, Way
from ui.tabs.exchange.taking_card import StickLine, TakingCard
from ui.tabs.exchange.words import moment, reason, size


class Home(QWidget):
    """Three cards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the cards empty."""
        super().__init__(parent)
        self._received = ""
        self.taking = TakingCard()
        self.sending = SendingCard()
        self.map = MapCard(_("人员 / 电脑"))
        self._told = label("", "good", wrapped=True)
        self._told.hide()
        above = QHBoxLayout()
        above.setSpacing(theme.px(8))
        above.addWidget(self.taking, 1)
        above.addWidget(self.sending, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(12))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._told)
        layout.addLayout(above, 1)
        layout.addWidget(self.map)

    def tell(self, sentence: str) -> None:
        """Say what was just done; nothing hides the line."""
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))

    def told(self) -> str:
        """What was just done."""
        return self._told.text()

    def show_reception(self, reception: Reception) -> None:
        """Show from now on what the office has of this file."""
        self._received = ""
        if reception.at is not None:
            told = _("办公室已接收 {received} / {changes} 条（{when}）")
            self._received = told.format(
                received=f"{reception.received:,}",
                changes=f"{reception.changes:,}",
                when=moment(reception.at),
            )

    def show_ways(self, last: Mapping[Preset, datetime], role: Role) -> None:
        """Show who gets packages, and when they got the last one."""
        group = Way("group", _("给组员"), _("送出…"), _last(last.get(Preset.GROUP)))
        sent = _last(last.get(Preset.OFFICE))
        office = Way("office", _("报办公室"), _("报送…"), sent, self._received)
        archive = Way("archive", _("归档移交"), _("移交…"), _("活动结束时"))
        join = Way("join", _("入组包"), _("做入组包…"), _("给新来的组员"))
        issue = Way("issue", _("下发"), _("下发…"), _("每组一包，只含本组单位"))
        ways = [group, issue if role is Role.OFFICE else office]
        if role is not Role.MEMBER:
            ways.append(join)
        self.sending.show_ways([*ways, archive])

    def show_look(self, look: Look, *, others: bool) -> None:
        """Show what is plugged in."""
        lines = [stick_line(plugged) for plugged in look.sticks]
        self.taking.show_lines(lines, len(look.fresh), others=others)


def _last(at: datetime | None) -> str:
    return _("上次 {when}").format(when=moment(at)) if at is not None else _("还没有送过")


def sent_sentence(written: Written, folder: Path, passphrase: str) -> str:
    """What lies where now, and the passphrase that opens it, if one does."""
    names = "、".join(parcel.path.name for parcel in written.parcels)
    told = _("✓ 已写到 {folder} 并读回核对：{names}，{size}。可安全拔出。")
    total = sum(parcel.size_bytes for parcel in written.parcels)
    sentence = told.format(folder=folder, names=names, size=size(total))
    return sentence + spoken(passphrase)


def spoken(passphrase: str) -> str:
    """What to do with a passphrase; nothing where there is none."""
    told = _("口令 {passphrase}，在电话里告诉对方。")
    return told.format(passphrase=passphrase) if passphrase else ""


def stick_line(plugged: Plugged) -> StickLine:
    """One stick in words: whose, and what is new on it."""
    stick, owner = plugged.stick, plugged.owner
    name = stick.label
    if stick.is_removable:
        name = _("U盘 {label}").format(label=stick.label)
    if owner and owner not in stick.label:
        name = f"{name}  {owner}"
    if plugged.failure is not None:
        return StickLine(name, words.error(plugged.failure), "late", str(stick.path))
    tip = "\n".join([str(stick.path), *(_of(found) for found in plugged.found)])
    count = len(plugged.fresh)
    broken = sum(found.standing is Standing.UNREADABLE for found in plugged.found)
    if count:
        text = _("✓ 新 {count} 包").format(count=count)
        if broken:
            text += _("，另有 {count} 包读不出").format(count=broken)
        return StickLine(name, text, "wait" if broken else "good", tip)
    if broken:
        bad = next(f for f in plugged.found if f.standing is Standing.UNREADABLE)
        why = reason(bad.failure, bad.file.path.name) if bad.failure is not None else ""
        told = _("✗ {name}：{why}").format(name=bad.file.path.name, why=why)
        return StickLine(name, told, "late", tip)
    if any(found.standing in (Standing.KNOWN, Standing.UNDONE) for found in plugged.found):
        return StickLine(name, _("没有新的，以前的都接收过"), "hint", tip)
    if any(found.standing is Standing.OWN for found in plugged.found):
        return StickLine(name, _("只有本机送出的包"), "hint", tip)
    return StickLine(name, _("没有数据包"), "hint", tip)


def _of(found: Found) -> str:
    said = {
        Standing.NEW: _("新"),
        Standing.KNOWN: _("已接收"),
        Standing.UNDONE: _("已撤回"),
        Standing.OWN: _("本机送出"),
        Standing.JOIN: _("入组包"),
        Standing.LOCKED: _("要口令"),
        Standing.UNREADABLE: _("读不出"),
    }
    return f"{found.file.path.name}  {said[found.standing]}"
