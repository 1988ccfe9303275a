"""送出, 报送, 归档移交: what goes is shown, not asked; what may be wrong is told before it goes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from services import inviting, package, references, sending, words
from services.certificates import MAX_FILE_BYTES, load_p12
from services.core import Progress
from services.errors import AppError
from services.package import Means, Order, Preset, Written
from services.sending import Outlook, Wish
from services.sticks import Stick
from services.words import _
from services.workspace import Workspace
from ui import theme
from ui.context import Context
from ui.parts.cards import Card, give_role, label, scrolled
from ui.parts.choosing import ask_folder, ask_to_open
from ui.parts.dialogs import ChoiceRow, Dialog, SecretLine
from ui.parts.files import read_limited
from ui.tabs.exchange.words import size

_SIZE = (720, 640)
_FRAME = 80
"""What the desktop keeps of a screen's width and height, in pixels."""
_ELSEWHERE = "…"
_TOLD = 3
"""Suspected names that are told one by one."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose identity file signs the package."""

    file: Path
    passphrase: str


def send(
    workspace: Workspace,
    target: Path,
    order: Order,
    means: Means,
    hand: Hand | None,
    progress: Progress,
) -> Written:
    """Pack, on the worker thread.

    Raises:
        AppError: the identity file does not open, or what `services.package.write` refuses.
    """
    if hand is not None:
        identity = load_p12(read_limited(hand.file, MAX_FILE_BYTES), hand.passphrase)
        means = replace(means, signer=identity)
    return package.write(workspace, target, order, means, progress)


class SendDialog(Dialog):
    """One page; Enter sends once everything is known."""

    sent = Signal(object, object, str)
    """`services.package.Written`, the folder it lies in, and the passphrase that opens it.

    The passphrase is empty where the receiver's transfer key does.
    """

    slip_wanted = Signal(str)
    """Ids of the packages for which a 移交单 is wanted, with commas between."""

    def __init__(
        self,
        context: Context,
        preset: Preset,
        sticks: Sequence[Stick],
        parent: QWidget | None = None,
    ) -> None:
        """Show what would go with `preset`; `sticks` are offered as places."""
        titles = {
            Preset.GROUP: (_("送出 — 给组员"), _("送出")),
            Preset.OFFICE: (_("送出 — 报办公室"), _("报送")),
            Preset.ARCHIVE: (_("送出 — 归档移交"), _("移交")),
        }
        super().__init__(parent, titles[preset][0], "", titles[preset][1])
        self._context = context
        self._preset = preset
        self._sticks = {str(stick.path): stick for stick in sticks}
        self._outlook: Outlook | None = None
        self._asked = 0
        self._spoken = inviting.spoken_passphrase()
        self._file: Path | None = None
        self._work = label("", wrapped=True)
        self._talks = QCheckBox(_("谈话原文"))
        self._talks_told = label("", "hint", wrapped=True)
        self._names_told = label("", "hint", wrapped=True)
        self._sum = label("", "head", wrapped=True)
        self._checked = label("", wrapped=True)
        self.looked = QCheckBox(_("看过了，确认无妨"))
        self._room = label("", "hint", wrapped=True)
        self._lock = label("", "hint", wrapped=True)
        self._reason = QLineEdit()
        self.slip = QCheckBox(_("打印移交单"))
        self._secret = SecretLine(_("身份文件的口令"))
        self._signer = label(_("不签名"), "hint")
        here = context.here()
        self._extent = ChoiceRow(_("范围"), {"lacking": _("只送对方没有的"), "all": _("全部")}, "")
        units = {"": _("全部单位")}
        if context.units:
            names = references.titles(here, context.units)
            chosen = "、".join(sorted(names.values()))
            units["chosen"] = _("左边选中的：{names}").format(names=chosen)
        self._units = ChoiceRow(_("单位"), units, "")
        self._place = ChoiceRow(_("存到"), self._places(), "")
        for choice in (self._extent, self._units, self._place):
            choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._build()
        self._ask()

    def _build(self) -> None:
        inside = QWidget()
        body = QVBoxLayout(inside)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme.px(8))
        body.addWidget(self._contents())
        checks = Card(_("检查"))
        for widget in (self._checked, self.looked, self._room):
            checks.body.addWidget(widget)
        body.addWidget(checks)
        choose = QPushButton(_("选身份文件…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self._ask_file)
        row = QHBoxLayout()
        row.addWidget(choose)
        row.addWidget(self._signer)
        row.addWidget(self._secret, 1)
        row.addStretch(1)
        self._secret.hide()
        form = QFormLayout()
        form.addRow(_("存到"), self._place)
        form.addRow(_("加密"), self._lock)
        form.addRow(_("签名"), row)
        form.addRow("", self.slip)
        if self._preset is Preset.ARCHIVE:
            self._reason.setAccessibleName(_("理由"))
            form.addRow(_("理由（必填）"), self._reason)
        body.addLayout(form)
        body.addStretch(1)
        self.body.addWidget(scrolled(inside))
        outer = self.layout()
        if isinstance(outer, QVBoxLayout):
            outer.setStretchFactor(self.body, 100)
        room = self.screen().availableSize()
        width = min(theme.px(_SIZE[0]), room.width() - _FRAME)
        self.resize(width, min(theme.px(_SIZE[1]), room.height() - _FRAME))
        self.looked.hide()
        self._talks.setChecked(self._preset is not Preset.OFFICE)
        self._talks.setEnabled(self._preset is Preset.OFFICE)
        for changed in (self._extent.currentIndexChanged, self._units.currentIndexChanged):
            changed.connect(self._ask)
        self._talks.toggled.connect(self._ask)
        self._place.activated.connect(self._choose_place)
        self.looked.toggled.connect(self._enable)

    def _contents(self) -> Card:
        card = Card(_("内容"))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(theme.px(12))
        work, names = QCheckBox(_("工作数据")), QCheckBox(_("实名"))
        work.setChecked(True)
        names.setChecked(self._preset is not Preset.OFFICE)
        for box in (work, names):
            box.setEnabled(False)
        rows = ((work, self._work), (self._talks, self._talks_told), (names, self._names_told))
        for place, (box, told) in enumerate(rows):
            grid.addWidget(box, place, 0)
            grid.addWidget(told, place, 1)
        card.body.addLayout(grid)
        choices = QHBoxLayout()
        choices.setSpacing(theme.px(8))
        choices.addWidget(label(_("单位")))
        choices.addWidget(self._units, 1)
        if self._preset is not Preset.ARCHIVE:
            choices.addWidget(self._extent, 1)
        card.body.addLayout(choices)
        card.body.addWidget(self._sum)
        return card

    def _places(self) -> dict[str, str]:
        found = {path: self._place_word(stick) for path, stick in self._sticks.items()}
        return found | {_ELSEWHERE: _("别的文件夹…")}

    def _place_word(self, stick: Stick) -> str:
        free = _("剩 {size}").format(size=size(stick.free_bytes))
        return f"{stick.label}  {free}"

    def wish(self) -> Wish:
        """What is chosen now."""
        return Wish(
            self._preset,
            units=self._context.units if self._units.text() else frozenset(),
            with_talks=self._talks.isChecked(),
            only_lacking=self._extent.text() == "lacking" and self._preset is not Preset.ARCHIVE,
        )

    def target(self) -> Path | None:
        """The folder to write into; None while none is chosen."""
        place = self._place.text()
        return Path(place) if place and place != _ELSEWHERE else None

    @Slot()
    def _ask(self) -> None:
        self._outlook = None
        self._asked += 1
        self._enable()
        self._sum.setText(_("正在清点…"))
        work = partial(_outlook, self._context.here(), self.wish())
        done = partial(self._show, self._asked)
        self._context.jobs.run(_("清点要送的"), work, done, self._refused)

    def _show(self, asked: int, outlook: Outlook) -> None:
        if asked != self._asked:
            return
        self._outlook = outlook
        counts, selection = dict(outlook.counts), outlook.selection
        sealed = counts.pop("identity", 0)
        talks = counts.get("interview", 0)
        told = [f"{words.kind(kind)} {count:,}" for kind, count in counts.items()]
        if selection.contents:
            told.append(_("附件 {count}").format(count=len(selection.contents)))
        self._work.setText("  ".join(told) or _("没有新的记录"))
        told_talks = {
            Preset.GROUP: _("{count} 次，组内都带"),
            Preset.OFFICE: _("默认不报；办公室需要的是归纳后的意见"),
            Preset.ARCHIVE: _("{count} 次，随归档移交"),
        }
        none_held = talks == 0 and self._preset is not Preset.OFFICE
        told_talk = _("没有要送的谈话") if none_held else told_talks[self._preset]
        self._talks_told.setText(told_talk.format(count=talks))
        told_names = {
            Preset.GROUP: _("封存 {count} 人，没有实名口令打不开"),
            Preset.OFFICE: _("不报，只随归档移交"),
            Preset.ARCHIVE: _("封存 {count} 人，没有实名口令打不开"),
        }
        none_sealed = sealed == 0 and self._preset is not Preset.OFFICE
        told_name = _("没有要送的实名") if none_sealed else told_names[self._preset]
        self._names_told.setText(told_name.format(count=sealed))
        self._tell_sum(outlook)
        self._tell_names(outlook)
        spoken = _("用口令 {passphrase}，在电话里告诉对方").format(passphrase=self._spoken)
        keyed = _("用传送密钥，对方不用输口令")
        self._lock.setText(keyed if outlook.has_transfer_key else spoken)
        self._tell_room()
        self._enable()

    def _tell_sum(self, outlook: Outlook) -> None:
        selection = outlook.selection
        text = _("将送出 {changes} 条改动，约 {size}").format(
            changes=f"{selection.changes:,}", size=size(selection.size_bytes)
        )
        if selection.known:
            text += _("；对方已有 {known} 条，不再送").format(known=f"{selection.known:,}")
        self._sum.setText(text)

    def _tell_names(self, outlook: Outlook) -> None:
        found, read = outlook.suspicion.suspects, sum(outlook.suspicion.looked.values())
        self.looked.setVisible(bool(found))
        self.looked.setChecked(False)
        if not found:
            self._checked.setText(_("✓ 未发现实名（查了 {count} 条记录）").format(count=read))
            give_role(self._checked, "good")
            return
        titles = references.titles(self._context.here(), {one.uid for one in found[:_TOLD]})
        line = _("! {kind} {title} 的{field}里出现「{name}」")
        lines = [
            line.format(
                kind=words.kind(one.kind),
                title=titles.get(one.uid, ""),
                field=words.field(one.kind, one.field),
                name=one.found,
            )
            for one in found[:_TOLD]
        ]
        if len(found) > _TOLD:
            lines.append(_("等 {count} 处").format(count=len(found)))
        self._checked.setText("\n".join(lines))
        give_role(self._checked, "wait")

    def _tell_room(self) -> None:
        place, outlook = self.target(), self._outlook
        stick = self._sticks.get(str(place))
        if place is None or stick is None or outlook is None:
            self._room.setText("" if place else _("选一个存放的地方"))
            give_role(self._room, "hint")
            return
        lacking = outlook.selection.size_bytes - stick.free_bytes
        kind = stick.filesystem.upper() or "—"
        told = _("✓ {place} 剩 {size}，{filesystem}，可写").format(
            place=stick.label, size=size(stick.free_bytes), filesystem=kind
        )
        if stick.is_readonly:
            told = _("✗ {place} 写保护，不能写").format(place=stick.label)
        elif lacking > 0:
            told = _("✗ {place} 放不下，差 {size}").format(place=stick.label, size=size(lacking))
        self._room.setText(told)
        give_role(self._room, "late" if stick.is_readonly or lacking > 0 else "good")

    @Slot()
    def _choose_place(self) -> None:
        if self._place.text() == _ELSEWHERE:
            folder = ask_folder(self, _("存到哪个文件夹"))
            if folder is not None:
                self.put(folder)
        self._tell_room()
        self._enable()

    def put(self, folder: Path) -> None:
        """Write into this folder, as if a person had chosen it."""
        if str(folder) not in self._sticks:
            self._place.insertItem(0, str(folder), str(folder))
        self._place.setCurrentIndex(self._place.findData(str(folder)))
        self._tell_room()
        self._enable()

    def checks(self) -> tuple[str, ...]:
        """What the checks say: names, room."""
        return tuple(told.text() for told in (self._checked, self._room))

    @Slot()
    def _ask_file(self) -> None:
        kinds = _("身份文件 (*.p12 *.pfx)")
        file = ask_to_open(self, _("选身份文件"), kinds)
        if file is not None:
            self.sign_with(file)

    def sign_with(self, file: Path, passphrase: str = "") -> None:
        """Sign with this identity file."""
        self._file = file
        self._signer.setText(file.name)
        self._secret.line.setText(passphrase)
        self._secret.show()
        self._secret.setFocus()

    @Slot()
    def _enable(self) -> None:
        checked = self.looked.isHidden() or self.looked.isChecked()
        self.act.setEnabled(self._outlook is not None and self.target() is not None and checked)

    def problem(self) -> str:
        """What is missing."""
        if self._preset is Preset.ARCHIVE and not self._reason.text().strip():
            return _("请写明理由")
        if self._file is not None and not self._secret.text():
            return _("请输入身份文件的口令")
        return ""

    @Slot()
    def attempt(self) -> None:
        """Pack on the worker thread; a refusal is told here and nothing was written."""
        outlook, target, sentence = self._outlook, self.target(), self.problem()
        self.tell(sentence)
        if sentence or outlook is None or target is None or not self.act.isEnabled():
            return
        self.act.setEnabled(False)
        hand = Hand(self._file, self._secret.text()) if self._file is not None else None
        spoken = "" if outlook.has_transfer_key else self._spoken
        means = Means(passphrase=spoken or None, reason=self._reason.text().strip() or None)
        work = partial(send, self._context.here(), target, outlook.order, means, hand)
        self._context.jobs.run(_("送出"), work, partial(self._done, spoken), self._refused)

    def _done(self, spoken: str, written: Written) -> None:
        self.accept()
        self.sent.emit(written, self.target(), spoken)
        if self.slip.isChecked():
            self.slip_wanted.emit(",".join(parcel.package for parcel in written.parcels))

    def _refused(self, failure: AppError) -> None:
        self._enable()
        self.tell(words.error(failure))


def _outlook(workspace: Workspace, wish: Wish, progress: Progress) -> Outlook:
    return sending.outlook(workspace, wish, progress)
