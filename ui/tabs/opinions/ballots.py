"""逐票: a digit an item and one key for the written part; twice, to see whether both agree."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from services import ballots, directory, words
from services.ballots import Count
from services.words import _
from ui.context import Context
from ui.parts.cards import label
from ui.parts.dialogs import Dialog, confirm


class BallotsDialog(Dialog):
    """Counts ballots by keys; nothing of a single ballot is stored."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Begin the first count."""
        text = _(
            "每张票：每项按一个数字（1 好　2 较好　3 一般　4 差　0 弃权），"
            "再按一键说意见栏（Enter 有内容　/ 白卷　* 写“无”）。"
            "Backspace 撤回。只存合计，不存单张票。"
        )
        super().__init__(parent, _("民主评议：逐票"), text, _("用这些合计"))
        self._items = directory.choices(context.here(), "evaluation_items")
        self.count = Count(tuple(self._items))
        self._first: Count | None = None
        self._hand = label("", "title")
        self.below = label("", "hint", wrapped=True)
        self.again = QPushButton(_("再数一遍核对"))
        for button in (self.act, self.again):
            button.setAutoDefault(False)
            button.setDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.again.clicked.connect(self.count_again)
        for widget in (self._hand, self.below, self.again):
            self.body.addWidget(widget)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, the key of the written part, Backspace; Esc leaves."""
        if event.key() == Qt.Key.Key_Backspace:
            self.count.back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.count.press("\r")
        elif not (event.text() and self.count.press(event.text())):
            if event.key() == Qt.Key.Key_Escape:
                super().keyPressEvent(event)
            return
        self._tell()

    @Slot()
    def reject(self) -> None:
        """Leave; what was counted is kept nowhere, so that is asked first."""
        counted = len((self._first or self.count).done)
        text = _("已经数了 {count} 张。单张票不存，离开就要从头数。").format(count=counted)
        if not counted or confirm(self, text, _("不数了")):
            super().reject()

    @Slot()
    def count_again(self) -> None:
        """Begin the second count; at its end both are compared."""
        self._first, self.count = self.count, Count(tuple(self._items))
        self.again.hide()
        self.setFocus()
        self._tell()

    def problem(self) -> str:
        """A ballot in hand is finished first; two counts must agree."""
        if self.count.hand:
            return _("手里这张还没数完：按完各项再按意见栏一键，或按 Backspace 撤回")
        if not self.count.done:
            return _("还没有数")
        return "" if self._first is None else self._differs()

    def _differs(self) -> str:
        """In which item the second count has how many more or fewer; empty: they agree."""
        first = self._first.tallies() if self._first is not None else {}
        found = [
            _("{item} {name} 差 {by} 票").format(
                item=self._items[item], name=words.field("evaluation", name), by=f"{by:+d}"
            )
            for item, name, by in ballots.differences(first, self.count.tallies())
        ]
        return "；".join(found)

    def _tell(self) -> None:
        hand, items = self.count.hand, list(self._items.values())
        marks = "  ".join(f"[{hand[n]}]" if n < len(hand) else "[_]" for n in range(len(items)))
        which = _("第一遍") if self._first is None else _("第二遍")
        number = _("{which}　第 {n} 张").format(which=which, n=len(self.count.done) + 1)
        self._hand.setText(f"{number}　{marks}")
        if len(hand) < len(items):
            self.below.setText(_("下一项：{item}").format(item=items[len(hand)]))
        else:
            self.below.setText(_("意见栏：Enter 有内容　/ 白卷　* 写“无”"))
        self.tell("")
