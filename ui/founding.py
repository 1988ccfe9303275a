"""Founding a group: template, names, where the file lies, and its two passphrases."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from models.kinds import CHOICES, Role
from services import campaign, words
from services.words import _
from ui.parts.choosing import ask_to_save
from ui.parts.dialogs import ChoiceRow, Dialog, SecretLine

if TYPE_CHECKING:
    from services.workspace import NewGroup

LEAST_PASSPHRASE = 8
"""Characters; four unrelated words are easier to keep in mind and harder to guess."""
_MOST_GROUPS = 999


class FoundingDialog(Dialog):
    """Asks everything at once; nothing is written before 新建."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the form with the first template and the home folder."""
        super().__init__(parent, _("新建一个组"), "", _("新建"))
        titles = {name: campaign.load(name).title for name in reversed(campaign.available())}
        roles = dict(words.choices("role", CHOICES["role"]))
        self._template = ChoiceRow(_("活动"), titles, "")
        self._group = QLineEdit()
        self._group.setPlaceholderText(_("第三督导组"))
        self._number = QSpinBox()
        self._number.setRange(1, _MOST_GROUPS)
        self._number.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._person = QLineEdit()
        self._role = ChoiceRow(_("我的职责"), roles, Role.LEADER.value)
        self._path = QLineEdit(str(Path.home() / "第三督导组.dudao"))
        self._secrets = tuple(
            SecretLine(name)
            for name in (_("文件口令"), _("再输一次"), _("实名口令"), _("再输一次"))
        )
        self._build()
        self._group.textEdited.connect(self._name_file)
        self._group.setFocus()

    def _build(self) -> None:
        change = QPushButton(_("更改…"))
        change.setAutoDefault(False)
        change.clicked.connect(self._ask_path)
        place = QHBoxLayout()
        place.addWidget(self._path, 1)
        place.addWidget(change)
        form = QFormLayout()
        form.addRow(_("活动"), self._template)
        form.addRow(_("组名"), self._group)
        form.addRow(_("组号"), self._number)
        form.addRow(_("我的姓名"), self._person)
        form.addRow(_("我的职责"), self._role)
        form.addRow(_("存放"), place)
        heads = (_("文件口令"), _("再输一次"), _("实名口令"), _("再输一次"))
        for head, secret in zip(heads, self._secrets, strict=True):
            form.addRow(head, secret)
        self.body.addLayout(form)
        hint = QLabel(
            _(
                "至少 8 个字符。文件口令开锁时用；实名口令只在看谈话人实名时用，两个要不同。\n"
                "本程序不得存储国家秘密。默认标识：内部资料 注意保存。"
            )
        )
        hint.setProperty("role", "hint")
        hint.setWordWrap(True)
        self.body.addWidget(hint)

    def fill(self, path: Path, group: str, person: str, passphrases: tuple[str, str]) -> None:
        """Put values into the lines, as a person would type them."""
        self._path.setText(str(path))
        self._group.setText(group)
        self._person.setText(person)
        for place, secret in enumerate(self._secrets):
            secret.line.setText(passphrases[place // 2])

    def path(self) -> Path:
        """Where the new file is to lie."""
        given = Path(self._path.text().strip())
        return given if given.suffix else given.with_suffix(".dudao")

    def passphrases(self) -> tuple[str, str]:
        """The file's and the names' passphrase."""
        return self._secrets[0].text(), self._secrets[2].text()

    def group(self) -> "NewGroup":
        """What the workspace is made of."""
        from services.workspace import NewGroup

        return NewGroup(
            template=self._template.text(),
            group=self._group.text().strip(),
            number=self._number.value(),
            person=self._person.text().strip(),
            role=Role(self._role.text()),
        )

    def problem(self) -> str:
        """What is missing or does not fit, the first of it."""
        first, again, names, names_again = (secret.text() for secret in self._secrets)
        checks = (
            (not self._group.text().strip(), _("还缺组名")),
            (not self._person.text().strip(), _("还缺我的姓名")),
            (not self._path.text().strip(), _("还缺存放的地方")),
            (self.path().exists(), _("这个文件已经有了，请换一个名字")),
            (min(len(first), len(names)) < LEAST_PASSPHRASE, _("口令至少 8 个字符")),
            (first != again, _("两次输入的文件口令不一样")),
            (names != names_again, _("两次输入的实名口令不一样")),
            (first == names, _("实名口令要与文件口令不同")),
        )
        return next((sentence for wrong, sentence in checks if wrong), "")

    @Slot(str)
    def _name_file(self, group: str) -> None:
        """The file bears the group's name until the person says otherwise."""
        folder = Path(self._path.text()).parent
        name = "".join(c for c in group.strip() if c not in '\\/:*?"<>|') or _("第三督导组")
        self._path.setText(str(folder / f"{name}.dudao"))

    @Slot()
    def _ask_path(self) -> None:
        kinds = _("督导通工作文件 (*.dudao)")
        path = ask_to_save(self, _("存放"), kinds, self._path.text())
        if path is not None:
            self._path.setText(str(path))
