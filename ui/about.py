"""关于: which program this is, what it stands on, and what must never be put into it."""

from PySide6.QtCore import Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services import versions
from services.words import _
from ui import theme
from ui.context import Context
from ui.parts.cards import label


def show(context: Context, parent: QWidget) -> None:
    """Show the box until it is closed."""
    dialog = AboutDialog(context, parent)
    dialog.exec()
    dialog.deleteLater()


class AboutDialog(QDialog):
    """Versions can be copied in one go: whoever asks for help is asked for them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Tell the versions of this moment."""
        super().__init__(parent)
        self.setWindowTitle(_("关于督导通"))
        self._lines = (
            (_("督导通"), versions.PROGRAM),
            ("Qt", qVersion()),
            *versions.parts(context.workspace),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(24, 16, 24, 16))
        layout.setSpacing(theme.px(8))
        layout.addWidget(label(_("督导通 {version}").format(version=versions.PROGRAM), "title"))
        layout.addWidget(label(_("离线督导工作台。资料只在本机，凭U盘交换。")))
        layout.addWidget(label(_("本程序不得存储国家秘密。"), "late"))
        layout.addSpacing(theme.px(8))
        layout.addLayout(self._versions())
        layout.addSpacing(theme.px(8))
        licence = _("许可证 {name}。字体和各个库按各自的许可证。").format(name=versions.LICENCE)
        layout.addWidget(label(licence, "hint"))
        layout.addLayout(self._buttons())

    def _versions(self) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(theme.px(4))
        form.setHorizontalSpacing(theme.px(16))
        for name, told in self._lines[1:]:
            version = QLabel(told)
            version.setTextFormat(Qt.TextFormat.PlainText)
            form.addRow(label(name, "hint"), version)
        return form

    def _buttons(self) -> QHBoxLayout:
        copy = QPushButton(_("复制版本信息"))
        copy.setAutoDefault(False)
        copy.clicked.connect(self.copy)
        leave = QPushButton(_("知道了"))
        leave.setDefault(True)
        leave.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(leave)
        return row

    @Slot()
    def copy(self) -> None:
        """Put the versions on the clipboard, one a line."""
        QGuiApplication.clipboard().setText("\n".join(f"{n} {v}" for n, v in self._lines))
