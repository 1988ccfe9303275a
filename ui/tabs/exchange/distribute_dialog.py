"""下发: a line for each group, one package for each, all made in one go."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from services import distributing, inviting, words
from services.core import Progress
from services.distributing import Delivered, Delivery, Receiver
from services.errors import AppError, Cancelled
from services.exchange import Plugged
from services.words import _
from services.workspace import Workspace
from ui import theme
from ui.context import Context
from ui.parts.cards import label
from ui.parts.choosing import ask_folder
from ui.parts.dialogs import Dialog
from ui.parts.grid import Cell, Grid, Head
from ui.tabs.exchange.words import moment

_MOST_IN_VIEW = 9
_SIZE = (720, 520)


def distribute(
    workspace: Workspace, deliveries: Sequence[Delivery], progress: Progress
) -> tuple[Delivered, ...]:
    """Make the packages, on the worker thread."""
    return distributing.distribute(workspace, deliveries, progress)


class DistributeDialog(Dialog):
    """Ticked groups get their package: on their liaison's stick if it is plugged in."""

    distributed = Signal(object, str)
    """tuple[Delivered, …] and the passphrase, empty where the transfer key opens them."""

    def __init__(
        self, context: Context, plugged: Sequence[Plugged], parent: QWidget | None = None
    ) -> None:
        """List the groups; `plugged` tells whose stick is there."""
        super().__init__(parent, _("下发"), "", _("做包"))
        self._context = context
        self._receivers: tuple[Receiver, ...] = distributing.receivers(context.here())
        self._sticks = {
            found.manifest.sender.group: one.stick
            for one in plugged
            for found in one.found
            if found.manifest is not None
        }
        self._spoken = inviting.spoken_passphrase()
        self.groups = Grid(
            _("组"),
            (
                Head(_("组"), 150),
                Head(_("已接收"), 100, "right"),
                Head(_("最近一次"), 116),
                Head(_("单位"), 56, "right"),
                Head(_("待裁定"), 64, "right"),
                Head(_("存到")),
            ),
        )
        self._folder = QLineEdit(str(Path.home() / _("下发")))
        self._first = QCheckBox(
            _("第一次收的组还没有传送密钥：给它们用口令 {passphrase}").format(
                passphrase=self._spoken
            )
        )
        self._build()
        self._fill()

    def _build(self) -> None:
        self.resize(theme.px(_SIZE[0]), theme.px(_SIZE[1]))
        choose = QPushButton(_("更改…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self._ask_folder)
        row = QHBoxLayout()
        row.addWidget(label(_("存到")))
        row.addWidget(self._folder, 1)
        row.addWidget(choose)
        told = _(
            "每组一包，只含本组的单位，另附接收回执。联络员的盘插着就写在盘上，其余存在这个文件夹。"
        )
        self.body.addWidget(self.groups)
        self.body.addWidget(label(told, "hint", wrapped=True))
        self.body.addLayout(row)
        self.body.addWidget(self._first)
        self._folder.editingFinished.connect(self._fill)
        self.groups.ticked.connect(self._count)
        self._first.setChecked(True)
        self._first.setVisible(any(one.is_first for one in self._receivers))

    @Slot()
    def _fill(self) -> None:
        rows = []
        for number, one in enumerate(self._receivers):
            stick = self._sticks.get(one.group)
            place = (
                _("{label}（盘已插）").format(label=stick.label) if stick else str(self.folder())
            )
            heard = moment(one.last_at) if one.last_at is not None else _("还没有收到过")
            ticked = self.groups.is_ticked(number) if self.groups.rowCount() else True
            rows.append(
                [
                    Cell(one.name, ticked=ticked),
                    Cell(
                        _("第 {count} 条").format(count=f"{one.received:,}") if one.received else ""
                    ),
                    Cell(heard, "text2"),
                    Cell(str(one.units)),
                    Cell(str(one.waiting), "wait" if one.waiting else ""),
                    Cell(place, "text2"),
                ]
            )
        self.groups.fill(rows)
        self.groups.setMinimumHeight(self.groups.whole_height(_MOST_IN_VIEW))
        self._count()

    def folder(self) -> Path:
        """Where the packages of groups without a stick go."""
        return Path(self._folder.text().strip())

    def put(self, folder: Path) -> None:
        """Write into this folder."""
        self._folder.setText(str(folder))
        self._fill()

    def chosen(self) -> tuple[Receiver, ...]:
        """The groups that are ticked."""
        return tuple(o for n, o in enumerate(self._receivers) if self.groups.is_ticked(n))

    @Slot()
    def _count(self) -> None:
        self.act.setText(_("做 {count} 包").format(count=len(self.chosen())))
        self.act.setEnabled(bool(self.chosen()))

    @Slot()
    def _ask_folder(self) -> None:
        folder = ask_folder(self, _("存到哪个文件夹"))
        if folder is not None:
            self.put(folder)

    def _deliveries(self) -> tuple[Delivery, ...]:
        places = {group: stick.path for group, stick in self._sticks.items()}
        spoken = self._spoken if self._first.isChecked() else None
        return tuple(
            Delivery(o, places.get(o.group, self.folder()), spoken if o.is_first else None)
            for o in self.chosen()
        )

    @Slot()
    def attempt(self) -> None:
        """Make the packages on the worker thread."""
        if not self.chosen():
            return
        try:
            self.folder().mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.tell(_("这个文件夹不能用：{why}").format(why=error.strerror or ""))
            return
        self.tell("")
        self.act.setEnabled(False)
        is_said = any(one.passphrase for one in self._deliveries())
        spoken = self._spoken if is_said else ""
        work = partial(distribute, self._context.here(), self._deliveries())
        self._context.jobs.run(_("下发"), work, partial(self._done, spoken), self._refused)

    def _done(self, spoken: str, delivered: tuple[Delivered, ...]) -> None:
        self._count()
        failed = [one for one in delivered if one.failure is not None]
        self.distributed.emit(delivered, spoken)
        if not failed:
            self.accept()
            return
        lines = [
            _("✗ {name}：{why}").format(name=o.delivery.receiver.name, why=words.error(o.failure))
            for o in failed
            if o.failure is not None
        ]
        self.tell("\n".join(lines))

    def _refused(self, failure: AppError) -> None:
        self._count()
        if not isinstance(failure, Cancelled):
            self.tell(words.error(failure))
