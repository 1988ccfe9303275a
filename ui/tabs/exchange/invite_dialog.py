"""做入组包: who is invited, onto which stick; the passphrase is told by phone."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from models.kinds import Role, Uid
from services import inviting, records, words
from services.core import Progress
from services.errors import AppError, Cancelled
from services.inviting import Invitation
from services.sticks import Stick
from services.words import _
from services.workspace import Workspace
from ui import errors, theme
from ui.context import Context
from ui.editing import colleagues
from ui.parts.cards import label
from ui.parts.choosing import ask_folder
from ui.parts.dialogs import ChoiceRow, Dialog
from ui.parts.grid import Cell, Grid, Head
from ui.tabs.exchange.words import size

_ELSEWHERE = "…"
_MOST_IN_VIEW = 7


def invite(
    workspace: Workspace,
    people: Sequence[Uid],
    target: Path,
    passphrase: str,
    role: Role,
    progress: Progress,
) -> Invitation:
    """Write the package, on the worker thread; raises what `services.inviting.invite` does."""
    return inviting.invite(workspace, people, target, passphrase, role=role, progress=progress)


class InviteDialog(Dialog):
    """Tick people, choose a stick, tell the passphrase."""

    invited = Signal(object)
    """`services.inviting.Invitation`."""

    def __init__(
        self, context: Context, sticks: Sequence[Stick], parent: QWidget | None = None
    ) -> None:
        """Offer the group's people; `sticks` are offered as places."""
        text = _("选出要加入的人。他们各自打开这个包，就有了活动、单位、名单和自己的字母。")
        super().__init__(parent, _("做入组包"), text, _("做入组包"))
        self._context = context
        self._uids: list[Uid] = []
        self.passphrase = inviting.spoken_passphrase()
        self.setMinimumWidth(theme.px(560))
        self.people = Grid(_("要加入的人"), (Head(_("要加入的人")),))
        self._name = QLineEdit()
        self._name.setPlaceholderText(_("名单里没有的，在这里写姓名再添加"))
        self._name.setAccessibleName(_("姓名"))
        roles = (Role.MEMBER, Role.LIAISON, Role.LEADER)
        self._role = ChoiceRow(_("职责"), dict(words.choices("role", roles)), Role.MEMBER.value)
        places = {
            str(stick.path): f"{stick.label}  " + _("剩 {size}").format(size=size(stick.free_bytes))
            for stick in sticks
        }
        self._place = ChoiceRow(_("存到"), places | {_ELSEWHERE: _("别的文件夹…")}, "")
        self._build()
        self._fill()

    def _build(self) -> None:
        add = QPushButton(_("添加"))
        add.setAutoDefault(False)
        add.clicked.connect(self._add)
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        row.addWidget(add)
        self.body.addWidget(self.people)
        self.body.addLayout(row)
        code = label(self.passphrase, "code")
        code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        form = QFormLayout()
        form.addRow(_("职责"), self._role)
        form.addRow(_("存到"), self._place)
        form.addRow(_("包的口令"), code)
        self.body.addLayout(form)
        self.body.addWidget(label(_("口令在电话里告诉对方，不要写在盘上。"), "hint"))
        self._place.activated.connect(self._choose_place)

    def _fill(self, ticked: frozenset[Uid] = frozenset()) -> None:
        me = self._context.here().actor
        known = {u: n for u, n in colleagues(self._context).items() if u != me}
        self._uids = [Uid(uid) for uid in known]
        self.people.fill([[Cell(known[u], ticked=u in ticked)] for u in self._uids])
        self.people.setFixedHeight(self.people.whole_height(_MOST_IN_VIEW))

    def chosen(self) -> tuple[Uid, ...]:
        """Whom the person ticked."""
        return tuple(u for n, u in enumerate(self._uids) if self.people.is_ticked(n))

    def add_person(self, name: str) -> None:
        """Add somebody to the file, ticked."""
        ticked = frozenset(self.chosen())
        try:
            added = records.add(self._context.here(), "person", [{"name": name}])
        except AppError as failure:
            errors.show(self, failure)
            return
        self._context.announce(added.changes)
        self._name.clear()
        self._fill(ticked | {added.uids[0]})

    @Slot()
    def _add(self) -> None:
        if self._name.text().strip():
            self.add_person(self._name.text().strip())

    def target(self) -> Path | None:
        """The folder to write into; None while none is chosen."""
        place = self._place.text()
        return Path(place) if place and place != _ELSEWHERE else None

    @Slot()
    def _choose_place(self) -> None:
        if self._place.text() == _ELSEWHERE:
            folder = ask_folder(self, _("存到哪个文件夹"))
            if folder is not None:
                self._place.insertItem(0, str(folder), str(folder))
                self._place.setCurrentIndex(0)

    def problem(self) -> str:
        """What is missing."""
        if not self.chosen():
            return _("请勾出要加入的人")
        return "" if self.target() is not None else _("选一个存放的地方")

    @Slot()
    def attempt(self) -> None:
        """Write the package on the worker thread; a refusal is told here."""
        sentence, target = self.problem(), self.target()
        self.tell(sentence)
        if sentence or target is None:
            return
        self.act.setEnabled(False)
        role = Role(self._role.text())
        here = self._context.here()
        work = partial(invite, here, self.chosen(), target, self.passphrase, role)
        self._context.jobs.run(_("做入组包"), work, self._done, self._refused)

    def _done(self, invitation: Invitation) -> None:
        self.accept()
        self.invited.emit(invitation)

    def _refused(self, failure: AppError) -> None:
        self.act.setEnabled(True)
        if not isinstance(failure, Cancelled):
            self.tell(words.error(failure))
