"""送与收: sticks at the left, receivers at the right, below them whose days have come."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services import words
from services.exchange import Found, Look, Plugged, Standing
from services.words import _
from ui import theme
from ui.tabs.exchange.map_card import MapCard
from ui.tabs.exchange.sending_card import SendingCard
from ui.tabs.exchange.taking_card import StickLine, TakingCard


class Home(QWidget):
    """Three cards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the cards empty."""
        super().__init__(parent)
        self.taking = TakingCard()
        self.sending = SendingCard()
        self.map = MapCard(_("人员 / 电脑"))
        above = QHBoxLayout()
        above.setSpacing(theme.px(8))
        above.addWidget(self.taking, 1)
        above.addWidget(self.sending, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(12))
        layout.setSpacing(theme.px(8))
        layout.addLayout(above, 1)
        layout.addWidget(self.map)

    def show_look(self, look: Look, *, others: bool) -> None:
        """Show what is plugged in."""
        lines = [stick_line(plugged) for plugged in look.sticks]
        self.taking.show_lines(lines, len(look.fresh), others=others)


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
        return StickLine(name, _("✗ {count} 包读不出").format(count=broken), "late", tip)
    if any(found.standing in (Standing.KNOWN, Standing.UNDONE) for found in plugged.found):
        return StickLine(name, _("没有新的，以前的都接收过"), "hint", tip)
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
