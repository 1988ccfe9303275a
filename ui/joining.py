"""加入一个组: the liaison's package, who one is, one's own passphrase; then the file is made."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from services import words
from services.errors import AppError, Cancelled, WrongPassphrase
from services.words import _
from ui import theme
from ui.founding import LEAST_PASSPHRASE
from ui.jobs import Jobs
from ui.parts.cards import label
from ui.parts.choosing import ask_to_save
from ui.parts.dialogs import Dialog, SecretLine
from ui.parts.grid import Cell, Grid, Head

if TYPE_CHECKING:
    from services.core import Progress
    from services.joining import Candidate, Invitation
    from services.workspace import Workspace

_SUFFIX = ".dudao"
_MOST_IN_VIEW = 6


def read(path: Path, passphrase: str, progress: "Progress") -> "Invitation":
    """Prove the package, on the worker thread; raises what `services.joining.read` does."""
    from services import joining
    from services.package import Keys

    return joining.read(path, Keys(passphrases=(passphrase,)), progress)


def join(
    target: Path,
    passphrase: str,
    package: Path,
    opened_by: str,
    person: str,
    progress: "Progress",
) -> "Workspace":
    """Make the file, on the worker thread; raises what `services.joining.join` does."""
    from services import joining
    from services.package import Keys

    keys = Keys(passphrases=(opened_by,))
    return joining.join(target, passphrase, package, keys, person, progress)


class JoinDialog(Dialog):
    """Two steps; nothing is written before 完成，开始工作."""

    joined = Signal(object)
    """The new, open `services.workspace.Workspace`."""

    def __init__(self, jobs: Jobs, package: Path, parent: QWidget | None = None) -> None:
        """Ask for the passphrase of `package` first; long work goes to `jobs`."""
        super().__init__(parent, _("加入一个组 · 第 1 步，共 2 步"), "", _("打开"))
        self._jobs = jobs
        self._package = package
        self._opened_by = ""
        self._invitation: Invitation | None = None
        self.setMinimumSize(theme.px(640), theme.px(440))
        self._secret = SecretLine(_("包的口令"))
        self._about = label("", wrapped=True)
        self.people = Grid(_("我是"), (Head("", 50), Head(_("我是"), 160), Head("")))
        self._path = QLineEdit()
        self._first, self._again = SecretLine(_("文件口令")), SecretLine(_("再输一次"))
        self._steps = QStackedWidget()
        self._details = QWidget()
        self._back = QPushButton(_("上一步"))
        self._build()

    def _build(self) -> None:
        self._steps.addWidget(self._first_step())
        self._steps.addWidget(self._second_step())
        self._back.setAutoDefault(False)
        self._back.clicked.connect(self._go_back)
        self._back.hide()
        self.body.addWidget(self._steps, 1)
        self.body.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        self._details.hide()
        self._secret.setFocus()

    def _first_step(self) -> QWidget:
        step = QWidget()
        layout = QVBoxLayout(step)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        form = QFormLayout()
        form.addRow(_("数据包"), label(self._package.name))
        form.addRow(_("包的口令"), self._secret)
        layout.addLayout(form)
        self._hint = label(_("联络员在电话里告诉您的口令"), "hint")
        layout.addWidget(self._hint)
        inside = QVBoxLayout(self._details)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.px(8))
        inside.addWidget(self._about)
        inside.addWidget(self.people)
        inside.addWidget(label(_("名单里没有我，或没有字母：找联络员重做入组包"), "hint"))
        change = QPushButton(_("更改…"))
        change.setAutoDefault(False)
        change.clicked.connect(self._ask_path)
        place = QHBoxLayout()
        place.addWidget(label(_("存放")))
        place.addWidget(self._path, 1)
        place.addWidget(change)
        inside.addLayout(place)
        layout.addWidget(self._details, 1)
        layout.addStretch(1)
        self.people.opened.connect(self.attempt)
        return step

    def _second_step(self) -> QWidget:
        step = QWidget()
        form = QFormLayout(step)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(_("文件口令"), self._first)
        form.addRow(_("再输一次"), self._again)
        told = _(
            "至少 8 个字符。四个不相干的词连着写，最好记也最难猜。\n"
            "这是您自己的口令，平时只在开锁时输入。\n"
            "本程序不得存储国家秘密。默认标识：内部资料 注意保存。"
        )
        form.addRow(label(told, "hint", wrapped=True))
        return step

    def fill(self, passphrase: str) -> None:
        """Type the package's passphrase."""
        self._secret.line.setText(passphrase)

    def choose(self, name: str, target: Path) -> None:
        """Choose who one is, and where the file is to lie."""
        self.people.setCurrentCell([line[1] for line in self.people.texts()].index(name), 0)
        self._path.setText(str(target))

    def set_passphrase(self, passphrase: str) -> None:
        """Type one's own passphrase twice."""
        for secret in (self._first, self._again):
            secret.line.setText(passphrase)

    def is_open(self) -> bool:
        """Whether the package was proven and its people are listed."""
        return self._invitation is not None

    def path(self) -> Path:
        """Where the new file is to lie."""
        given = Path(self._path.text().strip())
        return given if given.suffix else given.with_suffix(_SUFFIX)

    def who(self) -> "Candidate | None":
        """The chosen person."""
        place = self.people.currentRow()
        people = self._invitation.people if self._invitation is not None else ()
        return people[place] if 0 <= place < len(people) else None

    def problem(self) -> str:
        """What is missing on the step in view."""
        if self._invitation is None:
            return "" if self._secret.text() else _("请输入口令")
        who = self.who()
        name = who.name if who is not None else ""
        lacks_letter = who is not None and not who.letter
        last, passphrase = self._steps.currentIndex() == 1, self._first.text()
        checks = (
            (who is None, _("请选出您自己")),
            (lacks_letter, _("{name} 还没有自己的字母，请联络员重做入组包").format(name=name)),
            (not self._path.text().strip(), _("还缺存放的地方")),
            (self.path().exists(), _("这个文件已经有了，请换一个名字")),
            (last and len(passphrase) < LEAST_PASSPHRASE, _("口令至少 8 个字符")),
            (last and passphrase != self._again.text(), _("两次输入的口令不一样")),
        )
        return next((sentence for wrong, sentence in checks if wrong), "")

    @Slot()
    def attempt(self) -> None:
        """Open the package, go to the next step, or make the file."""
        sentence = self.problem()
        self.tell(sentence)
        who = self.who()
        if sentence:
            return
        if self._invitation is None:
            self._freeze(True)
            self._opened_by = self._secret.text()
            work = partial(read, self._package, self._opened_by)
            self._jobs.run(_("读取数据包"), work, self._show, self._refused)
        elif self._steps.currentIndex() == 0:
            self._to_step(1)
        elif who is not None:
            self._freeze(True)
            target, own = self.path(), self._first.text()
            making = partial(join, target, own, self._package, self._opened_by, who.uid)
            self._jobs.run(_("加入"), making, self._joined, self._refused)

    def _show(self, told: "Invitation") -> None:
        self._freeze(False)
        self._invitation = told
        self._secret.setEnabled(False)
        self._hint.hide()
        about = _("✓ 完整，由 {name}（{group}）做成\n{title} · 单位 {units} 个 · 表单 {forms} 张")
        self._about.setText(
            about.format(
                name=told.sender.name,
                group=told.group_name,
                title=told.title,
                units=told.units,
                forms=told.forms,
            )
        )
        self.people.fill([_row(one) for one in told.people])
        self.people.setFixedHeight(self.people.whole_height(_MOST_IN_VIEW))
        self.people.setCurrentCell(0, 0)
        self._path.setText(str(_free_path(told.group_name)))
        self._details.show()
        self.act.setText(_("下一步：设口令"))
        self.people.setFocus()

    def _to_step(self, step: int) -> None:
        self._steps.setCurrentIndex(step)
        self._back.setVisible(step > 0)
        titles = (_("加入一个组 · 第 1 步，共 2 步"), _("加入一个组 · 第 2 步，共 2 步"))
        self.setWindowTitle(titles[step])
        self.act.setText(_("完成，开始工作") if step else _("下一步：设口令"))
        (self._first if step else self.people).setFocus()

    @Slot()
    def _go_back(self) -> None:
        self.tell("")
        self._to_step(0)

    def _joined(self, workspace: "Workspace") -> None:
        self.accept()
        self.joined.emit(workspace)

    def _refused(self, failure: AppError) -> None:
        self._freeze(False)
        if isinstance(failure, WrongPassphrase):
            self.tell(_("口令不对，还可再试"))
            self._secret.line.selectAll()
        elif not isinstance(failure, Cancelled):
            self.tell(words.error(failure))

    def _freeze(self, frozen: bool) -> None:
        self.act.setEnabled(not frozen)
        self._steps.setEnabled(not frozen)

    @Slot()
    def _ask_path(self) -> None:
        kinds = _("督导通工作文件 (*.dudao)")
        path = ask_to_save(self, _("存放"), kinds, self._path.text())
        if path is not None:
            self._path.setText(str(path))


def _row(one: "Candidate") -> list[Cell]:
    role = words.choice("role", one.role.value)
    tone = "" if one.letter else "text2"
    return [Cell(one.letter or "—", tone), Cell(one.name, tone), Cell(role, "text2")]


def _free_path(group: str) -> Path:
    """A name in the home folder that nobody has yet."""
    name = "".join(c for c in group.strip() if c not in '\\/:*?"<>|') or _("第三督导组")
    names = (name, *(f"{name}-{n}" for n in range(2, 100)))
    return next(p for n in names if not (p := Path.home() / f"{n}{_SUFFIX}").exists())
